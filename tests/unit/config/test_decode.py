"""Every mistake in hinoban.toml is told in one sentence with file, line and key."""

from pathlib import Path
from typing import Literal

import msgspec
import pytest

from config import decode
from config.settings import Settings


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A nested table of a source."""

    ca: str = ""
    verify: bool = True


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of an array of tables."""

    to: str


class Broker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings with everything a setting can be."""

    host: str
    port: int = 1883
    topics: tuple[str, ...] = ()
    version: Literal["5", "3.1.1"] = "5"
    tls: Tls | None = None
    routes: tuple[Route, ...] = ()
    spool: Path | None = None
    limits: dict[str, int] = {}


class Terminal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings with one switch."""

    colour: bool = True


class Detection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the detector."""

    threshold: float = 8.0


class Severity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of one brand's severity."""

    critical_in_30_min: int = 20


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a ladder."""

    after: float


class Ladder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ladder."""

    steps: tuple[Step, ...] = (Step(after=0),)
    last_resort: str = ""


TABLES = decode.Tables(
    sources={"mqtt": Broker},
    channels={"console": Terminal},
    scorers={"lexicon": Terminal, "onnx": Terminal},
    detection=Detection,
    severity=Severity,
    ladder=Ladder,
)
SOURCE = 'schema = 1\n[sources.a]\nkind = "mqtt"\nhost = "x"\n'
CHANNEL = 'schema = 1\n[channels.c]\nkind = "console"\n'
NAME = "is no name for use in topics and labels; it has only a-z, 0-9, - and _"
LIST = 'expected a list, like ["one", "two"]'

MISTAKES = {
    "nothing at all": ("", "`schema` is missing"),
    "a later schema": ("schema = 2", "line 1: schema: must be 1, got 2"),
    "a quoted number": (
        'schema = "1"',
        'line 1: schema: expected a whole number, got "1"; write it without quotes',
    ),
    "an open quote": ('schema = 1\nsite = "main\n', "line 2: not valid TOML: a text in quotes does not end"),
    "a key twice": ('schema = 1\nsite = "a"\nsite = "b"', "line 3: not valid TOML: cannot overwrite a value"),
    "a misspelt key": ('schema = 1\nsiet = "x"', "line 2: siet: unknown key; did you mean `site`?"),
    "a misspelt table": ("schema = 1\n[storge]", "line 2: storge: unknown key; did you mean `storage`?"),
    "a foreign key": (
        "schema = 1\n[logging]\nzzz = 1",
        "line 3: logging.zzz: unknown key; known here: format, level",
    ),
    "a value for a table": ('schema = 1\nstorage = "x"', 'line 2: storage: expected a table, got "x"'),
    "a nested wrong type": (
        "schema = 1\n[http]\nlisten = 1",
        "line 3: http.listen: expected a text in quotes, got 1",
    ),
    "a dotted key": (
        'schema = 1\nstorage.posts_days = "x"',
        'line 2: storage.posts_days: expected a whole number, got "x"',
    ),
    "a key after a long text": (
        'schema = 1\n[alerting]\nfallback = """\nremind_minutes = 3\n"""\nremind_minutes = "often"',
        'line 6: alerting.remind_minutes: expected a whole number, got "often"',
    ),
    "no number": (
        "schema = 1\n[detection]\nthreshold = nan",
        "line 3: detection.threshold: nan is no number to work with; write an ordinary one",
    ),
    "too small": (
        "schema = 1\n[storage]\nposts_days = 0",
        "line 3: storage.posts_days: expected a whole number, at least 1, got 0",
    ),
    "too large": (
        "schema = 1\n[storage]\nunmatched_rate = 1.5",
        "line 3: storage.unmatched_rate: expected a number, at most 1.0, got 1.5",
    ),
    "a wrong word": (
        'schema = 1\n[logging]\nlevel = "INFO"',
        'line 3: logging.level: "INFO" is none of debug, info, warning, error; did you mean "info"?',
    ),
    "no list": ('schema = 1\nkeywords = "k"', f'line 2: keywords: {LIST}, got "k"'),
    "a wrong entry": ("schema = 1\nkeywords = [1]", "line 2: keywords[0]: expected a path in quotes, got 1"),
    "a bad site": ('schema = 1\nsite = "Main Site"', f'line 2: site: "Main Site" {NAME}'),
    "a bad zone": (
        'schema = 1\ntime_zone = "Asia/Tokio"',
        'line 2: time_zone: unknown time zone "Asia/Tokio"; use a name like Asia/Tokyo',
    ),
    "a zone that is a path": (
        'schema = 1\ntime_zone = "../etc/passwd"',
        'line 2: time_zone: unknown time zone "../etc/passwd"; use a name like Asia/Tokyo',
    ),
    "no address": (
        'schema = 1\n[http]\nlisten = "8780"',
        'line 3: http.listen: "8780" is no address; write host:port, like 127.0.0.1:8780',
    ),
    "no port": (
        'schema = 1\n[http]\nlisten = "[::1]:99999"',
        'line 3: http.listen: "[::1]:99999" is no address; write host:port, like 127.0.0.1:8780',
    ),
    "a source without kind": (
        'schema = 1\n[sources.a]\nhost = "x"',
        "line 2: sources.a: `kind` is missing; it is one of mqtt",
    ),
    "an unknown scorer": (
        'schema = 1\n[scorer]\nkind = "onx"',
        'line 3: scorer.kind: "onx" is none of lexicon, onnx; did you mean "onnx"?',
    ),
    "a scorer as text": (
        'schema = 1\nscorer = "onnx"',
        'line 2: scorer: expected a table, like [scorer], got "onnx"',
    ),
    "sources as text": ('schema = 1\nsources = "x"', "line 2: sources: expected tables, like [sources.name]"),
    "a source as text": (
        'schema = 1\n[sources]\na = "mqtt"',
        'line 3: sources.a: expected a table, like [sources.a], got "mqtt"',
    ),
    "a source with a bad name": ('schema = 1\n[sources."A b"]', f'line 2: sources.A b: "A b" {NAME}'),
    "a source without host": (
        'schema = 1\n[sources.a]\nkind = "mqtt"',
        "line 2: sources.a: `host` is missing",
    ),
    "a misspelt key of a source": (
        SOURCE + "prot = 1",
        "line 5: sources.a.prot: unknown key; did you mean `port`?",
    ),
    "a second source": (
        SOURCE + 'port = 1\n[sources.b]\nkind = "mqtt"\nhost = "x"\nport = []',
        "line 9: sources.b.port: expected a whole number, got a list",
    ),
    "a list's wrong entry": (
        SOURCE + 'topics = ["a", 3]',
        "line 5: sources.a.topics[1]: expected a text in quotes, got 3",
    ),
    "a misspelt key of a table in a source": (
        SOURCE + '[sources.a.tls]\ncaa = "x"',
        "line 6: sources.a.tls.caa: unknown key; did you mean `ca`?",
    ),
    "a wrong type in an inline table": (
        SOURCE + 'tls = { verify = "true" }',
        'line 5: sources.a.tls.verify: expected true or false, got "true"; write it without quotes',
    ),
    "the second of an array of tables": (
        SOURCE + '[[sources.a.routes]]\nto = "x"\n[[sources.a.routes]]\nto = 2',
        "line 8: sources.a.routes[1].to: expected a text in quotes, got 2",
    ),
    "a table of free names": (
        SOURCE + '[sources.a.limits]\none = 1\ntwo = "many"',
        'line 7: sources.a.limits.two: expected a whole number, got "many"',
    ),
    "a misspelt severity": (
        "schema = 1\n[brand.sakura.severity]\ncritical_in_30_mins = 1",
        "line 3: brand.sakura.severity.critical_in_30_mins: unknown key; did you mean `critical_in_30_min`?",
    ),
    "a misspelt key of a brand": (
        'schema = 1\n[brand.sakura]\nzon = "x"',
        "line 3: brand.sakura.zon: unknown key; did you mean `zone`?",
    ),
    "a brand in Japanese": (
        'schema = 1\n[brand."サクラ"]\nzone = ""',
        f'line 2: brand.サクラ: "サクラ" {NAME}',
    ),
    "a receiver without channels": (
        CHANNEL + '[receivers.oncall]\nlanguage = "ja"',
        "line 4: receivers.oncall: `channels` is missing",
    ),
    "a receiver with no channel": (
        CHANNEL + "[receivers.oncall]\nchannels = []",
        f"line 5: receivers.oncall.channels: {LIST}, of 1 or more, got 0",
    ),
    "a receiver with an unknown channel": (
        CHANNEL + '[receivers.oncall]\nchannels = ["d"]',
        'line 5: receivers.oncall.channels: no channel "d"; there is: c',
    ),
    "a receiver with a bad zone": (
        CHANNEL + '[receivers.oncall]\nchannels = ["c"]\nzone = "JST"',
        'line 6: receivers.oncall.zone: unknown time zone "JST"; use a name like Asia/Tokyo',
    ),
    "a fallback that is nobody": (
        CHANNEL + '[receivers.night]\nchannels = ["c"]',
        'alerting.fallback: no receiver "oncall"; there is: night; or add [receivers.oncall]',
    ),
}


def settings(text: str) -> Settings:
    """Decode *text* as the file `hinoban.toml`."""
    return decode.settings(text, "hinoban.toml", TABLES)


@pytest.mark.parametrize(("text", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence_with_file_line_and_key(text: str, sentence: str) -> None:
    """Whoever made it needs no second look."""
    with pytest.raises(decode.SettingsError) as raised:
        settings(text)
    said = str(raised.value).removeprefix("hinoban.toml")
    assert said == (f", {sentence}" if sentence.startswith("line ") else f": {sentence}")


def test_a_schema_alone_is_a_configuration() -> None:
    """Everything else has a default."""
    decoded = settings("schema = 1")
    assert decoded.time_zone == "Asia/Tokyo"
    assert decoded.scorer == msgspec.structs.replace(decoded.scorer, kind="onnx", settings=Terminal())
    assert decoded.detection == Detection()


def test_each_kind_is_decoded_as_the_type_of_its_table() -> None:
    """The root hands the tables in; config itself knows no source."""
    decoded = settings(SOURCE + 'spool = "spool/a"\n[sources.a.tls]\nca = "ca.pem"\n')
    assert decoded.sources["a"].kind == "mqtt"
    assert decoded.sources["a"].settings == Broker(host="x", spool=Path("spool/a"), tls=Tls(ca="ca.pem"))


def test_a_brand_overrides_the_severity_table() -> None:
    """What is not said keeps its default."""
    decoded = settings("schema = 1\n[brand.sakura.severity]\ncritical_in_30_min = 30")
    assert decoded.brand["sakura"].severity == Severity(critical_in_30_min=30)


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration means the same wherever it is started from."""
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    file = tmp_path / "hinoban.toml"
    file.write_text('schema = 1\nkeywords = ["lists", "/srv/lists"]\n[storage]\npath = "a.db"\n', "utf-8")
    decoded = decode.read(file, TABLES)
    assert decoded.keywords == (tmp_path / "lists", Path("/srv/lists"))
    assert decoded.storage.path == tmp_path / "a.db"


def test_the_database_lives_in_the_state_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under systemd the folder of the configuration is read-only."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    file = tmp_path / "hinoban.toml"
    file.write_text("schema = 1\n", "utf-8")
    assert decode.read(file, TABLES).storage.path == tmp_path / "state" / "hinoban.db"


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbfschema = 1\n", b'schema = 1\r\nsite = "a"\r\n'])
def test_what_editors_of_windows_write_is_read(raw: bytes, tmp_path: Path) -> None:
    """A byte order mark and CRLF are no mistakes."""
    file = tmp_path / "hinoban.toml"
    file.write_bytes(raw)
    assert decode.read(file, TABLES).schema == 1


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("schema = 1\nsite = 'さくら'".encode("cp932"), ", line 2: not UTF-8 text; save the file as UTF-8"),
        ("schema = 1".encode("utf-16"), ", line 1: not UTF-8 text; save the file as UTF-8"),
        (None, ": there is no such file"),
    ],
    ids=["Shift_JIS", "UTF-16", "no file"],
)
def test_a_file_that_cannot_be_read_is_told_so(raw: bytes | None, sentence: str, tmp_path: Path) -> None:
    """Not with a traceback."""
    file = tmp_path / "hinoban.toml"
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(decode.SettingsError) as raised:
        decode.read(file, TABLES)
    assert str(raised.value) == f"{file}{sentence}"


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    """The operating system's own words are handed on."""
    with pytest.raises(decode.SettingsError, match="cannot be read: Is a directory"):
        decode.read(tmp_path, TABLES)
