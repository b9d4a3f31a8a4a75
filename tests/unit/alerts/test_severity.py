"""The severity table."""

import msgspec
import pytest

from alerts.severity import SeveritySettings, judge
from models.flareup import FlareUp, Reason
from tests.fakes_alerts import a_flare, an_incident

TABLE = [
    (a_flare("ember", negative=1, size=2, risks={"safety": 1}), "ember", "risk:safety"),
    (a_flare("ember", negative=3, size=6, evidence=6.0), "ember", "evidence"),
    (a_flare("opened"), "warning", "evidence"),
    (a_flare("updated", negative=21.9), "warning", "evidence"),
    (a_flare("updated", negative=22), "critical", "negative_30_min"),
    (a_flare("updated", episode_excess=39.9), "warning", "evidence"),
    (a_flare("updated", episode_excess=40), "critical", "negative_in_episode"),
    (a_flare("opened", hundredth_in=121), "warning", "evidence"),
    (a_flare("opened", hundredth_in=120), "critical", "hundredth_in_minutes"),
    (a_flare("ember", negative=4, hundredth_in=60), "ember", "evidence"),
    (a_flare("opened", risks={"safety": 4}), "warning", "evidence"),
    (a_flare("ember", negative=5, risks={"safety": 5}), "critical", "risk:safety"),
    (a_flare("opened", mood="buzz", negative=90, episode_excess=99), "ember", "buzz"),
    (a_flare("opened", mood="positive", negative=90), "ember", "positive"),
    (a_flare("opened", mood="mixed", negative=90), "critical", "negative_30_min"),
]


@pytest.mark.parametrize(("flare", "severity", "signal"), TABLE)
def test_every_row_of_the_table_names_its_reason(flare: FlareUp, severity: str, signal: str) -> None:
    """Each line of the table gives its severity, and the signal that decided stands first."""
    judgement = judge(flare, SeveritySettings())
    assert judgement.severity == severity
    assert judgement.reasons[0].signal == signal


def test_a_warning_that_spreads_and_triples_is_critical() -> None:
    """A second source and three times the size of the opening make a warning critical, neither alone does."""
    incident = an_incident(opened_size=10.0, opened_sources=1, sources=("bluesky",))
    both = a_flare("grown", size=30, negative=9, sources=("bluesky", "mastodon"))
    one_source = a_flare("grown", size=30, negative=9)
    small = a_flare("grown", size=29, negative=9, sources=("bluesky", "mastodon"))
    severities = [judge(flare, SeveritySettings(), incident).severity for flare in (both, one_source, small)]
    assert severities == ["critical", "warning", "warning"]


def test_a_slow_burn_is_a_warning() -> None:
    """A doubled share with thirty negative people above the expected warns below the opening threshold."""
    flare = a_flare("ember", negative=4)
    slow = msgspec.structs.replace(flare, reasons=(Reason(signal="slow_burn", value=30),))
    assert judge(slow, SeveritySettings()).severity == "warning"


def test_a_brand_can_set_its_own_limits() -> None:
    """Settings of a brand move the lines of the table."""
    assert judge(a_flare(negative=7), SeveritySettings(critical_in_30_min=5)).severity == "critical"


def test_reasons_carry_what_was_expected_and_the_line_that_was_crossed() -> None:
    """A reason is data: value, expectation and limit."""
    reason = judge(a_flare(negative=38, expected=5), SeveritySettings()).reasons[0]
    assert (reason.value, reason.expected, reason.high) == (38, 5, 25)
