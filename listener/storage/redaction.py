"""Take a deleted post's words out of what quoted them; pure.

Pages defuse and shorten what they quote, so words are recognised by their runs of three characters, after
everything that defusing may insert is dropped. When in doubt every quote goes: a page without quotes still
wakes.
"""

import re
import unicodedata
from typing import Any

import msgspec

from alerts.incident import Carrier, Incident, Quote
from alerts.notification_log import Page
from listener.storage import digests

MARK = "（削除された投稿）"

_RUN = 3
_HEADLINES = 2  # the first lines of a page state figures and the link to acknowledge; they quote nobody
_TELLING = 12  # shorter strings without brackets may be a topic's name: only equality counts
_TELLTALE = frozenset({"id", "post", "text", "who", "author", "handle", "name", "url"})
_HANDLE = re.compile(r"[@＠]([\w.․＿-]+)(…?)")
_SHORTEST = 4  # characters that a shortened handle must share
_QUOTED = re.compile(r"「(.*)」|“(.*)”|\"(.*)\"")


class Erased(msgspec.Struct, frozen=True):
    """What must go: digests of posts and handles, and the words themselves as far as they are known."""

    digests: frozenset[int]
    texts: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    doubtful: bool = False  # the words were looked for and not found: no quote can be trusted


def incident(value: Incident, erased: frozenset[int]) -> Incident:
    """Return *value* without the quotes and carriers whose digests are *erased*."""
    explanation = value.explanation
    redacted = msgspec.structs.replace(
        explanation,
        quotes=tuple(_quote(each, erased) for each in explanation.quotes),
        starter=explanation.starter and _quote(explanation.starter, erased),
        first=explanation.first and _quote(explanation.first, erased),
        carriers=tuple(_carrier(each, erased) for each in explanation.carriers),
    )
    return msgspec.structs.replace(value, explanation=redacted)


def knowing(erased: Erased, source: Incident) -> Erased:
    """Return *erased* with the words and handles that the quotes of *source* know of it."""
    known = [each for each in quotes(source) if digests.of_post(each.source, each.id) in erased.digests]
    texts = (*erased.texts, *(each.text for each in known if each.text))
    handles = (*erased.handles, *(each.author.lstrip("@") for each in known if each.author))
    return Erased(erased.digests, tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(handles)))


def quotes(value: Incident) -> tuple[Quote, ...]:
    """Return every quote of *value*."""
    return value.explanation.quoted


def page(value: Page, erased: Erased) -> Page:
    """Return *value* without the words in *erased*; one that hides them too well loses all its quotes."""
    kept = _body(value.text, erased)
    if erased.digests and MARK not in kept:
        erased = msgspec.structs.replace(erased, doubtful=True)
        kept = _body(value.text, erased)
    payload = _value(msgspec.json.decode(value.payload), erased)
    return msgspec.structs.replace(
        value,
        text=kept,
        short=_string(value.short, erased),
        payload=msgspec.Raw(msgspec.json.encode(payload)),
        quoted=tuple(key for key in value.quoted if digests.of_quoted(key) not in erased.digests),
    )


def _body(text: str, erased: Erased) -> str:
    lines = text.split("\n")
    headlines = [_anonymous(line, erased.handles) for line in lines[:_HEADLINES]]
    return "\n".join([*headlines, *(_string(line, erased) for line in lines[_HEADLINES:])])


def _quote(quote: Quote, erased: frozenset[int]) -> Quote:
    if digests.of_post(quote.source, quote.id) not in erased:
        return quote
    return msgspec.structs.replace(quote, id="", text=MARK, author="", url="")


def _carrier(carrier: Carrier, erased: frozenset[int]) -> Carrier:
    gone = digests.of_handle(carrier.who) in erased or digests.of_quoted(carrier.post) in erased
    return carrier._replace(who=MARK, post="") if gone else carrier


def _value(value: Any, erased: Erased) -> Any:
    if isinstance(value, str):
        return "\n".join(_string(line, erased) for line in value.split("\n"))
    if isinstance(value, list):
        return [_value(each, erased) for each in value]
    if not isinstance(value, dict):
        return value
    if _key(value) in erased.digests:
        return {**{key: each for key, each in value.items() if key not in _TELLTALE}, "text": MARK}
    return {key: _value(each, erased) for key, each in value.items()}


def _key(value: dict[str, Any]) -> int:
    """Return the digest of the post that *value* describes, if it names one (else that of no post)."""
    post = value.get("post")
    return digests.of_quoted(post if isinstance(post, str) else f"{value.get('source')}/{value.get('id')}")


def _string(line: str, erased: Erased) -> str:
    quoted = _QUOTED.search(line)
    inside = next((each for each in quoted.groups() if each is not None), "") if quoted else ""
    if quoted and (erased.doubtful or any(_says(inside, text) for text in erased.texts)):
        line = f"{line[: quoted.start()]}「{MARK}」{line[quoted.end() :]}"
    elif any(_is(line, text) for text in erased.texts):
        line = MARK
    return _anonymous(line, erased.handles)


def _says(quoted: str, text: str) -> bool:
    """Tell whether at least half of *quoted* is made of runs of *text*."""
    part, whole = _bare(quoted), _bare(text)
    if len(part) <= _RUN:
        return bool(part) and part in whole
    runs, known = _runs(part), set(_runs(whole))
    return 2 * sum(run in known for run in runs) >= len(runs)


def _is(line: str, text: str) -> bool:
    bare = _bare(line)
    return bool(bare) and (bare == _bare(text) or (len(bare) >= _TELLING and _says(line, text)))


def _runs(bare: str) -> list[str]:
    return [bare[start : start + _RUN] for start in range(len(bare) - _RUN + 1)]


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _anonymous(line: str, handles: tuple[str, ...]) -> str:
    """Return *line* without *handles*, which stand after an at sign or alone, defused, perhaps cut."""
    folded = {_folded(handle) for handle in handles}
    if not folded:
        return line
    if _folded(line) in folded:
        return "…"

    def hide(found: re.Match[str]) -> str:
        stem, cut = _folded(found[1]), bool(found[2]) and len(found[1]) >= _SHORTEST
        same = stem in folded or (cut and any(handle.startswith(stem) for handle in folded))
        return f"{found[0][0]}…" if same else found[0]

    return _HANDLE.sub(hide, line)


def _folded(handle: str) -> str:
    return unicodedata.normalize("NFKC", handle).casefold().removeprefix("@")
