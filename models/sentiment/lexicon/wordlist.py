"""Word lists as people write them: a form, a weight, and what else the form says."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from models.sentiment.gist import gist
from models.sentiment.scorer import ScorerError

# how a form bears on its neighbours
_ACTING = ("boost", "damp", "turn", "regret", "sarcasm", "calm", "negate")
# what kind of voice it speaks with
_SPEAKING = ("ask", "request", "report", "news", "anger", "thanks", "danger")
# how it is spelt: inflected, only at the start of a word, never negated
_SPELLING = ("adjective", "start", "fixed")
ROLES = frozenset((*_ACTING, *_SPEAKING, *_SPELLING))
_INFLECTIONS = ("い", "かっ", "く", "さ", "そう", "すぎ", "過ぎ", "けれ", "っ", "ー", "ぃ", "ッ")
_HEAVIEST = 3
_SHORTEST_NEGATED = 3
_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_HIRAGANA_ONLY = frozenset(map(chr, range(ord("ぁ"), ord("ゖ") + 1)))


class Entry(NamedTuple):
    """One form of a list: its weight from -3 (negative) to 3, and its roles."""

    form: str
    weight: float
    roles: frozenset[str]


def read(path: Path) -> dict[str, Entry]:
    """Return the entries of a list by form, inflected; ScorerError names the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ScorerError(f"{path}: the word list cannot be read ({error})") from error
    found: dict[str, Entry] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("# "):
            written = _parsed(line, f"{path}, line {number}")
            found |= {entry.form: entry for entry in _forms(written) if entry.form not in found}
            if "adjective" not in written.roles:
                found[written.form] = written
    return found


def _parsed(line: str, where: str) -> Entry:
    form, weight, *rest = line.rstrip("\n").split("\t")[:3] if "\t" in line else (line, "")
    roles = frozenset(rest[0].split()) if rest else frozenset()
    if unknown := roles - ROLES:
        known = ", ".join(sorted(ROLES))
        raise ScorerError(f"{where}: {min(unknown)!r} is no role; roles are {known}")
    try:
        value = float(weight)
    except ValueError:
        raise ScorerError(f"{where}: {weight!r} is no weight; write form, tab, -3 to 3") from None
    if not abs(value) <= _HEAVIEST or not gist(form):
        raise ScorerError(f"{where}: needs a form, a tab and a weight from -3 to 3")
    return Entry(gist(form), value, roles)


def _forms(written: Entry) -> Iterator[Entry]:
    """Yield what *written* stands for: inflected, and hiragana in katakana too (キモい, キモイ)."""
    for form in _inflected(written):
        yield written._replace(form=form)
        stem = written.form if "adjective" in written.roles else form
        if len(stem) > 1 and _HIRAGANA_ONLY.issuperset(stem):
            yield written._replace(form=stem.translate(_KATAKANA) + form[len(stem) :])
            yield written._replace(form=form.translate(_KATAKANA))


def _inflected(written: Entry) -> Iterator[str]:
    form = written.form
    if "adjective" not in written.roles:
        yield form
        if form.endswith("ない") and len(form) > _SHORTEST_NEGATED:
            yield from (form[:-1] + end for end in ("かっ", "く", "さ"))
            yield from (form[:-2] + end for end in ("ねえ", "ねー"))
        return
    if not _HIRAGANA_ONLY.issuperset(form[-1]) and len(form) > 1:
        yield form
    yield from (form + end for end in _INFLECTIONS)
