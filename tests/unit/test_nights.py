"""The synthetic nights are what they claim to be, and the bench counts fairly."""

from collections.abc import Sequence
from math import inf
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bench.nights import drawing, figures, plots, rules, seeds, shapes, table, watching
from bench.nights.character import WEEK, drawn, season
from bench.nights.hawkes import clustered
from bench.nights.losses import losses
from bench.nights.night import Case, Night, night
from bench.nights.plan import cases
from bench.nights.posts import NEGATIVE, read
from bench.nights.scenarios import SCENARIOS
from bench.nights.tradeoff import curve
from bench.nights.trial import Fire, Paged, Trial, tried
from models.volume.settings import DetectionSettings

FIRE = Case("fire", 100.0, 10.0, seeds.TUNE[0])


def a_trial(pages: tuple[int, ...] = (), *, hundredth: float = 130.0, severity: str = "critical") -> Trial:
    """Build the trial of a fire with its 5 % at minute 100, watched for ten hours."""
    fire = Fire("fire", 90, 100, 400, 60, 104.0, hundredth, 103.0)
    paged = [Paged(at, "first", severity, "opened", "evidence") for at in pages]
    names = (f"{name}{seen}" for name in rules.RULES for seen in ("", table.OF_ALL))
    alarms = {name: [95] for name in names}
    return Trial("fire", 100.0, 5.0, 1000, 60, 600, 100.0, [fire], paged, list(pages), alarms)


@pytest.fixture(scope="module")
def burning() -> Night:
    """Return a night with a fire."""
    return night(FIRE)


def test_tuning_never_sees_the_seeds_of_the_figures() -> None:
    """Else the figures would be those of an exam whose questions were known."""
    assert not set(seeds.TUNE) & set(seeds.FIGURES)
    with pytest.raises(ValueError, match="nights of one kind"):
        cases(len(seeds.TUNE) + 1, seeds.TUNE)


def test_the_same_case_is_the_same_night(burning: Night) -> None:
    """To the last post; and another seed is another night."""
    again, other = night(FIRE), night(FIRE._replace(seed=seeds.TUNE[1]))
    assert all(np.array_equal(one, two) for one, two in zip(burning.posts, again.posts, strict=True))
    assert other.character != burning.character


def test_a_topic_has_the_rate_that_it_should() -> None:
    """The mean of the rhythm over a week is 1, and clustering adds nothing to the mean."""
    character = drawn(600.0, seeds.chance(1))
    assert season(character, np.arange(float(WEEK))).mean() == pytest.approx(1.0, abs=0.01)
    counts = clustered(np.full(60_000, 10.0), character, seeds.chance(2))
    assert counts.mean() == pytest.approx(10.0, rel=0.05)


def test_posts_call_forth_posts() -> None:
    """The counts of ten minutes are far wilder than Poisson."""
    character = drawn(60.0, seeds.chance(3))._replace(branching=0.5, marks=0.5, echo=2.0)
    counts = clustered(np.full(60_000, 1.0), character, seeds.chance(4)).reshape(-1, 10).sum(axis=1)
    assert counts.var() > 2.0 * counts.mean()


def test_the_scorer_errs_as_its_confusion_matrix_says() -> None:
    """Negative posts are mostly recognised, and some neutral ones are taken for negative."""
    character = drawn(10.0, seeds.chance(5))
    for truth in range(3):
        labels = read(np.full(20_000, truth), character, seeds.chance(6))
        assert (labels == NEGATIVE).mean() == pytest.approx(character.read[truth][NEGATIVE], abs=0.01)
    assert 0.7 <= character.read[0][0] <= 0.9
    assert 0.05 <= character.read[1][0] <= 0.15


@pytest.mark.parametrize("growth", [10.0, 60.0, 180.0])
def test_a_fire_grows_as_long_as_it_should(growth: float) -> None:
    """From 5 % to 95 % of the peak, and delay is measured from the 5 %."""
    shape = shapes.logistic(growth, 30.0, 60.0)
    first = shapes.onset(shape)
    assert int(np.argmax(shape >= 0.95)) - first == pytest.approx(growth, rel=0.08, abs=2.0)
    assert shape[first] == pytest.approx(0.05, abs=0.03)


def test_a_fire_peaks_at_its_multiple_of_the_usual(burning: Night) -> None:
    """Ten times the usual of that hour, the everyday posts included."""
    truth = burning.truths[0]
    top = truth.start + truth.growth
    arrived = burning.posts.at // 60
    peak = ((arrived >= top - 20) & (arrived < top + 20) & (burning.posts.origin == 1)).sum() / 40
    usual = burning.expected[top] / burning.character.misread
    assert 4.0 * usual < peak < 16.0 * usual


def test_milestones_of_a_fire_come_in_order(burning: Night) -> None:
    """First the onset, then the fifth person, then the hundredth critical post."""
    truth = burning.truths[0]
    assert truth.start <= truth.onset < truth.fifth < truth.hundredth


def test_late_bursts_are_history_and_backlogs_are_whole() -> None:
    """A late burst is older than two hours; an outage delays posts and loses none."""
    late = night(Case("late burst", 10.0, 1.0, 1000)).posts
    burst = late.picked(late.origin == 1)
    assert burst.size
    assert ((burst.arrived - burst.at) > 7200).all()
    dead = night(Case("outage", 1000.0, 1.0, 1000))
    hole = dead.holes[0]
    held = (dead.posts.source == hole.source) & (dead.posts.arrived >= hole.start * 60)
    assert not (held & (dead.posts.arrived < hole.end * 60)).any()
    inside = (dead.posts.at >= hole.start * 60) & (dead.posts.at < hole.end * 60)
    assert (inside & (dead.posts.source == hole.source)).sum() > 10


def test_spam_is_few_accounts_or_few_texts() -> None:
    """Every post of it is a copy of one of a few texts."""
    posts = night(Case("spam", 10.0, 1.0, 1001)).posts
    spam = posts.picked(posts.origin == 1)
    assert spam.size >= 30
    assert len(np.unique(spam.cluster)) <= 4
    assert len(np.unique(spam.author)) <= 151


def test_every_scenario_can_be_drawn() -> None:
    """At a small rate, with a past of two weeks unless it is a cold start."""
    for name in SCENARIOS:
        drawn_night = night(Case(name, 10.0, 5.0, 1002))
        assert len(drawn_night.hours) == 336 or name.startswith("cold")
        assert drawn_night.length == len(drawn_night.expected)


def test_too_many_posts_are_scored_in_part(burning: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute of a storm has more posts than a scorer manages; the rest is only counted."""
    monkeypatch.setattr(watching, "SCORED", 3)
    busy = max(watching.minutes(burning), key=lambda minute: len(minute.sightings))
    assert len(busy.labels) == 3 < len(busy.sightings)


def test_a_watched_fire_rings(burning: Night) -> None:
    """Through the real detector, dispatcher and severities."""
    lived = watching.watched(burning, DetectionSettings())
    assert any(page.wakes for page in lived.rung)
    assert lived.minutes < burning.length


@pytest.mark.parametrize("name", rules.RULES)
def test_a_rule_sees_a_step_and_nothing_before_it(name: str) -> None:
    """It pages within the hour, once, and knowing what comes later changes nothing before."""
    chance = np.random.default_rng(1)
    counts = chance.poisson(1.0, 9 * 1440).astype(float)
    stepped = counts.copy()
    stepped[8 * 1440 :] += 20.0
    alarm = rules.RULES[name](stepped)
    assert alarm[8 * 1440 : 8 * 1440 + 60].any()
    assert np.array_equal(alarm[: 8 * 1440], rules.RULES[name](counts)[: 8 * 1440])


def test_a_rule_pages_again_only_after_an_hour_of_rest() -> None:
    """Nobody would let it ring every minute."""
    alarm = np.zeros(600, dtype=bool)
    alarm[[10, 11, 50, 200, 210]] = True
    assert rules.edges(alarm, 0) == [11, 201]


def test_a_miss_is_an_endless_delay() -> None:
    """Else a detector that finds only the easy fires would look quick."""
    found, missed = a_trial((112,)), a_trial()
    assert figures.delays([found, found, missed]) == (12.0, inf, 1, 3)
    assert figures.delays([found, found, missed]).text == "12 / never min, 1 of 3 missed"


def test_pages_of_no_fire_are_for_nothing() -> None:
    """Before the first extra post or long after the last; those of the fire are not."""
    trial = a_trial((30, 112, 500))
    assert trial.false(figures.WATCH) == [30, 500]
    assert figures.monthly([trial]) == pytest.approx(2 * 43_200 / 600)


def test_only_a_critical_page_wakes_before_the_hundredth_post() -> None:
    """A warning waits for the morning in quiet hours."""
    assert figures.in_time([a_trial((112,)), a_trial((112,), severity="warning"), a_trial((140,))]) == (1, 3)
    assert figures.in_time([a_trial((112,), hundredth=inf)]) == (0, 0)


def test_a_rule_wakes_with_whatever_it_pages() -> None:
    """It knows no severity: its page at minute 95 counts as a critical one, that of the watch does not."""
    missed = a_trial((112,), severity="warning")
    assert figures.in_time([missed]) == (0, 1)
    assert {figures.in_time([missed], name) for name in rules.RULES} == {(1, 1)}


def test_every_row_of_fires_has_the_rules_beside_it() -> None:
    """The hundredth post, the second fire, and the first two days as well as the delays."""
    second = msgspec.structs.replace(a_trial().fires[0], name=figures.SECOND)
    kinds = ("fire", "slow burn", "calm", "tv", "cold fire", "cold calm")
    trials = [msgspec.structs.replace(a_trial((112,)), scenario=kind) for kind in kinds]
    trials.append(msgspec.structs.replace(a_trial(), scenario="double fire", fires=[second]))
    lines = {what: figure for what, figure, *_ in table.rows(trials)}
    for what, figure in lines.items():
        assert all(name in figure for name in rules.RULES), what
    assert lines["first 48 h: false pages"].endswith(
        "0.00 on average, 0 at most; z-score 0.00, 0 · 5x of the day 0.00, 0 · EWMA 0.00, 0"
    )
    assert lines["double fire: second one noticed"] == "0 of 1; z-score 1 · 5x of the day 1 · EWMA 1"


def test_the_table_has_the_goals_beside_the_figures() -> None:
    """A row says what, the figure, the goal and whether it was met."""
    lines = list(table.rows([a_trial((112,)), a_trial((150,)), a_trial()]))
    what, figure, goal, met = lines[0]
    assert what.startswith("fire, 5x at 100/h and more")
    assert figure.startswith("50 / never min, 1 of 3 missed; z-score 0 / 0, 0")
    assert goal == "median ≤ 20, p90 ≤ 40 min"
    assert met is False


def test_a_curve_plays_the_same_nights_for_every_value() -> None:
    """One row for each value: what it finds, how late, and a dash where nothing was played."""
    played: list[tuple[int, str]] = []

    def play(plan: Sequence[Case], pair: str) -> list[Trial]:
        played.append((len(plan), pair))
        return [a_trial((112,) if pair.endswith("8") else ())]

    head, _, low, high, best = curve("threshold", ["8", "14"], [FIRE], play)
    assert head.startswith("| threshold | 5x at ≥ 100/h")
    assert low == "| 8 | 12 / 12 min | - | - | 0 of 1 | 1 of 1 | - | - | - | - |"
    assert high == "| 14 | never / never min | - | - | 1 of 1 | 0 of 1 | - | - | - | - |"
    assert best == "| clairvoyant | 3 / 3 min | - | - | 0 of 1 | 1 of 1 | - | - | - | - |"
    assert played == [(1, "threshold=8"), (1, "threshold=14")]


def test_a_curve_tells_what_each_value_costs() -> None:
    """On calm topics, on harmless nights, and in the first 48 hours; only a critical page is in time."""
    kinds = ("calm", "tv", "cold calm", "cold fire", "fire")

    def play(plan: Sequence[Case], pair: str) -> list[Trial]:
        del plan, pair
        burnt = a_trial((112,), severity="warning")
        pages = [Paged(at, "first", "critical", "opened", "evidence") for at in (95, 450)]
        noisy = msgspec.structs.replace(burnt, pages=pages, fires=[])
        trials = [burnt if "fire" in kind else noisy for kind in kinds]
        return [msgspec.structs.replace(one, scenario=kind) for one, kind in zip(trials, kinds, strict=True)]

    _, _, row, best = curve("threshold", ["8"], [FIRE], play)
    assert row == "| 8 | 12 / 12 min | - | - | 0 of 1 | 0 of 1 | 1 of 1 | 144.00 | 1 of 1 | 2.00 / 2 |"
    assert best == "| clairvoyant | 3 / 3 min | - | - | 0 of 1 | 1 of 1 | 1 of 1 | - | - | - |"


def test_losses_name_the_seed() -> None:
    """Whoever tunes can play that very night again."""
    told = list(losses([a_trial((30,))]))
    assert len(told) == 2
    assert all("at 100/h, seed 1000" in line for line in told)


def test_a_trial_is_the_same_whoever_plays_it() -> None:
    """Time that was spent aside."""
    one, two = (tried(Case("cold fire", 10.0, 10.0, 1000)) for _ in range(2))
    assert one.pages == two.pages
    assert one.rules == two.rules
    assert one.fires[0].clairvoyant >= one.fires[0].onset


def test_a_night_becomes_a_picture(tmp_path: Path) -> None:
    """A PNG with both panels, and a word on what was paged."""
    path = plots.drawn(Case("cold fire", 100.0, 10.0, 1000), tmp_path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert drawing.rounded(386 / 3) == 100.0
