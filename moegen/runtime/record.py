"""What a running layer tells of itself: calls, tokens, the load of its experts, and how long calls took."""

from __future__ import annotations

import dataclasses
import os
import threading
import weakref

import numpy as np

from moegen.runtime.pool import PoolStatistics

KEPT_TIMES = 4096  # of the latest calls, for percentiles
PERCENTILES = (50, 90, 99)
_records: weakref.WeakSet[Record] = weakref.WeakSet()


@dataclasses.dataclass(frozen=True)
class Stats:
    """Statistics of a layer since it was loaded.

    Attributes
    ----------
    calls, tokens : int
    expert_counts : array (E,) int64
        Tokens that each expert served.
    time_s : float
        Seconds of all calls together.
    time_percentiles_s : dict of int to float
        Seconds that 50, 90 and 99 percent of the latest 4096 calls took at most; empty before the first call.
    pool : PoolStatistics
        Of the workspaces, which all layers of the backend share.
    """

    calls: int
    tokens: int
    expert_counts: np.ndarray
    time_s: float
    time_percentiles_s: dict[int, float]
    pool: PoolStatistics


class Record:
    """Counts and times of one layer, added to by any number of threads."""

    def __init__(self, num_experts: int):
        self._lock = threading.Lock()
        self._counts = np.zeros(num_experts, np.int64)
        self._times = np.zeros(KEPT_TIMES)
        self._calls = self._tokens = 0
        self._time = 0.0
        _records.add(self)

    def add(self, num_tokens: int, counts, seconds: float) -> None:
        """Count one call; `counts` (E,) may lie on a device."""
        if not isinstance(counts, np.ndarray):
            counts = counts.cpu().numpy() if hasattr(counts, "cpu") else counts.get()
        with self._lock:
            self._times[self._calls % KEPT_TIMES] = seconds
            self._calls += 1
            self._tokens += num_tokens
            self._counts += counts
            self._time += seconds

    def stats(self, pool: PoolStatistics) -> Stats:
        with self._lock:
            times = self._times[: self._calls].copy()
            percentiles = np.percentile(times, PERCENTILES) if len(times) else ()
            return Stats(
                self._calls,
                self._tokens,
                self._counts.copy(),
                self._time,
                dict(zip(PERCENTILES, map(float, percentiles))),
                pool,
            )


def _after_fork() -> None:
    """In the child nobody holds the locks."""
    for record in list(_records):
        record._lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
