"""The search: `tune` finds the fastest config of each token bucket, proves it, and publishes the artifact.

`run` leads through it; `study` asks and remembers, `trial` builds and judges one config by means of `worker`, a process
of its own, and `evidence` says what the measurements are worth.
"""

from __future__ import annotations

__all__ = ["tune"]


def __getattr__(name: str):
    if name == "tune":  # imports Optuna, which who only names this package need not wait for
        from moegen.tune.run import tune

        return tune
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
