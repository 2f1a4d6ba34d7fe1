"""The MoE block of a checkpoint: transformers' own, in its forms, and moegen's module in its place.

All are called as in a model: a bfloat16 tensor (1,T,H) in, another out. The weights are those of the checkpoint in the
option `model`; the arrays of the contest are not used.
"""

from __future__ import annotations

import warnings

import torch

from moegen import blocks, checkpoint, runtime
from moegen.report.peers.base import Missing
from moegen.torch import MoeLayer

_loaded: dict = {}  # the checkpoint's block, kept for the next number of tokens
_about: dict[str, str] = {}


def inputs(x):
    return torch.from_numpy(x).bfloat16()[None]


def result(y):
    return (y[0] if isinstance(y, tuple) else y).reshape(-1, y[0].shape[-1]).float().numpy()


def versions() -> dict:
    """Of moegen, which artifact served, and for which token counts it was tuned."""
    return dict(_about)


def prepare(problem, gate, w1, w2, threads, form, model="", compiled=False):
    """`form`: how transformers runs experts (eager, grouped_mm), or moegen."""
    if not model:
        raise Missing("this adapter needs a checkpoint, in its option model; run bench/families.py")
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    if model not in _loaded:
        _loaded.clear()  # before the next is read: two need not fit
        _loaded[model] = _moegen(model, threads) if form == "moegen" else _block(model, form)
    block = _loaded[model]
    if compiled:
        torch._dynamo.reset()
        return torch.compile(block, dynamic=False)
    return block


def _block(model, form):
    from transformers import AutoModelForCausalLM

    whole = AutoModelForCausalLM.from_pretrained(model, dtype=torch.bfloat16, experts_implementation=form).eval()
    return next(module for module in whole.modules() if blocks.known(module))


def _moegen(model, threads):
    spec, weights = checkpoint.from_pretrained(model, dtype="bf16")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", runtime.UntunedWarning)  # the row says so itself
        layer = MoeLayer(spec, weights, threads=threads)
    artifact = layer.layer.artifact
    _about.update(artifact=artifact.name, tuned=",".join(map(str, sorted(artifact.tuned))) or "default")
    return layer
