"""Counting the last three hours again without what turned out not to be about us."""

from collections.abc import Iterable
from typing import NamedTuple

from models.flareup import FlareUp
from models.mention import Label
from models.volume.counting import HISTORY, WINDOW
from models.volume.detection import Topic
from models.volume.surroundings import Surroundings
from models.volume.tally import Sighting, Tally, seconds

WAITING = HISTORY - WINDOW
"""Minutes that have left the window and are still to be learned, and to be compared with."""


class Seen(NamedTuple):
    """A mention that counts: when it was received, in seconds since the epoch, and how it was judged."""

    sighting: Sighting
    received: float
    label: Label | None = None

    @property
    def minute(self) -> int:
        """Return the minute in which it was written, or received if it claims to be from the future."""
        return int(min(seconds(self.sighting.at), self.received) // 60)


def recounted(topic: Topic, seen: Iterable[Seen], at: float, around: Surroundings) -> list[FlareUp]:
    """Put *seen* in the place of what was counted, and end what burned of it; return what is to be said.

    What the fire brought before these two hours is left out as well: nobody knows what of it was us.
    """
    head, sources, seen = topic.head, topic.tally.sources, list(seen)
    # A count takes what is two hours old: first as of an hour ago, or that hour is learned as silence.
    before = head - WAITING
    topic.tally = Tally.empty(before)
    _count(topic, (one for one in seen if one.minute <= before), around)
    topic.tally.advance(head)
    _count(topic, (one for one in seen if one.minute > before), around)
    topic.tally.sources = sources
    episode = topic.episode
    if episode is None or not episode.open:
        return []
    episode.gone, episode.gone_expected = 0.0, 0.0
    # As if it had been calm for long: if the rest burns, that is a new ignition, and told as one.
    episode.easing, episode.easy = False, around.settings.closing_minutes
    return topic.evaluate(at, around)


def _count(topic: Topic, seen: Iterable[Seen], around: Surroundings) -> None:
    for one in seen:
        topic.count(one.sighting, one.received, around)
        if one.label is not None:
            topic.judge(one.sighting.id, one.label, around)
