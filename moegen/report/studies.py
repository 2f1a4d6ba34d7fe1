"""Measurements that run inside one contestant's process: steps against their scalar forms, the pool, serving."""

from __future__ import annotations

import ctypes
import pathlib
import resource
import threading
import time

import numpy as np

from moegen.report import stats

_MOST_ERROR = 2e-5  # of a step against float64
_GEMM_SIZES = (96, 256, 512)
GEMM = "GEMM ({} x {} x {})".format(*_GEMM_SIZES)


def run(name: str, contestant, **arguments) -> dict:
    """The rows of the study called `name`; `contestant` has its layer prepared."""
    return {"rows": {"micro": _micro, "pool": _pool, "serve": _serve}[name](contestant, **arguments)}


def _row(impl: str, label: str, by_round: list[float], **more) -> dict:
    interval = stats.median_interval(by_round)
    return {
        "impl": impl,
        "label": label,
        "median_s": interval.median,
        "ci_s": [interval.low, interval.high],
        "ci_coverage": interval.coverage,
        "rounds": len(by_round),
        "status": "timed",
        "by_round": {str(number): seconds for number, seconds in enumerate(by_round)},
        **more,
    }


# ----------------------------------------------------------------------------------------- SIMD against scalar, by step


def _softmax(v):
    e = np.exp(v - v.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _gelu(v):
    return 0.5 * v * (1 + np.tanh(np.sqrt(2 / np.pi) * (v + 0.044715 * v**3)))


def _micro(contestant, rounds: int = 15) -> list[dict]:
    """Router softmax, relu, gelu and a GEMM: each with its SIMD step alone switched off.

    One thread, operands in cache, the two forms alternating; each is compared with float64 before it is timed.
    """
    from moegen.report.peers import ladder

    spec = contestant.problem.spec
    rng = np.random.default_rng(0)
    logits = rng.standard_normal((1024, 64)).astype(np.float32)
    hidden = rng.standard_normal((96, 1024)).astype(np.float32)
    cases = {
        "simd softmax": ("router softmax (1024 x 64)", "ladder_softmax", logits, (1024, 64, 64), _softmax),
        "relu": ("relu (96 x 1024)", "ladder_relu", hidden, (hidden.size,), lambda v: np.maximum(v, 0)),
        "gelu": ("gelu (96 x 1024)", "ladder_gelu", hidden, (hidden.size,), _gelu),
    }
    rows = []
    for key, (title, symbol, start, sizes, exact) in cases.items():
        step = key if key in ladder.STEPS else "simd activation"
        rows += _forms(
            title, step, rounds, lambda steps: _step(ladder.library(spec, steps), symbol, start, sizes, exact)
        )
    return rows + _forms(GEMM, "simd gemm", rounds, lambda steps: _gemm(ladder.library(spec, steps)), 5)


def _forms(title, step, rounds, make, samples=20):
    """Rows of `make(steps)` with every step, and with all but `step`."""
    from moegen.report.peers import ladder

    forms = {"SIMD": ladder.STEPS, "scalar": [s for s in ladder.STEPS if s != step]}
    times = _alternate({form: make(steps) for form, steps in forms.items()}, rounds, samples)
    return [_row("ladder", f"{title}: {form}", times[form], name=title, form=form, dtype="f32") for form in forms]


def _proved(symbol, found, wanted):
    error = np.linalg.norm(found - wanted) / np.linalg.norm(wanted)
    if not error < _MOST_ERROR:
        raise ArithmeticError(f"{symbol} is off by {error:.3g}; not timed")


def _step(library, symbol, start, sizes, exact):
    """A call of one step on a fresh copy of `start`, proved against float64."""
    function = getattr(library, symbol)
    function.restype = None
    data = start.copy()
    longs = [ctypes.c_long(size) for size in sizes]

    def call():
        np.copyto(data, start)
        begin = time.perf_counter()
        function(ctypes.c_void_p(data.ctypes.data), *longs)
        return time.perf_counter() - begin

    call()
    _proved(symbol, data, exact(start.astype(np.float64)))
    return call


def _gemm(library):
    """A call of one block of rows times one packed matrix, proved against float64."""
    library.ladder_panel.restype = ctypes.c_long
    panel, (rows, depth, columns) = library.ladder_panel(), _GEMM_SIZES
    rng = np.random.default_rng(0)
    a, w = (rng.standard_normal(shape, dtype=np.float32) for shape in ((rows, depth), (depth, columns)))
    panels = np.ascontiguousarray(w.reshape(depth, columns // panel, panel).transpose(1, 0, 2))
    out = np.empty((rows, columns), np.float32)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (a, panels, out)]
    longs = [ctypes.c_long(size) for size in _GEMM_SIZES]

    def call():
        begin = time.perf_counter()
        library.ladder_gemm(pointers[0], longs[0], pointers[1], longs[1], longs[2], pointers[2])
        return time.perf_counter() - begin

    call.held = (a, panels, out)  # `pointers` are addresses alone
    call()
    _proved("ladder_gemm", out, a.astype(np.float64) @ w)
    return call


def _alternate(calls: dict, rounds: int, samples: int = 20) -> dict[str, list[float]]:
    times = {name: [] for name in calls}
    for number in range(rounds):
        for name in sorted(calls, reverse=bool(number % 2)):
            times[name].append(float(np.median([calls[name]() for _ in range(samples)])))
    return times


# ------------------------------------------------------------------------------------------------------------ the pool


def _pool(contestant, calls: int) -> list[dict]:
    """Workspace from the pool against workspace allocated at every call, alternating; latency percentiles of each."""
    from moegen.report.peers import moegen_

    layer, x = contestant.call, contestant.inputs[0]
    forms = {"pool": layer, "allocated at each call": moegen_.without_pool(layer)}
    nbytes, y = layer._kernel.workspace_bytes(len(x)), layer(x)
    before = {name: form.pool.statistics().misses for name, form in forms.items()}
    times = {name: [] for name in forms}
    for number in range(calls):
        for name in sorted(forms, reverse=bool(number % 2)):
            begin = time.perf_counter()
            forms[name](x, out=y)
            times[name].append(time.perf_counter() - begin)
    rows = []
    for name, samples in times.items():
        p50 = stats.percentile(samples, 50)
        rows.append(
            _row(
                "moegen",
                name,
                _blocks(samples),
                dtype="f32",
                tokens=len(x),
                iterations=calls,
                workspace_bytes=nbytes,
                allocations=forms[name].pool.statistics().misses - before[name],
                p50_s=p50,
                p95_s=stats.percentile(samples, 95),
                p99_s=stats.percentile(samples, 99),
                spikes=int(np.count_nonzero(np.asarray(samples) > 2 * p50)),
            )
        )
    return rows


def _blocks(samples, count: int = 20) -> list[float]:
    """Medians of consecutive blocks, so that an interval over them allows for drift."""
    return [float(np.median(block)) for block in np.array_split(np.asarray(samples), min(count, len(samples)))]


# ------------------------------------------------------------------------------------------------------------- serving


def _serve(contestant, seconds: float, callers: int) -> list[dict]:
    """`callers` threads call one loaded layer for `seconds`; every result is compared with the first of its input."""
    layer, inputs = contestant.call, contestant.inputs
    wanted = [layer(x) for x in inputs]
    for _ in range(callers):
        layer(inputs[0])
    before, memory = layer.pool.statistics(), []
    latencies: list[list[float]] = [[] for _ in range(callers)]
    attempts, failures = [0] * callers, [0] * callers
    deadline = time.perf_counter() + seconds

    def caller(number):
        at = number
        while time.perf_counter() < deadline:
            x, want = inputs[at % len(inputs)], wanted[at % len(inputs)]
            at += 1
            attempts[number] += 1
            begin = time.perf_counter()
            try:
                y = layer(x)
            except MemoryError:
                failures[number] += 1
                continue
            latencies[number].append(time.perf_counter() - begin)
            failures[number] += not np.array_equal(y, want)

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(callers)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        memory.append([time.perf_counter() - begin, _resident_bytes()])
        threads[0].join(min(1.0, seconds / 20))
        for thread in threads:
            thread.join(0.01)
    elapsed = time.perf_counter() - begin
    after = layer.pool.statistics()
    samples = [value for own in latencies for value in own]
    taken = after.hits + after.misses - before.hits - before.misses
    tokens = len(inputs[0])
    return [
        _row(
            "moegen",
            f"{callers} callers",
            _blocks(samples),
            dtype="f32",
            tokens=tokens,
            iterations=len(samples),
            callers=callers,
            seconds=elapsed,
            calls_per_s=len(samples) / elapsed,
            tokens_per_s=tokens * len(samples) / elapsed,
            success_rate=1 - sum(failures) / sum(attempts),
            p50_s=stats.percentile(samples, 50),
            p95_s=stats.percentile(samples, 95),
            p99_s=stats.percentile(samples, 99),
            pool_hit_rate=(after.hits - before.hits) / taken,
            pool_bytes=after.bytes,
            memory=memory,
        )
    ]


def _resident_bytes() -> int:
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
