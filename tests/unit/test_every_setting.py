"""Every setting is put to use by a reload, or announced as one that needs a restart: none is passed over."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

import msgspec
import pytest
from structlog.testing import capture_logs

from alerts.escalation.ladder import Step
from alerts.terms import terms_in
from config.rota import Layer, Override
from config.settings import Kinded, Settings
from listener import assembly
from listener.app import Daemon
from listener.assembly import TABLES
from listener.refresh import AT_START
from models.clock import VirtualClock
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
FIXED = {"schema"}
"""What has one value only."""
TYPES = {"brand.*.severity": TABLES.severity, "escalation.*": TABLES.ladder, "detection": TABLES.detection}
"""What the settings themselves leave open."""
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


def leaves(kind: Any, path: str = "") -> Iterator[str]:
    """Yield every key that a type of settings has, ``*`` for each name that somebody chooses."""
    kind = TYPES.get(path, kind)
    named = get_args(kind)[1] if get_origin(kind) is dict else None
    if named is not None and "." not in path:
        yield from leaves(named, f"{path}.*")
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Kinded:
        for field in msgspec.structs.fields(kind):
            yield from leaves(field.type, f"{path}.{field.encode_name}".removeprefix("."))
    else:
        yield path


LEAVES = tuple(leaves(Settings))
AT_START_LEAVES = [leaf for leaf in LEAVES if leaf.split(".")[0] in AT_START]


def test_no_setting_is_passed_over() -> None:
    """Whoever adds one says here what a reload makes of it."""
    applied = {change.pattern for change in (*CHANGES, *SEVERITY)}
    assert set(LEAVES) == applied | set(AT_START_LEAVES) | FIXED
    assert not applied & set(AT_START_LEAVES)
    assert len(LEAVES) > 100


def replaced(whole: Any, key: str, value: Any) -> Any:
    """Return *whole* with another value of one key."""
    head, _, rest = key.partition(".")
    if isinstance(whole, dict):
        return {**whole, head: replaced(whole[head], rest, value) if rest else value}
    known = {field.encode_name: field.name for field in msgspec.structs.fields(whole)}
    inner = replaced(getattr(whole, known[head]), rest, value) if rest else value
    return msgspec.structs.replace(whole, **{known[head]: inner})


def another(value: Any) -> Any:
    """Return a value of the same type that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, tuple):
        return (*value, "x")
    if isinstance(value, Path):
        return value / "x"
    return Kinded("x", None) if isinstance(value, Kinded) else value + 1


def found(whole: Any, key: str) -> Any:
    """Return the value of one key."""
    for part in key.split("."):
        known = {field.encode_name: field.name for field in msgspec.structs.fields(whole)}
        whole = getattr(whole, known[part])
    return whole


@pytest.fixture
async def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Daemon]:
    """Build a watch that is ready to run."""
    path = tmp_path / "hinoban.toml"
    for name, text in {**FILES, path.name: CONFIGURATION}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(text, "utf-8")
    settings = assembly.read_settings(path)
    monkeypatch.chdir(tmp_path)
    async with AsyncExitStack() as stack:
        built = Daemon(path, settings, VirtualClock(NIGHT), "0")
        await built._build(stack)
        yield built


async def changed(daemon: Daemon, key: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Reload with one changed setting; return what is said to wait for a restart."""
    given = replaced(daemon._settings, key, value)
    monkeypatch.setattr(assembly, "read_settings", lambda _: given)
    with capture_logs() as said:
        assert await daemon._refresh.apply(), daemon._refresh.trouble
    return [line["settings"] for line in said if line["event"] == "restart_to_apply"]


@pytest.mark.parametrize("change", [*CHANGES, *SEVERITY], ids=lambda change: change.key)
async def test_a_reload_applies_it(change: Change, daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """The running watch goes by the new value, and no restart is asked for."""
    assert change.seen(daemon) != change.then
    assert await changed(daemon, change.key, change.value, monkeypatch) == []
    assert change.seen(daemon) == change.then


async def test_a_reload_announces_what_waits_for_a_restart(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its key; until then everybody goes by the old value, also those who are handed all settings."""
    used: list[Settings] = []
    monkeypatch.setattr(daemon._refresh, "_use", lambda settings, _: used.append(settings))
    for leaf in AT_START_LEAVES:
        key = leaf.replace("*", "inbox" if leaf.startswith("sources") else "mail")
        value = Kinded("stdout", None) if "*" in leaf else another(found(daemon._settings, key))
        assert await changed(daemon, key, value, monkeypatch) == [[key]], leaf
        top = key.split(".")[0]
        assert getattr(used[-1], top) == getattr(daemon._settings, top), leaf
        assert getattr(daemon._refresh.rotas._settings, top) == getattr(daemon._settings, top), leaf
    assert len(used) == len(AT_START_LEAVES)
