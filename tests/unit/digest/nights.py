"""A night to tell of: what burnt, who answered, who was silent."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from alerts.digest.material import Heard, Material, Run, Sent, Silence
from alerts.digest.night import Hours, Night
from alerts.escalation.record import Postponed
from alerts.incident import Entry, Incident, Severity
from alerts.routing import Receiver
from models.keyword import Topic, TopicKey
from models.response import FirstResponse
from tests.fakes_alerts import an_incident

TOKYO = ZoneInfo("Asia/Tokyo")
HOURS = Hours(time(18), time(7), TOKYO)
DAY = datetime(2026, 11, 21, tzinfo=UTC).date()
NIGHT: Night = HOURS.ending(DAY)
NAMES = {"pudding": ("さくらプリン", "Sakura pudding"), "senbei": ("さくらせんべい", "Sakura senbei")}
READERS = {language: Receiver(name="sato", language=language) for language in ("ja", "en")}


def clock(text: str) -> datetime:
    """Return an instant of the night by the clock of Tokyo: 18:00 to 23:59 are the evening before."""
    hour, minute = map(int, text.split(":"))
    day = 20 if hour >= 12 else 21
    return datetime(2026, 11, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


def topic_of(key: TopicKey) -> Topic | None:
    """Return the name of a topic."""
    names = NAMES.get(key.topic)
    return Topic(slug=key.topic, name={"ja": names[0], "en": names[1]}) if names else None


def entry(at: str, what: str, by: str = "hinoban") -> Entry:
    """Return a line of a timeline."""
    return Entry(at=clock(at), what=what, by=by)


def fire(began: str = "02:10", severity: Severity = "critical", *lines: Entry, **fields: Any) -> Incident:
    """Return a fire of the pudding that opened ten minutes after it began."""
    opened = clock(began) + timedelta(minutes=10)
    first = Entry(at=opened, what="opened", by="hinoban")
    given: dict[str, Any] = {
        "id": f"sakura:{fields.get('topic', 'pudding')}:{clock(began):%Y%m%dT%H%MZ}",
        "started_at": clock(began),
        "opened_at": opened,
        "updated_at": opened,
        "timeline": (first, *lines),
        "peak": 360.0,
    }
    return msgspec.structs.replace(an_incident(severity), **(given | fields))


def over(one: Incident, at: str, **fields: Any) -> Incident:
    """Let a fire burn out."""
    parts = tuple(msgspec.structs.replace(part, at=clock(at), burning=False) for part in one.parts)
    end = entry(at, "resolved")
    given = {"state": "resolved", "resolved_at": clock(at), "timeline": (*one.timeline, end), "parts": parts}
    return msgspec.structs.replace(one, **(given | fields))


def page(one: Incident, at: str, to: str = "sato", **fields: Any) -> Sent:
    """Return a page of the night."""
    given: dict[str, Any] = {"channel": "push", "kind": "first", "severity": one.severity, "night": True}
    given |= {"sound": f"{one.id}:{at}"}
    return Sent(incident=one.id, brand=one.brand, to=to, at=clock(at), **(given | fields))


def answered() -> tuple[Incident, tuple[Sent, ...]]:
    """Return a critical fire that the second person answered after six minutes, with its pages."""
    lines = (entry("02:26", "acknowledged", "tanaka"),)
    one = over(fire("02:10", "critical", *lines, owner="tanaka"), "06:33")
    return one, (page(one, "02:20"), page(one, "02:26", "tanaka", kind="escalation"))


def held(until: str = "07:00", **fields: Any) -> Postponed:
    """Return a page that waited for the morning."""
    given: dict[str, Any] = {"to": "sato", "kind": "first", "severity": "warning", "at": clock("23:40")}
    return Postponed(until=clock(until), **(given | fields))


def busy() -> Material:
    """Return a night with everything in it."""
    burnt, pages = answered()
    first = FirstResponse(at=clock("02:51"), kind="reply", by="sakurafoods_jp", channel="bluesky")
    burnt = msgspec.structs.replace(burnt, first_response=first)
    slow = fire("23:30", "warning", topic="senbei", peak=24.0, state="triggered", postponed=(held(),))
    owned = fire("21:00", "warning", topic="cafe", state="acknowledged", owner="suzuki", peak=18.0)
    ember = fire("04:00", "ember", topic="daifuku", peak=4.0)
    praise = fire("20:00", "ember", topic="dorayaki", mood="positive", peak=75.0)
    return Material(
        incidents=(burnt, slow, owned, ember, praise),
        sent=pages,
        silences=(Silence("bluesky", clock("02:30"), clock("03:05")),),
        runs=(Run(clock("12:00"), clock("04:00")), Run(clock("04:02"), clock("06:59"))),
        heard=(
            Heard(clock("02:00"), "complaint", 100, 80, 38),
            Heard(clock("03:00"), "question", 100, 10, 38),
        ),
    )
