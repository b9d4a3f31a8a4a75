"""The digest as a message: at most 900 characters, the most important first; a quiet night is one line."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from alerts import response_wording
from alerts.defuse import clip, defuse
from alerts.digest import declaration
from alerts.digest.material import Silence
from alerts.digest.morning import Held, Morning, Told
from alerts.digest.standdown import StandDown
from alerts.digest.wording import WORDS, Words
from alerts.layout import CHARACTERS, HEADLINE
from alerts.page import TopicOf, unnamed
from alerts.rota import notice
from alerts.routing import NameOf, Receiver, as_known
from alerts.wording import WORDS as PAGE_WORDS
from alerts.wording import Words as PageWords
from models.keyword import TopicKey

_NAME = 28  # half-width cells of a topic's name
_LISTED = 3  # items of one kind before the rest is a number
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """A digest as its receiver reads it; ``cut`` tells whether lines had to be left out."""

    text: str
    short: str
    cut: bool = False


def write(
    morning: Morning,
    receiver: Receiver,
    topic_of: TopicOf = unnamed,
    *,
    name_of: NameOf = as_known,
    most: int = CHARACTERS,
) -> Brief:
    """Write *morning* for *receiver* in at most so many characters."""
    writer = _Writer(morning, receiver, topic_of, name_of)
    head = writer.headline()
    lines = list(writer.lines())
    whole = "\n".join((head, *lines))
    if len(whole) <= most:
        return Brief(text=whole, short=head[:70])
    rest = writer.rest()
    while lines and len("\n".join((head, *lines, rest))) > most:
        lines.pop()
    return Brief(text="\n".join((head, *lines, rest)), short=head[:70], cut=True)


class _Writer:
    def __init__(self, morning: Morning, receiver: Receiver, topic_of: TopicOf, name_of: NameOf) -> None:
        self.morning = morning
        self.receiver = receiver
        self.topic_of = topic_of
        self.name_of = name_of
        self.words: Words = WORDS[receiver.language]
        self.page: PageWords = PAGE_WORDS[receiver.language]

    def headline(self) -> str:
        """Say in one line how the night was."""
        night = self.morning.night
        day = f"{night.end.astimezone(self.receiver.clock):%m/%d %H:%M}"
        head = self.words.head.format(day=day)
        if self.morning.quiet:
            start = night.start.astimezone(self.receiver.clock)
            return head + self.words.quiet.format(start=f"{start:%H:%M}", end=day[-5:])
        told = self._join(self._counts())
        rang = sum(self.morning.load.values())
        said = self.words.happened if self.morning.fires else self.words.almost
        return clip(
            head + said.format(what=told) + (self.words.rang.format(n=rang) if rang else ""), HEADLINE
        )

    def _counts(self) -> Iterator[str]:
        one = self.morning
        severe = [fire.severity for fire in one.fires]
        rest = {
            "postponed": len(one.postponed),
            "todo": len(one.todo),
            "ember": len(one.embers),
            "praise": len(one.praise),
            "muted": len(one.muted),
        }
        fires = {severity: severe.count(severity) for severity in ("critical", "warning")}
        counts = fires if severe else rest
        for name, count in counts.items():
            if count:
                yield self.words.counted[name].format(n=count)

    def lines(self) -> Iterator[str]:
        """Yield what follows, the most important first."""
        one = self.morning
        if one.late:
            handoff = self._clock(one.night.end)
            yield self.words.late.format(handoff=handoff, late=self._length(one.late))
        for fire in one.fires:
            yield from self._fire(fire)
        yield from self._todo()
        yield from (self._held(held) for held in one.postponed)
        if one.embers:
            yield self.words.embers.format(items=self._listed([self._item(ember) for ember in one.embers]))
        yield from self._vacant()
        yield from self._gaps()
        yield from self._muted()
        if one.praise:
            yield self.words.praise.format(items=self._listed([self._praised(each) for each in one.praise]))
        yield from self._load()

    def rest(self) -> str:
        """Say where the lines are that did not fit."""
        day = self.morning.night.end.astimezone(self.receiver.clock)
        return self.words.whole.format(day=f"{day:%Y-%m-%d}")

    def _fire(self, fire: Told) -> Iterator[str]:
        severity = self.page.severity[fire.severity]
        end = self._clock(fire.until) if fire.until else self.words.burning
        first = self.words.fire.format(
            severity=severity, name=self._name(fire), start=self._clock(fire.since), end=end
        )
        yield self._join((first, self.words.peak.format(peak=round(fire.peak))))
        yield "  " + self._join(self._handled(fire))
        if fire.stand_down:
            yield "  " + self._stand_down(fire.stand_down)

    def _handled(self, fire: Told) -> Iterator[str]:
        if fire.seconds is not None:
            after = self._length(timedelta(seconds=fire.seconds))
            yield self.words.answered.format(by=self._person(fire.handled), after=after)
        elif fire.handled:
            yield self.words.handled.format(by=self._person(fire.handled))
        else:
            yield self.words.unanswered
        if first := fire.first_response:
            after = response_wording.lasting(max(timedelta(), first.at - fire.since), self.receiver.language)
            yield self.words.responded.format(after=after)
        if fire.reopened:
            yield self.words.reopened.format(n=fire.reopened)
        verdict = self.page.verdict
        if fire.verdict:
            yield self.words.verdict.format(verdict=verdict[fire.verdict])
        elif fire.until:
            yield self.words.no_verdict

    def _stand_down(self, rule: StandDown) -> str:
        by = self._person(rule.declared_by)
        return declaration.told(rule, self.morning.made_at, self.words, self._clock, by)

    def _todo(self) -> Iterator[str]:
        for what, title in self.words.todo.items():
            items = [self._item(one) for one in self.morning.todo if one.todo == what]
            if items:
                yield f"{title} {self._listed(items)}"

    def _held(self, held: Held) -> str:
        waits = "" if held.until > self.morning.made_at else "now"
        became = self.words.became[held.became or waits].format(until=self._clock(held.until))
        severity = self.page.severity[held.severity]
        name = self._named(held.brand, held.topic)
        return self.words.postponed.format(
            severity=severity, name=name, at=self._clock(held.at), became=became
        )

    def _vacant(self) -> Iterator[str]:
        """Say when soon nobody is on call, by day, before it is night."""
        found = self.morning.vacancies
        if found:
            items = [f"{one.rota} {notice.spelt(one, self.receiver)}" for one in found]
            yield self.words.vacant.format(items=self._listed(items))

    def _gaps(self) -> Iterator[str]:
        seen = self.morning.watched
        items = [self._gap(self.words.away, one) for one in seen.away]
        items += [self._gap(self.words.silent, one) for one in seen.silent]
        if seen.mentions and seen.share < 0.99:  # noqa: PLR2004 - the last few are always in the queue
            items.append(self.words.sampled.format(share=int(seen.share * 100)))
        if seen.restarts > len(seen.away):
            items.append(self.words.restarted.format(n=seen.restarts))
        if items:
            yield self.words.gaps.format(items=self._listed(items))

    def _muted(self) -> Iterator[str]:
        items = [
            self.words.mute.format(
                spelling=defuse(mute.spelling), until=self._clock(mute.until), by=self._person(mute.by)
            )
            for mute in self.morning.muted
        ]
        if items:
            yield self.words.muted.format(items=self._listed(items))

    def _gap(self, sentence: str, gap: Silence) -> str:
        night = self.morning.night
        return sentence.format(
            source=gap.source,
            start=self._clock(max(gap.start, night.start)),
            end=self._clock(min(gap.end, night.end)) if gap.end else self.words.still,
            length=self._length(night.overlap(gap.start, gap.end)),
        )

    def _load(self) -> Iterator[str]:
        one = self.morning
        told = [self.words.person.format(name=self._person(name), n=n) for name, n in one.load.items()]
        parts = [self._listed(told)] if told else []
        if one.median_seconds is not None:
            median = self._length(timedelta(seconds=one.median_seconds))
            parts.append(self.words.median.format(median=median))
        if one.unanswered:
            parts.append(self.words.missed.format(n=one.unanswered))
        if parts:
            yield self.words.load.format(people=self._join(parts))

    def _item(self, one: Told) -> str:
        owner = f" {self._person(one.handled)}" if one.todo == "owned" and one.handled else ""
        return self.words.item.format(name=self._name(one), since=self._clock(one.since), owner=owner)

    def _praised(self, one: Told) -> str:
        return self.words.praised.format(
            name=self._name(one), start=self._clock(one.since), peak=round(one.peak)
        )

    def _listed(self, items: Sequence[str]) -> str:
        said = list(items[:_LISTED])
        if len(items) > _LISTED:
            said.append(self.words.more.format(n=len(items) - _LISTED))
        return self.page.comma.join(said)

    def _join(self, parts: Iterable[str]) -> str:
        return self.page.dot.join(parts)

    def _name(self, one: Told) -> str:
        more = self.page.more_topics.format(n=one.topics - 1)
        return self._named(one.brand, one.topic) + (more if one.topics > 1 else "")

    def _named(self, brand: str, topic: str) -> str:
        known = self.topic_of(TopicKey(brand, topic))
        return clip(defuse(known.called(self.receiver.language) if known else topic), _NAME)

    def _person(self, who: str) -> str:
        return defuse(self.name_of(who, self.receiver.language))

    def _clock(self, at: datetime) -> str:
        """Spell an instant by the receiver's clock, with its day where it is not of this night."""
        local = at.astimezone(self.receiver.clock)
        near = self.morning.night.start - _HOUR <= at <= self.morning.night.end + _DAY
        return f"{local:%H:%M}" if near else f"{local:%m/%d %H:%M}"

    def _length(self, length: timedelta) -> str:
        return declaration.length(length, self.words)
