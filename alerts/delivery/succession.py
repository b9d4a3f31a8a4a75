"""What comes after what: pages before states, and the receiver's next channel after one that fails."""

from collections.abc import Sequence

import msgspec

from alerts.notification_log import Page

_PUBLISHED = frozenset({"state", "event"})


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
