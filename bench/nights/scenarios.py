"""The kinds of nights: what happens in each, when, and what ought to come of it."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from bench.nights import happenings as h
from bench.nights.happenings import Happening, Hole, Scene
from bench.nights.seeds import between

Duty = Literal["find", "sleep", "report"]
"""A fire is to be found, noise is to be slept through; of the rest the bench only reports."""


class Happened(NamedTuple):
    """What makes up a night beside the everyday posts."""

    happenings: list[Happening]
    holes: list[Hole]


class Scenario(NamedTuple):
    """A kind of night: how many minutes before and after the scene opens, and what happens then."""

    duty: Duty
    minutes: int
    happen: Callable[[Scene], Happened]


def _only(build: Callable[[Scene], Happening]) -> Callable[[Scene], Happened]:
    return lambda scene: Happened([build(scene)], [])


def _sized(low: float, high: float, build: Callable[[Scene], Happening]) -> Callable[[Scene], Happened]:
    """Let chance choose the size, where the night does not fix it."""

    def happen(scene: Scene) -> Happened:
        size = between(scene.chance, low, high)
        return Happened([build(scene._replace(multiple=size))], [])

    return happen


def _twice(scene: Scene) -> Happened:
    """Burn down quickly, and again after three to six hours."""
    first = h.fire(scene, "first fire", growth=between(scene.chance, 10, 60), half_life=30)
    again = scene._replace(start=first.onset + int(scene.chance.uniform(180, 360)))
    second = h.fire(again, "second fire", growth=between(scene.chance, 10, 60), half_life=30)
    return Happened([first, second], [])


def _nothing(scene: Scene) -> Happened:
    del scene
    return Happened([], [])


def _dead(scene: Scene) -> Happened:
    return Happened([], [h.outage(scene)])


SCENARIOS = {
    "fire": Scenario("find", 14 * 60, _only(h.fire)),
    "slow burn": Scenario("find", 17 * 60, _only(h.slow_burn)),
    "double fire": Scenario("find", 14 * 60, _twice),
    "tv": Scenario("sleep", 6 * 60, _sized(3, 30, h.television)),
    "campaign": Scenario("sleep", 12 * 60, _sized(4, 40, h.campaign)),
    "viral": Scenario("sleep", 10 * 60, _sized(3, 60, h.viral)),
    "spam": Scenario("sleep", 6 * 60, _only(h.spam)),
    "outage": Scenario("sleep", 10 * 60, _dead),
    "late burst": Scenario("sleep", 6 * 60, _only(h.late_burst)),
    "level shift": Scenario("sleep", 24 * 60, _sized(1.5, 4, h.level_shift)),
    "brigade": Scenario("report", 6 * 60, _only(h.brigade)),
    "calm": Scenario("sleep", 12 * 1440, _nothing),
    "cold calm": Scenario("sleep", 2 * 1440, _nothing),
    "cold fire": Scenario("find", 14 * 60, _only(h.fire)),
}
"""Calm nights are long: false pages are rare."""
