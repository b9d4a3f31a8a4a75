"""A reload is all or nothing, and a mistake leaves the last good state."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from listener import assembly
from listener.assembly import Vocabulary
from tests.fakes_listener import LIST
from tests.reloading import BRAND, CALENDAR, CONFIGURATION, House
from tests.unit.storage.files import write


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Give a house whose files are sound."""
    return House(tmp_path)


async def test_new_words_are_put_to_use(house: House) -> None:
    """The matcher that is handed on finds them."""
    house.write(LIST.replace("さくらプリン", "抹茶プリン"))
    assert await house.refresh.apply()
    [(_, words)] = house.used
    assert [match.topic for match in words.matcher.find("抹茶プリン")] == ["pudding"]
    assert words.matcher.find("さくらプリン") == []
    assert house.sample("config_last_reload_successful") == 1


async def test_a_broken_list_leaves_the_last_good_one(house: House) -> None:
    """Nothing is put to use; the mistake is told by metric, readiness and log, until it is mended."""
    house.write(LIST.replace('topic = "pudding"', "topic = pudding"))
    with capture_logs() as said:
        assert not await house.refresh.apply()
    assert house.used == []
    assert "sakura.toml" in house.refresh.trouble
    assert "line" in house.refresh.trouble
    assert house.sample("config_last_reload_successful") == 0
    assert house.sample("keyword_reload_failures_total") == 1
    assert [line["event"] for line in said] == ["reload_refused"]
    house.write(LIST)
    assert await house.refresh.apply()
    assert (house.refresh.trouble, house.sample("config_last_reload_successful")) == ("", 1)
    assert house.sample("keyword_reload_failures_total") == 1


async def test_a_broken_configuration_leaves_the_last_good_one(house: House) -> None:
    """It is no failure of a keyword list."""
    house.configure("schemata = 2\n")
    assert not await house.refresh.apply()
    assert house.used == []
    assert "schemata" in house.refresh.trouble
    assert house.sample("keyword_reload_failures_total") == 0


async def test_a_sound_configuration_with_a_broken_list_changes_nothing(house: House) -> None:
    """All or nothing: the new settings wait for the list."""
    house.configure(text=CONFIGURATION + "[alerting]\nremind_minutes = 3\n")
    house.write("schema = 9")
    assert not await house.refresh.apply()
    assert house.used == []
    house.write(LIST)
    assert await house.refresh.apply()
    assert house.used[0][0].alerting.remind_minutes == 3


async def test_missing_files_are_mistakes_too(house: House) -> None:
    """An editor that is just replacing a file must not stop the watch."""
    house.list.unlink()
    house.list.parent.rmdir()
    assert not await house.refresh.apply()
    house.path.unlink()
    assert not await house.refresh.apply()
    assert house.used == []
    assert "hinoban.toml" in house.refresh.trouble


async def test_a_bug_while_reloading_leaves_the_last_good_state(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged with its traceback, and the watch goes on."""

    def broken(*_: object, **__: object) -> Vocabulary:
        raise RecursionError("too deep")

    monkeypatch.setattr(assembly, "vocabulary", broken)
    with capture_logs() as said:
        assert not await house.refresh.apply()
    assert house.refresh.trouble == "RecursionError: too deep"
    assert [line["event"] for line in said] == ["reload_failed"]


async def test_what_is_read_at_the_start_only_is_announced(house: House) -> None:
    """The rest is applied."""
    house.configure('site = "osaka"\ntime_zone = "UTC"\n')
    with capture_logs() as said:
        assert await house.refresh.apply()
    assert [line["settings"] for line in said if line["event"] == "restart_to_apply"] == [
        ["site", "time_zone"]
    ]
    assert len(house.used) == 1


PHONE = '[channels.phone]\nkind = "stdout"\n'
SATO = '[receivers.sato]\nchannels = ["terminal"]\n{way} = ["phone"]\n'


@pytest.mark.parametrize("way", ["backup", "louder"])
async def test_nobody_is_called_by_a_channel_that_is_not_there_yet(house: House, way: str) -> None:
    """Their pages would wait in the outbox for a restart: the reload is refused, and says so."""
    house.configure(text=CONFIGURATION + PHONE + SATO.format(way=way))
    assert not await house.refresh.apply()
    assert house.used == []
    assert "receivers.sato: channel 'phone' is new" in house.refresh.trouble
    house.configure(text=CONFIGURATION + PHONE)
    assert await house.refresh.apply()
    assert list(house.used[0][0].channels) == ["terminal"]


async def test_a_calendar_is_put_to_use_and_a_broken_one_is_not(house: House) -> None:
    """The last good one stays, and the mistake is told with file and line."""
    calendar = house.path.parent / "sakura.toml"
    house.configure(text=CONFIGURATION + BRAND)
    write(calendar, CALENDAR.encode())
    assert await house.refresh.apply()
    assert [event.kind for event in house.used[0][1].events["sakura"]] == ["campaign"]
    for broken in (CALENDAR.replace("pudding", "puding"), CALENDAR.replace("T12:", "T09:")):
        write(calendar, broken.encode())
        assert not await house.refresh.apply()
        assert "sakura.toml, line" in house.refresh.trouble
    assert len(house.used) == 1
    assert house.sample("keyword_reload_failures_total") == 0
