"""The page: what a woken person reads, at most 900 characters and 20 rows of a phone."""

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from alerts.defuse import clip, defuse, width
from alerts.incident import Incident, Quote
from alerts.notification_log import PageKind
from alerts.routing import Receiver
from alerts.wording import WORDS, Words
from models.keyword import Topic, TopicKey

CHARACTERS = 900
ROWS = 20
ROW = 60  # half-width cells that fit 360 px
HEADLINE = 80  # half-width cells: 40 full-width characters
SHORT = 70
MARKS = "①②③"
_LONGEST = 1_000  # nothing longer is looked at before it is clipped

TopicOf = Callable[[TopicKey], Topic | None]


class Written(NamedTuple):
    """A page's text, its short form, and the keys of the posts it quotes."""

    text: str
    short: str
    quoted: tuple[str, ...]


class Ways(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a reader answers, with ``{id}`` for the incident, until there are one-tap links."""

    acknowledge: str = "hinoban incidents ack {id}"
    snooze: str = "hinoban incidents snooze {id} 30"
    not_a_fire: str = "hinoban incidents resolve {id} --verdict noise"


class Line(NamedTuple):
    """A line of the page; those with the highest ``spare`` are left out first, 0 never."""

    text: str
    spare: int = 0


def unnamed(key: TopicKey) -> Topic | None:
    """Know no topic: names are then slugs."""
    del key
    return None


def write(
    incident: Incident,
    kind: PageKind,
    *,
    receiver: Receiver,
    topic_of: TopicOf = unnamed,
    ways: Ways | None = None,
) -> Written:
    """Write the page of *kind* about *incident* for *receiver*."""
    writer = _Writer(incident, kind, receiver, topic_of, ways or Ways())
    headline = writer.headline()
    compose = writer.over if kind == "resolved" else writer.burning
    text, quotes = _fitted(headline, compose)
    shown = (*quotes, incident.explanation.starter if kind != "resolved" else None)
    quoted = tuple(sorted({f"{quote.source}/{quote.id}" for quote in shown if quote is not None}))
    short = f"{headline} {incident.id}"
    return Written(text, short if len(short) <= SHORT else headline[:SHORT], quoted)


def _fitted(
    headline: str, compose: Callable[[int], tuple[list[Line], list[Quote]]]
) -> tuple[str, list[Quote]]:
    """Shorten quotes first, then leave out what can best be spared, until the page fits."""
    lines: list[Line] = []
    quotes: list[Quote] = []
    for cells in (120, 90, 60, 44, 32):
        lines, quotes = compose(cells)
        if _fits(headline, lines):
            return _joined(headline, lines), quotes
    while not _fits(headline, lines) and any(line.spare for line in lines):
        lines.remove(max(lines, key=lambda line: line.spare))
    return _joined(headline, lines)[:CHARACTERS], quotes


def _fits(headline: str, lines: list[Line]) -> bool:
    text = _joined(headline, lines)
    return len(text) <= CHARACTERS and rows(text) <= ROWS


def rows(text: str) -> int:
    """Return how many rows of a phone *text* takes."""
    return sum(max(1, math.ceil(width(line) / ROW)) for line in text.split("\n"))


def _joined(headline: str, lines: Iterable[Line]) -> str:
    return "\n".join((headline, *(line.text for line in lines)))


class _Writer:
    """Writes the lines of one page in one language."""

    def __init__(
        self, incident: Incident, kind: PageKind, receiver: Receiver, topic_of: TopicOf, ways: Ways
    ) -> None:
        self._incident = incident
        self._kind = kind
        self._receiver = receiver
        self._topic_of = topic_of
        self._ways = ways
        self._words: Words = WORDS[receiver.language]

    def headline(self) -> str:
        """Write line 1, which stands alone on a lock screen: figures are kept, names give way."""
        incident, words = self._incident, self._words
        figures = self._resolved_figures() if self._kind == "resolved" else self._burning_figures()
        kind = words.kind[self._kind]
        if self._kind == "first" and incident.reopened:
            kind = words.reopened
        head = f"{words.severity[incident.severity]}{kind}"
        head = f"【{head}】" if self._receiver.language == "ja" else f"[{head}] "
        more = words.more_topics.format(n=len(incident.topics) - 1) if len(incident.topics) > 1 else ""
        room = HEADLINE - width(head) - width(more) - width(figures)
        return clip(f"{head}{clip(self._topic_name(), max(room, 8))}{more}{figures}", HEADLINE)

    def burning(self, cells: int) -> tuple[list[Line], list[Quote]]:
        """Write the lines below the headline of something that burns."""
        quotes = [quote for quote in self._incident.explanation.quotes if self._clean(quote.text, cells)]
        lines = [
            self._answer(),
            Line(self._figures()),
            *(self._quote(mark, quote, cells) for mark, quote in zip(MARKS, quotes, strict=False)),
            *self._spread(),
            Line(self._harmless(), spare=2),
            *self._blindness(),
            *self._doubts(),
            Line(clip(self._words.first_step.format(runbook=self._runbook()), 2 * ROW)),
            Line(self._words.snooze.format(how=self._way(self._ways.snooze)), spare=4),
            Line(self._words.not_a_fire.format(how=self._way(self._ways.not_a_fire)), spare=3),
        ]
        return [line for line in lines if line.text], quotes[: len(MARKS)]

    def over(self, cells: int) -> tuple[list[Line], list[Quote]]:
        """Write the lines below the headline of something that is over."""
        del cells
        incident, words = self._incident, self._words
        end = incident.resolved_at or incident.updated_at
        ended = words.ended.format(
            start=self._time(incident.started_at),
            end=self._time(end),
            owner=self._clean(incident.owner, 24) or "-",
            verdict=words.verdict[incident.verdict or ""],
        )
        return [Line(ended), *self._blindness()], []

    def _burning_figures(self) -> str:
        incident = self._incident
        return self._words.headline.format(
            negative=incident.negative,
            usual=_figure(incident.negative_expected),
            start=self._time(incident.started_at),
        )

    def _resolved_figures(self) -> str:
        incident = self._incident
        lasted = (incident.resolved_at or incident.updated_at) - incident.started_at
        hours, minutes = divmod(max(lasted, timedelta()) // timedelta(minutes=1), 60)
        duration = self._words.duration.format(hours=hours, minutes=minutes)
        return self._words.resolved.format(duration=duration, peak=round(incident.peak))

    def _answer(self) -> Line:
        incident = self._incident
        if incident.state == "acknowledged":
            since = next(
                (e.at for e in reversed(incident.timeline) if e.what == "acknowledged"), incident.updated_at
            )
            owner = self._clean(incident.owner, 40)
            return Line(self._words.owned.format(owner=owner, since=self._time(since)))
        return Line(self._words.acknowledge.format(how=self._way(self._ways.acknowledge)))

    def _figures(self) -> str:
        incident = self._incident
        share = self._words.share.format(
            share=round(incident.share * 100),
            low=round(incident.share_low * 100),
            high=round(incident.share_high * 100),
        )
        terms = self._words.comma.join(self._clean(term, 24) for term in incident.explanation.terms)
        return f"{share} ・ {terms}" if terms else share

    def _quote(self, mark: str, quote: Quote, cells: int) -> Line:
        others = self._words.others.format(n=quote.others) if quote.others else ""
        text = self._clean(quote.text, cells)
        spare = 6 if mark == MARKS[2] else 5 if mark == MARKS[1] else 0
        return Line(self._words.quote.format(mark=mark, text=text, others=others), spare)

    def _spread(self) -> list[Line]:
        starter = self._incident.explanation.starter
        if starter is None:
            return []
        when = self._time(starter.at) if starter.at else ""
        text = self._words.starter.format(who=self._who(starter.author), when=when)
        for handle, at, people in self._incident.explanation.carriers[:1]:
            text += self._words.carrier.format(who=self._who(handle), when=self._time(at), n=people)
        return [Line(text.rstrip(), spare=1)]

    def _harmless(self) -> str:
        incident, words = self._incident, self._words
        reason = self._clean(incident.explanation.benign, 40) or words.nothing
        text = words.benign.format(reason=reason)
        sources = len(incident.sources) or len(incident.explanation.sources)
        return f"{text} ・ {words.spread.format(n=sources)}" if sources > 1 else text

    def _blindness(self) -> list[Line]:
        explanation, words = self._incident.explanation, self._words
        silent = [
            words.silent.format(name=self._clean(name, 24), since=self._time(since))
            for name, since in explanation.silent[:3]
        ]
        names = words.comma.join(self._clean(name, 24) for name in explanation.blind[:6])
        blind = [words.blind.format(names=names)] if names else []
        text = " ・ ".join((*blind, *silent))
        return [Line(clip(text, 2 * ROW))] if text else []

    def _doubts(self) -> list[Line]:
        incident, words = self._incident, self._words
        lines = [Line(words.late)] if incident.found_late else []
        if incident.learning_since is not None:
            since = f"{incident.learning_since.astimezone(self._receiver.clock):%m/%d %H:%M}"
            lines.append(Line(words.learning.format(since=since)))
        return lines

    def _runbook(self) -> str:
        topic = self._topic_of(TopicKey(self._incident.brand, self._incident.topic))
        return " ".join(topic.runbook.split()) if topic and topic.runbook else self._words.runbook

    def _topic_name(self) -> str:
        key = TopicKey(self._incident.brand, self._incident.topic)
        topic = self._topic_of(key)
        return self._clean(topic.called(self._receiver.language) if topic else key.topic, HEADLINE)

    def _who(self, handle: str) -> str:
        return "＠" + self._clean(handle.removeprefix("@"), 24) if handle else "?"

    def _way(self, way: str) -> str:
        return way.replace("{id}", self._incident.id)

    def _clean(self, text: str, cells: int) -> str:
        return clip(defuse(text[:_LONGEST], link=self._words.link), cells)

    def _time(self, at: datetime) -> str:
        local = at.astimezone(self._receiver.clock)
        today = self._incident.updated_at.astimezone(self._receiver.clock).date()
        near = local.date() == today or abs(self._incident.updated_at - at) < timedelta(hours=12)
        return f"{local:%H:%M}" if near else f"{local:%m/%d %H:%M}"


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 1 or value == 0 else f"{value:.1f}"
