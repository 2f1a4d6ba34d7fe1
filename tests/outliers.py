"""Inputs of fp8 that are hard to quantise: for the kernels' tests on a GPU and those of their sums without one."""

from __future__ import annotations

from moegen import oracle
from moegen.spec import MoeSpec, MoeWeights


def outliers(spec: MoeSpec, tokens: int = 100):
    """x (tokens,H) and MoeWeights; rows and columns without magnitude, with one that dwarfs the rest, all alike."""
    x, weights = oracle.make_tokens(spec, tokens, 6), oracle.make_weights(spec, 6)
    w1, w2 = weights.w1.copy(), weights.w2.copy()
    w1[:, :, ::7], w2[:, :, 5] = 0, 0
    w1[:, 3, 1::7] *= 30
    w2[:, 9, 2::9] *= 30
    w1[0], w2[0] = 1e-3, -1e-3
    x[10:20] = 0
    x[20:30, 4] = 300
    x[30:40] = 7
    x[40:50] *= 1e-30
    return x, MoeWeights(weights.gate, w1, w2, weights.b1, weights.b2)
