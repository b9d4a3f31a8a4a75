"""Every metric, on a given registry; labels come from a closed list and start at 0."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from models.keyword import TopicKey

# a second series per counter that nobody asked for
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types for it

LATENCY_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300)
DETECTION_BUCKETS = (60, 300, 600, 900, 1200, 1800, 2400, 3600, 5400, 7200, 14400)
RESPONSE_BUCKETS = (600, 1200, 1800, 2700, 3600, 5400, 7200, 10800, 14400, 21600, 43200, 86400, 259200)
STAGE_BUCKETS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30)
SENTIMENTS = ("negative", "neutral", "positive", "unsure")
SEVERITIES = ("ember", "warning", "critical")
STATES = ("triggered", "acknowledged", "snoozed", "resolved", "reopened")
VERDICTS = ("real", "noise", "campaign", "not_us")
KINDS = ("first", "grown", "reminder", "escalation", "resolved")
RESPONSES = ("reply", "quote", "statement", "told")
OUTCOMES = ("done", "retried", "dead", "superseded")
PINGS = ("done", "failed", "withheld")
DROPS = ("bad", "oversize", "signature", "full")
STAGES = ("match", "store", "score", "detect")


class Metrics:
    """The daemon's metrics; ``docs/metrics.md`` says what each one means."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._listening(registry)
        self._judging(registry)
        self._alerting(registry)
        self._calling(registry)
        self._running(registry)

    def _listening(self, registry: CollectorRegistry) -> None:
        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"hinoban_{name}", what, labels, registry=registry)

        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(f"hinoban_{name}", what, labels, registry=registry)

        self.posts_received = counter("posts_received_total", "Posts a source handed on", "source")
        self.posts_dropped = counter("posts_dropped_total", "Posts not used, and why", "source", "reason")
        self.source_up = gauge("source_up", "1 while the source is connected", "source")
        self.source_lag = gauge("source_lag_seconds", "Age of the newest post when it came", "source")
        self.source_last_received = gauge(
            "source_last_received_timestamp_seconds", "When the source last gave a post", "source"
        )
        self.source_too_quiet = gauge(
            "source_too_quiet", "1 while a source is too quiet for this hour of the week", "source"
        )
        self.source_gap_seconds = counter(
            "source_gap_seconds_total",
            "Seconds a source could not be seen; grows while the gap is open",
            "source",
        )
        self.mentions = counter("mentions_total", "Posts counted to a topic", "brand", "topic", "source")
        self.mentions_late = counter("mentions_late_total", "Mentions older than 2 h on arrival", "source")

    def _judging(self, registry: CollectorRegistry) -> None:
        topic = ("brand", "topic")
        self.mentions_scored = Counter(
            "hinoban_mentions_scored_total", "Mentions scored", (*topic, "sentiment"), registry=registry
        )
        self.scoring_backlog = Gauge(
            "hinoban_scoring_backlog", "Mentions waiting to be scored", registry=registry
        )
        self.scoring_sampled = Gauge(
            "hinoban_scoring_sampled_ratio",
            "Share of the last minute's mentions that was scored",
            registry=registry,
        )
        self.scorer_info = Gauge(
            "hinoban_scorer_info", "1 for the scorer in use", ("backend", "version"), registry=registry
        )
        self.scorer_fallbacks = Counter(
            "hinoban_scorer_fallbacks_total",
            "Times that the scorer could not be had or failed, and the word lists answered",
            registry=registry,
        )
        self.volume = Gauge(
            "hinoban_volume",
            "Distinct people per hour, trailing 30 min of event time",
            topic,
            registry=registry,
        )
        self.volume_expected = Gauge(
            "hinoban_volume_expected", "People per hour usual at this hour", topic, registry=registry
        )
        self.volume_upper = Gauge(
            "hinoban_volume_upper", "Upper edge of the usual band, people per hour", topic, registry=registry
        )
        self.negative_share = Gauge(
            "hinoban_negative_share", "Share of negative people, trailing 30 min", topic, registry=registry
        )
        self.surprise = Gauge(
            "hinoban_surprise",
            "Evidence for a flare-up over the threshold (1 opens)",
            topic,
            registry=registry,
        )
        self.learning_since = Gauge(
            "hinoban_learning_since_timestamp_seconds",
            "Since when a topic has been learning what is usual; 0 once it knows enough",
            topic,
            registry=registry,
        )

    def _alerting(self, registry: CollectorRegistry) -> None:
        self.incidents_open = Gauge(
            "hinoban_incidents_open", "Open incidents", ("brand", "severity"), registry=registry
        )
        self.transitions = Counter(
            "hinoban_incident_transitions_total", "Incident changes", ("brand", "state"), registry=registry
        )
        self.verdicts = Counter(
            "hinoban_incident_verdicts_total",
            "What people said it was",
            ("brand", "verdict"),
            registry=registry,
        )
        self.detection_latency = Histogram(
            "hinoban_detection_latency_seconds",
            "From the first post of the flare-up to the incident",
            buckets=DETECTION_BUCKETS,
            registry=registry,
        )
        self.page_latency = Histogram(
            "hinoban_page_latency_seconds",
            "From receiving the deciding post to the channel's confirmation",
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self.pages = Counter(
            "hinoban_pages_total",
            "Pages by what became of them",
            ("brand", "channel", "severity", "kind", "outcome"),
            registry=registry,
        )
        self.outbox_pending = Gauge(
            "hinoban_outbox_pending", "Messages waiting for their channel", ("channel",), registry=registry
        )
        self.outbox_oldest = Gauge(
            "hinoban_outbox_oldest_seconds",
            "Age of the oldest waiting message",
            ("channel",),
            registry=registry,
        )
        self.dead_letters = Counter(
            "hinoban_dead_letters_total", "Messages that cannot be delivered", ("channel",), registry=registry
        )

    def _calling(self, registry: CollectorRegistry) -> None:
        self.time_to_acknowledge = Histogram(
            "hinoban_time_to_acknowledge_seconds",
            "From the first page to its acknowledgement",
            buckets=(30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200),
            registry=registry,
        )
        self.first_response = Histogram(
            "hinoban_first_response_seconds",
            "From the start of a fire to the brand's first public answer",
            ("brand", "kind"),
            buckets=RESPONSE_BUCKETS,
            registry=registry,
        )
        self.night_pages = Counter(
            "hinoban_night_pages_total",
            "Sounds in somebody's quiet hours",
            ("responder",),
            registry=registry,
        )
        self.rota_covered_until = Gauge(
            "hinoban_rota_covered_until_timestamp_seconds",
            "When the next gap in a rota begins; 0 in a gap",
            registry=registry,
        )
        self.rota_refusals = Counter(
            "hinoban_rota_refusals_total",
            "Times that a rota could not be fetched or read, and the last good one stayed",
            registry=registry,
        )
        self.drill_last_success = Gauge(
            "hinoban_drill_last_success_timestamp_seconds",
            "When a drill of everything last reached everybody; 0 never",
            registry=registry,
        )

    def _running(self, registry: CollectorRegistry) -> None:
        self.watchdog_pings = Counter(
            "hinoban_watchdog_pings_total", "Pings of the dead man's switch", ("outcome",), registry=registry
        )
        self.queue_depth = Gauge("hinoban_queue_depth", "Batches waiting", ("stage",), registry=registry)
        self.stage_seconds = Histogram(
            "hinoban_stage_seconds",
            "Time a batch takes",
            ("stage",),
            buckets=STAGE_BUCKETS,
            registry=registry,
        )
        self.reload_successful = Gauge(
            "hinoban_config_last_reload_successful", "1 if the last reload was applied", registry=registry
        )
        self.keyword_reload_failures = Counter(
            "hinoban_keyword_reload_failures_total", "Keyword lists refused", registry=registry
        )
        self.build_info = Gauge(
            "hinoban_build_info", "1 for the running version", ("version",), registry=registry
        )

    def expect_sources(self, names: Iterable[str]) -> None:
        """Start every series of the configured sources at 0."""
        for name in names:
            self.posts_received.labels(name)
            self.source_up.labels(name).set(0)
            self.source_lag.labels(name)
            self.source_last_received.labels(name)
            self.source_gap_seconds.labels(name)
            self.source_too_quiet.labels(name)
            self.mentions_late.labels(name)
            for reason in DROPS:
                self.posts_dropped.labels(name, reason)

    def expect_topics(self, topics: Iterable[TopicKey], sources: Iterable[str]) -> None:
        """Start every series of the watched topics at 0."""
        sources = tuple(sources)
        for key in topics:
            for source in sources:
                self.mentions.labels(key.brand, key.topic, source)
            for sentiment in SENTIMENTS:
                self.mentions_scored.labels(key.brand, key.topic, sentiment)
            for gauge in (
                self.volume,
                self.volume_expected,
                self.volume_upper,
                self.negative_share,
                self.surprise,
                self.learning_since,
            ):
                gauge.labels(key.brand, key.topic)
            for severity in SEVERITIES:
                self.incidents_open.labels(key.brand, severity)
            for state in STATES:
                self.transitions.labels(key.brand, state)
            for verdict in VERDICTS:
                self.verdicts.labels(key.brand, verdict)
            for kind in RESPONSES:
                self.first_response.labels(key.brand, kind)

    def expect_channels(self, brands: Iterable[str], channels: Iterable[str]) -> None:
        """Start every series of the configured channels at 0."""
        brands = tuple(brands)
        for channel in channels:
            self.outbox_pending.labels(channel)
            self.outbox_oldest.labels(channel)
            self.dead_letters.labels(channel)
            for brand in brands:
                for severity in SEVERITIES[1:]:
                    for kind in KINDS:
                        for outcome in OUTCOMES:
                            self.pages.labels(brand, channel, severity, kind, outcome)

    def expect_responders(self, names: Iterable[str]) -> None:
        """Start every series of the receivers at 0."""
        for name in names:
            self.night_pages.labels(name)

    def expect_stages(self) -> None:
        """Start every series of the pipeline's stages at 0."""
        for stage in STAGES:
            self.stage_seconds.labels(stage)
        for outcome in PINGS:
            self.watchdog_pings.labels(outcome)
        self.queue_depth.labels("match")
        self.queue_depth.labels("score")
