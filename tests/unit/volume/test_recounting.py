"""What turned out not to be about us is taken back; the rest burns, or does not, by itself."""

from models.mention import Label
from models.volume.recounting import Seen
from models.volume.tally import Sighting
from tests.fakes_volume import KEY, Driver


def burning() -> Driver:
    """Let a topic that is used to little burn for ten minutes."""
    driver = Driver()
    driver.run(60 * 60, neutral=1)
    driver.run(10, negative=6)
    assert driver.watch.reading(KEY, driver.now).state == "burning"
    return driver


def said(driver: Driver, people: int, label: Label | None = "negative") -> list[Seen]:
    """Return what so many other people say now."""
    return [
        Seen(Sighting(key=KEY, id=f"o{n}", at=driver.now, author=f"o{n}", source="jsonl"), driver.now, label)
        for n in range(people)
    ]


def test_a_fire_of_nobody_of_ours_is_over_at_once() -> None:
    """It says so, and comes back by nothing that was taken out."""
    driver = burning()
    driver.watch.recount(KEY, [], driver.now)
    assert [flare.transition for flare in driver.watch.evaluate(driver.now)] == ["closed"]
    reading = driver.watch.reading(KEY, driver.now)
    assert (reading.negative, reading.volume) == (0, 0)
    assert [flare.transition for flare in driver.run(30, neutral=1)] == []


def test_what_is_left_and_burns_ignites_again() -> None:
    """As a new ignition, which pages; only what is left counts to it."""
    driver = burning()
    driver.watch.recount(KEY, said(driver, 25), driver.now)
    assert [flare.transition for flare in driver.end()][:2] == ["closed", "reignited"]
    assert driver.watch.reading(KEY, driver.now).negative == 25
    [episode] = [topic.episode for topic in driver.watch._topics.values()]
    assert episode is not None
    assert (episode.gone, episode.open) == (0, True)


def test_scores_still_come_for_what_was_counted_anew() -> None:
    """And a post that is counted already is not counted twice."""
    driver = burning()
    driver.watch.recount(KEY, said(driver, 3, None), driver.now)
    driver.watch.judge(KEY, "o1", "negative", driver.now)
    driver.watch.count(said(driver, 1)[0].sighting, driver.now)
    reading = driver.watch.reading(KEY, driver.now)
    assert (reading.negative, reading.volume) == (1, 6)


def test_a_calm_topic_says_nothing() -> None:
    """Neither does one that nobody has heard of."""
    driver = Driver()
    driver.watch.recount(KEY, [], driver.now)
    driver.run(60 * 60, neutral=1)
    driver.watch.recount(KEY, [], driver.now)
    assert driver.watch.evaluate(driver.now) == []


def test_the_hour_that_is_not_learned_yet_is_counted_anew_as_well() -> None:
    """Where nothing was muted everything stays: what is learned, and what is compared with it."""
    driver = Driver()
    seen = []
    for minute in range(400):
        at = driver.now + 10.0
        name = driver.post("negative" if minute % 5 == 0 else "neutral")
        sighting = Sighting(key=KEY, id=name, at=at, author=name, source="jsonl")
        seen.append(Seen(sighting, driver.now + 20.0, "negative" if minute % 5 == 0 else "neutral"))
        driver.end()
    tally = driver.watch._topics[KEY].tally
    before = [ring.values.copy() for ring in (tally.people.ring, tally.negative.ring, tally.scored)]
    reading = driver.watch.reading(KEY, driver.now - 1.0)
    driver.watch.recount(KEY, seen, driver.now - 1.0)
    tally = driver.watch._topics[KEY].tally
    assert [ring.values for ring in (tally.people.ring, tally.negative.ring, tally.scored)] == before
    assert driver.watch.reading(KEY, driver.now - 1.0) == reading
