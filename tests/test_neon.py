"""AArch64: cross-compiled, and run under qemu-aarch64 against the oracle through the exported library's self-test."""
from __future__ import annotations

import dataclasses
import random
import re

import artifacts_by_hand
import pytest
from exported import CALLER, STRICT, call, caller_flags, library, run, tool

from moegen import export
from moegen.backends import Target
from moegen.backends.cpu import space, target
from moegen.spec import MoeSpec

NEON = Target("cpu", "neon")
SPECS = {
    "gated": MoeSpec(24, 40, 5, 2, "swiglu", True),
    "odd": MoeSpec(33, 19, 9, 4, "gelu"),
    "full": MoeSpec(20, 17, 6, 3, "swiglu_clamp", True, scoring="sigmoid", router_bias=True, score_bias=True, num_groups=3,
                    topk_groups=2, routed_scaling=2.5, shared_intermediate_size=23, shared_gate=True),
    "relu": MoeSpec(64, 48, 4, 1, "relu2"),
}


def drawn(spec, layout, seed) -> space.Config:
    """A legal config."""
    draw = random.Random(seed)
    while True:
        mr = draw.randint(1, space.tallest(NEON, layout, 4))
        config = space.Config(
            mr=mr, vl=4, kc=draw.choice([0, 16, 17, 32]), mc=mr * draw.randint(1, 4), nc=layout.nr * draw.randint(1, 3),
            unroll=draw.choice([1, 2, 4, 8]), prefetch=draw.choice([0, 8]), prefetch_panel=draw.choice([0, 1, 4]),
            gather=draw.random() < 0.5, rows_outer=draw.random() < 0.5, wave_rows=0)
        if space.why_illegal(spec, NEON, layout, config) is None:
            return config


def make(folder, *targets):
    return run("make", "-j2", "-C", folder, *targets, f"CC={tool('aarch64-linux-gnu-gcc')}", "AR=aarch64-linux-gnu-ar",
               f"CFLAGS=-O1 {STRICT}", "LDFLAGS=-static", f"RUN={tool('qemu-aarch64')}").stdout


@pytest.mark.parametrize("name", SPECS)
def test_drawn_configs_agree_with_the_oracle(tmp_path, name):
    """Four buckets of one library, a drawn config each; the default too."""
    spec, seed = SPECS[name], sorted(SPECS).index(name)
    layout = random.Random(seed).choice(space.layouts(spec, NEON))
    configs = {bucket: drawn(spec, layout, (seed, bucket).__repr__()) for bucket in (1, 4, 12)}
    configs[40] = space.default(spec, NEON, layout, 40, artifacts_by_hand.MACHINE)
    made = dataclasses.replace(artifacts_by_hand.publish(spec, "neon"), layout=layout, configs=configs)
    said = make(export.export(made, tmp_path / "moe", "moe", single_file=True), "check")
    assert re.search(r"^neon: tried [5-9] numbers of tokens$", said, re.M) and "instruction set: neon\nall passed" in said


def test_one_library_for_both_architectures(tmp_path):
    spec = SPECS["gated"]
    folder = library(tmp_path / "moe", spec, "neon", (8,), isa=("avx2", "neon"), single_file=True)
    run(tool("aarch64-linux-gnu-gcc"), "-std=c99", *STRICT.split(), "-static", *caller_flags(spec), "-I", folder, "-o", tmp_path / "arm",
        CALLER, folder / "moe.c", "-lm", "-pthread")
    run("gcc", "-std=c99", *STRICT.split(), *caller_flags(spec), "-I", folder, "-o", tmp_path / "here", CALLER, folder / "moe.c", "-lm", "-pthread")
    for threads in ("none", "pool"):
        assert call(tmp_path / "arm", threads, spec, emulator=[tool("qemu-aarch64")]) == "neon"
    assert call(tmp_path / "here", spec=spec) != "neon"


def test_tiles_multiply_by_element_and_stay_in_registers(tmp_path):
    spec = MoeSpec(48, 96, 4, 2)
    for layout in space.layouts(spec, NEON)[:2]:
        top = space.tallest(NEON, layout, 4)
        config = space.Config(mr=top, vl=4, kc=0, mc=top, nc=layout.nr, unroll=4, prefetch=0, prefetch_panel=0, gather=False,
                              rows_outer=False, wave_rows=0)
        made = dataclasses.replace(artifacts_by_hand.publish(spec, "neon"), layout=layout, configs={8: config})
        folder = export.export(made, tmp_path / "moe", "moe", isa=("neon",))
        run(tool("aarch64-linux-gnu-gcc"), "-std=c99", "-O2", "-fno-inline", f"-I{folder}/include", "-c", folder / "src/moe_neon.c", "-o",
            tmp_path / "neon.o")
        code = run("aarch64-linux-gnu-objdump", "-d", tmp_path / "neon.o").stdout
        tile = re.search(rf"<t8_gemm2_{top}x{layout.nr}>:\n(.*?)\n\n", code, re.S).group(1)
        vectors = layout.nr // 4
        assert len(re.findall(r"fmla.*\.s\[", tile)) == 4 * top * vectors  # four steps, and no broadcasts
        assert len(re.findall(r"\bq\d+", tile)) <= top + 4 * vectors + top * vectors  # loads of a and b, stores of c: no spills


@pytest.mark.parametrize("processor, noted", [("neoverse_n1", ["asimddp"]), ("neoverse_v1", ["asimddp", "bf16", "i8mm", "sve"]),
                                              ("aarch64", [])])
def test_arm_machines_are_known(monkeypatch, processor, noted):
    import archspec.cpu
    monkeypatch.setattr(target, "_host", lambda: archspec.cpu.TARGETS[processor])
    monkeypatch.setattr(target, "_cpuinfo", lambda name: "")
    monkeypatch.setattr(target, "_features", target._features.__wrapped__)
    monkeypatch.setattr(target, "machine", target.machine.__wrapped__)  # what is told of this other machine is not kept
    assert target.available() == [NEON, Target("cpu", "scalar")]
    assert target.detect(SPECS["gated"]) == NEON
    assert [name for name in target.machine()["features"] if not name.startswith("sve2")] == noted
    assert "lacks avx512f" in target.why_not(Target("cpu", "avx512"))
