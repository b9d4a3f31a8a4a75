"""What `hinoban check` says of calendars."""

from datetime import UTC, datetime
from pathlib import Path

from listener import assembly
from listener.commands import dates
from listener.commands.checklist import Checklist, Finding
from listener.matching import lists
from tests.fakes_listener import LIST

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HEAD = 'schema = 1\n[channels.t]\nkind = "stdout"\n[receivers.oncall]\nchannels = ["t"]\n'


def looked(folder: Path, brand: str, **files: str) -> list[Finding]:
    """Check a configuration with these settings of a brand, and these calendars."""
    (folder / "hinoban.toml").write_text(f"{HEAD}[brand.sakura]\n{brand}\n", "utf-8")
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    found = Checklist()
    settings = assembly.read_settings(folder / "hinoban.toml")
    dates.look(found, settings, [lists.parse(LIST, Path("sakura.toml"))], NOW)
    return found.findings


def test_the_next_events_are_told_on_the_brands_clock(tmp_path: Path) -> None:
    """How many there are, and the next; what is over is not one of them."""
    events = "".join(
        f'[[event]]\nkind = "campaign"\nnote = "{note}"\nfrom = {start}\nto = {start}\n'
        for note, start in (("秋", "2026-10-01"), ("冬", "2026-12-01"))
    )
    country, calendar = looked(tmp_path, 'calendars = ["a.toml"]', a=events)
    assert country.text.startswith("public holidays of JP count as Sundays; the next is 2026-11-23 (")
    assert calendar.outcome == "ok"
    assert calendar.text.endswith(
        "a.toml: 2 events, next: campaign 冬 2026-12-01 00:00 to 12-02 00:00, up to 4x"
    )


def test_what_is_always_on_is_doubted(tmp_path: Path) -> None:
    """A campaign that covers the whole month is the usual."""
    always = '[[event]]\nkind = "sale"\nfrom = 2026-11-01\nto = 2027-11-01\n'
    *_, doubt = looked(tmp_path, 'calendars = ["a.toml"]', a=always * 2)
    assert doubt.outcome == "warning"
    assert "events cover 100% of the next 30 days" in doubt.text


def test_a_broken_calendar_is_a_mistake(tmp_path: Path) -> None:
    """The others are looked at all the same; a brand without a country has no holidays."""
    sale = '[[event]]\nkind = "sale"\nfrom = 2026-11-21\nto = 2026-11-21\n'
    findings = looked(
        tmp_path, 'country = ""\ncalendars = ["a.toml", "b.toml"]', a=sale.replace("sale", "sail"), b=sale
    )
    assert [finding.outcome for finding in findings] == ["mistake", "ok"]
    assert "is none of campaign, broadcast" in findings[0].text
