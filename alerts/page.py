"""The page: what a woken person reads, at most 900 characters and 20 rows of a phone."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from alerts import doubts, naming, response_wording, stretch
from alerts.abuse import abusive
from alerts.defuse import clip, plain
from alerts.digest import declaration, standdown
from alerts.digest.standdown import Rule
from alerts.figures import UNKNOWN
from alerts.first_response import RESPONDED
from alerts.headline import Headline
from alerts.incident import Incident, Quote
from alerts.layout import CONVENIENT, HEADLINE, LINKED, ROW, SHORT, THIRD, Line, Room, fitted, rows
from alerts.notification_log import PageKind
from alerts.pen import LONGEST, Pen
from alerts.routing import NameOf, Receiver, as_known
from models.keyword import Topic, TopicKey

MARKS = "①②③"
VERDICTS = "real|noise|campaign|not_us"
BESIDE = 2
"""Headlines of other fires that a page has room for."""
_TELLING = 12  # characters of line 1 that a short message keeps at least, or its link is left out
_LONGEST_LINK = 200  # characters of a runbook's address: five rows of a phone
_DECLARER = 32  # cells of whoever declares a fire over

TopicOf = Callable[[TopicKey], Topic | None]


class Written(NamedTuple):
    """A page's text, its short form, and the keys of the posts it quotes."""

    text: str
    short: str
    quoted: tuple[str, ...]


class House(NamedTuple):
    """What a page knows of a brand's people: how readers see them, and who declares a critical fire over."""

    name_of: NameOf = as_known
    rule: Rule = Rule()


class Ways(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a reader answers: what to type, or the address of a one-tap link.

    ``{short}`` is quick to type; what ends an incident names ``{id}``, for a page may be read late.
    ``tap`` is the link that a short message carries; empty when there is none.
    """

    acknowledge: str = "hinoban incidents ack {short}"
    snooze: str = "hinoban incidents snooze {short} 30"
    not_a_fire: str = "hinoban incidents resolve {id} --verdict noise"
    verdict: str = "hinoban incidents resolve {id} --verdict …"
    tap: str = ""


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
    beside: Sequence[str] = (),
    house: House | None = None,
) -> Written:
    """Write the page of *kind* about *incident* for *receiver*; *beside* are headlines that burn as well."""
    writer = _Writer(incident, kind, receiver, topic_of, ways or Ways())
    writer.beside, writer.house = tuple(beside), house or House()
    headline = writer.headline()
    text, quotes = fitted(headline, writer.over if kind == "resolved" else writer.burning)
    shown = (*quotes, incident.explanation.starter if kind != "resolved" else None)
    quoted = tuple(sorted({f"{quote.source}/{quote.id}" for quote in shown if quote is not None}))
    return Written(text, writer.short(), quoted)


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
        self._topic_of = topic_of
        self._ways = ways
        self._pen = Pen.of(incident, receiver)
        self._words = self._pen.words
        self._headline = Headline(self._words, self._topic_name(), self._pen.time)
        self.beside: tuple[str, ...] = ()
        self.house = House()

    def headline(self) -> str:
        """Write line 1."""
        return self._headline.of(self._incident, self._kind)

    def short(self) -> str:
        """Write line 1 and how to answer for a short message: a link is whole or left out."""
        room = SHORT - len(self._ways.tap) - 1
        if self._ways.tap and room >= _TELLING:
            return f"{self._headline.brief(self._incident, self._kind, room)} {self._ways.tap}"
        with_id = f"{self.headline()} {self._incident.id}"
        return with_id if len(with_id) <= SHORT else self._headline.brief(self._incident, self._kind, SHORT)

    def burning(self, room: Room) -> tuple[list[Line], list[Quote]]:
        """Write the lines below the headline of something that burns."""
        incident = self._incident
        quotes = [quote for quote in incident.explanation.quotes if self._pen.clean(quote.text, room.first)]
        lines = [
            self._answer(),
            Line(self._unanswered(), spare=2),
            *self._beside(),
            Line(self._again(), spare=4),
            Line(self._growth()),
            *self._figures(),
            *(self._quote(mark, quote, room) for mark, quote in zip(MARKS, quotes, strict=False)),
            *self._spread(),
            Line(doubts.harmless(incident, self._pen), spare=2),
            Line(doubts.planned(incident, self._pen), spare=2),
            *doubts.blindness(incident, self._pen),
            *doubts.doubts(incident, self._pen),
            Line(self._first_step()),
            Line(self._words.snooze.format(how=self._way(self._ways.snooze)), spare=CONVENIENT),
            Line(
                self._words.not_a_fire.format(how=self._way(self._ways.not_a_fire)),
                LINKED if self._ways.tap else 5,
            ),
        ]
        return [line for line in lines if line.text], quotes[: len(MARKS)]

    def over(self, room: Room) -> tuple[list[Line], list[Quote]]:
        """Write the lines below the headline of something that is over; nobody is quoted."""
        del room
        incident, words = self._incident, self._words
        ended = words.ended.format(
            start=self._pen.time(incident.started_at),
            end=self._pen.time(incident.resolved_at or incident.updated_at),
            severity=words.severity[incident.severity],
            handled=self._handled(),
        )
        lines = (Line(self._stand_down()), Line(self._verdict()), Line(self._terms(), spare=1))
        told = [Line(ended), *self._responded(), *lines, *doubts.blindness(incident, self._pen)]
        return [line for line in told if line.text], []

    def _handled(self) -> str:
        incident, words = self._incident, self._words
        acts = [e for e in incident.timeline if e.by and e.what != RESPONDED]
        since = next((e.at for e in acts if e.by == incident.owner), None)
        if not incident.owner or since is None:
            return words.nobody
        return words.handled.format(owner=self._person(incident.owner, 24), since=self._pen.time(since))

    def _responded(self) -> list[Line]:
        said = response_wording.first(self._incident, self._pen.receiver.language)
        return [Line(said, spare=2)] if said else []

    def _stand_down(self) -> str:
        """Say who declares a critical fire over, and until when it must stay quiet for that."""
        stand_down = standdown.stand_down(self._incident, self.house.rule)
        if stand_down is None:
            return ""
        by = self._person(stand_down.declared_by, _DECLARER)
        return declaration.awaited(stand_down, self._pen, by)

    def _verdict(self) -> str:
        verdict, words = self._incident.verdict, self._words
        if verdict:
            return words.verdict_is.format(verdict=words.verdict[verdict])
        return words.verdict_open.format(how=self._way(self._ways.verdict))

    def _answer(self) -> Line:
        incident, words = self._incident, self._words
        owner, how = self._person(incident.owner, 20), self._way(self._ways.acknowledge)
        if incident.state == "acknowledged":
            lines = (e.at for e in reversed(incident.timeline) if e.what == "acknowledged")
            since = next(lines, incident.updated_at)
            return Line(words.owned.format(owner=owner, since=self._pen.time(since)))
        asked = self._kind == "reminder" and owner and incident.state in {"triggered", "reopened"}
        sentence = words.still if asked else words.acknowledge
        return Line(sentence.format(how=how, owner=owner))

    def _unanswered(self) -> str:
        """Say who was called before the reader of a call for help, and did not answer."""
        incident, me = self._incident, self._pen.receiver.name
        if self._kind != "escalation" or incident.state not in {"triggered", "reopened"}:
            return ""
        called = [f"{self._person(r.to, 20)} {self._pen.time(r.at)}" for r in incident.rung if r.to != me]
        return self._words.unanswered.format(names=self._words.comma.join(called[-3:])) if called else ""

    def _beside(self) -> Iterator[Line]:
        """Name what burns as well; of two the second is the first to give way."""
        for number, headline in enumerate(self.beside[:BESIDE]):
            yield Line(clip(self._words.beside.format(headline=headline), 2 * ROW), spare=number)

    def _again(self) -> str:
        """Say of what flared up anew when it burnt before."""
        before = stretch.present(self._incident).before
        if before is None:
            return ""
        start, end = (self._pen.time(at) for at in before)
        return self._words.again.format(start=start, end=end)

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

    def _figures(self) -> list[Line]:
        """Tell the share and the new words, on one row where it holds both."""
        share, terms = self._share(), self._new_words()
        both = f"{share}{self._words.dot}{terms}"
        return [Line(both)] if terms and rows(both) == 1 else [Line(share), Line(self._terms(), spare=1)]

    def _share(self) -> str:
        incident, words = self._incident, self._words
        if incident.share_high - incident.share_low > UNKNOWN:
            return words.unscored
        share, low, high = (
            round(part * 100) for part in (incident.share, incident.share_low, incident.share_high)
        )
        return words.share.format(share=share, low=low, high=high)

    def _terms(self) -> str:
        said = self._new_words()
        return self._words.terms.format(terms=said) if said else ""

    def _new_words(self) -> str:
        terms = [self._pen.clean(term, 24) for term in self._incident.explanation.terms]
        return self._words.comma.join(term for term in terms if term)

    def _quote(self, mark: str, quote: Quote, room: Room) -> Line:
        words = self._words
        others = words.others.format(n=quote.others) if quote.others else ""
        sentence = words.collapsed if abusive(quote.text[:LONGEST]) else words.quote
        cells = room.first if mark == MARKS[0] else room.others
        spare = THIRD if mark == MARKS[2] else 4 if mark == MARKS[1] else 0
        return Line(sentence.format(mark=mark, text=self._pen.clean(quote.text, cells), others=others), spare)

    def _spread(self) -> list[Line]:
        starter = self._incident.explanation.starter
        if starter is None:
            return []
        when = self._pen.time(starter.at) if starter.at else ""
        text = self._words.starter.format(who=self._pen.who(starter.author), when=when)
        for one in self._incident.explanation.carriers[:1]:
            who, when = self._pen.who(one.who), self._pen.time(one.at)
            text += self._words.carrier.format(who=who, when=when, n=one.people)
        return [Line(text.rstrip(), spare=3)]

    def _first_step(self) -> str:
        """Name the topic's runbook; an address is never cut, one that is too long for a page is left out."""
        topic = self._topic_of(TopicKey(self._incident.brand, self._incident.topic))
        own = plain(topic.runbook) if topic else ""
        link = "://" in own
        if not own or (link and len(own) > _LONGEST_LINK):
            own = self._words.runbook
        return self._words.first_step.format(runbook=own if link else clip(own, 2 * ROW - 8))

    def _person(self, who: str, cells: int) -> str:
        return self._pen.clean(self.house.name_of(who, self._pen.receiver.language), cells)

    def _topic_name(self) -> str:
        key = TopicKey(self._incident.brand, self._incident.topic)
        topic = self._topic_of(key)
        called = topic.called(self._pen.receiver.language) if topic else key.topic
        return self._pen.clean(called, HEADLINE) or self._pen.clean(key.topic, HEADLINE)

    def _way(self, way: str) -> str:
        return way.replace("{short}", naming.short(self._incident)).replace("{id}", self._incident.id)
