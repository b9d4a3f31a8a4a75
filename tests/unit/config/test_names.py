"""How people see a receiver: one name, or one per language; two people are never called the same."""

import pytest

from config import decode
from config.decode import SettingsError
from config.settings import Settings
from listener import routes
from listener.assembly import TABLES
from listener.rota.people import People

CREW = """schema = 1
[channels.push]
kind = "stdout"
[receivers.oncall]
channels = ["push"]
[receivers.tanaka]
channels = ["push"]
"""


def read(text: str) -> Settings:
    """Decode settings with two receivers, the second of whom is written on."""
    return decode.settings(CREW + text, "hinoban.toml", TABLES)


@pytest.mark.parametrize(
    ("written", "ja", "en"),
    [
        ('name = {ja = "田中", en = "Tanaka"}\n', "田中", "Tanaka"),
        ('name = {ja = "田中"}\n', "田中", "田中"),
        ('name = "田中"\n', "田中", "田中"),
        ("", "tanaka", "tanaka"),
    ],
)
def test_a_receiver_is_shown_by_name(written: str, ja: str, en: str) -> None:
    """And answers to it: in acknowledgements, and in calendars."""
    settings = read(written)
    people = routes.people(settings, ())
    assert (people.shown("tanaka", "ja"), people.shown("tanaka", "en")) == (ja, en)
    assert people.called(ja) == people.receivers["tanaka"]
    assert People(settings.receivers).named(f"{ja} 当番") == ("tanaka",)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('name = {jp = "田中"}\n', 'receivers.tanaka.name.jp: "jp" is none of ja, en'),
        ('name = ""\n', 'receivers.tanaka.name: "" is no name to show; write one in a line, or leave it out'),
        ('name = {ja = "田\\n中"}\n', "is no name to show"),
        ("name = 3\n", "line 8: receivers.tanaka.name: expected a text in quotes or a table, got 3"),
        ('name = {ja = ["田中"]}\n', "receivers.tanaka.name.ja: expected a text in quotes"),
        ('name = "Oncall"\n', 'receivers.tanaka.name: receiver "oncall" is called "Oncall" too'),
        ('names = ["oncall"]\n', 'receivers.tanaka.names: receiver "oncall" is called "oncall" too'),
    ],
)
def test_a_name_that_cannot_be_meant_is_refused(written: str, why: str) -> None:
    """In one sentence with its key."""
    with pytest.raises(SettingsError) as refused:
        read(written)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
