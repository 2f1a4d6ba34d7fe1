"""PyTorch on the CPU, in four forms: token by token, experts batched, grouped_mm, and torch.compile."""

from __future__ import annotations

import numpy as np
import torch

from moegen.report.peers.base import Missing

_MOST_NAIVE_FLOPS = 2e10  # token by token: a few seconds


def inputs(x):
    return torch.from_numpy(np.array(x))


def result(y):
    return y.float().numpy()


def _route(x, gate, k):
    share, chosen = torch.topk(torch.softmax((x @ gate).float(), 1), k, 1)
    return share / share.sum(1, keepdim=True), chosen


def naive(x, gate, w1, w2, k):
    """One token after the other, one expert after the other."""
    share, chosen = _route(x, gate, k)
    y = torch.zeros_like(x)
    for token in range(x.shape[0]):
        for j in range(k):
            e = chosen[token, j]
            y[token] += share[token, j] * (torch.relu(x[token] @ w1[e]) @ w2[e])
    return y


def _permuted(x, gate, k):
    """share of the permuted rows, the rows' tokens, the rows, and how many go to each expert."""
    share, chosen = _route(x, gate, k)
    flat = chosen.reshape(-1)
    order = flat.argsort(stable=True)
    tokens = order // k
    return (
        share.reshape(-1)[order].to(x.dtype),
        tokens,
        x.index_select(0, tokens),
        torch.bincount(flat, minlength=gate.shape[1]),
    )


def batched(x, gate, w1, w2, k):
    """Rows sorted by expert, one GEMM pair an expert, index_add: the fast way in plain PyTorch on a CPU."""
    share, tokens, rows, counts = _permuted(x, gate, k)
    out = torch.empty_like(rows)
    start = 0
    for e, count in enumerate(counts.tolist()):
        if count:
            torch.mm(torch.relu_(rows[start : start + count] @ w1[e]), w2[e], out=out[start : start + count])
            start += count
    out.mul_(share[:, None])
    return torch.zeros_like(x).index_add_(0, tokens, out)


def grouped(x, gate, w1, w2, k):
    """Rows sorted by expert, two grouped GEMMs."""
    multiply = getattr(torch.nn.functional, "grouped_mm", None) or torch._grouped_mm
    share, tokens, rows, counts = _permuted(x, gate, k)
    offsets = counts.cumsum(0).to(torch.int32)
    out = multiply(torch.relu(multiply(rows, w1, offs=offsets)), w2, offs=offsets)
    return torch.zeros_like(x).index_add_(0, tokens, out * share[:, None])


def masked(x, gate, w1, w2, k):
    """A loop over experts, each on the rows that chose it: what torch.compile is given."""
    share, chosen = _route(x, gate, k)
    y = torch.zeros_like(x)
    for e in range(gate.shape[1]):
        rows, slot = torch.where(chosen == e)
        h = torch.relu(x[rows] @ w1[e])
        y.index_add_(0, rows, (h @ w2[e]) * share[rows, slot].to(x.dtype)[:, None])
    return y


def prepare(problem, gate, w1, w2, threads, form, dtype="float32"):
    if problem.spec.activation != "relu":
        raise Missing("this adapter has relu only")
    if form == "naive" and problem.flops > _MOST_NAIVE_FLOPS:
        raise Missing(f"token by token only up to {_MOST_NAIVE_FLOPS:.0e} operations a call")
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    kind = getattr(torch, dtype)
    gate, w1, w2 = (torch.from_numpy(array).to(kind) for array in (gate, w1, w2))
    function = {"naive": naive, "sorted": batched, "grouped": grouped, "compiled": masked}[form]
    if form == "compiled":
        torch._dynamo.config.capture_dynamic_output_shape_ops = True
        function = torch.compile(masked, dynamic=True)
    k = problem.spec.top_k
    return lambda x: function(x.to(kind), gate, w1, w2, k)
