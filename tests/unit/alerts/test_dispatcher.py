"""The dispatcher: who is told what, when, and only once."""

from typing import Any

import pytest

from alerts.command import Answer, Command
from alerts.dispatcher import Dispatcher
from alerts.notification_log import LogError, Page
from alerts.paging import Change
from models.flareup import FlareUp
from tests.fakes_alerts import NIGHT, PlantedEvidence, a_flare, a_mention, a_paging, minutes
from tests.fakes_log import MemoryLog

ID = "sakura:pudding:20261120T1740Z"


class Night:
    """A dispatcher over an in-memory log, spoken to in minutes after the fire began."""

    def __init__(self, log: MemoryLog | None = None, **options: Any) -> None:
        self.log = log or MemoryLog()
        publishers = options.pop("publishers", ())
        self.seen: list[Change] = []
        self.dispatcher = Dispatcher(
            self.log, a_paging(publishers=publishers), on_change=self.seen.append, **options
        )

    async def flares(self, *flares: FlareUp) -> list[Change]:
        """Hand flare-ups in as they happen."""
        changes: list[Change] = []
        for flare in flares:
            changes += await self.dispatcher.flared([flare], now=flare.at)
        return changes

    async def says(self, action: Any, at: float, incident: str = ID, **wish: Any) -> Answer:
        """Let somebody command something, Sato unless another is named."""
        command = Command(action=action, incident=incident, channel="cli", **({"by": "sato"} | wish))
        return await self.dispatcher.command(command, NIGHT + minutes(at))

    async def tick(self, at: float) -> list[Change]:
        """Let time be noticed."""
        return await self.dispatcher.tick(NIGHT + minutes(at))

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of all pages so far, in order."""
        return [page.kind for page in self.log.pages.values()]


def _events(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.event["state"], change.event["severity"]) for change in changes if change.event]


async def test_a_fire_is_paged_once_at_opening_and_once_when_it_rises() -> None:
    """First at opening, grown when the severity rises, nothing for growth alone."""
    night = Night()
    await night.flares(
        a_flare("opened"),
        a_flare("updated", at=12, size=40),
        a_flare("grown", at=15, size=80, negative=18),
        a_flare("updated", at=20, negative=60, size=120),
        a_flare("grown", at=30, negative=90, size=300),
    )
    assert night.kinds == ["first", "grown"]
    incident = night.log.incidents[ID]
    assert (incident.severity, incident.size, incident.announced) == ("critical", 300, 300)
    assert [entry.what for entry in incident.timeline] == ["opened", "grown", "severity critical", "grown"]


async def test_the_event_lines_are_those_of_the_contract() -> None:
    """An opening gives an incident line and a page line with every promised field."""
    change = (await Night().flares(a_flare("opened")))[0]
    event, page = change.lines()
    assert {"event", "id", "brand", "topic", "state", "severity", "topics", "at", "started_at", "mood",
            "reasons"} == set(event)  # fmt: skip
    assert set(page) == {"event", "incident", "severity", "at", "to", "channel", "kind", "text"}
    assert (event["id"], event["started_at"], page["to"]) == (ID, "2026-11-20T17:40:00Z", "fallback")


@pytest.mark.parametrize(
    "flare",
    [
        a_flare("ember", negative=1, risks={"safety": 1}),
        a_flare("opened", mood="buzz", negative=99),
        a_flare("opened", mood="positive", negative=99),
    ],
)
async def test_embers_praise_and_buzz_page_nobody(flare: FlareUp) -> None:
    """They stand on the board, and nobody is woken, not even by reminders or their end."""
    night = Night()
    changes = await night.flares(flare)
    await night.tick(300)
    await night.flares(a_flare("closed", mood=flare.mood, at=400))
    assert _events(changes) == [("triggered", "ember")]
    assert night.kinds == []
    assert night.log.incidents[ID].state == "resolved"


async def test_an_ember_that_opens_is_the_same_incident_and_pages_first() -> None:
    """The id of the ember stays, the page is a first one."""
    night = Night()
    await night.flares(a_flare("ember", negative=3), a_flare("opened", at=20))
    assert list(night.log.incidents) == [ID]
    assert night.kinds == ["first"]


async def test_buzz_that_turns_pages_first() -> None:
    """A campaign that becomes a fire under the same start wakes somebody."""
    night = Night()
    await night.flares(a_flare("opened", mood="buzz"), a_flare("updated", mood="negative", at=30))
    assert night.kinds == ["first"]
    assert night.log.incidents[ID].mood == "negative"


async def test_two_topics_of_a_brand_are_one_incident_until_both_are_out() -> None:
    """A merge is an event, not a page; the incident ends with its last part."""
    night = Night()
    changes = await night.flares(
        a_flare("opened"),
        a_flare("opened", topic="cookie", started=40, at=50),
        a_flare("closed", at=90, negative=1, size=2),
        a_flare("closed", topic="cookie", started=40, at=120, negative=1, size=2),
    )
    assert [change.event["topics"] for change in changes if change.event][1] == ["pudding", "cookie"]
    assert [state for state, _ in _events(changes)] == ["triggered", "triggered", "triggered", "resolved"]
    assert night.kinds == ["first", "resolved"]


async def test_an_ember_elsewhere_is_absorbed_when_its_topic_joins_the_fire() -> None:
    """The ember of the cookie ends where the cookie burns in the incident of its brand."""
    night = Night()
    await night.flares(
        a_flare("ember", topic="cookie", started=0, at=1, negative=2),
        a_flare("opened", started=2, at=12),
        a_flare("opened", topic="cookie", started=20, at=30),
    )
    ember = night.log.incidents["sakura:cookie:20261120T1740Z"]
    assert ember.state == "resolved"
    assert ember.timeline[-1].why == "merged into sakura:pudding:20261120T1742Z"


async def test_flares_seen_again_after_a_crash_change_nothing() -> None:
    """A new dispatcher on the same log takes the same flare-ups without a new incident, page or line."""
    night = Night()
    flares = [a_flare("opened"), a_flare("grown", at=15, size=90, negative=50)]
    await night.flares(*flares)
    pages, timeline = dict(night.log.pages), night.log.incidents[ID].timeline
    again = Night(night.log)
    await again.dispatcher.restore(NIGHT + minutes(16))
    changes = await again.flares(*flares)
    assert [change.pages for change in changes if change.pages] == []
    assert [change.event for change in changes if change.event] == []
    assert night.log.pages == pages
    assert night.log.incidents[ID].timeline == timeline


async def test_a_reignition_reopens_and_pages_first_again() -> None:
    """The same incident is reopened and counted, also by a dispatcher that was started since."""
    night = Night()
    await night.flares(a_flare("opened"), a_flare("closed", at=60))
    later = Night(night.log)
    await later.dispatcher.restore(NIGHT + minutes(70))
    changes = await later.flares(a_flare("reignited", at=75))
    assert _events(changes) == [("reopened", "warning")]
    assert night.kinds == ["first", "resolved", "first"]
    assert night.log.incidents[ID].reopened == 1


async def test_what_burnt_out_before_is_not_reopened_by_its_own_past() -> None:
    """Transitions from before the end, seen again after a crash, reopen nothing."""
    night = Night()
    flares = [a_flare("opened"), a_flare("closed", at=60)]
    await night.flares(*flares)
    later = Night(night.log)
    await later.dispatcher.restore(NIGHT + minutes(61))
    assert await later.dispatcher.flared(flares, now=NIGHT + minutes(61)) == []


async def test_reminders_go_out_until_somebody_acknowledges() -> None:
    """Every ten minutes while nobody answers; an acknowledgement ends it."""
    night = Night()
    await night.flares(a_flare("opened", at=0))
    for minute in range(1, 25):
        await night.tick(minute)
    assert night.kinds == ["first", "reminder", "reminder"]
    assert (await night.says("ack", 25)).ok
    for minute in range(26, 60):
        await night.tick(minute)
    assert night.kinds == ["first", "reminder", "reminder"]


async def test_a_critical_acknowledgement_is_asked_about_after_thirty_minutes() -> None:
    """The owner of a critical fire gets a reminder when the acknowledgement runs out."""
    night = Night()
    await night.flares(a_flare("opened", at=0, negative=50))
    answer = await night.says("ack", 5)
    assert answer.text == f"{ID} is acknowledged until 2026-11-20 18:15Z (03:15 Asia/Tokyo)"
    assert await night.tick(34) == []
    changes = await night.tick(35)
    assert _events(changes) == [("triggered", "critical")]
    assert night.kinds == ["first", "reminder"]


async def test_a_snooze_ends_by_time_or_by_growth() -> None:
    """Growth to a higher severity breaks a snooze; otherwise its end reminds."""
    night = Night()
    await night.flares(a_flare("opened", at=0))
    await night.says("snooze", 1, minutes=60)
    await night.flares(a_flare("grown", at=5, size=80, negative=18))
    await night.tick(30)
    assert night.kinds == ["first"]
    await night.flares(a_flare("grown", at=31, size=400, negative=90))
    assert night.kinds == ["first", "grown"]
    assert night.log.incidents[ID].state == "triggered"
    await night.says("snooze", 32, minutes=5)
    await night.tick(37)
    assert night.kinds == ["first", "grown", "reminder"]


async def test_not_a_fire_holds_until_the_next_tripling() -> None:
    """Nothing pages below three times the size; at three times it does, even without a higher severity."""
    night = Night()
    await night.flares(a_flare("opened", at=0, negative=50, size=100))
    assert (await night.says("verdict", 1, verdict="noise")).ok
    await night.flares(a_flare("grown", at=9, size=299, negative=120))
    await night.tick(60)
    assert night.kinds == ["first"]
    await night.flares(a_flare("grown", at=61, size=300, negative=150))
    assert night.kinds == ["first", "grown"]


async def test_who_takes_over_what_is_not_a_fire_is_not_asked_again() -> None:
    """An acknowledgement would run out after half an hour; the hold outlasts it, until the next tripling."""
    night = Night()
    await night.flares(a_flare("opened", at=0, negative=50, size=100))
    await night.says("verdict", 1, verdict="noise")
    assert (await night.says("ack", 2, by="suzuki")).ok
    await night.tick(60)
    assert (night.kinds, night.log.incidents[ID].owner) == (["first"], "suzuki")
    await night.flares(a_flare("grown", at=61, size=300, negative=150))
    assert night.kinds == ["first", "grown"]


async def test_who_snoozes_what_is_not_a_fire_is_asked_again() -> None:
    """They were promised so: by time, and sooner if it gets worse."""
    night = Night()
    await night.flares(a_flare("opened", at=0, negative=50, size=100))
    await night.says("verdict", 1, verdict="noise")
    await night.says("snooze", 2, by="suzuki", minutes=30)
    await night.tick(32)
    assert night.kinds == ["first", "reminder"]


async def test_what_was_resolved_as_noise_comes_back_only_three_times_as_big() -> None:
    """A verdict on closing holds across the end."""
    night = Night()
    await night.flares(a_flare("opened", at=0, size=30))
    assert (await night.says("resolve", 5, verdict="noise")).ok
    assert await night.flares(a_flare("grown", at=10, size=80)) == []
    assert _events(await night.flares(a_flare("grown", at=20, size=90))) == [("reopened", "warning")]


async def test_an_answer_says_what_whoever_asked_may_not_know() -> None:
    """Whose it was until now, and that somebody called it no fire; nothing where there is nothing to say."""
    night = Night()
    await night.flares(a_flare("opened", at=0))
    assert ";" not in (await night.says("ack", 1)).text
    assert ";" not in (await night.says("ack", 2)).text
    assert (await night.says("ack", 3, by="suzuki")).text.endswith("; taken over from sato")
    await night.says("verdict", 4, by="suzuki", verdict="noise")
    told = (await night.says("ack", 5)).text
    assert told.endswith(
        "; taken over from suzuki; it was called noise: silent until it is three times as big"
    )
    assert ";" not in (await night.says("resolve", 6, by="tanaka", verdict="real")).text


@pytest.mark.parametrize(
    ("action", "wish", "sentence"),
    [
        ("snooze", {}, "needs a wake-up time: minutes from 1 to 1440"),
        ("verdict", {}, "a verdict is one of real, noise, campaign, not_us"),
        ("ack", {"expires": NIGHT}, "the command expired at 2026-11-20 17:40Z"),
        ("ack", {"minutes": -3}, "lasts from 1 to 1440 minutes, not -3"),
        ("ack", {"minutes": 10**12}, "lasts from 1 to 1440 minutes"),
        ("ack", {"incident": "sakura:cake:x"}, f"no incident is called 'sakura:cake:x'; open now: {ID}"),
    ],
)
async def test_a_refused_command_says_why_and_changes_nothing(
    action: str, wish: dict[str, Any], sentence: str
) -> None:
    """One clear sentence, and the incident stays as it was."""
    night = Night()
    await night.flares(a_flare("opened", at=0))
    before = night.log.incidents[ID]
    answer = await night.says(action, 5, **wish)
    assert not answer.ok
    assert sentence in answer.text
    assert night.log.incidents[ID] == before


async def test_publishers_are_told_every_state_and_nobody_is_paged_by_it() -> None:
    """A row per publisher and change carries the whole incident; figures alone are a state, not an event."""
    night = Night(publishers=("mqtt",))
    await night.flares(a_flare("opened"), a_flare("updated", at=11), a_flare("closed", at=60))
    rows: list[Page] = [page for page in night.log.pages.values() if page.channel == "mqtt"]
    assert [row.kind for row in rows] == ["event", "state", "event"]


async def test_the_page_goes_out_even_when_the_evidence_cannot_be_read() -> None:
    """A broken store costs the quotes, never the page."""
    night = Night(evidence=PlantedEvidence(broken=True))
    await night.flares(a_flare("opened"))
    assert "監視外: X、Instagram" in next(iter(night.log.pages.values())).text


async def test_a_deleted_post_leaves_the_incident_and_its_state() -> None:
    """Quotes of deleted posts are dropped from memory, log and board."""
    evidence = PlantedEvidence([a_mention("さくらプリンに虫が入っていた", "neko", at=1)])
    night = Night(evidence=evidence, publishers=("mqtt",))
    await night.flares(a_flare("opened"))
    assert night.log.incidents[ID].explanation.quotes[0].id == "neko-1"
    await night.dispatcher.forget(["bluesky/neko-1"], NIGHT + minutes(12))
    assert night.log.incidents[ID].explanation.quotes == ()
    assert "虫" not in bytes(list(night.log.pages.values())[-1].payload).decode()


async def test_a_log_that_fails_leaves_everything_to_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the flare-up is refused whole, and taken whole when tried again."""

    class FullLog(MemoryLog):
        async def record(self, incidents: Any, pages: Any) -> list[Page]:
            del incidents, pages
            raise LogError("no space left", retryable=True)

    full = FullLog()
    night = Night(full)
    with pytest.raises(LogError):
        await night.flares(a_flare("opened"))
    assert night.dispatcher.open_incidents == []
    monkeypatch.delattr(FullLog, "record")
    assert len((await night.flares(a_flare("opened")))[0].pages) == 1


async def test_reasons_are_measured_again_while_it_burns() -> None:
    """The incident's figures and reasons do not drift apart; what decided stays named."""
    night = Night()
    await night.flares(a_flare("opened", negative=38, expected=5), a_flare("updated", at=30, negative=61))
    kept = night.log.incidents[ID]
    assert kept.decided == ("negative_30_min",)
    assert (kept.reasons[0].signal, kept.reasons[0].value) == ("negative_30_min", 61)


async def test_a_small_fire_beside_a_large_one_does_not_speak_for_it() -> None:
    """The reasons are those of the topic whose figures are told."""
    night = Night()
    await night.flares(
        a_flare("opened", negative=38, expected=5), a_flare("opened", topic="cola", at=12, negative=12)
    )
    assert night.log.incidents[ID].reasons[0].value == 38


async def test_what_was_said_is_looked_up_again_while_it_burns() -> None:
    """Every five minutes, page or no page, and not oftener."""
    evidence = PlantedEvidence([a_mention("さくらプリンに虫が入っていた", "neko", at=1)])
    night = Night(evidence=evidence)
    await night.flares(a_flare("opened"))
    evidence.planted += [a_mention("", f"r{i}", at=11, kind="repost", target="neko-1") for i in range(4)]
    await night.flares(a_flare("updated", at=13))
    assert night.log.incidents[ID].explanation.observed.reposts == 0
    await night.flares(a_flare("updated", at=15))
    assert night.log.incidents[ID].explanation.observed.reposts == 4


async def test_a_headline_is_kept_in_every_language() -> None:
    """A program's reader need not read the receiver's language."""
    night = Night()
    await night.flares(a_flare("opened"))
    told = night.log.incidents[ID]
    assert told.summaries["ja"] == told.summary
    assert told.summaries["en"].startswith("[WARNING] pudding")


async def test_a_carrier_whose_post_was_deleted_is_not_named_any_more() -> None:
    """Not only quotes are forgotten."""
    said = [a_mention("さくらプリンに虫", "neko", at=1), a_mention("さくらプリンに虫だって", "matome", at=2)]
    for target, n in (("neko-1", 4), ("matome-2", 9)):
        said += [a_mention("", f"{target}{i}", at=3, kind="repost", target=target) for i in range(n)]
    night = Night(evidence=PlantedEvidence(said))
    await night.flares(a_flare("opened"))
    assert [one.who for one in night.log.incidents[ID].explanation.carriers] == ["matome"]
    await night.dispatcher.forget(["bluesky/matome-2"], NIGHT + minutes(12))
    assert night.log.incidents[ID].explanation.carriers == ()
