"""What counts, and how often."""

from itertools import permutations

import pytest

from models.volume.counting import Crowd, Ring
from models.volume.tally import Tally
from tests.fakes_volume import START, Driver, taught


def tally(driver: Driver) -> Tally:
    """Return the counts of the driver's topic."""
    return driver.watch._topics[driver.key].tally


def test_an_author_counts_once_in_two_hours() -> None:
    """However often one person posts, it is one person, until two hours have passed."""
    driver = Driver(taught())
    for _ in range(125):
        driver.post(author="neko")
        driver.end()
    assert tally(driver).people.ring.total(130) == 2


def test_the_same_name_on_two_sources_is_two_people() -> None:
    """A handle says nothing across networks."""
    driver = Driver(taught())
    driver.post(author="neko", source="bluesky")
    driver.post(author="neko", source="mastodon")
    assert tally(driver).people.ring.total(1) == 2


def test_posts_without_an_author_are_one_person_each() -> None:
    """Nobody is merged with anybody for lack of a name."""
    driver = Driver(taught())
    for _ in range(3):
        driver.post(author=None)
    assert tally(driver).people.ring.total(1) == 3


@pytest.mark.parametrize("labels", sorted(set(permutations(["negative", "neutral", "positive"]))))
def test_one_negative_post_makes_a_negative_person_in_any_order(labels: tuple[str, ...]) -> None:
    """A person is negative when any of their posts is, whichever came or was scored first."""
    driver = Driver(taught())
    for label in labels:
        driver.post(label, author="neko")  # type: ignore[arg-type]  # the labels of the list
    assert tally(driver).negative.ring.total(1) == 1
    assert tally(driver).people.ring.total(1) == 1


def test_copies_of_a_text_count_five_times() -> None:
    """Thirty accounts that paste one text are five people at most; reposts of it are not copies."""
    driver = Driver(taught())
    for _ in range(30):
        driver.post("negative", cluster="pasted")
    assert (tally(driver).people.ring.total(1), tally(driver).negative.ring.total(1)) == (5, 5)
    for _ in range(30):
        driver.post("negative", cluster="pasted", repost=True)
    assert tally(driver).negative.ring.total(1) == 35


def test_the_order_within_a_minute_does_not_matter_to_the_cap() -> None:
    """Copies and own words of the same people count alike in every order."""
    posts = [(1, 10, "a"), (1, 11, ""), (2, 12, "a"), (2, 13, "b"), (3, 14, "a"), (3, 15, "a")]
    totals = set()
    for order in permutations(posts):
        crowd = Crowd(Ring(100))
        for author, post, cluster in order:
            crowd.add(100, author, post, cluster, 2)
        totals.add(crowd.ring.total(1))
    assert totals == {2}


def said(texts: int, people: int, cap: int = 5) -> Crowd:
    """Return a crowd of so many *people* a minute for each of so many *texts*, for ten minutes."""
    crowd, number = Crowd(Ring(100)), 0
    for minute in range(100, 110):
        crowd.advance(minute)
        for text in range(texts):
            for _ in range(people):
                number += 1
                crowd.add(minute, number, number, f"text {text}", cap)
    return crowd


def test_what_everybody_says_alike_is_a_turn_of_phrase() -> None:
    """Four texts that flood a topic stick out; where people have six ways to say it, all of them count."""
    assert said(texts=4, people=20).ring.total(10) == 4 * 5
    assert said(texts=6, people=20).ring.total(10) > 0.8 * 6 * 200


def test_a_flood_counts_little_more_where_people_speak_alike() -> None:
    """One text that is pasted a thousand times counts at most thrice as often as the usual ones."""
    crowd = said(texts=12, people=1)
    before = crowd.ring.total(10)
    crowd.advance(110)
    for number in range(1000):
        crowd.add(110, 10_000 + number, 10_000 + number, "flood", 5)
    assert crowd.ring.total(11) - before <= 3 * 10 + 1


def test_turns_of_phrase_are_words_of_ones_own() -> None:
    """A text is one voice, a flood of four is four, and what everybody says alike is more than one."""
    assert said(texts=4, people=20, cap=1).ring.total(10) == 4
    assert said(texts=12, people=20, cap=1).ring.total(10) > 100


def test_a_post_that_comes_twice_counts_once() -> None:
    """A source that repeats itself, or a re-fed post, changes nothing."""
    driver = Driver(taught())
    for _ in range(3):
        driver.post("negative", id="same", author=None)
    assert tally(driver).posts.total(1) == 1
    assert tally(driver).scored.total(1) == 1


def test_late_posts_are_history_only() -> None:
    """What is marked late, or older than two hours, never counts."""
    driver = Driver(taught())
    driver.run(130)
    driver.post("negative", late=True)
    driver.post("negative", ago=7300.0)
    assert tally(driver).posts.total(120) == 0


def test_a_post_from_the_future_counts_now() -> None:
    """A sender's clock that runs ahead does not reach past the running minute."""
    driver = Driver(taught())
    driver.post("negative", at=START + 600.0)
    assert tally(driver).posts.total(1) == 1


def test_a_forgotten_post_keeps_its_count_and_loses_its_number() -> None:
    """A deletion leaves a content-free count."""
    driver = Driver(taught())
    post = driver.post("negative")
    driver.watch.forget(driver.key, post)
    assert tally(driver).counted == {}
    assert tally(driver).negative.ring.total(1) == 1


def test_no_name_is_kept() -> None:
    """Neither authors nor post ids stand in the stored state."""
    driver = Driver(taught())
    driver.post("negative", author="did:plc:neko", id="at://neko/1")
    assert b"neko" not in driver.watch.dump()
