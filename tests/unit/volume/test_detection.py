"""One topic's flare-up, from the first spark to the all-clear."""

import pytest

from models.volume.reading import instant
from tests.fakes_volume import KEY, START, Driver, fresh, taught


def lit(minutes: int = 6) -> Driver:
    """Return a driver whose topic burns, four negative people a minute, after a calm hour."""
    driver = Driver(taught())
    driver.run(60)
    driver.run(minutes, negative=4)
    return driver


def test_a_fire_opens_within_minutes() -> None:
    """Four negative people a minute, where three an hour are usual, is a fire at once."""
    driver = lit()
    opened = next(one for one in driver.said if one.transition == "opened")
    assert opened.mood == "negative"
    assert opened.started_at == instant(START + 3600.0)
    assert (opened.at - opened.started_at).total_seconds() <= 180
    assert {reason.signal for reason in opened.reasons} >= {"negative_people", "share", "evidence"}
    assert not opened.found_late


def test_calm_days_say_nothing() -> None:
    """Usual posts at the usual pace neither open nor glow."""
    driver = Driver(taught())
    for _ in range(24):
        driver.run(3, negative=1)
        driver.run(17, neutral=1)
        driver.run(40)
    assert driver.transitions() == []


def test_four_angry_people_are_not_a_fire() -> None:
    """It takes five distinct authors, however surprising four are."""
    driver = Driver(taught())
    driver.run(3)
    for author in "abcd" * 5:
        driver.post("negative", author=author)
    driver.end()
    assert "opened" not in driver.transitions()


def passed_on(own: int) -> set[str]:
    """Return what opens as forty people pass on an unhappy post, and so many are so in their own words."""
    driver = Driver(taught(people=60, negative=9))
    driver.run(60, neutral=1)
    for minute in range(10):
        for _ in range(4):
            driver.post("negative", repost=True)
        if minute < own:
            driver.post("negative")
        driver.post("neutral")
        driver.end()
    return {one.mood for one in driver.said if one.transition == "opened"}


def test_one_misread_post_that_many_pass_on_is_no_fire() -> None:
    """Its reposts share its reading, right or wrong: they are people, but no further opinions."""
    assert passed_on(1) <= {"buzz"}


def test_a_post_that_others_are_angry_about_in_their_own_words_is_one() -> None:
    """A few voices of their own tell a fire from a misreading."""
    assert passed_on(8) & {"negative", "mixed"}


def test_a_campaign_is_a_buzz_not_a_fire() -> None:
    """A tenfold crowd with the usual share of negative opens nothing that pages."""
    driver = Driver(taught())
    driver.run(60)
    for minute in range(40):
        driver.run(1, negative=int(minute % 2 == 0), neutral=4)
    moods = {one.mood for one in driver.said if one.transition == "opened"}
    assert moods == {"buzz"}


def test_praise_is_a_positive_buzz() -> None:
    """A crowd of praise is news of its own kind."""
    driver = Driver(taught())
    for _ in range(20):
        for _ in range(4):
            driver.post("positive")
        driver.end()
    assert [one.mood for one in driver.said if one.transition == "opened"] == ["positive"]


def test_a_buzz_that_turns_is_a_fire() -> None:
    """When a campaign goes wrong the buzz ends and a flare-up opens."""
    driver = Driver(taught())
    driver.run(30, neutral=4)
    driver.run(15, negative=6)
    assert driver.transitions()[:1] == ["opened"]
    moods = [(one.transition, one.mood) for one in driver.said if one.transition in {"opened", "closed"}]
    assert moods[0] == ("opened", "buzz")
    assert moods[1] == ("closed", "buzz")
    assert moods[2][0] == "opened"
    assert moods[2][1] in {"negative", "mixed"}


def test_a_fire_grows_eases_and_closes() -> None:
    """Three times the announced size is growth; half an hour of calm eases; an hour closes."""
    driver = lit(4)
    driver.run(10, negative=20)
    driver.run(100)
    said = driver.transitions()
    assert said[-2:] == ["eased", "closed"]
    assert "grown" in said
    assert said.count("opened") == 1


def test_a_fire_that_comes_back_is_the_same_fire() -> None:
    """Within the reopening window the same start is named again; much later it is a new fire."""
    driver = lit(10)
    started = next(one.started_at for one in driver.said if one.transition == "opened")
    driver.run(95)
    assert driver.transitions()[-1] == "closed"
    driver.run(60)
    driver.run(5, negative=4)
    again = [one for one in driver.said if one.transition == "reignited"]
    assert [one.started_at for one in again] == [started]
    driver.run(300)
    driver.run(6, negative=4)
    assert driver.transitions().count("opened") == 2


def test_a_fire_is_never_learned() -> None:
    """Neither what led up to a fire nor the fire moves the usual level and share."""
    burnt, calm = lit(60), Driver(taught())
    burnt.run(1000)
    calm.run(1126)
    one = burnt.watch._topics[KEY].expectation.baseline
    other = calm.watch._topics[KEY].expectation.baseline
    assert one.share == pytest.approx(other.share, abs=0.005)
    assert one.level <= other.level * 1.1


def test_weak_matches_never_decide_alone() -> None:
    """A crowd of obfuscated spellings opens nothing; five clear ones beside them do."""
    driver = Driver(taught())
    for _ in range(10):
        for _ in range(4):
            driver.post("negative", weak=True)
        driver.end()
    assert {one.mood for one in driver.said if one.transition == "opened"} <= {"buzz"}
    for _ in range(5):
        driver.post("negative")
    driver.end()
    assert "negative" in {one.mood for one in driver.said if one.transition == "opened"}


def test_thirty_pasted_texts_are_not_thirty_people() -> None:
    """A brigade that pastes one text stays below what its size would be."""
    driver = Driver(taught(people=60, negative=20))
    for _ in range(40):
        driver.run(1, negative=1)
        driver.run(2)
    for _ in range(200):
        driver.post("negative", cluster="pasted")
    driver.end()
    assert "opened" not in driver.transitions()


def test_a_fire_during_a_disconnection_is_found_late() -> None:
    """Posts up to two hours old may open, with the start in the past."""
    driver = Driver(taught())
    driver.run(120)
    for age in range(20, 60):
        driver.post("negative", ago=age * 60.0)
    driver.end()
    opened = next(one for one in driver.said if one.transition == "opened")
    assert opened.found_late
    assert (opened.at - opened.started_at).total_seconds() > 3000


def test_an_unknown_topic_asks_for_eight_people() -> None:
    """While nothing is known half a dozen negative people are no sign, eight and more burn."""
    driver = Driver(fresh())
    driver.run(60)
    driver.run(2, negative=3)
    assert driver.transitions() == []
    driver.run(6, negative=3)
    assert "opened" in driver.transitions()
    assert driver.watch.learning_since(KEY) == instant(START + 60.0)


def test_a_calm_brand_of_another_share_is_learned_without_a_fire() -> None:
    """Forty per cent negative from the first minute on opens nothing, and is normal two days later."""
    driver = Driver(fresh())
    for minute in range(60 * 60):
        driver.run(1, negative=int(minute % 15 in {0, 7}), neutral=int(minute % 5 == 1))
    assert "opened" not in driver.transitions()
    assert driver.watch.learning_since(KEY) is None
    assert driver.watch.reading(KEY, driver.now).share_usual == pytest.approx(0.4, abs=0.04)


def test_unscored_posts_thin_the_baseline() -> None:
    """Where one post in four is scored, the fire is judged by those; the people stay exact."""
    driver = Driver(taught())
    for _ in range(10):
        for number in range(8):
            driver.post("negative" if number % 4 == 0 else None)
        driver.end()
    opened = next(one for one in driver.said if one.transition == "opened")
    assert opened.reading.share > 0.8
    assert opened.reading.volume > opened.reading.negative


def test_the_hundredth_comes_into_sight() -> None:
    """The forecast shrinks as the fire grows and is 0 when it is there."""
    driver = lit(12)
    first = driver.watch.reading(KEY, driver.now).hundredth_in
    assert first is not None
    assert 5 < first < 20
    driver.run(15, negative=4)
    assert driver.watch.reading(KEY, driver.now).hundredth_in == 0.0


def test_a_slow_burn_is_found_without_a_spike() -> None:
    """Hour after hour of more negative people than usual opens by the share."""
    driver = Driver(taught(people=60, negative=6))
    for _ in range(14 * 30):
        driver.post("negative")
        driver.post("neutral")
        driver.run(2)
    assert "opened" in driver.transitions()


def test_a_slow_burn_says_over_how_many_hours_it_was_counted() -> None:
    """Its first reason holds the excess, and the window in its name."""
    driver = Driver(taught(people=60, negative=6))
    for _ in range(16 * 10):
        driver.post("negative")
        for _ in range(4):
            driver.post("neutral")
        driver.run(6)
    slow = next(one for one in driver.said if one.transition == "opened").reasons[0]
    assert slow.signal in {f"slow_burn:{hours}h" for hours in range(1, 11)}
    assert slow.expected is not None
    assert slow.value - slow.expected >= 30


def test_a_second_source_is_named() -> None:
    """When a fire spreads to another network the reading says so."""
    driver = lit()
    for _ in range(4):
        driver.post("negative", source="mastodon")
    driver.run(2)
    assert driver.watch.reading(KEY, driver.now).sources == ("jsonl", "mastodon")


def test_an_edit_that_makes_trouble_counts_at_once() -> None:
    """Of several scores of one post the worst stands, whatever their order; praise is not counted twice."""
    ways = []
    for labels in (("neutral", "negative", "positive"), ("positive", "neutral", "negative")):
        driver = Driver(taught())
        name = driver.post(None)
        for label in labels:
            driver.watch.judge(KEY, name, label, driver.now + 22.0)
        ways.append(driver.watch.reading(KEY, driver.now + 30.0))
    assert [one.negative for one in ways] == [1.0, 1.0]
    assert ways[0] == ways[1]


def test_growth_is_told_with_what_would_be_no_growth() -> None:
    """The last ten minutes beside the ten before, and how far chance moves one from the other."""
    driver = Driver(taught())
    driver.run(10, negative=2)
    driver.run(10, negative=8)
    [growth] = [one for one in driver.said[-1].reasons if one.signal == "growth"]
    assert growth.expected is not None
    assert growth.high is not None
    assert growth.expected < growth.high < growth.value
    assert all(
        one.low is not None and one.high is not None
        for one in driver.said[-1].reasons
        if one.signal != "risk"
    )
