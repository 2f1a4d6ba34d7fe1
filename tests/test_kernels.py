"""Compiled CPU kernels against the float64 oracle, on each instruction set of this machine."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from conftest import needs_isa, shared_build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import configs, plain_specs, seeds, token_counts

from moegen import oracle
from moegen.backends.cpu import space
from moegen.backends.cpu.kernel import Kernel
from moegen.backends.cpu.target import FEATURES, machine
from moegen.spec import MoeSpec

X86 = ("avx512", "avx2", "scalar")
KERNEL_ACTIVATIONS = tuple(a for a in ("relu", "gelu", "gelu_tanh", "silu", "relu2", "swiglu", "geglu", "reglu"))
drawn = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def kernel_for(spec, target, layout=None, configs=None) -> Kernel:
    layout = layout or space.layouts(spec, target)[0]
    configs = configs or {t: space.default(spec, target, layout, t, machine()) for t in (1, 32)}
    built = shared_build(spec, target, layout, configs)
    return Kernel(built.folder, built.library, spec, target, layout)


def run(kernel, weights, x, threads=2, limit=None):
    """(y, routing) of one call, with the workspace and both outputs poisoned before it."""
    packed = kernel.pack(weights)
    workspace = kernel.allocate(kernel.workspace_bytes(len(x), limit))
    workspace.fill(0xFF)  # NaN wherever a float is read before it is written
    y, routing = kernel.empty(len(x)), kernel.routing_arrays(len(x))
    y.fill(np.nan)
    routing.indices.fill(-7)
    routing.weights.fill(np.nan)
    kernel.forward(x, packed, y, workspace, routing=routing, threads=threads)
    return y, routing


@pytest.mark.parametrize("isa", X86)
@drawn
@given(data=st.data(), seed=seeds, tokens=token_counts())
def test_drawn_spec_config_and_routing_agree_with_the_oracle(isa, data, seed, tokens):
    target = needs_isa(isa)
    spec = data.draw(plain_specs(activations=KERNEL_ACTIVATIONS))
    layout = data.draw(st.sampled_from(space.layouts(spec, target)))
    kernel = kernel_for(spec, target, layout, {16: data.draw(configs(spec, target, layout))})
    case = data.draw(st.sampled_from(oracle.HARD_ROUTINGS + ("plain",)))
    if case == "plain":
        weights, x = oracle.make_weights(spec, seed), oracle.make_tokens(spec, tokens, seed)
    else:
        x, weights = oracle.make_case(spec, tokens, case, seed)
    y, routing = run(kernel, weights, x, threads=data.draw(st.sampled_from([1, 2, 3])))
    oracle.check(y, routing, x, weights, spec)


@pytest.mark.parametrize("isa", X86)
@pytest.mark.parametrize("activation", KERNEL_ACTIVATIONS)
def test_every_activation(isa, activation):
    spec = MoeSpec(72, 50, 5, 3, activation, bias=True)
    weights, x = oracle.make_weights(spec, 3), oracle.make_tokens(spec, 45, 3) * 4  # into the activations' tails
    y, routing = run(kernel_for(spec, needs_isa(isa)), weights, x)
    oracle.check(y, routing, x, weights, spec)


def assert_bad_rows_spoil_themselves(kernel, spec):
    """NaN and inf in three rows of x make their y NaN and leave every other row's bits, and indices stay distinct."""
    weights, x = oracle.make_weights(spec, 1), oracle.make_tokens(spec, 24, 1)
    clean, _ = run(kernel, weights, x)
    x[3, 5], x[9], x[17, 0] = np.nan, np.inf, -np.inf
    y, routing = run(kernel, weights, x)
    bad = [3, 9, 17]
    assert np.isnan(y[bad]).any(axis=1).all()
    good = np.setdiff1d(np.arange(24), bad)
    np.testing.assert_array_equal(y[good], clean[good])
    assert all(len(set(row)) == spec.top_k for row in routing.indices.tolist())
    assert routing.indices.min() >= 0 and routing.indices.max() < spec.num_experts


@pytest.mark.parametrize("isa", X86)
def test_a_bad_row_spoils_its_own_output_alone(isa):
    spec = MoeSpec(40, 70, 6, 2, "gelu")
    assert_bad_rows_spoil_themselves(kernel_for(spec, needs_isa(isa)), spec)


@pytest.mark.parametrize("isa", X86)
def test_same_bits_for_any_threads_and_any_workspace(isa):
    spec = MoeSpec(64, 96, 8, 2)
    kernel = kernel_for(spec, needs_isa(isa))
    weights, x = oracle.make_weights(spec, 5), oracle.make_tokens(spec, 301, 5, "skewed")
    y, routing = run(kernel, weights, x, threads=1)
    for threads in (2, 2, 3, 8):
        again, _ = run(kernel, weights, x, threads=threads)
        np.testing.assert_array_equal(again, y)
    whole = kernel.workspace_bytes(301)
    for limit in (1, whole // 7, whole - 1):
        assert kernel.workspace_bytes(301, limit) < whole
        chunked, chunked_routing = run(kernel, weights, x, limit=limit)
        np.testing.assert_array_equal(chunked, y)
        np.testing.assert_array_equal(chunked_routing.counts, routing.counts)


def test_a_crowded_expert_is_split_between_tasks():
    spec = MoeSpec(64, 128, 8, 1)
    target = needs_isa("scalar")
    layout = space.layouts(spec, target)[0]
    config = space.default(spec, target, layout, 512, machine())
    weights = oracle.make_weights(spec, 2)
    x = oracle.make_tokens(spec, 512, 2, "crowded")
    kernel = kernel_for(spec, target, layout, {512: dataclasses.replace(config, mc=4 * config.mr)})
    y, routing = run(kernel, weights, x)
    assert routing.counts.max() == 512
    oracle.check(y, routing, x, weights, spec)


def test_any_number_of_tokens_takes_the_nearest_bucket():
    spec = MoeSpec(16, 16, 2, 1)
    target = needs_isa("scalar")
    layout = space.layouts(spec, target)[0]
    kernel = kernel_for(
        spec, target, layout, {t: space.default(spec, target, layout, t, machine()) for t in (1, 8, 64)}
    )
    assert [kernel.chosen(t) for t in (0, 1, 2, 3, 8, 22, 23, 64, 10**6)] == [1, 1, 1, 8, 8, 8, 64, 64, 64]
    weights = oracle.make_weights(spec, 0)
    for tokens in (0, 1, 2, 3, 8, 22, 23, 64, 200):
        x = oracle.make_tokens(spec, tokens, tokens)
        y, routing = run(kernel, weights, x)
        oracle.check(y, routing, x, weights, spec)


def test_every_target_has_a_template():
    assert set(FEATURES) == set(space.ISAS)
