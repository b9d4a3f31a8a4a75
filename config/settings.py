"""What `hinoban.toml` may say, with a default for everything."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from config import countries, routes
from config.links import Links
from config.rota import Rota

Language = Literal["ja", "en"]
Days = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
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


class StandDown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who declares a critical fire of a brand over, and after how much quiet; agreed beforehand."""

    declared_by: str = ""
    quiet_minutes: Minutes = 180


class Brand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of one brand; ``severity`` overrides the defaults of the severity table."""

    zone: str = ""
    country: str = countries.DEFAULT
    subdivision: str = ""
    calendars: tuple[Path, ...] = ()
    route: str = ""
    severity: Any = {}
    stand_down: StandDown = StandDown()


class Receiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who can be paged: on every channel at once, by a backup when one fails."""

    channels: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    backup: tuple[str, ...] = ()
    louder: tuple[str, ...] = ()
    quiet: str = routes.AUTO
    night_cap: Count = 12
    language: Language = "ja"
    zone: str = ""
    name: str | dict[str, str] = {}
    names: tuple[str, ...] = ()

    @property
    def shown(self) -> dict[str, str]:
        """Return how people see this receiver, by language; one name for all stands under none."""
        return {"": self.name} if isinstance(self.name, str) else self.name


class Alerting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to page, and what is said on every page."""

    fallback: str = "oncall"
    route: str = ""
    remind_minutes: Minutes = 10
    merge_minutes: Minutes = 120
    blind: tuple[str, ...] = ("X", "Instagram", "TikTok")


class Digest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the night was, told in the morning: to whom, and when by the clock of each."""

    enabled: bool = True
    to: tuple[str, ...] = ()
    handoff: str = "07:00"
    begins: str = "18:00"


class Watchdog(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address outside this host that misses our pings when the watch cannot see, remember or tell."""

    url: str = ""
    url_file: str = ""
    seconds: Annotated[int, msgspec.Meta(ge=5)] = 60
    timeout_seconds: Annotated[float, msgspec.Meta(gt=0)] = 10.0


class Logging(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the daemon logs to stderr."""

    format: Literal["auto", "json", "console"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file.

    ``sources``, ``channels``, ``scorer``, ``detection`` and the ladders of ``escalation`` hold settings of
    the types that the tables handed to ``config.decode`` name.
    """

    schema: Literal[1]
    site: str = "main"
    time_zone: str = "Asia/Tokyo"
    keywords: tuple[Path, ...] = (Path("keywords"),)
    storage: Storage = Storage()
    http: Http = Http()
    matching: Matching = Matching()
    alerting: Alerting = Alerting()
    links: Links = Links()
    digest: Digest = Digest()
    watchdog: Watchdog = Watchdog()
    logging: Logging = Logging()
    brand: dict[str, Brand] = {}
    receivers: dict[str, Receiver] = {}
    rota: dict[str, Rota] = {}
    route: dict[str, routes.Route] = {}
    escalation: dict[str, Any] = {}
    sources: dict[str, Kinded] = {}
    channels: dict[str, Kinded] = {}
    scorer: Kinded = Kinded("onnx", None)
    detection: Any = None
