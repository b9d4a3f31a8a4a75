"""A watch with every kind of setting, and what a reload makes of each: where its effect is seen, and how."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from alerts.escalation.ladder import Step
from alerts.terms import terms_in
from config.rota import Layer, Override
from listener.app import Daemon
from listener.assembly import TABLES
from tests.builders import NIGHT
from tests.fakes_listener import COMPANY, LIST, PUDDING

CONFIGURATION = """
schema = 1
[http]
enabled = false
[scorer]
kind = "lexicon"
[matching]
dictionary = false
[alerting]
fallback = "tanaka"
[channels.terminal]
kind = "stdout"
[channels.phone]
kind = "stdout"
[receivers.sato]
channels = ["terminal"]
[receivers.tanaka]
channels = ["terminal"]
[brand.sakura]
country = "DE"
[rota.written]
layer = [{people = ["sato", "tanaka"], every = "day", handoff = "02:00", from = 2026-11-20}]
[rota.filed]
file = "sato.toml"
[rota.called]
calendar = "sato.ics"
[rota.web]
url = "https://rota.example/a.ics"
[rota.secret]
url_file = "a-secret"
[route.food]
receivers = ["sato"]
ladder = "hurried"
[escalation.hurried]
steps = [{after = 0, to = "first"}]
"""
EVENT = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:x\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;VALUE=DATE:20261120\r
DTEND;VALUE=DATE:{end}\r
SUMMARY:{who}\r
END:VEVENT\r
END:VCALENDAR\r
"""
CAMPAIGN = '[[event]]\nkind = "campaign"\nfrom = 2026-11-20T10:00:00\nto = 2026-11-20T12:00:00\n'
FILES = {
    "keywords/sakura.toml": LIST + '[[topic]]\nslug = "company"\nroute = "food"\n',
    "elsewhere/sakura.toml": LIST.replace("さくらプリン", "抹茶プリン"),
    "campaign.toml": CAMPAIGN,
    "sato.toml": '[[layer]]\npeople = ["sato"]\n',
    "tanaka.toml": '[[layer]]\npeople = ["tanaka"]\n',
    "a-secret": "https://rota.example/a.ics",
    "b-secret": "https://rota.example/b.ics",
    "sato.ics": EVENT.format(who="sato", end="20261121"),
    "tanaka.ics": EVENT.format(who="tanaka", end="20261122"),
}


class Change(NamedTuple):
    """A setting that a reload applies: its new value, where its effect is seen, and how it looks then."""

    key: str
    value: Any
    seen: Callable[[Daemon], Any]
    then: Any

    @property
    def pattern(self) -> str:
        """Return its key without the names that somebody chose."""
        return re.sub(r"^(brand|receivers|rota|route|escalation)\.\w+", r"\1.*", self.key)


def policy(daemon: Daemon) -> Any:
    """Return whom the daemon calls, and how."""
    return daemon._engine.dispatcher.paging.policy


def receiver(name: str) -> Callable[[Daemon], Any]:
    """Look at one property of Sato."""
    return lambda daemon: getattr(policy(daemon).people.receivers["sato"], name)


def route(daemon: Daemon) -> Any:
    """Return where the pages of the pudding go; None where no route is named."""
    return policy(daemon).route_of(PUDDING)


def food(look: Callable[[Any], Any]) -> Callable[[Daemon], Any]:
    """Look at the route that is called food."""
    return lambda daemon: look(policy(daemon).route_of(COMPANY))


def on_call(name: str) -> Callable[[Daemon], Any]:
    """Look who is on call by a rota, at 02:40 in Tokyo on a Saturday."""
    return lambda daemon: daemon._refresh.rotas.current(name).on_call(NIGHT)


def given(name: str, key: str) -> Callable[[Daemon], Any]:
    """Look by what a rota is read and told from now on."""
    return lambda daemon: getattr(daemon._refresh.rotas._settings.rota[name], key)


def reader(look: Callable[[Any], Any]) -> Callable[[Daemon], Any]:
    """Look at those who get a digest."""
    return lambda daemon: [look(one) for one in daemon._routine._mornings.company.readers]


def week(daemon: Daemon) -> tuple[str, str]:
    """Return the clock of the brand's rhythm, and whose holidays are Sundays in it."""
    calendar: Any = daemon._engine.watch._almanac.calendar("sakura")
    return str(calendar._zone), calendar._holiday.place


def events(daemon: Daemon) -> list[str]:
    """Return what the brand has planned."""
    return [event.kind for event in daemon._words.events.get("sakura", ())]


def rule(daemon: Daemon) -> Any:
    """Return who calls a fire of the brand off, and when."""
    return daemon._routine._mornings.company.rule_of("sakura")


def dictionary(daemon: Daemon) -> tuple[bool, bool]:
    """Tell whether matching and the words of pages ask the dictionary."""
    finder: Any = daemon._engine.pipeline.recognition._finder
    return finder.dictionary, daemon._engine.evidence.cut is not terms_in


def topics(daemon: Daemon) -> list[str]:
    """Return what is found in a text."""
    return [match.topic for match in daemon._words.matcher.find("抹茶プリン")]


BERLIN = "Europe/Berlin"
CHANGES = (
    Change("keywords", (Path("elsewhere"),), topics, ["pudding"]),
    Change("matching.dictionary", True, dictionary, (True, True)),  # noqa: FBT003 - the setting's value
    Change("alerting.fallback", "sato", lambda d: policy(d).receiver.name, "sato"),
    Change("alerting.route", "food", lambda d: route(d) and route(d).name, "food"),
    Change("alerting.remind_minutes", 3, lambda d: policy(d).repeat_minutes, 3),
    Change("alerting.merge_minutes", 30, lambda d: policy(d).merge_minutes, 30),
    Change("alerting.blind", ("Mixi",), lambda d: tuple(d._engine.evidence.blind), ("Mixi",)),
    Change("digest.enabled", False, reader(lambda one: one.receiver.name), []),  # noqa: FBT003 - as above
    Change("digest.to", ("sato",), reader(lambda one: one.receiver.name), ["sato"]),
    Change("digest.handoff", "06:30", reader(lambda one: f"{one.hours.handoff:%H:%M}"), ["06:30"]),
    Change("digest.begins", "20:00", reader(lambda one: f"{one.hours.begins:%H:%M}"), ["20:00"]),
    Change("brand.sakura.zone", BERLIN, week, (BERLIN, "DE")),
    Change("brand.sakura.country", "FR", week, ("Asia/Tokyo", "FR")),
    Change("brand.sakura.subdivision", "BY", week, ("Asia/Tokyo", "DE-BY")),
    Change("brand.sakura.route", "food", lambda d: route(d) and route(d).name, "food"),
    Change("brand.sakura.calendars", (Path("campaign.toml"),), events, ["campaign"]),
    Change("brand.sakura.stand_down.declared_by", "Yamada", lambda d: rule(d).declared_by, "Yamada"),
    Change("brand.sakura.stand_down.quiet_minutes", 30, lambda d: rule(d).quiet_minutes, 30),
    Change("receivers.sato.channels", ("phone",), receiver("channels"), ("phone",)),
    Change("receivers.sato.backup", ("phone",), receiver("backup"), ("phone",)),
    Change("receivers.sato.louder", ("phone",), receiver("louder"), ("phone",)),
    Change("receivers.sato.quiet", "23:00-05:00", receiver("quiet"), "23:00-05:00"),
    Change("receivers.sato.night_cap", 3, receiver("night_cap"), 3),
    Change("receivers.sato.language", "en", receiver("language"), "en"),
    Change("receivers.sato.zone", BERLIN, receiver("zone"), BERLIN),
    Change("receivers.sato.name", {"ja": "佐藤"}, receiver("shown"), (("ja", "佐藤"),)),
    Change("receivers.sato.names", ("佐藤花子",), receiver("names"), ("佐藤花子",)),
    Change("rota.filed.file", "tanaka.toml", on_call("filed"), ("tanaka",)),
    Change("rota.called.calendar", "tanaka.ics", on_call("called"), ("tanaka",)),
    Change("rota.web.url", "https://rota.example/b.ics", given("web", "url"), "https://rota.example/b.ics"),
    Change("rota.secret.url_file", "b-secret", given("secret", "url_file"), "b-secret"),
    Change("rota.written.zone", BERLIN, on_call("written"), ("sato",)),
    Change("rota.called.handoff", "04:00", on_call("called"), ("sato",)),
    Change("rota.written.tell_gaps", False, given("written", "tell_gaps"), False),  # noqa: FBT003 - as above
    Change("rota.written.layer", (Layer(people=("sato",)),), on_call("written"), ("sato",)),
    Change(
        "rota.written.override",
        (Override(who="sato", since=date(2026, 11, 21), until=date(2026, 11, 21)),),
        on_call("written"),
        ("sato",),
    ),
    Change("route.food.rota", "written", food(lambda one: one.on_call.on_call(NIGHT)), ("tanaka",)),
    Change("route.food.receivers", ("tanaka",), food(lambda one: one.on_call.team()), ("tanaka",)),
    Change("route.food.ladder", "climb", food(lambda one: len(one.ladder.steps)), 4),
    Change("route.food.warning_ladder", "climb", food(lambda one: len(one.warning.steps)), 4),
    Change("route.food.owner", "pager", food(lambda one: one.owner), "pager"),
    Change("route.food.fallback", "sato", food(lambda one: one.fallback.name), "sato"),
    Change(
        "escalation.hurried.steps",
        (Step(after=0, to="team"), Step(after=1, to="team")),
        food(lambda one: len(one.ladder.steps)),
        2,
    ),
    Change("escalation.hurried.repeat_minutes", 5.0, food(lambda one: one.ladder.repeat_minutes), 5.0),
    Change("escalation.hurried.last_resort", "tanaka", food(lambda one: one.ladder.last_resort), "tanaka"),
)


def severity(name: str) -> Callable[[Daemon], Any]:
    """Look at one figure of what is critical for the brand."""
    return lambda daemon: getattr(daemon._engine.dispatcher.severity_of("sakura"), name)


SEVERITY = tuple(
    Change(f"brand.sakura.severity.{one.encode_name}", one.default + 1, severity(one.name), one.default + 1)
    for one in msgspec.structs.fields(TABLES.severity)
)
