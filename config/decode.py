"""From the text of `hinoban.toml` to settings; every mistake becomes one sentence with file, line and key."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec

from config import countries, links, rota, routes
from config.document import Document, SettingsError, read_text
from config.mistakes import none_of, spoken
from config.settings import Kinded, Language, Settings

__all__ = ["SLUG", "SettingsError", "Tables", "is_zone", "read", "settings"]

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_LISTEN = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """The settings type of every kind of source, channel and scorer, handed in by the root."""

    sources: Mapping[str, type[Any]]
    channels: Mapping[str, type[Any]]
    scorers: Mapping[str, type[Any]]
    detection: type[Any]
    severity: type[Any]
    ladder: type[Any]


def settings(text: str, file: str, tables: Tables) -> Settings:
    """Decode a whole configuration; raises SettingsError."""
    document = Document(text, file)
    given = dict(document.table)
    parts = {name: given.pop(name, None) for name in ("sources", "channels", "scorer", "detection")}
    base: Settings = document.convert(given, Settings, "")
    scorer = parts["scorer"]
    decoded = msgspec.structs.replace(
        base,
        sources=_each(document, tables.sources, parts["sources"], "sources"),
        channels=_each(document, tables.channels, parts["channels"], "channels"),
        scorer=_kinded(document, tables.scorers, {"kind": "onnx"} if scorer is None else scorer, "scorer"),
        detection=document.convert(_or_empty(parts["detection"]), tables.detection, "detection"),
        brand={
            slug: msgspec.structs.replace(
                brand, severity=document.convert(brand.severity, tables.severity, f"brand.{slug}.severity")
            )
            for slug, brand in base.brand.items()
        },
        escalation={
            name: document.convert(ladder, tables.ladder, f"escalation.{name}")
            for name, ladder in base.escalation.items()
        },
    )
    for path, why in _disagreements(decoded):
        raise document.fail(path, why)
    return decoded


def read(path: Path, tables: Tables) -> Settings:
    """Read and decode the file at *path*; raises SettingsError.

    Relative paths are relative to the file's folder, the database's to systemd's state directory if any.
    """
    decoded = settings(read_text(path), str(path), tables)
    home = path.parent
    state = Path(os.environ.get("STATE_DIRECTORY") or home)
    storage = msgspec.structs.replace(decoded.storage, path=state / decoded.storage.path)
    brands = {
        slug: msgspec.structs.replace(brand, calendars=tuple(home / given for given in brand.calendars))
        for slug, brand in decoded.brand.items()
    }
    keywords = tuple(home / given for given in decoded.keywords)
    rotas = {name: rota.at_home(given, home) for name, given in decoded.rota.items()}
    return msgspec.structs.replace(decoded, storage=storage, keywords=keywords, brand=brands, rota=rotas)


def _each(document: Document, kinds: Mapping[str, type[Any]], given: Any, path: str) -> dict[str, Kinded]:
    given = _or_empty(given)
    if not isinstance(given, dict):
        raise document.fail(path, f"expected tables, like [{path}.name]")
    for name in given:
        if not SLUG.fullmatch(name):
            raise document.fail(f"{path}.{name}", _no_slug(name))
    return {name: _kinded(document, kinds, value, f"{path}.{name}") for name, value in given.items()}


def _kinded(document: Document, kinds: Mapping[str, type[Any]], value: Any, path: str) -> Kinded:
    if not isinstance(value, dict):
        raise document.fail(path, f"expected a table, like [{path}], got {spoken(value)}")
    kind = value.get("kind")
    if kind is None:
        raise document.fail(path, f"`kind` is missing; it is one of {', '.join(sorted(kinds))}")
    if kind not in kinds:
        raise document.fail(f"{path}.kind", none_of(kind, sorted(kinds)))
    rest = {key: inner for key, inner in value.items() if key != "kind"}
    return Kinded(kind, document.convert(rest, kinds[kind], path))


def _or_empty(given: Any) -> Any:
    return {} if given is None else given


def _disagreements(decoded: Settings) -> Iterator[tuple[str, str]]:
    """Find what no type can say, and names that refer to nothing: a key's path, and what is wrong."""
    if not SLUG.fullmatch(decoded.site):
        yield "site", _no_slug(decoded.site)
    for slug, brand in decoded.brand.items():
        if not SLUG.fullmatch(slug):
            yield f"brand.{slug}", _no_slug(slug)
        if wrong := countries.trouble(brand.country, brand.subdivision):
            yield f"brand.{slug}.{wrong[0]}", wrong[1]
    for path, given in (("http.listen", decoded.http.listen), ("links.listen", decoded.links.listen)):
        listen = _LISTEN.fullmatch(given)
        if (given or path == "http.listen") and (listen is None or int(listen["port"]) not in range(65536)):
            yield path, f"{spoken(given)} is no address; write host:port, like 127.0.0.1:8780"
    for key, why in links.troubles(decoded.links):
        yield f"links.{key}", why
    yield from _nobody(decoded)
    yield from _rotas(decoded)
    yield from _routes(decoded)
    yield from _mornings(decoded)
    for path, zone in _zones(decoded):
        if zone and not is_zone(zone):
            yield path, f"unknown time zone {spoken(zone)}; use a name like Asia/Tokyo"


def _mornings(decoded: Settings) -> Iterator[tuple[str, str]]:
    """Find a digest for nobody, and a watchdog that could be two."""
    for key, given in (("handoff", decoded.digest.handoff), ("begins", decoded.digest.begins)):
        if not _CLOCK.fullmatch(given):
            yield f"digest.{key}", f"{spoken(given)} is no time of the day; write it like 07:00"
    for name in decoded.digest.to:
        if name not in decoded.receivers:
            yield "digest.to", f"no receiver {spoken(name)}; {_known(decoded.receivers)}"
    if decoded.watchdog.url and decoded.watchdog.url_file:
        yield "watchdog.url_file", "`url` is there too; one address is enough"
    if decoded.watchdog.url and not decoded.watchdog.url.startswith(("https://", "http://")):
        yield "watchdog.url", f"{spoken(decoded.watchdog.url)} is no address; it begins with https://"


def _known(names: Collection[str]) -> str:
    return f"there is: {', '.join(sorted(names))}" if names else "there is none yet, add [receivers.NAME]"


def _nobody(decoded: Settings) -> Iterator[tuple[str, str]]:
    """Find pages that would reach nobody."""
    there = ", ".join(sorted(decoded.channels)) or "none yet, add [channels.NAME]"
    for name, receiver in decoded.receivers.items():
        for key, named in (
            ("channels", receiver.channels),
            ("louder", receiver.louder),
            ("backup", receiver.backup),
        ):
            for channel in named:
                if channel not in decoded.channels:
                    yield f"receivers.{name}.{key}", f"no channel {spoken(channel)}; there is: {there}"
    fallback = decoded.alerting.fallback
    if decoded.receivers and fallback not in decoded.receivers:
        known = ", ".join(sorted(decoded.receivers))
        yield (
            "alerting.fallback",
            f"no receiver {spoken(fallback)}; there is: {known}; or add [receivers.{fallback}]",
        )


def _rotas(decoded: Settings) -> Iterator[tuple[str, str]]:
    """Find names that two receivers have, and rotas that nobody can mean."""
    owners: dict[str, str] = {}
    for name, receiver in decoded.receivers.items():
        called = [(name, "names"), *((one, "names") for one in receiver.names)]
        called += [(one, "name") for one in receiver.shown.values()]
        for each, key in called:
            if (other := owners.setdefault(each.casefold(), name)) != name:
                yield f"receivers.{name}.{key}", f"receiver {spoken(other)} is called {spoken(each)} too"
        for language, each in receiver.shown.items():
            yield from _shown(f"receivers.{name}.name", language, each)
    for name, given in decoded.rota.items():
        if not SLUG.fullmatch(name):
            yield f"rota.{name}", _no_slug(name)
        zone = given.zone or decoded.time_zone
        at = ZoneInfo(zone if is_zone(zone) else "UTC")
        for key, why in rota.troubles(given, decoded.receivers, at):
            yield f"rota.{name}.{key}".strip("."), why


def _shown(path: str, language: str, name: str) -> Iterator[tuple[str, str]]:
    """Find a name that no page could show: in no language of pages, or empty, or of several lines."""
    if language not in {"", *get_args(Language)}:
        yield f"{path}.{language}", none_of(language, get_args(Language))
    if not name.strip() or not name.isprintable():
        yield path, f"{spoken(name)} is no name to show; write one in a line, or leave it out"


def _routes(decoded: Settings) -> Iterator[tuple[str, str]]:
    """Find routes and ladders that cannot be meant, and names of routes that are not there."""
    for table, names in (("route", decoded.route), ("escalation", decoded.escalation)):
        yield from ((f"{table}.{name}", _no_slug(name)) for name in names if not SLUG.fullmatch(name))
    for name, receiver in decoded.receivers.items():
        if wrong := routes.quiet(receiver.quiet):
            yield f"receivers.{name}.quiet", wrong
    named = routes.Named(decoded.receivers, decoded.rota, decoded.escalation, decoded.route)
    asked = {"alerting.route": decoded.alerting.route}
    asked |= {f"brand.{slug}.route": brand.route for slug, brand in decoded.brand.items()}
    for path, given in asked.items():
        if wrong := routes.unknown_route(given, named):
            yield path, wrong
    yield from routes.troubles(named)


def _zones(decoded: Settings) -> Iterator[tuple[str, str]]:
    yield "time_zone", decoded.time_zone
    for name, receiver in decoded.receivers.items():
        yield f"receivers.{name}.zone", receiver.zone
    for slug, brand in decoded.brand.items():
        yield f"brand.{slug}.zone", brand.zone
    for name, given in decoded.rota.items():
        yield f"rota.{name}.zone", given.zone


def is_zone(name: str) -> bool:
    """Tell whether there is an IANA time zone of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _no_slug(name: str) -> str:
    return f"{spoken(name)} is no name for use in topics and labels; it has only a-z, 0-9, - and _"
