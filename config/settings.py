"""What `hinoban.toml` may say, with a default for everything."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from config import countries

Language = Literal["ja", "en"]
Days = Annotated[int, msgspec.Meta(ge=1)]
Minutes = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Kinded(msgspec.Struct, frozen=True):
    """Settings of one source, channel or scorer, with the kind that its table named."""

    kind: str
    settings: Any


class Storage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where things are remembered, and for how many days."""

    path: Path = Path("hinoban.db")
    posts_days: Days = 90
    unmatched_days: Days = 7
    author_days: Days = 30
    incident_days: Days = 730
    unmatched_rate: Share = 0.01


class Http(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The daemon's own HTTP server: /metrics, /healthz, /readyz and /ingest/<name>."""

    listen: str = "127.0.0.1:8780"
    enabled: bool = True


class Matching(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How words are found."""

    dictionary: bool = True


class Brand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of one brand; ``severity`` overrides the defaults of the severity table."""

    zone: str = ""
    country: str = countries.DEFAULT
    subdivision: str = ""
    calendars: tuple[Path, ...] = ()
    severity: Any = {}


class Receiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who can be paged: on every channel at once, by a backup when one fails."""

    channels: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    backup: tuple[str, ...] = ()
    language: Language = "ja"
    zone: str = ""


class Alerting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to page, and what is said on every page."""

    fallback: str = "oncall"
    remind_minutes: Minutes = 10
    merge_minutes: Minutes = 120
    blind: tuple[str, ...] = ("X", "Instagram", "TikTok")


class Logging(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the daemon logs to stderr."""

    format: Literal["auto", "json", "console"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file.

    ``sources``, ``channels``, ``scorer`` and ``detection`` hold settings of the types that the tables
    handed to ``config.decode`` name.
    """

    schema: Literal[1]
    site: str = "main"
    time_zone: str = "Asia/Tokyo"
    keywords: tuple[Path, ...] = (Path("keywords"),)
    storage: Storage = Storage()
    http: Http = Http()
    matching: Matching = Matching()
    alerting: Alerting = Alerting()
    logging: Logging = Logging()
    brand: dict[str, Brand] = {}
    receivers: dict[str, Receiver] = {}
    sources: dict[str, Kinded] = {}
    channels: dict[str, Kinded] = {}
    scorer: Kinded = Kinded("lexicon", None)
    detection: Any = None
