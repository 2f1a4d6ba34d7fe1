"""CUDA without a GPU: what NVRTC makes of the templates, and how it refuses them."""

from __future__ import annotations

import dataclasses
import re
import struct

import pytest
from test_cuda import A100, B200, GATED, H100, LAYOUT, spec
from test_router_kinds import MODELS

from moegen import render
from moegen.backends import Source, Target, cuda
from moegen.backends.cuda.space import Config
from moegen.errors import BuildError
from moegen.spec import PLAIN_ACTIVATIONS


def compiled(spec, target, configs):
    """Compile, or skip where NVRTC is missing; the compiler's report by kernel."""
    try:
        cuda.build.toolchain(target)
    except BuildError as error:
        pytest.skip(str(error))
    for config in configs.values():
        assert cuda.space.why_illegal(spec, target, LAYOUT, config) is None
    source = render.render(spec, target, LAYOUT, configs, "moe")
    cubin, log = cuda.build.compile_cubin(source.files["moe.cu"], cuda.space.arch(target))
    assert cubin[:4] == b"\x7fELF"
    (programs_at,), (size, programs) = struct.unpack_from("<Q", cubin, 32), struct.unpack_from("<2H", cubin, 54)
    assert len(cubin) >= programs_at + size * programs  # the table at its end is whole
    assert "serialized" not in log  # products that wait for each other, at half the speed
    return cuda.build.resources(log)


@pytest.mark.parametrize("target", [A100, Target("cuda", "sm_90a"), B200], ids=["sm_80", "sm_90a", "sm_100"])
@pytest.mark.parametrize("dtype, math", [("bf16", "mma"), ("f16", "mma"), ("tf32", "mma"), ("f32", "fma")])
def test_portable_templates_compile_everywhere(target, dtype, math):
    configs = {
        1: Config(math, 16, 128, 128, 3, 3, router_tokens=16, router_splits=2),
        1000: Config(math, 64, 128, 128, 3, 3, router_tokens=16),
    }
    used = compiled(spec(dtype, "swiglu", True), target, configs)
    assert {"moe_first_0", "moe_second_1", "moe_scan_0", "moe_router_f32_1"} <= used.keys()
    for name, of in used.items():
        assert of["registers"] <= 255, name
        if re.search("first|second", name):
            assert of["spill_store_bytes"] <= cuda.build.SPILL_BYTES, name


@pytest.mark.parametrize("activation", [*PLAIN_ACTIVATIONS, *GATED])
def test_hopper_templates_compile(activation):
    configs = {
        1: Config(
            "wgmma", 8, 64, 64, 6, 6, swap=True, splits=2, ctas=2, router_tokens=16, router_splits=4, gather=True
        ),
        4096: Config("wgmma", 128, 256, 256, 4, 4, gather=True),
    }
    if activation in ("gelu", "swiglu"):  # which take the most registers, and one of each way to store
        configs |= {
            512: Config("wgmma", 64, 128, 128, 4, 4, 4, True, 1, 2, 16, gather=True, stream1=True, stream2=True),
            5000: Config("wgmma", 320, 128, 128, 6, 6, swap=True, cluster=2, pingpong1=True, pingpong2=True),
            65536: Config("wgmma", 256, 128, 128, 4, 4, swap=True, cluster=2),
            100000: Config("wgmma", 192, 128, 128, 4, 4, swap=True, gather=True, pingpong1=True, pingpong2=True),
            200000: Config("wgmma", 256, 128, 192, 4, 4, gather=True, cluster=2, pingpong1=True, pingpong2=True),
            300000: Config("wgmma", 192, 256, 256, 3, 3, swap=True, cluster=2),
            400000: Config("wgmma", 384, 256, 256, 3, 3, swap=True, gather=True, cluster=2),
        }
    used = compiled(spec("bf16", activation, True, 200, 300), H100, configs)
    for variant, bucket in enumerate(sorted(configs)):
        if configs[bucket].ctas == 1:  # 3 warpgroups alone on a multiprocessor
            assert used[f"moe_first_{variant}"]["registers"] == 168
    for gemm in ("first", "second"):
        for variant in range(len(configs)):
            name = f"moe_{gemm}_{variant}"
            assert used[name]["spill_store_bytes"] <= cuda.build.SPILL_BYTES, name


@pytest.mark.parametrize("steps", [2, 4, 5, 6, 7, 8, 9])
def test_short_reductions_keep_products_in_flight(steps):
    """Of both GEMMs; `compiled` refuses products that wait for each other."""
    configs = {
        1000: Config("wgmma", 256, 128, 128, 4, 4, swap=True, cluster=2),
        2000: Config("wgmma", 192, 128, 128, 5, 5, swap=True, cluster=2, pingpong1=True, pingpong2=True),
        3000: Config("wgmma", 192, 256, 256, 3, 3, swap=True, cluster=2),
    }
    compiled(spec("bf16", "swiglu", False, 64 * steps, 64 * steps), H100, configs)


@pytest.mark.parametrize(
    "name, target, dtype",
    [
        ("all", A100, "f32"),
        ("all", H100, "bf16"),
        ("deepseek_v3", H100, "bf16"),
        ("phimoe", A100, "bf16"),
        ("gpt_oss", H100, "f16"),
    ],
)
def test_routers_of_models_compile(name, target, dtype):
    model = dataclasses.replace(MODELS[name], dtype=dtype)
    configs = {tokens: cuda.space.default(model, target, LAYOUT, tokens, {}) for tokens in (1, 1024)}
    used = compiled(model, target, configs)
    assert all(of["spill_store_bytes"] == 0 for kernel, of in used.items() if re.search("router|scan|permute", kernel))


@pytest.mark.parametrize(
    "experts, top_k, router_tokens, splits", [(128, 8, 128, 1), (256, 15, 64, 4), (130, 8, 32, 1), (3, 1, 16, 8)]
)
def test_wide_routers_compile_without_spills(experts, top_k, router_tokens, splits):
    config = Config("wgmma", 64, 128, 64, 3, 3, router_tokens=router_tokens, router_splits=splits, router_wide=True)
    used = compiled(spec(hidden=192, inner=64, experts=experts, top_k=top_k), H100, {1: config})
    for x_type in ("f32", "bf16"):
        of = used[f"moe_router_{x_type}_0"]
        assert of["spill_store_bytes"] == of["stack_bytes"] == 0


@pytest.mark.parametrize("activation", ["relu", "gelu_tanh", "swiglu", "geglu"])
def test_fp8_compiles_without_spills(activation):
    """Two sets of sums a thread, those of the tensor cores and those in float32, fit in the registers."""
    configs = {
        1: Config("wgmma", 64, 256, 128, 4, 4, router_tokens=16, router_splits=4),
        4096: Config("wgmma", 128, 256, 256, 4, 4),
    }
    used = compiled(spec("fp8", activation, activation != "relu", 200, 300), H100, configs)
    for name in ("first_0", "second_0", "first_1", "second_1"):
        assert used[f"moe_{name}"]["spill_store_bytes"] <= cuda.build.SPILL_BYTES, name
        assert used[f"moe_{name}"]["shared_bytes"] == cuda.space.STATIC_BYTES  # so that stages begin where swizzles do


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_short_reductions_of_fp8_keep_products_in_flight(steps):
    configs = {1: Config("wgmma", 128, 256, 256, 4, 4), 64: Config("wgmma", 256, 256, 256, 4, 4, cluster=2)}
    compiled(spec("fp8", "relu", False, 128 * steps, 128 * steps), H100, configs)


def test_build_shows_the_compilers_words(tmp_path):
    compiled(spec(), A100, {1: Config("mma", 16, 128, 128, 3, 3)})
    with pytest.raises(BuildError, match='identifier "nonsense" is undefined'):
        cuda.build.build(Source({"moe.cu": "__global__ void f() { nonsense(); }"}), A100, tmp_path)
