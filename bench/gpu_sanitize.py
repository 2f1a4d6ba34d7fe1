"""Two calls each of small layers that together run every kind of CUDA kernel, for compute-sanitizer to watch.

    compute-sanitizer --tool memcheck python bench/gpu_sanitize.py
    compute-sanitizer --tool racecheck python bench/gpu_sanitize.py

Each result is proved against the oracle as well, from a poisoned workspace.
"""

from __future__ import annotations

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from moegen import backends, compile, oracle, quantization
from moegen.backends.cuda.space import Config
from moegen.spec import MoeSpec

ROOM = backends.get("cuda")
LAYOUT = ROOM.space.Layout()
CASES = [  # spec, config, tokens
    (MoeSpec(200, 72, 130, 9, "swiglu", False, "bf16"), Config("mma", 16, 128, 128, 3, 3, router_tokens=64), 150),
    (MoeSpec(256, 64, 9, 3, "relu", True, "bf16"), Config("wgmma", 8, 64, 64, 4, 4, 4, True, 1, 2, 16, 4, True), 40),
    (MoeSpec(256, 128, 128, 8, "swiglu", False, "bf16"), Config("wgmma", 8, 64, 64, 4, 4, 4, True, 2, 2, 16, 2), 33),
    (MoeSpec(201, 64, 5, 2, "relu", False, "bf16"), Config("wgmma", 128, 128, 128, 3, 3, router_tokens=128), 300),
    (
        MoeSpec(200, 64, 130, 9, "relu", False, "bf16"),
        Config("wgmma", 64, 128, 64, 3, 3, router_tokens=64, router_splits=2, router_wide=True),
        150,
    ),
    (
        MoeSpec(256, 192, 4, 2, "swiglu", False, "bf16"),
        Config("wgmma", 256, 128, 128, 3, 3, 4, True, cluster=2),
        300,
    ),
    (
        MoeSpec(256, 512, 5, 2, "swiglu", True, "bf16"),
        Config("wgmma", 32, 256, 256, 3, 3, swap=True, gather=True, router_tokens=16, slices=4),
        300,
    ),
    (
        MoeSpec(1536, 192, 4, 2, "swiglu", True, "bf16"),
        Config("wgmma", 256, 256, 192, 4, 5, 4, gather=True, cluster=2, pingpong2=True),
        1500,
    ),
    (
        MoeSpec(1480, 320, 4, 2, "relu", False, "bf16"),
        Config("wgmma", 192, 128, 128, 4, 4, 4, True, cluster=2, pingpong1=True, pingpong2=True),
        1500,
    ),
    (
        MoeSpec(640, 1088, 4, 2, "swiglu", False, "bf16"),  # tiles for three turns and more
        Config("wgmma", 320, 128, 128, 6, 6, 4, True, cluster=2, pingpong1=True, pingpong2=True),
        2000,
    ),
    (
        MoeSpec(64, 2048, 4, 2, "relu", False, "bf16"),  # units of one step, which producers draw far ahead
        Config("wgmma", 192, 128, 128, 5, 5, 4, True, cluster=2, pingpong1=True, pingpong2=True),
        2000,
    ),
    (
        MoeSpec(576, 320, 4, 2, "swiglu", True, "bf16"),  # x of float32 is permuted, of bfloat16 carried
        Config("wgmma", 192, 128, 128, 4, 4, 4, True, cluster=2, pingpong1=True, pingpong2=True, carry=True),
        1500,
    ),
    (
        MoeSpec(320, 576, 4, 2, "swiglu", True, "bf16"),
        Config("wgmma", 192, 256, 256, 3, 3, 4, True, cluster=2),
        1000,
    ),
    (
        MoeSpec(512, 256, 4, 2, "relu", False, "bf16"),
        Config("wgmma", 384, 128, 128, 4, 4, 4, True, gather=True, cluster=2),
        700,
    ),
    (
        MoeSpec(256, 128, 5, 2, "swiglu", True, "bf16"),
        Config("wgmma", 128, 128, 128, 4, 4, 2, gather=True, joined=True),
        700,
    ),
    (MoeSpec(128, 128, 4, 2, "silu", False, "fp8"), Config("wgmma", 128, 128, 128, 3, 3), 150),
    (MoeSpec(256, 1024, 4, 2, "relu", False, "fp8"), Config("wgmma", 256, 256, 128, 4, 4, cluster=2), 300),
    (MoeSpec(96, 80, 6, 2, "relu", False, "f32"), Config("fma", 32, 128, 64, 3, 3, router_tokens=8), 70),
    (MoeSpec(96, 80, 6, 2, "relu", False, "tf32"), Config("mma", 32, 128, 128, 3, 3, router_tokens=8), 70),
]


def main():
    import cupy

    for spec, config, tokens in CASES:
        target = ROOM.target.detect(spec)
        reason = ROOM.space.why_illegal(spec, target, LAYOUT, config)
        if reason is not None:
            print("left out:", spec.key, reason, flush=True)
            continue
        built = compile.build(spec, target, LAYOUT, {1: config})
        kernel = ROOM.kernel.Kernel(built.folder, built.library, spec, target, LAYOUT)
        weights, x = oracle.make_weights(spec, 0), oracle.make_tokens(spec, tokens, 0)
        if config.router_wide:  # wgmma multiplies a gate of bfloat16
            weights.gate = quantization.from_bf16(quantization.to_bf16(weights.gate))
        packed, workspace = kernel.pack(weights), kernel.allocate(kernel.workspace_bytes(tokens))
        narrow = ["bfloat16"] if "bf16" in ROOM.sizes.types(spec) else []
        x = quantization.from_bf16(quantization.to_bf16(x))  # so that both kinds choose the same experts
        for kind in ["float32", *narrow]:
            rows = kernel.accept(x).astype(kind)
            y = kernel.empty(tokens, rows)
            workspace.buffer.fill(0xFF)
            kernel.forward(rows, packed, y, workspace)
            wrong = oracle.error(cupy.asnumpy(y.astype("float32")), oracle.forward(x, weights, spec).y)
            assert wrong < oracle.tolerance(spec), (spec.key, kind, wrong)
        print("ran", spec.key, flush=True)


if __name__ == "__main__":
    main()
