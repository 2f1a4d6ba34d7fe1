"""PyTorch on an NVIDIA GPU in bfloat16: a loop over experts, and grouped_mm; and why others cannot take part here."""

from __future__ import annotations

import numpy as np
import torch

from moegen.report.peers import torch_
from moegen.report.peers.base import Missing

_GATED_ONLY = "computes gated activations only, and this layer has {}; bench/gpu.py compares gated layers"


def versions() -> dict:
    return {"gpu": torch.cuda.get_device_name(), "cuda": torch.version.cuda}


def inputs(x):
    return torch.from_numpy(np.array(x)).cuda().bfloat16()


def result(y):
    return y.float().cpu().numpy()


def need_gpu():
    """Raises Missing where PyTorch finds no GPU."""
    if not torch.cuda.is_available():
        raise Missing("needs an NVIDIA GPU, and torch with CUDA")


def prepare(problem, gate, w1, w2, threads, form):
    """The call waits for the GPU, as one does that needs the result."""
    need_gpu()
    if form in ("vllm", "sonicmoe"):
        raise Missing(_GATED_ONLY.format(problem.spec.activation))
    if problem.spec.activation != "relu":
        raise Missing("this adapter has relu only")
    torch.set_grad_enabled(False)
    function = {"loop": torch_.masked, "grouped": torch_.grouped}[form]
    arrays = [torch.from_numpy(array).cuda().bfloat16() for array in (gate, w1, w2)]

    def call(x):
        y = function(x, *arrays, problem.spec.top_k)
        torch.cuda.synchronize()
        return y

    return call
