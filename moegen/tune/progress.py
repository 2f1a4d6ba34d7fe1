"""What a running search tells: a bar on a terminal, plain lines elsewhere, or nothing. Always on standard error."""

from __future__ import annotations

import sys
import time

LINE_EVERY_S = 5.0


class Progress:
    """Hears what the search does and says nothing; the others speak."""

    def begin(self, label: str, done: int, total: int) -> None:
        """A search of `total` trials begins, `done` of which an earlier run has made."""

    def trial(self, done: int, best: dict | None, left_s: float) -> None:
        """`done` trials are over. `best`: time_s, gflops, percent of the roof, once there is one; `left_s`: at most."""

    def note(self, text: str) -> None:
        """Something worth a line."""

    def end(self) -> None:
        """The search that began is over."""


def describe(best: dict | None) -> str:
    """`1.23 ms, 170.1 GFLOP/s, 76% of the roof`."""
    if best is None:
        return "nothing measured yet"
    return f"{duration(best['time_s'])}, {best['gflops']:.4g} GFLOP/s, {best['percent']:.0f}% of the roof"


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.4g} {unit}"
    return f"{seconds * 1e9:.4g} ns"


class Lines(Progress):
    """Plain lines, not more often than every few seconds."""

    def __init__(self, stream=None):
        self._stream = stream or sys.stderr
        self._label, self._total, self._last = "", 0, 0.0
        self._best_s = None

    def begin(self, label, done, total):
        self._label, self._total, self._last, self._best_s = label, total, 0.0, None
        self.note(f"{label}: trial {done}/{total}")

    def trial(self, done, best, left_s):
        improved = best is not None and best["time_s"] != self._best_s
        if not (improved or done >= self._total or time.monotonic() - self._last > LINE_EVERY_S):
            return
        self._last, self._best_s = time.monotonic(), best and best["time_s"]
        self.note(f"{self._label}: trial {done}/{self._total}, best {describe(best)}, at most {left_s:.0f} s left")

    def note(self, text):
        try:
            print(text, file=self._stream, flush=True)
        except (OSError, ValueError):
            pass  # nobody reads it any more; the search is worth finishing all the same


class Bar(Progress):
    """A bar with the trial, the best so far and the time left."""

    def __init__(self):
        import rich.console
        import rich.progress

        self._rich = rich.progress
        self._console = rich.console.Console(stderr=True)
        self._bar = None

    def begin(self, label, done, total):
        self.end()
        columns = [
            self._rich.TextColumn("{task.description}"),
            self._rich.BarColumn(),
            self._rich.TextColumn(
                "trial {task.completed:.0f}/{task.total:.0f}  best {task.fields[best]}  {task.fields[left]}"
            ),
        ]
        self._bar = self._rich.Progress(*columns, console=self._console, transient=True)
        self._task = self._bar.add_task(label, total=total, completed=done, best=describe(None), left="")
        self._bar.start()

    def trial(self, done, best, left_s):
        self._bar.update(self._task, completed=done, best=describe(best), left=f"{left_s:.0f} s left")

    def note(self, text):
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def end(self):
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def for_terminal() -> Progress:
    """The bar where standard error is a terminal, else plain lines."""
    return Bar() if sys.stderr.isatty() else Lines()
