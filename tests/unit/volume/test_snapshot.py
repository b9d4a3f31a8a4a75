"""A state that an older version stored is taken over: what it did not know is learned from here on."""

from typing import Any

import msgspec

from tests.fakes_volume import KEY, Driver, fresh, taught

CROWDS = ("people", "negative", "weak")


def aged(blob: bytes) -> bytes:
    """Return a state from before there were voices, room for copies, steadiness and risks by class."""
    state: dict[str, Any] = msgspec.msgpack.decode(blob, strict=False)
    for topic in state["topics"]:
        tally, embers = topic["tally"], topic["embers"]
        del tally["voices"], tally["angry"]
        for crowd in (*(tally[name] for name in CROWDS), *tally["risks"].values()):
            del crowd["rooms"]
        del topic["expectation"]["steadiness"], embers["told_of"], embers["about"]
        embers["told"] = 3
        topic["slow"]["hours"] = [
            {name: hour[name] for name in ("people", "negative", "expected")}
            for hour in topic["slow"]["hours"]
        ]
    return msgspec.msgpack.encode(state)


def test_a_state_of_an_older_version_burns_on() -> None:
    """Counts, what is usual and the open fire are there, and the same fire is not opened twice."""
    driver = Driver(taught())
    driver.run(130, neutral=1)
    driver.post("neutral", risks=frozenset({"safety"}), cluster="text")
    driver.run(6, negative=4)
    before = driver.watch.reading(KEY, driver.now)
    assert before.state == "burning"
    blob = driver.watch.dump()
    driver.watch = fresh()
    driver.watch.load(aged(blob))
    after = driver.watch.reading(KEY, driver.now)
    # Who said it in their own words was not stored: what the share adds to the counts is not known.
    assert msgspec.structs.replace(after, evidence=before.evidence) == before
    assert before.threshold < after.evidence <= before.evidence
    said = driver.transitions()
    driver.run(10, negative=4)
    assert driver.transitions()[len(said) :] == ["grown"]
