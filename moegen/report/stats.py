"""Medians and intervals that assume nothing about the shape of a distribution."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from moegen.tune import evidence


@dataclasses.dataclass(frozen=True)
class Interval:
    """A median with an interval around it; `coverage` is the probability that the interval holds the true median."""

    median: float
    low: float
    high: float
    coverage: float


def coverage(count: int, trim: int) -> float:
    """Probability that the median lies between the (trim+1)-th smallest and largest of `count` independent samples."""
    outside = sum(math.comb(count, below) for below in range(trim + 1)) / 2.0**count
    return max(0.0, 1 - 2 * outside)


def median_interval(samples, confidence: float = 0.95) -> Interval:
    """The median and the narrowest symmetric order-statistic interval of at least `confidence`.

    Under 6 samples no such interval reaches 95%: then it is the whole range, and `coverage` says what that is worth.

    Raises
    ------
    ValueError
        If there is no sample.
    """
    ordered = np.sort(np.asarray(samples, np.float64))
    if not len(ordered):
        raise ValueError("no samples to take a median of")
    trim = 0
    while 2 * (trim + 1) < len(ordered) and coverage(len(ordered), trim + 1) >= confidence:
        trim += 1
    return Interval(
        float(np.median(ordered)), float(ordered[trim]), float(ordered[-1 - trim]), coverage(len(ordered), trim)
    )


def speedup(slower: dict[int, float], faster: dict[int, float]) -> tuple[float, float, float]:
    """How many times faster, with a 95% interval, from seconds by round; only rounds that both have count.

    Raises
    ------
    ValueError
        If they share no round.
    """
    logs = [math.log(slower[number] / faster[number]) for number in sorted(set(slower) & set(faster))]
    return tuple(math.exp(value) for value in evidence.estimate(logs))


def percentile(samples, percent: float) -> float:
    return float(np.percentile(np.asarray(samples, np.float64), percent))
