"""What the operator sees of alerting: metrics of changes, pages and the outbox."""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from alerts import first_response
from alerts.incident import Incident
from alerts.notification_log import Page
from alerts.paging import Change
from listener.metrics import KINDS, SEVERITIES, Metrics
from models.flareup import Reading


class Operations:
    """Joins alerting to the metrics; implements ``alerts.delivery.outbox.Observer``."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def changed(self, change: Change) -> None:
        """Count what became of an incident."""
        before, after = change.before, change.after
        if before is None or before.state != after.state:
            self._metrics.transitions.labels(after.brand, after.state).inc()
        if after.verdict and (before is None or before.verdict != after.verdict):
            self._metrics.verdicts.labels(after.brand, after.verdict).inc()
        first, delay = after.first_response, first_response.waited(after)
        if first and delay is not None and before and before.first_response is None:
            self._metrics.first_response.labels(after.brand, first.kind).observe(delay.total_seconds())
        if before is None and after.fire and after.severity != "ember":
            waited = (after.opened_at - after.started_at).total_seconds()
            self._metrics.detection_latency.observe(max(0.0, waited))
        nightly = {(page.to, page.sound) for page in change.pages if page.night and not page.silent}
        for responder, _ in nightly:
            self._metrics.night_pages.labels(responder).inc()
        if before and after.state == "acknowledged" and before.state in ("triggered", "reopened"):
            asked = before.round.at if before.round else before.paged_at or before.opened_at
            self._metrics.time_to_acknowledge.observe(max(0.0, (after.updated_at - asked).total_seconds()))

    def delivered(self, page: Page, latency: float) -> None:
        """Count a confirmed page."""
        if _rings(page):
            self._count(page, "done")
            self._metrics.page_latency.observe(max(0.0, latency))

    def failed(self, page: Page, error: str) -> None:
        """Count an attempt that failed and will be repeated."""
        del error
        if _rings(page):
            self._count(page, "retried")

    def dead(self, page: Page, error: str) -> None:
        """Count a page that cannot be delivered."""
        del error
        self._metrics.dead_letters.labels(page.channel).inc()
        if _rings(page):
            self._count(page, "dead")

    def superseded(self, page: Page) -> None:
        """Count a page that was not sent because a newer one does for it."""
        if _rings(page):
            self._count(page, "superseded")

    def show_open(self, brands: Iterable[str], incidents: Iterable[Incident]) -> None:
        """Show how many incidents are open, by brand and severity."""
        found = Tally[tuple[str, str]]((incident.brand, incident.severity) for incident in incidents)
        for brand in brands:
            for severity in SEVERITIES:
                self._metrics.incidents_open.labels(brand, severity).set(found[brand, severity])

    def show_outbox(
        self, channels: Sequence[str], pending: Mapping[str, tuple[int, datetime]], now: datetime
    ) -> None:
        """Show what waits in the outbox."""
        for channel in channels:
            count, oldest = pending.get(channel, (0, now))
            self._metrics.outbox_pending.labels(channel).set(count)
            self._metrics.outbox_oldest.labels(channel).set((now - oldest).total_seconds())

    def show_quiet(self, sources: Iterable[str], quiet: Mapping[str, bool]) -> None:
        """Show which sources are too quiet for this hour of the week."""
        for source in sources:
            self._metrics.source_too_quiet.labels(source).set(quiet.get(source, False))

    def show_readings(self, readings: Iterable[Reading]) -> None:
        """Show every topic's volume against its usual."""
        for reading in readings:
            topic = (reading.key.brand, reading.key.topic)
            self._metrics.volume.labels(*topic).set(reading.volume)
            self._metrics.volume_expected.labels(*topic).set(reading.expected)
            self._metrics.volume_upper.labels(*topic).set(reading.upper)
            self._metrics.negative_share.labels(*topic).set(reading.share)
            self._metrics.surprise.labels(*topic).set(reading.evidence / reading.threshold)
            since = reading.learning_since
            self._metrics.learning_since.labels(*topic).set(since.timestamp() if since else 0)

    def _count(self, page: Page, outcome: str) -> None:
        self._metrics.pages.labels(page.brand, page.channel, page.severity, page.kind, outcome).inc()


def _rings(page: Page) -> bool:
    return page.kind in KINDS
