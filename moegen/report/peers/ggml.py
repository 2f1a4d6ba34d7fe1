"""llama.cpp's CPU kernels: the layer as a ggml graph, in a library that bench/build_ggml.py builds."""

from __future__ import annotations

import ctypes
import pathlib

import numpy as np

from moegen import paths
from moegen.report.peers.base import Missing

LIBRARY = "libggml_moe.so"
_BLOCK = 32


def folder() -> pathlib.Path:
    return paths.home() / "peers" / "ggml"


def missing() -> str:
    """What to run where the library was never built; empty if it was."""
    if (folder() / LIBRARY).exists():
        return ""
    return "not built; in a checkout: python bench/build_ggml.py (ggml from the source package llama-cpp-python)"


def versions() -> dict:
    version = folder() / "version"
    return {"ggml": version.read_text().strip()} if version.exists() else {}


def prepare(problem, gate, w1, w2, threads, kind="f32"):
    """`kind`: ggml's name of the weights' type, " repacked" after it for rows interleaved as its kernels read them.

    ggml keeps the reduced dimension innermost, so weights are transposed once, outside the clock.
    """
    spec = problem.spec
    if spec.activation != "relu":
        raise Missing("this adapter has relu only")
    if kind.startswith("q") and (spec.hidden_size % _BLOCK or spec.intermediate_size % _BLOCK):
        raise Missing(f"ggml's {kind} has blocks of {_BLOCK} weights, and H or I is no multiple of it")
    if missing():
        raise Missing(missing())
    library = ctypes.CDLL(str(folder() / LIBRARY))
    floats = np.ctypeslib.ndpointer(np.float32, flags="C")
    library.ggml_moe_create.restype = ctypes.c_void_p
    library.ggml_moe_create.argtypes = [ctypes.c_int64] * 5 + [ctypes.c_char_p, ctypes.c_int] + [floats] * 3
    library.ggml_moe_run.argtypes = [ctypes.c_void_p, floats, floats]
    layer = library.ggml_moe_create(
        problem.num_tokens,
        spec.hidden_size,
        spec.intermediate_size,
        spec.num_experts,
        spec.top_k,
        kind.encode(),
        threads,
        np.ascontiguousarray(gate.T),
        np.ascontiguousarray(w1.transpose(0, 2, 1)),
        np.ascontiguousarray(w2.transpose(0, 2, 1)),
    )
    if not layer:
        if kind.endswith("repacked"):
            raise Missing(f"ggml has no {kind} form on this CPU")
        raise MemoryError(f"ggml could not make the layer of {spec.key}")
    y = np.empty((problem.num_tokens, spec.hidden_size), np.float32)

    def call(x):
        if library.ggml_moe_run(layer, x, y):
            raise RuntimeError("ggml_backend_graph_compute failed")
        return y

    return call
