"""Layers of real models on a GPU: routers of every kind, shared experts, given routings, PyTorch, whole models."""

from __future__ import annotations

import copy
import dataclasses
import os
import warnings

import numpy as np
import pytest
from conftest import SHARED, shared_build
from test_cuda_gpu import LAYOUT, ROOM, kernel_for, prove, run, target_for
from test_router_kinds import MODELS

import moegen
from moegen import oracle
from moegen.backends.cuda.space import Config
from moegen.errors import MoegenError, ShapeError, SpecError
from moegen.spec import MoeSpec

pytestmark = pytest.mark.gpu

PLAIN = MoeSpec(128, 96, 6, 2, "swiglu", False, "bf16")
# Every way that rows of the shared expert go: copied, gathered, numbered by `scan`, with the router split and whole.
SHARED_GATED = dataclasses.replace(PLAIN, shared_intermediate_size=200, shared_gate=True)
PATHS = {
    "wide": (SHARED_GATED, {1: Config("wgmma", 128, 256, 128, 4, 4)}),
    "gather": (SHARED_GATED, {1: Config("wgmma", 128, 256, 128, 4, 4, gather=True)}),
    "gather, padded": (
        dataclasses.replace(SHARED_GATED, hidden_size=100),
        {1: Config("wgmma", 64, 128, 128, 4, 4, gather=True)},
    ),
    "joined": (SHARED_GATED, {1: Config("wgmma", 128, 128, 128, 4, 4, gather=True, joined=True)}),
    "swap": (
        SHARED_GATED,
        {
            1: Config("wgmma", 16, 64, 64, 6, 6, 4, True, 2, 2, 16, 4, True),
            100: Config("wgmma", 32, 128, 128, 4, 4, 4, True, 1, 1, 16),
        },
    ),
    "swap, shared weights": (
        SHARED_GATED,
        {1: Config("wgmma", 320, 128, 128, 6, 6, 4, True, cluster=2, pingpong1=True, pingpong2=True)},
    ),
    "swap, clusters": (SHARED_GATED, {1: Config("wgmma", 256, 128, 128, 4, 4, 4, True, router_tokens=16, cluster=2)}),
    "router, clusters": (
        SHARED_GATED,
        {1: Config("wgmma", 128, 256, 128, 4, 4, router_tokens=32, router_splits=4, router_wide=True)},
    ),
    "mma": (
        SHARED_GATED,
        {
            1: Config("mma", 16, 128, 128, 3, 3, router_tokens=16, router_splits=2),
            100: Config("mma", 64, 128, 128, 3, 3),
        },
    ),
    "bias": (
        dataclasses.replace(SHARED_GATED, bias=True, activation="swiglu_clamp"),
        {1: Config("wgmma", 128, 256, 128, 4, 4)},
    ),
    "scaled input": (
        dataclasses.replace(SHARED_GATED, scale_input=True),
        {1: Config("wgmma", 16, 64, 64, 6, 6, 4, True, 2, 2, 16, 4), 100: Config("wgmma", 128, 256, 128, 4, 4)},
    ),
    "many groups": (MoeSpec(64, 32, 132, 40, dtype="bf16", scoring="sigmoid", num_groups=66, topk_groups=35), None),
    "scores alone": (MoeSpec(64, 32, 33, 3, dtype="bf16", score_bias=True, renormalize=False), None),
}


@pytest.fixture(autouse=True)
def shared_home(monkeypatch):
    """Layers here run their default variants, which are built once for all tests."""
    monkeypatch.setenv("MOEGEN_HOME", os.environ[SHARED])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", moegen.UntunedWarning)
        yield


def default_kernel(spec, buckets=(1, 64, 1024)):
    target = target_for(spec)
    configs = {bucket: ROOM.space.default(spec, target, LAYOUT, bucket, {}) for bucket in buckets}
    built = shared_build(spec, target, LAYOUT, configs)
    return ROOM.kernel.Kernel(built.folder, built.library, spec, target, LAYOUT)


# ---- routers and shared experts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["bf16", "f32"])
@pytest.mark.parametrize("name", MODELS)
def test_models_routers_agree_with_the_oracle(name, dtype):
    kernel = default_kernel(dataclasses.replace(MODELS[name], dtype=dtype))
    for seed, num_tokens in enumerate((1, 5, 33, 70, 1001)):
        prove(kernel, num_tokens, seed, oracle.TOKEN_ROUTINGS[seed % 3])
    prove(kernel, 70, 7, limit=1)  # in chunks of one token
    for case in oracle.HARD_ROUTINGS:
        x, weights = oracle.make_case(kernel.spec, 150, case, 3)
        oracle.check(*run(kernel, x, weights), x, weights, kernel.spec, backend="cuda")


@pytest.mark.parametrize("name", PATHS)
def test_every_way_of_the_rows(name):
    kernel = kernel_for(*PATHS[name])
    for seed, num_tokens in enumerate((1, 17, 64, 333, 1000)):
        prove(kernel, num_tokens, seed, oracle.TOKEN_ROUTINGS[seed % 3])
    prove(kernel, 150, 8, limit=kernel.workspace_bytes(40))


@pytest.mark.parametrize("name", MODELS)
def test_a_spoiled_token_is_its_own_affair(name):
    kernel = default_kernel(dataclasses.replace(MODELS[name], dtype="bf16"))
    weights, x = oracle.make_weights(kernel.spec, 5), oracle.make_tokens(kernel.spec, 24, 5)
    whole, _ = run(kernel, x, weights, repeats=1)
    for token, value in ((0, np.nan), (7, np.inf), (11, -np.inf), (23, np.nan)):
        x[token, token % kernel.spec.hidden_size] = value
    y, routing = run(kernel, x, weights)
    oracle.check(y, routing, x, weights, kernel.spec, backend="cuda")
    kept = np.isfinite(x).all(axis=1)
    assert np.array_equal(y[kept], whole[kept])
    assert np.isnan(y[[0, 23]]).all(axis=1).all()


# ---- a routing of the caller's ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["numpy", "cupy", "torch"])
@pytest.mark.parametrize("name", ["qwen2_moe", "deepseek_v3", "llama4", "all"])
def test_given_routing_takes_the_place_of_the_routers(name, library):
    spec = dataclasses.replace(MODELS[name], dtype="bf16")
    weights = oracle.make_weights(spec, 1)
    layer, here = moegen.load(spec, weights, backend="cuda"), _library(library)
    rng = np.random.default_rng(0)
    for num_tokens, integers, floats in ((40, "int64", "float32"), (1, "int32", "float64"), (700, "uint8", "float16")):
        x = oracle.make_tokens(spec, num_tokens, 1)
        indices = np.argsort(rng.random((num_tokens, spec.num_experts)), axis=1)[:, : spec.top_k].astype(integers)
        mix = rng.random(indices.shape).astype(floats)
        y, routing = layer(here(x), return_routing=True, indices=here(indices), weights=here(mix))
        reference = oracle.forward(x, weights, spec, indices.astype(np.int64), mix)
        assert oracle.error(_on_host(y), reference.y) < oracle.kernel_tolerance(spec, "cuda")
        assert np.array_equal(_on_host(routing.counts), reference.counts)
        assert np.array_equal(_on_host(routing.indices), indices) and np.allclose(_on_host(routing.weights), mix)
        assert all(type(each) is type(y) for each in (routing.indices, routing.weights, routing.counts))


def test_given_routing_in_chunks():
    spec = dataclasses.replace(MODELS["qwen2_moe"], dtype="bf16")
    kernel, weights = default_kernel(spec, (64,)), oracle.make_weights(spec, 1)  # variants may round otherwise
    x = oracle.make_tokens(spec, 90, 1)
    own, routing = run(kernel, x, weights, repeats=1)
    for limit in (None, 1, kernel.workspace_bytes(17)):
        given = kernel.take_routing(routing.indices, routing.weights, 90)
        y, workspace = kernel.empty(90), kernel.allocate(kernel.workspace_bytes(90, limit))
        workspace.buffer.fill(0xFF), y.fill(np.nan)
        kernel.forward(kernel.accept(x), kernel.pack(weights), y, workspace, routing=given, routed=True)
        assert np.array_equal(y.get(), own) and np.array_equal(given.counts.get(), routing.counts)


@pytest.mark.parametrize("wrong", [-1, 6, 2**31 - 1, -(2**31)])
def test_a_given_index_out_of_range_spoils_its_token_alone(wrong):
    import cupy

    layer = moegen.load(PLAIN, oracle.make_weights(PLAIN, 0), backend="cuda")
    x = cupy.asarray(oracle.make_tokens(PLAIN, 50, 0))
    y, routing = layer(x, return_routing=True)
    indices = routing.indices.copy()
    indices[7, 1] = wrong
    spoiled, counted = layer(x, indices=indices, weights=routing.weights, return_routing=True)
    assert cupy.isnan(spoiled[7]).all()
    kept = np.arange(50) != 7
    assert cupy.array_equal(spoiled[kept], y[kept]) and int(counted.counts.sum()) == 100
    with pytest.raises(ShapeError, match="from 0 to 5, got"):
        layer(x, indices=indices.get(), weights=routing.weights)


def test_refused_routings():
    layer = moegen.load(PLAIN, oracle.make_weights(PLAIN, 0), backend="cuda")
    x, indices, mix = np.zeros((3, 128), np.float32), np.zeros((3, 2), np.int32), np.zeros((3, 2), np.float32)
    for more, words in (
        ({"indices": indices}, "weights must be an array .T, K. = .3, 2. of floats, got NoneType"),
        ({"indices": mix, "weights": mix}, "indices must be .* of integers, got float32"),
        ({"indices": indices[:2], "weights": mix}, "indices must be .*got int32 .2, 2."),
    ):
        with pytest.raises(ShapeError, match=words):
            layer(x, **more)


def _library(name):
    if name == "torch":
        torch = pytest.importorskip("torch")
        return lambda array: torch.tensor(array).cuda()
    import cupy

    return cupy.asarray if name == "cupy" else np.asarray


def _on_host(array):
    array = array.cpu().numpy() if hasattr(array, "cpu") else array
    return array.get() if hasattr(array, "get") else array


# ---- the runtime -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["numpy", "cupy", "torch"])
def test_a_layer_without_an_artifact(library):
    spec = MoeSpec(64, 96, 4, 2, "relu", False, "bf16")
    weights, x = oracle.make_weights(spec, 0), oracle.make_tokens(spec, 36, 0)
    reference, here = oracle.forward(x, weights, spec), _library(library)
    layer = moegen.load(spec, weights, backend="cuda", monitor=True)
    given = here(x.reshape(4, 9, -1))
    y, routing = layer(given, return_routing=True)
    assert type(y) is type(given) and y.shape == given.shape and y.dtype == given.dtype
    assert oracle.error(_on_host(y).reshape(36, -1), reference.y) < oracle.kernel_tolerance(spec, "cuda")
    assert np.array_equal(_on_host(routing.indices), reference.indices) and type(routing.indices) is type(given)
    out = here(np.empty_like(x)).reshape(4, 9, -1)
    assert layer(given, out=out) is out and np.array_equal(_on_host(out), _on_host(y))
    assert layer(here(x[:0])).shape == (0, 64)
    assert layer.stats().calls == 3 and np.array_equal(layer.stats().expert_counts, 2 * reference.counts)
    small = moegen.load(spec, weights, backend="cuda", workspace_limit=100_000)
    assert np.array_equal(_on_host(small(given)), _on_host(y))
    if library != "numpy":
        assert np.array_equal(_on_host(moegen.moe_forward(given, weights, dtype="bf16")), _on_host(y))


def test_bfloat16_in_host_memory():
    import ml_dtypes

    layer = moegen.load(PLAIN, oracle.make_weights(PLAIN, 0), backend="cuda")
    x = oracle.make_tokens(PLAIN, 20, 0).astype(ml_dtypes.bfloat16)
    y = layer(x)
    assert y.dtype == x.dtype
    bits = layer(x.view(np.uint16))
    assert bits.dtype == np.uint16 and np.array_equal(bits, y.view(np.uint16))


def test_a_layer_that_nobody_tuned_says_how():
    spec = MoeSpec(72, 40, 3, 1, "silu", False, "bf16")
    target_for(spec)
    with pytest.warns(moegen.UntunedWarning, match="--dtype bf16 .*--target cuda"):
        moegen.load(spec, oracle.make_weights(spec), backend="cuda")


# ---- PyTorch ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def torch():
    found = pytest.importorskip("torch")
    target_for(PLAIN)
    return found


@pytest.fixture
def module(torch):
    from moegen.torch import MoeLayer

    return MoeLayer(PLAIN, oracle.make_weights(PLAIN, 0), backend="cuda")


def test_a_recorded_call_owns_its_workspace(torch, module):
    x = torch.randn(64, 128, device="cuda", dtype=torch.bfloat16)
    module(x)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        y = module(module(x))
    for values in (x.clone(), torch.randn_like(x)):
        x.copy_(values)
        module(torch.randn(3000, 128, device="cuda"))  # the pool's workspace gives way to a larger one
        module.layer.pool.clear()
        graph.replay()
        assert torch.equal(y, module(module(x)))


def test_a_call_recorded_by_cupy(torch):
    import cupy

    layer = moegen.load(PLAIN, oracle.make_weights(PLAIN, 0), backend="cuda")
    x = cupy.asarray(oracle.make_tokens(PLAIN, 40, 0))
    y, stream = cupy.empty_like(x), cupy.cuda.Stream(non_blocking=True)
    want = layer(x).copy()
    cupy.cuda.runtime.deviceSynchronize()
    with stream:
        stream.begin_capture()
        layer(x, out=y)
        graph = stream.end_capture()
        graph.launch(stream)
    stream.synchronize()
    assert cupy.array_equal(y, want)


def test_the_operator_is_what_torch_wants(torch, module):
    for dtype in (torch.bfloat16, torch.float32):
        x = torch.randn(6, 128, device="cuda", dtype=dtype)
        torch.library.opcheck(
            torch.ops.moegen.layer.default, (x, module.handle), test_utils=("test_schema", "test_faketensor")
        )


@pytest.mark.parametrize("mode", ["default", "reduce-overhead"])
def test_compiled_as_one_graph(torch, module, mode):
    def model(x):
        return module(x * 2) + x

    compiled = torch.compile(model, fullgraph=True, mode=mode)
    for repeat in range(4):
        x = torch.randn(1, 16, 128, device="cuda", dtype=torch.bfloat16)
        with torch.no_grad():
            assert torch.equal(compiled(x), model(x))


def test_types_and_strides(torch, module):
    x = torch.randn(128, 6, device="cuda").T
    y = module(x)
    assert torch.equal(y, module(x.contiguous())) and y.is_contiguous()
    for dtype in (torch.bfloat16, torch.float16, torch.float64):
        assert module(x.to(dtype)).dtype == dtype
    assert module(x[:0]).shape == (0, 128)
    with pytest.raises(ShapeError, match="x must be on the CUDA as the layer is, got cpu"):
        module(x.cpu())
    wanting = x.contiguous().requires_grad_()
    with pytest.raises(MoegenError, match="forward only"):
        module(wanting).sum().backward()


def test_a_layer_stays_where_it_was_made(torch, module):
    assert module.to(torch.float16).cuda() is module and module.device.type == "cuda"
    with pytest.raises(MoegenError, match="packed for cuda:0 and do not move to cpu"):
        torch.nn.Sequential(torch.nn.Linear(2, 2), module).cpu()
    twin = copy.deepcopy(module)
    x = torch.randn(5, 128, device="cuda")
    assert twin.device == module.device and torch.equal(twin(x), module(x))


FAMILY_NAMES = (
    "mixtral",
    "qwen2_moe",
    "qwen3_moe",
    "olmoe",
    "deepseek_v3",
    "gpt_oss",
    "granitemoe",
    "phimoe",
    "llama4_text",
    "glm4_moe",
)


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_blocks_are_transformers_blocks(torch, family):
    from models import block_output, moe_block, small_model

    from moegen import blocks
    from moegen.torch import MoeLayer

    block = moe_block(small_model(family, 1, 64, 24).cuda(), 1)
    layer = MoeLayer.from_module(block)
    assert layer.spec.dtype == "f32" and layer.device.type == "cuda"
    spec, weights = blocks.read(block)
    for shape in ((1, 1), (2, 7), (3, 40)):
        x = torch.randn(*shape, 64, device="cuda")
        with torch.no_grad():
            y = layer(x)
        y = y[0] if layer.pair else y
        assert oracle.error(y.cpu().numpy(), block_output(block, x).cpu().numpy()) < 1e-5
        x = x.reshape(-1, 64).cpu().numpy()
        oracle.check(*layer.layer(x, return_routing=True), x, weights, spec, backend="cuda")


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_whole_models_say_the_same(torch, family):
    from models import FAMILIES, moe_block, small_model

    from moegen.torch import MoeLayer, accelerate

    assert set(FAMILIES) == set(FAMILY_NAMES)
    model = small_model(family).cuda()
    ids = torch.randint(3, 61, (2, 9), device="cuda")
    with torch.no_grad():
        logits = model(ids).logits
        words = model.generate(ids, max_new_tokens=8, do_sample=False)
    report = accelerate(model)
    assert report.replaced and not report.left
    assert len(report.replaced) == sum(isinstance(moe_block(model, n), MoeLayer) for n in range(3))
    with torch.no_grad():
        assert oracle.error(model(ids).logits.cpu().numpy(), logits.cpu().numpy()) < 1e-5
        assert torch.equal(model.generate(ids, max_new_tokens=8, do_sample=False), words)


def test_a_model_in_bfloat16_keeps_its_type(torch):
    from models import block_output, moe_block, small_model

    from moegen.torch import MoeLayer

    block = moe_block(small_model("qwen2_moe", 1, 64, 24).cuda().bfloat16(), 1)
    layer = MoeLayer.from_module(block)
    x = torch.randn(2, 40, 64, device="cuda", dtype=torch.bfloat16)
    y = layer(x)
    assert layer.spec.dtype == "bf16" and y.dtype == torch.bfloat16
    assert oracle.error(y.float().cpu().numpy(), block_output(block, x).float().cpu().numpy()) < 2e-2


def test_blocks_elsewhere_are_left_alone(torch):
    from models import moe_block, small_model

    from moegen.torch import MoeLayer, accelerate

    model = small_model("mixtral").to("meta")
    report = accelerate(model)
    assert not report.replaced and all("device meta" in reason for reason in report.left.values())
    with pytest.raises(SpecError, match="device meta"):
        MoeLayer.from_module(moe_block(model, 0))
