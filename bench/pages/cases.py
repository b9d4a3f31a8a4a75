"""Ten typical pages: every kind, every severity, with what makes each of them long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from alerts import lifecycle
from alerts.escalation.record import Postponed, Ring
from alerts.incident import Carrier, Explanation, Harmless, Incident, Observed, Quote, Severity
from alerts.notification_log import PageKind
from models.curve import Curve
from models.event import Event
from models.flareup import FlareUp, Reading, Reason
from models.keyword import TopicKey

NIGHT = datetime(2026, 11, 20, 17, 10, tzinfo=UTC)
"""02:10 in Tokyo."""
KEY = TopicKey("sakura", "pudding")
VOICES = (
    ("買ったら虫入ってたんだけど…写真あり。お店に電話したけど夜中で誰も出ない", 19),
    ("前にもあったよね、そのときも説明なかった。ちゃんと説明してほしい https://t.example/x", 9),
    ("子どもに食べさせちゃった…回収しないの？ @sakura_foods", 6),
)
SHAPE = (1, 2, 1, 3, 2, 1, 2, 2, 0, 1, 2, 3, 1, 1, 2, 0, 1, 2, 1, 1, 0, 1, 2, 1, 1, 1, 0, 2, 1, 1)
BURST = (4, 9, 21, 34, 29, 17)


class Case(NamedTuple):
    """One page: its name, what it is about, its kind, and whether its reader taps links or types."""

    name: str
    incident: Incident
    kind: PageKind
    taps: bool = True
    beside: tuple[str, ...] = ()


def after(minutes: float) -> datetime:
    """Return so many minutes after the first post."""
    return NIGHT + timedelta(minutes=minutes)


def cases() -> Iterator[Case]:
    """Yield the ten."""
    yield Case("first-critical", fire(), "first")
    early = fire("warning", negative=6, expected=0.4, learning_since=after(-600))
    yield Case("first-warning-learning", _with(early, terms=("虫",), silent=()), "first")
    reason = Reason(signal="hundredth_in_minutes", value=34, high=120)
    yield Case("grown", lifecycle.raised(fire("warning"), "critical", (reason,), after(20)), "grown")
    owned = lifecycle.acknowledged(fire(), by="佐藤", channel="link", at=after(12))
    yield Case("reminder-still-on-it", lifecycle.awake(owned, after(42), "still on it?"), "reminder")
    rung = tuple(
        Ring(to=name, at=after(9 + wait), severity="critical") for name, wait in (("佐藤", 3), ("田中", 6))
    )
    yield Case("escalation", fire(rung=rung), "escalation")
    yield Case("risk-and-abuse", _risky(), "first")
    yield Case(
        "everything-at-once",
        _crowded(),
        "first",
        beside=("【注意】さくらクッキー 不満9人/30分(普段1) 02:02〜",),
    )
    yield Case("planned-campaign", _planned(), "first")
    again = fire(state="reopened", reopened=1)
    yield Case("reopened-without-links", again, "first", taps=False)
    over = lifecycle.resolved(owned, by="hinoban", channel="", at=after(263), why="burnt out")
    yield Case(
        "all-clear", msgspec.structs.replace(over, peak=360.0, topics=("pudding", "cookie")), "resolved"
    )


def fire(
    severity: Severity = "critical", *, negative: int = 38, expected: float = 5, **changes: Any
) -> Incident:
    """Return a fire of the pudding, nine minutes old."""
    told = Explanation(
        quotes=tuple(
            Quote(source="bluesky", id=str(n), text=text, others=others)
            for n, (text, others) in enumerate(VOICES)
        ),
        terms=("虫", "異物混入", "回収"),
        starter=Quote(source="bluesky", id="0", text="", author="neko_yoru", at=NIGHT),
        first=Quote(source="bluesky", id="0", text="", author="neko_yoru", at=NIGHT),
        carriers=(Carrier("matome_neta", after(7), 212),),
        sources=("bluesky", "mastodon"),
        blind=("X", "Instagram", "TikTok"),
        silent=(("Mastodon", NIGHT),),
        curve=curve(),
    )
    reading = Reading(
        key=KEY, at=after(9), state="burning", volume=76, expected=10, upper=18, negative=negative,
        negative_expected=expected, share=0.72, share_low=0.61, share_high=0.81, share_usual=0.2,
        evidence=20, threshold=10, sources=("bluesky", "mastodon"),
    )  # fmt: skip
    flare = FlareUp(
        key=KEY,
        transition="opened",
        at=after(9),
        started_at=NIGHT,
        mood="negative",
        size=2.0 * negative,
        reading=reading,
    )
    opened = lifecycle.opened_by(flare, severity, ())
    return msgspec.structs.replace(opened, **{"explanation": told, "paged_at": after(9)} | changes)


def curve() -> Curve:
    """Return three hours that end in a fire."""
    people = (*SHAPE, *BURST)
    negative = (*(0 if count < 2 else 1 for count in SHAPE), *(round(0.8 * count) for count in BURST))
    expected = tuple(round(2.1 - 0.03 * step, 2) for step in range(len(people)))
    upper = tuple(round(mean + 4.4, 2) for mean in expected)
    return Curve(since=after(-150), people=people, negative=negative, expected=expected, upper=upper)


def _with(incident: Incident, **told: Any) -> Incident:
    explanation = msgspec.structs.replace(incident.explanation, **told)
    return msgspec.structs.replace(incident, explanation=explanation)


def _risky() -> Incident:
    quotes = fire().explanation.quotes
    rude = msgspec.structs.replace(quotes[1], text="この会社死ねよ、虫とか舐めてんのか")
    reason = Reason(signal="risk:safety", value=7, high=5)
    risky = fire(negative=4, expected=0.6, risks={"safety": 7}, reasons=(reason,), decided=("risk:safety",))
    return _with(risky, quotes=(quotes[0], rude, quotes[2]))


def _crowded() -> Incident:
    full = fire(
        topics=("pudding", "cookie", "cake"),
        found_late=True,
        learning_since=after(-900),
        sources=("bluesky", "mastodon", "news"),
        postponed=(
            Postponed(
                to="当番", kind="first", severity="warning", at=after(-60), until=NIGHT, became="paged"
            ),
        ),
    )
    signs = (
        Harmless(sign="copies", share=0.71, of=40, texts=2),
        Harmless(sign="source", share=0.88, of=40, what="bluesky"),
    )
    silent = tuple((name, NIGHT) for name in ("Mastodon", "Bluesky", "ニュース"))
    return _with(full, harmless=signs, silent=silent, observed=Observed(posts=400, judged=152))


def _planned() -> Incident:
    event = Event(kind="campaign", start=after(-130), end=after(600), expected=4.0, note="さくらプリン祭り")
    sign = Harmless(sign="hashtag", share=0.87, of=40, what="#さくらプリン祭り")
    return _with(fire("warning", negative=14, planned=(event,)), harmless=(sign,), silent=())
