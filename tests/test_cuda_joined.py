"""The one kernel for both GEMMs of many rows, without a GPU: where it can be, where it is the default, NVRTC."""

from __future__ import annotations

import dataclasses

import pytest
from test_cuda import H100, LAYOUT, spec
from test_cuda_compile import compiled

from moegen.backends import cuda
from moegen.backends.cuda.space import Config
from moegen.backends.cuda.workspace import lay_out
from moegen.spec import MoeSpec

JOINED = Config("wgmma", 128, 256, 256, 4, 4, 16, gather=True, joined=True)
FINE = MoeSpec(1536, 256, 128, 8, "swiglu", False, "bf16")


@pytest.mark.parametrize(
    "of, changes, reason",
    [
        ({}, {"bn2": 128}, "bn1 is bn2"),
        ({}, {"stages2": 3}, "stages1 is stages2"),
        ({}, {"swap": True}, "rows on M"),
        ({}, {"bm": 256, "cluster": 2}, "no clusters"),
        ({}, {"ctas": 2}, "a multiprocessor to each block"),
        ({}, {"slices": 2}, "rows on M"),
        ({}, {"pingpong2": True}, "no turns"),
        ({}, {"stages1": 5, "stages2": 5}, "shared memory"),
        ({}, {"gather": False}, "rows that it gathers"),
        ({}, {"math": "mma", "gather": False}, "16-bit products of wgmma"),
        ({"dtype": "fp8"}, {"gather": False}, "16-bit products of wgmma"),
    ],
)
def test_illegal_configs_of_the_joined_kernel_say_why(of, changes, reason):
    assert cuda.space.why_illegal(spec(), H100, LAYOUT, JOINED) is None
    config = dataclasses.replace(JOINED, **changes)
    assert reason in cuda.space.why_illegal(spec(**of), H100, LAYOUT, config)


@pytest.mark.parametrize("tokens, joined", [(1024, False), (24576, True)])
def test_narrow_experts_of_many_rows_have_it_by_default(tokens, joined):
    assert cuda.space.default(FINE, H100, LAYOUT, tokens, {}).joined == joined
    wider = dataclasses.replace(FINE, intermediate_size=768)
    assert not cuda.space.default(wider, H100, LAYOUT, tokens, {}).joined


def test_rows_that_are_gathered_and_outputs_lie_apart():
    """The second GEMM stores while the first one still reads."""
    offsets, size = lay_out(FINE, JOINED, 1000)[0]
    apart = lay_out(FINE, dataclasses.replace(JOINED, joined=False), 1000)[0]
    assert "outputs" not in apart[0]
    regions = sorted((offset, name) for name, offset in offsets.items())
    ends = dict(zip((name for _, name in regions), [offset for offset, _ in regions[1:]] + [size], strict=True))
    assert ends["rows"] - offsets["rows"] >= 1000 * 1536 * 2
    rows = 8000 + 128 * 127
    assert ends["outputs"] - offsets["outputs"] >= rows // 128 * 128 * 1536 * 2
    assert ends["pace"] - offsets["pace"] >= 8 + 4 * (rows // 128)  # a count for each tile


@pytest.mark.parametrize(
    "dtype, activation, bias, spilled",
    [
        ("bf16", "swiglu", False, 0),
        ("f16", "geglu", True, cuda.build.SPILL_BYTES),
        ("bf16", "relu", True, cuda.build.SPILL_BYTES),
    ],
)
def test_the_joined_kernel_compiles_nearly_without_spills(dtype, activation, bias, spilled):
    layer = dataclasses.replace(FINE, dtype=dtype, activation=activation, bias=bias)
    used = compiled(layer, H100, {1: dataclasses.replace(JOINED, bm=64, bn1=128, bn2=128), 4096: JOINED})
    assert not {"moe_first_0", "moe_second_0"} & used.keys()
    assert max(used[f"moe_joined_{i}"]["spill_store_bytes"] for i in (0, 1)) <= spilled
    assert max(used[f"moe_joined_{i}"]["shared_bytes"] for i in (0, 1)) <= cuda.space.STATIC_BYTES
