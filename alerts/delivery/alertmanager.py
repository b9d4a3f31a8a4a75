"""Prometheus Alertmanager, API v2: open fires are alerts that are sent again until they end."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import structlog

from alerts import bodies
from alerts.delivery.http import Endpoint
from alerts.delivery.notifier import DeliveryError, Parts
from alerts.incident import Incident
from alerts.notification_log import Page
from models.clock import Clock

log = structlog.get_logger(__name__)

_SOON = 5  # seconds after which open alerts are sent again that did not arrive


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel that keeps alerts firing in an Alertmanager."""

    url: str = "http://127.0.0.1:9093"  # of the Alertmanager, without /api/v2
    resend_seconds: int = 60  # open alerts are sent again so often
    expire_seconds: int = 240  # and end by themselves so long after the last: a dead watch, not a dead fire
    timeout_seconds: float = 10.0  # for one exchange
    generator_url: str = ""  # where an alert links to; {id} stands for the incident
    wakes: bool = False  # whether its routes can wake a sleeper


class AlertmanagerNotifier:
    """Mirrors the open fires (warning and critical; never embers, praise or buzz) as alerts."""

    publishes = True

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.wakes = settings.wakes
        self._settings = settings
        self._clock = clock
        self._endpoint = Endpoint(
            settings.url.rstrip("/") + "/api/v2/alerts", clock, settings.timeout_seconds
        )
        self._open: dict[str, dict[str, Any]] = {}
        self._revisions: dict[str, int] = {}
        self._one_at_a_time = asyncio.Lock()
        self._failed = False

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Take up the alerts of the incidents that are open; ``run`` sends them at once."""
        for incident in incidents:
            self._keep(bodies.detail(incident), "")

    async def run(self) -> None:
        """Send the open alerts again, every minute; sooner while they do not arrive."""
        while True:
            await self._resend()
            usual = self._settings.resend_seconds
            seconds = min(usual, _SOON) if self._failed else usual
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=seconds))

    async def _resend(self) -> None:
        async with self._one_at_a_time:
            alerts = [self._alert(told, None) for told in self._open.values()]
            try:
                if alerts:
                    await self._post(alerts)
            except DeliveryError as error:
                log.warning("alerts not sent again", error=str(error), alerts=len(alerts))

    async def deliver(self, page: Page) -> None:
        """Send the alert as it now is; what it was before (another severity) ends in the same post."""
        if page.kind == "drill":
            await self._post([self._drill(page)])
            return
        told = msgspec.json.decode(bytes(page.payload)).get("detail")
        if not told:
            return
        async with self._one_at_a_time:
            known = self._open.get(told["id"])
            # Beside the alert stands the page as it would read now; a row without one keeps the last.
            text = page.text or (known or {}).get("text", "")
            alerts = self._changes(told, known, text)
            if alerts:
                await self._post([*alerts, *self._forgotten(told["id"])])
            if self._newest(told):
                self._keep(told, text)

    def _changes(self, told: dict[str, Any], known: dict[str, Any] | None, text: str) -> list[dict[str, Any]]:
        now = self._clock.now()
        moved = known is not None and known["severity"] != told["severity"]
        if not self._newest(told):
            # An old state, late: all it can still say is that its labels no longer hold.
            return [self._alert(told, now)] if moved and _rings(told) else []
        ended = [self._alert(known, now)] if known is not None and moved else []
        if not _rings(told):
            over = _rings({**told, "state": "triggered"})
            return [*ended, self._alert(told, now)] if over else ended
        return [*ended, self._alert({**told, "text": text}, None)]

    def _forgotten(self, changing: str) -> list[dict[str, Any]]:
        """Return the other open alerts after a failure: whoever was killed meanwhile knows none of them."""
        others = (told for name, told in self._open.items() if name != changing)
        return [self._alert(told, None) for told in others] if self._failed else []

    def _newest(self, told: dict[str, Any]) -> bool:
        return bool(told["revision"] >= self._revisions.get(told["id"], 0))

    def _keep(self, told: dict[str, Any], text: str) -> None:
        self._revisions[told["id"]] = told["revision"]
        if _rings(told):
            self._open[told["id"]] = {**told, "text": text}
        else:
            self._open.pop(told["id"], None)

    def _alert(self, told: dict[str, Any], ends: datetime | None) -> dict[str, Any]:
        expires = self._clock.now() + timedelta(seconds=self._settings.expire_seconds)
        end = bodies.stamp(ends or expires)
        # Alertmanager refuses what ends before it starts, as a fire seems to that came and went in a second.
        start = min(bodies.stamp(datetime.fromisoformat(told["opened_at"]).astimezone(UTC)), end)
        quotes = (f"{q['text']} (+{q['others']})" for q in told["quotes"] if not q["abusive"])
        return {
            "labels": {
                "alertname": "HinobanFlareUp",
                "brand": told["brand"],
                "topic": told["topic"],
                "incident": told["id"],
                "severity": told["severity"],
            },
            "annotations": {
                "summary": told["summary"] or f"{told['severity']} {told['id']}",
                "quotes": " / ".join(quotes),
                "state": told["state"],
                "owner": told["owner"],
                "terms": " ".join(told["terms"]),
                "reasons": " / ".join(
                    _reason(one) for one in told["reasons"] if one["signal"] in told["decided"]
                ),
                "not_seen": " / ".join(_blind(spot) for spot in told["blind_spots"]),
                "page": told.get("text", "") or _brief(told),
            },
            "startsAt": start,
            "endsAt": end,
            "generatorURL": self._settings.generator_url.replace("{id}", told["id"]),
        }

    def _drill(self, page: Page) -> dict[str, Any]:
        """Return an alert that only looks like one: its name says so, and it ends by itself."""
        now = self._clock.now()
        expires = now + timedelta(seconds=self._settings.expire_seconds)
        return {
            "labels": {
                "alertname": "HinobanDrill",
                "brand": page.brand,
                "incident": page.incident,
                "severity": page.severity,
            },
            "annotations": {"summary": page.short, "page": page.text},
            "startsAt": bodies.stamp(now),
            "endsAt": bodies.stamp(expires),
            "generatorURL": "",
        }

    async def _post(self, alerts: Iterable[dict[str, Any]]) -> None:
        try:
            await self._endpoint.post(msgspec.json.encode(list(alerts)), {})
        except DeliveryError:
            self._failed = True
            raise
        self._failed = False

    async def close(self) -> None:
        """Close the connections; open alerts end by themselves."""
        await self._endpoint.close()


def _brief(told: dict[str, Any]) -> str:
    """Return what a page would begin with, where none was written since the start."""
    quotes = [f"・{quote['text']}" for quote in told["quotes"] if not quote["abusive"]]
    return "\n".join((told["summary"], *quotes))


def _reason(reason: dict[str, Any]) -> str:
    expected = reason["expected"]
    usual = "" if expected is None else f" (usual {expected:.3g})"
    return f"{reason['signal']} {reason['value']:.3g}{usual}"


def _blind(spot: dict[str, Any]) -> str:
    part = f" {spot['count']}/{spot['of']}" if spot["of"] else ""
    since = f" since {spot['since']}" if spot["since"] else ""
    return f"{spot['kind']} {spot['what']}".rstrip() + part + since


def _rings(told: dict[str, Any]) -> bool:
    severe = told["severity"] in {"warning", "critical"}
    return severe and told["mood"] in {"negative", "mixed"} and told["state"] != "resolved"


def make(name: str, settings: Settings, parts: Parts) -> AlertmanagerNotifier:
    """Make the notifier of channel *name*."""
    del name
    return AlertmanagerNotifier(settings, parts.clock)
