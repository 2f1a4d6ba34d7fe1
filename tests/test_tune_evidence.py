"""What measurements are worth: the signed-rank test and interval, the roof's bound, and the verdict of a duel."""

from __future__ import annotations

import itertools
import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moegen import backends, compile, oracle
from moegen.backends import Roof
from moegen.errors import AccuracyError
from moegen.spec import MoeSpec
from moegen.tune import evidence, worker


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_signed_rank_counts_are_those_of_all_sign_patterns(count):
    ways = np.zeros(count * (count + 1) // 2 + 1)
    for signs in itertools.product((0, 1), repeat=count):
        ways[sum(rank for rank, sign in enumerate(signs, 1) if sign)] += 1
    assert np.array_equal(evidence.signed_rank_counts(count), ways)


def test_p_slower_known_values():
    assert evidence.p_slower([0.1, 0.2, 0.3, 0.4, 0.5]) == pytest.approx(1 / 32)
    assert evidence.p_slower([-0.1, -0.2, -0.3, -0.4, -0.5]) == 1.0
    assert evidence.p_slower([0.0, 0.0]) == 1.0
    # Both ways of computing it agree where they meet.
    values = np.random.default_rng(0).normal(0.2, 1, 41)
    exact = evidence.p_slower(values[:40])
    assert evidence.p_slower(np.append(values[:40], 1e-9)) == pytest.approx(exact, abs=0.02)


def test_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    for count in (8, 20, 60):
        hits = 0
        for _ in range(400):
            centre, low, high = evidence.estimate(rng.standard_t(3, count) * 0.02 + 0.05)
            assert low <= centre <= high
            hits += low <= 0.05 <= high
        assert 0.92 <= hits / 400 <= 0.985


def test_one_disturbed_round_does_not_move_the_estimate():
    quiet = np.linspace(0.04, 0.06, 11)
    centre, low, high = evidence.estimate(np.append(quiet, 3.0))
    assert centre == pytest.approx(0.05, abs=0.005) and 0 < low < high < 0.1


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=50))
def test_estimate_is_symmetric(values):
    centre, low, high = evidence.estimate(values)
    mirrored = evidence.estimate([-each for each in values])
    assert mirrored == pytest.approx((-centre, -high, -low))


def test_hopeless_stops_the_slow_and_keeps_the_equal():
    assert not evidence.hopeless([math.log(3)])
    assert evidence.hopeless([math.log(1.3), math.log(1.25)])
    assert not evidence.hopeless([math.log(1.3), math.log(1.1)])
    assert evidence.hopeless([0.02, 0.03, 0.01, 0.04, 0.02])
    assert not evidence.hopeless([0.02, -0.03, 0.01, 0.04, 0.02])


def test_doubtful_is_what_seems_faster_but_may_not_be():
    assert evidence.doubtful([-0.02, 0.01, -0.03]) and not evidence.doubtful([]) and not evidence.doubtful([0.02, 0.01])
    sure = [-0.02, -0.01, -0.03, -0.01, -0.02]
    assert evidence.surely_faster(sure) and not evidence.doubtful(sure)


def test_bound_is_the_larger_of_arithmetic_and_memory():
    spec = MoeSpec(64, 256, 8)
    roof = Roof(flops=1e9, bytes=1e9)
    assert evidence.bound_s(spec, 10_000, 8, roof) == pytest.approx(spec.flops(10_000) / 1e9)
    weights = 2 * 64 * (256 + 256) * 4  # two experts
    assert evidence.bound_s(spec, 1, 2, Roof(1e15, 1e9)) == pytest.approx((weights + 64 * 4 * (2 + 8)) / 1e9)
    half = evidence.least_bytes(MoeSpec(64, 256, 8, dtype="bf16"), 1, 2) - 64 * 4 * (2 + 8)
    assert half == weights / 2


def test_verdict_tells_gain_interval_and_percentage():
    spec = MoeSpec(64, 256, 8)
    drift = np.linspace(1, 2, 12)  # the machine slows down to half; the ratio and the percentage stay
    rounds = [
        {"times": [1e-3 * slow, 1.25e-3 * slow], "roof": Roof(spec.flops(4096) / 0.8e-3 / slow, 1e15)} for slow in drift
    ]
    found = evidence.verdict(spec, 4096, 8, rounds)
    assert found["vs_default"] == pytest.approx(1.25) and found["vs_default_ci"] == pytest.approx([1.25, 1.25])
    assert found["percent_of_roof"] == pytest.approx(80) and found["rounds"] == 12
    assert found["time_s"] == pytest.approx(1.5e-3) and found["gflops"] == pytest.approx(
        spec.flops(4096) / 1.5e-3 / 1e9
    )


def test_best_against_takes_the_ratio_within_rounds():
    drift = np.linspace(1, 3, 9)
    times = np.stack([drift, 0.9 * drift, 1.1 * drift], axis=1)
    assert evidence.best_against(times, 0) == 1


SHARED = {"scoring": "sigmoid", "score_bias": True, "shared_intermediate_size": 24, "shared_gate": True}


@pytest.mark.parametrize("features", [{}, SHARED])
def test_hard_cases_of_large_layers_get_the_answers_of_their_own(features, monkeypatch):
    """One pass over the experts answers for all cases; each answer is that of its own tokens and router."""
    spec = MoeSpec(24, 40, 6, 2, **features)
    bench = worker.Bench(spec, backends.find_target("scalar", spec), 1, 0, 1 << 20)
    monkeypatch.setattr(worker, "_LARGE_BYTES", 0)
    cases = list(bench._hard_cases(9, 50))
    assert [name for name, *_ in cases] == list(oracle.HARD_ROUTINGS)
    for name, x, weights, answer in cases:
        alone = oracle.forward(x, weights, spec)
        np.testing.assert_array_equal(answer.indices, alone.indices, name)
        np.testing.assert_allclose(answer.y, alone.y, rtol=1e-12, atol=1e-12 * np.abs(alone.y).max(), err_msg=name)
        np.testing.assert_array_equal(answer.counts, alone.counts)


def _rounded(numbers):
    return numbers.astype(ml_dtypes.bfloat16).astype(np.float32)


def test_every_type_of_x_that_kernels_read_is_proved(monkeypatch, tmp_path):
    """What is timed is proved: x in the narrow type and y like it, on numbers that it holds, and float32 beside it."""
    spec = MoeSpec(16, 24, 3, 2)
    target = backends.find_target("scalar", spec)
    room = backends.get("cpu")
    layout = room.space.layouts(spec, target)[0]
    monkeypatch.setenv("MOEGEN_HOME", str(tmp_path))
    built = compile.build(spec, target, layout, {4: room.space.default(spec, target, layout, 4, room.target.machine())})
    binary = worker.Binary(str(built.folder), built.library, layout)
    monkeypatch.setattr(room.target, "as_used", lambda spec, numbers: _rounded(numbers))
    monkeypatch.setattr(room.kernel.Kernel, "as_used", lambda self, x: x.astype(ml_dtypes.bfloat16))
    monkeypatch.setattr(room.kernel.Kernel, "hand_back", lambda self, y, like: y.astype(np.float32))
    monkeypatch.setattr(oracle, "kernel_tolerance", lambda spec, backend: 6e-3)
    bench = worker.Bench(spec, target, 1, 0, 1 << 20)
    assert np.array_equal(bench.weights.gate, _rounded(bench.weights.gate))
    bench.prepare([(4, "balanced", 1)])
    assert 1e-4 < bench.prove(binary, [(4, "balanced", 1)]) < 6e-3  # y in bfloat16 beside one in float32
    bench.prove_hard(binary, 4, 5)
    bench.make_inputs(binary, 4)
    assert [x.dtype.name for x in bench._accepted[4]] == ["bfloat16"]
    assert bench.duel(binary, binary, 4, 0.01, 2, 2)["time_s"] > 0 and bench.whole(binary, 9, 3)["error"] < 6e-3
    sound = room.kernel.Kernel.forward

    def forward(self, x, packed, y, *arguments, **named):
        sound(self, x, packed, y, *arguments, **named)
        if y.dtype != np.float32:
            y[0] = 0

    monkeypatch.setattr(room.kernel.Kernel, "forward", forward)
    with pytest.raises(AccuracyError):
        bench.prove(binary, [(4, "balanced", 1)])
