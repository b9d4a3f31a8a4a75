"""A drill tries every way to everybody, says what arrived, and disturbs nothing else."""

import asyncio
import io
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from alerts.delivery import apprise_urls, stdout
from alerts.delivery.notifier import DeliveryError, Notifier
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

SATO = Receiver(name="sato", channels=("push",), louder=("voice",), backup=("mail", "push"))
NELL = Receiver(name="nell", channels=("push",), language="en", zone="Europe/Berlin")


class Channel:
    """A channel that takes pages, refuses them, breaks, or never answers."""

    publishes = False

    def __init__(self, error: Exception | None = None, *, hangs: bool = False, wakes: bool = True) -> None:
        self.wakes = wakes
        self.taken: list[Page] = []
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
        if self._error:
            raise self._error
        self.taken.append(page)

    async def close(self) -> None:
        """Do nothing."""


async def tried(channels: dict[str, Notifier], *receivers: Receiver, **wish: str) -> list[Try]:
    """Drill on a virtual clock."""
    one = Drill(channels, VirtualClock(NIGHT), patience=0.05)
    return await one.run(receivers, Wish(by="op", **wish))


async def test_every_way_is_tried_once_and_reported() -> None:
    """Usual, louder and backup channels, each with what became of it."""
    push, voice = Channel(), Channel(DeliveryError("410 Gone", retryable=False))
    channels: dict[str, Notifier] = {"push": push, "voice": voice, "mail": Channel(hangs=True, wakes=False)}
    found = await tried(channels, SATO)
    assert [(one.channel, one.role, one.outcome, one.wakes) for one in found] == [
        ("push", "channel", "confirmed", True),
        ("voice", "louder", "failed", True),
        ("mail", "backup", "timed out", False),
    ]
    assert [one.error for one in found] == ["", "410 Gone", "not confirmed within 0.05 s"]
    assert found[2].seconds >= 0.05
    assert not drill.succeeded(found)
    assert len(push.taken) == 1


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
    channels: dict[str, Notifier] = {"push": StdoutNotifier(stdout.Settings(ruler=""), said.append)}
    clock = VirtualClock(NIGHT)
    one = Drill(channels, clock)
    for _ in range(2):
        await one.run([NELL], Wish())
        await clock.advance(timedelta(milliseconds=3))
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
