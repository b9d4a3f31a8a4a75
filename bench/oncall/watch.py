"""The watch of the night: the daemon's own parts, joined as it joins them, on a virtual clock."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
from prometheus_client import CollectorRegistry

from alerts.command import Answer, Command
from alerts.delivery.outbox import Outbox
from alerts.links.link import ALPHABET, LENGTH
from alerts.links.offer import Links
from alerts.page import Ways
from alerts.paging import Paging
from alerts.wording import Language
from bench.oncall import posts
from bench.oncall.night import Event, Night, Story
from bench.oncall.people import Habit, People
from bench.oncall.phone import Phone
from config.settings import Settings
from listener import assembly, history, mornings, replay, taps
from listener.assembly import Engine, Surroundings, Vocabulary
from listener.console import actions, server
from listener.demo import HOME
from listener.metrics import Metrics
from listener.mornings import Mornings
from listener.rota.rotas import Rotas
from listener.storage.database import MEMORY, Database
from models.clock import VirtualClock

CONFIG = Path(__file__).parent / "night.toml"
UNTIL = datetime.fromisoformat("2026-11-21T07:05:00+09:00")
HABITS = {
    # sleeps through whatever comes before four, a phone that rings too
    "sato": Habit("phone", posts.AGAIN - timedelta(hours=1), timedelta(minutes=1)),
    "tanaka": Habit("phone", posts.BEGINS, timedelta(minutes=2)),
}


class Parts(NamedTuple):
    """What everything is built from."""

    settings: Settings
    words: Vocabulary
    clock: VirtualClock
    story: Story
    phones: dict[str, Phone]
    database: Database


async def played(language: Language) -> list[Event]:
    """Let the whole night pass, its pages in *language*; return what happened."""
    async with built(language) as night:
        await night.play(posts.items(), UNTIL)
        return night.story.events


@asynccontextmanager
async def built(language: Language) -> AsyncIterator[Night]:
    """Join everything; the clock stands at the beginning of the night."""
    settings = _speaking(assembly.read_settings(CONFIG), language)
    clock, story = VirtualClock(posts.BEGINS), Story()
    words = assembly.vocabulary(settings.keywords, now=posts.BEGINS)
    phones = {
        name: Phone(clock, wakes=given.settings.wakes, heard=story.heard)
        for name, given in settings.channels.items()
    }
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(MEMORY, clock))
        parts = Parts(settings, words, clock, story, phones, database)
        engine = await _engine(parts, stack)
        chance = random.Random(posts.SEED)
        outbox = Outbox(database.log, phones, clock, chance, next_channel=engine.next_channel)
        digest = Mornings(database.chronicle, database.log, clock, story.wake)
        digest.company = mornings.company(settings, words.topics.get)
        story.people = People(HABITS, database.log, await _served(parts, engine, stack))
        yield Night(clock, story, engine, outbox, digest, story.people)


async def _engine(parts: Parts, stack: AsyncExitStack) -> Engine:
    """Build the way of a post, with rota, routes and links as configured, and two weeks learnt."""
    settings, metrics = parts.settings, Metrics(CollectorRegistry())
    rotas = Rotas(settings, metrics, parts.clock)
    await rotas.load()
    policy = assembly.routed(settings, parts.words, parts.phones, Ways(), rotas.current)
    paging = Paging(policy, topic_of=parts.words.topics.get, links=_links(settings))
    scoring = assembly.scoring(settings, print)
    stack.callback(scoring.close)
    around = Surroundings(parts.database, metrics, parts.clock, parts.story.changed)
    engine = assembly.engine(settings, parts.words, scoring, paging, around)
    with (HOME / "demo" / "history.csv").open(encoding="utf-8") as past:
        replay.learn(engine, history.read(past, "history.csv"))
    await engine.pipeline.restore()
    await parts.database.chronicle.begin("", parts.clock.now())
    return engine


async def _served(parts: Parts, engine: Engine, stack: AsyncExitStack) -> int:
    """Serve the links of pages on a free port of loopback."""

    async def handle(command: Command) -> Answer:
        answer = await engine.dispatcher.command(command, parts.clock.now())
        parts.story.wake()
        return answer

    door = taps.door(parts.settings, parts.database.log, engine.dispatcher, handle, parts.clock)
    app = actions.create(door)
    return await stack.enter_async_context(server.serving(app, server.bind("127.0.0.1:0")))


def _links(settings: Settings) -> Links:
    """Return what makes the same links in every such night: there is nothing behind them to guard."""
    chance, given = random.Random(posts.SEED), settings.links
    lasts = timedelta(hours=given.hours)
    return Links(given.public_url, lambda: "".join(chance.choices(ALPHABET, k=LENGTH)), lasts)


def _speaking(settings: Settings, language: Language) -> Settings:
    receivers = {
        name: msgspec.structs.replace(one, language=language) for name, one in settings.receivers.items()
    }
    return msgspec.structs.replace(settings, receivers=receivers)
