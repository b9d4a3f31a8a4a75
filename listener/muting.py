"""Leaving out of the count what people said is not us: muted spellings, until the morning."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from alerts import mute
from alerts.mute import Mute
from listener.recognition import Recognition
from listener.sighting import sighting_of
from models.mention import Match, Mention
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
        if active and any(mute.silences(one, mention, self._matches(mention), at) for one in active):
            return msgspec.structs.replace(seen, late=True)
        return seen

    def _matches(self, mention: Mention) -> Sequence[Match]:
        """Return why *mention* matched; a bare repost did for the same reason as its target."""
        if not mention.inherited:
            return mention.matches
        known = self._recognition.targets(mention.post)
        return next((one.matches for one in known if one.key == mention.key), ())
