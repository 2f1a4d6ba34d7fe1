"""CUDA kernels on a GPU, against the float64 oracle: dtypes, ragged sizes, hard routings, poison, all ways in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from moegen import backends, compile, oracle
from moegen.backends import Routing
from moegen.backends.cuda.space import Config
from moegen.errors import ShapeError, TargetError
from moegen.spec import MoeSpec

pytestmark = pytest.mark.gpu
ROOM = backends.get("cuda")
LAYOUT = ROOM.space.Layout()


def target_for(spec):
    try:
        return ROOM.target.detect(spec)
    except TargetError as error:
        pytest.skip(f"no NVIDIA GPU: {error}")


def kernel_for(spec, configs=None):
    """A kernel of these configs, else of the defaults; skips where this GPU cannot run them."""
    target = target_for(spec)
    configs = configs or {bucket: ROOM.space.default(spec, target, LAYOUT, bucket, {}) for bucket in (1, 64, 1024)}
    for config in configs.values():
        if config.math not in ROOM.sizes.maths(spec, target):
            pytest.skip(f"no NVIDIA GPU with {config.math}: this one is {target.name}")
    built = compile.build(spec, target, LAYOUT, configs)
    return ROOM.kernel.Kernel(built.folder, built.library, spec, target, LAYOUT)


def run(kernel, x, weights, limit=None, like=None, repeats=3):
    """y and routing, on the host; every repeat starts from other poison and must give the same bits."""
    import cupy

    packed, tokens = kernel.pack(weights), kernel.accept(x)
    count = tokens.shape[0]
    results = []
    for repeat in range(repeats):
        y, routing = kernel.empty(count, like), kernel.routing_arrays(count)
        workspace = kernel.allocate(kernel.workspace_bytes(count, limit))
        workspace.buffer.fill(0xFF if repeat != 1 else 0x7F)
        (y.fill_ if hasattr(y, "fill_") else y.fill)(float("nan"))
        routing.indices.fill(-1), routing.weights.fill(float("nan")), routing.counts.fill(-7)
        kernel.forward(tokens, packed, y, workspace, routing=routing)
        on_host = kernel.hand_back(y, x)
        on_host = on_host.float().cpu().numpy() if hasattr(on_host, "cpu") else cupy.asnumpy(on_host)
        results.append((on_host, Routing(routing.indices.get(), routing.weights.get(), routing.counts.get())))
    for y, routing in results[1:]:
        assert y.tobytes() == results[0][0].tobytes()
        assert routing.indices.tobytes() == results[0][1].indices.tobytes()
        assert routing.weights.tobytes() == results[0][1].weights.tobytes()
    return results[0]


def prove(kernel, num_tokens, seed=0, routing="balanced", **ways):
    weights = oracle.make_weights(kernel.spec, seed)
    x = oracle.make_tokens(kernel.spec, num_tokens, seed, routing)
    oracle.check(*run(kernel, x, weights, **ways), x, weights, kernel.spec, backend="cuda")


def prove_at_any_size(kernel):
    for seed, num_tokens in enumerate((1, 17, 64, 333, 1000)):
        prove(kernel, num_tokens, seed, oracle.TOKEN_ROUTINGS[seed % 3])
    prove(kernel, 150, 7, limit=1)  # in chunks of one token
    prove(kernel, 150, 8, limit=kernel.workspace_bytes(40))


def fused(bm, bn1, bn2, slices, stages=4, router_tokens=16):
    """A config of one kernel for both products."""
    return Config(
        "wgmma", bm, bn1, bn2, stages, stages, swap=True, gather=True, router_tokens=router_tokens, slices=slices
    )


TILES = MoeSpec(1088, 1152, 5, 3, "relu", True, "bf16")
CASES = {
    "wide": (MoeSpec(256, 512, 8, 2, "relu", True, "bf16"), {1: Config("wgmma", 128, 256, 256, 4, 4)}),
    "one consumer": (MoeSpec(256, 512, 8, 2, "relu2", True, "bf16"), {1: Config("wgmma", 64, 128, 64, 4, 4, ctas=2)}),
    "one consumer, shared weights": (
        MoeSpec(256, 512, 8, 2, "relu2", True, "bf16"),
        {1: Config("wgmma", 128, 128, 64, 4, 4, ctas=2, cluster=2)},
    ),
    "gather": (
        MoeSpec(200, 72, 5, 3, "geglu", True, "f16"),
        {
            1: Config("wgmma", 128, 256, 192, 3, 4, gather=True),
            100: Config("wgmma", 256, 256, 128, 3, 4, 2, gather=True, cluster=2),
        },
    ),
    "swapped tiles": (
        MoeSpec(192, 320, 5, 2, "relu", True, "bf16"),
        {
            1: Config("wgmma", 256, 128, 128, 3, 3, 4, True, cluster=2),
            100: Config("wgmma", 128, 128, 128, 4, 4, 2, True, gather=True),
        },
    ),
    "swapped tiles, gated": (
        MoeSpec(200, 72, 5, 3, "geglu", True, "f16"),
        {
            1: Config("wgmma", 128, 128, 128, 4, 4, 4, True, cluster=2),
            100: Config("wgmma", 256, 128, 128, 3, 4, 4, True),
            500: Config("wgmma", 512, 128, 128, 4, 3, 4, True, cluster=2),
        },
    ),
    "swapped tiles of 256 columns": (
        TILES,
        {
            1: Config("wgmma", 192, 256, 256, 3, 3, 4, True, cluster=2),
            100: Config("wgmma", 64, 256, 256, 4, 4, 2, True, gather=True),
            500: Config("wgmma", 160, 256, 128, 4, 5, 4, True, cluster=2, pingpong2=True),
        },
    ),
    "swapped tiles of 256 columns, gated": (
        MoeSpec(200, 200, 5, 3, "geglu", True, "f16"),
        {
            1: Config("wgmma", 192, 256, 256, 3, 3, 4, True, cluster=2),
            100: Config("wgmma", 96, 256, 128, 3, 4, 4, True),
            500: Config("wgmma", 384, 256, 256, 3, 3, 4, True, gather=True, cluster=2),
        },
    ),
    "one kernel": (
        MoeSpec(256, 512, 5, 2, "relu", True, "bf16"),
        {1: fused(32, 128, 256, 4), 100: fused(64, 256, 256, 2, 3), 500: fused(80, 128, 256, 4, 4, 64)},
    ),
    "one kernel, one choice": (MoeSpec(256, 500, 3, 1, "gelu", True, "f16"), {1: fused(64, 128, 256, 4)}),
    "one kernel, gated": (
        MoeSpec(200, 250, 300, 3, "geglu", True, "f16"),  # as many experts as clusters must take in turns
        {1: fused(32, 256, 256, 2, 3), 200: fused(128, 128, 256, 4, 4, 64)},
    ),
    # more tiles than the second GEMM stays behind by; rows of x that are copied too, and those of h that stages keep
    "joined": (TILES, {1: Config("wgmma", 128, 128, 128, 4, 4, 2, gather=True, joined=True)}),
    "joined, gated": (
        MoeSpec(1088, 256, 5, 3, "geglu", True, "f16"),
        {
            1: Config("wgmma", 64, 128, 128, 4, 4, 2, gather=True, joined=True),
            300: Config("wgmma", 128, 256, 256, 4, 4, 1, gather=True, joined=True),
        },
    ),
    # as many tiles as both warpgroups of every block take some of
    "ping-pong": (TILES, {1: Config("wgmma", 128, 128, 192, 5, 5, 4, pingpong1=True, pingpong2=True)}),
    "ping-pong, shared weights": (
        TILES,
        {1: Config("wgmma", 256, 256, 192, 4, 4, 2, gather=True, cluster=2, pingpong2=True)},
    ),
    "ping-pong, shared rows": (
        TILES,
        {1: Config("wgmma", 192, 128, 128, 5, 4, 4, True, cluster=2, pingpong1=True, pingpong2=True)},
    ),
    "ping-pong, shared weights of swapped tiles": (
        TILES,
        {1: Config("wgmma", 320, 128, 128, 6, 6, 4, True, cluster=2, pingpong1=True, pingpong2=True)},
    ),
    "ping-pong, shared weights of swapped tiles, gated": (
        MoeSpec(256, 72, 5, 3, "geglu", True, "f16"),
        {
            1: Config("wgmma", 320, 128, 128, 6, 5, 4, True, cluster=2, pingpong1=True, pingpong2=True),
            100: Config("wgmma", 384, 128, 128, 5, 5, 1, True, gather=True, cluster=2, pingpong1=True),
        },
    ),
    # rows of outputs in pieces of 3, 2 and 2 atoms
    "pieces": (
        MoeSpec(384, 320, 5, 3, "relu", True, "bf16"),
        {
            1: Config("wgmma", 128, 128, 192, 4, 4, 4, gather=True, pingpong2=True),
            100: Config("wgmma", 128, 256, 256, 4, 4, router_tokens=128, router_splits=2, router_wide=True),
            500: Config("wgmma", 192, 128, 128, 4, 4, 4, True, cluster=2, pingpong1=True, pingpong2=True),
        },
    ),
    "ping-pong, gated": (
        MoeSpec(256, 72, 5, 3, "geglu", True, "f16"),
        {
            1: Config("wgmma", 128, 128, 128, 4, 4, 4, True, cluster=2, pingpong1=True, pingpong2=True),
            100: Config("wgmma", 192, 128, 128, 4, 5, 4, True, gather=True, pingpong1=True, pingpong2=True),
            500: Config(
                "wgmma",
                256,
                128,
                192,
                4,
                5,
                4,
                cluster=2,
                pingpong1=True,
                pingpong2=True,
                router_splits=8,
                router_wide=True,
            ),
        },
    ),
    # x of float32, which is not carried: `test_rows_are_carried` has x that is
    "carry": (
        TILES,
        {
            1: Config("wgmma", 192, 128, 128, 5, 4, 4, True, cluster=2, pingpong1=True, pingpong2=True, carry=True),
            100: Config("wgmma", 128, 256, 192, 4, 4, 4, carry=True),
        },
    ),
    "swap": (
        MoeSpec(256, 512, 8, 2, "swiglu", True, "bf16"),
        {
            1: Config("wgmma", 16, 64, 64, 6, 6, 4, True, 2, 2, 16, 4, True),
            64: Config("wgmma", 24, 128, 128, 4, 4, 4, True, 1, 1, 16),
        },
    ),
    "few rows, stored through shared memory": (
        MoeSpec(192, 320, 5, 2, "relu", True, "bf16"),
        {
            1: Config("wgmma", 64, 128, 128, 4, 4, 4, True, 1, 2, 16, gather=True, stream1=True, stream2=True),
            100: Config("wgmma", 64, 64, 64, 4, 4, 2, True, stream2=True),
        },
    ),
    "few rows, stored through shared memory, gated": (
        MoeSpec(200, 72, 5, 3, "geglu", True, "f16"),
        {
            1: Config("wgmma", 64, 128, 128, 4, 4, 4, True, 1, 2, 16, gather=True, stream2=True),
            100: Config("wgmma", 96, 128, 128, 3, 3, 4, True, stream1=True),
        },
    ),
    "many experts": (
        MoeSpec(201, 77, 130, 9, "silu", False, "bf16"),
        {
            1: Config("wgmma", 48, 64, 64, 4, 4, 4, True, 2, 2, 128),
            100: Config("mma", 128, 128, 128, 3, 3, router_tokens=128),
        },
    ),
    "mma f16": (
        MoeSpec(201, 77, 5, 5, "gelu_tanh", True, "f16"),
        {1: Config("mma", 16, 128, 256, 3, 3, router_tokens=16), 64: Config("mma", 32, 128, 128, 3, 3, ctas=2)},
    ),
    "tf32": (
        MoeSpec(201, 77, 9, 2, "reglu", True, "tf32"),
        {
            1: Config("mma", 16, 128, 128, 3, 3, router_tokens=4, router_splits=2),
            100: Config("mma", 64, 128, 128, 3, 3, router_tokens=32),
        },
    ),
    "f32": (
        MoeSpec(201, 77, 9, 4, "gelu", True, "f32"),
        {
            1: Config("fma", 16, 128, 64, 3, 3, router_tokens=4, router_splits=2),
            100: Config("fma", 128, 128, 128, 3, 3, router_tokens=32),
        },
    ),
    "one expert": (MoeSpec(64, 64, 1, 1, "swiglu", False, "f32"), None),
    "nearly all experts": (MoeSpec(64, 64, 40, 33, "relu", False, "bf16"), None),
}


@pytest.mark.parametrize("name", CASES)
def test_against_the_oracle(name):
    prove_at_any_size(kernel_for(*CASES[name]))


@pytest.mark.parametrize("routing", oracle.TOKEN_ROUTINGS)
@pytest.mark.parametrize(
    "config",
    [
        Config("wgmma", 320, 128, 128, 6, 6, 4, True, cluster=2, pingpong1=True, pingpong2=True),
        Config("wgmma", 192, 128, 128, 5, 5, 1, True, cluster=2, pingpong1=True, pingpong2=True),
        Config("wgmma", 384, 128, 128, 5, 5, 2, True, gather=True, cluster=2, pingpong1=True),
        Config("wgmma", 192, 256, 128, 3, 5, 2, True, cluster=2, pingpong2=True),
    ],
)
def test_turns_go_round(config, routing):
    """Each warpgroup takes several tiles, of both GEMMs: it waits for its turn, and stages are used again and again."""
    prove(kernel_for(MoeSpec(1152, 1216, 12, 3, "swiglu", True, "bf16"), {1: config}), 3001, 3, routing)


TURNS = Config("wgmma", 192, 128, 128, 5, 5, 8, True, cluster=2, pingpong1=True, pingpong2=True, carry=True)


@pytest.mark.parametrize(
    "spec, config",
    [
        (MoeSpec(192, 1216, 12, 3, "swiglu", True, "bf16"), TURNS),
        (MoeSpec(1088, 192, 12, 3, "relu", False, "f16"), dataclasses.replace(TURNS, bm=320, stages1=6, stages2=6)),
        (MoeSpec(640, 576, 5, 5, "geglu", True, "bf16"), Config("wgmma", 128, 256, 256, 4, 4, 2, carry=True)),
        (
            MoeSpec(2112, 128, 40, 4, "relu", False, "bf16", shared_intermediate_size=200, shared_gate=True),
            Config("wgmma", 256, 128, 128, 4, 4, 4, True, cluster=2, carry=True),
        ),
        (MoeSpec(64, 1024, 3, 1, "relu", False, "bf16"), Config("wgmma", 64, 128, 64, 4, 4, 1, carry=True)),
        (
            MoeSpec(640, 576, 5, 5, "swiglu", True, "bf16"),
            Config("wgmma", 192, 256, 256, 3, 3, 4, True, cluster=2, carry=True),
        ),
    ],
)
def test_rows_are_carried(spec, config):
    """x of the GEMMs' type: rows of one piece and of many, tiles that are full and that are not, and in chunks."""
    torch = pytest.importorskip("torch")
    kernel, weights = kernel_for(spec, {1: config}), oracle.make_weights(spec, 4)
    whole = ((count, None) for count in (1, 17, 333, 3001, 5000))
    for seed, (count, limit) in enumerate((*whole, (500, 1), (500, kernel.workspace_bytes(150)))):
        x = torch.tensor(oracle.make_tokens(spec, count, seed, oracle.TOKEN_ROUTINGS[seed % 3]), device="cuda")
        x = x.to({"bf16": torch.bfloat16, "f16": torch.float16}[spec.dtype])
        y, routing = run(kernel, x, weights, limit, like=x)
        oracle.check(y, routing, x.float().cpu().numpy(), weights, spec, backend="cuda")


@pytest.mark.parametrize(
    "layer, dtype, config",
    [
        ((64, 4096), "bf16", Config("wgmma", 192, 128, 128, 5, 5, 4, True, cluster=2, pingpong1=True, pingpong2=True)),
        ((64, 4096), "bf16", Config("wgmma", 256, 128, 128, 4, 4, 2, True, cluster=2)),
        ((64, 4096), "bf16", Config("wgmma", 192, 256, 256, 3, 3, 2, True, cluster=2)),
        ((64, 4096), "bf16", Config("wgmma", 128, 128, 128, 6, 4, 1, gather=True)),
        ((64, 4096), "bf16", Config("wgmma", 128, 128, 128, 6, 4, 4, pingpong1=True)),
        ((64, 4096), "bf16", Config("wgmma", 64, 64, 64, 13, 13, 4, True)),  # as many stages as there is room for
        ((64, 4096), "fp8", Config("wgmma", 256, 256, 128, 4, 4, cluster=2)),
        ((64, 4096), "fp8", Config("wgmma", 128, 256, 128, 3, 4, gather=True)),
        ((2048, 64), "bf16", Config("wgmma", 192, 128, 128, 5, 5, 4, True, cluster=2, pingpong1=True, pingpong2=True)),
        ((2048, 64), "bf16", Config("wgmma", 128, 128, 128, 4, 4, 4)),
        ((2048, 128), "fp8", Config("wgmma", 256, 128, 128, 4, 4, cluster=2)),
    ],
)
def test_units_of_one_step(layer, dtype, config):
    """Of one of the GEMMs: clusters draw more units than the queue has slots, and producers are several units ahead."""
    prove(kernel_for(MoeSpec(*layer, 4, 3, "relu", False, dtype), {1: config}), 12001, 3, "skewed")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("hard", oracle.HARD_ROUTINGS)
def test_hard_routings(name, hard):
    kernel = kernel_for(*CASES[name])
    if kernel.spec.dtype == "f16" and hard in ("large", "tiny"):
        x, weights = oracle.make_case(kernel.spec, 150, "one_token", 5)  # such magnitudes are beyond float16
    else:
        x, weights = oracle.make_case(kernel.spec, 150, hard, 5)
    oracle.check(*run(kernel, x, weights), x, weights, kernel.spec, backend="cuda")


@pytest.mark.parametrize("activation, kinds", [("relu", {}), ("swiglu", {"scoring": "sigmoid", "router_bias": True})])
@pytest.mark.parametrize(
    "hidden, experts, top_k, router_tokens, splits",
    [
        (1088, 128, 8, 128, 1),
        (200, 16, 2, 64, 1),
        (201, 130, 9, 32, 1),
        (64, 8, 8, 16, 8),
        (520, 256, 15, 64, 2),
        (72, 3, 1, 128, 1),
        (1088, 128, 8, 32, 4),
    ],
)
def test_routers_of_bfloat16(hidden, experts, top_k, router_tokens, splits, activation, kinds):
    """x and the gate in bfloat16: wgmma multiplies them, of experts and tokens that fill no tile, and of odd rows.

    Split among a cluster, also where there are fewer steps of H than blocks.
    """
    torch = pytest.importorskip("torch")
    spec = MoeSpec(hidden, 64, experts, top_k, activation, False, "bf16", **kinds)
    config = Config("wgmma", 64, 128, 64, 3, 3, router_tokens=router_tokens, router_splits=splits, router_wide=True)
    kernel = kernel_for(spec, {1: config})
    for case, count in (*((case, 150) for case in oracle.HARD_ROUTINGS), ("crowded", 1), ("balanced", 1001)):
        if case in oracle.HARD_ROUTINGS:
            x, weights = oracle.make_case(spec, count, case, 5)
        else:
            x, weights = oracle.make_tokens(spec, count, 5, case), oracle.make_weights(spec, 5)
        weights.gate = torch.tensor(weights.gate).bfloat16().float().numpy()
        tokens = torch.tensor(x, device="cuda").bfloat16()
        assert kernel.pack(weights).gate_parts == 1
        y, routing = run(kernel, tokens, weights, like=tokens, repeats=2)
        oracle.check(y, routing, tokens.float().cpu().numpy(), weights, spec, backend="cuda")


@pytest.mark.parametrize("name", ["wide", "ping-pong", "swap", "mma f16", "f32"])
def test_what_is_not_finite_spoils_its_own_token_alone(name):
    kernel = kernel_for(*CASES[name])
    weights, x = oracle.make_weights(kernel.spec, 9), oracle.make_tokens(kernel.spec, 40, 9)
    x[3, 5], x[7, 0], x[11] = np.nan, np.inf, np.nan
    y, routing = run(kernel, x, weights)
    oracle.check(y, routing, x, weights, kernel.spec, backend="cuda")


def test_a_cached_graph_sees_weights_of_another_precision():
    """Arrays freed and allocated again at the same addresses must not pass for the old ones."""
    spec = CASES["wide"][0]
    kernel = kernel_for(spec, CASES["wide"][1])
    for hard in ("equal_scores", "saturated", "equal_scores"):
        x, weights = oracle.make_case(spec, 150, hard, 5)
        oracle.check(*run(kernel, x, weights, repeats=1), x, weights, spec, backend="cuda")


def test_no_tokens():
    kernel = kernel_for(MoeSpec(64, 64, 4, 2, "relu", False, "f32"))
    y, routing = run(kernel, np.empty((0, 64), np.float32), oracle.make_weights(kernel.spec, 0))
    assert y.shape == (0, 64) and routing.indices.shape == (0, 2) and not routing.counts.any()


@pytest.mark.parametrize("dtype", ["bf16", "f16"])
def test_torch_tensors_stay_torch_tensors(dtype):
    torch = pytest.importorskip("torch")
    spec = MoeSpec(128, 192, 8, 2, "swiglu", False, dtype)
    kernel, weights = kernel_for(spec), oracle.make_weights(spec, 3)
    x = torch.tensor(oracle.make_tokens(spec, 77, 3), device="cuda").to(
        {"bf16": torch.bfloat16, "f16": torch.float16}[dtype]
    )
    assert kernel.accept(x).data_ptr() == x.data_ptr()
    x = x.reshape(7, 11, -1)
    y, routing = run(kernel, x, weights, like=x)
    assert y.shape == tuple(x.shape)
    oracle.check(y, routing, x.float().cpu().numpy(), weights, spec, backend="cuda")
    # the caller's stream: what precedes there is waited for
    side = torch.cuda.Stream()
    packed, out, workspace = kernel.pack(weights), kernel.empty(77, x), kernel.allocate(kernel.workspace_bytes(77))
    with torch.cuda.stream(side):
        late = torch.zeros_like(x)
        torch.cuda._sleep(20_000_000)
        late.copy_(x)
        kernel.forward(kernel.accept(late), packed, out, workspace)
    side.synchronize()
    assert torch.equal(out.float().cpu(), torch.tensor(y).reshape(77, -1))


def test_the_callers_capture_is_launched_into():
    torch = pytest.importorskip("torch")
    spec = MoeSpec(128, 192, 8, 2, "relu", False, "bf16")
    kernel, weights = kernel_for(spec), oracle.make_weights(spec, 3)
    x = torch.randn(50, 128, device="cuda", dtype=torch.bfloat16)
    packed, y, workspace = kernel.pack(weights), kernel.empty(50, x), kernel.allocate(kernel.workspace_bytes(50))
    kernel.forward(x, packed, y, workspace)
    torch.cuda.synchronize()
    want = y.clone()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        kernel.forward(x, packed, y, workspace)
    for values in (x.clone(), torch.randn_like(x)):
        x.copy_(values)
        y.zero_()
        graph.replay()
        kernel.forward(x, packed, want, kernel.allocate(kernel.workspace_bytes(50)))
        torch.cuda.synchronize()
        assert torch.equal(y, want)


def test_cupy_and_dlpack_are_not_copied():
    import cupy

    spec = MoeSpec(128, 192, 8, 2, "relu", False, "f32")
    kernel = kernel_for(spec)
    x = cupy.zeros((5, 128), cupy.float32)

    class Foreign:
        def __dlpack__(self, **options):
            return x.__dlpack__(**options)

        def __dlpack_device__(self):
            return x.__dlpack_device__()

    assert kernel.accept(x).data.ptr == kernel.accept(Foreign()).data.ptr == x.data.ptr
    assert kernel.accept(x[:, ::-1]).flags.c_contiguous


@pytest.mark.parametrize("x", [np.zeros((3, 127), np.float32), np.zeros(128, np.float32), np.zeros((3, 128), np.int32)])
def test_refused_inputs(x):
    with pytest.raises(ShapeError, match="x must be"):
        kernel_for(MoeSpec(128, 192, 8, 2, "relu", False, "f32")).accept(x)


@pytest.mark.parametrize("cold", [False, True])
def test_samples_are_device_seconds(cold):
    spec = MoeSpec(128, 192, 8, 2, "relu", False, "bf16")
    kernel = kernel_for(spec)
    x = kernel.accept(oracle.make_tokens(spec, 64, 0))
    packed, y, workspace = kernel.pack(oracle.make_weights(spec, 0)), kernel.empty(64), kernel.allocate(1 << 24)
    assert 1e-6 < kernel.sample(x, packed, y, workspace, cold=cold) < 1


@pytest.mark.parametrize("dtype", ["bf16", "f16", "f32"])
def test_the_roof_is_that_of_a_gpu(dtype):
    spec = MoeSpec(128, 192, 8, 2, "relu", False, dtype)
    roof = ROOM.target.measure_roof(target_for(spec), spec)
    assert 1e13 < roof.flops < 1e17 and 1e11 < roof.bytes < 1e14
