"""Counts in which posts call forth posts: a Hawkes process by generations, minute by minute."""

import numpy as np
from numpy.random import Generator

from bench.nights.character import Character, wandering
from bench.nights.seeds import Counts, Rates

LONGEST_ECHO = 12 * 60
"""Minutes after which a post moves nobody any more."""


def usual(character: Character, rhythm: Rates, chance: Generator) -> Counts:
    """Return what is normal: negative, neutral and positive posts (rows) per minute.

    Each mood echoes itself, so complaints come in clumps; level and mood drift beside the rhythm.
    """
    length = len(rhythm)
    level = wandering(length, character.wander, character.wander_hours, chance)
    mood = wandering(length, character.mood_wander, character.wander_hours, chance)
    rate = character.rate / 60.0 * rhythm * level
    drifts = (mood, np.ones(length), np.ones(length))
    rows = [
        clustered(rate * part * drift, character, chance)
        for part, drift in zip(character.mix, drifts, strict=True)
    ]
    return np.stack(rows)


def clustered(rate: Rates, character: Character, chance: Generator) -> Counts:
    """Return counts with the mean *rate*: immigrants, and generation by generation whom they move.

    The cluster form of Hawkes and Oakes (1974), with Gamma marks and Omori's power law of delays.
    """
    generation = chance.poisson(rate * (1 - character.branching))
    found = generation.copy()
    kernel = character.branching * _delays(character)
    size = 1 << (len(rate) + len(kernel) - 1).bit_length()
    spectrum = np.fft.rfft(kernel, size)
    while generation.any():
        weight = chance.gamma(np.maximum(generation * character.marks, 1e-300)) / character.marks
        moved = np.fft.irfft(np.fft.rfft(weight, size) * spectrum, size)[: len(rate)]
        # Below a millionth the transform's rounding would breed posts out of nothing.
        generation = chance.poisson(np.where(moved > 1e-6, moved, 0.0))
        found += generation
    return found


def _delays(character: Character) -> Rates:
    delays = (1.0 + np.arange(LONGEST_ECHO) / character.echo) ** -(1.0 + character.echo_tail)
    kernel: Rates = delays / delays.sum()
    return kernel
