"""A C layer in which each step of the way can be switched off (templates/report/ladder.c.j2): the ablation's rungs."""

from __future__ import annotations

import ctypes
import hashlib
import os
import pathlib
import subprocess

import numpy as np

from moegen import paths
from moegen.backends.cpu import build
from moegen.report.page import environment
from moegen.report.peers.base import Missing

# In the order in which they are added. "no branches" takes the check for a block's last rows out of the register tile.
STEPS = (
    "blocking",
    "simd softmax",
    "simd activation",
    "simd gemm",
    "unrolling",
    "constants",
    "no branches",
    "packing",
    "fusion",
    "pool",
    "threads",
)
FLAGS = (
    "-std=gnu11",
    "-O3",
    "-march=native",
    "-ffp-contract=fast",
    "-fno-tree-vectorize",
    "-fno-tree-slp-vectorize",
    "-fno-math-errno",
    "-fopenmp",
    "-fPIC",
    "-shared",
)
_LANES = 32  # H and I are multiples of the widest register tile
_FLOATS = np.ctypeslib.ndpointer(np.float32, flags="C")


def library(spec, steps) -> ctypes.CDLL:
    """The compiled ladder with `steps` on.

    Raises
    ------
    BuildError
        If there is no compiler.
    CalledProcessError
        If it refuses the source.
    """
    steps = [step for step in STEPS if step in steps]
    text = (
        environment()
        .get_template("ladder.c.j2")
        .render(steps=steps, H=spec.hidden_size, I=spec.intermediate_size, E=spec.num_experts, K=spec.top_k)
    )
    command = [*build.compiler(), *FLAGS]
    digest = hashlib.sha256(" ".join([*command, text]).encode()).hexdigest()[:24]
    made = paths.home() / "peers" / "ladder" / f"{digest}.so"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        source, scratch = made.with_suffix(".c"), made.with_suffix(f".{os.getpid()}")
        source.write_text(text)
        subprocess.run([*command, str(source), "-o", str(scratch), "-lm"], check=True)
        scratch.replace(made)
    return ctypes.CDLL(str(pathlib.Path(made)))


def prepare(problem, gate, w1, w2, threads, steps=STEPS):
    """`steps`: those that are on, of STEPS."""
    spec = problem.spec
    if spec.activation != "relu" or spec.hidden_size % _LANES or spec.intermediate_size % _LANES:
        raise Missing(f"the ladder has relu and sizes that are multiples of {_LANES}")
    lib = library(spec, steps)
    lib.ladder_create.restype = ctypes.c_void_p
    lib.ladder_create.argtypes = [ctypes.c_long] * 4 + [_FLOATS] * 3
    lib.ladder_forward.argtypes = [ctypes.c_void_p, _FLOATS, ctypes.c_long, _FLOATS]
    layer = lib.ladder_create(spec.hidden_size, spec.intermediate_size, spec.num_experts, spec.top_k, gate, w1, w2)
    y = np.empty((problem.num_tokens, spec.hidden_size), np.float32)

    def call(x):
        if lib.ladder_forward(layer, x, len(x), y):
            raise MemoryError("the ladder found no memory for its workspace")
        return y

    call.held = (gate, w1, w2)  # the layer points into them where it does not pack
    return call
