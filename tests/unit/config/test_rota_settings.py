"""Mistakes in a rota: one sentence with file, line and key."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from config import decode
from config.rota import RotaFile
from config.settings import Settings
from listener.assembly import TABLES

PEOPLE = """schema = 1
[channels.terminal]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
[receivers.sato]
channels = ["terminal"]
names = ["佐藤"]
"""
LAYER = '[rota.food]\n[[rota.food.layer]]\npeople = ["sato"]\n'
OVERRIDE = '[[rota.food.override]]\nwho = "sato"\n'


def read(text: str) -> Settings:
    """Decode a configuration with two receivers."""
    return decode.settings(PEOPLE + text, "hinoban.toml", TABLES)


def refused(text: str) -> str:
    """Return the sentence that answers a mistake."""
    with pytest.raises(decode.SettingsError) as error:
        read(text)
    return str(error.value)


def test_a_layer_of_one_person_needs_nothing_else() -> None:
    """Always on, until somebody writes more."""
    assert read(LAYER).rota["food"].layer[0].people == ("sato",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            LAYER.replace("sato", "satou"),
            'line 11: rota.food.layer[0].people: no receiver "satou"; there is: oncall, sato; or add',
        ),
        (LAYER.replace('"sato"', ""), "layer[0].people: it names nobody"),
        (LAYER.replace('"sato"', '"sato", "oncall"'), "layer[0].from: is missing; write the day on which"),
        (LAYER + 'every = "moon"', 'layer[0].every: "moon" is no length of a turn'),
        (LAYER + 'handoff = "9"', 'layer[0].handoff: "9" is no time of day'),
        (LAYER + 'only = ["nights"]', 'layer[0].only: "nights" is no time of the week'),
        (LAYER + 'from = "2026-11-02"', 'layer[0].from: "2026-11-02" is no day; write it like 2026-11-20'),
        (LAYER + "from = 2026-11-02\nto = 2026-11-01", "layer[0].to: the layer ends before it begins"),
        (LAYER + "evry = 1", "layer[0].evry: unknown key; did you mean `every`?"),
        (
            LAYER.replace("[rota.food]", '[rota.food]\nzone = "Asia/Tokio"'),
            'zone: unknown time zone "Asia/Tokio"',
        ),
        ("[rota.food]\n", "rota.food: it names nobody; give it one of file, calendar, url, url_file, layer"),
        (
            LAYER.replace("[rota.food]", '[rota.food]\nfile = "x"'),
            "rota.food: file and layer cannot stand together",
        ),
        ('[rota.food]\nurl = "ftp://x"', 'rota.food.url: "ftp://x" is no address'),
        ('[rota."Food 1"]\nfile = "x"', "is no name for use in topics"),
        (LAYER + OVERRIDE + "from = 2026-12-01\nto = 2026-11-30", "override[0].to: the override ends before"),
        (LAYER + OVERRIDE + 'from = "now"\nto = 2026-11-30', 'override[0].from: "now" is no date and time'),
        (LAYER + OVERRIDE + "to = 2026-11-30", "`from` is missing"),
        (
            LAYER + OVERRIDE + 'from = 2026-11-30\nto = 2026-11-30\nlayer = "first"',
            'override[0].layer: no layer "first"; there is: layer 1',
        ),
        (
            LAYER + OVERRIDE.replace("sato", "ito") + "from = 2026-11-30\nto = 2026-11-30",
            'override[0].who: no receiver "ito"',
        ),
        (
            '[receivers.ito]\nchannels = ["terminal"]\nnames = ["佐藤"]',
            'receiver "sato" is called "佐藤" too',
        ),
    ],
)
def test_what_nobody_can_mean_is_answered_in_one_sentence(text: str, sentence: str) -> None:
    """It names the key, says what is wrong and what would be right."""
    told = refused(text)
    assert sentence in told
    assert told.startswith("hinoban.toml, line ")


def test_overlapping_overrides_are_refused() -> None:
    """Nobody could say which of the two holds; one that begins where the other ends is fine."""
    first = OVERRIDE + "from = 2026-11-30T18:00:00\nto = 2026-12-01T09:00:00\n"
    after = OVERRIDE + "from = 2026-12-01T00:00:00Z\nto = 2026-12-02\n"
    assert len(read(LAYER + first + after).rota["food"].override) == 2
    told = refused(LAYER + first + after.replace("00:00:00Z", "08:00:00+09:00"))
    assert 'rota.food.override[1].from: overlaps that of "sato" from 2026-11-30 18:00:00' in told
    assert "end one where the other begins" in told


@pytest.mark.parametrize("page", ["rota.md", "rota.ja.md"])
def test_what_the_documentation_shows_is_right(page: str) -> None:
    """Each example is read as it stands, beside the people it speaks of."""
    text = (Path(__file__).parents[3] / "docs" / page).read_text("utf-8")
    whole, file, calendar = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    people = "".join(f'[receivers.{who}]\nchannels = ["terminal"]\n' for who in ("tanaka", "suzuki", "ito"))
    named = read(people + "[rota.food]" + whole.partition("[rota.food]")[2]).rota["food"]
    assert [len(layer.people) for layer in named.layer] == [3, 2]
    assert msgspec.convert(tomllib.loads(file), RotaFile).layer[0].people == ("sato", "tanaka")
    assert read(calendar).rota["food"].calendar == "rota/food.ics"


def test_a_whole_day_is_its_last_minute_too() -> None:
    """`to = 2026-12-31` includes the evening of that day."""
    given = read(LAYER + OVERRIDE + "from = 2026-12-31\nto = 2026-12-31").rota["food"].override[0]
    assert given.since == given.until
