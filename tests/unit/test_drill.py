"""A drill tries every way to everybody, says what arrived, and disturbs nothing else."""

import asyncio
import io
import random
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from alerts.delivery import apprise_urls, stdout
from alerts.delivery.notifier import DeliveryError, Notifier
from alerts.delivery.outbox import Outbox
from alerts.delivery.stdout import StdoutNotifier
from alerts.incident import Incident
from alerts.notification_log import Page
from alerts.routing import Receiver
from config import decode
from config.settings import Settings
from listener import drill
from listener.assembly import TABLES
from listener.commands import drill as drilling
from listener.control import ControlError
from listener.drill import Drill, Try, Wish
from models.clock import VirtualClock
from models.keyword import Topic, TopicKey
from tests.builders import NIGHT
from tests.fakes_log import MemoryLog

SATO = Receiver(name="sato", channels=("push",), louder=("voice",), backup=("mail", "push"))
NELL = Receiver(name="nell", channels=("push",), language="en", zone="Europe/Berlin")


class Channel:
    """A channel that takes pages, refuses them, breaks, or never answers."""

    publishes = False

    def __init__(self, error: Exception | None = None, *, hangs: bool = False, wakes: bool = True) -> None:
        self.wakes = wakes
        self.taken: list[Page] = []
        self.errors: list[DeliveryError] = []
        self._error = error
        self._hangs = hangs

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Learn nothing."""

    async def run(self) -> None:
        """Return at once."""

    async def deliver(self, page: Page) -> None:
        """Take a page, or not."""
        if self._hangs:
            await asyncio.Event().wait()
        if self.errors:
            raise self.errors.pop(0)
        if self._error:
            raise self._error
        self.taken.append(page)

    async def close(self) -> None:
        """Do nothing."""


class Desk:
    """A drill over a running outbox, on a virtual clock."""

    def __init__(self, channels: dict[str, Notifier]) -> None:
        self.clock, self.box = VirtualClock(NIGHT), MemoryLog()
        self.outbox = Outbox(self.box, channels, self.clock, random.Random(1), next_channel=lambda _: "mail")
        self.drill = Drill(self.box, channels, self.clock, self.outbox.wake, patience=30)

    async def tried(self, *receivers: Receiver, **wish: str) -> list[Try]:
        """Drill until it says what arrived."""
        async with asyncio.TaskGroup() as tasks:
            delivering = tasks.create_task(self.outbox.run())
            drilling = tasks.create_task(self.drill.run(receivers, Wish(by="op", **wish)))
            while not drilling.done():
                await self.clock.advance(drill.LOOK)
            delivering.cancel()
        return drilling.result()


async def tried(channels: dict[str, Notifier], *receivers: Receiver, **wish: str) -> list[Try]:
    """Drill over an outbox that has nothing else to do."""
    return await Desk(channels).tried(*receivers, **wish)


async def test_every_way_is_tried_once_and_reported() -> None:
    """Usual, louder and backup channels, each with what became of it."""
    push, voice = Channel(), Channel(DeliveryError("410 Gone", retryable=False))
    channels: dict[str, Notifier] = {"push": push, "voice": voice, "mail": Channel(hangs=True, wakes=False)}
    found = await tried(channels, SATO)
    assert [(one.channel, one.role, one.outcome, one.wakes, one.attempts) for one in found] == [
        ("push", "channel", "confirmed", True, 1),
        ("voice", "louder", "failed", True, 1),
        ("mail", "backup", "timed out", False, 0),
    ]
    assert [one.error for one in found] == ["", "410 Gone", "not confirmed within 30 s"]
    assert [one.seconds for one in found] == [0, 0, 30]
    assert not drill.succeeded(found)
    assert len(push.taken) == 1


async def test_a_channel_that_comes_round_is_confirmed_and_one_that_does_not_is_given_up() -> None:
    """As for a real page: tried again, and after three failures that would go by the next channel."""
    slow, down = Channel(), Channel()
    busy = DeliveryError("503", retryable=True)
    slow.errors, down.errors = [busy], [busy] * 99
    one, other = await tried({"push": slow, "voice": down}, msgspec.structs.replace(SATO, backup=()))
    assert (one.outcome, one.attempts, one.error) == ("confirmed", 2, "")
    assert (other.outcome, other.attempts, other.error) == ("failed", 3, "503")
    assert other.seconds < 10


async def test_a_channel_that_wants_to_be_left_alone_is_a_finding_at_once() -> None:
    """Nobody sits before a terminal for ten minutes."""
    push = Channel()
    push.errors = [DeliveryError("429", retryable=True, retry_after=600)]
    [found] = await tried({"push": push}, NELL)
    assert (found.outcome, found.error, found.seconds) == ("failed", "429", 0)


async def test_what_was_not_confirmed_is_withdrawn() -> None:
    """It rings nobody when its channel is back at night, by no other channel, and is no dead letter."""
    push, mail = Channel(), Channel()
    push.errors = [DeliveryError("down", retryable=True)] * 3
    desk = Desk({"push": push, "mail": mail})
    await desk.tried(NELL)
    async with asyncio.TaskGroup() as tasks:
        delivering = tasks.create_task(desk.outbox.run())
        await desk.clock.advance(timedelta(hours=1))
        delivering.cancel()
    assert (push.taken, mail.taken) == ([], [])
    [kept] = desk.box.pages.values()
    assert (kept.outcome, kept.error) == ("dead", "withdrawn drill; down")


async def test_what_waits_before_a_drill_is_said() -> None:
    """A channel that chokes on an earlier page is found, and so is why."""
    push = Channel(hangs=True)
    desk = Desk({"push": push})
    early = drill._page(drill.Way(NELL, "push", "channel"), Wish(), NIGHT - timedelta(minutes=9))
    await desk.box.record([], [msgspec.structs.replace(early, kind="first")])
    [found] = await desk.tried(NELL)
    assert (found.outcome, found.attempts) == ("timed out", 0)
    assert found.error == "not confirmed within 30 s; waiting there besides: 1, the oldest since 17:01:00Z"


async def test_the_page_says_that_it_is_a_drill() -> None:
    """In the first line, in the language and by the clock of whoever gets it; nothing else looks like it."""
    push = Channel()
    found = await tried(
        {"push": push}, msgspec.structs.replace(SATO, louder=(), backup=()), NELL, brand="sakura"
    )
    assert drill.succeeded(found)
    japanese, english = push.taken
    assert japanese.text.splitlines()[0] == "【訓練】火の番 02:10 sakura"
    assert "対応は要りません" in japanese.text
    assert english.text.splitlines()[0] == "[DRILL] Hinoban 18:10 sakura"
    assert japanese.short == "【訓練】火の番 02:10 sakura"
    assert japanese.kind == "drill"
    body = msgspec.json.decode(bytes(japanese.payload))
    assert (body["event"], body["rings"]) == ("drill", True)
    assert "detail" not in body


async def test_a_drill_is_as_loud_as_a_critical_page_and_a_digest_never_is() -> None:
    """What is tried is what wakes at night."""
    push = Channel()
    await tried({"push": push}, NELL)
    [page] = push.taken
    assert apprise_urls.loudness(page) == "critical"
    assert apprise_urls.loudness(msgspec.structs.replace(page, kind="digest", severity="ember")) == "quiet"


async def test_a_channel_that_breaks_or_is_not_there_is_a_finding() -> None:
    """The others are tried all the same."""
    channels: dict[str, Notifier] = {"push": Channel(RuntimeError("boom")), "voice": Channel()}
    found = await tried(channels, SATO)
    assert [(one.outcome, one.error) for one in found] == [
        ("failed", "RuntimeError: boom"),
        ("confirmed", ""),
        ("failed", "there is no such channel"),
    ]


async def test_two_drills_are_two_pages() -> None:
    """A channel that remembers keys must not swallow the second."""
    said: list[str] = []
    desk = Desk({"push": StdoutNotifier(stdout.Settings(ruler=""), said.append)})
    for _ in range(2):
        await desk.tried(NELL)
    assert len(said) == 2


CONFIG = """
schema = 1
[channels.push]
kind = "stdout"
[receivers.sato]
channels = ["push"]
[receivers.tanaka]
channels = ["push"]
[receivers.oncall]
channels = ["push"]
[receivers.boss]
channels = ["push"]
[rota.food]
[[rota.food.layer]]
people = ["tanaka"]
from = 2026-11-02
[route.food]
rota = "food"
fallback = "boss"
[brand.sakura]
route = "food"
"""
TOPICS = {TopicKey("sakura", "pudding"): Topic(slug="pudding"), TopicKey("minato", "tea"): Topic(slug="tea")}


@pytest.fixture
def settings() -> Settings:
    """Give a brand with a route, and one without."""
    return decode.settings(CONFIG, "hinoban.toml", TABLES)


def names(settings: Settings, **wish: str) -> set[str]:
    """Return whom a drill reaches."""
    return {one.name for one in drilling.targets(settings, TOPICS, Wish(**wish))}


def test_a_drill_reaches_everybody_or_whom_one_names(settings: Settings) -> None:
    """One receiver, or all whom the pages of a brand may reach."""
    assert names(settings) == {"sato", "tanaka", "oncall", "boss"}
    assert names(settings, receiver="sato") == {"sato"}
    assert names(settings, brand="sakura") == {"tanaka", "boss", "oncall"}
    assert names(settings, brand="minato") == {"oncall"}


def test_a_route_that_is_not_there_is_passed_over_as_pages_pass_it_over(settings: Settings) -> None:
    """A keyword list may name what nobody configured: `hinoban check` says so, a drill goes on."""
    topics = {TopicKey("sakura", "pudding"): Topic(slug="pudding", route="fodo")}
    reached = drilling.targets(settings, topics, Wish(brand="sakura"))
    assert {one.name for one in reached} == {"tanaka", "boss", "oncall"}


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"receiver": "yamada"}, "no receiver 'yamada'; there is: boss, oncall, sato, tanaka"),
        ({"brand": "umi"}, "no keyword list has the brand 'umi'; there is: minato, sakura"),
    ],
)
def test_a_name_that_nobody_has_is_said(settings: Settings, wish: dict[str, str], says: str) -> None:
    """With those that there are."""
    with pytest.raises(ControlError, match=says):
        names(settings, **wish)


def test_rubbish_at_the_door_is_no_drill() -> None:
    """It is refused in a sentence."""
    with pytest.raises(ControlError, match="not a drill: "):
        drilling.wish_of({"brand": 7})
    with pytest.raises(ControlError, match="unknown field"):
        drilling.wish_of({"everybody": "yes"})


def test_the_table_says_what_arrived() -> None:
    """A line for each way, and a sentence for each error."""
    rows = [
        drilling.row(
            Try(receiver="sato", channel="push", role="channel", wakes=True, outcome="confirmed", seconds=0.2)
        ),
        drilling.row(
            Try(
                receiver="sato",
                channel="mail",
                role="backup",
                wakes=False,
                outcome="failed",
                seconds=1,
                error="[550] no",
            )
        ),
    ]
    out = io.StringIO()
    drilling.show(rows, out, "en")
    text = out.getvalue()
    assert "mail: [550] no" in text
    assert "1 of 2 arrived." in text
    assert max(map(len, text.splitlines())) <= 88
    drilling.show(rows, out, "ja")
    assert "2件のうち1件が届きました。" in out.getvalue()
