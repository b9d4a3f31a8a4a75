"""Spikes of totals that are not negative: campaigns, broadcasts, praise. News, never a page."""

from models.flareup import Mood
from models.volume.evidence import SCALES, surprise
from models.volume.expectation import Expectation
from models.volume.settings import DetectionSettings
from models.volume.tally import Tally
from models.volume.weighing import Scale, Weighing

FROM = SCALES.index(10)
"""A buzz must hold for ten minutes or more."""
STILL = SCALES.index(20) + 1
"""Whether it goes on is judged on 10 and 20 minutes."""


def loudest_buzz(weighing: Weighing, expectation: Expectation, settings: DetectionSettings) -> Scale | None:
    """Return the scale on which people outdo their expectation most, if on any it is a buzz."""
    found = None
    for index, scale in enumerate(weighing.scales[FROM:], start=FROM):
        if _buzzes(index, scale, expectation, settings) and (
            found is None or scale.people * found.people_expected > found.people * scale.people_expected
        ):
            found = scale
    return found


def still_buzzes(weighing: Weighing, expectation: Expectation, settings: DetectionSettings) -> bool:
    """Tell whether the spike goes on."""
    return any(_buzzes(index, weighing.scales[index], expectation, settings) for index in range(FROM, STILL))


def _buzzes(index: int, scale: Scale, expectation: Expectation, settings: DetectionSettings) -> bool:
    if scale.people < max(settings.buzz_authors, settings.buzz_ratio * scale.people_expected):
        return False
    inverse = expectation.inverse_total(index)
    return surprise(scale.people, scale.people_expected, inverse) >= settings.threshold


def buzz_mood(tally: Tally, minutes: int, settings: DetectionSettings) -> Mood:
    """Return how a spike of totals feels."""
    scored = tally.scored.total(minutes)
    positive = tally.positive.total(minutes)
    return "positive" if scored and positive >= settings.positive_share * scored else "buzz"
