"""What remains of a text when its spelling, links and handles are taken away."""

import re
import unicodedata

MAX_CHARS = 4000  # a post is shorter everywhere; what is longer is cut, not refused

_LINK = re.compile(r"https?://[\x21-\x7e]+|@[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff\u00ad\x00-\x08\x0e-\x1f]")
_DRAWN_OUT = re.compile(r"([っッー〜])\1+|(.)\2{2,}", re.DOTALL)
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿々]")
_LATIN = re.compile(r"[a-z]")


def plain(text: str) -> str:
    """Return *text* cut to ``MAX_CHARS`` and free of lone surrogates, as every tokenizer needs it."""
    text = text[:MAX_CHARS]
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text


def reading(text: str) -> str:
    """Return what a neural scorer reads: *text* without links and invisible characters, each handle an @."""
    seen = _INVISIBLE.sub("", plain(text))
    return " ".join(_LINK.sub(lambda found: "@" if found[0].startswith("@") else " ", seen).split())


def gist(text: str) -> str:
    """Return the folded text: two texts of one gist are near-duplicates and share their score.

    NFKC and case folding; links, handles and invisible characters go; what is drawn out
    (``うまーーい``, ``!!!!``) shrinks; ``gist(gist(x)) == gist(x)`` for any text.
    """
    seen = _INVISIBLE.sub("", plain(text))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    # links go last: folding and shortening can make one (@, htttps)
    bare = _LINK.sub(" ", _DRAWN_OUT.sub(_shortened, folded))
    return " ".join(bare.split())[:MAX_CHARS].rstrip()


def language(text: str) -> str:
    """Return ``ja``, ``en`` or an empty string, by the scripts of a folded text."""
    japanese = len(_JAPANESE.findall(text))
    if japanese * 4 >= len(text) or (japanese and not _LATIN.search(text)):
        return "ja" if japanese else ""
    return "en" if _LATIN.search(text) else ""


def _shortened(drawn_out: re.Match[str]) -> str:
    once, twice = drawn_out.groups()
    return once or twice * 2
