"""The story of a night as lines of text: one an event, in columns that fit a terminal of 88."""

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from rich.cells import cell_len, set_cell_size

from alerts.wording import Language
from bench.oncall.night import Event
from bench.oncall.people import Act
from bench.oncall.phone import Heard

WIDTH = 88
COLUMNS = (5, 6, 6, 7)
ZONE = ZoneInfo("Asia/Tokyo")
WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "sato": "sato", "tanaka": "tanaka", "suzuki": "suzuki",
        "push": "push", "phone": "PHONE", "link": "link", "watch": "-",
        "first": "first", "reminder": "again", "escalation": "help", "grown": "grown", "resolved": "over",
        "digest": "digest", "held": "held", "opened": "opens", "pressed": "presses",
        "stands": "the incident is {state}", "refused": "too late, the incident is {state}",
        "kept": "until {until}: {headline}",
        "triggered": "triggered", "acknowledged": "acknowledged", "reopened": "reopened", "ended": "over",
    },
    "ja": {
        "sato": "佐藤", "tanaka": "田中", "suzuki": "鈴木",
        "push": "通知", "phone": "電話", "link": "リンク", "watch": "-",
        "first": "最初", "reminder": "再度", "escalation": "応援", "grown": "拡大", "resolved": "収束",
        "digest": "朝報告", "held": "保留", "opened": "開く", "pressed": "押す",
        "stands": "事案は「{state}」", "refused": "間に合わず、事案は「{state}」",
        "kept": "{until} まで: {headline}",
        "triggered": "未対応", "acknowledged": "対応中", "reopened": "再燃", "ended": "収束",
    },
}  # fmt: skip


def lines(events: Iterable[Event], language: Language) -> Iterator[str]:
    """Yield the lines of a night in *language*."""
    words = WORDS[language]
    for event in events:
        who, by, what, text = _columns(event, words)
        local = event.at.astimezone(ZONE)
        first, *rest = text.split("\n")
        head = (f"{local:%H:%M}", who, by, what)
        columns = " ".join(set_cell_size(part, width) for part, width in zip(head, COLUMNS, strict=True))
        yield _fitted(f"{columns} {first}")
        yield from (_fitted(f"{'':6}{line}") for line in rest)


def _columns(event: Event, words: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Return who, by which channel, what kind, and what was said."""
    if isinstance(event, Heard):
        page = event.page
        whole = page.text if page.kind == "digest" else page.text.split("\n")[0]
        return words[page.to], words[page.channel], words[page.kind], whole
    if isinstance(event, Act):
        state = words["ended" if event.state == "resolved" else event.state]
        said = words["stands" if event.status == 200 else "refused"].format(state=state)
        return words[event.who], words["link"], words[event.what], said
    until = f"{event.kept.until.astimezone(ZONE):%H:%M}"
    said = words["kept"].format(until=until, headline=event.headline)
    return words[event.kept.to], words["watch"], words["held"], said


def _fitted(line: str) -> str:
    """Return *line* no wider than a terminal; a character of Japanese takes two columns."""
    return line if cell_len(line) <= WIDTH else f"{set_cell_size(line, WIDTH - 1).rstrip()}…"
