"""HTML to text, and addresses made blank: what people did not write does not count."""

import html
import re
from collections.abc import Container
from typing import Final, NamedTuple

BLANK: Final = "\ufffc"
"""Stands where an address stood: no letter, so a word may begin or end beside it."""

_MARKUP = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <(?P<raw>script|style)\b.*?(?:</(?P=raw)\s*>|\Z)
      | </?(?P<tag>[a-z][a-z0-9]*)(?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*)?/?>
      | &(?:\#[0-9]{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});?""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_TAGS = """
    address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table td th tr
    ul
"""
_LINE_TAGS = frozenset(_TAGS.split())
_LATIN = "\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff"
_CLOSING = "、。，．！？「」『』（）【】〈〉《》［］｛｝“”‘’…\u3000"
_AFTER = rf"[A-Za-z0-9{_LATIN}\-._~:/?#@!$&'()*+,;=%\[\]]"
# A Japanese letter belongs to an address only where a part of it begins: /さくら does, abcさくら does not.
_LETTERS = rf"(?<=[/=?#&+_.%-])(?<!\.\.)[^\s\x00-\x7f{_LATIN}{_CLOSING}]+"
_BODY = rf"(?:{_AFTER}+|{_LETTERS})*"
_ZONES = (
    "com|net|org|jp|co|io|dev|app|info|biz|shop|xyz|social|gov|edu|tv|uk|de|fr|kr|cn|tw|eu|ly|gl"
    "|example|test|online|site|store|tokyo|news|blog|page|link|tech|cloud|wiki|moe"
)
_HOST = r"(?<![A-Za-z0-9@._-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+"
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{{1,15}}://{_BODY}"
    rf"|(?<![A-Za-z0-9@._-])www\.(?=[A-Za-z0-9]){_BODY}"
    rf"|{_HOST}[A-Za-z]{{2,24}}(?::[0-9]{{1,5}})?/{_BODY}"
    rf"|(?P<bare>{_HOST}(?i:{_ZONES}))(?![A-Za-z0-9_-]|\.[A-Za-z0-9])(?:[?#]{_BODY})?"
)


class Plain(NamedTuple):
    """Text without markup; character *i* stands at ``starts[i]`` to ``ends[i]`` of the original."""

    text: str
    starts: list[int]
    ends: list[int]


def _shown(markup: re.Match[str]) -> str:
    if markup[0].startswith("&"):
        return html.unescape(markup[0])
    return "\n" if (markup["tag"] or "").lower() in _LINE_TAGS else ""


def from_html(source: str) -> Plain:
    """Return what a reader of the HTML *source* sees, and where each character stands in it."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0

    def copy(until: int) -> None:
        text.append(source[at:until])
        starts.extend(range(at, until))
        ends.extend(range(at + 1, until + 1))

    for markup in _MARKUP.finditer(source):
        copy(markup.start())
        shown = _shown(markup)
        text.append(shown)
        starts.extend([markup.start()] * len(shown))
        ends.extend([markup.end()] * len(shown))
        at = markup.end()
    copy(len(source))
    return Plain("".join(text), starts, ends)


def is_address(spelling: str) -> bool:
    """Tell whether a keyword is itself an address without a path (booking.com): it counts as a name."""
    found = _ADDRESS.fullmatch(spelling.strip())
    return found is not None and found["bare"] is not None


def without_addresses(text: str, names: Container[str] = ()) -> str:
    """Blank every address in *text*, keeping its length; a bare domain in *names* is a name and stays."""
    if "." not in text and "://" not in text:
        return text

    def blank(found: re.Match[str]) -> str:
        if found["bare"] and found["bare"] == found[0] and found[0].casefold() in names:
            return found[0]
        return BLANK * len(found[0])

    return _ADDRESS.sub(blank, text)
