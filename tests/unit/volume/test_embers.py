"""What glows: a risk class is told for each further person, half a fire once in two hours."""

from alerts.severity import SeveritySettings, judge
from models.volume.reading import instant
from tests.fakes_volume import KEY, START, Driver, taught

SAFETY = frozenset({"safety"})


def closed(driver: Driver) -> Driver:
    """Let time pass until the fire of *driver* is over."""
    for _ in range(300):
        if "closed" in driver.transitions():
            break
        driver.run(1)
    return driver


def burnt() -> Driver:
    """Return a driver whose fire, which was about no risk, has just closed."""
    driver = Driver(taught())
    driver.run(60)
    driver.run(6, negative=4)
    return closed(driver)


def test_a_risk_class_glows_at_the_first_post() -> None:
    """One post with a risk word is an ember, and so is one after two hours without."""
    driver = Driver(taught())
    driver.post("neutral", risks=SAFETY)
    driver.run(30)
    assert driver.transitions() == ["ember"]
    assert driver.said[0].reading.risks == {"safety": 1}
    driver.run(100)
    driver.post("negative", risks=SAFETY)
    driver.end()
    assert driver.transitions() == ["ember", "ember"]


def test_each_further_person_who_speaks_of_a_risk_is_told() -> None:
    """However they feel, calm askers too: five of them are a critical fire, so all five must be heard of."""
    driver = Driver(taught())
    for _ in range(5):
        driver.post("neutral", risks=SAFETY)
        driver.run(3)
    driver.run(30)
    assert [one.reading.risks["safety"] for one in driver.said] == [1, 2, 3, 4, 5]
    assert driver.transitions() == ["ember"] * 5


def test_one_risk_does_not_hide_another() -> None:
    """Six people speak of a leak, and then five of an insect, in the same two hours: all five are told."""
    driver = Driver(taught())
    for risk, people in (("leak", 6), ("safety", 5)):
        for _ in range(people):
            driver.post("neutral", risks=frozenset({risk}))
            driver.run(3)
    assert [one.reading.risks.get("safety", 0) for one in driver.said] == [0] * 6 + [1, 2, 3, 4, 5]


def test_a_risk_that_is_always_spoken_of_is_said_once_in_two_hours() -> None:
    """One asker every half hour: once four of them stand in the window, another one for one is no news."""
    driver = Driver(taught())
    for _ in range(48):
        driver.post("neutral", risks=SAFETY)
        driver.run(30)
    minutes = [int(one.at.timestamp() - START) // 60 for one in driver.said]
    assert minutes == [0, 30, 60, 90, *range(210, 1440, 120)]
    assert {one.reading.risks["safety"] for one in driver.said[4:]} == {4}


def test_a_risk_is_critical_while_a_buzz_is_open() -> None:
    """What a crowd makes loud does not drown five people who speak of an insect."""
    driver = Driver(taught())
    driver.run(60)
    driver.run(12, neutral=6)
    assert [one.mood for one in driver.said] == ["buzz"]
    for _ in range(5):
        driver.post("neutral", risks=SAFETY)
        driver.run(1, neutral=6)
    told = [judge(one, SeveritySettings()).severity for one in driver.said[1:]]
    assert told == ["ember"] * 4 + ["critical"]
    assert driver.watch._topics[KEY].buzzing


def test_a_new_risk_is_told_however_lately_a_fire_closed() -> None:
    """The fire was about something else; five people of a safety case may not wait four hours."""
    driver = burnt()
    before = len(driver.said)
    for _ in range(5):
        driver.post("neutral", risks=SAFETY)
        driver.run(20)
    assert [one.reading.risks["safety"] for one in driver.said[before:]] == [1, 2, 3, 4, 5]


def test_a_risk_that_fades_with_its_fire_is_no_new_ember() -> None:
    """It was about that, so the few who still come belong to it, for two hours and two more."""
    driver = Driver(taught())
    driver.run(60)
    for gap in [1] * 30 + [10] * 9:
        driver.post("negative", risks=SAFETY)
        driver.run(gap)
    closed(driver)
    for _ in range(6):
        driver.post("neutral", risks=SAFETY)
        driver.run(35)
    assert driver.transitions()[-1] == "closed"


def test_half_a_fire_glows() -> None:
    """Between half the threshold and the threshold a topic is an ember."""
    driver = Driver(taught(people=60, negative=9))
    driver.run(30)
    driver.run(16, negative=1, neutral=1)
    assert driver.transitions() == ["ember"]
    assert driver.watch.reading(KEY, driver.now).state == "ember"


def test_a_fire_that_was_learned_anew_leaves_nothing_open() -> None:
    """What comes before each window corrects the level again, as if the fire had closed by itself."""
    driver = Driver(taught())
    driver.run(60)
    driver.run(6, negative=4)
    driver.watch.settle(instant(driver.now))
    topic = driver.watch._topics[KEY]
    assert not topic.open
    assert topic.expectation.lit is None


def test_one_word_of_a_risk_does_not_make_a_fire_about_it() -> None:
    """Somebody speaks of an insect while another fire burns; after its end four more of them are told."""
    driver = Driver(taught())
    driver.run(60)
    driver.run(6, negative=4)
    driver.post("neutral", risks=SAFETY)
    closed(driver)
    before = len(driver.said)
    for _ in range(4):
        driver.post("neutral", risks=SAFETY)
        driver.run(5)
    assert [one.reading.risks["safety"] for one in driver.said[before:]] == [2, 3, 4, 5]


def test_another_risk_is_told_though_the_fire_was_about_one() -> None:
    """It was about a leak; five people who speak of an insect are not what is left of it."""
    driver = Driver(taught())
    driver.run(60)
    for _ in range(12):
        driver.post("negative", risks=frozenset({"leak"}))
        driver.run(1)
    closed(driver)
    before = len(driver.said)
    for _ in range(5):
        driver.post("neutral", risks=SAFETY)
        driver.run(5)
    assert [one.reading.risks["safety"] for one in driver.said[before:]] == [1, 2, 3, 4, 5]


def test_a_risk_that_fell_silent_is_news_again_whatever_else_is_said() -> None:
    """Four spoke of an insect in the morning; that a leak is spoken of all day does not hide the next one."""
    driver = Driver(taught())
    for _ in range(4):
        driver.post("neutral", risks=SAFETY)
    for _ in range(4):
        driver.run(1)
        driver.post("neutral", risks=frozenset({"leak"}))
        driver.run(89)
    before = len(driver.said)
    driver.post("neutral", risks=SAFETY)
    driver.run(1)
    assert [one.reading.risks["safety"] for one in driver.said[before:]] == [1]
