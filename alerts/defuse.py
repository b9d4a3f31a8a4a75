"""Making other people's words harmless before they stand in a page."""

import re
import unicodedata
from functools import lru_cache

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|\x9b[0-?]*[ -/]*[@-~]"
)
# Japanese follows a link without a blank, and is no part of it; only a host may be of other letters.
_LINK = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,20}://(?:[!-~]+|\S+)|(?<![A-Za-z0-9])www\.(?:[!-~]+|\S+)", re.IGNORECASE
)
_DOMAIN = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})")
_SCHEME = re.compile(
    r"(?<![A-Za-z0-9])(mailto|tel|sms|javascript|data|slack|line|file|vbscript):", re.IGNORECASE
)
# What chat programs and HTML read as markup, as characters that only look like it; 」 would end a quote.
_MARKUP = str.maketrans(
    {
        "@": "＠", "<": "‹", ">": "›", "&": "＆", "*": "＊", "_": "＿",
        "`": "｀", "~": "～", "|": "｜", "#": "＃",
        "[": "［", "]": "］", "\\": "＼", "$": "＄", "「": "『", "」": "』", "【": "［", "】": "］",
    }
)  # fmt: skip
_MOST_MARKS = 2
_KNOWN = 8_192  # characters that are looked up once: a storm of pages measures the same ones a million times


def defuse(text: str, *, link: str = "(link)") -> str:
    """Return *text* on one line, without mentions, links, markup, control, bidi or stacked characters."""
    # What cannot be seen goes first: it may hide a link from whoever looks for one.
    text = "".join(" " if c.isspace() else c for c in _ANSI.sub("", text) if c.isspace() or _printable(c))
    text = _LINK.sub(link.replace("\\", ""), _unstacked(unicodedata.normalize("NFC", text)))
    text = _SCHEME.sub(lambda found: f"{found[1]}：", _DOMAIN.sub("․", text)).replace("://", "：//")
    return " ".join(text.translate(_MARKUP).split())


def plain(text: str) -> str:
    """Return our own words, links and all, on one line without control, bidi or half characters."""
    return " ".join("".join(c for c in text if c.isspace() or _printable(c)).split())


@lru_cache(_KNOWN)
def _printable(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _unstacked(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def width(text: str) -> int:
    """Return the width of *text* in half-width cells; ambiguous characters count as wide, as in Japan."""
    return sum(map(_cells, text))


@lru_cache(_KNOWN)
def _cells(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WFA":
        return 2
    return 0 if unicodedata.category(char) in {"Mn", "Me"} else 1


def clip(text: str, cells: int) -> str:
    """Shorten *text* to *cells* half-width cells, saying so with an ellipsis."""
    if width(text) <= cells:
        return text
    kept, room = "", cells - 2
    for char in text:
        room -= width(char)
        if room < 0:
            break
        kept += char
    return kept.rstrip(" …") + "…"
