"""A whole incident on a virtual clock: from ember to all-clear, through a crash, with every channel told."""

import random

from alerts.bodies import worst
from alerts.command import Answer, Command
from alerts.delivery.notifier import DeliveryError
from alerts.delivery.outbox import Outbox
from alerts.dispatcher import Dispatcher
from models.clock import VirtualClock
from models.flareup import FlareUp
from tests.fakes_alerts import NIGHT, FakeChannel, PlantedEvidence, a_flare, a_mention, a_paging, minutes
from tests.fakes_log import MemoryLog

ID = "sakura:pudding:20261120T1740Z"


class Watch:
    """A night's watch over a log that outlives it; ``crash`` leaves only the log."""

    def __init__(self) -> None:
        self.log, self.clock = MemoryLog(), VirtualClock(NIGHT)
        self.console, self.board = FakeChannel(), FakeChannel()
        said = [a_mention("さくらプリンに虫が入っていた", f"a{i}", at=i) for i in range(1, 9)]
        self.evidence = PlantedEvidence(said)
        self.start()

    def start(self) -> None:
        """Build dispatcher and outbox anew."""
        paging = a_paging(publishers=("board",))
        self.dispatcher = Dispatcher(self.log, paging, evidence=self.evidence)
        channels = {"console": self.console, "board": self.board}
        self.outbox = Outbox(self.log, channels, self.clock, random.Random(3))

    @property
    def rang(self) -> list[str]:
        """Return the kinds of the pages that reached the console."""
        return [page.kind for page in self.console.taken]

    async def crash(self) -> None:
        """Die and start again."""
        self.start()
        await self.dispatcher.restore(self.clock.now())

    async def at(self, minute: float, *flares: FlareUp) -> None:
        """Let it become *minute*: ticks, flare-ups and deliveries, as the daemon would."""
        self.clock.set(NIGHT + minutes(minute))
        await self.dispatcher.flared(flares, now=self.clock.now())
        await self.dispatcher.tick(self.clock.now())
        await self.outbox.flush()

    async def hears(self, action: str, **wish: object) -> Answer:
        """Let Sato answer by MQTT."""
        command = Command(action=action, incident=ID, by="sato", channel="mqtt", **wish)  # type: ignore[arg-type]  # the test's words
        answer = await self.dispatcher.command(command, self.clock.now())
        await self.outbox.flush()
        return answer


async def test_a_night_from_ember_to_all_clear() -> None:
    """Ember, warning, growth to critical while chat is down, crash, ack, ack runs out, close, re-ignition."""
    watch = Watch()
    await watch.at(3, a_flare("ember", at=3, negative=3, size=6))
    assert watch.console.taken == []
    await watch.at(12, a_flare("opened", at=12, negative=9, size=18))
    assert watch.rang == ["first"]
    assert "虫" in watch.console.taken[0].text

    watch.console.failures = [DeliveryError("chat is down", retryable=True)]
    await watch.at(20, a_flare("grown", at=20, negative=45, size=90))
    assert len(watch.console.taken) == 1
    await watch.crash()
    await watch.at(21, a_flare("opened", at=12, negative=9, size=18), a_flare("grown", at=20, negative=45))
    assert watch.rang == ["first", "grown"]

    assert (await watch.hears("ack")).ok
    await watch.at(45)
    assert len(watch.console.taken) == 2
    await watch.at(51)
    assert watch.rang[-1] == "reminder"

    assert (await watch.hears("ack")).ok
    await watch.at(80, a_flare("eased", at=80, negative=2, size=4))
    await watch.at(140, a_flare("closed", at=140, negative=1, size=2))
    assert watch.rang[-1] == "resolved"
    assert "2時間20分 最大 不満90人/時" in watch.console.taken[-1].text

    await watch.crash()
    await watch.at(150, a_flare("reignited", at=150, negative=15, size=30))
    assert watch.console.taken[-1].text.startswith("【注意・再燃】")
    assert watch.rang == ["first", "grown", "reminder", "resolved", "first"]
    assert list(watch.log.incidents) == [ID]
    assert await watch.log.pending() == {}


async def test_the_board_ends_where_the_incident_ends() -> None:
    """Publishers are told each state in order, and the last one is the end."""
    watch = Watch()
    await watch.at(12, a_flare("opened", at=12))
    await watch.hears("ack")
    await watch.at(90, a_flare("closed", at=90))
    states = [page.payload for page in watch.board.taken]
    assert [
        b'"state":"%s"' % state in bytes(payload)
        for state, payload in zip((b"triggered", b"acknowledged", b"resolved"), states, strict=True)
    ] == [True] * 3
    assert worst([]) == "calm"


async def test_nothing_is_decided_twice_when_the_same_night_is_played_twice() -> None:
    """The same flare-ups at the same instants give the same pages, key by key and word by word."""
    texts = []
    for _ in range(2):
        watch = Watch()
        for minute, flare in (
            (12, a_flare("opened", at=12)),
            (30, a_flare("grown", at=30, negative=60, size=99)),
        ):
            await watch.at(minute, flare)
        texts.append([(page.key, page.text, bytes(page.payload)) for page in watch.log.pages.values()])
    assert texts[0] == texts[1]
