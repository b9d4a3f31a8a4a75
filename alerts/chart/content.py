"""What a chart shows: a curve, and the moments of an incident, for one reader."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from alerts.incident import Incident
from alerts.notification_log import Page
from alerts.routing import Receiver
from alerts.wording import Language
from models.curve import Curve

Moment = Literal["first_post", "opened", "page", "acknowledged", "over"]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A moment: what happened, when at first, and how often."""

    what: Moment
    at: datetime
    times: int = 1


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A curve with its marks, in a reader's language and zone; it travels in the payload of a page."""

    curve: Curve
    marks: tuple[Mark, ...] = ()
    language: Language = "ja"
    zone: str = "Asia/Tokyo"

    def local(self, at: datetime) -> datetime:
        """Return *at* by the reader's clock."""
        return at.astimezone(ZoneInfo(self.zone))


class _Payload(msgspec.Struct, frozen=True):
    chart: Chart | None = None


def of(incident: Incident, receiver: Receiver) -> Chart | None:
    """Return what there is to draw of *incident* for *receiver*, None where nothing was counted."""
    curve = incident.explanation.curve
    if curve is None or not curve.people:
        return None
    marks = sorted(_marks(incident), key=lambda mark: mark.at)
    return Chart(curve=curve, marks=tuple(marks), language=receiver.language, zone=receiver.zone)


def of_page(page: Page) -> Chart | None:
    """Return the chart that *page* carries, None if it has none."""
    try:
        return msgspec.json.decode(page.payload, type=_Payload).chart
    except msgspec.DecodeError:
        return None


def _marks(incident: Incident) -> Iterator[Mark]:
    first = incident.explanation.first
    yield Mark(what="first_post", at=first.at if first and first.at else incident.started_at)
    yield Mark(what="opened", at=incident.opened_at)
    paged = min((ring.first or ring.at for ring in incident.rung), default=incident.paged_at)
    if paged:
        yield Mark(what="page", at=paged, times=sum(ring.times for ring in incident.rung) or 1)
    taken = next((entry.at for entry in incident.timeline if entry.what == "acknowledged"), None)
    if taken is not None:
        yield Mark(what="acknowledged", at=taken)
    if incident.resolved_at is not None:
        yield Mark(what="over", at=incident.resolved_at)
