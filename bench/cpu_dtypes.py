"""Every weight type on the CPU, from one token to a large batch, beside NumPy, PyTorch and ggml in the same types.

    python bench/cpu_dtypes.py [--tokens 1,4,16,64,2048] [--dtypes f32,bf16,int8,int4] [--rounds 9] [--json FILE]

H=1024 I=4096 K=2 relu; E=16 in f32 and bf16, E=64 in int8 and int4, and E=8 from 1024 tokens on. Contestants take turns; in
a turn each call has other tokens, so that weights come from memory, as in use. The roof is measured in each round, and
percentages are of that: of the read bandwidth, by the bytes of the experts in use, and of the peak of the type's
multiply-add. moegen runs its analytic default for each number of tokens. PyTorch and ggml take part where they are
installed (ggml: bench/build_ggml.py).
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import time

for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # NumPy at its best: let it choose its own kernels
    os.environ.pop(name, None)
os.environ["OMP_WAIT_POLICY"] = "passive"  # a pool that spins after its call would slow whoever is next
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402

from moegen import oracle, quantization  # noqa: E402
from moegen.backends.cpu import kernel, space, target  # noqa: E402
from moegen.compile import build  # noqa: E402
from moegen.report.peers import ggml, numpy_  # noqa: E402
from moegen.report.peers.base import Missing  # noqa: E402
from moegen.report.problem import Problem  # noqa: E402
from moegen.spec import MoeSpec  # noqa: E402

GGML = {"f32": ("f32",), "bf16": ("bf16",), "f16": ("f16",), "int8": ("q8_0",), "int4": ("q4_0",)}
TURN_S = 0.15  # what a turn aims at
INPUTS = 24
LARGE = 1024  # tokens from which on arithmetic binds, not memory


def moegen_layer(spec, weights, tokens, threads):
    """(call, bytes of packed weights an expert)."""
    where = target.detect(spec)
    layout = space.layouts(spec, where)[0]
    config = space.default(spec, where, layout, tokens, target.machine())
    built = build(spec, where, layout, {tokens: config})
    made = kernel.Kernel(built.folder, built.library, spec, where, layout)
    packed = made.pack(weights)
    workspace = made.allocate(made.workspace_bytes(tokens))

    def call(x):
        y = made.empty(len(x))
        made.forward(x, packed, y, workspace, threads=threads)
        return y

    return call, packed.nbytes / spec.num_experts


def ggml_layer(kind, problem, weights, threads):
    """The layer in ggml with weights of its own type; None where it is not built."""
    try:
        return ggml.prepare(problem, weights.gate, weights.w1, weights.w2, threads, kind)
    except Missing:
        return None


def torch_layer(dtype, problem, weights, threads):
    """PyTorch, experts batched; None where it is not installed."""
    try:
        from moegen.report.peers import torch_
    except ImportError:
        return None
    call = torch_.prepare(problem, weights.gate, weights.w1, weights.w2, threads, "sorted", dtype)
    return lambda x: torch_.result(call(torch_.inputs(x)))


def contestants(dtype, spec, weights, tokens, threads):
    problem = Problem(MoeSpec(spec.hidden_size, spec.intermediate_size, spec.num_experts, spec.top_k), tokens, "")
    call, expert_bytes = moegen_layer(spec, weights, tokens, threads)
    all_of_them = {f"moegen {dtype}": call}
    if dtype == "f32":
        all_of_them["NumPy f32"] = numpy_.prepare(problem, weights.gate, weights.w1, weights.w2, threads, "float32")
    if dtype in ("f32", "bf16"):
        all_of_them[f"PyTorch {dtype}"] = torch_layer({"f32": "float32", "bf16": "bfloat16"}[dtype], problem, weights, threads)
    for kind in GGML[dtype]:
        all_of_them[f"ggml {kind}"] = ggml_layer(kind, problem, weights, threads)
    return {name: each for name, each in all_of_them.items() if each is not None}, expert_bytes


def contest(dtype, tokens, rounds, threads):
    """A row for each contestant of one cell."""
    experts = 8 if tokens >= LARGE else 64 if dtype in quantization.INTEGERS else 16
    spec = MoeSpec(1024, 4096, experts, 2, dtype=dtype)
    weights = oracle.make_weights(spec)
    calls, expert_bytes = contestants(dtype, spec, weights, tokens, threads)
    inputs = [oracle.make_tokens(spec, tokens, seed) for seed in range(3 if tokens >= LARGE else INPUTS)]
    logits = [oracle.router_logits(x, weights) for x in inputs]
    active = [len(np.unique(oracle.choose(each, weights, spec))) for each in logits]
    reference = oracle.forward(inputs[0][:64], weights, MoeSpec(1024, 4096, spec.num_experts, 2)).y
    errors = {name: oracle.error(np.array(call(inputs[0]))[:64], reference) for name, call in calls.items()}
    del weights
    where, times, shares, roofs = target.detect(spec), {name: [] for name in calls}, {name: [] for name in calls}, []
    names, samples = list(calls), {}
    for name, call in calls.items():
        start = time.perf_counter()
        call(inputs[1])
        samples[name] = int(min(INPUTS, max(1, TURN_S // (time.perf_counter() - start))))
    for number in range(rounds):
        roof = target.measure_roof(where, spec, threads, 1 << 29)
        roofs.append((roof.flops, roof.bytes))
        for place in range(len(names)):
            name = names[(place + number) % len(names)]
            calls[name](inputs[-1 - number % len(inputs)])  # wakes its threads
            turn = []
            for which in range(samples[name]):
                start = time.perf_counter()
                calls[name](inputs[which])
                turn.append(time.perf_counter() - start)
            times[name].append(float(np.median(turn)))
            rates = [active[which] * expert_bytes / seconds for which, seconds in enumerate(turn)]
            shares[name].append((100 * float(np.median(rates)) / roof.bytes, 100 * spec.flops(tokens) / times[name][-1] / roof.flops))
    first = float(np.median(times[names[0]]))
    return [{
        "dtype": dtype, "target": where.name, "tokens": tokens, "impl": name, "median_s": float(np.median(times[name])),
        "times_s": times[name], "vs_moegen": float(np.median(times[name])) / first, "threads": threads,
        "percent_of_bandwidth": float(np.median([share[0] for share in shares[name]])),
        "percent_of_peak": float(np.median([share[1] for share in shares[name]])),
        "peak": float(np.median([flops for flops, _ in roofs])), "bandwidth": float(np.median([each for _, each in roofs])),
        "error": errors[name], "experts": spec.num_experts, "active_experts": float(np.mean(active)),
    } for name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", default="1,4,16,64,2048")
    parser.add_argument("--dtypes", default="f32,bf16,int8,int4")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=target.default_threads())
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    rows = []
    for dtype in options.dtypes.split(","):
        for tokens in map(int, options.tokens.split(",")):
            for row in contest(dtype, tokens, options.rounds, options.threads):
                rows.append(row)
                print(f"{row['impl']:14s} T={tokens:5d} {1e3 * row['median_s']:9.3f} ms  {row['vs_moegen']:5.2f}x moegen's  "
                      f"{row['percent_of_bandwidth']:5.1f}% of {row['bandwidth'] / 1e9:4.1f} GB/s  "
                      f"{row['percent_of_peak']:5.1f}% of {row['peak'] / 1e9:6.0f} GOP/s  error {row['error']:.1e}", flush=True)
            if options.json:
                options.json.parent.mkdir(parents=True, exist_ok=True)
                options.json.write_text(json.dumps({"machine": target.machine(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
