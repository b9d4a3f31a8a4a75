"""Times of the week as people write them: how often turns change, at what hour, and on which days."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

from config.mistakes import spoken

_WHOLE = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = {
    name: number
    for number, (whole, kanji) in enumerate(zip(_WHOLE, "月火水木金土日", strict=True))
    for name in (whole, whole[:3], kanji, f"{kanji}曜", f"{kanji}曜日")
}
_GROUPS = {
    "weekdays": range(5), "weekday": range(5), "平日": range(5),
    "weekends": range(5, 7), "weekend": range(5, 7), "土日": range(5, 7), "週末": range(5, 7),
    "daily": range(7), "every day": range(7), "毎日": range(7),
}  # fmt: skip
_UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_STEP = re.compile(r"(?P<count>\d{1,4})? ?(?P<unit>hour|day|week|h|d|w)s?")
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d|24:00"
_DAILY = re.compile(rf"(?P<days>.*?) ?(?:(?P<opens>{_CLOCK}) ?- ?(?P<closes>{_CLOCK}))?")
_SPAN = re.compile(
    rf"(?P<first>\D+?) ?(?P<opens>{_CLOCK}) ?- ?(?P<last>[^\d\s:]+) ?(?P<closes>{_CLOCK})",
)
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
LONGEST = timedelta(days=366)


def step(text: str) -> timedelta:
    """Return how long a turn is: "day", "week", "2 weeks", "12 hours"; raises ValueError."""
    match = _STEP.fullmatch(_folded(text))
    if match:
        unit = next(length for name, length in _UNITS.items() if name.startswith(match["unit"]))
        found = int(match["count"] or 1) * unit
        if timedelta(0) < found <= LONGEST:
            return found
    raise ValueError(f'{spoken(text)} is no length of a turn; write "day", "week", "2 weeks" or "12 hours"')


def handoff(given: Any) -> time:
    """Return the time of day at which turns change, "09:00" or TOML's 09:00:00; raises ValueError."""
    if isinstance(given, time):
        return given.replace(tzinfo=None)
    if isinstance(given, str) and re.fullmatch(_CLOCK, clock := _folded(given)) and clock != "24:00":
        hour, minute = map(int, clock.split(":"))
        return time(hour, minute)
    raise ValueError(f'{spoken(given)} is no time of day; write it like "09:00"')


def windows(text: str) -> list[tuple[timedelta, timedelta]]:
    """Return the windows that a text says, as what has passed since Monday 00:00 and a length.

    Raises ValueError unless it is like "mon-fri 18:00-09:00", "sat,sun" or "fri 18:00-mon 09:00".
    """
    said = _folded(text)
    if span := _SPAN.fullmatch(said):
        first, last = _NAMES.get(span["first"]), _NAMES.get(span["last"])
        if first is not None and last is not None:
            start = first * _DAY + _clock(span["opens"])
            return [(start, (last * _DAY + _clock(span["closes"]) - start) % _WEEK or _WEEK)]
    if said and (daily := _DAILY.fullmatch(said)):
        days = list(_days(daily["days"])) if daily["days"] else list(range(7))
        if days and None not in days:
            opens, closes = _clock(daily["opens"] or "0:00"), _clock(daily["closes"] or "24:00")
            length = closes - opens if closes > opens else closes - opens + _DAY
            return [(day * _DAY + opens, length) for day in days if day is not None]
    example = '"weekdays 18:00-09:00", "sat,sun" or "fri 18:00-mon 09:00"'
    raise ValueError(f"{spoken(text)} is no time of the week; write it like {example}")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    return re.sub(r"\s+", " ", re.sub(r"\s*[-‐-―〜~]\s*", "-", plain))


def _clock(text: str) -> timedelta:
    hours, minutes = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes)


def _days(text: str) -> Iterator[int | None]:
    """Yield the numbers of the days that a text names, None for a name that is no day."""
    for part in re.split(r" ?[,、・] ?", text):
        first, to, last = part.partition("-")
        if part in _GROUPS:
            yield from _GROUPS[part]
        elif to and first in _NAMES and last in _NAMES:
            start, end = _NAMES[first], _NAMES[last]
            yield from ((start + day) % 7 for day in range((end - start) % 7 + 1))
        else:
            yield _NAMES.get(part)
