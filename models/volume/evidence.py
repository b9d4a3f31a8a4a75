"""How surprising a count is: the negative-binomial generalised likelihood ratio, over eight time scales."""

from math import log, log1p, sqrt

SCALES = (1, 2, 5, 10, 20, 30, 60, 120)
"""Minutes over which counts are compared with the expectation."""
SHORT = 5
"""So many of the scales are at most 20 minutes: they judge whether a fire still burns."""
FLOOR = 1e-6
"""The smallest expectation, so that a first post is surprising but finite."""


def surprise(count: float, expected: float, inverse_k: float) -> float:
    """Return G in nats: how much better a raised mean explains *count* than *expected* does.

    The log-likelihood ratio of the negative binomial with size k = 1 / *inverse_k* at its maximum
    (Hilbe 2011, eq. 8.7, over Lai 1995's window-limited rule); 0 where nothing is in excess, and
    never decreasing in *count*.
    """
    mean = max(expected, FLOOR)
    if count <= mean:
        return 0.0
    k = 1.0 / inverse_k
    # (Y + k) ln((Y + k) / (M + k)) by log1p: k may be a million times the excess.
    return max(0.0, count * log(count / mean) - (count + k) * log1p((count - mean) / (mean + k)))


def upper(expected: float, inverse_k: float, z: float = 2.326) -> float:
    """Return the upper 99 % bound of a count, by Wilson and Hilferty (1931) on the matching Gamma."""
    mean = max(expected, FLOOR)
    shape = mean / (1.0 + mean * inverse_k)
    cube = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * sqrt(shape))
    return max(mean * cube * cube * cube, mean + 1.0) if cube > 0 else mean + 1.0


def wilson(hits: float, trials: float, z: float = 1.645) -> tuple[float, float]:
    """Return the 90 % interval of a share (Wilson 1927); (0, 1) without trials."""
    if trials <= 0:
        return 0.0, 1.0
    share = min(hits / trials, 1.0)
    centre = share + z * z / (2 * trials)
    half = z * sqrt(max(share * (1 - share), 0.0) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def divergence(share: float, usual: float) -> float:
    """Return the Kullback-Leibler divergence of two Bernoulli shares, in nats (0 unless risen)."""
    if share <= usual:
        return 0.0
    rest = (1 - share) * log((1 - share) / (1 - usual)) if share < 1 else 0.0
    return share * log(share / usual) + rest
