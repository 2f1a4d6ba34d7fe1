"""Weights and tokens to prove and time kernels on: seeded, with balanced, skewed and hard routings."""

from __future__ import annotations

import concurrent.futures
import os

import numpy as np

from moegen.spec import MoeSpec, MoeWeights

TOKEN_ROUTINGS = ("balanced", "skewed", "crowded")
HARD_ROUTINGS = ("one_expert", "idle_experts", "equal_scores", "one_token", "saturated", "large", "tiny")


_BLOCK = 1 << 20  # numbers that one generator draws
_ROWS = 4096  # tokens that are moved towards experts at once


def _normal(seed, stream, shape, scale=1.0):
    """Normal float32 numbers; each block of a long array has a generator of its own, so that threads share the work."""
    values = np.empty(shape, np.float32)
    flat = values.reshape(-1)

    def draw(start):
        block = flat[start : start + _BLOCK]
        np.random.default_rng((seed, stream, start // _BLOCK)).standard_normal(dtype=np.float32, out=block)
        block *= np.float32(scale)

    starts = range(0, flat.size, _BLOCK)
    if len(starts) < 2:
        for start in starts:
            draw(start)
    else:
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            list(pool.map(draw, starts))
    return values


def _gate(spec, seed):
    return _normal(seed, 0, (spec.hidden_size, spec.num_experts), spec.hidden_size**-0.5)


def make_weights(spec: MoeSpec, seed: int = 0) -> MoeWeights:
    """Normal float32 weights, scaled so that logits, activations and outputs of normal tokens stay of order one."""
    experts, hidden, inner = spec.num_experts, spec.hidden_size, spec.intermediate_size
    more = {}
    if spec.bias:
        more["b1"] = _normal(seed, 3, (experts, spec.w1_columns), 0.5)
        more["b2"] = _normal(seed, 4, (experts, hidden), 0.5)
    if spec.router_bias:
        more["gate_bias"] = _normal(seed, 5, experts, 0.5)
    if spec.score_bias:
        more["score_bias"] = _normal(seed, 6, experts, 0.1)
    if spec.shared_intermediate_size:
        width = spec.shared_intermediate_size
        more["shared_w1"] = _normal(seed, 7, (hidden, spec.shared_w1_columns), hidden**-0.5)
        more["shared_w2"] = _normal(seed, 8, (width, hidden), width**-0.5)
    if spec.shared_gate:
        more["shared_gate"] = _normal(seed, 9, hidden, hidden**-0.5)
    return MoeWeights(
        _gate(spec, seed),
        _normal(seed, 1, (experts, hidden, spec.w1_columns), hidden**-0.5),
        _normal(seed, 2, (experts, inner, hidden), inner**-0.5),
        copy=False,
        **more,
    )


def make_tokens(spec: MoeSpec, num_tokens: int, seed: int = 0, routing: str = "balanced", gate=None) -> np.ndarray:
    """Normal tokens x (T, H) float32, drawn towards experts as `routing` says.

    Parameters
    ----------
    routing : str
        balanced: towards none. skewed: towards expert e with probability proportional to 1 / (1 + e). crowded: every
        token towards expert 0.
    gate : array (H, E), optional
        The router that the tokens meet; by default that of `make_weights(spec, seed)`.
    """
    if routing not in TOKEN_ROUTINGS:
        raise ValueError(f"unknown routing {routing!r}; known: {', '.join(TOKEN_ROUTINGS)}")
    x = _normal(seed, 16, (num_tokens, spec.hidden_size))
    if routing == "balanced":
        return x
    gate = _gate(spec, seed) if gate is None else np.asarray(gate, np.float32)
    towards = np.zeros(num_tokens, np.int64)
    if routing == "skewed":
        share = 1 / (1 + np.arange(spec.num_experts))
        towards = np.random.default_rng((seed, 17)).choice(spec.num_experts, num_tokens, p=share / share.sum())
    norms = np.maximum((gate.astype(np.float64) ** 2).sum(axis=0), 1e-6)
    steps = (6 * gate / norms).T.astype(np.float32)  # each adds 6 to the logit of its expert
    for start in range(0, num_tokens, _ROWS):
        x[start : start + _ROWS] += steps[towards[start : start + _ROWS]]
    return x


def make_case(spec: MoeSpec, num_tokens: int, name: str, seed: int = 0) -> tuple[np.ndarray, MoeWeights]:
    """Tokens and weights of one hard case.

    Parameters
    ----------
    name : str
        One of HARD_ROUTINGS. one_expert: every token's first choice is the same expert. idle_experts: only half of the
        experts (at least K) get any. equal_scores: whole numbers, each router column there twice, so that ties are
        exact in float32. one_token: T = 1 whatever `num_tokens` is. saturated: logits so far apart that all but the
        largest probability underflow. large, tiny: activations of magnitude 1e4 and 1e-8.

    Returns
    -------
    x : array (T, H) float32
    weights : MoeWeights
    """
    if name not in HARD_ROUTINGS:
        raise ValueError(f"unknown case {name!r}; known: {', '.join(HARD_ROUTINGS)}")
    if name == "one_token":
        num_tokens = 1
    weights = make_weights(spec, seed)
    x = make_tokens(spec, num_tokens, seed)
    rng = np.random.default_rng((seed, 18))
    experts = spec.num_experts
    if name in ("one_expert", "idle_experts"):
        offsets = np.zeros(experts)
        order = rng.permutation(experts)
        if name == "one_expert":
            offsets[order[0]] = 12
        else:
            offsets[order[max(spec.top_k, experts // 2) :]] = -12
        return _offset_logits(x, weights, offsets, rng)
    if name == "equal_scores":
        gate = rng.integers(-1, 2, (spec.hidden_size, experts))
        gate[:, 1::2] = gate[:, 0 : 2 * (experts // 2) : 2]
        return rng.integers(-2, 3, x.shape).astype(np.float32), _replace(weights, gate=gate.astype(np.float32))
    if name == "saturated":
        return x, _replace(weights, gate=weights.gate * np.float32(1000))
    if name in ("large", "tiny"):
        scale = np.float32(1e4 if name == "large" else 1e-8)
        changed = {"gate": weights.gate / scale}  # the router stays undecided, and so does the shared expert's gate,
        if spec.shared_gate:  # whose logit would else be a sum of large terms, which float32 cannot round finely
            changed["shared_gate"] = weights.shared_gate / scale
        if spec.bias:
            changed |= {"b1": weights.b1 * scale, "b2": weights.b2 * scale}
        return x * scale, _replace(weights, **changed)
    return x, weights


def _offset_logits(x, weights, offsets, rng):
    """Give every token the same component along one direction, and the router those offsets along it."""
    direction = rng.standard_normal(x.shape[1])
    direction /= np.linalg.norm(direction)
    x = x - np.outer(x @ direction, direction) + direction
    gate = weights.gate - np.outer(direction, direction @ weights.gate) + np.outer(direction, offsets)
    return x.astype(np.float32), _replace(weights, gate=gate.astype(np.float32))


def _replace(weights, **changed):
    names = ("gate", "w1", "w2", "b1", "b2", "gate_bias", "score_bias", "shared_w1", "shared_w2", "shared_gate")
    return MoeWeights(**{name: changed.get(name, getattr(weights, name)) for name in names})
