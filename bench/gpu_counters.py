"""What bounds the kernels of a call on this GPU: hardware counters of each, and the clock that the card's power leaves.

    python bench/gpu_counters.py --out bench/results/gpu_counters.json fine qwen3-32768 small:fp8     # SHAPE[:DTYPE]

Nsight Compute (`ncu`) counts while this script makes one call of the default config, kernel by kernel, at the clocks
that the card takes by itself. For each: its seconds alone, how much of what the tensor cores, the L2 cache and memory
could do at most was done (percent), the bytes that moved, and what its warps waited for most, in cycles an instruction.
Then calls follow each other for SECONDS, and `nvidia-smi` tells clock, power and what holds the clock down.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import gpu

from moegen import backends, compile
from moegen.errors import TargetError
from moegen.report import rows

SECONDS = 2.0
METRICS = {
    "seconds": "gpu__time_duration.sum",
    "sm_hz": "sm__cycles_elapsed.avg.per_second",
    "tensor_percent": "sm__pipe_tensor_cycles_active.avg.pct_of_peak_sustained_elapsed",
    "l2_percent": "lts__throughput.avg.pct_of_peak_sustained_elapsed",
    "dram_percent": "gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed",
    "dram_read_bytes": "dram__bytes_read.sum",
    "dram_written_bytes": "dram__bytes_write.sum",
    "l2_to_sm_bytes": "l1tex__m_xbar2l1tex_read_bytes.sum",
}
STALL = re.compile(r"smsp__average_warps_issue_stalled_(\w+)_per_issue_active\.ratio$")
KERNEL = re.compile(r"_(router|scan|permute|first|second|joined|fused|combine)(?:_[a-z0-9]+)?_\d+$")
CLOCKS = ("clocks.sm", "power.draw.instant", "power.limit", "clocks_event_reasons.sw_power_cap")


def layer(name, dtype):
    """A call of a shape's default config, on weights and tokens of the GPU bench; and the config."""
    import gpu_peers as peers
    import torch

    torch.set_grad_enabled(False)
    spec, tokens = gpu.spec_of(name, dtype), gpu.SHAPES[name][0]
    target = gpu.ROOM.target.detect(spec)
    config = gpu.ROOM.space.default(spec, target, gpu.LAYOUT, tokens, gpu.ROOM.target.machine())
    built = compile.build(spec, target, gpu.LAYOUT, {tokens: config})
    call, *_ = gpu.prepare((built.folder, built.library), spec, target, peers.make(tokens, spec))
    return call, config


def make_one_call(name, dtype):
    """What ncu watches: a call after one that nobody counts."""
    import cupy

    call, _ = layer(name, dtype)
    call()
    cupy.cuda.runtime.deviceSynchronize()
    cupy.cuda.runtime.profilerStart()
    call()
    cupy.cuda.runtime.deviceSynchronize()
    cupy.cuda.runtime.profilerStop()


def read_counters(words: str) -> list[dict]:
    """One dict a kernel of what ncu printed as raw CSV in base units.

    Raises
    ------
    ValueError
        If there is no table, or a metric is missing.
    """
    lines = words.splitlines()
    begin = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), None)
    if begin is None:
        raise ValueError(f"ncu printed no table:\n{words[-2000:]}")
    table = csv.DictReader(io.StringIO("\n".join(lines[begin:])))
    found = []
    for number, row in enumerate(table):
        if number == 0:  # units
            continue
        missing = [metric for metric in METRICS.values() if not row.get(metric)]
        if missing:
            raise ValueError(f"ncu did not count {', '.join(missing)}")
        kernel = KERNEL.search(row["Kernel Name"].partition("(")[0])
        counted = {key: float(row[metric].replace(",", "")) for key, metric in METRICS.items()}
        counted["seconds"] *= 1e-9
        stalls = {m[1]: float(v.replace(",", "")) for k, v in row.items() if k and v and (m := STALL.match(k))}
        most = sorted(stalls, key=lambda reason: -stalls[reason])[:3]
        found.append(
            {"kernel": kernel[1] if kernel else row["Kernel Name"], **counted, "stalls": {r: stalls[r] for r in most}}
        )
    return found


def count(ncu, name, dtype):
    """The counters of each kernel of a call. Exits with ncu's words where it does not count."""
    command = [ncu, "--profile-from-start", "off", "--clock-control", "none", "--cache-control", "none", "--csv"]
    command += ["--page", "raw", "--print-units", "base", "--section", "WarpStateStats"]
    command += ["--metrics", ",".join(METRICS.values()), sys.executable, __file__, "--one-call", f"{name}:{dtype}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        sys.exit(f"ncu ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
    return read_counters(done.stdout)


def sustain(name, dtype, bus):
    """Seconds a call while calls follow each other, and the median clock and power meanwhile; and the config."""
    import cupy

    call, config = layer(name, dtype)
    call()
    cupy.cuda.runtime.deviceSynchronize()
    command = ["nvidia-smi", "-i", bus, f"--query-gpu={','.join(CLOCKS)}"]
    command += ["--format=csv,noheader,nounits", "-lms", "50"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watch:
        calls, start = 0, time.perf_counter()
        while time.perf_counter() - start < SECONDS:
            for _ in range(10):
                call()
            cupy.cuda.runtime.deviceSynchronize()
            calls += 10
        seconds = (time.perf_counter() - start) / calls
        watch.terminate()
        samples = [line.split(", ") for line in watch.stdout.read().splitlines()]
    samples = [sample for sample in samples if len(sample) == len(CLOCKS)]
    settled = samples[len(samples) // 4 :]  # the clock takes a while to come down
    hertz, watts, limit = (statistics.median(float(sample[i]) for sample in settled) for i in range(3))
    return {
        "kernel": "calls that follow each other",
        "seconds": seconds,
        "tflops": gpu.spec_of(name, dtype).flops(gpu.SHAPES[name][0]) / seconds * 1e-12,
        "sm_hz": hertz * 1e6,
        "watts": watts,
        "watts_limit": limit,
        "capped_by_power": sum(sample[3] == "Active" for sample in settled) / len(settled),
        "config": str(config),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("layers", nargs="+", metavar="SHAPE[:DTYPE]", help=", ".join(gpu.SHAPES))
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--commit", help="recorded with the rows, by default what git says")
    parser.add_argument("--one-call", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    layers = [(name, dtype or "bf16") for name, _, dtype in (each.partition(":") for each in options.layers)]
    known = {(name, dtype) for name in gpu.SHAPES for dtype in gpu.dtypes_of(name)}
    unknown = [":".join(each) for each in layers if each not in known]
    if unknown:
        parser.error(f"unknown {', '.join(unknown)}; known: {', '.join(gpu.SHAPES)}, with the dtypes of bench/gpu.py")
    if options.one_call:
        return make_one_call(*layers[0])
    ncu = shutil.which("ncu")
    if ncu is None:
        sys.exit("bench/gpu_counters.py counts with Nsight Compute; no `ncu` is on the PATH")
    try:
        target = backends.find_target("cuda", None)
    except TargetError as error:
        sys.exit(str(error))
    import cupy

    version = subprocess.run([ncu, "--version"], capture_output=True, text=True, check=True).stdout.split()
    kept = {
        **rows.header("GPU counters", 1, "cuda", options.commit),
        "toolchain": backends.get("cuda").build.toolchain(target),
        "ncu": next((word for word in version if re.match(r"\d+\.\d+\.\d", word)), "unknown"),
        "kernels": [],
    }
    for name, dtype in layers:
        found = [*count(ncu, name, dtype), sustain(name, dtype, cupy.cuda.Device().pci_bus_id)]
        for row in found:
            kept["kernels"].append({"shape": name, "dtype": dtype, **row})
            figures = {k: f"{v:.4g}" for k, v in row.items() if isinstance(v, float)}
            print(f"{name:13s} {dtype:4s} {row['kernel']:8s}", figures, row.get("stalls", ""), flush=True)
        if options.out:
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
