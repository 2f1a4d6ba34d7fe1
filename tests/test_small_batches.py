"""Few tokens: default variants over the borders of their buckets, in every type, on the best instruction set here."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from test_kernels import kernel_for, run

from moegen import backends, oracle
from moegen.backends import Target
from moegen.backends.cpu import space
from moegen.backends.cpu.target import detect, machine
from moegen.spec import MoeSpec

BUCKETS = (1, 4, 16, 64)


@pytest.mark.parametrize("dtype", ["f32", "bf16", "f16", "int8", "int4"])
def test_tokens_over_the_borders_of_buckets(dtype):
    spec = MoeSpec(96, 160, 8, 2, "gelu_tanh", True, dtype)
    target = detect(spec)
    layout = space.layouts(spec, target)[0]
    kernel = kernel_for(spec, target, layout, {t: space.default(spec, target, layout, t, machine()) for t in BUCKETS})
    weights = oracle.make_weights(spec, 0)
    seen = set()
    for tokens in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 130):
        x = oracle.make_tokens(spec, tokens, tokens, "skewed")
        y, routing = run(kernel, weights, x)
        oracle.check(y, routing, x, weights, spec)
        seen.add(kernel.chosen(tokens))
    assert seen == set(BUCKETS)


@pytest.mark.parametrize("dtype", ["f32", "int8"])
def test_every_number_of_rows_in_a_tile_gives_the_same_row(dtype):
    """A token's output does not depend on how many others its expert serves beside it."""
    spec = MoeSpec(64, 96, 1, 1, "relu", False, dtype)
    target = detect(spec)
    layout = space.layouts(spec, target)[0]
    config = space.default(spec, target, layout, 64, machine())
    kernel = kernel_for(spec, target, layout, {64: config})
    weights, x = oracle.make_weights(spec, 3), oracle.make_tokens(spec, 2 * config.mr + 1, 3)
    whole, _ = run(kernel, weights, x)
    for tokens in range(1, len(x)):
        y, _ = run(kernel, weights, x[:tokens])
        np.testing.assert_array_equal(y, whole[:tokens])


@pytest.mark.parametrize("dtype", ["f32", "bf16", "f16", "int8", "int4"])
def test_one_run_of_tasks_gives_the_bits_of_a_run_for_each_stage(dtype):
    """On any number of threads and streams, in one go or in chunks, with the router's choice or the caller's."""
    spec = MoeSpec(96, 160, 19, 3, "gelu_tanh", True, dtype)
    target = detect(spec)
    layout = space.layouts(spec, target)[0]
    few = space.default(spec, target, layout, 4, machine())
    assert few.streams > 0 and few.gather
    staged = kernel_for(spec, target, layout, {4: dataclasses.replace(few, streams=0, gather=False)})
    weights = oracle.make_weights(spec, 2)
    for streams in (1, 2, 5):
        fused = kernel_for(
            spec, target, layout, {4: dataclasses.replace(few, streams=streams, mc=2 * few.mr, nc=layout.nr)}
        )
        for tokens, hard in ((1, "balanced"), (5, "crowded"), (33, "skewed"), (70, "balanced")):
            x = oracle.make_tokens(spec, tokens, tokens, hard)
            y, routing = run(staged, weights, x, threads=1)
            oracle.check(y, routing, x, weights, spec)
            for threads, limit in ((1, None), (2, None), (7, None), (2, 1)):
                again, chosen = run(fused, weights, x, threads, limit)
                np.testing.assert_array_equal(again, y)
                np.testing.assert_array_equal(chosen.indices, routing.indices)
                np.testing.assert_array_equal(chosen.counts, routing.counts)
            given = fused.take_routing(routing.indices, routing.weights, tokens)
            again = fused.empty(tokens)
            fused.forward(
                x,
                fused.pack(weights),
                again,
                fused.allocate(fused.workspace_bytes(tokens)),
                routing=given,
                routed=True,
                threads=2,
            )
            np.testing.assert_array_equal(again, y)
            np.testing.assert_array_equal(given.counts, routing.counts)


def test_one_run_needs_rows_where_they_lie_and_no_waves():
    spec = MoeSpec(64, 96, 4, 2)
    target = detect(spec)
    layout = space.layouts(spec, target)[0]
    config = space.default(spec, target, layout, 1, machine())
    for change in ({"gather": False}, {"wave_rows": 512}, {"streams": -1}):
        assert "streams=" in space.why_illegal(spec, target, layout, dataclasses.replace(config, **change))


def test_the_target_follows_the_dtype():
    names = {dtype: detect(MoeSpec(64, 64, 2, 1, dtype=dtype)).name for dtype in ("f32", "bf16", "f16", "int8", "int4")}
    available = machine()["isa"]
    assert names["f32"] == names["f16"] == next(isa for isa in available if "f32" in space.ISAS[isa].kinds)
    for dtype in ("bf16", "int8", "int4"):
        assert names[dtype] == next(isa for isa in available if dtype in space.ISAS[isa].kinds)


@pytest.mark.parametrize("dtype", ["f32", "bf16", "int8", "int4"])
def test_packed_weights_are_as_small_as_the_type(dtype):
    spec = MoeSpec(256, 512, 4, 2, dtype=dtype)
    target = detect(spec)
    kernel = kernel_for(spec, target)
    numbers = 4 * 2 * 256 * 512
    bits = 8 * kernel.pack(oracle.make_weights(spec)).nbytes / numbers
    assert bits == pytest.approx({"f32": 32, "bf16": 16, "int8": 8, "int4": 4.5}[dtype], rel=0.05)


@pytest.mark.parametrize("dtype", ["f32", "bf16", "int8"])
def test_experts_of_few_rows_are_read_once(dtype):
    """The default's tile holds all rows of an expert that gets its share of 64 tokens, where 32 registers allow it."""
    spec = MoeSpec(1024, 4096, 16, 2, dtype=dtype)
    names = ("avx512_bf16", "avx512_vnni", "avx512")
    target = next(Target("cpu", name) for name in names if dtype in space.ISAS[name].kinds)
    layout = space.layouts(spec, target)[0]
    config = space.default(spec, target, layout, 64, {"l1_bytes": 48 << 10, "l2_bytes": 1 << 20, "threads": 2})
    assert config.mr >= 64 * 2 / 16 and config.mc % config.mr == 0 and config.prefetch_panel == 0
    assert config.prefetch * layout.nr * space.kind(spec, target).step_bytes >= 4096
    assert space.why_illegal(spec, target, layout, config) is None


def test_the_search_reaches_the_default():
    """Each choice of the default for few tokens is one that `suggest` can ask for."""

    class Trial:
        def __init__(self, config, layout):
            self.asked = {
                "vl": config.vl,
                "mr": config.mr,
                "kc": config.kc,
                "row_panels": config.mc // config.mr,
                "column_panels": config.nc // layout.nr,
                "unroll": config.unroll,
                "prefetch": config.prefetch,
                "prefetch_panel": config.prefetch_panel,
                "gather": config.gather,
                "rows_outer": config.rows_outer,
                "wave_rows": config.wave_rows,
                "streams": config.streams,
            }

        def suggest_categorical(self, name, choices):
            assert self.asked[name] in choices, (name, self.asked[name], choices)
            return self.asked[name]

        def suggest_int(self, name, low, high):
            assert low <= self.asked[name] <= high
            return self.asked[name]

    for dtype in ("f32", "bf16", "int8", "int4"):
        spec = MoeSpec(1024, 4096, 16, 2, dtype=dtype)
        target = backends.find_target("cpu", spec)
        layout = space.layouts(spec, target)[0]
        for tokens in BUCKETS:
            config = space.default(spec, target, layout, tokens, machine())
            assert space.suggest(Trial(config, layout), spec, target, layout, tokens) == config
