"""The layer as a Mojo program (bench/mojo/moe.mojo), compiled for exactly these sizes."""

from __future__ import annotations

import ctypes
import hashlib
import os
import pathlib
import subprocess
import sys

import numpy as np

from moegen import paths
from moegen.report.peers.base import Missing

_SOURCE = pathlib.Path(__file__).resolve().parents[3] / "bench" / "mojo" / "moe.mojo"


def _compile(spec) -> pathlib.Path:
    """The library for these sizes, built once. The compiler is the one beside this Python, as pip installs it."""
    if not _SOURCE.exists():
        raise Missing("its source is in the repository only, under bench/mojo")
    sizes = {"H": spec.hidden_size, "I": spec.intermediate_size, "E": spec.num_experts, "K": spec.top_k}
    name = "_".join(f"{key}{value}" for key, value in sizes.items()).lower()
    digest = hashlib.sha256(_SOURCE.read_bytes()).hexdigest()[:8]
    library = paths.home() / "peers" / "mojo" / f"moe_{name}_{digest}.so"
    if not library.exists():
        library.parent.mkdir(parents=True, exist_ok=True)
        made = library.with_suffix(f".{os.getpid()}")
        defines = [part for key, value in sizes.items() for part in ("-D", f"{key}={value}")]
        compiler = pathlib.Path(sys.executable).parent / "mojo"
        subprocess.run([compiler, "build", "--emit", "shared-lib", *defines, _SOURCE, "-o", made], check=True)
        made.replace(library)
    return library


def prepare(problem, gate, w1, w2, threads):
    """Its runtime takes as many threads as this process may use CPUs."""
    if problem.spec.activation != "relu":
        raise Missing("this program has relu only")
    library = ctypes.CDLL(str(_compile(problem.spec)))
    for function in (library.moe_packed_floats, library.moe_workspace_floats):
        function.restype = ctypes.c_int64
    spec, tokens = problem.spec, ctypes.c_int64(problem.num_tokens)
    packed = np.empty(library.moe_packed_floats(), np.float32)
    library.moe_pack(_at(w1), _at(w2), _at(packed))
    work = np.empty(library.moe_workspace_floats(tokens), np.float32)
    pairs = problem.num_tokens * spec.top_k
    chosen, order = np.empty(pairs, np.int32), np.empty(pairs + 3 * (spec.num_experts + 1), np.int32)
    share, y = np.empty(pairs, np.float32), np.empty((problem.num_tokens, spec.hidden_size), np.float32)

    def call(x):
        library.moe_forward(
            _at(x), tokens, _at(gate), _at(packed), _at(work), _at(chosen), _at(order), _at(share), _at(y)
        )
        return y

    return call


def _at(array):
    return ctypes.c_void_p(array.ctypes.data)
