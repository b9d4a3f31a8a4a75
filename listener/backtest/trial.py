"""What is tried against what is in force: two sets of lists and settings, and where they differ."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, rules
from listener.assembly import Vocabulary
from listener.backtest.setting import adjusted
from listener.matching import lists as keyword_lists
from listener.matching.lists import ListError
from models.keyword import KeywordList, TopicKey

Lists = dict[Path, KeywordList]


class Setup(NamedTuple):
    """Lists and settings that a watch could run with."""

    settings: Settings
    words: Vocabulary


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is tried; ``instead`` is the file in whose place a list is put."""

    kind: str
    what: str
    instead: str = ""


class Trial(NamedTuple):
    """Both sides; ``widened`` are the topics that may match what was never stored."""

    current: Setup
    changed: Setup
    tried: tuple[Tried, ...]
    widened: frozenset[TopicKey]
    brands: tuple[str, ...]

    @property
    def unchanged(self) -> bool:
        """Tell whether both sides are the same."""
        before, after = self.current, self.changed
        return before.settings == after.settings and not _differing(before.words.lists, after.words.lists)

    @property
    def rescored(self) -> bool:
        """Tell whether the changed side judges by another scorer, so that stored scores are of no use."""
        return self.current.settings.scorer != self.changed.settings.scorer


def prepared(
    settings: Settings,
    *,
    keywords: Sequence[Path] = (),
    adjustments: Sequence[str] = (),
    instead: tuple[Path, Settings] | None = None,
    now: datetime,
) -> Trial:
    """Read both sides; *instead* is another configuration to try. Raises SettingsError."""
    changed = instead[1] if instead else settings
    for given in adjustments:
        changed = adjusted(changed, given)
    try:
        ours = _read(settings.keywords)
        theirs, tried = _substituted(_read(changed.keywords) if instead else ours, keywords)
    except ListError as error:
        raise SettingsError(str(error)) from None
    tried += [Tried(kind="config", what=str(instead[0]))] if instead else []
    tried += [Tried(kind="setting", what=given) for given in adjustments]
    everyone = {one.brand for one in theirs.values()}
    _known(adjustments, everyone)
    differing = _differing(ours.values(), theirs.values())
    # What differs in one brand changes no figure of another, and need not be waited for.
    brands = differing if differing and changed == settings else everyone | differing
    before, after = (
        _setup(given, [one for one in lists.values() if one.brand in brands], now)
        for given, lists in ((settings, ours), (changed, theirs))
    )
    return Trial(before, after, tuple(tried), _widened(before, after), tuple(sorted(brands)))


def _setup(settings: Settings, lists: Sequence[KeywordList], now: datetime) -> Setup:
    words = assembly.compiled(tuple(lists), now, dictionary=settings.matching.dictionary)
    return Setup(settings, assembly.with_events(words, settings, now=now))


def _read(paths: Iterable[Path]) -> Lists:
    return {file: keyword_lists.load_file(file) for file in keyword_lists.files(paths)}


def _substituted(ours: Lists, given: Sequence[Path]) -> tuple[Lists, list[Tried]]:
    """Put the lists at *given* in their places; a folder takes the place of all lists."""
    if any(path.is_dir() for path in given):
        return _read(given), [Tried(kind="folder", what=str(path)) for path in given]
    theirs, tried = dict(ours), []
    for file, one in _read(given).items():
        place = _place(file, one, ours)
        # It takes the place itself: the order of lists is no difference.
        theirs = {file if known == place else known: other for known, other in theirs.items()}
        theirs[file] = one
        kind = "list" if place else "beside"
        tried.append(Tried(kind=kind, what=str(file), instead=str(place or "")))
    return theirs, tried


def _place(file: Path, one: KeywordList, ours: Lists) -> Path | None:
    """Return the file of ours that *file* replaces: of its name, else the only one of its brand."""
    named = [other for other in ours if other.stem == file.stem]
    of_brand = [other for other, known in ours.items() if known.brand == one.brand]
    if named:
        return named[0]
    return of_brand[0] if len(of_brand) == 1 else None


def _known(adjustments: Sequence[str], brands: set[str]) -> None:
    """Refuse a setting of a brand that nobody listens for: it would change nothing."""
    for given in adjustments:
        first, _, rest = given.partition(".")
        slug = rest.partition(".")[0]
        if first.strip() == "brand" and slug not in brands:
            there = ", ".join(sorted(brands))
            raise SettingsError(f"--setting {given}: no list is of the brand {slug!r}; there is: {there}")


def _differing(ours: Iterable[KeywordList], theirs: Iterable[KeywordList]) -> set[str]:
    before, after = rules.of(ours), rules.of(theirs)
    return {key.brand for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def _widened(before: Setup, after: Setup) -> frozenset[TopicKey]:
    """Return the topics that may match what was never stored."""
    known, tried = rules.of(before.words.lists), rules.of(after.words.lists)
    if before.settings.matching != after.settings.matching:
        return frozenset(tried)
    return frozenset(key for key, rule in tried.items() if key not in known or rule.widen(known[key]))
