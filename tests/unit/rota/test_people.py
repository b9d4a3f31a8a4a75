"""Whom a calendar means."""

import pytest

from config.settings import Receiver
from listener.rota.people import People

CHANNELS = ("terminal",)
PEOPLE = People(
    {
        "oncall": Receiver(channels=CHANNELS),
        "sato": Receiver(channels=CHANNELS, names=("佐藤", "sato@example.com", "Hanako Sato")),
        "tanaka": Receiver(channels=CHANNELS, names=("田中",)),
        "team-a": Receiver(channels=CHANNELS),
        "team": Receiver(channels=CHANNELS, names=("東",)),
    }
)


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("sato", ["sato"]),
        ("On-call: Sato", ["sato"]),
        ("Oncall: sato", ["sato"]),
        ("oncall", ["oncall"]),
        ("佐藤さん 当番", ["sato"]),
        ("当番：佐藤", ["sato"]),
        ("佐藤当番", ["sato"]),
        ("当番佐藤", ["sato"]),
        ("ＳＡＴＯ", ["sato"]),
        ("Hanako  Sato (primary)", ["sato"]),
        ("田中、佐藤", ["tanaka", "sato"]),
        ("sato → tanaka", ["sato", "tanaka"]),
        ("team-a", ["team-a"]),
        ("sato, sato", ["sato"]),
        ("東京オフィス休業", []),
        ("佐藤田さん", []),
        ("satou", []),
        ("lunch", []),
        ("", []),
    ],
)
def test_a_title_names_receivers_by_whole_names(title: str, who: list[str]) -> None:
    """In any width and case, with the words people add; a part of another word is nobody."""
    assert list(PEOPLE.named(title)) == who


@pytest.mark.parametrize(
    ("address", "name", "who"),
    [
        ("mailto:sato@example.com", "", ["sato"]),
        ("MAILTO:Sato@Example.com", "somebody else", ["sato"]),
        ("mailto:h.sato@example.com", "佐藤", ["sato"]),
        ("mailto:tanaka@example.com", "", ["tanaka"]),
        ("mailto:x@example.com", "Guest", []),
    ],
)
def test_a_guest_is_known_by_address_or_name(address: str, name: str, who: list[str]) -> None:
    """The whole address counts most, what stands before the @ least."""
    assert list(PEOPLE.invited(address, name)) == who


def test_without_receivers_nobody_is_named() -> None:
    """Not even the empty name."""
    assert People({}).named("anybody") == ()
