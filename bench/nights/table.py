"""The rows that the bench prints: figure beside goal, the watch beside the rules."""

from collections.abc import Callable, Iterator, Sequence
from math import inf

from bench.nights import figures
from bench.nights.figures import WATCH, Delays
from bench.nights.plan import BUSY, HARMLESS, MULTIPLES, RATES
from bench.nights.rules import RULES
from bench.nights.trial import Trial

Line = tuple[str, str, str, bool | None]
MOST_PAGING = 0.02
MOST_MISSED = 0.02
MOST_FALSE = 0.25
OF_ALL = " of all posts"


def rows(trials: Sequence[Trial]) -> Iterator[Line]:
    """Yield every row that these trials can fill."""
    yield from _goals([one for one in trials if one.scenario == "fire"])
    yield from _grid([one for one in trials if one.scenario == "fire"])
    yield from _calm([one for one in trials if one.scenario == "calm"])
    for name in (*HARMLESS, "brigade"):
        yield from _harmless(name, [one for one in trials if one.scenario == name])
    yield from _others(trials)
    yield from _cold(trials)


def _goals(trials: Sequence[Trial]) -> Iterator[Line]:
    yield from _delay_goal(
        trials, "5x at 100/h and more", (20.0, 40.0), lambda t: t.multiple == 5 and t.rate >= 100
    )
    yield from _delay_goal(trials, "5x at 10/h", (45.0, inf), lambda t: t.multiple == 5 and t.rate == 10)
    yield from _delay_goal(
        trials, "10x at 100/h and more", (10.0, inf), lambda t: t.multiple == 10 and t.rate >= 100
    )
    asked = [one for one in trials if one.multiple >= 5 and one.rate >= 10]
    if asked:
        found = figures.delays(asked)
        share = found.missed / found.fires
        beside = _beside(lambda who: f"{figures.delays(asked, who).missed / found.fires:.0%}")
        yield "missed, 5x and more at 10/h and more", f"{share:.1%}; {beside}", "≤ 2 %", share <= MOST_MISSED
    yield from _hundredth(trials)
    if asked:
        told = " · ".join(f"{who} {figures.delays(asked, who + OF_ALL).text}" for who in RULES)
        yield "the same fires by the rules on all posts instead of negative ones", told, "", None


def _delay_goal(
    trials: Sequence[Trial], what: str, goal: tuple[float, float], asked: Callable[[Trial], bool]
) -> Iterator[Line]:
    some = [one for one in trials if asked(one)]
    if not some:
        return
    found = figures.delays(some)
    median, tenth = goal
    words = f"median ≤ {median:.0f}" + (f", p90 ≤ {tenth:.0f}" if tenth < inf else "") + " min"
    met = found.median <= median and found.tenth <= tenth
    yield f"fire, {what}: delay (median / p90)", f"{found.text}; {_others_delays(some)}", words, met


def _hundredth(trials: Sequence[Trial]) -> Iterator[Line]:
    yield from _in_time("up to 1,000/h", [one for one in trials if one.rate < BUSY])
    yield from _in_time("at 20,000/h", [one for one in trials if one.rate > BUSY])


def _in_time(what: str, trials: Sequence[Trial]) -> Iterator[Line]:
    woken, of = figures.in_time(trials)
    if of:
        beside = _beside(lambda who: f"{figures.in_time(trials, who)[0] / of:.0%}")
        what = f"critical page before the hundredth critical post, {what}"
        yield what, f"{woken / of:.0%} of {of}; {beside}", "≥ 95 %", woken / of >= 0.95


def _grid(trials: Sequence[Trial]) -> Iterator[Line]:
    for rate in RATES:
        for multiple in MULTIPLES:
            some = [one for one in trials if one.rate == rate and one.multiple == multiple]
            if some:
                fifth, clear = (figures.minutes(bound) for bound in figures.bounds(some))
                floor = f"fifth person {fifth}, clairvoyant {clear}"
                yield (
                    f"fire {multiple:.0f}x at {rate:,.0f}/h",
                    f"{figures.delays(some).text} ({floor}); {_others_delays(some)}",
                    "",
                    None,
                )


def _others_delays(trials: Sequence[Trial]) -> str:
    def told(found: Delays) -> str:
        return f"{figures.minutes(found.median)} / {figures.minutes(found.tenth)}, {found.missed}"

    return _beside(lambda who: told(figures.delays(trials, who)))


def _beside(told: Callable[[str], str]) -> str:
    return " · ".join(f"{who} {told(who)}" for who in RULES)


def _calm(trials: Sequence[Trial]) -> Iterator[Line]:
    for rate in (None, *RATES):
        some = [one for one in trials if rate in {None, one.rate}]
        if some:
            false = figures.monthly(some)
            days = sum(one.minutes for one in some) / 1440
            what = (
                "false pages per topic and month"
                + (f", {rate:,.0f}/h" if rate else "")
                + f" ({days:,.0f} days)"
            )
            beside = _beside(lambda who, some=some: f"{figures.monthly(some, who):.1f}")  # type: ignore[misc]
            goal = ("≤ 0.25", false <= MOST_FALSE) if rate is None else ("", None)
            yield what, f"{false:.2f}; {beside}", *goal

    if trials:
        told = " · ".join(f"{who} {figures.monthly(trials, who + OF_ALL):.1f}" for who in RULES)
        yield "false pages by the rules on all posts", told, "", None


def _harmless(name: str, trials: Sequence[Trial]) -> Iterator[Line]:
    if trials:
        paged = figures.paging(trials)
        beside = _beside(lambda who: f"{figures.paging(trials, who)}")
        goal = ("", None) if name == "brigade" else ("≤ 2 %", paged <= MOST_PAGING * len(trials))
        yield f"{name}: nights that page", f"{paged} of {len(trials)}; {beside}", *goal


def _others(trials: Sequence[Trial]) -> Iterator[Line]:
    slow = [one for one in trials if one.scenario == "slow burn"]
    if slow:
        yield "slow burn: delay", f"{figures.delays(slow).text}; {_others_delays(slow)}", "", None
    twice = [one for one in trials if one.scenario == "double fire"]
    if twice:
        noticed, of = figures.second_noticed(twice)
        beside = _beside(lambda who: f"{figures.second_noticed(twice, who)[0]}")
        yield "double fire: second one noticed", f"{noticed} of {of}; {beside}", "", None


def _cold(trials: Sequence[Trial]) -> Iterator[Line]:
    burnt = [one for one in trials if one.scenario == "cold fire"]
    if burnt:
        found = figures.delays(burnt)
        share = 1 - found.missed / found.fires
        yield (
            "first 48 h: fires found (5x, 10x), delay",
            f"{share:.0%}; {found.text}; {_others_delays(burnt)}",
            "≥ 90 %",
            share >= 0.9,
        )
    calm = [one for one in trials if one.scenario == "cold calm"]
    if calm:
        mean, most = _false(calm, WATCH)
        told = f"{mean:.2f} on average, {most} at most"
        beside = _beside(lambda who: "{:.2f}, {}".format(*_false(calm, who)))
        yield "first 48 h: false pages", f"{told}; {beside}", "≤ 1", most <= 1


def _false(trials: Sequence[Trial], who: str) -> tuple[float, int]:
    """Return the pages for nothing of a night on average, and of the worst one."""
    false = [len(one.false(who)) for one in trials]
    return sum(false) / len(false), max(false)
