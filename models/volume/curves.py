"""A topic's last three hours as a picture needs them."""

from models.curve import Curve
from models.volume.counting import HISTORY
from models.volume.detection import Topic
from models.volume.evidence import SCALES, SHORT, upper
from models.volume.expectation import ENDLESS
from models.volume.novice import Footing
from models.volume.reading import WIDEST, instant
from models.volume.surroundings import Surroundings

STEP = 5
STEPS = (HISTORY - 1) // STEP


def curve(topic: Topic, around: Surroundings) -> Curve | None:
    """Return what *topic* counted and expected up to its running minute; None before it was watched."""
    born, head = topic.expectation.born, topic.head
    last = head - head % STEP
    first = max(last - (STEPS - 1) * STEP, -(-born // STEP) * STEP)
    if born == ENDLESS or first > last:
        return None
    known = topic.expectation.means(head, around, topic.tally).footing
    expected = _expected(topic, (first, last + STEP - 1), around, known)
    inverse = min(topic.expectation.inverse_total(SCALES.index(STEP), known), WIDEST)
    return Curve(
        since=instant(first * 60.0),
        people=_counted(topic.tally.people.ring.values, head, first),
        negative=_counted(topic.tally.negative.ring.values, head, first),
        expected=tuple(round(mean, 2) for mean in expected),
        upper=tuple(round(upper(mean, inverse), 2) for mean in expected),
        minutes=STEP,
        topic=topic.key.topic,
    )


def _counted(values: list[int], head: int, first: int) -> tuple[int, ...]:
    since = values[len(values) - 1 - (head - first) :]
    return tuple(sum(since[start : start + STEP]) for start in range(0, len(since), STEP))


def _expected(
    topic: Topic, span: tuple[int, int], around: Surroundings, known: Footing | None
) -> list[float]:
    """Return the people expected in each step, with what is planned, but as if every source lived."""
    (first, last), rates = span, list[float]()
    for hour in range(first // 60, last // 60 + 1):
        rates += topic.expectation.baseline.rates(hour, around.calendar)
    rates = rates[first % 60 :][: last - first + 1]
    scale = known.factor(SCALES[SHORT]) if known else 1.0
    multiples = around.agenda.multiples(first, last) or [1.0] * len(rates)
    planned = [scale * rate * multiple for rate, multiple in zip(rates, multiples, strict=True)]
    return [sum(planned[start : start + STEP]) for start in range(0, len(planned), STEP)]
