"""Leaving out of the count what people said is not us: muted spellings, until the morning."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from alerts import mute
from alerts.mute import Mute
from listener.recognition import Recognition
from listener.sighting import sighting_of
from models.mention import Match, Mention
from models.volume.recounting import Seen
from models.volume.tally import Sighting


class Muting:
    """Turns mentions into sightings; a muted one is history to the detector, and stored all the same."""

    def __init__(self, recognition: Recognition, mutes: Callable[[datetime], Iterable[Mute]]) -> None:
        self._recognition = recognition
        self._mutes = mutes

    def sighting(self, mention: Mention, at: datetime) -> Sighting:
        """Return *mention* as the detector sees it at *at*."""
        seen = sighting_of(mention)
        active = [one for one in self._mutes(at) if one.brand == mention.brand]
        if active and mute.silence(active, mention, self._matches(mention), at):
            return msgspec.structs.replace(seen, late=True)
        return seen

    def seen(self, mentions: Iterable[Mention], at: datetime) -> Iterator[Seen]:
        """Yield *mentions* as the detector counts them anew at *at*, in the order in which they came."""
        for mention in sorted(mentions, key=lambda one: (one.post.received_at, one.post.key)):
            score = self._recognition.score_of(mention)
            received = mention.post.received_at.timestamp()
            yield Seen(self.sighting(mention, at), received, score.label if score else None)

    def _matches(self, mention: Mention) -> Sequence[Match]:
        """Return why *mention* matched; a bare repost did for the same reason as its target."""
        if not mention.inherited:
            return mention.matches
        known = self._recognition.targets(mention.post)
        return next((one.matches for one in known if one.key == mention.key), ())
