"""Rendered text of a few configs, kept: a template that changes shows here what it changes.

pytest tests/test_golden.py --update-golden        # after a change that is meant
"""

from __future__ import annotations

import dataclasses

import pytest

from moegen.backends import Target
from moegen.backends.cpu import space
from moegen.render import render
from moegen.spec import MoeSpec

MACHINE = {"l1_bytes": 32 << 10, "l2_bytes": 1 << 20, "l3_bytes": 16 << 20, "threads": 2}
TILE = dict(kc=0, unroll=1, prefetch=0, prefetch_panel=0, gather=False, rows_outer=False, wave_rows=0)
CASES = {
    "avx512-relu": (MoeSpec(48, 80, 4, 2), "avx512", 32, space.Config(mr=2, vl=16, mc=4, nc=32, **TILE)),
    "avx2-swiglu-bias": (
        MoeSpec(20, 24, 3, 2, "swiglu", bias=True),
        "avx2",
        16,
        space.Config(mr=2, vl=8, mc=2, nc=16, **{**TILE, "gather": True}),
    ),
    "scalar-gelu-partial": (
        MoeSpec(33, 34, 2, 1, "gelu"),
        "scalar",
        4,
        space.Config(mr=2, vl=1, mc=2, nc=4, **{**TILE, "kc": 16, "unroll": 2, "prefetch_panel": 1, "wave_rows": 512}),
    ),
    "neon-bf16": (
        MoeSpec(36, 44, 3, 2, "silu", dtype="bf16"),
        "neon",
        8,
        space.Config(mr=1, vl=4, mc=2, nc=16, **{**TILE, "unroll": 2}),
    ),
    "neon_dotprod-int4": (
        MoeSpec(64, 32, 3, 2, "relu", dtype="int4"),
        "neon_dotprod",
        8,
        space.Config(mr=1, vl=4, mc=2, nc=8, **TILE),
    ),
}


def rendered(name):
    spec, isa, nr, config = CASES[name]
    target = Target("cpu", isa)
    return render(spec, target, space.Layout(nr, space.kind(spec, target).kpack), {8: config})


@pytest.mark.parametrize("name", CASES)
def test_rendered_text_is_what_it_was(name, golden):
    for file in ("moe.h", "moe.c"):
        golden(f"{name}.{file}", rendered(name).files[file])


def test_equal_arguments_give_equal_text_and_others_do_not():
    for name in CASES:
        assert rendered(name) == rendered(name)
    assert len({rendered(name).files["moe.c"] for name in CASES}) == len(CASES)


def test_nothing_but_arguments_is_in_the_text(monkeypatch, tmp_path):
    before = rendered("avx512-relu")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CC", "no-such-compiler")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert rendered("avx512-relu") == before


def test_every_variant_is_legal_or_named():
    """The default is legal for each candidate layout, bucket, target and type of weights."""
    for shape in (MoeSpec(1024, 4096, 8), MoeSpec(7, 5, 3, 3, "geglu"), MoeSpec(256, 1024, 4, 2, bias=True)):
        for isa, dtype in ((isa, dtype) for isa, known in space.ISAS.items() for dtype in known.kinds):
            spec, target = dataclasses.replace(shape, dtype=dtype), Target("cpu", isa)
            for layout in space.layouts(spec, target):
                for tokens in (1, 2, 16, 1024, 65536):
                    config = space.default(spec, target, layout, tokens, MACHINE)
                    assert space.why_illegal(spec, target, layout, config) is None, (spec, isa, layout, tokens, config)
