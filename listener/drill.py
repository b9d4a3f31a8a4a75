"""A drill: one labelled test page down every channel, and what arrived."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any, Literal, NamedTuple

import msgspec
import structlog

from alerts import bodies
from alerts.delivery.notifier import DeliveryError, Notifier
from alerts.notification_log import Page
from alerts.routing import Receiver
from models.clock import Clock

log = structlog.get_logger(__name__)

PATIENCE = 30.0
"""Seconds that a channel may take to confirm."""
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


class Drill:
    """Sends test pages by the notifiers that real pages take; no incident, no outbox, no night page."""

    def __init__(
        self, notifiers: Mapping[str, Notifier], clock: Clock, *, patience: float = PATIENCE
    ) -> None:
        self._notifiers = notifiers
        self._clock = clock
        self._patience = patience

    async def run(self, receivers: Iterable[Receiver], wish: Wish) -> list[Try]:
        """Try every way to *receivers* at once, and return what arrived."""
        now = self._clock.now()
        return list(await asyncio.gather(*(self._try(way, wish, now) for way in ways(receivers))))

    async def _try(self, way: Way, wish: Wish, now: datetime) -> Try:
        notifier = self._notifiers.get(way.channel)
        if notifier is None:
            return _tried(way, "failed", 0.0, "there is no such channel", wakes=False)
        begun = monotonic()
        outcome, error = await self._delivered(notifier, _page(way, wish, now))
        return _tried(way, outcome, monotonic() - begun, error, wakes=notifier.wakes)

    async def _delivered(self, notifier: Notifier, page: Page) -> tuple[Outcome, str]:
        try:
            async with asyncio.timeout(self._patience):
                await notifier.deliver(page)
        except TimeoutError:
            return "timed out", f"not confirmed within {self._patience:g} s"
        except DeliveryError as error:
            return "failed", str(error)
        except Exception as error:
            log.exception("notifier failed", channel=page.channel, page=page.key)
            return "failed", f"{type(error).__name__}: {error}"
        return "confirmed", ""


def succeeded(tries: Iterable[Try]) -> bool:
    """Tell whether every way was confirmed, and there was one."""
    outcomes = [one.outcome for one in tries]
    return bool(outcomes) and set(outcomes) == {"confirmed"}


def _tried(way: Way, outcome: Outcome, seconds: float, error: str, *, wakes: bool) -> Try:
    return Try(
        receiver=way.receiver.name,
        channel=way.channel,
        role=way.role,
        wakes=wakes,
        outcome=outcome,
        seconds=round(seconds, 3),
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
    page = Page(
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
    return msgspec.structs.replace(page, payload=msgspec.Raw(bodies.encode(_body(page))))


def _body(page: Page) -> dict[str, Any]:
    line = {"event": "drill", "to": page.to, "channel": page.channel, "text": page.text, "rings": True}
    return bodies.envelope(page.key, page.created_at) | line
