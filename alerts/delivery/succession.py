"""What comes after what: newer pages for older ones, pages before states, the next channel for a dead one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from alerts.notification_log import Page
from alerts.severity import RANK

_PUBLISHED = frozenset({"state", "event"})
_RINGING = frozenset({"first", "grown", "reminder", "escalation"})


def nowhere(page: Page) -> str | None:
    """Know no other channel."""
    del page
    return None


def in_order(pages: Sequence[Page]) -> tuple[list[Page], list[Page]]:
    """Put what rings before states and events, and set aside the states that a later row replaces."""
    last = {page.incident: page.key for page in pages if page.kind in _PUBLISHED}
    superseded = [page for page in pages if page.kind == "state" and last[page.incident] != page.key]
    current = [page for page in pages if page.kind != "state" or last[page.incident] == page.key]
    return sorted(current, key=lambda page: page.kind in _PUBLISHED), superseded


def overtaken(waiting: Iterable[Page]) -> dict[str, Page]:
    """Return, by the keys of pages that one channel need not send any more, the newer one that does for each.

    A newer page to the same person that rings, of the same incident and no less severe, does for an older
    one. The all-clear does for all: nothing burns any more.
    """
    found: dict[str, Page] = {}
    calls: defaultdict[tuple[str, str], list[Page]] = defaultdict(list)
    for page in waiting:
        calls[page.incident, page.to].append(page)
    hushed = [page for of in calls.values() for page in of if page.silent and page.kind in _RINGING]
    ringing = [page for of in calls.values() for page in of if not page.silent and page.kind in _RINGING]
    sounds: set[str] = set()
    for page in (*hushed, *sorted(ringing, key=lambda page: page.created_at)):
        newer = [other for other in calls[page.incident, page.to] if _does_for(other, page)]
        heard = page.key in sounds or _heard_for(page, hushed, found)
        if heard:
            newer = [other for other in newer if other.kind != "resolved"]
        if newer:
            found[page.key] = max(newer, key=lambda other: other.created_at)
        if newer and heard:
            # It rings for the other incident as well now: no all-clear of its own does for that.
            sounds.add(found[page.key].key)
    return found


def _does_for(newer: Page, page: Page) -> bool:
    if newer.created_at <= page.created_at or newer.kind not in _RINGING | {"resolved"}:
        return False
    audible = page.silent or not newer.silent
    return newer.kind == "resolved" or (audible and RANK[newer.severity] >= RANK[page.severity])


def _heard_for(page: Page, hushed: Iterable[Page], found: dict[str, Page]) -> bool:
    """Tell whether *page* may be the sound of another incident's page, which is silent for its sake."""
    return any(
        other.to == page.to
        and other.incident != page.incident
        and other.created_at >= page.created_at
        and other.key not in found
        for other in hushed
    )


def passes_on(page: Page) -> bool:
    """Tell whether *page* may go by another channel: states belong to theirs, and a drill tries its own."""
    return page.kind not in _PUBLISHED and page.kind != "drill"


def by_channel(page: Page, channel: str) -> Page:
    """Return *page* as its receiver gets it by *channel*.

    Its key is that of the same call by that channel. So a call that goes there anyway, or comes from a second
    channel that fails, is the row that there is, and rings once.
    """
    call = page.key.removesuffix(f":{page.channel}")
    key = f"{call}:{channel}" if call != page.key else f"{page.key}:via:{channel}"
    return msgspec.structs.replace(
        page, key=key, channel=channel, attempts=0, next_at=None, error="", confirmed_by=()
    )
