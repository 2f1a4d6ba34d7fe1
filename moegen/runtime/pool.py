"""Workspaces: taken for the time of a call, grown once, then reused by every layer of the process."""

from __future__ import annotations

import bisect
import dataclasses
import operator
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any

_nbytes = operator.attrgetter("nbytes")
_pools: weakref.WeakSet[WorkspacePool] = weakref.WeakSet()
_shared: dict[tuple[str, int], WorkspacePool] = {}


@dataclasses.dataclass(frozen=True)
class PoolStatistics:
    """What a pool did and holds.

    Attributes
    ----------
    hits, misses : int
        Calls that found a workspace waiting, and calls for which one was allocated.
    workspaces, bytes : int
        Held now, in use or waiting.
    in_use : int
        Workspaces that calls hold now.
    high_water_bytes : int
        The largest `bytes` has been.
    """

    hits: int
    misses: int
    workspaces: int
    bytes: int
    in_use: int
    high_water_bytes: int


class WorkspacePool:
    """Workspaces of one backend. Concurrent calls get one each, so there are as many as calls ever ran at a time.

    A call takes the smallest that is large enough, and of several such the one given back last, which is warm. Where
    none is, the largest that waits gives way to a new one: a pool used by one call at a time holds one workspace.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting: list[Any] = []  # ascending by nbytes
        self._hits = self._misses = self._in_use = self._bytes = self._high_water = 0
        _pools.add(self)

    def take(self, nbytes: int, allocate: Callable[[int], Any], limit: int | None = None) -> Any:
        """A workspace of at least `nbytes` that is the caller's until `give`.

        Parameters
        ----------
        nbytes : int
        allocate : function of a number of bytes
            Makes a new one; called without the pool's lock.
        limit : int, optional
            What a new one must not exceed.

        Raises
        ------
        MemoryError
            If there is no room for a new one.
        """
        with self._lock:
            at = bisect.bisect_left(self._waiting, nbytes, key=_nbytes)
            if at < len(self._waiting):
                self._hits += 1
                self._in_use += 1
                return self._waiting.pop(at)
            outgrown = self._waiting.pop() if self._waiting else None
            if outgrown is not None:
                self._bytes -= outgrown.nbytes
        del outgrown  # its memory is free before more is asked for
        workspace = allocate(_rounded(nbytes, limit))
        with self._lock:
            self._misses += 1
            self._in_use += 1
            self._bytes += workspace.nbytes
            self._high_water = max(self._high_water, self._bytes)
        return workspace

    def give(self, workspace: Any) -> None:
        """Hand back what `take` gave."""
        with self._lock:
            self._in_use -= 1
            bisect.insort_left(self._waiting, workspace, key=_nbytes)

    def clear(self) -> None:
        """Let go of every workspace that waits."""
        with self._lock:
            self._bytes -= sum(map(_nbytes, self._waiting))
            self._waiting = []

    def statistics(self) -> PoolStatistics:
        with self._lock:
            return PoolStatistics(
                hits=self._hits,
                misses=self._misses,
                workspaces=self._in_use + len(self._waiting),
                bytes=self._bytes,
                in_use=self._in_use,
                high_water_bytes=self._high_water,
            )

    def _after_fork(self) -> None:
        """In the child: nobody holds the lock, and calls that ran in the parent's threads do not run here."""
        self._lock = threading.Lock()
        self._in_use = 0
        self._bytes = sum(map(_nbytes, self._waiting))


def shared(backend: str, device: int = 0) -> WorkspacePool:
    """The process's pool for a device of a backend."""
    return _shared.get((backend, device)) or _shared.setdefault((backend, device), WorkspacePool())


def _rounded(nbytes: int, limit: int | None) -> int:
    """Up by at most an eighth, so that calls that grow by a token at a time do not allocate at each."""
    step = 1 << max(12, nbytes.bit_length() - 4)
    rounded = -(-nbytes // step) * step
    return rounded if limit is None else max(nbytes, min(rounded, limit))


def _reset_pools() -> None:
    for pool in list(_pools):
        pool._after_fork()


os.register_at_fork(after_in_child=_reset_pools)
