"""Two GPUs in one process: each call runs where its x lies, whatever device is the thread's current one."""

from __future__ import annotations

import concurrent.futures

import numpy as np
import pytest
import test_cuda_kinds_gpu as kinds
from test_cuda_kinds_gpu import PLAIN

import moegen
from moegen import oracle
from moegen.errors import ShapeError

pytestmark = pytest.mark.gpu
shared_home, torch = kinds.shared_home, kinds.torch  # fixtures
TOKENS = 300


@pytest.fixture
def two(torch):
    """PyTorch, where it sees two GPUs."""
    if torch.cuda.device_count() < 2:
        pytest.skip("needs two GPUs")
    assert torch.cuda.current_device() == 0
    yield torch
    assert torch.cuda.current_device() == 0  # no call has changed it


@pytest.fixture
def case(two):
    """Weights, x on the host, and the oracle's y."""
    weights, x = oracle.make_weights(PLAIN, 0), oracle.make_tokens(PLAIN, TOKENS, 0)
    x = two.tensor(x).bfloat16()
    return weights, x, oracle.forward(x.float().numpy(), weights, PLAIN).y


def layer_on(torch, number, weights):
    with torch.cuda.device(number):
        return moegen.load(PLAIN, weights, backend="cuda")


def test_each_call_runs_where_its_x_lies(two, case):
    weights, x, wanted = case
    found = []
    for number in (1, 0, 1, 0):
        tokens = x.to(f"cuda:{number}")
        y = moegen.moe_forward(tokens, weights, PLAIN.top_k, PLAIN.activation, dtype=PLAIN.dtype)
        assert y.device == tokens.device
        found.append(y.cpu())
    assert oracle.error(found[0].float().numpy(), wanted) < oracle.tolerance(PLAIN)
    assert all(two.equal(y, found[0]) for y in found)


def test_layers_of_two_devices_take_turns_and_run_at_once(two, case):
    """Their graphs, workspaces and streams are each device's own."""
    weights, x, wanted = case
    layers = [layer_on(two, number, weights) for number in (0, 1)]
    assert layers[0].pool is not layers[1].pool
    xs = [x.to(f"cuda:{number}") for number in (0, 1)]
    first = [layer(tokens) for layer, tokens in zip(layers, xs)]
    assert oracle.error(first[0].float().cpu().numpy(), wanted) < oracle.tolerance(PLAIN)
    for turn in range(20):
        for number in (0, 1):
            y = two.full_like(xs[number], float("nan"))
            with two.cuda.device(turn % 2):  # the other one every second time
                assert layers[number](xs[number], out=y) is y
            assert two.equal(y.cpu(), first[0].cpu())

    def work(number):
        stream = two.cuda.Stream(number)
        with two.cuda.stream(stream):
            ys = [layers[number](xs[number]) for _ in range(200)]
            stream.synchronize()
        return all(two.equal(y, first[number]) for y in ys)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, (0, 1, 0, 1)))


def test_arrays_of_cupy_stay_on_their_device(two, case):
    cupy = pytest.importorskip("cupy")
    weights, x, wanted = case
    with cupy.cuda.Device(1):
        tokens = cupy.asarray(x.float().numpy())
    y = layer_on(two, 1, weights)(tokens)
    assert int(y.device.id) == 1
    with cupy.cuda.Device(1):
        assert oracle.error(np.asarray(cupy.asnumpy(y), np.float32), wanted) < oracle.tolerance(PLAIN)


def test_x_of_the_other_device_is_refused(two, case):
    weights, x, _ = case
    with pytest.raises(ShapeError, match="GPU 1, the layer on GPU 0"):
        layer_on(two, 0, weights)(x.to("cuda:1"))
