"""Reasons: one entry for each signal, the deciding ones first, read in one way."""

import msgspec
import pytest

from alerts.reasons import refreshed, with_evidence
from alerts.severity import SeveritySettings, judge
from alerts.terms import NEVER_SEEN
from models.flareup import FlareUp, Reason
from tests.fakes_alerts import a_flare

MEASURED = (
    Reason(signal="risk", value=6.0, expected=0.0),
    Reason(signal="negative_people", value=38.0, expected=5.0, low=0.0, high=11.0),
    Reason(signal="share", value=0.7, expected=0.1, low=0.6, high=0.8),
    Reason(signal="people", value=60.0, expected=20.0, low=0.0, high=40.0),
    Reason(signal="evidence", value=14.0, expected=10.0),
    Reason(signal="spread", value=2.0, expected=1.0),
)


def _measured(flare: FlareUp) -> FlareUp:
    return msgspec.structs.replace(flare, reasons=MEASURED)


FLARES = [
    a_flare("ember", negative=1, risks={"safety": 1}),
    a_flare("opened"),
    a_flare("opened", negative=38, expected=5, risks={"safety": 6, "leak": 2}, hundredth_in=12),
    a_flare("opened", mood="buzz", negative=90),
]


@pytest.mark.parametrize("flare", FLARES, ids=["ember", "warning", "critical", "buzz"])
def test_no_signal_is_told_twice(flare: FlareUp) -> None:
    """The detector's names and the table's never stand side by side."""
    signals = [reason.signal for reason in judge(_measured(flare), SeveritySettings()).reasons]
    assert len(set(signals)) == len(signals)
    assert not {"risk", "negative_people", "spread"} & set(signals)


def test_what_decided_stands_first_with_its_line_and_what_is_usual() -> None:
    """The line comes from the table, the usual figures from the measurement."""
    reasons = judge(_measured(FLARES[2]), SeveritySettings()).reasons
    told = {reason.signal: (reason.value, reason.expected, reason.low, reason.high) for reason in reasons}
    assert list(told) == [
        "negative_30_min", "hundredth_in_minutes", "risk:safety", "risk:leak", "share", "people", "evidence",
        "sources",
    ]  # fmt: skip
    assert told["negative_30_min"] == (38, 5, 0, 25)
    assert told["hundredth_in_minutes"] == (12, None, None, 120)
    assert told["risk:leak"] == (2, 0, 0, 5)
    assert told["evidence"] == (14, 0, 0, 10)


def test_praise_is_told_by_its_people_once() -> None:
    """The volume stands under the mood's name, with what is usual for it."""
    reasons = judge(_measured(FLARES[3]), SeveritySettings()).reasons
    assert (reasons[0].signal, reasons[0].value, reasons[0].high) == ("buzz", 36, 12)
    assert "people" not in {reason.signal for reason in reasons}


def test_a_slow_burn_decides_a_warning_and_names_its_window() -> None:
    """The reason of a slow burn says over how many hours it was counted."""
    slow = Reason(signal="slow_burn:10h", value=62.0, expected=20.0)
    flare = msgspec.structs.replace(a_flare("opened", negative=4), reasons=(slow, *MEASURED))
    told = judge(flare, SeveritySettings())
    assert told.reasons[0] == msgspec.structs.replace(slow, low=0.0, high=50.0)
    assert told.decided == ("slow_burn:10h",)


def test_what_decided_stays_first_with_its_line_and_is_measured_again() -> None:
    """Values move on while it burns; the line that was crossed does not."""
    known = (
        Reason(signal="negative_30_min", value=38, expected=5, low=0, high=25),
        Reason(signal="share", value=0.7),
        Reason(signal="sources", value=2),
    )
    fresh = (
        Reason(signal="share", value=0.4),
        Reason(signal="negative_30_min", value=9, expected=4, low=0, high=11),
    )
    assert refreshed(known, fresh, ("negative_30_min",)) == (
        Reason(signal="negative_30_min", value=9, expected=4, low=0, high=25),
        Reason(signal="share", value=0.4),
    )


def test_what_decided_and_is_not_measured_any_more_keeps_its_value() -> None:
    """A forecast that is out of sight again still says why somebody was woken."""
    known = (Reason(signal="hundredth_in_minutes", value=24, high=120),)
    assert refreshed(known, (), ("hundredth_in_minutes",)) == known


def test_what_was_said_adds_its_signal_once() -> None:
    """A never-seen word of a moment ago gives way to the present one."""
    old, new = (Reason(signal=NEVER_SEEN, value=n) for n in (3, 9))
    assert with_evidence((MEASURED[1], old), (new,)) == (MEASURED[1], new)
    assert with_evidence((MEASURED[1], old), ()) == (MEASURED[1],)
