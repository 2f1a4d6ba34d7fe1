"""Rows that the first GEMM carries itself, without a GPU: where that can be, where it is the default, NVRTC."""

from __future__ import annotations

import dataclasses

import optuna
import pytest
from test_cuda import H100, LAYOUT, spec
from test_cuda_compile import compiled

from moegen.backends import cuda
from moegen.backends.cuda.space import Config
from moegen.backends.cuda.workspace import lay_out
from moegen.spec import MoeSpec

CARRY = Config("wgmma", 192, 128, 128, 5, 5, 8, True, cluster=2, pingpong1=True, pingpong2=True, carry=True)
QWEN3 = MoeSpec(2048, 768, 128, 8, "swiglu", False, "bf16")


@pytest.mark.parametrize(
    "of, changes, reason",
    [
        ({}, {"cluster": 1, "gather": True}, "need nobody to carry"),
        ({}, {"bm": 32, "cluster": 1, "pingpong1": False, "pingpong2": False}, "64 rows or more"),
        ({}, {"ctas": 2}, "a multiprocessor to each block"),
        ({}, {"math": "mma", "swap": False, "cluster": 1}, "16-bit wgmma"),
        ({"dtype": "fp8"}, {}, "16-bit wgmma"),
        ({"hidden": 200}, {}, "a multiple of 64 elements"),
    ],
)
def test_rows_that_cannot_be_carried_say_why(of, changes, reason):
    assert cuda.space.why_illegal(spec(), H100, LAYOUT, CARRY) is None
    assert reason in cuda.space.why_illegal(spec(**of), H100, LAYOUT, dataclasses.replace(CARRY, **changes))


def test_rows_that_a_weight_scales_are_not_carried():
    llama4 = dataclasses.replace(spec(), top_k=1, scale_input=True)
    assert "scaled by no weight" in cuda.space.why_illegal(llama4, H100, LAYOUT, CARRY)


@pytest.mark.parametrize(
    "changes, tokens, carry",
    [
        ({}, 32768, True),
        ({}, 12288, True),  # 768 rows an expert
        ({}, 8192, False),  # fewer: their tiles are another kind's
        ({"intermediate_size": 1152}, 32768, False),  # 2304 columns of the first GEMM: permuting takes little beside it
        ({"hidden_size": 2000}, 32768, False),  # x must be padded
        ({"dtype": "fp8"}, 32768, False),
    ],
)
def test_narrow_experts_of_many_rows_carry_them_by_default(changes, tokens, carry):
    config = cuda.space.default(dataclasses.replace(QWEN3, **changes), H100, LAYOUT, tokens, {})
    assert config.carry == carry


def test_what_carries_has_a_count_for_each_tile_and_a_token_for_each_row():
    (carried, _), rows = lay_out(QWEN3, CARRY, 32768)
    (permuted, _), _ = lay_out(QWEN3, dataclasses.replace(CARRY, carry=False), 32768)

    def room(offsets, name):
        return min(other for other in offsets.values() if other > offsets[name]) - offsets[name]

    assert room(carried, "row_token") >= rows * 4 and room(carried, "pace") >= 12 + rows // 192 * 4
    assert room(carried, "rows") == room(permuted, "rows") and room(permuted, "pace") < room(carried, "pace")


def test_permute_has_fewer_blocks_where_it_only_tells_rows():
    """A thread tells 4 choices their rows; where x cannot be carried as it is, a warp copies a token."""
    assert cuda.space.permute_blocks(QWEN3, CARRY, 132, 1024, True) == 1024 * 8 // 4 // 256
    assert cuda.space.permute_blocks(QWEN3, CARRY, 132, 1024, False) == 1024 * 32 // 256


@pytest.mark.parametrize("swap", [True, False])
def test_a_search_tries_it_where_it_can_be(swap):
    def suggested(of):
        """(gather, carry) of configs that a search tries."""
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(0))
        tried = [cuda.space.suggest(study.ask(), of, H100, LAYOUT, 32768) for _ in range(100)]
        return {(config.gather, config.carry) for config in tried if config.swap == swap}

    assert suggested(QWEN3) == {(False, False), (False, True), (True, False)}
    assert not any(carry for _, carry in suggested(dataclasses.replace(QWEN3, scale_input=True, top_k=1)))
    assert not any(carry for _, carry in suggested(dataclasses.replace(QWEN3, dtype="fp8")))


@pytest.mark.parametrize(
    "hidden, dtype, activation, bias",
    [
        (192, "bf16", "swiglu", False),  # several rows at a time
        (1088, "f16", "relu", True),
        (2112, "bf16", "swiglu", False),  # a row in parts
    ],
)
def test_what_carries_compiles_without_spills(hidden, dtype, activation, bias):
    layer = dataclasses.replace(QWEN3, hidden_size=hidden, dtype=dtype, activation=activation, bias=bias)
    on_m = Config("wgmma", 128, 256, 256, 4, 4, carry=True)
    pairs = dataclasses.replace(CARRY, bm=320, stages1=6, stages2=6)
    used = compiled(layer, H100, {1: on_m, 2: pairs, 4096: CARRY})
    first = [used[f"moe_first_{i}"] for i in range(3)]
    assert max(of["spill_store_bytes"] for of in first) <= (cuda.build.SPILL_BYTES if bias else 0)
    assert max(of["shared_bytes"] for of in first) <= cuda.space.STATIC_BYTES
