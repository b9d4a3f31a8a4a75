"""Why an incident is thought to burn, as people read it on a terminal: what a page has no room for."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from alerts import timeline
from alerts.defuse import plain
from alerts.digest import declaration
from alerts.digest.standdown import StandDown
from alerts.digest.wording import WORDS as DIGEST_WORDS
from alerts.grounds_wording import WORDS
from alerts.routing import NameOf
from alerts.wording import WORDS as PAGE_WORDS
from alerts.wording import Language

REASONS = 10
"""Reasons that are told; what decided leads."""
Told = dict[str, Any]
Clock = Callable[[datetime], str]


def grounds(told: Told, language: Language, clock: Clock, name_of: NameOf) -> Iterator[str]:
    """Yield the reasons with their intervals, who carried it, what is new, and what speaks against it."""
    teller = _Teller(language, clock)
    yield from teller.reasons(told)
    yield from teller.roles(told)
    yield from teller.counted(told)
    yield from teller.doubts(told)
    yield from teller.blindness(told)
    yield from teller.advice(told, name_of)


class _Teller:
    """Tells of one incident in one language, by the reader's clock."""

    def __init__(self, language: Language, clock: Clock) -> None:
        self._language = language
        self._words, self._page = WORDS[language], PAGE_WORDS[language]
        self._clock = clock

    def reasons(self, told: Told) -> Iterator[str]:
        yield from _below(self._words.why, map(self._reason, told["reasons"][:REASONS]))

    def _reason(self, reason: Told) -> str:
        name = timeline.signal(reason["signal"], self._language) or reason["signal"]
        value, beside = self._measured(reason)
        return self._words.reason.format(name=name, value=value, beside=f" ({beside})" if beside else "")

    def _measured(self, reason: Told) -> tuple[str, str]:
        words, figures = self._words, {name: reason[name] for name in ("value", "expected", "low", "high")}
        if reason["signal"] == "hundredth_in_minutes":
            shown = _shown(figures)
            if not figures["value"]:
                return words.there, ""
            return words.soon.format(**shown), words.soon_before.format(**shown) if shown["high"] else ""
        if reason["signal"] == "share":
            shown = {name: f"{100 * value:.0f}" for name, value in figures.items() if value is not None}
            whole = len(shown) == len(figures)
            return words.share.format(**shown), words.share_usual.format(**shown) if whole else ""
        shown = _shown(figures)
        said = [words.usual.format(**shown)] if shown["expected"] else []
        if shown["high"]:
            said.append((words.between if figures["low"] else words.above).format(**shown))
        return shown["value"], self._page.comma.join(said)

    def roles(self, told: Told) -> Iterator[str]:
        starter = told["starter"] or told["first"]
        if starter:
            when = self._time(starter["at"])
            yield self._words.starter.format(who=self._who(starter["who"]), when=when).rstrip()
        for one in told["carriers"]:
            named = {"who": self._who(one["who"]), "when": self._time(one["at"])}
            reached = self._words.carrier.format(**(one | named))
            yield f"  → {reached}"
            yield f"    {self._words.kinds.format(**one)}"

    def counted(self, told: Told) -> Iterator[str]:
        words, seen = self._words, told["observed"]
        if seen["posts"]:
            busiest = words.busiest.format(share=round(100 * seen["top_share"]))
            yield f"{words.observed.format(**seen)} ({words.kinds.format(**seen)})"
            yield f"  {words.reactors.format(n=seen['reactors'])}{self._page.dot}{busiest}"
        for title, lines in (
            (words.sources, map(self._source, told["reached"])),
            (words.terms, map(self._term, told["new_terms"])),
        ):
            yield from _below(title, lines)

    def _source(self, one: Told) -> str:
        since = self._words.since.format(at=self._time(one["since"])) if one["since"] else ""
        return self._words.source.format(**(one | {"name": plain(one["source"]), "since": since}))

    def _term(self, one: Told) -> str:
        never = self._words.never if one["never_seen"] else ""
        return self._words.term.format(**(one | {"term": plain(one["term"]), "never": never}))

    def doubts(self, told: Told) -> Iterator[str]:
        page = self._page
        mixed = [page.mixed] if told.get("mood") == "mixed" else []
        signs = page.comma.join([*mixed, *map(self._sign, told["harmless"])])
        if told["reasons"]:
            yield page.harmless.format(reason=signs or page.nothing)
        for event in told["planned"]:
            span = {name: self._time(event[name]) for name in ("start", "end")}
            note = f"{plain(event['note'])} " if event["note"] else ""
            kind = page.event[event["kind"]]
            yield page.planned.format(event=kind, note=note, times=f"{event['expected']:g}", **span)

    def _sign(self, sign: Told) -> str:
        name = "copies_of" if sign["texts"] > 1 else sign["sign"]
        share = int(100 * sign["share"])
        counted = self._page.sign[name].format(share=share, what=plain(sign["what"]), texts=sign["texts"])
        return f"{counted} ({self._words.cause[sign['cause']]})"

    def blindness(self, told: Told) -> Iterator[str]:
        spots: list[Told] = told["blind_spots"]
        unwatched = [plain(spot["what"]) for spot in spots if spot["kind"] == "not_watched"]
        if unwatched:
            yield self._page.blind.format(names=self._page.comma.join(unwatched))
        for spot in spots:
            if spot["kind"] != "not_watched":
                yield self._spot(spot)

    def _spot(self, spot: Told) -> str:
        page, since = self._page, self._time(spot["since"]) if spot["since"] else ""
        n, of = spot["count"] or 0, spot["of"] or 1
        told = {
            "silent": page.silent.format(name=plain(spot["what"]), since=since),
            "learning": page.learning.format(since=since),
            "found_late": page.late,
            "unscored": page.sampled.format(share=int(100 * (of - n) / of)),
            "unseen_origin": self._words.unseen.format(n=n, of=of),
        }
        return told[spot["kind"]]

    def advice(self, told: Told, name_of: NameOf) -> Iterator[str]:
        if told.get("stand_down"):
            rule = msgspec.convert(told["stand_down"], StandDown)
            by = plain(name_of(rule.declared_by, self._language))
            yield declaration.until(rule, DIGEST_WORDS[self._language], self._clock, by)
        for one in told["exclusions"]:
            found = [plain(word) for word in (*one["words"], *one["beside"])]
            words, figures = self._page.comma.join(found), {"n": one["mentions"], "of": one["of"]}
            if found:
                yield self._words.suggested.format(list=plain(one["list"]), words=words, **figures)

    def _who(self, handle: str) -> str:
        return f"＠{plain(handle).removeprefix('@').removeprefix('＠')}" if handle else self._page.somebody

    def _time(self, at: Any) -> str:
        return self._clock(msgspec.convert(at, datetime)) if at else ""


def _below(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a title with *lines* below it, nothing without any."""
    for number, line in enumerate(lines):
        yield from () if number else (title,)
        yield f"  {line}"


def _shown(figures: dict[str, float | None]) -> dict[str, str]:
    """Write numbers as people do: tenths below ten, where there are any."""
    return {name: "" if value is None else _number(value) for name, value in figures.items()}


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) < 10 and round(value, 1) != round(value) else f"{value:,.0f}"  # noqa: PLR2004 - two digits
