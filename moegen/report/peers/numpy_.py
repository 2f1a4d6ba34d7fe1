"""NumPy, experts batched: the layer of the first document, which ran it in float64."""

from __future__ import annotations

import numpy as np

from moegen.report.peers.base import Missing


def versions() -> dict:
    """The BLAS behind NumPy, and the kernel that it chose for this processor."""
    try:
        import threadpoolctl
    except ImportError:
        return {}
    pools = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    return {"blas": f"{pools[0]['internal_api']} {pools[0]['version']} {pools[0].get('architecture')}"} if pools else {}


def prepare(problem, gate, w1, w2, threads, dtype):
    if problem.spec.activation != "relu":
        raise Missing("this adapter has relu only")
    gate, w1, w2 = (np.asarray(array, dtype) for array in (gate, w1, w2))
    k = problem.spec.top_k

    def call(x):
        x = x.astype(dtype, copy=False)
        z = x @ gate
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        chosen = np.argpartition(p, -k, axis=1)[:, -k:]
        share = np.take_along_axis(p, chosen, axis=1)
        share /= share.sum(axis=1, keepdims=True)
        y = np.zeros_like(x)
        for expert in range(gate.shape[1]):
            hit = chosen == expert
            rows = hit.any(axis=1)
            if rows.any():
                h = np.maximum(0, x[rows] @ w1[expert])
                y[rows] += share[rows][hit[rows]][:, None] * (h @ w2[expert])
        return y

    return call
