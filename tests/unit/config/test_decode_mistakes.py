"""Every mistake in hinoban.toml is told in one sentence with file, line and key."""

import pytest

from config import decode
from tests.unit.config.tables import CHANNEL, SOURCE, settings

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


@pytest.mark.parametrize(("text", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence_with_file_line_and_key(text: str, sentence: str) -> None:
    """Whoever made it needs no second look."""
    with pytest.raises(decode.SettingsError) as raised:
        settings(text)
    said = str(raised.value).removeprefix("hinoban.toml")
    assert said == (f", {sentence}" if sentence.startswith("line ") else f": {sentence}")
