"""Weights in bfloat16, float16, int8 and int4: against the oracle on each instruction set here, and at the extremes."""

from __future__ import annotations

import dataclasses

import ml_dtypes
import numpy as np
import pytest
from conftest import needs_isa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import configs, plain_specs, seeds, token_counts
from test_kernels import KERNEL_ACTIVATIONS, assert_bad_rows_spoil_themselves, kernel_for, run

import moegen
from moegen import oracle, quantization
from moegen.backends import Target
from moegen.backends.cpu import space
from moegen.backends.cpu.target import machine
from moegen.errors import ShapeError, SpecError, TargetError
from moegen.spec import MoeSpec, MoeWeights

WAYS = [
    (isa, dtype)
    for isa, known in space.ISAS.items()
    for dtype in ("bf16", "f16", "int8", "int4")
    if dtype in known.kinds
]
drawn = settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def few_rows(spec, target, layout):
    """Configs whose tiles compile soon in every type."""
    return configs(spec, target, layout, most_rows=4, depths=(0, 0, 16, 32), unrolls=(1, 2, 4))


@pytest.mark.parametrize("isa, dtype", WAYS)
@drawn
@given(data=st.data(), seed=seeds, tokens=token_counts())
def test_drawn_spec_and_config_agree_with_the_oracle(isa, dtype, data, seed, tokens):
    target = needs_isa(isa)
    # Outputs of few columns, or few outputs, may cancel to less than the rounding of x and h, which no error is about.
    specs = plain_specs(activations=KERNEL_ACTIVATIONS, dtype=dtype)
    spec = data.draw(specs.filter(lambda spec: spec.hidden_size >= 4))
    tokens = max(tokens, -(-512 // spec.hidden_size))
    layout = data.draw(st.sampled_from(space.layouts(spec, target)))
    kernel = kernel_for(spec, target, layout, {16: data.draw(few_rows(spec, target, layout))})
    case = data.draw(st.sampled_from(["one_expert", "idle_experts", "equal_scores", "large", "tiny", "plain"]))
    if case == "plain":
        weights, x = oracle.make_weights(spec, seed), oracle.make_tokens(spec, tokens, seed)
    else:
        x, weights = oracle.make_case(spec, tokens, case, seed)
    y, routing = run(kernel, weights, x, threads=data.draw(st.sampled_from([1, 2])))
    oracle.check(y, routing, x, weights, spec)


@pytest.mark.parametrize("isa, dtype", WAYS)
def test_tokens_of_one_column_agree_with_the_oracle(isa, dtype):
    spec = MoeSpec(1, 49, 4, 2, "swiglu", True, dtype)
    weights, x = oracle.make_weights(spec, 0), oracle.make_tokens(spec, 21, 0)
    y, routing = run(kernel_for(spec, needs_isa(isa)), weights, x)
    oracle.check(y, routing, x, weights, spec)


def uneven(dtype):
    """A layer whose sizes are multiples of nothing; two tests of every type share its kernels."""
    return MoeSpec(41, 70, 6, 2, "swiglu", True, dtype)


@pytest.mark.parametrize("isa, dtype", WAYS)
def test_quantised_weights_are_taken_as_they_are(isa, dtype):
    spec = uneven(dtype)
    weights, x = oracle.make_weights(spec, 4), oracle.make_tokens(spec, 21, 4)
    kernel, narrow = kernel_for(spec, needs_isa(isa)), quantization.quantize(weights, dtype)
    assert narrow.dtype == dtype and quantization.quantize(narrow, dtype) is narrow
    y, routing = run(kernel, weights, x)
    again, _ = run(kernel, narrow, x)
    np.testing.assert_array_equal(again, y)
    assert oracle.check(again, routing, x, narrow, spec) <= oracle.kernel_tolerance(spec)
    if dtype in quantization.INTEGERS:  # scales of one's own, which quantising the floats again would not give
        odd = quantization.quantize(weights, dtype)
        values = np.minimum(odd.w1.values, 3)
        odd.w1 = quantization.Matrices(dtype, values, odd.w1.scales)
        y, routing = run(kernel, odd, x)
        oracle.check(y, routing, x, odd, spec)
        with pytest.raises(AssertionError):
            np.testing.assert_array_equal(y, again)


def extremes(spec, sign):
    """Tokens and weights of a relu layer whose integers are all as large as they can be."""
    hidden, inner, experts = spec.hidden_size, spec.intermediate_size, spec.num_experts
    x = np.full((5, hidden), 127.0, np.float32)
    x[1] *= -1
    x[2, ::2] *= -1
    w = np.full((experts, hidden, inner), sign * 127.0, np.float32)
    w[:, :, 1::2] *= -1
    weights = MoeWeights(np.zeros((hidden, experts), np.float32), w, np.abs(w.transpose(0, 2, 1)))
    most = {"int8": 127, "int4": 8}[spec.dtype]
    assert np.abs(quantization.quantize(weights, spec.dtype).w1.values.astype(int)).max() == most
    return x, weights


def exact(x, weights):
    """What the layer gives for extremes: powers of two and 127 are exact in both types."""
    return np.maximum(x.astype(np.float64) @ weights.w1[0], 0) @ weights.w2[0]


@pytest.mark.parametrize("isa, dtype", [way for way in WAYS if way[1] in quantization.INTEGERS])
def test_sums_do_not_saturate_at_the_extremes(isa, dtype):
    """Every product as large as it can be, all of one sign: bytes by bytes in 16 bits would saturate at once."""
    spec = MoeSpec(256, 320, 2, 2, "relu", False, dtype)
    kernel = kernel_for(spec, needs_isa(isa))
    for sign in (1, -1):
        x, weights = extremes(spec, sign)
        y, routing = run(kernel, weights, x)
        oracle.check(y, routing, x, weights, spec)
        np.testing.assert_allclose(y, exact(x, weights), rtol=2e-6)


@pytest.mark.parametrize("isa, dtype", WAYS)
def test_a_bad_row_spoils_its_own_output_alone(isa, dtype):
    spec = uneven(dtype)
    assert_bad_rows_spoil_themselves(kernel_for(spec, needs_isa(isa)), spec)


@pytest.mark.parametrize(
    "isa, dtype", [("avx512", "f32"), ("scalar", "f32"), ("avx512_bf16", "bf16"), ("avx512_vnni", "int8")]
)
@pytest.mark.parametrize("gather, streams", [(False, 0), (True, 0), (True, 2)])
def test_x_and_y_in_bfloat16(isa, dtype, gather, streams):
    spec, target = MoeSpec(48, 64, 5, 2, "gelu", True, dtype), needs_isa(isa)
    layout = space.layouts(spec, target)[0]
    base = space.default(spec, target, layout, 40, machine())
    # Several waves: x is read after y's rows are begun.
    config = dataclasses.replace(base, gather=gather, wave_rows=0 if streams else base.mc, streams=streams)
    kernel = kernel_for(spec, target, layout, {40: config})
    weights, x = oracle.make_weights(spec, 7), oracle.make_tokens(spec, 40, 7).astype(ml_dtypes.bfloat16)
    packed, whole = kernel.pack(weights), run(kernel, weights, x.astype(np.float32))[0]
    rounded = whole.astype(ml_dtypes.bfloat16)
    for form, kind in ((x, ml_dtypes.bfloat16), (x.view(np.uint16), np.uint16)):
        tokens = kernel.accept(form)
        for like in (tokens, None):  # an output of x's type, and of floats that are handed back in it
            y = kernel.empty(40, like)
            for nbytes in (kernel.workspace_bytes(40), kernel.workspace_bytes(40, 1)):
                kernel.forward(tokens, packed, y, kernel.allocate(nbytes))
                back = kernel.hand_back(y, form)
                assert back.dtype == kind
                np.testing.assert_array_equal(back.view(ml_dtypes.bfloat16), rounded)


def test_bfloat16_is_rounded_to_nearest_even():
    edges = [0, -0.0, 1, 1 + 2**-8, 1 + 3 * 2**-8, 65504, 65520, 3.3e38, 3.4e38, 1e-40, 6e-8, 2.9e-8, 3.1e-8, np.inf]
    floats = np.concatenate([edges, np.random.default_rng(0).standard_normal(1000)]).astype(np.float32)
    bits = floats.view(np.uint32).astype(np.int64)
    below = bits >> 16
    want = below + (bits % 65536 + below % 2 > 32768)  # of the two beside it, the nearer one, or that which is even
    for rounded in (quantization.to_bf16(floats), quantization.nearest_bf16(floats)):
        np.testing.assert_array_equal(rounded, want)
    np.testing.assert_array_equal(
        quantization.from_bf16(want.astype(np.uint16)), (want << 16).astype(np.uint32).view(np.float32)
    )


def test_no_nan_is_rounded_to_a_number():
    nans = np.array([0x7F800001, 0xFF800001, 0x7FC00000, 0xFFFFFFFF], np.uint32).view(np.float32)
    for rounded in (quantization.to_bf16(nans), quantization.nearest_bf16(nans)):
        assert np.isnan(quantization.from_bf16(rounded)).all()


def f16_edges():
    """A layer that gives back its weights in float16, and what they are."""
    edges = np.array(
        [6e-8, 2.9e-8, 3.1e-8, 8.9e-8, 6.1e-5, 6.09e-5, 1 + 2**-11, 1 + 3 * 2**-11, 65504, 65519, 1e-3, -2.5e-7],
        np.float32,
    )
    want = np.tile(edges.astype(np.float16).astype(np.float32), (12, 1))
    x = np.eye(12, dtype=np.float32)
    weights = MoeWeights(np.zeros((12, 1), np.float32), x[None], np.tile(edges, (12, 1))[None])
    return MoeSpec(12, 12, 1, 1, "relu", False, "f16"), x, weights, want


@pytest.mark.parametrize("isa", ["avx512", "avx2", "scalar"])
def test_f16_weights_are_those_of_numpy(isa):
    """Subnormal numbers, halves between two and the largest ones, through pack and back."""
    spec, x, weights, want = f16_edges()
    y, _ = run(kernel_for(spec, needs_isa(isa)), weights, x)
    np.testing.assert_array_equal(y, want)


@pytest.mark.parametrize(
    "dtype, most", [("bf16", 2**-8), ("f16", 2**-10), ("fp8", 0.07), ("int8", 2e-2), ("int4", 0.2)]
)
def test_quantising_costs_what_the_type_does(dtype, most):
    spec = MoeSpec(96, 128, 4, 2, "relu", False, dtype)
    weights, x = oracle.make_weights(spec, 2), oracle.make_tokens(spec, 30, 2)
    cost = oracle.quantization_error(x, weights, spec)
    assert most / 100 < cost < most < oracle.tolerance(spec) * 2
    exact = dataclasses.replace(spec, dtype="f32")
    np.testing.assert_allclose(
        np.asarray(quantization.quantize(weights, dtype).w1), weights.w1, atol=most * np.abs(weights.w1).max()
    )
    assert oracle.quantization_error(x, weights, exact) == 0


def test_e4m3_by_arithmetic_is_that_of_ml_dtypes():
    """Every number of the type, the ties between two and what lies beside them, beyond the type's largest too."""
    held = np.arange(256, dtype=np.uint8).view(ml_dtypes.float8_e4m3fn).astype(np.float32)
    held = np.unique(held[np.isfinite(held)])
    ties = (held[1:] + held[:-1]) / 2
    drawn = np.random.default_rng(0).standard_normal((2, 1000), np.float32) * np.float32([[100], [0.01]])
    beside = [np.nextafter(ties, np.float32(way)) for way in (np.inf, -np.inf)]
    x = np.concatenate([held, ties, *beside, *drawn, np.float32([np.nan, 1e-30, -0.0])])
    np.testing.assert_array_equal(quantization.nearest_e4m3(x), quantization.to_e4m3(x).astype(np.float32))


def test_e4m3_keeps_three_bits_of_each_number():
    """Half a step of the number itself, or of the smallest one, in units of the scale; zeros and largest are exact."""
    x = np.random.default_rng(0).standard_normal((40, 300), np.float32) * np.float32(10) ** np.arange(-20, 20)[:, None]
    x[3], x[:, 7] = 0, 0
    for block in (None, 128, 256):
        found = quantization.quantize_rows_fp8(x, block)
        for start in range(0, 300, block or 300):
            part, near = x[:, start : start + (block or 300)], found[:, start : start + (block or 300)]
            largest = np.abs(part).max(axis=1, keepdims=True)
            assert (np.abs(near - part) <= np.maximum(np.abs(part) * 2**-4, largest / 448 * 2**-10) * (1 + 1e-6)).all()
            np.testing.assert_allclose(np.abs(near).max(axis=1, keepdims=True), largest, rtol=1e-6)
            assert not near[part == 0].any()
    assert not quantization.quantize_rows_fp8(x * np.float32(1e-20)).any(axis=1)[:4].any()
    values, scales = quantization.quantize_matrix("fp8", x.T)
    assert values.dtype == ml_dtypes.float8_e4m3fn and np.abs(values.astype(np.float32)).max() == 448 and scales[3] == 0
    np.testing.assert_array_equal(
        quantization.to_e4m3(np.array([1e9, -1e9, np.nan, 464], np.float32)).astype(np.float32),
        [448, -448, np.nan, 448],
    )


@pytest.mark.parametrize("taken", [False, True])
def test_a_cpu_refuses_fp8(taken):
    spec = MoeSpec(32, 32, 2, 1, dtype="fp8")
    weights = oracle.make_weights(spec)
    with pytest.raises(TargetError, match="no way to multiply weights of type fp8"):
        moegen.moe_forward(
            oracle.make_tokens(spec, 3), quantization.quantize(weights, "fp8") if taken else weights, 1, dtype="fp8"
        )


def test_targets_and_weights_that_do_not_fit_are_refused():
    spec = MoeSpec(32, 32, 2, 1, dtype="int8")
    weights = oracle.make_weights(spec)
    with pytest.raises(SpecError, match="one of f32, bf16"):
        quantization.quantize(weights, "int3")
    with pytest.raises(ShapeError, match="in int4 already"):
        quantization.quantize(quantization.quantize(weights, "int4"), "int8")
    with pytest.raises(ShapeError, match="takes weights in int8 or float32, got int4"):
        oracle.forward(oracle.make_tokens(spec, 3), quantization.quantize(weights, "int4"), spec)
    plain = MoeSpec(32, 32, 2, 1)
    with pytest.raises(ShapeError, match='takes weights in float32, got int8; for these pass dtype="int8" to moe_'):
        oracle.forward(oracle.make_tokens(plain, 3), quantization.quantize(weights, "int8"), plain)
    target = Target("cpu", "avx512_bf16")
    layout = space.Layout(64, 4)
    config = space.default(spec, target, layout, 1, machine())
    assert "no way to multiply weights of type int8" in space.why_illegal(spec, target, layout, config)
    shared = MoeSpec(32, 32, 2, 1, dtype="int8", shared_intermediate_size=8)
    assert "shared expert" in space.why_illegal(shared, Target("cpu", "scalar"), space.Layout(4, 4), config)
