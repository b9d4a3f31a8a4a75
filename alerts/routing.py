"""Receivers, what rings at all, and where a page goes that its channel cannot deliver."""

from collections.abc import Callable, Collection
from zoneinfo import ZoneInfo

import msgspec

from alerts.incident import Incident, Severity
from alerts.wording import Language

NameOf = Callable[[str, Language], str]
"""Returns how a reader of a language sees somebody who is known by a name."""


def as_known(who: str, language: Language) -> str:
    """Know no other names: everybody is seen as they are known."""
    del language
    return who


class Receiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person or a team as pages reach them."""

    name: str = "fallback"  # what `to` says on a page
    language: Language = "ja"  # of the page: ja or en
    zone: str = "Asia/Tokyo"  # times on the page are in this IANA zone
    channels: tuple[str, ...] = ("console",)  # notifiers that get every page, at once
    backup: tuple[str, ...] = ()  # notifiers that are tried, in order, when a channel fails
    louder: tuple[str, ...] = ()  # notifiers for the loud steps of a ladder; none: those that wake
    quiet: str = ""  # hours of the night in the receiver's zone, like 22:00-07:00; empty is none
    night_cap: int = 0  # night pages in a week from which on the next one is called first; 0 is no cap
    names: tuple[str, ...] = ()  # what else this person is called, as in an acknowledgement
    shown: tuple[tuple[str, str], ...] = ()  # by language, how people see `name`; else as it is

    @property
    def clock(self) -> ZoneInfo:
        """Return the receiver's zone."""
        return ZoneInfo(self.zone)

    def called(self, language: str) -> str:
        """Return how people see this receiver in *language*, else in any language, else the plain name."""
        known = dict(self.shown)
        return known.get(language) or next(iter(known.values()), "") or self.name


def pages(incident: Incident) -> bool:
    """Tell whether an incident may wake anyone: embers, praise and buzz never do."""
    return wakes(incident.severity) and incident.fire


def wakes(severity: Severity) -> bool:
    """Tell whether a severity pages at all."""
    return severity in {"warning", "critical"}


def rings(kind: str) -> bool:
    """Tell whether a page of *kind* may make a sound: an all-clear never does, and a drill must."""
    return kind in {"first", "grown", "reminder", "escalation", "drill"}


def next_channel(receiver: Receiver, failed: str, forbidden: Collection[str] = ()) -> str | None:
    """Return the channel to try after *failed*, or None after the last; none that is *forbidden*."""
    order = (failed, *(name for name in receiver.backup if name not in receiver.channels))
    if failed in receiver.backup:
        order = receiver.backup[receiver.backup.index(failed) :]
    return next((name for name in order[1:] if name not in forbidden), None)
