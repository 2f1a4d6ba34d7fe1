"""Calls of a layer on a GPU one after the other and at once: buffers, streams, threads and recordings in every mix."""

from __future__ import annotations

import concurrent.futures

import numpy as np
import pytest
import test_cuda_kinds_gpu as kinds
from test_cuda_kinds_gpu import PLAIN

import moegen
from moegen import oracle
from moegen.backends.cuda import kernel
from moegen.errors import ShapeError
from moegen.runtime import WorkspacePool

pytestmark = pytest.mark.gpu
shared_home, torch = kinds.shared_home, kinds.torch  # fixtures


@pytest.fixture
def layer(torch):
    made = moegen.load(PLAIN, oracle.make_weights(PLAIN, 0), backend="cuda")
    made.pool = WorkspacePool()  # so that other tests' workspaces are not taken
    return made


def cases(torch, layer, many, num_tokens=200):
    """Inputs, and what the layer says of each when it is looked at as a first call."""
    generator = torch.Generator("cuda").manual_seed(0)
    xs = [torch.randn(num_tokens, 128, device="cuda", dtype=torch.bfloat16, generator=generator) for _ in range(many)]
    wanted = [layer(x, return_routing=True)[0] for x in xs]
    torch.cuda.synchronize()
    return xs, wanted


def test_buffers_in_turn(torch, layer, monkeypatch):
    monkeypatch.setattr(kernel, "_GRAPHS", 5)
    xs, wanted = cases(torch, layer, 8)
    ys = [torch.full_like(x, float("nan")) for x in xs]
    for count in (2, 5, 8):
        for turn in range(3 * count):
            i = turn % count
            ys[i].fill_(float("nan"))
            assert layer(xs[i], out=ys[i]) is ys[i]
            assert torch.equal(ys[i], wanted[i])
            assert torch.equal(layer(xs[i].reshape(4, 50, 128)).reshape(200, 128), wanted[i])
    for i, x in enumerate(xs[1:], 1):  # the same addresses, other values
        xs[0].copy_(x)
        assert torch.equal(layer(xs[0], out=ys[0]), wanted[i])


def test_streams_in_turn_share_a_workspace(torch, layer):
    xs, wanted = cases(torch, layer, 4, 3000)
    ys, streams = [torch.empty_like(x) for x in xs], [None, *(torch.cuda.Stream() for _ in range(3))]
    layer(xs[0], out=ys[0])
    for turn in range(5):
        for y in ys:
            y.fill_(float("nan"))
        torch.cuda.synchronize()
        for x, y, stream in zip(xs, ys, streams[turn % 4 :] + streams[: turn % 4]):
            with torch.cuda.stream(stream):
                torch.cuda._sleep(200_000)
                layer(x, out=y)
        torch.cuda.synchronize()
        assert all(map(torch.equal, ys, wanted))
    assert layer.pool.statistics().workspaces == 1


def test_threads_and_streams_at_once(torch, layer):
    xs, wanted = cases(torch, layer, 6, 500)

    def work(i):
        stream = torch.cuda.Stream()
        with torch.cuda.stream(stream), torch.no_grad():
            y = torch.empty_like(xs[i])
            for turn in range(200):
                at = (i + turn) % len(xs)
                layer(xs[at], out=y)
                if turn % 20 == 0:
                    stream.synchronize()
                    assert torch.equal(y, wanted[at])
                    stream.synchronize()
        return True

    with concurrent.futures.ThreadPoolExecutor(6) as threads:
        assert all(threads.map(work, range(6)))
    statistics = layer.pool.statistics()
    assert statistics.in_use == 0 and 1 <= statistics.workspaces <= 6


def test_recorded_between_calls(torch, layer):
    (x, other), (want, _) = cases(torch, layer, 2)
    y, graph = torch.empty_like(x), torch.cuda.CUDAGraph()
    for _ in range(3):
        layer(x, out=y)
    with torch.cuda.graph(graph):
        layer(x, out=y)
    for _ in range(3):
        y.fill_(float("nan"))
        layer(other)
        graph.replay()
        assert torch.equal(y, want) and torch.equal(layer(x), want)


def test_what_is_wrong_is_said_after_a_right_call(torch, layer):
    (x,), (want,) = cases(torch, layer, 1)
    room = torch.empty(2 * x.numel() + 8, device="cuda", dtype=x.dtype)
    y = room[: x.numel()].view_as(x)
    layer(x, out=y)
    both = room[: x.numel() + 1024]
    both[1024:].copy_(x.flatten())
    shifted = both[1024:].view_as(x)
    for words, out in (
        ("overlap", x),
        ("on cuda:0 as x is, got cpu", x.cpu()),
        ("shape", y[:3]),
        ("float", y.float()),
        ("C-contiguous", torch.empty(128, 200, device="cuda", dtype=x.dtype).T),
    ):
        with pytest.raises(ShapeError, match=words):
            layer(x, out=out)
    with pytest.raises(ShapeError, match="overlap"):
        layer(shifted, out=y)
    odd = room[1 : 1 + x.numel()].view_as(x)  # begins between two vectors: written by a copy
    assert layer(x, out=odd) is odd and torch.equal(odd, want)
    assert torch.equal(layer(x, out=y), want)


def test_cupy_arrays_in_turn(torch, layer):
    import cupy

    xs = [cupy.asarray(oracle.make_tokens(PLAIN, 60, seed)) for seed in range(3)]
    wanted = [layer(x, return_routing=True)[0] for x in xs]
    y, stream = cupy.empty_like(xs[0]), cupy.cuda.Stream(non_blocking=True)
    cupy.cuda.runtime.deviceSynchronize()
    for turn in range(9):
        with stream if turn % 2 else cupy.cuda.Stream.null:
            assert layer(xs[turn % 3], out=y) is y
            assert np.array_equal(y.get(), wanted[turn % 3].get())
            assert np.array_equal(layer(xs[turn % 3]).get(), y.get())
