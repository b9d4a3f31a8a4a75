"""Copies that pretend to be a crowd."""

import pytest

from tests.fakes_volume import Driver, taught

TEXTS = ("one", "two", "three")


def calm(hours: int = 240) -> Driver:
    """Return a driver after two quiet hours of a topic that knows so many."""
    driver = Driver(taught(people=8, negative=1, hours=hours))
    for _ in range(12):
        driver.run(9)
        driver.run(1, neutral=1)
    return driver


@pytest.mark.parametrize("hours", [240, 12])
def test_a_few_texts_wake_nobody_however_many_paste_them(hours: int) -> None:
    """Sixty accounts with three texts, each of which may count five: no fire, known topic or not."""
    driver = calm(hours)
    for number in range(60):
        driver.post("negative", cluster=TEXTS[number % 3])
        if number % 3 == 2:
            driver.end()
    assert "opened" not in driver.transitions()


def test_eight_accounts_that_paste_time_and_again_are_no_crowd() -> None:
    """Fewer than the cap say each text, but they say it over and over."""
    driver = calm()
    for _ in range(6):
        for account in range(8):
            driver.post("negative", author=f"troll{account}", cluster=TEXTS[account % 3])
        driver.end()
    assert "opened" not in driver.transitions()


@pytest.mark.parametrize("own", [{"cluster": ""}, {"repost": True}])
def test_people_beside_a_flood_are_heard(own: dict[str, object]) -> None:
    """Those with words of their own, and those who pass on what somebody said, burn as they would alone."""
    driver = calm()
    for _ in range(10):
        driver.post("negative", cluster="one")
        driver.post("negative")
        driver.post("negative", **own)  # type: ignore[arg-type]  # test data
        driver.end()
    assert "opened" in driver.transitions()


def test_a_fire_told_in_a_dozen_turns_of_phrase_opens() -> None:
    """Where many texts are said again none of them is a flood."""
    driver = calm()
    for number in range(36):
        driver.post("negative", cluster=f"phrase{number * 7 % 12}")
        if number % 2:
            driver.end()
    assert "opened" in driver.transitions()


def test_a_flood_is_forgotten_when_it_is_over() -> None:
    """Four hours later a text that was pasted sixty times sticks out no more."""
    driver = calm()
    for _ in range(60):
        driver.post("neutral", cluster="one")
    driver.end()
    tally = driver.watch._topics[driver.key].tally
    assert tally.people.floods() == ["one"]
    driver.run(240)
    assert tally.people.floods() == []


def test_a_clock_that_is_set_back_takes_the_flood_along() -> None:
    """What was posted in minutes that have not come yet was not posted."""
    driver = calm()
    for _ in range(6):
        driver.post("neutral", cluster="one")
        driver.end()
    crowd = driver.watch._topics[driver.key].tally.people
    crowd.set_back(crowd.ring.head - 5)
    assert crowd.floods() == []
