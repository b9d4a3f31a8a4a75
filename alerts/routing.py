"""Who is told: in this slice every fire goes to the fallback receiver, on each of its channels, at once."""

from zoneinfo import ZoneInfo

import msgspec

from alerts.incident import Incident, Severity
from alerts.wording import Language


class Receiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person or a team as pages reach them."""

    name: str = "fallback"  # what `to` says on a page
    language: Language = "ja"  # of the page: ja or en
    zone: str = "Asia/Tokyo"  # times on the page are in this IANA zone
    channels: tuple[str, ...] = ("console",)  # notifiers that get every page, at once
    backup: tuple[str, ...] = ()  # notifiers that are tried, in order, when a channel fails

    @property
    def clock(self) -> ZoneInfo:
        """Return the receiver's zone."""
        return ZoneInfo(self.zone)


def pages(incident: Incident) -> bool:
    """Tell whether an incident may wake anyone: embers, praise and buzz never do."""
    return wakes(incident.severity) and incident.fire


def wakes(severity: Severity) -> bool:
    """Tell whether a severity pages at all."""
    return severity in {"warning", "critical"}


def rings(kind: str) -> bool:
    """Tell whether a page of *kind* may make a sound: an all-clear never does."""
    return kind in {"first", "grown", "reminder", "escalation"}


def next_channel(receiver: Receiver, failed: str) -> str | None:
    """Return the channel to try after *failed*, or None after the last."""
    order = (failed, *(name for name in receiver.backup if name not in receiver.channels))
    if failed in receiver.backup:
        order = receiver.backup[receiver.backup.index(failed) :]
    return order[1] if len(order) > 1 else None
