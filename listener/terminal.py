"""The demo's picture of the night, drawn on a terminal."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

import msgspec
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerts.incident import Incident
from models.flareup import Reading
from models.keyword import TopicKey

BARS = " ▁▂▃▄▅▆▇█"
WIDTH = 40
"""Characters of a sparkline; one is a quarter of an hour, so it shows the ten hours of the night."""

STATES = {
    "learning": ("学習中 learning", "dim"),
    "calm": ("平常 calm", "green"),
    "ember": ("火種 ember", "yellow"),
    "burning": ("炎上 burning", "bold red"),
    "easing": ("鎮静 easing", "magenta"),
}
SEVERITIES = {
    "ember": ("火種 ember", "yellow"),
    "warning": ("注意 warning", "bold yellow"),
    "critical": ("緊急 critical", "bold white on red"),
}


class Heard(msgspec.Struct):
    """What one source gave so far."""

    posts: int = 0
    last: datetime | None = None


class Picture:
    """What has been seen of the night; ``draw`` turns it into something for rich to print."""

    def __init__(self, names: Mapping[TopicKey, str], zone: tzinfo, *, pace: float) -> None:
        self._names = names
        self._zone = zone
        self._pace = pace
        self._volumes = {key: deque[Reading](maxlen=WIDTH) for key in names}
        self._page = Text("夜は静かです。 The night is calm.", style="dim")
        self._paged_at: datetime | None = None
        self.footer = ""

    def add(self, readings: Sequence[Reading], *, column: bool) -> None:
        """Take the readings of a minute; with *column* they start a new one of the sparkline."""
        for reading in readings:
            series = self._volumes.get(reading.key)
            if series is None:
                continue
            if series and not column:
                series[-1] = reading
            else:
                series.append(reading)

    def paged(self, text: str, at: datetime) -> None:
        """Show a page that just went out."""
        self._page = Text(text)
        self._paged_at = at

    def draw(
        self, now: datetime, sources: Mapping[str, Heard], incidents: Sequence[Incident], mentions: int
    ) -> RenderableType:
        """Return the whole picture as of *now*."""
        local = now.astimezone(self._zone)
        title = f"火の番 Hinoban  {local:%m-%d} [bold]{local:%H:%M}[/]  {self._pace:.0f}x"
        return Panel(
            Group(
                self._topics(),
                Text(),
                self._sources(sources, mentions),
                Text(),
                *[self._incident(incident) for incident in incidents],
                Text() if incidents else Text("インシデントなし no incident", style="dim"),
                self._paged_panel(),
            ),
            title=title,
            title_align="left",
            subtitle=self.footer,
            subtitle_align="left",
            border_style="red" if any(incident.severity == "critical" for incident in incidents) else "blue",
        )

    def _topics(self) -> Table:
        table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
        table.add_column("話題 topic", no_wrap=True)
        table.add_column("人/時 now", justify="right", no_wrap=True)
        table.add_column("平常 usual", justify="right", no_wrap=True)
        table.add_column("不満 negative", justify="right", no_wrap=True)
        table.add_column("19:30 → 05:30", no_wrap=True, min_width=WIDTH)
        table.add_column("", no_wrap=True)
        for key, series in self._volumes.items():
            if series:
                table.add_row(self._names[key], *_row(series))
        return table

    def _sources(self, sources: Mapping[str, Heard], mentions: int) -> Text:
        line = Text("情報源 sources  ", style="dim")
        for name, heard in sorted(sources.items()):
            line.append("● ", style="green")
            line.append(f"{name} {heard.posts}   ", style="default")
        line.append(f"言及 mentions {mentions}", style="default")
        return line

    def _incident(self, incident: Incident) -> Text:
        word, style = SEVERITIES[incident.severity]
        line = Text(f" {word} ", style=style)
        line.append(f" {incident.id}  ", style="default")
        mood = "" if incident.mood == "negative" else f" ({incident.mood}: nobody is paged)"
        line.append(f"{incident.state}{mood}  {incident.size:.0f} 人/時", style="default")
        return line

    def _paged_panel(self) -> Panel:
        when = f"{self._paged_at.astimezone(self._zone):%H:%M} " if self._paged_at else ""
        return Panel(
            self._page,
            title=f"{when}呼び出し page",
            title_align="left",
            border_style="red" if self._paged_at else "dim",
            width=66,
        )


def _row(series: Sequence[Reading]) -> tuple[Text, ...]:
    now = series[-1]
    word, style = STATES[now.state]
    share = Text(f"{now.share:.0%}", style="red" if now.share_low > now.share_usual else "default")
    return (
        Text(f"{now.volume:.0f}", style="bold" if now.volume > now.upper else "default"),
        Text(f"{now.expected:.0f}", style="dim"),
        share,
        _sparkline(series),
        Text(word, style=style),
    )


def _sparkline(series: Sequence[Reading]) -> Text:
    top = max(1.0, *(reading.volume for reading in series))
    line = Text()
    for reading in series:
        height = round(reading.volume / top * (len(BARS) - 1))
        style = {"burning": "red", "easing": "magenta", "ember": "yellow"}.get(reading.state, "cyan")
        line.append(BARS[max(height, 1 if reading.volume else 0)], style=style)
    return line
