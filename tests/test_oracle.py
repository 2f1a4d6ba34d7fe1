"""The oracle against a loop over tokens and experts in plain Python, and `check` against results spoiled on purpose."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import plain_specs, seeds, specs, token_counts

from moegen import cases, oracle
from moegen.errors import AccuracyError, ShapeError, SpecError
from moegen.spec import MoeSpec, MoeWeights


def sigmoid(v):
    return 1 / (1 + math.exp(-v)) if v > -700 else 0.0


ACTIVATE = {
    "relu": lambda v: max(v, 0.0),
    "relu2": lambda v: max(v, 0.0) ** 2,
    "gelu": lambda v: v * 0.5 * (1 + math.erf(v / math.sqrt(2))),
    "gelu_tanh": lambda v: 0.5 * v * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3))),
    "silu": lambda v: v * sigmoid(v),
}
GATES = {"swiglu": "silu", "geglu": "gelu", "reglu": "relu"}


def loop_expert(x, w1, b1, w2, b2, spec):
    inner = w2.shape[0]
    a = [
        sum(float(x[h]) * float(w1[h, i]) for h in range(len(x))) + (float(b1[i]) if b1 is not None else 0)
        for i in range(w1.shape[1])
    ]
    if spec.activation == "swiglu_clamp":
        limit = spec.swiglu_limit
        gates = [min(v, limit) for v in a[:inner]]
        h = [g * sigmoid(spec.swiglu_alpha * g) * (min(max(u, -limit), limit) + 1) for g, u in zip(gates, a[inner:])]
    elif spec.activation in GATES:
        h = [ACTIVATE[GATES[spec.activation]](g) * u for g, u in zip(a[:inner], a[inner:])]
    else:
        h = [ACTIVATE[spec.activation](v) for v in a]
    return np.array(
        [
            sum(h[i] * float(w2[i, j]) for i in range(inner)) + (float(b2[j]) if b2 is not None else 0)
            for j in range(w2.shape[1])
        ]
    )


def loop_route(logits, w, spec):
    """One token's experts and weights, in plain Python; sparsemixer after the loop in Phi-MoE's own code."""
    experts = range(len(logits))
    if spec.scoring == "sparsemixer":
        left, indices, weights = list(logits), [], []
        for _ in range(spec.top_k):
            best = max(left)
            expert = left.index(best)
            kept = [
                e
                for e in experts
                if left[e] != -math.inf and not (best - logits[e]) / max(abs(logits[e]), best) > 2 * spec.router_jitter
            ]
            weights.append(1 / sum(math.exp(left[e] - best) for e in kept))
            indices.append(expert)
            left[expert] = -math.inf
        return indices, [spec.routed_scaling * v for v in weights]
    if spec.scoring == "sigmoid":
        scores = [sigmoid(v) for v in logits]
    else:
        powers = [math.exp(v - max(logits)) for v in logits]
        scores = [p / sum(powers) for p in powers]
    value = [s + float(w.score_bias[e]) if spec.score_bias else s for e, s in enumerate(scores)]
    size = len(logits) // spec.num_groups
    best = 2 if spec.group_score == "top2" else 1
    worth = [sum(sorted(value[g * size : (g + 1) * size])[-best:]) for g in range(spec.num_groups)]
    groups = sorted(range(spec.num_groups), key=lambda g: (-worth[g], g))[: spec.topk_groups]
    indices = sorted((e for e in experts if e // size in groups), key=lambda e: (-value[e], e))[: spec.top_k]
    weights = [scores[e] for e in indices]
    if spec.renormalize:
        weights = [v / sum(weights) for v in weights]
    return indices, [spec.routed_scaling * v for v in weights]


def loop_forward(x, w, spec):
    y, all_indices, all_weights = [], [], []
    for row in x:
        logits = [
            sum(float(row[h]) * float(w.gate[h, e]) for h in range(len(row)))
            + (float(w.gate_bias[e]) if spec.router_bias else 0)
            for e in range(spec.num_experts)
        ]
        indices, weights = loop_route(logits, w, spec)
        total = np.zeros(len(row))
        for e, v in zip(indices, weights):
            given_row = row * np.float64(v) if spec.scale_input else row
            out = loop_expert(
                given_row, w.w1[e], w.b1[e] if spec.bias else None, w.w2[e], w.b2[e] if spec.bias else None, spec
            )
            total += out if spec.scale_input else v * out
        if spec.shared_intermediate_size:
            shared = loop_expert(row, w.shared_w1, None, w.shared_w2, None, spec)
            factor = sigmoid(float(np.dot(row.astype(float), w.shared_gate.astype(float)))) if spec.shared_gate else 1
            total += factor * shared
        y.append(total)
        all_indices.append(indices)
        all_weights.append(weights)
    return np.array(y), np.array(all_indices), np.array(all_weights)


@dataclasses.dataclass
class Routing:
    indices: np.ndarray
    weights: np.ndarray
    counts: np.ndarray


def as_kernel(reference):
    """A reference as a float32 kernel would give it."""
    return (
        reference.y.astype(np.float32),
        Routing(reference.indices.astype(np.int32), reference.weights.astype(np.float32), reference.counts.copy()),
    )


@settings(max_examples=40)
@given(specs(largest=9, most_experts=6), token_counts(5), seeds)
def test_forward_is_the_loop_over_tokens(spec, num_tokens, seed):
    w, x = oracle.make_weights(spec, seed), oracle.make_tokens(spec, num_tokens, seed)
    reference = oracle.forward(x, w, spec)
    y, indices, weights = loop_forward(x, w, spec)
    assert reference.y.shape == (num_tokens, spec.hidden_size)
    assert np.array_equal(reference.counts, np.bincount(indices.ravel().astype(int), minlength=spec.num_experts))
    if num_tokens:
        assert np.array_equal(reference.indices, indices)
        np.testing.assert_allclose(reference.weights, weights, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(reference.y, y, rtol=1e-9, atol=1e-9)


def test_activations_hold_at_extremes():
    v = np.array([[-1e4, -800.0, -3.0, -0.0, 0.0, 1e-30, 2.0, 30.0, 1e4]])
    for name, scalar in ACTIVATE.items():
        ours = oracle.activate(v, MoeSpec(1, 9, 1, 1, name))
        np.testing.assert_allclose(ours[0], [scalar(float(e)) for e in v[0]], rtol=1e-13, atol=1e-300)


def test_equal_scores_go_to_the_lower_index():
    spec = MoeSpec(4, 3, 6, 3)
    x, w = np.ones((2, 4), np.float32), oracle.make_weights(spec)
    w = MoeWeights(np.zeros((4, 6), np.float32), w.w1, w.w2)
    assert oracle.forward(x, w, spec).indices.tolist() == [[0, 1, 2]] * 2


def test_given_routing_replaces_the_routers():
    spec = MoeSpec(5, 4, 3, 2)
    w, x = oracle.make_weights(spec), oracle.make_tokens(spec, 4)
    indices, weights = np.array([[2, 0]] * 4), np.full((4, 2), 0.25)
    reference = oracle.forward(x, w, spec, indices, weights)
    want = sum(0.25 * np.maximum(x.astype(float) @ w.w1[e], 0) @ w.w2[e] for e in (0, 2))
    np.testing.assert_allclose(reference.y, want, rtol=1e-12)
    assert reference.counts.tolist() == [4, 0, 4]


@given(specs(largest=40), token_counts(30), seeds)
def test_check_accepts_a_float32_result(spec, num_tokens, seed):
    w, x = oracle.make_weights(spec, seed), oracle.make_tokens(spec, num_tokens, seed)
    y, routing = as_kernel(oracle.forward(x, w, spec))
    assert oracle.check(y, routing, x, w, spec) < oracle.tolerance(spec) / 4
    assert oracle.check(y, None, x, w, spec) < oracle.tolerance(spec) / 4


def float32_route(x, w, spec):
    """A float32 router of the plain layer, summed in another order than the oracle's."""
    logits = (x[:, ::-1] @ w.gate[::-1]).astype(np.float32)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    indices = np.argsort(-p, axis=1, kind="stable")[:, : spec.top_k]
    weights = np.take_along_axis(p, indices, axis=1)
    weights /= weights.sum(axis=1, keepdims=True)
    return Routing(indices.astype(np.int32), weights, np.bincount(indices.ravel(), minlength=spec.num_experts))


@pytest.mark.parametrize("name", oracle.HARD_ROUTINGS)
@given(spec=plain_specs(largest=40), seed=seeds)
@settings(max_examples=10)
def test_check_accepts_float32_routers_in_hard_cases(name, spec, seed):
    x, w = oracle.make_case(spec, 21, name, seed)
    routing = float32_route(x, w, spec)
    y = oracle.experts_sum(x, w, spec, routing.indices, routing.weights)
    assert np.isfinite(y).all()
    oracle.check(y.astype(np.float32), routing, x, w, spec)


def test_outputs_below_the_normal_numbers_may_be_rounded_as_float32_does():
    spec = MoeSpec(4, 8, 3, 2)
    x, w = oracle.make_tokens(spec, 5), oracle.make_weights(spec)
    w.w2 = w.w2 * np.float32(1e-41)
    routing = float32_route(x, w, spec)
    y = oracle.experts_sum(x, w, spec, routing.indices, routing.weights).astype(np.float32)
    assert 0 < np.abs(y).max() < np.finfo(np.float32).tiny
    assert oracle.check(y, routing, x, w, spec) > oracle.kernel_tolerance(spec)
    with pytest.raises(AccuracyError):
        oracle.check(y * np.float32(1.01), routing, x, w, spec)


def test_hard_cases_are_what_they_say():
    spec = MoeSpec(16, 8, 8, 2)
    counts = {name: oracle.forward(*oracle.make_case(spec, 64, name), spec).counts for name in oracle.HARD_ROUTINGS}
    assert counts["one_expert"].max() == 64
    assert (counts["idle_experts"] == 0).sum() == 4
    assert counts["one_token"].sum() == 2
    x, w = oracle.make_case(spec, 64, "equal_scores")
    logits = np.sort(oracle.router_logits(x, w), axis=1)
    assert (logits[:, -1] == logits[:, -2]).all() and (logits == np.round(logits)).all()
    weights = oracle.forward(*oracle.make_case(spec, 64, "saturated"), spec).weights
    assert (weights[:, 1] == 0).any() and weights.max() == 1
    for name, magnitude in (("large", 1e4), ("tiny", 1e-8)):
        y = oracle.forward(*oracle.make_case(spec, 64, name), spec).y
        assert 0.1 < np.sqrt((y**2).mean()) / magnitude < 10


def test_long_arrays_are_drawn_by_several_generators(monkeypatch):
    """The first block is what one generator draws, and nothing hangs on how many threads there are."""
    spec = MoeSpec(32, 40, 4, score_bias=True, scoring="sigmoid")
    whole = oracle.make_weights(spec, 3)
    monkeypatch.setattr(cases, "_BLOCK", 1000)
    parts = oracle.make_weights(spec, 3)
    assert np.array_equal(parts.w1.ravel()[:1000], whole.w1.ravel()[:1000])
    assert np.array_equal(parts.score_bias, whole.score_bias)
    monkeypatch.setattr(cases.os, "sched_getaffinity", lambda process: {0})
    assert np.array_equal(oracle.make_weights(spec, 3).w1, parts.w1)
    blocks = parts.w1.ravel()[:5000].reshape(5, 1000)
    assert len(np.unique(blocks)) > 4990 and abs(np.corrcoef(blocks) - np.eye(5)).max() < 0.2


def test_token_routings_are_what_they_say():
    spec = MoeSpec(64, 8, 8, 1)
    w = oracle.make_weights(spec, 3)
    shares = {
        name: oracle.forward(oracle.make_tokens(spec, 2000, 3, name), w, spec).counts / 2000
        for name in oracle.TOKEN_ROUTINGS
    }
    assert 0.05 < shares["balanced"].min() and shares["balanced"].max() < 0.25
    assert shares["skewed"][0] > 0.3 and shares["skewed"][0] > 3 * shares["skewed"][4:].max() / 1.5
    assert shares["crowded"][0] > 0.97


def spoil(y, routing, x, how):
    if how == "y":
        y[3] *= 1.01
    elif how == "nan":
        y[5, 0] = np.nan
    elif how == "another expert":
        routing.counts[routing.indices[4, 1]] -= 1
        routing.indices[4, 1] = next(e for e in range(6) if e not in routing.indices[4] and e != 5)
        routing.counts[routing.indices[4, 1]] += 1
    elif how == "twice":
        routing.indices[4, 1] = routing.indices[4, 0]
    elif how == "range":
        routing.indices[4, 1] = 6
    elif how == "counts":
        routing.counts[0] += 1
    elif how == "weights":
        routing.weights[2, 0] += 1e-4
    elif how == "order":
        routing.indices[:, [0, 1]] = routing.indices[:, [1, 0]]


@pytest.mark.parametrize("how", ["y", "nan", "another expert", "twice", "range", "counts", "weights", "order"])
def test_check_refuses_what_is_wrong(how):
    spec = MoeSpec(24, 16, 6, 2)
    w, x = oracle.make_weights(spec), oracle.make_tokens(spec, 20)
    y, routing = as_kernel(oracle.forward(x, w, spec))
    oracle.check(y, routing, x, w, spec)
    spoil(y, routing, x, how)
    with pytest.raises(AccuracyError):
        oracle.check(y, routing, x, w, spec)


def test_check_wants_exact_ties_to_go_to_the_lower_index():
    spec = MoeSpec(16, 8, 6, 1)
    x, w = oracle.make_case(spec, 10, "equal_scores")
    reference = oracle.forward(x, w, spec)
    y, routing = as_kernel(reference)
    other = reference.indices + 1  # the twin column, whose score is the same
    y = oracle.experts_sum(x, w, spec, other, reference.weights)
    routing = Routing(other, reference.weights, np.bincount(other.ravel(), minlength=6))
    with pytest.raises(AccuracyError, match="wanted"):
        oracle.check(y, routing, x, w, spec)


def test_check_lets_a_rounded_tie_go_either_way():
    spec = MoeSpec(16, 8, 2, 1)
    x, w = oracle.make_tokens(spec, 10), oracle.make_weights(spec)
    gate = np.repeat(w.gate[:, :1], 2, axis=1)
    gate[0, 1] = np.nextafter(gate[0, 1], 2, dtype=np.float32)
    w = MoeWeights(gate, w.w1, w.w2)
    for expert in (0, 1):
        routing = Routing(np.full((10, 1), expert), np.ones((10, 1)), np.bincount([expert] * 10, minlength=2))
        y = oracle.experts_sum(x, w, spec, routing.indices, routing.weights)
        oracle.check(y, routing, x, w, spec)


def test_a_spoiled_token_is_its_own_affair():
    spec = MoeSpec(8, 8, 4, 2)
    w, x = oracle.make_weights(spec), oracle.make_tokens(spec, 6)
    x[2, 3], x[4, 0] = np.nan, np.inf
    y, routing = as_kernel(oracle.forward(x, w, spec))
    assert np.isnan(y[2]).any()
    oracle.check(y, routing, x, w, spec)
    routing.indices[2] = 9
    with pytest.raises(AccuracyError, match="token 2"):
        oracle.check(y, routing, x, w, spec)


def test_a_sample_of_rows_holds_the_first_and_the_last():
    spec = MoeSpec(8, 8, 4, 2)
    w, x = oracle.make_weights(spec), oracle.make_tokens(spec, 500)
    y, routing = as_kernel(oracle.forward(x, w, spec))
    oracle.check(y, routing, x, w, spec, max_rows=20)
    y[-1] += 1
    with pytest.raises(AccuracyError, match="token 499"):
        oracle.check(y, routing, x, w, spec, max_rows=20)


def test_error_measures():
    ones = np.ones((3, 4))
    assert oracle.error(ones * 1.5, ones) == pytest.approx(0.5)
    assert oracle.error(ones * 0, ones * 0) == 0 and oracle.error(ones, ones * 0) == math.inf
    assert oracle.error(ones * 1e-200 * 1.5, ones * 1e-200) == pytest.approx(0.5)
    assert oracle.error(ones * np.nan, ones) == math.inf
    assert oracle.error(np.ones((0, 4)), np.ones((0, 4))) == 0
    with pytest.raises(ShapeError):
        oracle.error(ones, np.ones((3, 1)))
    assert oracle.tolerance(MoeSpec(1024, 4096, 8)) == pytest.approx(2e-6 * (1024 * 4096) ** 0.25)
    assert oracle.tolerance(MoeSpec(1, 1, 8)) == 2e-6


def test_forward_refuses_other_weights_and_shapes():
    spec = MoeSpec(8, 6, 4, 2)
    w = oracle.make_weights(spec)
    with pytest.raises(ShapeError, match="x must be"):
        oracle.forward(np.ones((2, 7)), w, spec)
    with pytest.raises(ShapeError, match="bias=True"):
        oracle.forward(np.ones((2, 8)), w, MoeSpec(8, 6, 4, 2, bias=True))
    with pytest.raises(ShapeError, match="score_bias"):
        oracle.forward(np.ones((2, 8)), w, MoeSpec(8, 6, 4, 2, score_bias=True))
    with pytest.raises(ShapeError, match="shared expert"):
        oracle.forward(np.ones((2, 8)), w, MoeSpec(8, 6, 4, 2, shared_intermediate_size=3))


def test_later_fields_leave_plain_keys_alone():
    assert MoeSpec(1024, 4096, 8).key == "moe_f32_h1024_i4096_e8_k2_relu-d8878fbc"
    assert MoeSpec(5, 7, 3, 1, "swiglu", True, "bf16").key == "moe_bf16_h5_i7_e3_k1_swiglu-5fd9131a"
    assert MoeSpec(8, 8, 4, swiglu_limit=3.0, router_jitter=0.5).digest == MoeSpec(8, 8, 4).digest
    assert MoeSpec(8, 8, 4, num_groups=2, topk_groups=2).digest == MoeSpec(8, 8, 4).digest
    assert not MoeSpec(8, 8, 4).features
    assert MoeSpec(8, 8, 4, scoring="sigmoid", num_groups=2, renormalize=False).features == {
        "sigmoid",
        "groups",
        "no_renormalize",
    }


@pytest.mark.parametrize(
    "fields, word",
    [
        ({"scoring": "cosine"}, "scoring"),
        ({"num_groups": 3}, "divide"),
        ({"num_groups": 2, "topk_groups": 3}, "topk_groups"),
        ({"num_groups": 4, "topk_groups": 1}, "fewer"),
        ({"shared_gate": True}, "shared expert"),
        ({"scoring": "sparsemixer"}, "sparsemixer"),
        ({"routed_scaling": 0.0}, "positive"),
        ({"routed_scaling": float("nan")}, "positive"),
        ({"renormalize": 1}, "renormalize"),
        ({"num_groups": 4, "topk_groups": 2}, "top2"),
        ({"shared_intermediate_size": -1}, "at least 0"),
        ({"routed_scaling": "2"}, "number"),
        ({"group_score": "mean"}, "group_score"),
    ],
)
def test_spec_refuses_router_fields_that_make_no_sense(fields, word):
    with pytest.raises(SpecError, match=word):
        MoeSpec(8, 8, 4, **fields)


def test_shared_expert_is_checked():
    w = oracle.make_weights(MoeSpec(8, 6, 4, 2, "swiglu"))
    with pytest.raises(ShapeError, match="both"):
        MoeWeights(w.gate, w.w1, w.w2, shared_w1=np.ones((8, 6)))
    with pytest.raises(ShapeError, match="2S"):
        MoeWeights(w.gate, w.w1, w.w2, shared_w1=np.ones((8, 3)), shared_w2=np.ones((3, 8)))
    full = MoeWeights(w.gate, w.w1, w.w2, shared_w1=np.ones((8, 6)), shared_w2=np.ones((3, 8)))
    assert full.spec(2, "swiglu").shared_intermediate_size == 3
