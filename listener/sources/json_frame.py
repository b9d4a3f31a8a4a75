"""Reading JSON that strangers wrote: typed, bounded, and every refusal a sentence."""

import re
from typing import TypeVar

import msgspec

Document = TypeVar("Document")

LONGEST = 2 * 1024 * 1024
LONGEST_TEXT = 10_000
WIDE = "this is no UTF-8 but UTF-16 or the like; save it as UTF-8"
KEPT = 4096  # bytes of a refused frame that the quarantine keeps

_FIELD = re.compile(r"missing required field `([^`]+)`|at `\$\.?([^`]*)`")
_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*)(?:(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(\\u[dD][89a-fA-F][0-9a-fA-F]{2}))"
)


class BadPost(Exception):  # noqa: N818 - the design's word; it is a verdict on a post, not a failure of ours
    """A post was refused: *reason* is a sentence for its sender, *field* what it is about ("" for all)."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


def read(frame: bytes, decoder: msgspec.json.Decoder[Document]) -> Document:
    """Decode *frame*, or raise BadPost; lone surrogate escapes become U+FFFD instead of a refusal."""
    if len(frame) > LONGEST:
        raise BadPost(f"the frame has {len(frame):,} bytes; at most {LONGEST:,} (2 MiB) are read")
    try:
        return decoder.decode(frame)
    except msgspec.ValidationError as error:
        raise _refusal(error) from None
    except UnicodeDecodeError as error:
        if b"\0" in frame[:4]:
            raise BadPost(WIDE) from None
        raise BadPost(f"the text is not UTF-8 (byte {_offending(error)}); send UTF-8") from None
    except msgspec.DecodeError as error:
        whole = mended(frame)
        if b"\0" in frame[:4]:
            raise BadPost(WIDE) from None
        if whole == frame:
            raise BadPost(f"this is not JSON: {error}") from None
        return read(whole, decoder)
    except RecursionError:
        raise BadPost("the JSON is nested too deeply") from None


def _offending(error: UnicodeDecodeError) -> str:
    return f"0x{error.object[error.start]:02x}"


def _refusal(error: msgspec.ValidationError) -> BadPost:
    """Turn msgspec's message into a sentence that starts with the field."""
    message = str(error)
    found = _FIELD.search(message)
    field = next(filter(None, found.groups()), "") if found else ""
    if message.startswith("Object missing"):
        return BadPost(f'"{field}" is missing; a post needs id, text and created_at', field)
    what = message.split(" - at `", maxsplit=1)[0].replace("`", "")
    what = what[:1].lower() + what[1:]
    return BadPost(f'"{field}" is wrong: {what}' if field else f"this is no post: {what}", field)


def mended(frame: bytes) -> bytes:
    r"""Replace ``\ud800``-``\udfff`` escapes that have no partner; an escaped backslash before is kept."""
    return _SURROGATE.sub(lambda m: m[0] if m[2] else m[1] + rb"\ufffd", frame)
