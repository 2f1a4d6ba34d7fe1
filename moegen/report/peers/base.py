"""What an adapter is made of. An adapter is a module with

    prepare(problem, gate, w1, w2, threads, **options) -> call      call(x) -> y; weights converted before the clock
    versions() -> dict                                              what it runs on (optional)
    memory(call, problem) -> dict                                   bytes it holds, by name (optional)
    inputs(x) -> native x,   result(y) -> NumPy y                   conversions outside the clock (optional)

Arrays given: gate (H,E), w1 (E,H,I), w2 (E,I,H), x (T,H), all float32, C-contiguous and read-only.
"""

from __future__ import annotations


class Missing(Exception):
    """What an implementation needs is not installed, or it cannot run this problem; the message says what is wanted."""
