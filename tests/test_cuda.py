"""CUDA without a GPU: names, legality, defaults and rendered text."""

from __future__ import annotations

import ctypes
import dataclasses
import importlib.util
import inspect
import json
import pathlib
import re
import types

import msgspec
import numpy as np
import optuna
import pytest
from test_router_kinds import MODELS

from moegen import oracle, quantization, render
from moegen.backends import Target, cuda
from moegen.backends.cuda.call import Call
from moegen.backends.cuda.space import Config
from moegen.errors import TargetError
from moegen.spec import MoeSpec, MoeWeights

H100, A100, B200 = Target("cuda", "h100_sm_90a"), Target("cuda", "a100_sm_80"), Target("cuda", "b200_sm_100")
LAYOUT = cuda.space.Layout()
GATED = ("swiglu", "geglu", "reglu")


def spec(dtype="bf16", activation="relu", bias=False, hidden=256, inner=512, experts=8, top_k=2):
    return MoeSpec(hidden, inner, experts, top_k, activation, bias, dtype)


@pytest.mark.parametrize(
    "text, name",
    [
        ("NVIDIA H100 80GB HBM3", "h100"),
        ("NVIDIA A100-SXM4-80GB", "a100"),
        ("Tesla T4", "t4"),
        ("NVIDIA GeForce RTX 4090", "rtx4090"),
        ("NVIDIA GH200 480GB", "gh200"),
    ],
)
def test_gpu_names(text, name):
    assert cuda.target.gpu_name(text) == name


@pytest.mark.parametrize(
    "name, capability",
    [
        ("h100_sm_90a", (9, 0, True)),
        ("sm_80", (8, 0, False)),
        ("b200_sm_100", (10, 0, False)),
        ("rtx5090_sm_120", (12, 0, False)),
    ],
)
def test_parse(name, capability):
    assert cuda.sizes.capability(cuda.target.parse(name)) == capability


@pytest.mark.parametrize("name", ["avx512", "sm_75", "h100", "sm_90a_x", "", "neon"])
def test_parse_knows_only_gpus_that_are_served(name):
    assert cuda.target.parse(name) is None


@pytest.mark.parametrize("target", [H100, A100, B200])
@pytest.mark.parametrize("dtype", cuda.space.DTYPES)
@pytest.mark.parametrize("tokens", [1, 7, 64, 1000, 70000])
def test_default_is_legal_for_any_shape(target, dtype, tokens):
    if dtype == "fp8" and target != H100:
        with pytest.raises(TargetError, match="sm_90a"):
            cuda.space.default(spec(dtype), target, LAYOUT, tokens, {})
        return
    for hidden, inner, experts, top_k in (
        (1, 1, 1, 1),
        (200, 72, 130, 9),
        (2048, 768, 128, 8),
        (4096, 14336, 8, 2),
        (64, 64, 400, 300),
    ):
        for activation in ("relu", "swiglu"):
            s = spec(dtype, activation, True, hidden, inner, experts, top_k)
            config = cuda.space.default(s, target, LAYOUT, tokens, {})
            assert cuda.space.why_illegal(s, target, LAYOUT, config) is None
            assert msgspec.convert(dataclasses.asdict(config), Config) == config


@pytest.mark.parametrize("dtype", [dtype for dtype in cuda.space.DTYPES if dtype != "fp8"])  # which is Hopper's alone
def test_routers_of_many_experts_fit_where_shared_memory_is_small(dtype):
    s, target = spec(dtype, "swiglu", False, 7168, 2048, 256, 8), Target("cuda", "rtx3090_sm_86")
    config = cuda.space.default(s, target, LAYOUT, 4096, {})
    assert cuda.space.most_router_shared_bytes(s, config) <= cuda.sizes.SHARED_BYTES_ELSEWHERE


def test_a_router_too_large_says_so_not_that_it_has_too_few_tokens():
    with pytest.raises(TargetError, match="the router needs .* bytes of shared memory"):
        cuda.space.default(spec(experts=3000), H100, LAYOUT, 64, {})


@pytest.mark.parametrize("dtype, changed", [("bf16", 8), ("fp8", 8), ("f16", 11), ("tf32", 24), ("f32", 24)])
def test_what_is_tuned_is_what_users_have(dtype, changed):
    """x and the router have as many bits as the checkpoints of such weights; hard cases no magnitude beyond them."""
    numbers = np.float32([1 + 2**-changed, 1 + 2 ** -(changed - 1)])
    used = cuda.target.as_used(spec(dtype), numbers)
    assert used.dtype == np.float32 and used.tolist() == [1, 1 + 2 ** -(changed - 1)]
    hard = cuda.target.hard_routings(spec(dtype))
    assert ("large" in hard) == ("tiny" in hard) == (dtype != "f16") and "equal_scores" in hard
    for name in hard:
        x, _ = oracle.make_case(spec(dtype), 9, name, 1)
        assert np.isfinite(cuda.target.as_used(spec(dtype), x)).all()


@pytest.mark.parametrize("x_bytes, gate_parts, stages", [(2, 1, 5), (2, 3, 3), (4, 1, 6), (4, 3, 3)])
def test_a_router_takes_what_its_stages_need(x_bytes, gate_parts, stages):
    s, config = spec(experts=128, top_k=8), Config("wgmma", 128, 256, 256, 4, 4, router_tokens=16)
    steps = 2 if (x_bytes, gate_parts) == (2, 1) else 1  # of 32 elements
    stage = steps * (16 * 32 * x_bytes + gate_parts * 16 * 512)
    assert cuda.space.router_shared_bytes(s, config, x_bytes, gate_parts) == stages * stage + 4 * (16 * 8 + 128)


@pytest.mark.parametrize(
    "experts, router_tokens, columns",
    [(128, 128, 64), (128, 32, 32), (64, 64, 32), (256, 64, 64), (256, 128, None), (512, 32, None)],
)
def test_wide_routers_leave_room_for_two(experts, router_tokens, columns):
    """Blocks of a multiprocessor; and products whose sums exceed a thread's registers stay those of mma.sync."""
    s, config = spec(experts=experts, top_k=8), Config("wgmma", 128, 256, 256, 4, 4, router_tokens=router_tokens)
    wide = dataclasses.replace(config, router_wide=True)
    product = cuda.router.product(s, wide, experts)
    assert (product and product.columns) == columns and cuda.router.product(s, config, experts) is None
    if columns is None:
        assert cuda.space.router_shared_bytes(s, wide, 2, 1) == cuda.space.router_shared_bytes(s, config, 2, 1)
    elif experts <= 128:
        assert 2 * (cuda.space.router_shared_bytes(s, wide, 2, 1) + 1024) <= cuda.sizes.shared_limit(H100) + 1024


def test_default_refuses_what_has_no_kernel():
    with pytest.raises(TargetError, match="no CUDA kernel"):
        cuda.space.default(spec("int4"), H100, LAYOUT, 64)


@pytest.mark.parametrize("target", [H100, A100, B200])
@pytest.mark.parametrize("dtype", cuda.space.DTYPES)
def test_every_kind_of_layer_has_a_default(target, dtype):
    for model in MODELS.values():
        model = dataclasses.replace(model, dtype=dtype)
        if dtype == "fp8" and (target != H100 or model.features & {"shared", "scale_input"}):
            with pytest.raises(TargetError, match="sm_90a|no fp8 kernel"):
                cuda.space.default(model, target, LAYOUT, 16, {})
            continue
        for tokens in (1, 16, 1024, 32768):
            config = cuda.space.default(model, target, LAYOUT, tokens, {})
            assert cuda.space.why_illegal(model, target, LAYOUT, config) is None


def test_blocks_that_run_side_by_side_gather_the_same_rows():
    """So that those of a row tile's column tiles find them in the L2 cache."""
    config = cuda.space.default(spec("bf16", "relu", False, 512, 512, 4, 1), H100, LAYOUT, 8192, {})
    assert config.gather and not config.joined and config.group == 1


@pytest.mark.parametrize(
    "layer, tokens, bm, stages, group",
    [
        ((2048, 768, 128, 8), 2048, 256, 4, 4),  # 128 rows an expert: they fill half of a tile
        ((2048, 768, 128, 8), 4096, 320, 6, 4),  # 256 rows: often more than a tile of 256
        ((2048, 768, 128, 8), 8192, 320, 6, 8),
        ((2048, 768, 128, 8), 32768, 192, 5, 8),
        ((4096, 14336, 8, 2), 512, 256, 4, 4),  # 8 tiles, of 32 column tiles each: enough for 132 multiprocessors
        ((4096, 14336, 8, 2), 1024, 320, 6, 4),
        ((4096, 14336, 8, 2), 8192, 256, 4, 8),  # long reductions
        ((4096, 14336, 8, 2), 65536, 192, 3, 8),  # and so many tiles that those of 256 columns are shared evenly
        ((4096, 16384, 32, 2), 262144, 192, 3, 8),
    ],
)
def test_many_rows_are_permuted_to_the_swapped_tiles_that_they_fill_best(layer, tokens, bm, stages, group):
    hidden, inner, experts, top_k = layer
    of = spec("bf16", "swiglu", False, hidden, inner, experts, top_k)
    config = cuda.space.default(of, H100, LAYOUT, tokens, {})
    assert config.swap and config.cluster == 2 and not config.gather
    assert (config.bm, config.stages1, config.stages2, config.group) == (bm, stages, stages, group)
    assert config.bn1 == config.bn2 == (256 if stages == 3 else 128)
    assert config.pingpong1 == config.pingpong2 == (stages > 4)
    assert cuda.space.shares_rows(config) == (bm != 320)


def test_a_weight_that_scales_the_input_wants_rows_that_are_copied():
    llama4 = dataclasses.replace(MODELS["llama4"], dtype="bf16")
    config = Config("wgmma", 128, 128, 128, 4, 4)
    assert cuda.space.why_illegal(llama4, H100, LAYOUT, config) is None
    assert "copied" in cuda.space.why_illegal(llama4, H100, LAYOUT, dataclasses.replace(config, gather=True))


@pytest.mark.parametrize(
    "target, changes, reason",
    [
        (A100, {}, "wgmma cannot multiply"),
        (H100, {"bn1": 96}, "multiples of 64"),
        (H100, {"stages1": 7}, "shared memory"),
        (H100, {"bm": 256}, "consumer warpgroups"),
        (H100, {"ctas": 2}, "registers"),
        (H100, {"splits": 2}, "swapped"),
        (H100, {"swap": True, "bn1": 64, "bn2": 128}, "neither or both"),
        (H100, {"swap": True, "bn1": 64, "bn2": 256}, "neither or both"),
        (H100, {"swap": True, "bn1": 192, "bn2": 128}, "64, 128 or 256"),
        (H100, {"swap": True, "bm": 48, "stages1": 3, "stages2": 3}, "of 64 rows or more"),
        (H100, {"swap": True, "bm": 192, "bn2": 128, "pingpong1": True}, "are shared"),
        (H100, {"swap": True, "bm": 64, "stages1": 2, "stages2": 2, "ctas": 2}, "alone on"),
        (H100, {"swap": True, "bm": 256, "stages1": 3, "stages2": 3}, "sums of 192 rows"),
        (H100, {"swap": True, "bn1": 128, "bn2": 128, "splits": 2}, "under 64 rows"),
        (H100, {"swap": True, "bm": 64, "bn1": 128, "bn2": 128, "splits": 2}, "under 64 rows"),
        (H100, {"cluster": 2, "bm": 512}, "consumer warpgroups"),
        (H100, {"swap": True, "bm": 64, "bn1": 128, "bn2": 128, "cluster": 2}, "a cluster is"),
        (H100, {"swap": True, "bn1": 128, "bn2": 128, "cluster": 2, "gather": True}, "brought to both"),
        (H100, {"swap": True, "bm": 288, "bn1": 128, "bn2": 128, "cluster": 2}, "wgmma's N"),
        (H100, {"swap": True, "bm": 320, "bn1": 128, "bn2": 128}, "shares weights"),
        (H100, {"swap": True, "bm": 321, "bn1": 128, "bn2": 128, "cluster": 2}, "shared evenly"),
        (H100, {"bm": 257, "cluster": 2}, "shared evenly"),
        (H100, {"swap": True, "bm": 512, "bn1": 128, "bn2": 128, "cluster": 2, "pingpong1": True}, "256 sums"),
        (H100, {"pingpong2": True}, "256 sums"),
        (H100, {"swap": True, "bm": 256, "bn1": 128, "bn2": 128, "pingpong1": True}, "256 sums"),
        (H100, {"bm": 64, "bn2": 128, "pingpong2": True}, "128 on wgmma's M"),
        (H100, {"swap": True, "bm": 64, "bn1": 128, "bn2": 128, "pingpong1": True}, "128 rows or more"),
        (H100, {"swap": True, "bn1": 128, "bn2": 128, "ctas": 2, "pingpong1": True}, "to each block"),
        (H100, {"math": "mma", "cluster": 2}, "a cluster is"),
        (H100, {"math": "mma", "bm": 64, "bn1": 128, "bn2": 128, "pingpong1": True}, "take turns"),
        (H100, {"math": "mma", "ctas": 2}, "sums a thread"),
        (H100, {"math": "mma", "gather": True}, "gathered only"),
        (H100, {"router_tokens": 48}, "router"),
        (H100, {"router_wide": True, "router_splits": 3}, "cluster of 2, 4 or 8"),
        (H100, {"math": "mma", "router_wide": True, "router_splits": 2}, "only beside wgmma"),
        (H100, {"stages2": 0}, "at least 1"),
        (H100, {"router_splits": 0}, "at least 1"),
        (H100, {"stages1": 1}, "at least 2 stages"),
        (H100, {"stream2": True}, "few tiles"),
        (H100, {"swap": True, "bm": 256, "bn1": 128, "bn2": 128, "cluster": 2, "stream1": True}, "few tiles"),
        # two blocks would fit but for what CUDA takes of each
        (H100, {"swap": True, "bm": 8, "bn1": 64, "bn2": 64, "stages1": 12, "ctas": 2, "stages2": 13}, "shared memory"),
    ],
)
def test_illegal_configs_say_why(target, changes, reason):
    config = dataclasses.replace(Config("wgmma", 128, 256, 256, 4, 4), **changes)
    assert reason in cuda.space.why_illegal(spec(inner=4096), target, LAYOUT, config)


@pytest.mark.parametrize(
    "here, reason", [("80", None), ("86", "bytes of shared memory"), ("87", None), ("75", "has 7.5")]
)
def test_a_gpu_with_less_shared_memory_does_not_run_the_kernels_of_one_with_more(monkeypatch, here, reason):
    cupy = types.SimpleNamespace(
        cuda=types.SimpleNamespace(Device=lambda: types.SimpleNamespace(compute_capability=here))
    )
    monkeypatch.setattr(cuda.target, "require_cupy", lambda: cupy)
    found = cuda.target.why_not(Target("cuda", "a100_sm_80"))
    assert found is None if reason is None else reason in found


def test_gated_tiles_hold_whole_atoms_of_output():
    config = Config("wgmma", 128, 192, 256, 4, 4)
    assert cuda.space.why_illegal(spec(), H100, LAYOUT, config) is None
    assert "gated" in cuda.space.why_illegal(spec(activation="swiglu"), H100, LAYOUT, config)
    config = Config("wgmma", 256, 64, 64, 4, 4, swap=True)
    assert cuda.space.why_illegal(spec(), H100, LAYOUT, config) is None
    assert "gated" in cuda.space.why_illegal(spec(activation="swiglu"), H100, LAYOUT, config)


WIDE = {
    "bm": 192,
    "bn1": 256,
    "bn2": 256,
    "stages1": 3,
    "stages2": 3,
    "swap": True,
    "pingpong1": False,
    "pingpong2": False,
}


@pytest.mark.parametrize(
    "activation, changes, parts",
    [
        ("swiglu", {"bm": 192, "swap": True}, (1, 2)),
        ("swiglu", {"bm": 192, "swap": True, "stages1": 5, "stages2": 5}, (2, 4)),
        ("swiglu", {"bm": 320, "swap": True, "cluster": 2, "stages1": 6, "stages2": 6}, (5, 10)),  # 160 rows a block
        ("relu", {"bm": 192, "swap": True}, (2, 2)),
        ("relu", {"bm": 192, "swap": True, "stages1": 3, "stages2": 3}, (1, 1)),
        ("relu", {"bn2": 192}, (1, 1)),
        ("relu", {"bn2": 192, "stages2": 5}, (1, 3)),
        ("relu", {"bn2": 192, "stages2": 5, "bm": 256, "cluster": 2}, (1, 3)),
        ("relu", {"bn1": 256, "pingpong1": False}, (2, 1)),
        ("swiglu", {"bm": 64, "swap": True, "ctas": 2, "pingpong1": False, "pingpong2": False}, (1, 2)),
        ("relu", {"bm": 64, "swap": True, "ctas": 2, "pingpong1": False, "pingpong2": False}, (2, 2)),
        ("swiglu", {"bm": 96, "swap": True, "ctas": 1, "pingpong1": False, "pingpong2": False}, (1, 1)),
        ("swiglu", WIDE, (1, 2)),
        ("relu", WIDE, (2, 2)),
        ("swiglu", {**WIDE, "bm": 160, "stages1": 4}, (5, 2)),
    ],
)
def test_outputs_are_stored_in_parts_that_leave_room_for_stages(activation, changes, parts):
    config = Config("wgmma", 128, 128, 128, 4, 4, pingpong1=True, pingpong2=True)
    config, of = dataclasses.replace(config, **changes), spec(activation=activation)
    assert cuda.space.why_illegal(of, H100, LAYOUT, config) is None
    assert tuple(cuda.space.store_parts(of, config, first) for first in (True, False)) == parts


@pytest.mark.parametrize(
    "hidden, changes, atoms",
    [
        (2048, {}, 2),  # in two parts
        (2048, {"bn2": 128}, 2),
        (1536, {"bn2": 192}, 3),
        (2048, {"bn2": 192}, 1),  # which does not divide a row of 32
        (2048, {"swap": True, "bm": 256, "bn1": 128, "bn2": 128}, 1),  # of a warpgroup's 64 columns
        (2048, {"swap": True, "bm": 192, "bn1": 128, "bn2": 128, "pingpong2": True}, 2),
        (2080, {"swap": True, "bm": 192, "bn1": 128, "bn2": 128, "pingpong2": True}, 1),
        (2048, WIDE, 2),
        (2080, WIDE, 1),
        (2048, {"swap": True, "bm": 48, "bn1": 128, "bn2": 128}, 1),  # float32 rows
        (2048, {"swap": True, "bm": 64, "bn1": 128, "bn2": 128}, 1),
        (2048, {"math": "mma", "bn1": 128, "bn2": 128, "stages1": 3, "stages2": 3}, 1),
    ],
)
def test_outputs_lie_in_the_longest_pieces_that_are_stored_at_a_time(hidden, changes, atoms):
    config = dataclasses.replace(Config("wgmma", 128, 256, 256, 4, 4), **changes)
    of = spec(hidden=hidden)
    assert cuda.space.why_illegal(of, H100, LAYOUT, config) is None
    assert cuda.space.output_piece(of, config) == atoms


@pytest.mark.parametrize(
    "tokens, wide, router, splits",
    [
        (64, False, 16, 6),
        (512, True, 32, 4),
        (2048, True, 32, 2),
        (4096, True, 64, 2),
        (8192, True, 64, 1),
        (24576, True, 128, 1),
    ],
)
def test_routers_of_many_tokens_are_made_for_them(tokens, wide, router, splits):
    """One for few tokens may be wide as well; split, by `scan` or by clusters, while multiprocessors are left."""
    config = cuda.space.default(spec(hidden=1536, inner=256, experts=128, top_k=8), H100, LAYOUT, tokens, {})
    assert (config.router_wide, config.router_tokens, config.router_splits) == (wide, router, splits)
    assert cuda.space.scan_chooses(config) == (not wide and splits > 1)
    assert (cuda.space.most_tokens(spec(), H100, config) is None) == (wide or splits == 1)


@pytest.mark.parametrize(
    "dtype, hidden, experts, tokens, router, splits",
    [
        ("f16", 2048, 128, 2048, 32, 2),
        ("bf16", 4096, 384, 4096, 32, 1),  # of more tokens wgmma's sums would exceed the registers
        ("bf16", 256, 8, 512, 16, 1),  # too few steps of H to share
    ],
)
def test_a_router_is_split_among_clusters_where_that_is_faster(dtype, hidden, experts, tokens, router, splits):
    layer = spec(dtype, "swiglu", hidden=hidden, inner=768, experts=experts, top_k=8)
    config = cuda.space.default(layer, H100, LAYOUT, tokens, {})
    assert (config.router_wide, config.router_tokens, config.router_splits) == (True, router, splits)


@pytest.mark.parametrize(
    "tokens, bm, stages, streams", [(1, 8, 10, True), (8, 8, 5, False), (256, 24, 5, False), (512, 64, 4, False)]
)
def test_few_rows_are_gathered_and_weights_pass_through_the_cache(tokens, bm, stages, streams):
    layer = MoeSpec(2048, 768, 128, 8, "swiglu", False, "bf16")  # an expert's weights are 9 MiB
    assert cuda.sizes.expert_bytes(layer) == 9 << 20
    config = cuda.space.default(layer, H100, LAYOUT, tokens, {})
    assert (config.bm, config.stages1, config.stages2, config.swap, config.gather) == (bm, stages, stages, True, True)
    assert (config.stream1, config.stream2, config.router_wide) == (streams, True, tokens > 64)
    assert not cuda.space.default(layer, H100, LAYOUT, 32768, {}).stream2
    small = dataclasses.replace(layer, num_experts=5, top_k=2)
    in_cache = cuda.space.default(small, H100, LAYOUT, tokens // 32 + 1, {})
    assert not (in_cache.stream1 or in_cache.stream2)


def test_permute_is_as_large_as_what_it_does():
    gathers, copies = Config("wgmma", 128, 256, 256, 4, 4, gather=True), Config("wgmma", 128, 256, 256, 4, 4)
    of = spec(experts=128, top_k=8)
    assert cuda.space.permute_blocks(of, copies, 132, 24576, False) == 3072
    assert cuda.space.permute_blocks(of, gathers, 132, 24576, False) == 3072  # x is copied to another type or width
    assert cuda.space.permute_blocks(of, gathers, 132, 24576, True) == 192
    assert cuda.space.permute_blocks(of, copies, 132, 1 << 20, False) == 132 * 32


def test_blocks_of_a_gemm_are_whole_clusters():
    config = Config("wgmma", 256, 128, 128, 4, 4, swap=True, cluster=2)
    assert [cuda.space.gemm_blocks(config, 132, tiles) for tiles in (1, 2, 7, 5000)] == [2, 2, 8, 132]
    assert cuda.space.gemm_blocks(config, 131, 5000) == 130
    config = Config("wgmma", 384, 128, 128, 4, 4, swap=True, cluster=2)  # two blocks a tile
    assert [cuda.space.gemm_blocks(config, 132, tiles) for tiles in (1, 7, 5000)] == [2, 14, 132]
    config = Config("wgmma", 256, 256, 256, 4, 4, cluster=2)  # here as well
    assert [cuda.space.gemm_blocks(config, 132, tiles) for tiles in (1, 7, 5000)] == [2, 14, 132]


@pytest.mark.parametrize(
    "activation, changes, reason",
    [
        ("relu", {"bn1": 192}, "whole ones"),
        ("swiglu", {"bn1": 128}, "whole ones"),
        ("relu", {"swap": True, "bm": 16, "bn1": 64, "bn2": 64}, "rows on M"),
        ("relu", {"math": "mma"}, "cannot multiply"),
        ("relu", {"bm": 64, "ctas": 2}, "registers"),
        ("relu", {"bn2": 128, "pingpong2": True}, "no ping-pong"),
        ("relu", {"bm": 256}, "one or two consumer warpgroups"),
    ],
)
def test_illegal_configs_of_fp8_say_why(activation, changes, reason):
    config = Config("wgmma", 128, 256, 256, 4, 4)
    assert cuda.space.why_illegal(spec("fp8", activation), H100, LAYOUT, config) is None
    assert reason in cuda.space.why_illegal(
        spec("fp8", activation), H100, LAYOUT, dataclasses.replace(config, **changes)
    )


@pytest.mark.parametrize("of", [{}, {"activation": "swiglu"}, {"inner": 4096}])
@pytest.mark.parametrize("dtype", ["bf16", "fp8"])
def test_a_quarter_of_what_a_search_asks_for_is_legal(dtype, of):
    """Of blind suggestions, at least; most others need more shared memory than there is."""
    study, layer = optuna.create_study(sampler=optuna.samplers.RandomSampler(0)), spec(dtype, **of)
    tried = [cuda.space.suggest(study.ask(), layer, H100, LAYOUT, 4096) for _ in range(200)]
    legal = [config for config in tried if cuda.space.why_illegal(layer, H100, LAYOUT, config) is None]
    assert len(legal) >= 50
    assert len({config.bn2 for config in legal if config.math == "wgmma"}) >= 3


def test_fp8_pads_to_atoms_of_128_elements():
    assert cuda.sizes.padded_sizes(spec("fp8", hidden=200, inner=300)) == (256, 384)
    assert cuda.sizes.padded_sizes(spec("bf16", hidden=200, inner=300)) == (256, 320)
    assert cuda.sizes.types(spec("fp8")) == cuda.sizes.types(spec("bf16")) == ("f32", "bf16")


def test_render_is_pure_and_shares_variants():
    config = Config("wgmma", 128, 256, 256, 4, 4)
    configs = {64: config, 1: Config("wgmma", 8, 64, 64, 4, 4, swap=True), 4096: config}
    one, two = (
        render.render(spec(), H100, LAYOUT, dict(order), "moe")
        for order in (configs.items(), reversed(configs.items()))
    )
    assert one == two
    described = json.loads(one.files["variants.json"])
    assert described["buckets"] == {"1": 0, "64": 1, "4096": 1} and len(described["variants"]) == 2
    text = one.files["moe.cu"]
    assert "{{" not in text and "{% " not in text
    assert not re.search(r"moe_first_2\b", text)


def test_resources_reads_the_compilers_report():
    log = (
        "ptxas info    : Compiling entry function 'moe_first_0' for 'sm_90a'\n"
        "ptxas info    : Function properties for moe_first_0\n"
        "    8 bytes stack frame, 4 bytes spill stores, 12 bytes spill loads\n"
        "ptxas info    : Used 168 registers, used 16 barriers, 64 bytes smem\n"
    )
    assert cuda.build.resources(log) == {
        "moe_first_0": {
            "registers": 168,
            "shared_bytes": 64,
            "stack_bytes": 8,
            "spill_store_bytes": 4,
            "spill_load_bytes": 12,
        }
    }


def test_one_block_makes_all_columns_of_h_that_share_a_scale():
    def legal(spec, config):
        return cuda.space.why_illegal(spec, H100, LAYOUT, config) is None

    wide, narrow, odd = (Config("wgmma", 128, bn1, 256, 4, stages) for bn1, stages in ((256, 4), (128, 4), (256, 3)))
    shapes = (1024, "relu", 256), (512, "relu", 128), (1152, "relu", 128), (300, "relu", 128), (1024, "swiglu", 128)
    for inner, activation, block in shapes:
        layer = spec("fp8", activation, inner=inner)
        assert quantization.hidden_block(layer) == block
        assert legal(layer, wide)
        assert legal(layer, narrow) == (block == 128 and activation == "relu")
        assert legal(layer, odd) == (block == 128)
        for tokens in (1, 64, 1024, 16384):
            cuda.space.default(layer, H100, LAYOUT, tokens, {})


def test_weights_of_the_gpu_bench_stand_for_any_weights():
    """What packing reads of weights is there, though no GPU is here to pack them."""
    path = pathlib.Path(__file__).resolve().parent.parent / "bench" / "gpu.py"
    loader = importlib.util.spec_from_file_location("bench_gpu", path)
    bench = importlib.util.module_from_spec(loader)
    loader.loader.exec_module(bench)
    stand_in = bench.DeviceWeights.__new__(bench.DeviceWeights)
    stand_in.gate, stand_in.w1, stand_in.w2 = None, bench._Experts(None), bench._Experts(None)
    arrays = set(inspect.signature(MoeWeights).parameters) - {"copy"}
    assert [name for name in arrays if not hasattr(stand_in, name)] == []
    assert quantization.dtype_of(stand_in) == "f32"
    for name in bench.SHAPES:
        for dtype in bench.dtypes_of(name):
            config = cuda.space.default(bench.spec_of(name, dtype), H100, LAYOUT, bench.SHAPES[name][0], {})
            for each in (config, *bench.candidates(name, dtype, config)):
                assert msgspec.convert(dataclasses.asdict(each), Config) == each


def test_the_argument_of_kernels_is_the_same_on_both_sides():
    """Names, order and sizes of C's struct Call and of ctypes' are equal, for every kind of layer."""
    sizes = {"int": 4, "long long": 8}
    for each in (spec(), spec("fp8"), spec("f32", "swiglu", True)):
        math = {"f32": "fma"}.get(each.dtype, "wgmma")
        config = Config(math, 128, 128, 128, 3, 3, router_tokens=16)
        text = render.render(each, H100, LAYOUT, {1: config}, "moe").files["moe.cu"]
        body = re.sub(r"//.*", "", re.search(r"struct Call \{(.*?)\n\};", text, re.DOTALL)[1])
        found = []
        for declaration in filter(None, map(str.strip, body.split(";"))):
            kind = re.match(r"(?:const )?(long long|\w+)", declaration)[1]
            for declared in declaration.split(","):
                found.append((declared.split()[-1].strip("*"), 8 if "*" in declared else sizes[kind]))
        assert found == [(name, ctypes.sizeof(kind)) for name, kind in Call._fields_]
