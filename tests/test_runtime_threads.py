"""The runtime under threads and forks: whoever calls, loads or builds meanwhile gets right results in finite time."""

from __future__ import annotations

import os
import threading
import time

import numpy as np
import pytest
from small_layer import SPEC, build_cache, built, fresh, publish, tokens, tuned, weights  # noqa: F401  fixtures

import moegen
from moegen import compile, oracle
from moegen.runtime import layer as layers


def test_many_threads_call_one_layer(tuned, weights):
    layer = moegen.load(SPEC, weights)
    cases = [tokens(num_tokens, seed) for seed, num_tokens in enumerate((1, 3, 40, 120, 7, 64, 200, 2))]
    expected = [layer(x) for x in cases]
    wrong = []

    def call(index):
        for step in range(30):
            case = (index + step) % len(cases)
            if not np.array_equal(layer(cases[case]), expected[case]):
                wrong.append(case)

    run_threads(call, 6)
    assert not wrong
    statistics = layer.pool.statistics()
    assert statistics.in_use == 0 and statistics.workspaces <= 7 and statistics.hits + statistics.misses == 188


def test_many_threads_load_at_once_and_one_builds(monkeypatch):
    builds = []
    monkeypatch.setattr(compile, "build", lambda *args, build=compile.build: builds.append(args) or build(*args))
    weights, x = oracle.make_weights(SPEC, 1), tokens(10)
    results = []
    with pytest.warns(moegen.UntunedWarning) as caught:
        run_threads(lambda index: results.append(moegen.moe_forward(x, weights)), 6)
    assert len(results) == 6 and all(np.array_equal(y, results[0]) for y in results)
    assert len(builds) == 1 and len(caught) == 1


def run_threads(function, count):
    threads = [threading.Thread(target=function, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def in_a_fork(function) -> int:
    """The exit code of a child that runs `function`: 0 where it returned True, -1 where it did not end in 30 s."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if function() else 2
        finally:
            os._exit(code)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return -1


@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_forked_child_calls_and_loads(tuned, weights):
    layer, x = moegen.load(SPEC, weights, threads=2), tokens(100)
    y = layer(x)
    assert in_a_fork(lambda: np.array_equal(layer(x), y)) == 0
    assert in_a_fork(lambda: np.array_equal(moegen.load(SPEC, oracle.make_weights(SPEC, 1))(x), y)) == 0
    assert np.array_equal(layer(x), y)


@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_fork_while_another_thread_holds_every_lock(tuned, weights):
    layer, x = moegen.load(SPEC, weights), tokens(100)
    y = layer(x)
    held, stop = threading.Event(), threading.Event()

    def hold():
        with layers._lock, layer.pool._lock:
            held.set()
            stop.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(60)
    try:
        assert in_a_fork(lambda: np.array_equal(layer(x), y)) == 0
        assert in_a_fork(lambda: np.array_equal(moegen.load(SPEC, weights)(x), y)) == 0
    finally:
        stop.set()
        holder.join()
    assert np.array_equal(layer(x), y)


@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_fork_while_other_threads_call_and_load(tuned, weights):
    layer, x = moegen.load(SPEC, weights, threads=2), tokens(100)
    y = layer(x)
    stop = threading.Event()

    def busy(index):
        while not stop.is_set():
            layer(x)
            moegen.load(SPEC, weights, threads=1)

    threads = [threading.Thread(target=busy, args=(index,)) for index in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            assert (
                in_a_fork(lambda: np.array_equal(layer(x), y) and np.array_equal(moegen.load(SPEC, weights)(x), y)) == 0
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join()
