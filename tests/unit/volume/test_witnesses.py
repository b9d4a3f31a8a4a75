"""Who must bear witness before a topic burns: people with words of their own, and the crowd around them."""

from models.volume.settings import DetectionSettings
from tests.fakes_volume import Driver, taught


def repost(driver: Driver, people: int, of: str = "negative") -> None:
    """Let *people* pass on what somebody said, and share its reading."""
    for _ in range(people):
        driver.post("negative" if of == "negative" else "neutral", repost=True)


def burns(driver: Driver) -> bool:
    """Tell whether a fire was opened; a buzz is none."""
    return any(one.transition == "opened" and one.mood in {"negative", "mixed"} for one in driver.said)


def test_one_post_that_few_pass_on_wakes_nobody() -> None:
    """In a topic of one post an hour a complaint and its eight reposts are one reading, right or wrong."""
    driver = Driver(taught(people=1, negative=0))
    driver.post("negative")
    repost(driver, 8)
    driver.run(5)
    assert not burns(driver)


def test_the_same_number_in_their_own_words_does() -> None:
    """Nine people who each say it are nine readings."""
    driver = Driver(taught(people=1, negative=0))
    driver.run(1, negative=9)
    assert burns(driver)


def test_one_post_that_a_hundred_pass_on_does() -> None:
    """So many people do not pass on what is nothing."""
    driver = Driver(taught(people=1, negative=0))
    driver.post("negative")
    repost(driver, 100)
    driver.run(2)
    assert burns(driver)


def test_a_clump_of_unhappy_people_in_a_happy_crowd_is_chance() -> None:
    """Hundreds come for something else; that ten unhappy ones follow each other is no fire."""
    driver = Driver(taught(people=60, negative=15))
    driver.run(10, neutral=30, negative=2)
    driver.run(1, neutral=6, negative=14)
    driver.run(3, neutral=30, negative=2)
    assert not burns(driver)


def test_the_same_clump_alone_is_a_fire() -> None:
    """Without the crowd it is what it looks like."""
    driver = Driver(taught(people=60, negative=15))
    driver.run(1, neutral=6, negative=14)
    driver.run(3, neutral=1, negative=3)
    assert burns(driver)


def test_a_fire_that_breaks_out_in_a_happy_crowd_is_found() -> None:
    """A campaign goes on, and people begin to be angry: once they are the most of what comes, it burns."""
    driver = Driver(taught(people=60, negative=6))
    driver.run(30, neutral=10)
    driver.run(20, neutral=5, negative=15)
    assert burns(driver)


def doubled(driver: Driver) -> int:
    """Let a sixth be unhappy for 150 minutes, then half; return how many minutes that takes to burn."""
    for minute in range(150):
        driver.run(1, negative=int(minute % 3 == 0), neutral=2 - int(minute % 3 == 0))
    assert not burns(driver)
    before = driver.minute
    while not burns(driver) and driver.minute < before + 120:
        driver.run(1, negative=1, neutral=1)
    return driver.minute - before


def test_a_share_that_rises_tells_on_a_topic_whose_rhythm_is_unknown() -> None:
    """No more people than in the hours before, and half of them unhappy instead of a sixth."""
    assert doubled(Driver(taught(people=120, negative=20, hours=12))) < 60


def test_a_second_look_has_its_price() -> None:
    """The dearer it is, the longer it takes to be as sure."""
    minutes = []
    for price in (0.0, 4.0):
        watch = taught(people=120, negative=20, hours=12, settings=DetectionSettings(second_look=price))
        minutes.append(doubled(Driver(watch)))
    assert minutes[0] < minutes[1]
