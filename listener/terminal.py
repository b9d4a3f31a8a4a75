"""The demo's picture of the night, drawn on a terminal, in Japanese or English."""

import os
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Literal

import msgspec
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerts.incident import Incident
from models.flareup import Reading
from models.keyword import Topic, TopicKey

Language = Literal["ja", "en"]

BARS = " ▁▂▃▄▅▆▇█"
WIDTH = 34
"""Columns of a sparkline."""
COLUMN = 21
"""Minutes in one of them: twelve hours in all."""
NOTES = 7
"""Lines of the night's story that stay on the screen."""

WORDS = {
    "ja": {
        "topic": "話題", "now": "人/時", "usual": "普段", "negative": "不満",
        "learning": "学習中", "calm": "平常", "ember": "火種", "burning": "炎上", "easing": "鎮静",
        "warning": "注意", "critical": "緊急", "per_hour": "不満{n}人/時 (最大{peak})",
        "sources": "情報源", "mentions": "言及", "quiet": "静かな夜です。",
        "page": "呼び出し", "story": "今夜の出来事",
        "praise": "好意的な急増: 誰も起こさない", "buzz": "話題の急増: 誰も起こさない",
        "glows": "火種: 板に載せるだけで、まだ呼ばない", "paged": "{severity}: 当番を呼び出した",
        "spreads": "{topic} にも広がる", "resolved": "収束", "footer": "Ctrl-C で終了",
    },
    "en": {
        "topic": "topic", "now": "/hour", "usual": "usual", "negative": "neg.",
        "learning": "learning", "calm": "calm", "ember": "ember", "burning": "BURNING", "easing": "easing",
        "warning": "warning", "critical": "CRITICAL", "per_hour": "{n} negative people/h (peak {peak})",
        "sources": "sources", "mentions": "mentions", "quiet": "A quiet night.",
        "page": "page", "story": "tonight",
        "praise": "a surge of praise: nobody is woken", "buzz": "a surge of talk: nobody is woken",
        "glows": "ember: on the board only, nobody is woken yet", "paged": "{severity}: on-call was paged",
        "spreads": "spreads to {topic}", "resolved": "over", "footer": "Ctrl-C ends",
    },
}  # fmt: skip

STYLES = {
    "learning": "dim",
    "calm": "green",
    "ember": "yellow",
    "burning": "bold red",
    "easing": "magenta",
    "warning": "bold yellow",
    "critical": "bold white on red",
}


def spoken() -> Language:
    """Return the language of the terminal's locale; Japanese unless it is English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if locale.startswith("en") else "ja"


def answered_in() -> Language:
    """Return the language in which a command answers: the terminal's, and English to programs."""
    return spoken() if sys.stdout.isatty() else "en"


class Heard(msgspec.Struct):
    """What one source gave so far."""

    posts: int = 0
    last: datetime | None = None


class Picture:
    """What has been seen of the night; ``draw`` turns it into something for rich to print."""

    def __init__(
        self, topics: Mapping[TopicKey, Topic], zone: tzinfo, language: Language, *, pace: float
    ) -> None:
        self._words = WORDS[language]
        self._names = {key: topic.called(language) for key, topic in topics.items()}
        self._zone = zone
        self._pace = pace
        self._volumes = {key: deque[Reading](maxlen=WIDTH) for key in topics}
        self._notes: deque[Text] = deque(maxlen=NOTES)
        self._known: dict[str, dict[str, Any]] = {}
        self._page: Text | None = None
        self._paged_at: datetime | None = None
        self.footer = ""

    def add(self, readings: Sequence[Reading], *, column: bool) -> None:
        """Take the readings of a minute; with *column* they start a new one of the sparkline."""
        for reading in readings:
            series = self._volumes.get(reading.key)
            if series is None:
                continue
            if series and not column:
                series.pop()
            series.append(reading)

    def paged(self, text: str, at: datetime) -> None:
        """Show a page that just went out."""
        self._page = Text(text)
        self._paged_at = at

    def changed(self, line: dict[str, Any], at: datetime) -> None:
        """Note what an incident's event line tells that is new."""
        before = self._known.get(line["id"])
        self._known[line["id"]] = line
        name = self._names.get(TopicKey(line["brand"], line["topic"]), line["topic"])
        for said, style in self._news(before, line):
            note = Text.assemble((f"{at.astimezone(self._zone):%H:%M} ", "dim"), f"{name} ", (said, style))
            self._notes.append(note)

    def draw(
        self, now: datetime, sources: Mapping[str, Heard], incidents: Sequence[Incident], mentions: int
    ) -> RenderableType:
        """Return the whole picture as of *now*."""
        local = now.astimezone(self._zone)
        burning = any(incident.severity == "critical" for incident in incidents)
        return Panel(
            Group(
                self._topics(),
                Text(),
                self._sources(sources, mentions),
                Text(),
                Text(f"{self._words['story']}", style="dim"),
                *(self._notes or [Text(self._words["quiet"], style="dim")]),
                Text(),
                *[self._incident(incident) for incident in incidents if incident.fire],
                *([self._paged_panel(self._page)] if self._page else []),
            ),
            title=f"火の番 Hinoban  {local:%m-%d} [bold]{local:%H:%M}[/]  {self._pace:.0f}x",
            title_align="left",
            subtitle=f"{self.footer}  {self._words['footer']}",
            subtitle_align="left",
            border_style="red" if burning else "blue",
        )

    def _news(self, before: dict[str, Any] | None, line: dict[str, Any]) -> list[tuple[str, str]]:
        """Return what is new about an incident, and in which style to say it."""
        severity, mood = line["severity"], line["mood"]
        if before is None and mood in ("positive", "buzz"):
            return [(self._words["praise" if mood == "positive" else "buzz"], "cyan")]
        found: list[tuple[str, str]] = []
        if before is None or before["severity"] != severity:
            said = "glows" if severity == "ember" else "paged"
            found.append((self._words[said].format(severity=self._words[severity]), STYLES[severity]))
        for topic in sorted(set(line["topics"]) - set(before["topics"] if before else line["topics"])):
            name = self._names.get(TopicKey(line["brand"], topic), topic)
            found.append((self._words["spreads"].format(topic=name), "yellow"))
        if line["state"] == "resolved" and mood not in ("positive", "buzz"):
            found.append((self._words["resolved"], "green"))
        return found

    def _topics(self) -> Table:
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
        table.add_column(self._words["topic"], no_wrap=True)
        for word in ("now", "usual", "negative"):
            table.add_column(self._words[word], justify="right", no_wrap=True)
        table.add_column("", no_wrap=True, width=WIDTH)
        table.add_column("", no_wrap=True)
        for key, series in self._volumes.items():
            if series:
                table.add_row(self._names[key], *self._row(series))
        return table

    def _row(self, series: Sequence[Reading]) -> tuple[Text, ...]:
        now = series[-1]
        worse = now.share_low > now.share_usual
        return (
            Text(f"{now.volume:.0f}", style="bold" if now.volume > now.upper else "default"),
            Text(f"{now.expected:.0f}", style="dim"),
            Text(f"{now.share:.0%}", style="red" if worse else "default"),
            _sparkline(series),
            Text(self._words[now.state], style=STYLES[now.state]),
        )

    def _sources(self, sources: Mapping[str, Heard], mentions: int) -> Text:
        line = Text.assemble((f"{self._words['sources']}  ", "dim"))
        for name, heard in sorted(sources.items()):
            line.append("● ", style="green")
            line.append(f"{name} {heard.posts}   ")
        return line.append(f"{self._words['mentions']} {mentions}")

    def _incident(self, incident: Incident) -> Text:
        names = [self._names.get(TopicKey(incident.brand, topic), topic) for topic in incident.topics]
        figures = self._words["per_hour"].format(n=round(incident.size), peak=round(incident.peak))
        badge = f" {self._words[incident.severity]} "
        return Text.assemble((badge, STYLES[incident.severity]), f" {'・'.join(names)}  {figures}")

    def _paged_panel(self, page: Text) -> Panel:
        when = f"{self._paged_at.astimezone(self._zone):%H:%M} " if self._paged_at else ""
        title = f"{when}{self._words['page']}"
        return Panel(page, title=title, title_align="left", border_style="red", width=68)


def _sparkline(series: Sequence[Reading]) -> Text:
    top = max(1.0, *(reading.volume for reading in series))
    line = Text()
    for reading in series:
        height = round(reading.volume / top * (len(BARS) - 1))
        style = {"burning": "red", "easing": "magenta", "ember": "yellow"}.get(reading.state, "cyan")
        line.append(BARS[max(height, 1 if reading.volume else 0)], style=style)
    return line
