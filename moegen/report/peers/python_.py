"""Pure Python, lists of floats: what the layer is without any library. For tiny shapes only."""

from __future__ import annotations

import math
import platform

from moegen.report.peers.base import Missing

_MOST_FLOPS = 3e7  # a second or two


def versions() -> dict:
    return {"python": platform.python_version()}


def inputs(x):
    return x.tolist()


def _times(row, columns):
    return [sum(a * b for a, b in zip(row, column)) for column in columns]


def prepare(problem, gate, w1, w2, threads):
    if problem.flops > _MOST_FLOPS:
        raise Missing(f"tiny shapes only: {problem.flops:.3g} operations would take minutes a call")
    if problem.spec.activation != "relu":
        raise Missing("this adapter has relu only")
    gate_columns = gate.T.tolist()
    w1_columns, w2_columns = w1.transpose(0, 2, 1).tolist(), w2.transpose(0, 2, 1).tolist()
    top_k, experts = problem.spec.top_k, range(problem.spec.num_experts)

    def token(row):
        logits = _times(row, gate_columns)
        chosen = sorted(experts, key=lambda e: (-logits[e], e))[:top_k]
        exps = [math.exp(logits[e] - logits[chosen[0]]) for e in chosen]
        y = [0.0] * len(row)
        for expert, weight in zip(chosen, exps):
            h = [max(0.0, value) for value in _times(row, w1_columns[expert])]
            share = weight / sum(exps)
            y = [total + share * value for total, value in zip(y, _times(h, w2_columns[expert]))]
        return y

    return lambda x: [token(row) for row in x]
