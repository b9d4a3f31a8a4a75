"""Counting the last two hours again without what turned out not to be about us."""

from collections.abc import Iterable
from typing import NamedTuple

from models.flareup import FlareUp
from models.mention import Label
from models.volume.detection import Topic
from models.volume.surroundings import Surroundings
from models.volume.tally import Sighting, Tally


class Seen(NamedTuple):
    """A mention that counts: when it was received, in seconds since the epoch, and how it was judged."""

    sighting: Sighting
    received: float
    label: Label | None = None


def recounted(topic: Topic, seen: Iterable[Seen], at: float, around: Surroundings) -> list[FlareUp]:
    """Put *seen* in the place of what was counted, and end what burned of it; return what is to be said.

    What the fire brought before these two hours is left out as well: nobody knows what of it was us.
    """
    sources = topic.tally.sources
    topic.tally = Tally.empty(topic.head)
    for one in seen:
        topic.count(one.sighting, one.received, around)
        if one.label is not None:
            topic.judge(one.sighting.id, one.label, around)
    topic.tally.sources = sources
    episode = topic.episode
    if episode is None or not episode.open:
        return []
    episode.gone, episode.gone_expected = 0.0, 0.0
    # As if it had been calm for long: if the rest burns, that is a new ignition, and told as one.
    episode.easing, episode.easy = False, around.settings.closing_minutes
    return topic.evaluate(at, around)
