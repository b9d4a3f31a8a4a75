"""Which nights the figures are made of."""

from collections.abc import Iterator, Sequence

from bench.nights.night import Case

RATES = (1.0, 10.0, 100.0, 1000.0, 20000.0)
MULTIPLES = (3.0, 5.0, 10.0, 30.0)
MIXED = (10.0, 100.0, 1000.0)
"""Scenarios that are not about a rate take each in turn."""
HARMLESS = ("tv", "campaign", "viral", "spam", "outage", "late burst", "level shift")
SHARES = {
    "fire": 1.0,
    "slow burn": 3.0,
    "double fire": 2.0,
    "brigade": 3.0,
    "cold fire": 4.0,
    "cold calm": 3.0,
    "calm": 1.0,
}
"""Nights of each scenario in times of the nights per kind of fire."""
BUSY = 5000.0
"""Above this rate nights are long to play: half as many, and no calm fortnights."""


def cases(
    nights: int,
    seeds: Sequence[int],
    *,
    scenarios: Sequence[str] = (),
    rates: Sequence[float] = (),
    multiples: Sequence[float] = (),
) -> list[Case]:
    """Return the nights to try: *nights* for each kind of fire, of the others in proportion."""
    return [
        case
        for case in _all(nights, seeds)
        if (not scenarios or case.scenario in scenarios)
        and (not rates or case.rate in rates)
        and (not multiples or case.multiple in multiples or case.scenario != "fire")
    ]


def _all(nights: int, seeds: Sequence[int]) -> Iterator[Case]:
    for rate in RATES:
        for multiple in MULTIPLES:
            few = max(1, nights // 2) if rate > BUSY else nights
            yield from (Case("fire", rate, multiple, seed) for seed in _some(seeds, few))
    for name in ("slow burn", "double fire", "brigade", *HARMLESS):
        for number, seed in enumerate(_some(seeds, round(nights * SHARES.get(name, 4.0)))):
            rate = MIXED[number % 3]
            yield Case(name, max(rate, 100.0) if name == "slow burn" else rate, _size(name, number), seed)
    for number, seed in enumerate(_some(seeds, round(nights * SHARES["cold fire"]))):
        yield Case("cold fire", MIXED[number % 3], (5.0, 10.0)[number // 3 % 2], seed)
    for number, seed in enumerate(_some(seeds, round(nights * SHARES["cold calm"]))):
        yield Case("cold calm", RATES[number % 4], 1.0, seed)
    for rate in RATES:
        if rate < BUSY:
            yield from (Case("calm", rate, 1.0, seed) for seed in _some(seeds, nights))


def _some(seeds: Sequence[int], count: int) -> Sequence[int]:
    if count > len(seeds):
        raise ValueError(f"{count} nights of one kind were asked for, but there are {len(seeds)} seeds")
    return seeds[:count]


def _size(name: str, number: int) -> float:
    return (5.0, 10.0)[number // 3 % 2] if name == "double fire" else 1.0
