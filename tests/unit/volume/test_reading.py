"""What an opening says of itself: each signal with its value, what is usual, and its interval."""

from math import log

import pytest

from models.flareup import Reason
from models.volume.settings import DetectionSettings
from tests.fakes_volume import KEY, Driver, taught


def opening(*sources: str) -> dict[str, Reason]:
    """Return the reasons of a fire that comes by these *sources*, by signal."""
    driver = Driver(taught(people=60, negative=9))
    driver.run(30, neutral=1)
    for number in range(36):
        driver.post("negative", source=sources[number % len(sources)])
        if number % 6 == 5:
            driver.end()
    [opened] = [said for said in driver.said if said.transition == "opened"]
    return {reason.signal: reason for reason in opened.reasons}


def test_every_signal_says_what_is_usual_and_where_news_begins() -> None:
    """As numbers that a program can compare."""
    told = opening("jsonl")
    assert set(told) == {"negative_people", "share", "people", "evidence", "growth"}
    for reason in told.values():
        assert None not in {reason.expected, reason.low, reason.high}
    people, share = told["negative_people"], told["share"]
    assert people.value > (people.expected or 0) > 0
    assert (people.high or 0) > (people.expected or 0)
    assert (share.low or 0) <= share.value <= (share.high or 0)
    assert share.expected == pytest.approx(0.15, abs=0.02)
    assert told["evidence"].value >= (told["evidence"].high or 0)


def test_a_second_source_is_a_signal_of_its_own() -> None:
    """One source says nothing of spreading; two do."""
    assert "spread" not in opening("bluesky")
    spread = opening("bluesky", "fediverse")["spread"]
    assert (spread.value, spread.expected, spread.high) == (2.0, 1.0, 1.0)


@pytest.mark.parametrize(("people", "hours", "threshold"), [(60, 240, 12.0), (10, 240, 10.0), (60, 20, 8.0)])
def test_less_evidence_is_asked_of_quiet_topics_and_of_those_that_learn(
    people: int, hours: int, threshold: float
) -> None:
    """Theirs are few windows a month, and wide bands."""
    driver = Driver(taught(people=people, negative=people // 6, hours=hours))
    driver.run(1, neutral=1)
    assert driver.watch.reading(driver.key, driver.now).threshold == threshold


def test_windows_under_half_an_hour_must_bring_more() -> None:
    """There are more of them in a month: ln(30 / minutes) nats, none from half an hour on."""
    evidence = []
    for penalty in (0.0, 1.0):
        driver = Driver(taught(people=60, negative=9, settings=DetectionSettings(scale_penalty=penalty)))
        for _ in range(12):
            driver.post("negative")
        scales = driver.watch._topics[KEY].weigh(driver.watch._around(KEY)).scales
        evidence.append({scale.minutes: scale.evidence for scale in scales})
    for minutes, free in evidence[0].items():
        assert free - evidence[1][minutes] == pytest.approx(max(0.0, log(30 / minutes)))
