"""Many fires at once: a brand each, three people on one ladder, and when each page came to the pager."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.notification_log import Page
from tests import hurry
from tests.town import Town
from tests.unhappy import an_event, now
from tests.watch import until

POSTS = 8
"""Complaints per brand; its list takes each for a danger, of which five people are enough."""
LIST = """
schema = 1
brand = "{brand}"
name = "{word}"
owner = "brand-team"
purpose = "complaints"

[[keyword]]
topic = "all"
any = ["{word}"]
mode = "substring"
risk = "safety"
"""
PEOPLE = """
[receivers.sato]
channels = ["pager", "alertmanager"]
louder = ["lamp"]
quiet = ""

[receivers.tanaka]
channels = ["pager"]
louder = ["lamp"]
quiet = ""

[receivers.suzuki]
channels = ["pager"]
louder = ["lamp"]
quiet = ""

[route.all]
receivers = ["sato", "tanaka", "suzuki"]
ladder = "hurried"
fallback = "suzuki"

[alerting]
route = "all"
"""


class Timed(list[Any]):
    """What the pager took, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[datetime] = []

    def append(self, item: Any) -> None:
        """Take one, and look at the clock."""
        super().append(item)
        self.at.append(now())


def configure(town: Town, fires: int, *, pace: timedelta, steps: int, patience: float = 1.0) -> Timed:
    """Give the watch a list per brand and a ladder in a hurry; servers that hang are given up soon."""
    for shipped in town.watch.keywords.glob("*.toml"):
        shipped.unlink()
    for number in range(fires):
        text = LIST.format(brand=_brand(number), word=_word(number))
        (town.watch.keywords / f"{_brand(number)}.toml").write_text(text, "utf-8")
    config = town.watch.config.read_text("utf-8")
    for channel in ("lamp", "alertmanager"):
        more = f"wakes = true\ntimeout_seconds = {patience}"
        config = config.replace(f"[channels.{channel}]", f"[channels.{channel}]\n{more}")
    config = config.replace("[channels.pager]", "[channels.pager]\nwakes = true")
    town.watch.config.write_text(config + PEOPLE + hurry.ladder(pace, steps), "utf-8")
    town.pager.taken = timed = Timed()
    return timed


async def break_out(town: Town, fires: Sequence[int], chance: random.Random, seconds: float) -> None:
    """Let the customers of these brands complain within so many seconds, in any order."""
    numbers = [brand * POSTS + post for brand in fires for post in range(POSTS)]
    chance.shuffle(numbers)
    moments = asyncio.get_running_loop().time
    began = moments()
    for count, number in enumerate(numbers):
        due = began + seconds * count / len(numbers)
        await until(lambda due=due: moments() >= due, "the next moment")  # type: ignore[misc]  # bound now
        town.jetstream.publish(_complaint(number))


def _complaint(number: int) -> dict[str, Any]:
    event = an_event(number)
    record = event["commit"]["record"]
    record["text"] = record["text"].replace("さくらプリン", _word(number // POSTS))
    return event


def _brand(number: int) -> str:
    return f"brand{number:03}"


def _word(number: int) -> str:
    return f"ほしぞら製菓{number:03}番"


async def rings(town: Town) -> list[Page]:
    """Return every page that was meant to ring, in the order of their decision."""
    async with town.watch.memory() as database:
        incidents = await database.log.incidents(10_000)
        pages = [page for one in incidents for page in await database.log.pages_of(one.id)]
    return sorted((page for page in pages if page.kind not in {"state", "event"}), key=lambda p: p.created_at)


async def climbed(town: Town, fires: int, steps: int) -> bool:
    """Tell whether every ladder was climbed to its end, and nothing waits any more."""
    async with town.watch.memory() as database:
        waiting = await database.log.pending()
        burning = await database.log.open_incidents()
    ended = [one for one in burning if one.round is not None and one.round.done >= steps]
    return len(ended) == fires and not waiting


def late(town: Town, timed: Timed, pages: Sequence[Page]) -> Iterator[tuple[str, float]]:
    """Yield for each page at the pager how long after its decision it came."""
    decided = {page.key: page.created_at for page in pages}
    for (key, body), at in zip(town.pager.taken, timed.at, strict=True):
        if body["event"] == "page":
            yield key, (at - decided[key]).total_seconds()
