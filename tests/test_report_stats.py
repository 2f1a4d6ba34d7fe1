"""Medians, intervals and speedups."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moegen.report import stats


def test_interval_of_six_samples_is_their_range():
    interval = stats.median_interval([3, 1, 2, 6, 5, 4])
    assert (interval.median, interval.low, interval.high) == (3.5, 1, 6)
    assert interval.coverage == pytest.approx(1 - 2 / 2**6)


def test_too_few_samples_say_what_their_range_is_worth():
    assert stats.median_interval([1, 2, 3]).coverage == pytest.approx(0.75)
    assert stats.median_interval([1.5]).coverage == 0


def test_interval_holds_the_median_as_often_as_it_says():
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(1000):
        interval = stats.median_interval(rng.exponential(size=15))
        hits += interval.low <= math.log(2) <= interval.high
    assert 0.94 <= hits / 1000 <= 0.99


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=40))
@settings(deadline=None, max_examples=50)
def test_interval_is_ordered_and_covers_enough(samples):
    interval = stats.median_interval(samples)
    assert min(samples) <= interval.low <= interval.median <= interval.high <= max(samples)
    assert interval.coverage >= 0.95 or len(samples) < 6


def test_no_samples_are_an_error():
    with pytest.raises(ValueError, match="no samples"):
        stats.median_interval([])


def test_speedup_pairs_rounds_so_that_common_drift_cancels():
    drift = {number: 1 + number for number in range(9)}
    slow = {number: 3 * scale for number, scale in drift.items()}
    middle, low, high = stats.speedup({**slow, 99: 1000.0}, drift)
    assert (middle, low, high) == pytest.approx((3, 3, 3))
    with pytest.raises(ValueError):
        stats.speedup({0: 1.0}, {1: 1.0})
