"""What a rota answers in: shifts and gaps."""

from datetime import datetime

import msgspec

OVERRIDE = "override"


class Gap(msgspec.Struct, frozen=True, order=True):
    """A time in which nobody is on call."""

    since: datetime
    until: datetime


class Shift(msgspec.Struct, frozen=True, order=True):
    """A time in which a person is on call: first (``place`` 0), second (1), and so on."""

    since: datetime
    until: datetime
    place: int
    who: str
    layer: str


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who stands in for whoever would be first, or for whoever *layer* says."""

    who: str
    since: datetime
    until: datetime
    layer: str = ""

    def holds(self, at: datetime) -> bool:
        """Tell whether it is in force."""
        return self.since <= at < self.until
