"""Time the CUDA kernels beside PyTorch's grouped GEMM, interleaved, and keep JSON rows.

    python bench/gpu.py --out bench/results/gpu.json small mixtral-16     # names of SHAPES; all of them by default
    python bench/gpu.py --search small                                    # tries CHANGES too, keeps the fastest

A row: {shape, tokens, spec, impl, dtype, mode, median_s, ci_s, device, driver, versions, commit}. `mode` is `graph`
(replays, as the kernel room does by itself), `python` (a call from Python to its end, synchronised) or `product`
(cuBLAS's 8192^3 product, timed among the contestants of a long shape, which run at the clock that the card's power
leaves; in fp8, in a contest with ours alone, with sums that leave the tensor cores as ours do, and with `fast` ones).
Where the fastest takes under 2 ms, the L2 cache is overwritten before each call; else blocks of calls are timed. Rows
of few tokens tell what percentage of the measured read bandwidth the weights of active experts come to. Those of other
shapes that the file of --out holds stay there.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import json
import multiprocessing
import pathlib
import statistics
import sys
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import moegen
from moegen import backends, compile, oracle
from moegen.backends import Target
from moegen.errors import BuildError, TargetError
from moegen.report import stats
from moegen.report.rows import commit as commit_of_checkout
from moegen.spec import MoeSpec, MoeWeights

ROOM = backends.get("cuda")
LAYOUT = ROOM.space.Layout()
MIXTRAL, QWEN3 = (4096, 14336, 8, 2, "swiglu"), (2048, 768, 128, 8, "swiglu")
SHAPES = {
    "compare": (1024, 256, 1024, 4, 2, "relu"),
    "small": (16384, 1024, 4096, 8, 2, "relu"),
    "medium": (65536, 2048, 8192, 16, 2, "relu"),
    "large": (262144, 4096, 16384, 32, 2, "relu"),
    "fine": (24576, 1536, 256, 128, 8, "swiglu"),
    **{f"mixtral-{t}": (t, *MIXTRAL) for t in (1, 16, 64, 1024, 8192)},
    **{f"qwen3-{t}": (t, *QWEN3) for t in (1, 8, 64, 512, 4096, 32768)},
}

DTYPES = {"compare": ("bf16", "tf32", "f32"), "small": ("bf16", "fp8"), "mixtral-8192": ("bf16", "fp8")}
PRODUCT, PRODUCT_SHAPES = 8192, ("medium", "large", "mixtral-8192")
LEAST_ROUNDS = 6  # that tell a 95% interval of a median
FEW_TOKENS = 64  # up to which reading the weights is what takes time


# What --search changes of a shape's default, by its kind; what is illegal for a shape is left out.
_TURNS = {
    "bm": 192,
    "bn1": 128,
    "bn2": 128,
    "stages1": 5,
    "stages2": 5,
    "group": 8,
    "swap": True,
    "gather": False,
    "cluster": 2,
    "pingpong1": True,
    "pingpong2": True,
    "joined": False,
    "carry": False,
}
_PAIRS = {**_TURNS, "bm": 320, "stages1": 6, "stages2": 6, "group": 4}
_GATHERED = {
    **_TURNS,
    "bm": 128,
    "bn1": 256,
    "bn2": 256,
    "stages1": 4,
    "stages2": 4,
    "swap": False,
    "gather": True,
    "cluster": 1,
    "group": 1,
    "pingpong1": False,
    "pingpong2": False,
}
_JOINED = {**_GATHERED, "group": 16, "joined": True}
_ROWS_ON_M = {**_GATHERED, "bm": 256, "group": 8, "gather": False, "cluster": 2}
CHANGES = {
    "decode": [{"router_splits": 4}, {"router_splits": 16}, {"bn1": 64, "bn2": 64, "stages1": 8, "stages2": 8}],
    "middle": [{"stream1": True}, {"bm": 128, "ctas": 1, "stages1": 5, "stages2": 5}, {"gather": False}],
    "compare": [{"router_wide": True}, {"stages1": 5, "stages2": 5}, {"bm": 96}],
    "prefill": [
        _TURNS,
        {**_TURNS, "carry": True},
        _PAIRS,
        {**_TURNS, "bm": 256, "stages1": 4, "stages2": 4, "pingpong1": False, "pingpong2": False},
        {**_TURNS, "bn1": 256, "bn2": 256, "stages1": 3, "stages2": 3, "pingpong1": False, "pingpong2": False},
        _GATHERED,
        _JOINED,
        _ROWS_ON_M,
        {**_ROWS_ON_M, "gather": True, "bn2": 192, "pingpong2": True},
    ],
}


def dtypes_of(name):
    return DTYPES.get(name, ("bf16",))


def candidates(name, dtype, default):
    """What else to try for a shape, beside its default."""
    if dtype != "bf16" or name == "large":  # whose workspaces fill the memory
        return []
    tokens, _, _, experts, top_k, _ = SHAPES[name]
    rows = tokens * top_k / experts
    kind = "compare" if name == "compare" else "decode" if tokens <= 64 else "middle" if rows <= 64 else "prefill"
    return [dataclasses.replace(default, **changes) for changes in CHANGES[kind]]


def spec_of(name, dtype="bf16"):
    _, hidden, inner, experts, top_k, activation = SHAPES[name]
    return MoeSpec(hidden, inner, experts, top_k, activation, False, dtype)


def sizes_of(name):
    """What a row says of its layer, as `moegen bench` writes it."""
    tokens, hidden, inner, experts, top_k, activation = SHAPES[name]
    return {
        "tokens": tokens,
        "spec": {"H": hidden, "I": inner, "E": experts, "K": top_k, "activation": activation},
    }


def built(job):
    """(folder, library) of one config, or why there is none. Runs in a worker process."""
    spec, target, tokens, config = job
    reason = ROOM.space.why_illegal(spec, target, LAYOUT, config)
    if reason is None:
        try:
            result = compile.build(spec, target, LAYOUT, {tokens: config})
            return str(result.folder), result.library
        except BuildError as error:
            reason = str(error)
    return reason


class DeviceWeights:
    """Weights that lie on the GPU, handed to `Kernel.pack` as float32 an expert at a time."""

    b1 = b2 = gate_bias = score_bias = shared_w1 = shared_w2 = shared_gate = None

    def __init__(self, gate, w1, w2):
        self.gate, self.w1, self.w2 = _float(gate), _Experts(w1), _Experts(w2)


class _Experts:
    def __init__(self, transposed):
        self.transposed = transposed

    def __getitem__(self, expert):
        return _float(self.transposed[expert].t())


def _float(tensor):
    import cupy

    return cupy.from_dlpack(tensor.float().contiguous())


def merged(before, rows):
    """Rows of before, those of the shapes that are measured now in their place, and behind them those of new shapes."""
    now = {row["shape"] for row in rows}
    kept = dict.fromkeys(row["shape"] for row in [*before, *rows])
    return [row for shape in kept for row in (rows if shape in now else before) if row["shape"] == shape]


def products(name, dtype):
    """{(implementation, dtype): call} of cuBLAS's products that are timed beside a shape: what the card can do then."""
    import torch

    if dtype not in dtypes_of(name) or (dtype == "bf16" and name not in PRODUCT_SHAPES):
        return {}
    a, b = (torch.randn(PRODUCT, PRODUCT, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    if dtype == "bf16":
        return {(f"torch.mm {PRODUCT}^3", dtype): lambda: torch.mm(a, b)}
    a, b, one = a.to(torch.float8_e4m3fn), b.to(torch.float8_e4m3fn).t(), torch.ones((), device="cuda")
    return {
        (f"torch._scaled_mm {PRODUCT}^3{words}", dtype): lambda fast=fast: torch._scaled_mm(
            a, b, one, one, out_dtype=torch.bfloat16, use_fast_accum=fast
        )
        for words, fast in (("", False), (" fast", True))
    }


def prepare(library, spec, target, arrays, packed=None):
    """A call of a built kernel on a shape's arrays, its y, and the packed weights, which kernels of one type share."""
    kernel = ROOM.kernel.Kernel(*library, spec, target, LAYOUT)
    packed = packed or kernel.pack(DeviceWeights(*arrays[1:]))
    x = arrays[0].float() if spec.dtype in ("tf32", "f32") else arrays[0]
    y, workspace = kernel.empty(len(x), x), kernel.allocate(kernel.workspace_bytes(len(x)))
    return lambda: kernel.forward(x, packed, y, workspace), y, packed


def measure(name, configs, target, libraries, rounds):
    """(implementation, dtype, mode, samples, config) of each contestant of one shape, ours at their best."""
    import gpu_peers as peers

    tokens, arrays = SHAPES[name][0], peers.make(SHAPES[name][0], spec_of(name))
    peer, packed = ("grouped_mm", "bf16"), {}
    contestants = {peer: peers.graph_of(lambda: peers.grouped_mm(*arrays, spec_of(name)))}
    for dtype, config in configs:
        spec = spec_of(name, dtype)
        library = libraries[spec, target, tokens, config]
        if isinstance(library, str):
            print(f"{name:13s} {dtype:4s} not built: {library}  {config}", flush=True)
            continue
        call, y, packed[dtype] = prepare(library, spec, target, arrays, packed.get(dtype))
        y.fill_(float("nan"))
        call()
        wrong = peers.error(y, *arrays, spec)
        if not wrong < oracle.tolerance(spec):
            raise AssertionError(f"{name}: error {wrong} with {config}")
        contestants[dtype, config] = call
    best = [c for c in contestants if c != peer]
    missing = {dtype for dtype, _ in configs} - {dtype for dtype, _ in best}
    if missing:
        raise BuildError(f"{name}: no config in {', '.join(sorted(missing))} could be built")
    if len(best) > len(dtypes_of(name)):  # chosen in a contest of their own, so that luck there is not what is recorded
        samples = peers.contest({c: contestants[c] for c in best}, rounds=3)
        for (dtype, config), times in samples.items():
            median = statistics.median(times) * 1e3
            print(f"{name:13s} {dtype:4s} {median:9.4f} ms to choose from  {config}", flush=True)
        best = [
            min((c for c in best if c[0] == dtype), key=lambda c: statistics.median(samples[c]))
            for dtype in dtypes_of(name)
        ]
    kept, beside = {c: contestants[c] for c in (peer, *best)}, products(name, "bf16")
    samples = peers.contest({**kept, **beside}, rounds=rounds)
    results = [(*peer, "graph", samples[peer], None)]
    results += [(*product, "product", samples[product], None) for product in beside]
    of_fp8 = products(name, "fp8")
    if of_fp8:
        samples_fp8 = peers.contest({**of_fp8, **{c: kept[c] for c in best if c[0] == "fp8"}}, rounds=rounds)
        results += [(*product, "product", samples_fp8[product], None) for product in of_fp8]
    for dtype, config in best:
        results += [
            ("moegen", dtype, "graph", samples[dtype, config], config),
            ("moegen, called", dtype, "python", from_python(contestants[dtype, config]), config),
        ]
    if name == "compare":
        results += end_to_end(spec_of(name), arrays)
    return results


def from_python(call, samples=50):
    """Seconds of calls from Python, each to its end."""
    import torch

    found = []
    for _ in range(samples + 5):
        torch.cuda.synchronize()
        start = time.perf_counter()
        call()
        torch.cuda.synchronize()
        found.append(time.perf_counter() - start)
    return found[5:]


def end_to_end(spec, arrays):
    """What a user of either library calls: a loaded layer, and the loop over experts of the first documents."""
    import gpu_peers as peers
    import torch

    x, gate, w1, w2 = arrays
    on_host = (array.float().cpu().numpy() for array in (gate, w1.transpose(1, 2), w2.transpose(1, 2)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", moegen.UntunedWarning)
        layer = moegen.load(spec, MoeWeights(*on_host), backend="cuda")
    y = torch.empty_like(x)
    layer(x, out=y)
    wrong = peers.error(y, *arrays, spec)
    if not wrong < oracle.tolerance(spec):
        raise AssertionError(f"the loaded layer's error is {wrong}")
    results = [("moegen, layer(x, out=y)", spec.dtype, "python", from_python(lambda: layer(x, out=y)), None)]
    for dtype, inputs in (("bf16", arrays), ("f32", [array.float() for array in arrays])):
        loop = from_python(lambda inputs=inputs: peers.torch_loop(*inputs, spec))
        results.append(("torch_loop", dtype, "python", loop, None))
    return results


def weights_read(name):
    """Bytes of the weights of the experts that are active in a shape's input."""
    import gpu_peers as peers
    import torch

    spec = spec_of(name)
    x, gate, *_ = peers.make(SHAPES[name][0], spec)
    active = torch.topk(x.float() @ gate.float(), spec.top_k).indices.unique().numel()
    return active * spec.hidden_size * (spec.w1_columns + spec.intermediate_size) * 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=", ".join(SHAPES))
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--search", action="store_true", help="try CHANGES of the default config too")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--commit", help="recorded with the rows, by default what git says")
    options = parser.parse_args()
    names = options.shapes or list(SHAPES)
    if options.rounds < LEAST_ROUNDS:
        parser.error(f"--rounds must be {LEAST_ROUNDS} or more: fewer tell no 95% interval")
    unknown = set(names) - set(SHAPES)
    if unknown:
        parser.error(f"unknown shape {', '.join(sorted(unknown))}; known: {', '.join(SHAPES)}")
    try:
        target = ROOM.target.detect(spec_of(names[0]))
    except TargetError as error:
        sys.exit(str(error))
    configs: dict = {n: [] for n in names}
    for n in names:
        for dtype in dtypes_of(n):
            default = ROOM.space.default(spec_of(n, dtype), target, LAYOUT, SHAPES[n][0], ROOM.target.machine())
            more = candidates(n, dtype, default) if options.search else []
            configs[n] += [(dtype, config) for config in dict.fromkeys([default, *more])]
    jobs = [(spec_of(n, dtype), target, SHAPES[n][0], config) for n in names for dtype, config in configs[n]]
    with concurrent.futures.ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        libraries = dict(zip(jobs, pool.map(built, jobs)))
    import torch
    import triton

    torch.set_grad_enabled(False)
    machine, toolchain = ROOM.target.machine(), ROOM.build.toolchain(Target("cuda", target.name))
    commit = options.commit or commit_of_checkout()
    before = json.loads(options.out.read_text()) if options.out and options.out.exists() else []
    rows, roof = [], ROOM.target.measure_roof(target, spec_of(names[0]))
    for name in names:
        theirs, read = None, weights_read(name) if SHAPES[name][0] <= FEW_TOKENS else 0
        try:
            found = measure(name, configs[name], target, libraries, options.rounds)
        except BuildError as error:
            sys.exit(str(error))
        for impl, dtype, mode, samples, config in found:
            measured = stats.median_interval(samples)
            median = measured.median
            theirs = theirs or median  # the first is the peer
            flops = 2 * PRODUCT**3 if mode == "product" else spec_of(name).flops(SHAPES[name][0])
            share = {"percent_of_bandwidth": 100 * read / median / roof.bytes, "read_bandwidth": roof.bytes}
            rows.append(
                {
                    "shape": name,
                    **sizes_of(name),
                    "impl": impl,
                    "dtype": dtype,
                    "mode": mode,
                    "median_s": median,
                    "ci_s": [measured.low, measured.high],
                    "tflops": flops / median * 1e-12,
                    **(share if read else {}),
                    "config": config and str(config),
                    "device": machine["gpu"],
                    "driver": machine["driver"],
                    "versions": {
                        "cupy": machine["cupy"],
                        "nvrtc": toolchain["version"],
                        "torch": torch.__version__,
                        "triton": triton.__version__,
                    },
                    "commit": commit,
                }
            )
            print(
                f"{name:13s} {impl:14s} {dtype:4s} {median * 1e3:9.4f} ms {rows[-1]['tflops']:6.0f} TFLOP/s  "
                f"{theirs / median:5.2f}x grouped_mm  {rows[-1].get('percent_of_bandwidth', 0):3.0f}%  {config or ''}",
                flush=True,
            )
        if options.out:
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text(json.dumps(merged(before, rows), indent=1) + "\n")
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
