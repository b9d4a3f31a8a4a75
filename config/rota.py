"""What a rota may say, in `hinoban.toml` or in a file of its own, and what is wrong with it."""

import itertools
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from config import weekly
from config.mistakes import spoken

Trouble = tuple[str, str]
"""The path of a key, and what is wrong with it."""

DAY = timedelta(days=1)
YEARS = range(1970, 2200)
WAYS = ("file", "calendar", "url", "url_file", "layer")
"""Where a rota can be: exactly one of these."""


class Layer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People who take turns; ``from`` is the day on which the first of them begins."""

    people: tuple[str, ...]
    name: str = ""
    every: str = "week"
    handoff: Any = "09:00"
    since: Any = msgspec.field(name="from", default="")
    until: Any = msgspec.field(name="to", default="")
    only: tuple[str, ...] = ()


class Override(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who stands in for another for a time."""

    who: str
    since: Any = msgspec.field(name="from")
    until: Any = msgspec.field(name="to")
    layer: str = ""
    note: str = ""


class Rota(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rota: layers written down here, or where they stand instead."""

    file: str = ""
    calendar: str = ""
    url: str = ""
    url_file: str = ""
    zone: str = ""
    handoff: Any = "00:00"
    tell_gaps: bool = True
    layer: tuple[Layer, ...] = ()
    override: tuple[Override, ...] = ()


class RotaFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rota in a file of its own."""

    schema: Literal[1] = 1
    zone: str = ""
    layer: tuple[Layer, ...] = ()
    override: tuple[Override, ...] = ()


def name_of(layer: Layer, number: int) -> str:
    """Return what a layer is called: by itself, else by its number from the top."""
    return layer.name or f"layer {number + 1}"


def at_home(rota: Rota, home: Path) -> Rota:
    """Return a rota whose files are found from *home*."""
    files = {way: str(home / given) for way in ("file", "calendar") if (given := getattr(rota, way))}
    return msgspec.structs.replace(rota, **files)


def moment(given: Any, zone: tzinfo, *, last: bool = False) -> datetime:
    """Return a time of an override as an instant: local unless it has an offset, its *last* day whole.

    Raises ValueError.
    """
    if isinstance(given, date) and not isinstance(given, datetime) and given.year in YEARS:
        given = datetime.combine(given + DAY * last, time())
    if not isinstance(given, datetime) or given.year not in YEARS:
        why = "is no date and time; write 2026-11-20T18:00:00, or 2026-11-20 for the whole day"
        raise ValueError(f"{spoken(given)} {why}")
    return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)


def troubles(rota: Rota, people: Collection[str], zone: tzinfo) -> Iterator[Trouble]:
    """Find what cannot be meant in a rota of `hinoban.toml`."""
    given = [way for way in WAYS if getattr(rota, way)]
    if len(given) != 1:
        several = f"{' and '.join(given)} cannot stand together" if given else "it names nobody"
        yield "", f"{several}; give it one of {', '.join(WAYS)}"
    if rota.url and not is_address(rota.url):
        yield "url", f"{spoken(rota.url)} is no address; write it like https://calendar.example/oncall.ics"
    yield from _refused("handoff", lambda: weekly.handoff(rota.handoff))
    yield from layered(rota.layer, rota.override, people, zone)


def layered(
    layers: tuple[Layer, ...], overrides: tuple[Override, ...], people: Collection[str], zone: tzinfo
) -> Iterator[Trouble]:
    """Find what cannot be meant in layers and overrides."""
    names = [name_of(layer, number) for number, layer in enumerate(layers)]
    for number, layer in enumerate(layers):
        if names.index(names[number]) != number:
            yield (
                f"layer[{number}].name",
                f"there is another layer {spoken(names[number])}; call it otherwise",
            )
        for key, why in _layer(layer, people):
            yield f"layer[{number}].{key}", why
    for number, override in enumerate(overrides):
        for key, why in _override(override, people, zone):
            yield f"override[{number}].{key}", why
        if override.layer and override.layer not in names:
            why = f"no layer {spoken(override.layer)}; there is: {', '.join(names) or 'none'}"
            yield f"override[{number}].layer", why
    yield from _overlaps(overrides, zone)


def unknown(who: str, people: Collection[str]) -> str:
    """Say that nobody can be paged under a name."""
    known = ", ".join(sorted(people)) or "none"
    return f"no receiver {spoken(who)}; there is: {known}; or add [receivers.{who}]"


def _layer(layer: Layer, people: Collection[str]) -> Iterator[Trouble]:
    if not layer.people:
        yield "people", 'it names nobody; write receivers, like ["sato", "tanaka"]'
    yield from (("people", unknown(who, people)) for who in layer.people if who not in people)
    yield from _refused("every", lambda: weekly.step(layer.every))
    yield from _refused("handoff", lambda: weekly.handoff(layer.handoff))
    yield from _refused("only", lambda: [weekly.windows(text) for text in layer.only])
    for key, day in (("from", layer.since), ("to", layer.until)):
        if day != "" and not _is_day(day):
            yield key, f"{spoken(day)} is no day; write it like 2026-11-20, without quotes"
    if layer.since == "" and len(set(layer.people)) > 1:
        yield "from", "is missing; write the day on which the first of people begins, like 2026-11-20"
    if _is_day(layer.since) and _is_day(layer.until) and layer.until < layer.since:
        yield "to", "the layer ends before it begins; change one of the two"


def _override(override: Override, people: Collection[str], zone: tzinfo) -> Iterator[Trouble]:
    if override.who not in people:
        yield "who", unknown(override.who, people)
    wrong = [
        *_refused("from", lambda: moment(override.since, zone)),
        *_refused("to", lambda: moment(override.until, zone, last=True)),
    ]
    yield from wrong
    if not wrong and moment(override.until, zone, last=True) <= moment(override.since, zone):
        yield "to", "the override ends before it begins; change one of the two"


def _overlaps(overrides: tuple[Override, ...], zone: tzinfo) -> Iterator[Trouble]:
    """Find overrides that would stand in for the same person at the same time."""
    spans = []
    for number, one in enumerate(overrides):
        try:
            spans.append((one.layer, moment(one.since, zone), moment(one.until, zone, last=True), number))
        except ValueError:
            continue
    spans.sort()
    for before, after in itertools.pairwise(spans):
        if before[0] == after[0] and after[1] < before[2]:
            first, second = sorted((before[3], after[3]))
            other = overrides[first]
            why = f"overlaps that of {spoken(other.who)} from {other.since}; end one where the other begins"
            yield f"override[{second}].from", why


def _refused(key: str, read: Callable[[], Any]) -> Iterator[Trouble]:
    try:
        read()
    except ValueError as error:
        yield key, str(error)


def _is_day(given: Any) -> bool:
    return isinstance(given, date) and not isinstance(given, datetime) and given.year in YEARS


def is_address(url: str) -> bool:
    """Tell whether a calendar can be asked for at *url*."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https", "webcal"} and bool(parts.hostname)
    except ValueError:
        return False
