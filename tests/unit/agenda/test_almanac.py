"""The calendars of all brands, from their settings."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from config.decode import SettingsError
from config.settings import Settings
from listener import assembly
from listener.agenda import almanac, public_holidays
from models.keyword import TopicKey

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PUDDING, TEA, PLAN = TopicKey("sakura", "pudding"), TopicKey("sakura", "tea"), TopicKey("minato", "plan")
EVENT = '[[event]]\nkind = "sale"\nfrom = 2026-11-20\nto = 2026-11-21\n'
MONDAY = int(datetime(2026, 11, 23, 3, tzinfo=UTC).timestamp() // 3600)


def configured(folder: Path, brands: str) -> Settings:
    """Read a configuration in *folder* with these tables of brands."""
    file = folder / "hinoban.toml"
    file.write_text(f'schema = 1\n[channels.t]\nkind = "stdout"\n{brands}', "utf-8")
    return msgspec.structs.replace(assembly.read_settings(file), receivers={})


def test_calendars_stand_beside_the_configuration(tmp_path: Path) -> None:
    """Each brand has its own events, from as many files as it names."""
    settings = configured(tmp_path, '[brand.sakura]\ncalendars = ["a.toml", "b.toml"]')
    (tmp_path / "a.toml").write_text(EVENT, "utf-8")
    (tmp_path / "b.toml").write_text(f'{EVENT}topics = ["tea"]\n', "utf-8")
    events = almanac.events(settings, [PUDDING, TEA, PLAN], now=NOW)
    assert {brand: [event.topics for event in own] for brand, own in events.items()} == {
        "sakura": [(), ("tea",)]
    }
    built = almanac.build(settings, ["sakura", "minato"], events)
    minute = int(NOW.timestamp() // 60)
    assert [bool(built.agenda(key).during(minute, minute)) for key in (PUDDING, TEA, PLAN)] == [
        True,
        True,
        False,
    ]


def test_holidays_are_those_of_the_brands_country(tmp_path: Path) -> None:
    """Japan unless it is said, a part of a country, or none at all."""
    settings = configured(tmp_path, '[brand.minato]\ncountry = "GB"\n[brand.ume]\ncountry = ""')
    built = almanac.build(settings, ["sakura", "minato", "ume"], {})
    slots = [built.calendar(brand).slot(MONDAY) // 24 for brand in ("sakura", "minato", "ume")]
    assert slots == [6, 0, 0]


def test_a_broken_calendar_is_refused_or_told(tmp_path: Path) -> None:
    """A reload refuses; a start goes on with what is whole."""
    settings = configured(tmp_path, '[brand.sakura]\ncalendars = ["gone.ics", "a.toml", "a.xls"]')
    (tmp_path / "a.toml").write_text(EVENT, "utf-8")
    (tmp_path / "a.xls").write_text("", "utf-8")
    with pytest.raises(SettingsError, match=r"gone\.ics: there is no such file"):
        almanac.events(settings, [PUDDING], now=NOW)
    told: list[str] = []
    events = almanac.events(settings, [PUDDING], now=NOW, on_broken=lambda error: told.append(str(error)))
    assert len(events["sakura"]) == 1
    assert [line.rpartition(": ")[2] for line in told] == [
        "there is no such file",
        "a calendar ends in .toml or .ics; rename it, or export it again",
    ]


def test_a_named_calendar_counts_for_every_brand(tmp_path: Path) -> None:
    """As a replay uses it: topics of any of the lists are known."""
    (tmp_path / "a.toml").write_text(f'{EVENT}topics = ["plan"]\n', "utf-8")
    events = almanac.named(tmp_path / "a.toml", configured(tmp_path, ""), [PUDDING, PLAN], now=NOW)
    assert {brand: len(own) for brand, own in events.items()} == {"sakura": 1, "minato": 1}


def test_the_next_public_holiday_has_a_name() -> None:
    """The check says it, so that a wrong country is seen; brands of a place share their holidays."""
    days = public_holidays.of("JP")
    assert days is public_holidays.of("JP")
    assert days is not None
    assert next(days.coming(date(2026, 11, 20)))[0] == date(2026, 11, 23)
    assert public_holidays.of("") is None


def test_observed_days_and_bridge_days_are_known() -> None:
    """A holiday on a Sunday moves to Monday, and a day between two holidays is one, as the law says."""
    days = public_holidays.of("JP")
    assert days is not None
    assert days(date(2026, 5, 6))
    assert days(date(2026, 9, 22))
    assert not days(date(2026, 11, 20))


@pytest.mark.parametrize(
    ("brand", "said"),
    [
        ('country = "XX"', 'brand.sakura.country: no public holidays are known of "XX"; write two letters'),
        (
            'country = "GB"\nsubdivision = "LON"',
            'brand.sakura.subdivision: "LON" is none of ENG, NIR, SCT, WLS',
        ),
        ('calendar = "a.ics"', "brand.sakura.calendar: unknown key; did you mean `calendars`?"),
    ],
)
def test_a_wrong_place_is_refused(tmp_path: Path, brand: str, said: str) -> None:
    """With the key and what would be right."""
    with pytest.raises(SettingsError) as raised:
        configured(tmp_path, f"[brand.sakura]\n{brand}\n")
    assert said in str(raised.value)
