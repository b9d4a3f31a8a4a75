"""Every series that the configuration makes possible is there from the start."""

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from listener.metrics import DROPS, Metrics
from models.keyword import TopicKey

CLOSED = {
    "brand",
    "topic",
    "source",
    "channel",
    "severity",
    "sentiment",
    "state",
    "kind",
    "outcome",
    "verdict",
    "responder",
    "stage",
    "reason",
    "backend",
    "version",
}
ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "metrics.md"
ROW = re.compile(r"\| `(?P<name>hinoban_\w+)` \| (?P<type>\w+) \| (?P<labels>[\w, ]*)\|")


@pytest.fixture
def registry() -> CollectorRegistry:
    """Give an empty registry: nothing is registered globally."""
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    """Register every metric, and what a small configuration makes possible."""
    metrics = Metrics(registry)
    metrics.expect_sources(["bluesky"])
    metrics.expect_topics([TopicKey("sakura", "pudding")], ["bluesky"])
    metrics.expect_channels(["sakura"], ["lamp"])
    metrics.expect_responders(["sato"])
    metrics.expect_stages()
    return metrics


def _registered(metrics: Metrics) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return type and labels of every metric by its exposed name."""
    found = {}
    for metric in vars(metrics).values():
        if not hasattr(metric, "_labelnames"):
            continue
        (family,) = metric.describe()
        name = family.name + ("_total" if family.type == "counter" else "")
        found[name] = (family.type, tuple(metric._labelnames))
    return found


def _documented() -> dict[str, tuple[str, tuple[str, ...]]]:
    rows = ROW.finditer(DOCUMENT.read_text("utf-8"))
    return {row["name"]: (row["type"], tuple(re.findall(r"\w+", row["labels"]))) for row in rows}


def test_the_document_and_the_daemon_name_the_same_metrics(metrics: Metrics) -> None:
    """With the same types and labels, each way."""
    assert _documented() == _registered(metrics)


def test_every_label_is_of_the_closed_list(metrics: Metrics) -> None:
    """Each is bounded by configuration; none can hold an author, a post or a keyword."""
    used = {label for _, labels in _registered(metrics).values() for label in labels}
    assert used <= CLOSED


def test_names_carry_their_unit(metrics: Metrics) -> None:
    """A time is in seconds and says so; a counter ends in _total."""
    for name, (kind, _) in _registered(metrics).items():
        assert name.endswith("_total") == (kind == "counter")
        assert not re.search(r"_(ms|minutes|hours|millis)\b|_(ms|minutes|hours|millis)_", name)


def test_every_possible_series_starts_at_zero(metrics: Metrics, registry: CollectorRegistry) -> None:
    """Else `increase()` misses the first page."""
    given_later = {"hinoban_scorer_info", "hinoban_build_info"}
    shown = {(sample.name, sample.value) for family in registry.collect() for sample in family.samples}
    names = {name for name, _ in shown}
    for name, (kind, _) in _registered(metrics).items():
        sample = f"{name}_count" if kind == "histogram" else name
        if name in given_later:
            continue
        assert sample in names, f"{name} has no series before something happens"
    assert {value for name, value in shown if not name.endswith("_created")} == {0.0}


def test_a_page_of_each_kind_has_its_series(metrics: Metrics, registry: CollectorRegistry) -> None:
    """An ember pages nobody, so it has none."""
    labels = {"brand": "sakura", "channel": "lamp", "kind": "first", "outcome": "done"}
    for severity, value in (("critical", 0.0), ("warning", 0.0), ("ember", None)):
        sample = registry.get_sample_value("hinoban_pages_total", {**labels, "severity": severity})
        assert sample == value
    assert metrics.registry is registry


def test_two_daemons_in_one_process_do_not_share_figures() -> None:
    """A test, a replay and a demo each count their own."""
    one, other = CollectorRegistry(), CollectorRegistry()
    Metrics(one).keyword_reload_failures.inc()
    Metrics(other)
    assert b"hinoban_keyword_reload_failures_total 1.0" in generate_latest(one)
    assert b"hinoban_keyword_reload_failures_total 0.0" in generate_latest(other)


def test_every_reason_that_a_source_gives_has_its_series() -> None:
    """A reason that nobody expected would show up only after the first loss."""
    sources = "".join(file.read_text("utf-8") for file in (ROOT / "listener" / "sources").glob("*.py"))
    given = {
        reason
        for call in re.findall(r"\.dropped\((.+)\)", sources)
        for reason in re.findall(r'"(\w+)"', call)
    }
    assert given == set(DROPS)
