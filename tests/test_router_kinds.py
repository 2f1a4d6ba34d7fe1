"""Every router, shared expert and scaling that real models have, compiled and compared with the oracle."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import needs_isa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import seeds, specs, token_counts
from test_kernels import X86, kernel_for, run

from moegen import oracle
from moegen.backends import Routing
from moegen.backends.cpu import space
from moegen.errors import ShapeError
from moegen.spec import MoeSpec

drawn = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

# The routers and experts of models, at sizes that are multiples of nothing, and one layer with everything at once.
MODELS = {
    "qwen2_moe": MoeSpec(37, 22, 6, 4, "swiglu", renormalize=False, shared_intermediate_size=88, shared_gate=True),
    "olmoe": MoeSpec(40, 17, 64, 8, "swiglu", renormalize=False),
    "deepseek_v3": MoeSpec(
        48,
        19,
        64,
        6,
        "swiglu",
        scoring="sigmoid",
        score_bias=True,
        num_groups=8,
        topk_groups=4,
        routed_scaling=2.5,
        shared_intermediate_size=19,
    ),
    "deepseek_v2": MoeSpec(
        48,
        19,
        24,
        3,
        "swiglu",
        renormalize=False,
        num_groups=8,
        topk_groups=3,
        group_score="max",
        routed_scaling=16.0,
        shared_intermediate_size=38,
    ),
    "gpt_oss": MoeSpec(45, 45, 32, 4, "swiglu_clamp", bias=True, router_bias=True, swiglu_limit=0.7),
    "phimoe": MoeSpec(33, 20, 16, 2, "swiglu", scoring="sparsemixer", renormalize=False, router_jitter=0.2),
    "llama4": MoeSpec(
        41, 24, 16, 1, "swiglu", scoring="sigmoid", renormalize=False, scale_input=True, shared_intermediate_size=24
    ),
    "all": MoeSpec(
        29,
        13,
        12,
        3,
        "relu2",
        bias=True,
        router_bias=True,
        score_bias=True,
        num_groups=3,
        topk_groups=2,
        renormalize=False,
        routed_scaling=0.5,
        scale_input=True,
        shared_intermediate_size=30,
        shared_gate=True,
    ),
}


@pytest.mark.parametrize("isa", X86)
@pytest.mark.parametrize("name", MODELS)
def test_models_routers_agree_with_the_oracle(isa, name):
    spec = MODELS[name]
    kernel = kernel_for(spec, needs_isa(isa))
    weights = oracle.make_weights(spec, 3)
    for tokens in (1, 5, 33, 70):
        x = oracle.make_tokens(spec, tokens, tokens)
        oracle.check(*run(kernel, weights, x), x, weights, spec)
    for case in oracle.HARD_ROUTINGS:
        x, weights = oracle.make_case(spec, 19, case, 3)
        oracle.check(*run(kernel, weights, x), x, weights, spec)


@pytest.mark.parametrize("isa", X86)
@drawn
@given(spec=specs(), seed=seeds, tokens=token_counts(), data=st.data())
def test_drawn_layers_of_every_kind_agree_with_the_oracle(isa, spec, seed, tokens, data):
    target = needs_isa(isa)
    kernel = kernel_for(spec, target, data.draw(st.sampled_from(space.layouts(spec, target))))
    weights, x = oracle.make_weights(spec, seed), oracle.make_tokens(spec, tokens, seed)
    limit = data.draw(st.sampled_from([None, 1]))
    oracle.check(*run(kernel, weights, x, data.draw(st.sampled_from([1, 2])), limit), x, weights, spec)


@pytest.mark.parametrize("name", MODELS)
def test_a_spoiled_token_is_its_own_affair(name):
    spec = MODELS[name]
    kernel = kernel_for(spec, needs_isa("avx2"))
    weights, x = oracle.make_weights(spec, 5), oracle.make_tokens(spec, 24, 5)
    whole, _ = run(kernel, weights, x)
    for token, value in ((0, np.nan), (7, np.inf), (11, -np.inf), (23, np.nan)):
        x[token, token % spec.hidden_size] = value
    y, routing = run(kernel, weights, x)
    oracle.check(y, routing, x, weights, spec)
    kept = np.isfinite(x).all(axis=1)
    assert np.array_equal(y[kept], whole[kept])
    assert np.isnan(y[[0, 23]]).all(axis=1).all()


@pytest.mark.parametrize("name", MODELS)
def test_given_routing_takes_the_place_of_the_routers(name):
    spec = MODELS[name]
    kernel = kernel_for(spec, needs_isa("avx2"))
    rng = np.random.default_rng(0)
    weights, x = oracle.make_weights(spec, 1), oracle.make_tokens(spec, 40, 1)
    indices = np.argsort(rng.random((40, spec.num_experts)), axis=1)[:, : spec.top_k].astype(np.int32)
    given_weights = rng.random(indices.shape, np.float32)
    routing = Routing(indices.copy(), given_weights.copy(), np.zeros(spec.num_experts, np.int64))
    packed, y = kernel.pack(weights), kernel.empty(40)
    for limit in (None, 1):
        workspace = kernel.allocate(kernel.workspace_bytes(40, limit))
        workspace.fill(0xFF)
        y.fill(np.nan)
        kernel.forward(x, packed, y, workspace, routing=routing, routed=True, threads=2)
        reference = oracle.forward(x, weights, spec, indices, given_weights)
        assert oracle.error(y, reference.y) < oracle.tolerance(spec)
        assert np.array_equal(routing.counts, reference.counts)
        assert np.array_equal(routing.indices, indices) and np.array_equal(routing.weights, given_weights)
    for wrong in (-1, spec.num_experts):
        routing.indices[3, 0] = wrong
        with pytest.raises(ShapeError, match=f"from 0 to {spec.num_experts - 1}, got"):
            kernel.forward(x, packed, y, workspace, routing=routing, routed=True)


def test_every_feature_is_done():
    assert set().union(*(spec.features for spec in MODELS.values())) == space.FEATURES
