"""The one kernel for both products of a small layer, without a GPU: where it can be, where it is the default, NVRTC."""

from __future__ import annotations

import dataclasses

import pytest
from test_cuda import H100, LAYOUT, spec
from test_cuda_compile import compiled

from moegen.backends import cuda
from moegen.backends.cuda.space import Config
from moegen.errors import BuildError
from moegen.render import render

FUSED = Config("wgmma", 80, 256, 256, 4, 4, swap=True, gather=True, router_tokens=16, slices=4)


@pytest.mark.parametrize(
    "of, changes, reason",
    [
        ({}, {"slices": 3}, "2, 4 or 8 slices"),
        ({}, {"slices": 8, "bn1": 128}, "slices of whole blocks"),
        ({"activation": "swiglu"}, {"bn1": 512}, "by 32 where gated"),
        ({}, {"bm": 144}, "32 to 128 rows"),
        ({}, {"bn1": 128}, "256 and 256 columns"),
        ({}, {"stages2": 3}, "as many stages"),
        ({}, {"stages1": 2, "stages2": 2}, "3 stages"),
        ({}, {"stages1": 6, "stages2": 6, "bm": 64}, "shared memory"),  # 2 KB too much, with what is not dynamic
        ({}, {"gather": False}, "gathers"),
        ({}, {"router_splits": 2}, "no splits"),
        ({"hidden": 1024}, {"bn2": 1024}, "registers"),
        ({"inner": 256}, {"bm": 128, "bn1": 64}, "256 sums"),  # of one warpgroup, since a slice is one block
        ({}, {"bm": 128, "stages1": 3, "stages2": 3}, "other blocks' sums"),
        ({"dtype": "f32"}, {"math": "fma", "swap": False, "gather": False}, "16-bit"),
    ],
)
def test_illegal_configs_of_one_kernel_say_why(of, changes, reason):
    assert cuda.space.why_illegal(spec(inner=1024), H100, LAYOUT, FUSED) is None
    config = dataclasses.replace(FUSED, **changes)
    assert reason in cuda.space.why_illegal(spec(**{"inner": 1024, **of}), H100, LAYOUT, config)


def test_one_kernel_counts_what_the_compiler_takes_of_shared_memory():
    for top_k in (2, 3):
        s = spec(inner=1024, top_k=top_k)
        used = compiled(s, H100, {1: FUSED})
        assert used["moe_fused_bf16_0"]["shared_bytes"] == cuda.fused.static_bytes(s, FUSED)


def test_one_kernel_that_spills_does_not_build(tmp_path):
    """255 registers and more to keep: as for the GEMMs, that is no legal config."""
    s = spec(hidden=128, inner=384, experts=4, bias=True)
    config = Config("wgmma", 128, 192, 128, 3, 3, swap=True, gather=True, router_tokens=16, slices=2)
    assert cuda.space.why_illegal(s, H100, LAYOUT, config) is None
    assert compiled(s, H100, {1: config})["moe_fused_bf16_0"]["spill_store_bytes"] > cuda.build.SPILL_BYTES
    with pytest.raises(BuildError, match="registers spill to memory in .*_fused_bf16_0"):
        cuda.build.build(render(s, H100, LAYOUT, {1: config}), H100, tmp_path)


def test_one_kernel_gives_groups_of_an_experts_rows_the_clusters_to_spare():
    fused = cuda.fused
    assert [fused.blocks(spec(experts=4), FUSED, 30, tokens) for tokens in (1, 8, 20, 1000)] == [16, 16, 48, 112]
    assert fused.blocks(spec(experts=64), FUSED, 30, 1000) == 120  # which take the experts in turns
    assert cuda.space.most_tokens(spec(inner=1024), H100, FUSED) == 512 * 16


@pytest.mark.parametrize("tokens, bm", [(1, 32), (512, 48), (1024, 80), (2048, None)])
def test_small_layers_have_one_kernel_by_default(tokens, bm):
    config = cuda.space.default(spec(inner=1024, experts=4), H100, LAYOUT, tokens, {})
    assert (config.slices, config.bm) == ((4, bm) if bm else (1, 128))
    assert cuda.space.default(spec(hidden=2048, inner=8192), H100, LAYOUT, tokens, {}).slices == 1


@pytest.mark.parametrize("activation, slices", [("gelu", 4), ("swiglu", 2)])
def test_one_kernel_compiles_without_spills(activation, slices):
    s = spec("bf16", activation, True, 200, 256)
    columns = cuda.sizes.columns(s)[0] // slices
    config = dataclasses.replace(FUSED, bm=64, bn1=columns, slices=slices)
    used = compiled(s, H100, {1: config})
    assert used["moe_fused_bf16_0"]["spill_store_bytes"] == 0
    assert not {"moe_scan_0", "moe_first_0", "moe_second_0"} & used.keys()
