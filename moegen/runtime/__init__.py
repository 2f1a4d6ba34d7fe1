"""Load an artifact, pack weights once, call."""

from __future__ import annotations

from moegen.backends import Routing
from moegen.runtime.layer import Layer, UntunedWarning, load, moe_forward
from moegen.runtime.pool import PoolStatistics, WorkspacePool
from moegen.runtime.record import Stats

__all__ = ["Layer", "PoolStatistics", "Routing", "Stats", "UntunedWarning", "WorkspacePool", "load", "moe_forward"]
