"""Load balance on routings small enough to work out by hand, and its invariants on drawn ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import seeds

from moegen import oracle, routing
from moegen.errors import ShapeError, SpecError
from moegen.spec import MoeSpec, MoeWeights


def test_counts_and_utilisation():
    counts = routing.count([[0, 2], [2, 0], [2, 3]], 4)
    assert counts.tolist() == [2, 0, 3, 1]
    assert routing.utilisation(counts).tolist() == [2 / 3, 0, 1, 1 / 3]
    assert routing.utilisation(counts, capacity=2).tolist() == [1, 0, 1, 0.5]
    assert routing.utilisation([0, 0]).tolist() == [0, 0]
    with pytest.raises(ShapeError, match="0 to 3"):
        routing.count([[4]], 4)
    with pytest.raises(SpecError):
        routing.utilisation(counts, capacity=0)


def test_balance_loss_of_even_and_collapsed_routers():
    assert routing.balance_loss(np.eye(4) * 50, 1) == pytest.approx(1)  # each token its own expert
    collapsed = np.zeros((6, 4))
    collapsed[:, 2] = 50
    assert routing.balance_loss(collapsed, 1) == pytest.approx(4)
    assert routing.balance_loss(np.zeros((6, 4)), 4) == pytest.approx(4)
    assert routing.balance_loss(np.zeros((0, 4)), 2) == 0


def test_balance_loss_takes_layers_and_masks():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 6, 4))
    assert routing.balance_loss([a, b], 2) == pytest.approx(routing.balance_loss(np.concatenate([a, b]), 2))
    mask = np.array([[1, 1, 0], [1, 0, 1]])
    assert routing.balance_loss(a, 2, mask) == pytest.approx(routing.balance_loss(a[mask.ravel() == 1], 2))
    with pytest.raises(ShapeError):
        routing.balance_loss(a, 2, np.ones(5))


def test_z_loss():
    assert routing.z_loss(np.zeros((3, 8))) == pytest.approx(math.log(8) ** 2)
    assert routing.z_loss(np.full((3, 1), 1000.0)) == pytest.approx(1e6)
    assert routing.z_loss(np.zeros((0, 8))) == 0
    with pytest.raises(ShapeError):
        routing.z_loss(np.zeros(8))


def test_capacity_rounds_up_whole_numbers_exactly():
    assert routing.capacity(8, 2, 4) == 5
    assert routing.capacity(64, 1, 10, 1.25) == 8
    assert routing.capacity(1, 1, 64) == 1
    assert routing.capacity(10, 3, 7, 1.1) == math.ceil(33 / 7)
    for factor in (0, -1, math.nan, math.inf):
        with pytest.raises(SpecError):
            routing.capacity(8, 2, 4, factor)


def test_first_choices_and_earlier_tokens_come_first():
    indices = np.array([[1, 0], [0, 1], [0, 1]])
    weights = np.array([[0.6, 0.4], [0.7, 0.3], [0.9, 0.1]], np.float32)
    kept = routing.drop(indices, weights, 2, capacity=2)
    # Expert 0: first choices of tokens 1 and 2, then the second choice of token 0. Expert 1: token 0, then token 1.
    assert kept.kept.tolist() == [[True, False], [True, True], [True, False]]
    assert kept.weights.dtype == np.float32 and kept.weights[0, 1] == 0 and kept.weights[0, 0] == np.float32(0.6)
    assert kept.counts.tolist() == [2, 2] and kept.dropped == 2


def test_larger_weights_come_first():
    indices = np.array([[0], [0], [0], [1]])
    weights = np.array([[0.2], [0.9], [0.9], [0.1]])
    assert routing.drop(indices, weights, 2, 1, priority="weight").kept.ravel().tolist() == [False, True, False, True]
    assert routing.drop(indices, weights, 2, 1).kept.ravel().tolist() == [True, False, False, True]
    with pytest.raises(SpecError, match="priority"):
        routing.drop(indices, weights, 2, 1, priority="luck")
    with pytest.raises(ShapeError):
        routing.drop(indices, weights[:2], 2, 1)


@given(seeds, st.integers(0, 30), st.integers(1, 4), st.integers(0, 12), st.sampled_from(routing.PRIORITIES))
def test_nothing_drops_while_there_is_room(seed, num_tokens, top_k, capacity, priority):
    rng = np.random.default_rng(seed)
    indices = np.argsort(rng.random((num_tokens, 5)), axis=1)[:, :top_k]
    weights = rng.random(indices.shape)
    kept = routing.drop(indices, weights, 5, capacity, priority)
    totals = routing.count(indices, 5)
    assert np.array_equal(kept.counts, np.minimum(totals, capacity))
    assert np.array_equal(routing.count(indices[kept.kept], 5), kept.counts)
    assert kept.dropped == np.maximum(totals - capacity, 0).sum()
    assert (kept.weights[kept.kept] == weights[kept.kept]).all() and not kept.weights[~kept.kept].any()
    if priority == "weight":
        for e in range(5):
            mine = indices == e
            if (mine & ~kept.kept).any() and capacity:
                assert weights[mine & kept.kept].min() >= weights[mine & ~kept.kept].max()


def test_dropped_tokens_lose_that_experts_part():
    spec = MoeSpec(8, 6, 3, 2)
    w, x = oracle.make_weights(spec), oracle.make_tokens(spec, 7)
    full = oracle.forward(x, w, spec)
    kept = routing.drop(full.indices, full.weights, 3, capacity=3)
    assert kept.dropped
    y = oracle.forward(x, w, spec, full.indices, kept.weights).y
    changed = (y != full.y).any(axis=1)
    assert np.array_equal(changed, ~kept.kept.all(axis=1))


def test_dynamic_capacity_follows_the_load():
    follower = routing.DynamicCapacity(headroom=0.1)
    assert follower.update([10, 10, 10, 30]) == pytest.approx(2 * 1.1)  # rises at once
    for _ in range(100):
        follower.update([10, 10, 10, 10])
    assert follower.factor == pytest.approx(1.1, rel=1e-3)
    assert follower.update([0, 0, 0, 0]) == pytest.approx(1.1, rel=1e-3)
    assert follower.update([100, 0, 0, 0]) == 4.0
    assert follower.capacity(10, 2, 4) == 20
    with pytest.raises(SpecError):
        routing.DynamicCapacity(factor=0.5)


def test_bias_moves_towards_the_idle():
    bias = routing.update_bias(np.zeros(3), [5, 1, 3], rate=0.1)
    assert bias.dtype == np.float32 and np.allclose(bias, [-0.1, 0.1, 0])
    with pytest.raises(ShapeError):
        routing.update_bias(np.zeros(3), [1, 2])


def test_bias_updates_balance_a_skewed_router():
    spec = MoeSpec(32, 4, 8, 2, scoring="sigmoid", score_bias=True)
    w = oracle.make_weights(spec)
    bias = np.zeros(8, np.float32)
    spread = []
    for step in range(400):
        x = oracle.make_tokens(spec, 256, seed=step, routing="skewed", gate=w.gate)
        now = MoeWeights(w.gate, w.w1, w.w2, score_bias=bias)
        counts = routing.count(oracle.choose(oracle.router_logits(x, now), now, spec), 8)
        spread.append(counts.max() / counts.mean())
        bias = routing.update_bias(bias, counts, rate=0.01)
    assert spread[0] > 1.6 and np.mean(spread[-20:]) < 1.3
