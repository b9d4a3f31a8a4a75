"""The page: what a woken person reads, at most 900 characters and 20 rows of a phone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from alerts import naming
from alerts.abuse import abusive
from alerts.blindspots import sampled
from alerts.defuse import clip, defuse
from alerts.headline import Headline
from alerts.incident import Harmless, Incident, Quote
from alerts.layout import CONVENIENT, HEADLINE, ROW, SHORT, Line, fitted
from alerts.notification_log import PageKind
from alerts.routing import Receiver
from alerts.wording import WORDS, Words
from models.keyword import Topic, TopicKey

MARKS = "①②③"
VERDICTS = "real|noise|campaign|not_us"
_LONGEST = 1_000  # nothing longer is looked at before it is clipped
_SILENT = 2  # silent sources that are named; the rest is counted
_UNKNOWN = 0.9  # an interval of a share that is wider than this says nothing

TopicOf = Callable[[TopicKey], Topic | None]


class Written(NamedTuple):
    """A page's text, its short form, and the keys of the posts it quotes."""

    text: str
    short: str
    quoted: tuple[str, ...]


class Ways(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a reader answers until there are one-tap links.

    ``{short}`` is quick to type; what ends an incident names ``{id}``, for a page may be read late.
    """

    acknowledge: str = "hinoban incidents ack {short}"
    snooze: str = "hinoban incidents snooze {short} 30"
    not_a_fire: str = "hinoban incidents resolve {id} --verdict noise"
    verdict: str = "hinoban incidents resolve {id} --verdict …"


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
    text, quotes = fitted(headline, writer.over if kind == "resolved" else writer.burning)
    shown = (*quotes, incident.explanation.starter if kind != "resolved" else None)
    quoted = tuple(sorted({f"{quote.source}/{quote.id}" for quote in shown if quote is not None}))
    short = f"{headline} {incident.id}"
    return Written(text, short if len(short) <= SHORT else headline[:SHORT], quoted)


def title(incident: Incident, *, receiver: Receiver, topic_of: TopicOf = unnamed) -> str:
    """Return line 1 about *incident* as it stands, for boards and alerts."""
    kind: PageKind = "first" if incident.open else "resolved"
    return _Writer(incident, kind, receiver, topic_of, Ways()).headline()


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
        """Write line 1."""
        return Headline(self._words, self._topic_name(), self._time).of(self._incident, self._kind)

    def burning(self, cells: int) -> tuple[list[Line], list[Quote]]:
        """Write the lines below the headline of something that burns."""
        quotes = [quote for quote in self._incident.explanation.quotes if self._clean(quote.text, cells)]
        lines = [
            self._answer(),
            Line(self._growth()),
            Line(self._share()),
            Line(self._terms(), spare=1),
            *(self._quote(mark, quote, cells) for mark, quote in zip(MARKS, quotes, strict=False)),
            *self._spread(),
            Line(self._harmless(), spare=2),
            Line(self._planned(), spare=2),
            *self._blindness(),
            *self._doubts(),
            Line(clip(self._words.first_step.format(runbook=self._runbook()), 2 * ROW)),
            Line(self._words.snooze.format(how=self._way(self._ways.snooze)), spare=CONVENIENT),
            Line(self._words.not_a_fire.format(how=self._way(self._ways.not_a_fire)), spare=5),
        ]
        return [line for line in lines if line.text], quotes[: len(MARKS)]

    def over(self, cells: int) -> tuple[list[Line], list[Quote]]:
        """Write the lines below the headline of something that is over; nobody is quoted."""
        del cells
        incident, words = self._incident, self._words
        ended = words.ended.format(
            start=self._time(incident.started_at),
            end=self._time(incident.resolved_at or incident.updated_at),
            severity=words.severity[incident.severity],
            handled=self._handled(),
        )
        return [Line(ended), Line(self._verdict()), Line(self._terms()), *self._blindness()], []

    def _handled(self) -> str:
        incident, words = self._incident, self._words
        since = next((e.at for e in incident.timeline if e.by and e.by == incident.owner), None)
        if not incident.owner or since is None:
            return words.nobody
        return words.handled.format(owner=self._clean(incident.owner, 24), since=self._time(since))

    def _verdict(self) -> str:
        verdict, words = self._incident.verdict, self._words
        if verdict:
            return words.verdict_is.format(verdict=words.verdict[verdict])
        return words.verdict_open.format(how=self._way(self._ways.verdict))

    def _answer(self) -> Line:
        incident, words = self._incident, self._words
        owner, how = self._clean(incident.owner, 20), self._way(self._ways.acknowledge)
        if incident.state == "acknowledged":
            lines = (e.at for e in reversed(incident.timeline) if e.what == "acknowledged")
            since = next(lines, incident.updated_at)
            return Line(words.owned.format(owner=owner, since=self._time(since)))
        asked = self._kind == "reminder" and owner and incident.state in {"triggered", "reopened"}
        sentence = words.still if asked else words.acknowledge
        return Line(sentence.format(how=how, owner=owner))

    def _growth(self) -> str:
        """Say why a page of kind ``grown`` went out."""
        incident, words = self._incident, self._words
        if self._kind != "grown":
            return ""
        rose = any(entry.what.startswith("severity ") for entry in incident.timeline[-2:])
        return words.grown.format(why=self._why()) if rose else words.outgrown

    def _why(self) -> str:
        incident, words = self._incident, self._words
        if not incident.reasons:
            return words.why[""]
        reason = incident.reasons[0]
        name, _, risk = reason.signal.partition(":")
        sentence = words.why.get(name, words.why[""])
        return sentence.format(n=round(reason.value), risk=words.risk.get(risk, risk))

    def _share(self) -> str:
        incident, words = self._incident, self._words
        if incident.share_high - incident.share_low > _UNKNOWN:
            return words.unscored
        share, low, high = (
            round(part * 100) for part in (incident.share, incident.share_low, incident.share_high)
        )
        return words.share.format(share=share, low=low, high=high)

    def _terms(self) -> str:
        terms = [self._clean(term, 24) for term in self._incident.explanation.terms]
        said = self._words.comma.join(term for term in terms if term)
        return self._words.terms.format(terms=said) if said else ""

    def _quote(self, mark: str, quote: Quote, cells: int) -> Line:
        words = self._words
        others = words.others.format(n=quote.others) if quote.others else ""
        sentence = words.collapsed if abusive(quote.text) else words.quote
        spare = 6 if mark == MARKS[2] else 4 if mark == MARKS[1] else 0
        return Line(sentence.format(mark=mark, text=self._clean(quote.text, cells), others=others), spare)

    def _spread(self) -> list[Line]:
        starter = self._incident.explanation.starter
        if starter is None:
            return []
        when = self._time(starter.at) if starter.at else ""
        text = self._words.starter.format(who=self._who(starter.author), when=when)
        for one in self._incident.explanation.carriers[:1]:
            text += self._words.carrier.format(who=self._who(one.who), when=self._time(one.at), n=one.people)
        return [Line(text.rstrip(), spare=3)]

    def _harmless(self) -> str:
        incident, words = self._incident, self._words
        signs = words.comma.join(self._sign(sign) for sign in incident.explanation.harmless)
        text = words.harmless.format(reason=signs or words.nothing)
        sources = len(incident.sources) or len(incident.explanation.sources)
        return f"{text}{words.dot}{words.spread.format(n=sources)}" if sources > 1 else text

    def _planned(self) -> str:
        """Say what the calendar has for this time: of several the largest, which is the one that counts."""
        words = self._words
        event = max(self._incident.planned, key=lambda event: event.expected, default=None)
        if event is None:
            return ""
        note = self._clean(event.note, 24)
        return words.planned.format(
            event=words.event[event.kind],
            note=f"{note} " if note else "",
            start=self._time(event.start),
            end=self._time(event.end),
            times=f"{event.expected:g}",
        )

    def _sign(self, sign: Harmless) -> str:
        # Rounded down: never more than was counted.
        name = "copies_of" if sign.texts > 1 else sign.sign
        return self._words.sign[name].format(
            share=int(sign.share * 100), what=self._clean(sign.what, 24), texts=sign.texts
        )

    def _blindness(self) -> list[Line]:
        explanation, words = self._incident.explanation, self._words
        silent = [
            words.silent.format(name=self._clean(name, 20), since=self._time(since))
            for name, since in explanation.silent[:_SILENT]
        ]
        if len(explanation.silent) > _SILENT:
            silent.append(words.more_silent.format(n=len(explanation.silent) - _SILENT))
        names = words.comma.join(self._clean(name, 20) for name in explanation.blind[:6])
        blind = [words.blind.format(names=clip(names, ROW))] if names else []
        text = words.dot.join((*blind, *silent))
        return [Line(clip(text, 3 * ROW))] if text else []

    def _doubts(self) -> list[Line]:
        incident, words = self._incident, self._words
        lines = [Line(words.late)] if incident.found_late else []
        if sampled(incident):
            seen = incident.explanation.observed
            lines.append(Line(words.sampled.format(share=int(100 * seen.judged / seen.posts)), spare=4))
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
        return way.replace("{short}", naming.short(self._incident)).replace("{id}", self._incident.id)

    def _clean(self, text: str, cells: int) -> str:
        return clip(defuse(text[:_LONGEST], link=self._words.link), cells)

    def _time(self, at: datetime) -> str:
        local = at.astimezone(self._receiver.clock)
        today = self._incident.updated_at.astimezone(self._receiver.clock).date()
        near = local.date() == today or abs(self._incident.updated_at - at) < timedelta(hours=12)
        return f"{local:%H:%M}" if near else f"{local:%m/%d %H:%M}"
