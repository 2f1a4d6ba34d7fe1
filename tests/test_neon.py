"""AArch64: cross-compiled, and run under qemu-aarch64 against the oracle through the exported library's self-test."""

from __future__ import annotations

import dataclasses
import random
import re

import artifacts_by_hand
import numpy as np
import pytest
from exported import CALLER, STRICT, call, caller_flags, library, run, tool
from test_dtypes import exact, extremes, f16_edges
from test_sanitizers import build, fire

from moegen import export, oracle, quantization
from moegen.backends import Target
from moegen.backends.cpu import space, target
from moegen.spec import MoeSpec

NEON = Target("cpu", "neon")
SPECS = {
    "gated": MoeSpec(24, 40, 5, 2, "swiglu", True),
    "odd": MoeSpec(33, 19, 9, 4, "gelu"),
    "full": MoeSpec(
        20,
        17,
        6,
        3,
        "swiglu_clamp",
        True,
        scoring="sigmoid",
        router_bias=True,
        score_bias=True,
        num_groups=3,
        topk_groups=2,
        routed_scaling=2.5,
        shared_intermediate_size=23,
        shared_gate=True,
    ),
    "relu": MoeSpec(64, 48, 4, 1, "relu2"),
}
WAYS = [
    (isa, dtype)
    for isa, known in space.ISAS.items()
    if known.architecture == "aarch64"
    for dtype in known.kinds
    if dtype != "f32"
]
INTEGER_WAYS = [way for way in WAYS if way[1] in quantization.INTEGERS]


def drawn(spec, target, layout, seed) -> space.Config:
    """A legal config."""
    draw = random.Random(seed)
    while True:
        mr = draw.randint(1, space.tallest(target, layout, 4))
        config = space.Config(
            mr=mr,
            vl=4,
            kc=draw.choice([0, 16, 17, 32]),
            mc=mr * draw.randint(1, 4),
            nc=layout.nr * draw.randint(1, 3),
            unroll=draw.choice([1, 2, 4, 8]),
            prefetch=draw.choice([0, 8]),
            prefetch_panel=draw.choice([0, 1, 4]),
            gather=draw.random() < 0.5,
            rows_outer=draw.random() < 0.5,
            wave_rows=0,
            streams=draw.choice([0, 1, 3]),
        )
        if space.why_illegal(spec, target, layout, config) is None:
            return config


def make(folder, *targets):
    return run(
        "make",
        "-j2",
        "-C",
        folder,
        f"CC={tool('aarch64-linux-gnu-gcc')}",
        *targets,
        "AR=aarch64-linux-gnu-ar",
        f"CFLAGS=-O1 {STRICT}",
        "LDFLAGS=-static",
        f"RUN={tool('qemu-aarch64')}",
    ).stdout


def exported(folder, spec, target, seed, buckets=(1, 4, 12)):
    """A library of a drawn layout with a drawn config for each bucket, and the default for 40 tokens."""
    layout = random.Random(seed).choice(space.layouts(spec, target))
    configs = {bucket: drawn(spec, target, layout, (seed, bucket).__repr__()) for bucket in buckets}
    configs[40] = space.default(spec, target, layout, 40, artifacts_by_hand.MACHINE)
    made = dataclasses.replace(artifacts_by_hand.publish(spec, target.name), layout=layout, configs=configs)
    return export.export(made, folder, "moe", single_file=True)


@pytest.mark.parametrize("name", SPECS)
def test_drawn_configs_agree_with_the_oracle(tmp_path, name):
    """Four buckets of one library, a drawn config each; the default too."""
    said = make(exported(tmp_path / "moe", SPECS[name], NEON, sorted(SPECS).index(name)), "check")
    assert (
        re.search(r"^neon: tried [5-9] numbers of tokens$", said, re.MULTILINE)
        and "instruction set: neon\nall passed" in said
    )


@pytest.mark.parametrize("isa, dtype", WAYS)
def test_narrow_weights_agree_with_the_oracle(tmp_path, isa, dtype):
    """Every set of the dtype that there is on Arm, side by side; plain C too."""
    seed = WAYS.index((isa, dtype))
    spec = dataclasses.replace(SPECS[("gated", "odd", "relu")[seed % 3]], dtype=dtype)
    said = make(exported(tmp_path / "moe", spec, Target("cpu", isa), seed, (4,)), "check")
    for name in [name for name, known in WAYS if known == dtype] + ["scalar"]:
        assert re.search(rf"^{name}: tried [3-9] numbers of tokens$", said, re.MULTILINE), said
    assert "all passed" in said


@pytest.mark.parametrize(
    "dtype, wanted",
    [
        ("int8", {"cortex-a72": "neon", "neoverse-n1": "neon_dotprod", "max": "neon_dotprod"}),
        ("bf16", {"cortex-a72": "neon", "neoverse-n1": "neon", "max": "neon_bf16"}),
    ],
)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_right_set_is_taken(tmp_path, dtype, wanted, compiler):
    """qemu stops a program at the first instruction that its processor does not have."""
    spec = dataclasses.replace(SPECS["gated"], dtype=dtype)
    folder = library(tmp_path / "moe", spec, "neon", (8,), single_file=compiler == "gcc")
    command = [] if compiler == "gcc" else [f"CC={tool('clang')} --target=aarch64-linux-gnu"]
    make(folder, "build/selftest", *command)
    for processor, best in wanted.items():
        said = run(tool("qemu-aarch64"), "-cpu", processor, folder / "build/selftest").stdout
        assert f"instruction set: {best}\nall passed" in said


def fired(folder, spec, isa, weights, inputs):
    """y of each x in `inputs`, compared with the oracle's, from a kernel of one drawn config."""
    target = Target("cpu", isa)
    layout = space.layouts(spec, target)[0]
    program = build(folder, spec, target, layout, {8: drawn(spec, target, layout, isa)}, ["-O1", "-static"])
    return fire(program, spec, 0, [(len(x), 1, 0, 0, None) for x in inputs], [tool("qemu-aarch64")], weights, inputs)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("isa, dtype", INTEGER_WAYS)
def test_sums_do_not_saturate_at_the_extremes(tmp_path, isa, dtype, sign):
    """Every product as large as it can be, all of one sign.

    Then with int8 weights of -128, which `quantize` never gives, and int4 weights of 7, whose bits are all set.
    """
    spec = MoeSpec(256, 96, 2, 2, "relu", False, dtype)
    x, weights = extremes(spec, sign)
    (y,) = fired(tmp_path, spec, isa, weights, [x])
    np.testing.assert_allclose(y, exact(x, weights), rtol=2e-6)
    given = quantization.quantize(weights, dtype)
    values = np.full_like(given.w1.values, {"int8": -128, "int4": 7}[dtype])
    given.w1 = quantization.Matrices(dtype, values, given.w1.scales)
    fire(tmp_path / "fire", spec, 0, [(5, 1, 0, 0, None)], [tool("qemu-aarch64")], given, [x])


def test_f16_weights_are_those_of_numpy(tmp_path):
    spec, x, weights, want = f16_edges()
    (y,) = fired(tmp_path, spec, "neon", weights, [x])
    np.testing.assert_array_equal(y, want)


@pytest.mark.parametrize("isa, dtype", WAYS)
def test_a_bad_row_spoils_its_own_output_alone(tmp_path, isa, dtype):
    spec = MoeSpec(41, 22, 6, 2, "swiglu", True, dtype)
    clean, bad = oracle.make_tokens(spec, 12, 1), [3, 9, 11]
    x = clean.copy()
    x[3, 5], x[9], x[11, 0] = np.nan, np.inf, -np.inf
    whole, spoiled = fired(tmp_path, spec, isa, oracle.make_weights(spec, 1), [clean, x])
    assert np.isnan(spoiled[bad]).any(axis=1).all()
    np.testing.assert_array_equal(np.delete(spoiled, bad, 0), np.delete(whole, bad, 0))


def test_one_library_for_both_architectures(tmp_path):
    spec = SPECS["gated"]
    folder = library(tmp_path / "moe", spec, "neon", (8,), isa=("avx2", "neon"), single_file=True)
    run(
        tool("aarch64-linux-gnu-gcc"),
        "-std=c99",
        *STRICT.split(),
        "-static",
        *caller_flags(spec),
        "-I",
        folder,
        "-o",
        tmp_path / "arm",
        CALLER,
        folder / "moe.c",
        "-lm",
        "-pthread",
    )
    run(
        "gcc",
        "-std=c99",
        *STRICT.split(),
        *caller_flags(spec),
        "-I",
        folder,
        "-o",
        tmp_path / "here",
        CALLER,
        folder / "moe.c",
        "-lm",
        "-pthread",
    )
    for threads in ("none", "pool"):
        assert call(tmp_path / "arm", threads, spec, emulator=[tool("qemu-aarch64")]) == "neon"
    assert call(tmp_path / "here", spec=spec) != "neon"


def tile_of(folder, spec, target, layout, rows) -> str:
    """The machine code of the tile of `rows` rows."""
    config = space.Config(
        mr=rows,
        vl=4,
        kc=0,
        mc=rows,
        nc=layout.nr,
        unroll=4,
        prefetch=0,
        prefetch_panel=0,
        gather=False,
        rows_outer=False,
        wave_rows=0,
    )
    made = dataclasses.replace(artifacts_by_hand.publish(spec, target.name), layout=layout, configs={8: config})
    moe = export.export(made, folder / "moe", "moe", isa=(target.name,))
    run(
        tool("aarch64-linux-gnu-gcc"),
        "-std=c99",
        "-O2",
        "-fno-inline",
        f"-I{moe}/include",
        "-o",
        folder / "moe.o",
        "-c",
        moe / f"src/moe_{target.name}.c",
    )
    code = run("aarch64-linux-gnu-objdump", "-d", folder / "moe.o").stdout
    return re.search(rf"<t8_gemm2_{rows}x{layout.nr}>:\n(.*?)\n\n", code, re.DOTALL).group(1)


def test_tiles_multiply_by_element_and_stay_in_registers(tmp_path):
    spec = MoeSpec(48, 96, 4, 2)
    for layout in space.layouts(spec, NEON)[:2]:
        top = space.tallest(NEON, layout, 4)
        tile, vectors = tile_of(tmp_path, spec, NEON, layout, top), layout.nr // 4
        assert len(re.findall(r"fmla.*\.s\[", tile)) == 4 * top * vectors  # four steps, and no broadcasts
        assert (
            len(re.findall(r"\bq\d+", tile)) <= top + 4 * vectors + top * vectors
        )  # loads of a and b, stores of c: no spills


@pytest.mark.parametrize(
    "isa, dtype, multiply, steps",
    [
        ("neon", "bf16", r"fmla.*\.s\[", 8),
        ("neon", "f16", r"fmla.*\.s\[", 4),
        ("neon", "int8", "sadalp", 4),
        ("neon_dotprod", "int8", r"sdot.*\.4b\[", 4),
        ("neon_dotprod", "int4", r"sdot.*\.4b\[", 8),
        ("neon_bf16", "bf16", r"bfdot.*\.2h\[", 4),
    ],
)
def test_loops_over_narrow_weights_stay_in_registers(tmp_path, isa, dtype, multiply, steps):
    spec, target = MoeSpec(1024, 1024, 4, 2, dtype=dtype), Target("cpu", isa)
    layout = space.layouts(spec, target)[0]
    rows = min(8, space.default(spec, target, layout, 64, artifacts_by_hand.MACHINE).mr)
    tile = tile_of(tmp_path, spec, target, layout, rows).splitlines()
    code = {int(line.partition(":")[0], 16): line.split("\t", 2)[2] for line in tile if "\t" in line}
    jumps = [
        (at, int(to.group(1), 16)) for at, words in code.items() if (to := re.match(r"b\.\w+\s+([0-9a-f]+) ", words))
    ]
    end, start = max(jumps, key=lambda jump: jump[0] - jump[1])
    loop = [words for at, words in code.items() if start <= at <= end]
    assert sum(bool(re.search(multiply, words)) for words in loop) == steps * rows * layout.nr // 4
    assert not [words for words in loop if "[sp" in words]


ALL_OF_V1 = {"f32": "neon", "f16": "neon", "bf16": "neon_bf16", "int8": "neon_dotprod", "int4": "neon_dotprod"}


@pytest.mark.parametrize(
    "processor, noted, best",
    [
        ("neoverse_n1", ["asimddp"], {**ALL_OF_V1, "bf16": "neon"}),
        ("neoverse_v1", ["asimddp", "bf16", "i8mm", "sve"], ALL_OF_V1),
        ("aarch64", [], dict.fromkeys(ALL_OF_V1, "neon")),
    ],
)
def test_arm_machines_are_known(monkeypatch, processor, noted, best):
    import archspec.cpu

    monkeypatch.setattr(target, "_host", lambda: archspec.cpu.TARGETS[processor])
    monkeypatch.setattr(target, "_cpuinfo", lambda name: "")
    monkeypatch.setattr(target, "_features", target._features.__wrapped__)
    monkeypatch.setattr(target, "machine", target.machine.__wrapped__)  # what is told of this other machine is not kept
    assert {each.name for each in target.available()} == {*best.values(), "neon", "scalar"}
    for dtype, name in best.items():
        assert target.detect(dataclasses.replace(SPECS["gated"], dtype=dtype)) == Target("cpu", name)
    assert [name for name in target.machine()["features"] if not name.startswith("sve2")] == noted
    assert "lacks avx512f" in target.why_not(Target("cpu", "avx512"))
