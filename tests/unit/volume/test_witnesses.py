"""Who must bear witness before a topic burns: people with words of their own, and the crowd around them."""

from models.volume.settings import DetectionSettings
from models.volume.weighing import Scale, Weighing
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


def slowly_worse(settings: DetectionSettings | None = None) -> int:
    """Let a huge topic be unhappier by half, and no louder; return how many minutes that takes to burn."""
    driver = Driver(taught(people=2400, negative=480, settings=settings))
    driver.run(30, negative=8, neutral=32)
    assert not burns(driver)
    for minutes in range(1, 60):
        driver.run(1, negative=13, neutral=27)
        if burns(driver):
            return minutes
    return 60


def test_the_share_of_a_crowd_is_known_better_than_its_level() -> None:
    """Where thousands speak, half as many unhappy ones more are news long before they are twice as many."""
    assert slowly_worse() <= 30


def test_what_the_share_alone_may_say_has_its_price() -> None:
    """The dearer it is, the longer a crowd has to be unhappier."""
    assert slowly_worse() < slowly_worse(DetectionSettings(share_alone=30.0))


def scale(evidence: float, negative: float, people: float) -> Scale:
    """Return half an hour with so much evidence of counts, in which so many of the people were negative."""
    return Scale(30, negative, 4.0, people, 20.0, negative, evidence)


def test_counts_that_say_more_ask_less_of_the_share() -> None:
    """What hardly passes as a count must be a striking share; what is overwhelming need not be."""
    settings = DetectionSettings()
    faint, clear = scale(12.5, 13.0, 37.0), scale(16.0, 13.0, 37.0)
    for one, burning in ((faint, False), (clear, True)):
        found = Weighing((one,), 0.2, 12.0).deciding(settings, settings.min_authors)
        assert (found is not None) is burning
