"""fp8 kernels on a GPU, against the oracle, which has the same e4m3 numbers: types of x, ragged sizes, extremes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from outliers import outliers
from test_cuda_gpu import kernel_for, prove_at_any_size, run

from moegen import oracle, quantization
from moegen.backends.cuda.space import Config
from moegen.spec import MoeSpec, MoeWeights

pytestmark = pytest.mark.gpu
CASES = {
    "plain": (MoeSpec(256, 512, 8, 2, "relu", True, "fp8"), {1: Config("wgmma", 128, 256, 256, 4, 4)}),
    "late relu": (MoeSpec(256, 512, 8, 2, "relu", False, "fp8"), {1: Config("wgmma", 128, 256, 256, 4, 4)}),
    "ragged": (
        MoeSpec(200, 300, 5, 3, "silu", False, "fp8"),
        {1: Config("wgmma", 64, 128, 64, 4, 4, router_splits=2), 64: Config("wgmma", 128, 128, 192, 4, 4)},
    ),
    "gated": (
        MoeSpec(384, 200, 8, 2, "swiglu", True, "fp8"),
        {1: Config("wgmma", 64, 256, 256, 4, 4, router_tokens=16), 64: Config("wgmma", 128, 256, 128, 4, 4)},
    ),
    "gather": (MoeSpec(201, 77, 130, 9, "geglu", True, "fp8"), {1: Config("wgmma", 128, 256, 192, 4, 4, gather=True)}),
    "gather, long rows": (
        MoeSpec(1024, 136, 9, 4, "geglu", False, "fp8"),
        {1: Config("wgmma", 128, 256, 192, 4, 4, gather=True), 64: Config("wgmma", 128, 256, 64, 2, 3, gather=True)},
    ),
    "clusters": (
        MoeSpec(256, 520, 6, 2, "relu", False, "fp8"),
        {1: Config("wgmma", 256, 256, 256, 4, 4, cluster=2), 64: Config("wgmma", 128, 128, 192, 4, 4, cluster=2)},
    ),
    "scales of pairs": (
        MoeSpec(1024, 1024, 5, 2, "relu", False, "fp8"),
        {1: Config("wgmma", 64, 256, 128, 2, 2), 64: Config("wgmma", 256, 256, 256, 4, 4, cluster=2)},
    ),
    "odd stages": (
        MoeSpec(640, 640, 5, 2, "silu", True, "fp8"),
        {1: Config("wgmma", 128, 256, 256, 3, 3), 64: Config("wgmma", 128, 128, 128, 5, 3)},
    ),
    "clusters, gather": (
        MoeSpec(201, 77, 9, 4, "geglu", False, "fp8"),
        {1: Config("wgmma", 256, 256, 192, 4, 4, gather=True, cluster=2)},
    ),
    "defaults": (MoeSpec(1024, 640, 40, 33, "gelu_tanh", False, "fp8"), None),
}


@pytest.mark.parametrize("name", CASES)
def test_against_the_oracle(name):
    prove_at_any_size(kernel_for(*CASES[name]))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("hard", oracle.HARD_ROUTINGS)
def test_hard_routings(name, hard):
    kernel = kernel_for(*CASES[name])
    x, weights = oracle.make_case(kernel.spec, 150, hard, 5)
    oracle.check(*run(kernel, x, weights), x, weights, kernel.spec, backend="cuda")


@pytest.mark.parametrize("name", ["plain", "ragged", "gather"])
def test_x_and_y_in_bfloat16(name):
    torch = pytest.importorskip("torch")
    kernel = kernel_for(*CASES[name])
    weights = oracle.make_weights(kernel.spec, 3)
    x = torch.tensor(oracle.make_tokens(kernel.spec, 77, 3), device="cuda", dtype=torch.bfloat16)
    assert kernel.accept(x).data_ptr() == x.data_ptr()
    y, routing = run(kernel, x, weights, like=x)
    oracle.check(y, routing, x.float().cpu().numpy(), weights, kernel.spec, backend="cuda")


@pytest.mark.parametrize("name", CASES)
def test_zeros_outliers_and_saturation(name):
    """Rows and columns without any magnitude, with one that dwarfs the rest, with nothing but the largest number."""
    kernel = kernel_for(*CASES[name])
    x, weights = outliers(kernel.spec)
    oracle.check(*run(kernel, x, weights), x, weights, kernel.spec)


@pytest.mark.parametrize("name", CASES)
def test_quantised_weights_are_taken_as_they_are(name):
    kernel = kernel_for(*CASES[name])
    weights, x = oracle.make_weights(kernel.spec, 4), oracle.make_tokens(kernel.spec, 60, 4)
    narrow = quantization.quantize(weights, "fp8")
    ours, theirs = run(kernel, x, weights, repeats=1), run(kernel, x, narrow, repeats=1)
    assert ours[0].tobytes() == theirs[0].tobytes()
    for matrices in (narrow.w1, narrow.w2):  # scales of one's own, which quantising the floats again would not give
        matrices.scales = matrices.scales * np.float32(1.3)
    oracle.check(*run(kernel, x, narrow), x, narrow, kernel.spec)


def test_what_is_not_finite_spoils_its_own_token_alone():
    kernel = kernel_for(*CASES["plain"])
    weights, x = oracle.make_weights(kernel.spec, 9), oracle.make_tokens(kernel.spec, 40, 9)
    x[3, 5], x[7, 0], x[11] = np.nan, np.inf, np.nan
    oracle.check(*run(kernel, x, weights), x, weights, kernel.spec, backend="cuda")


def test_long_sums_are_promoted():
    """Sums of 8192 products of one sign, of which the tensor cores alone would lose one part in a hundred."""
    spec = MoeSpec(8192, 128, 2, 1, "relu", False, "fp8")
    kernel, x = kernel_for(spec), np.abs(oracle.make_tokens(spec, 64, 1))
    weights = oracle.make_weights(spec, 1)
    weights = MoeWeights(weights.gate, np.abs(weights.w1), weights.w2)
    assert oracle.check(*run(kernel, x, weights), x, weights, spec) < oracle.kernel_tolerance(spec) / 4
    whole = dataclasses.replace(spec, dtype="f32")
    y, routing = run(kernel, x, weights, repeats=1)
    assert oracle.error(y, oracle.forward(x, weights, whole, routing.indices, routing.weights).y) < oracle.tolerance(
        spec
    )
