"""The main job in one run: tune a small layer, call it, and set it beside NumPy.

    python bench/first_layer.py [moegen tune's options]       # by default --shape 4x64x256 --experts 4 --trials 12

Plain layers of relu in f32 alone, which is what NumPy's side computes. Exits with 1 where the two differ.
"""

from __future__ import annotations

import dataclasses
import os
import statistics
import subprocess
import sys
import time

for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # NumPy at its best: let it choose its own kernels
    os.environ.pop(name, None)

import json

import numpy as np

import moegen
from moegen import oracle


def numpy_layer(x, weights, top_k):
    """The same layer in float32 NumPy: experts one after the other, their tokens batched."""
    logits = x @ weights.gate
    indices = np.argsort(-logits, axis=1, kind="stable")[:, :top_k]
    chosen = np.exp(np.take_along_axis(logits, indices, 1) - logits.max(axis=1, keepdims=True))
    chosen /= chosen.sum(axis=1, keepdims=True)
    y = np.zeros_like(x)
    for expert in np.unique(indices):
        rows, slot = np.nonzero(indices == expert)
        y[rows] += chosen[rows, slot, None] * (np.maximum(x[rows] @ weights.w1[expert], 0) @ weights.w2[expert])
    return y


def medians(contestants, rounds=31):
    """Median seconds of each, called in turn."""
    times = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, call in contestants.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in times.items()}


def tune(options):
    """What `moegen tune` says of the artifact that it made."""
    command = [sys.executable, "-m", "moegen.cli", "tune", "--json", *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode or {"-h", "--help"} & set(options):  # it has said on standard error what is wrong
        print(done.stdout, end="")
        sys.exit(done.returncode)
    return json.loads(done.stdout)


def refuse(spec):
    """SystemExit where `numpy_layer` computes another layer than this one."""
    plain = dataclasses.asdict(moegen.MoeSpec(spec.hidden_size, spec.intermediate_size, spec.num_experts, spec.top_k))
    others = [f"{name} {value}" for name, value in dataclasses.asdict(spec).items() if value != plain[name]]
    if others:
        sys.exit(f"NumPy's side computes plain layers of relu in f32 alone, got {', '.join(others)}; leave that out")


def main(options):
    tuned = tune(options)
    spec = moegen.MoeSpec(**tuned["spec"])
    refuse(spec)
    num_tokens = max(tuned["tokens"])
    weights, x = oracle.make_weights(spec), oracle.make_tokens(spec, num_tokens)

    def ours():
        return moegen.moe_forward(x, weights, top_k=spec.top_k, activation=spec.activation, dtype=spec.dtype)

    def theirs():
        return numpy_layer(x, weights, spec.top_k)

    error, allowed = oracle.error(ours(), theirs()), 2 * oracle.tolerance(spec)  # each may be off by the tolerance
    if not error <= allowed:
        sys.exit(f"{tuned['key']}: moegen and NumPy differ by {error:.1e}, more than the {allowed:.1e} of rounding")
    times = medians({"moegen": ours, "NumPy": theirs})
    print(f"{tuned['key']}, {num_tokens} tokens")
    print(f"relative difference between moegen and NumPy (both float32): {error:.1e}")
    for name, seconds in times.items():
        print(f"{name:7s} {1e3 * seconds:8.3f} ms  {spec.flops(num_tokens) / seconds / 1e9:6.1f} GFLOP/s")
    print(f"moegen takes {times['moegen'] / times['NumPy']:.2f} of NumPy's time")


if __name__ == "__main__":
    main(sys.argv[1:] or ["--shape", "4x64x256", "--experts", "4", "--trials", "12", "--timeout", "60"])
