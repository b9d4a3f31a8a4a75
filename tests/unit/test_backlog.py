"""What waits to be scored."""

from collections import Counter
from datetime import timedelta

from listener.backlog import Backlog, Waiting
from tests.builders import NIGHT, a_mention


def waiting(minutes: float, ident: str) -> Waiting:
    """Return a mention written *minutes* after 02:10."""
    return Waiting(seq=1, mention=a_mention(minutes=minutes, id=ident), text="x")


def ids(taken: list[Waiting]) -> list[str]:
    """Return the post ids of *taken*."""
    return [one.mention.post.id for one in taken]


def test_the_newest_minute_comes_first() -> None:
    """Under pressure the present matters more than the past."""
    backlog = Backlog()
    for minutes, ident in ((0, "old"), (5, "new"), (2, "middle")):
        backlog.add(waiting(minutes, ident))
    assert ids(backlog.take(2)) == ["new", "middle"]
    assert len(backlog) == 1


def test_what_is_taken_of_one_minute_does_not_depend_on_the_order_of_arrival() -> None:
    """A cut inside a minute is a sample by the hash of the post id."""
    forwards, backwards = Backlog(), Backlog()
    names = [f"post-{number}" for number in range(40)]
    for name in names:
        forwards.add(waiting(0, name))
    for name in reversed(names):
        backwards.add(waiting(0, name))
    sample = ids(forwards.take(10))
    assert sample == ids(backwards.take(10))
    assert sample != names[:10]


def test_nothing_is_taken_twice_and_nothing_is_lost() -> None:
    """Taking in small bites gives every mention exactly once."""
    backlog = Backlog()
    for number in range(25):
        backlog.add(waiting(number / 10, f"p{number}"))
    taken = [ident for _ in range(9) for ident in ids(backlog.take(3))]
    assert sorted(taken) == sorted(f"p{number}" for number in range(25))
    assert len(backlog) == 0


def test_what_waited_two_hours_is_given_up_and_counted() -> None:
    """An old mention could not page any more, so its score is not worth the time."""
    backlog = Backlog()
    backlog.add(waiting(0, "old"))
    backlog.add(waiting(100, "young"))
    assert backlog.drop_old(NIGHT + timedelta(minutes=130)) == 1
    assert ids(backlog.take(9)) == ["young"]


def test_one_post_in_two_topics_waits_twice() -> None:
    """Two mentions of a post draw the same lot, and neither is lost."""
    backlog = Backlog()
    for _ in range(2):
        backlog.add(waiting(0, "one"))
    assert ids(backlog.take(9)) == ["one", "one"]


def test_ids_that_count_up_are_drawn_evenly() -> None:
    """A checksum would take whole last digits first."""
    backlog = Backlog()
    for number in range(1_000):
        backlog.add(waiting(0, f"{number:04d}"))
    last = Counter(name[-1] for name in ids(backlog.take(200)))
    assert len(last) == 10
    assert max(last.values()) < 40
