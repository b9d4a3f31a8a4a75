"""Text as SQLite can hold it: UTF-8 without lone surrogates, which some senders produce."""

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder()


def legible(text: str) -> str:
    """Return *text* with lone surrogates replaced by question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def json_text(value: Any) -> str:
    """Return *value* as JSON, every string in it made legible."""
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:
        return _encoder.encode(_mended(value)).decode()


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, msgspec.Struct):
        fields = {name: _mended(getattr(value, name)) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    if isinstance(value, dict):
        return {_mended(key): _mended(each) for key, each in value.items()}
    return tuple(_mended(each) for each in value) if isinstance(value, list | tuple) else value
