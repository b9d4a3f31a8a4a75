"""A drill: one labelled test page down every channel, by the outbox of real pages, and what arrived."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

import msgspec

from alerts.delivery.notifier import Notifier
from alerts.delivery.outbox import Patience
from alerts.letter import letter
from alerts.notification_log import NotificationLog, Page
from alerts.routing import Receiver
from models.clock import Clock

PATIENCE = 30.0
"""Seconds that a channel may take to confirm."""
LOOK = timedelta(seconds=0.05)
"""How often to look what became of a page: what arrived is told as exactly as that."""
ENOUGH = Patience().switch_after
"""Failures after which a real page would go by the next channel."""
LAST = "drill_last_success"
"""Under which key the database keeps when the last whole drill succeeded."""

TEXT = {
    "ja": "【訓練】火の番 {time} {brand}\n"
    "訓練です。火事ではなく、対応は要りません。\n"
    "受信先 {to} ・ 経路 {channel} ・ 実施 {by}\n"
    "夜に音が鳴らなければ、この経路では起きられません。端末の通知設定を確かめてください。",
    "en": "[DRILL] Hinoban {time} {brand}\n"
    "This is a drill: nothing burns, and nothing is to be done.\n"
    "To {to} · by {channel} · asked for by {by}\n"
    "If this made no sound, this way will not wake you: look at the notification settings of your device.",
}

Outcome = Literal["confirmed", "failed", "timed out"]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody wants to try: every receiver, or one; ``brand`` is named on the page."""

    brand: str = ""
    receiver: str = ""
    by: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether everything is tried."""
        return not (self.brand or self.receiver)


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one channel of one receiver."""

    receiver: str
    channel: str
    role: Literal["channel", "louder", "backup"]
    wakes: bool
    outcome: Outcome
    seconds: float
    attempts: int = 0
    error: str = ""


class Way(NamedTuple):
    """A channel by which a receiver is told, and when."""

    receiver: Receiver
    channel: str
    role: Literal["channel", "louder", "backup"]


def ways(receivers: Iterable[Receiver]) -> list[Way]:
    """Return every way to every receiver, each once, the usual ones first."""
    found: dict[tuple[str, str], Way] = {}
    for one in receivers:
        named: tuple[tuple[Literal["channel", "louder", "backup"], tuple[str, ...]], ...] = (
            ("channel", one.channels),
            ("louder", one.louder),
            ("backup", one.backup),
        )
        for role, channels in named:
            for channel in channels:
                found.setdefault((one.name, channel), Way(one, channel, role))
    return list(found.values())


class Box(NotificationLog, Protocol):
    """The log behind an outbox, where a page can be looked up."""

    async def page(self, key: str) -> Page | None:
        """Return one page as it stands, or None."""
        ...


class Drill:
    """Puts test pages into the outbox, as pages are put there, and looks what becomes of each.

    No incident, no night page; what was not confirmed in time is withdrawn, so that it rings nobody later.
    """

    def __init__(
        self,
        box: Box,
        channels: Mapping[str, Notifier],
        clock: Clock,
        wake: Callable[[], None],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._box = box
        self._channels = channels
        self._clock = clock
        self._wake = wake
        self._patience = timedelta(seconds=patience)

    async def run(self, receivers: Iterable[Receiver], wish: Wish) -> list[Try]:
        """Try every way to *receivers* at once, and return what arrived."""
        now = self._clock.now()
        asked = ways(receivers)
        pages = [_page(way, wish, now) for way in asked]
        await self._box.record([], [page for page in pages if page.channel in self._channels])
        self._wake()
        tries = (self._try(way, page) for way, page in zip(asked, pages, strict=True))
        return list(await asyncio.gather(*tries))

    async def _try(self, way: Way, page: Page) -> Try:
        channel = self._channels.get(way.channel)
        if channel is None:
            return _tried(way, page, "failed", "there is no such channel")
        kept = await self._settled(page)
        taken = self._clock.now() - page.created_at
        said = await self._judged(page, kept)
        return _tried(way, kept, *said, seconds=taken.total_seconds(), wakes=channel.wakes)

    async def _settled(self, page: Page) -> Page:
        """Return the page as soon as it is clear what becomes of it, at the latest when patience ends."""
        deadline = page.created_at + self._patience
        while True:
            kept = await self._box.page(page.key) or page
            if self._clock.now() >= deadline or _clear(kept, deadline):
                return kept
            await self._clock.sleep_until(min(deadline, self._clock.now() + LOOK))

    async def _judged(self, page: Page, kept: Page) -> tuple[Outcome, str]:
        if kept.outcome == "done":
            return "confirmed", ""
        if kept.outcome == "dead":
            return "failed", kept.error
        await self._box.bury(page.key, self._clock.now(), f"withdrawn drill; {kept.error}".rstrip("; "))
        if kept.error:
            return "failed", kept.error
        return "timed out", await self._delay(page)

    async def _delay(self, page: Page) -> str:
        """Say what a page waited for that was not even tried, or whose channel did not answer."""
        count, oldest = (await self._box.pending()).get(page.channel, (0, page.created_at))
        said = f"not confirmed within {self._patience.total_seconds():g} s"
        if oldest >= page.created_at:
            return said
        return f"{said}; waiting there besides: {count}, the oldest since {oldest:%H:%M:%SZ}"


def _clear(kept: Page, deadline: datetime) -> bool:
    """Tell whether waiting is in vain: settled, given up as a real page would be, or tried again too late."""
    late = kept.next_at is not None and kept.next_at >= deadline
    return kept.outcome != "pending" or kept.attempts >= ENOUGH or late


def succeeded(tries: Iterable[Try]) -> bool:
    """Tell whether every way was confirmed, and there was one."""
    outcomes = [one.outcome for one in tries]
    return bool(outcomes) and set(outcomes) == {"confirmed"}


def _tried(
    way: Way, kept: Page, outcome: Outcome, error: str, *, seconds: float = 0.0, wakes: bool = False
) -> Try:
    return Try(
        receiver=way.receiver.name,
        channel=way.channel,
        role=way.role,
        wakes=wakes,
        outcome=outcome,
        seconds=round(seconds, 3),
        attempts=kept.attempts + (kept.outcome != "pending"),
        error=error,
    )


def _page(way: Way, wish: Wish, now: datetime) -> Page:
    receiver, channel = way.receiver, way.channel
    local = now.astimezone(receiver.clock)
    said = TEXT[receiver.language].format(
        time=f"{local:%H:%M}", brand=wish.brand, to=receiver.name, channel=channel, by=wish.by
    )
    text = "\n".join(line.rstrip() for line in said.split("\n"))
    key = f"drill:{now:%Y%m%dT%H%M%S%fZ}:{receiver.name}:{channel}"
    blank = Page(
        key=key,
        incident=f"drill:{now:%Y%m%dT%H%MZ}",
        brand=wish.brand,
        channel=channel,
        to=receiver.name,
        kind="drill",
        severity="critical",
        created_at=now,
        decided_at=now,
        text=text,
        short=text.partition("\n")[0][:70],
    )
    return letter(blank)
