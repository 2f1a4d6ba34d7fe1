"""Kernels under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer, guard pages around every array."""

from __future__ import annotations

import os
import pathlib
import random
import subprocess
from types import SimpleNamespace

import artifacts_by_hand
import numpy as np
import pytest
from conftest import needs_isa
from exported import run, tool

from moegen import oracle, quantization
from moegen.backends import Target
from moegen.backends.cpu import space
from moegen.render import render
from moegen.spec import MoeSpec

FIRE = pathlib.Path(__file__).parent / "fire.c"
BUCKETS = (24, 3)  # a drawn config each; the first alone for narrow weights
SANITIZERS = {
    "none": ["-O1"],
    "address": ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    "thread": ["-O1", "-fsanitize=thread"],
    "trap": ["-O1", "-fsanitize=undefined", "-fsanitize-undefined-trap-on-error", "-static"],
}  # needs no library
OPTIONS = {
    "ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:report_signal_unsafe=0",
}
EMULATED = {
    "ASAN_OPTIONS": "abort_on_error=0:detect_leaks=0"
}  # leaks are looked for through ptrace, which qemu has not
NARROW = [
    ("bf16", "avx512_bf16"),
    ("bf16", "scalar"),
    ("f16", "avx512"),
    ("f16", "avx2"),
    ("int8", "avx512_vnni"),
    ("int8", "avx2"),
    ("int4", "avx512_vnni"),
    ("int4", "scalar"),
]

NARROW_ARM = [
    ("bf16", "neon"),
    ("f16", "neon"),
    ("int8", "neon"),
    ("int4", "neon"),
    ("int8", "neon_dotprod"),
    ("int4", "neon_dotprod"),
    ("bf16", "neon_bf16"),
]


def drawn_spec(draw: random.Random, dtype: str = "f32") -> MoeSpec:
    experts = draw.choice([1, 2, 5, 9, 17])
    sizes = (1, 3, 8, 15, 16, 17, 31, 33, 48, 50)
    return MoeSpec(
        draw.choice(sizes),
        draw.choice(sizes),
        experts,
        draw.randint(1, min(experts, 4)),
        draw.choice(["relu", "gelu", "silu", "relu2", "swiglu", "geglu"]),
        draw.random() < 0.5,
        dtype,
    )


def drawn_config(draw: random.Random, spec, target, layout, most_rows=32, most_steps=4):
    """A legal config, any choice of it as odd as legality lets it be."""
    while True:
        vl = draw.choice([vl for vl in space.isa(target).widths if space.tallest(target, layout, vl) >= 1])
        mr = draw.randint(1, min(most_rows, space.tallest(target, layout, vl)))
        mc = mr * draw.randint(1, 5)
        config = space.Config(
            mr=mr,
            vl=vl,
            kc=draw.choice([0, 16, 17, 32]),
            mc=mc,
            nc=layout.nr * draw.randint(1, 3),
            unroll=min(most_steps, draw.choice([1, 2, 4])),
            prefetch=draw.choice([0, 8]),
            prefetch_panel=draw.choice([0, 1, 4]),
            gather=draw.random() < 0.5,
            rows_outer=draw.random() < 0.5,
            wave_rows=draw.choice([0, mc, 3 * mc]),
            streams=draw.choice([0, 1, 3]),
        )
        if space.why_illegal(spec, target, layout, config) is None:
            return config


def build(folder, spec, target, layout, configs, flags) -> pathlib.Path:
    """The program of fire.c around rendered kernels."""
    for name, text in render(spec, target, layout, configs, "moe").files.items():
        (folder / name).write_text(text)
    arm = space.isa(target).architecture == "aarch64"
    return compiled(folder, spec, [*flags, *space.isa(target).flags], tool("aarch64-linux-gnu-gcc") if arm else "gcc")


def compiled(folder, spec, flags, compiler="gcc") -> pathlib.Path:
    sizes = {
        "H_": spec.hidden_size,
        "I_": spec.intermediate_size,
        "E_": spec.num_experts,
        "K_": spec.top_k,
        "W1_COLUMNS": spec.w1_columns,
    }
    if spec.dtype in quantization.INTEGERS:
        groups = [
            -(-depth // quantization.GROUP) if spec.dtype == "int4" else 1
            for depth in (spec.hidden_size, spec.intermediate_size)
        ]
        sizes |= {"SCALES1": groups[0] * spec.w1_columns, "SCALES2": groups[1] * spec.hidden_size}
    run(
        compiler,
        "-std=c99",
        "-g",
        *flags,
        *(f"-D{name}={size}" for name, size in sizes.items()),
        *(["-DBIAS"] if spec.bias else []),
        f"-I{folder}",
        "-o",
        folder / "fire",
        FIRE,
        folder / "moe.c",
        folder / "pool.c",
        "-lm",
        "-pthread",
    )
    return folder / "fire"


def fire(program, spec, seed, cases, emulator=(), weights=None, inputs=None) -> list[np.ndarray]:
    """Run all cases (tokens, threads, page before, little workspace, routing) in one process; each y, compared with the
    oracle's.

    Weights and the x of each case are drawn where they are not given.
    """
    weights = weights or oracle.make_weights(spec, seed)
    sent = [weights.gate]
    for e in range(spec.num_experts):
        sent += [*quantization.expert(weights, e, spec.dtype)] + ([weights.b1[e], weights.b2[e]] if spec.bias else [])
    inputs = inputs or [
        oracle.make_tokens(spec, tokens, seed + i, routing) for i, (tokens, *_, routing) in enumerate(cases)
    ]
    for case, x in zip(cases, inputs):
        sent += [np.array(case[:4], np.int32), x]
    done = subprocess.run(
        [*emulator, program],
        input=b"".join(np.asarray(part).tobytes() for part in sent),
        capture_output=True,
        timeout=280,
        env={**os.environ, **OPTIONS, **(EMULATED if emulator else {})},
    )
    assert done.returncode == 0, f"ended with {done.returncode}\n{done.stderr.decode(errors='replace')[-4000:]}"
    at, found_y = 0, []

    def take(shape, kind):
        nonlocal at
        found = np.frombuffer(done.stdout, kind, int(np.prod(shape)), at).reshape(shape)
        at += found.nbytes
        return found

    for (tokens, *_), x in zip(cases, inputs):
        y = take((tokens, spec.hidden_size), np.float32)
        routing = SimpleNamespace(
            indices=take((tokens, spec.top_k), np.int32),
            weights=take((tokens, spec.top_k), np.float32),
            counts=take((spec.num_experts,), np.int64),
        )
        oracle.check(y, routing, x, weights, spec)
        found_y.append(y)
    assert at == len(done.stdout)
    return found_y


def drawn(folder, isa, sanitizer, dtype="f32", target=None, emulator=()) -> None:
    """One library of a drawn layer with drawn configs; every kind of call."""
    target = target or needs_isa(isa)
    seed = 1000 * sorted(SANITIZERS).index(sanitizer) + 10 * sorted(quantization.DTYPES).index(dtype) + len(isa)
    draw = random.Random(seed)
    spec = drawn_spec(draw, dtype)
    layout = draw.choice(space.layouts(spec, target))
    # A check at every step makes long code and slow compilers: few rows and steps at once, but where pages alone guard.
    most = {} if sanitizer == "none" else {"most_rows": 3 if dtype == "f32" else 2, "most_steps": 2}
    configs = {
        bucket: drawn_config(draw, spec, target, layout, **most) for bucket in BUCKETS[: 2 if dtype == "f32" else 1]
    }
    if sanitizer == "none":
        configs[200] = space.default(spec, target, layout, 200, artifacts_by_hand.MACHINE)
    program = build(folder, spec, target, layout, configs, SANITIZERS[sanitizer])
    threads = (2, 3) if sanitizer == "thread" else (1, 3)
    cases = [
        (tokens, draw.choice(threads), before, little, draw.choice(oracle.TOKEN_ROUTINGS))
        for tokens in (0, 1, 2, 7, 16, 33, 121)
        for before in (0, 1)
        for little in (0, 1)
    ]
    fire(program, spec, seed, cases, emulator)


@pytest.mark.parametrize("sanitizer", ["address", "thread", "none"])
@pytest.mark.parametrize("isa", ["avx512", "avx2", "scalar"])
def test_drawn_kernels_touch_only_their_arrays(tmp_path, isa, sanitizer):
    drawn(tmp_path, isa, sanitizer)


@pytest.mark.parametrize(
    "sanitizer, dtype, isa",
    [("address", "f32", "neon"), ("trap", "f32", "neon")] + [("address", dtype, isa) for dtype, isa in NARROW_ARM],
)
def test_drawn_kernels_for_neon(tmp_path, sanitizer, dtype, isa):
    """Under qemu, with libraries of Debian's cross compiler. ThreadSanitizer's memory map is none that qemu gives."""
    emulator = [tool("qemu-aarch64"), "-L", "/usr/aarch64-linux-gnu"]
    drawn(tmp_path, isa, sanitizer, dtype, target=Target("cpu", isa), emulator=emulator)


@pytest.mark.parametrize("dtype, isa", NARROW)
def test_drawn_kernels_of_narrow_weights(tmp_path, dtype, isa):
    drawn(tmp_path, isa, "address", dtype)


@pytest.mark.parametrize(
    "sanitizer, source, words",
    [
        ("none", "((float *)y)[num_tokens * H] = 1;", "ended with -"),
        ("trap", "int shift = 40; *(float *)y += (float)(1 << (shift + (int)num_tokens));", "ended with -"),
        ("address", "int shift = 40; *(float *)y += (float)(1 << (shift + (int)num_tokens));", "shift exponent"),
    ],
)
def test_it_notices_what_is_wrong(tmp_path, sanitizer, source, words):
    """A write behind the end of y, and undefined behaviour."""
    target, spec = needs_isa("scalar"), MoeSpec(8, 8, 2, 1)
    layout = space.layouts(spec, target)[0]
    configs = {8: drawn_config(random.Random(0), spec, target, layout, most_rows=1, most_steps=1)}
    build(tmp_path, spec, target, layout, configs, SANITIZERS[sanitizer])
    text = (tmp_path / "moe.c").read_text()
    place = "  if (counts) memset(counts"
    assert place in text
    (tmp_path / "moe.c").write_text(text.replace(place, f"  if (num_tokens) {{ {source} }}\n{place}"))
    compiled(tmp_path, spec, SANITIZERS[sanitizer])
    with pytest.raises(AssertionError, match=words):
        fire(tmp_path / "fire", spec, 0, [(4, 1, 0, 0, "balanced")])
