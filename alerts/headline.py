"""Line 1, which stands alone on a lock screen: how bad, what, why, since when."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts import reasons, stretch
from alerts.defuse import clip, width
from alerts.incident import Incident
from alerts.layout import HEADLINE
from alerts.notification_log import PageKind
from alerts.wording import Words
from models.flareup import Reason

_LEAST_NAME = 8  # cells that a topic's name keeps, whatever the figures need


class Headline(NamedTuple):
    """What a headline is written with: the reader's words and clock, and the topic's name."""

    words: Words
    name: str
    time: Callable[[datetime], str]

    def of(self, incident: Incident, kind: PageKind) -> str:
        """Write the headline: figures are kept, names give way."""
        words = self.words
        head = words.bracket.format(head=self._head(incident, kind))
        more = words.more_topics.format(n=len(incident.topics) - 1) if len(incident.topics) > 1 else ""
        figures = self._over(incident) if kind == "resolved" else self._figures(incident)
        room = HEADLINE - width(head) - width(more) - width(figures)
        return clip(f"{head}{clip(self.name, max(room, _LEAST_NAME))}{more}{figures}", HEADLINE)

    def brief(self, incident: Incident, kind: PageKind, room: int) -> str:
        """Write the headline in so many characters: first the usual goes, then the name, then the words."""
        full = self.words.bracket.format(head=self._head(incident, kind))
        whole = self._over(incident) if kind == "resolved" else self._figures(incident)
        short, bare = self._lasted(incident) if kind == "resolved" else self._fewest(incident)
        named, plain = len(self.name), self.words.bracket.format(head=self._rank(incident, kind))
        tries = ((full, named, whole), (full, named, short), (full, 7, short), (plain, 7, short),
                 (full, 4, bare), (plain, 4, bare), (plain, 1, ""))  # fmt: skip
        for head, least, figures in tries:
            left = room - len(head) - len(figures)
            if left >= min(least, named):
                return f"{head}{shortened(self.name, left)}{figures}".strip()
        return shortened(plain, room)

    def _fewest(self, incident: Incident) -> tuple[str, str]:
        """Return the deciding figure with its name, and without."""
        words, risk, slow = self.words, _risk(incident), _slow_burn(incident)
        if not incident.fire:
            people = round(incident.reasons[0].value) if incident.reasons else 0
            return (words.bare.format(n=people),) * 2
        if risk:
            said = words.risk.get(risk[0], risk[0])
            return words.brief_risk.format(risk=said, n=risk[1]), words.bare.format(n=risk[1])
        people = round(slow.value) if slow else incident.negative
        return words.brief.format(n=people), words.bare.format(n=people)

    def _lasted(self, incident: Incident) -> tuple[str, str]:
        return (self.words.brief_over.format(duration=self._duration(incident)),) * 2

    def _rank(self, incident: Incident, kind: PageKind) -> str:
        """Return how bad it is, without what kind of page it is."""
        if kind == "resolved" or not incident.fire:
            return self._head(incident, kind)
        return self.words.severity[incident.severity]

    def _head(self, incident: Incident, kind: PageKind) -> str:
        words = self.words
        if kind == "resolved":
            # Without the word of the severity: no rule on a phone may ring for an all-clear.
            return words.over
        if not incident.fire:
            return words.mood[incident.mood]
        again = kind == "first" and incident.reopened
        return words.severity[incident.severity] + (words.reopened if again else words.kind[kind])

    def _figures(self, incident: Incident) -> str:
        """Name what decided: negative people, unless a risk class or a slow burn did and is larger."""
        words, start = self.words, self.time(stretch.present(incident).began)
        slow, risk = _slow_burn(incident), _risk(incident)
        if not incident.fire:
            people = round(incident.reasons[0].value) if incident.reasons else 0
            return words.volume.format(n=people, start=start)
        if risk:
            return words.risky.format(risk=words.risk.get(risk[0], risk[0]), n=risk[1], start=start)
        if slow:
            usual = figure(slow.expected or 0.0)
            return words.slow.format(n=round(slow.value), hours=reasons.hours(slow), usual=usual, start=start)
        usual = figure(incident.negative_expected)
        return words.headline.format(negative=incident.negative, usual=usual, start=start)

    def _over(self, incident: Incident) -> str:
        return self.words.resolved.format(duration=self._duration(incident), peak=round(incident.peak))

    def _duration(self, incident: Incident) -> str:
        lasted = (incident.resolved_at or incident.updated_at) - incident.started_at
        hours, minutes = divmod(max(lasted, timedelta()) // timedelta(minutes=1), 60)
        sentence = self.words.duration if hours else self.words.under_an_hour
        return sentence.format(hours=hours, minutes=minutes)


def shortened(text: str, characters: int) -> str:
    """Shorten *text* to so many characters, saying so with an ellipsis."""
    return text if len(text) <= characters else f"{text[: max(characters - 1, 0)].rstrip()}…"[:characters]


def figure(value: float) -> str:
    """Return a count as a tired reader wants it: one decimal only below one."""
    return f"{value:.0f}" if value >= 1 or value == 0 else f"{value:.1f}"


def _risk(incident: Incident) -> tuple[str, int] | None:
    """Return the risk class that decided and its authors now, unless more people are negative."""
    decided = [
        reason.signal.removeprefix(reasons.RISK)
        for reason in incident.reasons
        if reason.signal.startswith(reasons.RISK) and _decided(reason, incident)
    ]
    authors = {name: incident.risks.get(name, 0) for name in decided}
    name = max(authors, key=lambda name: authors[name], default="")
    return (name, authors[name]) if name and authors[name] > incident.negative else None


def _decided(reason: Reason, incident: Incident) -> bool:
    if incident.severity == "ember":
        return True
    return (
        reason.signal in incident.decided if incident.decided else reason.value >= (reason.high or math.inf)
    )


def _slow_burn(incident: Incident) -> Reason | None:
    slow = next(iter(reasons.slow_burns(incident.reasons)), None)
    spiked = bool(incident.reasons) and incident.reasons[0].signal == "negative_30_min"
    larger = slow is not None and slow.value > incident.negative and reasons.hours(slow) > 0
    return slow if larger and not spiked else None
