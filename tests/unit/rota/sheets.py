"""Calendars of shifts, and rotas in force over a web that gives what it is told."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from config.settings import Receiver, Settings
from listener import assembly
from listener.metrics import Metrics
from listener.rota.copies import FetchError
from listener.rota.people import People
from listener.rota.rotas import Rotas
from models.clock import VirtualClock

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FILE = Path("oncall.ics")
STAFF = People(
    {
        "sato": Receiver(channels=("terminal",), names=("佐藤", "sato@example.com")),
        "tanaka": Receiver(channels=("terminal",)),
    }
)
TIMES = "DTSTART;TZID=Asia/Tokyo:20261120T180000\nDTEND;TZID=Asia/Tokyo:20261121T090000\n"


def event(title: str, more: str = TIMES, uid: str = "") -> str:
    """Write an event; by default it is a night in Tokyo."""
    return f"BEGIN:VEVENT\nUID:{uid or title}\nDTSTAMP:20261101T000000Z\nSUMMARY:{title}\n{more}END:VEVENT\n"


def calendar(*events: str) -> str:
    """Write a calendar."""
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{''.join(events)}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    )


NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)  # in Tokyo
PEOPLE = """schema = 1
[channels.terminal]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
[receivers.sato]
channels = ["terminal"]
[receivers.tanaka]
channels = ["terminal"]
"""
WEB = '[rota.web]\nurl = "https://calendar.example/oncall.ics"\n'


def night(who: str) -> str:
    """Write a calendar in which somebody is on duty for a month."""
    return calendar(event(who, "DTSTART:20261101T000000Z\nDTEND:20261201T000000Z\n"))


class Watch:
    """Rotas on a virtual clock, before a web that gives what it is told."""

    def __init__(self, folder: Path, text: str, now: datetime = NOON) -> None:
        self.path = folder / "hinoban.toml"
        self.answer: str | Exception = FetchError("calendar.example answered 500")
        self.asked = 0
        self.clock = VirtualClock(now)
        self.registry = CollectorRegistry()
        self.rotas = Rotas(self.settings(text), Metrics(self.registry), self.clock, fetch=self._fetch)

    def settings(self, text: str) -> Settings:
        """Read a configuration with three receivers."""
        self.path.write_text(PEOPLE + text, "utf-8")
        return assembly.read_settings(self.path)

    def on_call(self, name: str = "") -> tuple[str, ...]:
        """Return who is on call now."""
        return self.rotas.current(name).on_call(self.clock.now())

    def sample(self, name: str) -> float:
        """Return a metric."""
        value = self.registry.get_sample_value(f"hinoban_rota_{name}")
        assert value is not None
        return value

    async def _fetch(self, url: str) -> str:
        assert url == "https://calendar.example/oncall.ics"
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer
