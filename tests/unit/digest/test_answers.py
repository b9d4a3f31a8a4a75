"""How fast somebody answered is read off the timeline and the pages."""

from alerts.digest.answers import answers, quantile
from tests.unit.digest.nights import answered, clock, entry, fire, over, page


def test_an_answer_counts_from_the_first_page_of_its_round() -> None:
    """Whoever it was: six minutes passed, though the second person answered at once."""
    one, pages = answered()
    [answer] = answers(one, pages)
    assert (answer.by, answer.seconds) == ("tanaka", 360)


def test_a_fire_that_burns_out_by_itself_has_no_answer() -> None:
    """It was asked for somebody, and nobody came."""
    one = over(fire(), "04:00")
    [answer] = answers(one, [page(one, "02:20")])
    assert (answer.at, answer.seconds) == (None, None)


def test_a_reopened_fire_asks_again() -> None:
    """Each round is timed by itself."""
    lines = (
        entry("02:23", "acknowledged", "sato"),
        entry("03:00", "resolved"),
        entry("05:00", "reopened"),
        entry("05:09", "acknowledged", "sato"),
    )
    one = fire("02:10", "critical", *lines)
    found = answers(one, [page(one, "02:20"), page(one, "05:00"), page(one, "05:03", kind="reminder")])
    assert [answer.seconds for answer in found] == [180, 540]


def test_a_page_to_who_owns_it_already_asks_nothing() -> None:
    """A rise is told to the owner; it is no round that waits for an answer."""
    one = fire("02:10", "critical", entry("02:23", "acknowledged", "sato"))
    found = answers(one, [page(one, "02:20"), page(one, "03:00", kind="grown")])
    assert [answer.seconds for answer in found] == [180]


def test_a_verdict_is_an_answer() -> None:
    """Who says that it is no fire has come."""
    one = fire("02:10", "critical", entry("02:25", "verdict noise", "sato"))
    assert [answer.seconds for answer in answers(one, [page(one, "02:20")])] == [300]


def test_an_acknowledgement_at_the_instant_of_the_page_took_no_time() -> None:
    """The page comes first, whatever the order of the lines."""
    one = fire("02:10", "critical", entry("02:20", "acknowledged", "sato"))
    assert [answer.seconds for answer in answers(one, [page(one, "02:20")])] == [0]


def test_silent_pages_and_those_of_others_ask_nothing() -> None:
    """An all-clear does not ring, and another fire's page is not this one's."""
    one = fire()
    other = page(one, "02:20", kind="resolved"), page(one, "02:20", silent=True)
    assert answers(one, [*other, page(fire("03:00"), "03:10")]) == []


def test_the_latest_answer_is_still_awaited() -> None:
    """A page without an answer is a round without one."""
    one = fire()
    assert answers(one, [page(one, "02:20")])[0].asked == clock("02:20")


def test_a_quantile_of_nothing_is_nothing() -> None:
    """Nobody is said to have answered in no time."""
    assert quantile([], 0.5) is None
    assert quantile([7], 0.9) == 7
