"""Dead letters are told to whoever runs the watch: what could not be delivered, by which channel, and why."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import structlog

from alerts.defuse import clip, defuse
from alerts.escalation.quiet_hours import asleep
from alerts.letter import letter
from alerts.notification_log import LogError, NotificationLog, Page
from alerts.routing import Receiver
from listener.notebook import Notebook
from models.clock import Clock

log = structlog.get_logger(__name__)

LOOK = timedelta(minutes=1)
PAUSE = timedelta(hours=1)
"""After a notice the next one waits for so long: a channel that is gone refuses every page."""
TOLD = "dead_letters_told"
"""Under which key the database keeps up to when dead letters were told."""

_MOST = 500  # dead letters that one notice counts
_LISTED = 5  # channels that one notice names
_NAMED = 3  # receivers per channel
_WHY = 120  # half-width cells of a reason

SAID = {
    "ja": {
        "head": "【配信不能】{n}件を届けられませんでした({since}〜)",
        "line": "・{channel} {n}件{to}: {why}",
        "to": "({names}宛て)",
        "more": "ほか{n}経路",
        "end": "一覧は hinoban outbox list、直したあとの再送は hinoban outbox retry",
    },
    "en": {
        "head": "[UNDELIVERED] {n} could not be delivered (since {since})",
        "line": "- {channel}: {n}{to}: {why}",
        "to": " (to {names})",
        "more": "and {n} more channels",
        "end": "List them: hinoban outbox list. Once it is mended: hinoban outbox retry",
    },
}


class Kept(Protocol):
    """Where dead letters are; ``listener.storage`` has it."""

    async def died(self, since: datetime, limit: int) -> list[tuple[datetime, Page]]:
        """Return what could not be delivered since *since*, oldest first."""
        ...


class Around(NamedTuple):
    """What the notices are lent: where dead letters are, where they leave, and the time."""

    kept: Kept
    notebook: Notebook
    log: NotificationLog
    clock: Clock
    wake: Callable[[], None]


class Undelivered:
    """Tells the operator, who is the fallback receiver, of dead letters; never with a sound at night."""

    def __init__(self, around: Around) -> None:
        self.operator = Receiver()
        self.waking: Collection[str] = ()
        self._around = around
        self._next = around.clock.now()

    async def run(self) -> None:
        """Look every minute until cancelled."""
        while True:
            await self._around.clock.sleep_until(self._around.clock.now() + LOOK)
            try:
                await self.look()
            except LogError as error:
                log.warning("dead_letters_not_told", why=str(error))

    async def look(self) -> None:
        """Tell of what died since the last notice, by every channel that may be used now."""
        now = self._around.clock.now()
        ways, since = self._ways(now), await self._told(now)
        if now < self._next or not ways:
            return
        died = await self._around.kept.died(since, _MOST)
        if not died:
            return
        text = written([page for _, page in died], self.operator, died[0][0])
        await self._around.log.record([], [_notice(self.operator, way, text, now) for way in ways])
        await self._around.notebook.set(TOLD, died[-1][0].isoformat())
        self._next = now + PAUSE
        self._around.wake()
        log.error("dead_letters", count=len(died), channels=sorted({page.channel for _, page in died}))

    async def _told(self, now: datetime) -> datetime:
        """Return up to when dead letters were told; what is older than the first look is history."""
        told = await self._around.notebook.get(TOLD)
        if told:
            return datetime.fromisoformat(told)
        await self._around.notebook.set(TOLD, (now - PAUSE).isoformat())
        return now - PAUSE

    def _ways(self, now: datetime) -> tuple[str, ...]:
        quiet = asleep(self.operator, now)
        ways = (*self.operator.channels, *self.operator.backup)
        return tuple(dict.fromkeys(way for way in ways if not (quiet and way in self.waking)))


def written(died: Sequence[Page], operator: Receiver, since: datetime) -> str:
    """Say what could not be delivered: a line for each channel, without a link or a mention."""
    said = SAID[operator.language]
    by_channel: dict[str, list[Page]] = {}
    for page in died:
        by_channel.setdefault(page.channel, []).append(page)
    lines = [said["head"].format(n=len(died), since=f"{since.astimezone(operator.clock):%m/%d %H:%M}")]
    lines += [_line(channel, by_channel[channel], said) for channel in list(by_channel)[:_LISTED]]
    if len(by_channel) > _LISTED:
        lines.append(said["more"].format(n=len(by_channel) - _LISTED))
    return "\n".join((*lines, said["end"]))


def _line(channel: str, died: Sequence[Page], said: dict[str, str]) -> str:
    names = list(_names(died))
    shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    to = said["to"].format(names=shown) if names else ""
    return said["line"].format(channel=channel, n=len(died), to=to, why=clip(defuse(died[-1].error), _WHY))


def _names(died: Iterable[Page]) -> Iterator[str]:
    """Yield the people who were meant; a state is meant for its channel."""
    yield from dict.fromkeys(page.to for page in died if page.to != page.channel)


def _notice(operator: Receiver, channel: str, text: str, now: datetime) -> Page:
    blank = Page(
        key=f"notice:{now:%Y%m%dT%H%M%SZ}:{operator.name}:{channel}",
        incident=f"notice:{now:%Y%m%dT%H%MZ}",
        brand="",
        channel=channel,
        to=operator.name,
        kind="notice",
        severity="ember",
        created_at=now,
        decided_at=now,
        text=text,
        short=text.partition("\n")[0][:70],
    )
    return letter(blank)
