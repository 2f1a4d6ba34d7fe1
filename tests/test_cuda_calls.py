"""What a call on a GPU asks of the driver, without a GPU: a driver that only writes down what it is asked."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import itertools
import json
import sys
import threading
import types

import numpy as np
import pytest

from moegen.backends import Target, cuda
from moegen.backends.cuda import arrays, driver, kernel, target
from moegen.backends.cuda.call import format_of
from moegen.backends.cuda.packing import Packed
from moegen.errors import ShapeError
from moegen.runtime import Layer, WorkspacePool
from moegen.spec import MoeSpec

SPEC, H100 = MoeSpec(128, 192, 8, 2, "relu", False, "bf16"), Target("cuda", "h100_sm_90a")
ONCE = ["cuGraphLaunch", "cuEventRecord"]  # all that a call may cost which is like the one before


class Driver:
    """Notes the name of each call and the stream of those of every call; hands out functions and nodes."""

    def __init__(self):
        self.calls, self.streams, self.capturing, self._launched, self._handles = [], [], set(), [], itertools.count(1)

    def __getattr__(self, name):
        act = getattr(type(self), f"_{name}", None)

        def call(*arguments):
            self.calls.append(name)
            return (act and act(self, *arguments)) or 0

        return call

    def _cuGraphLaunch(self, graph, stream):
        self.streams.append(stream)

    def _cuModuleGetFunction(self, function, module, name):
        function._obj.value = next(self._handles)

    def _cuStreamBeginCapture_v2(self, stream, mode):
        self._launched.clear()

    def _cuLaunchKernelEx(self, config, function, *arguments):
        self._launched.append(function.value)

    def _cuGraphGetNodes(self, graph, nodes, count):
        count._obj.value = len(self._launched)
        if nodes is not None:
            nodes[:] = self._launched

    def _cuGraphKernelNodeGetParams_v2(self, node, params):
        params._obj.function = node.value

    def _cuStreamIsCapturing(self, stream, status):
        status._obj.value = int(stream in self.capturing)

    def since(self, act) -> list[str]:
        """The calls that `act` makes, but for the question whether a stream is being recorded."""
        before = len(self.calls)
        act()
        return [name for name in self.calls[before:] if name != "cuStreamIsCapturing"]


class ndarray:
    """A C-contiguous array somewhere in a device's memory that is not there."""

    places = itertools.count(1 << 32, 1 << 24)

    def __init__(self, shape, dtype, at=None):
        self.shape, self.dtype, self.ndim = shape, np.dtype(dtype), len(shape)
        self.itemsize, self.size = self.dtype.itemsize, int(np.prod(shape))
        self.nbytes, self.device = self.size * self.itemsize, types.SimpleNamespace(id=0)
        self.data = types.SimpleNamespace(ptr=next(self.places) if at is None else at, device_id=0)
        self.flags, self.assigned = types.SimpleNamespace(c_contiguous=True), None

    def __setitem__(self, where, value):
        self.assigned = value

    @property
    def __cuda_array_interface__(self):
        return {"shape": self.shape, "typestr": self.dtype.str, "data": (self.data.ptr, False)}

    def reshape(self, *shape):
        shape = shape[0] if isinstance(shape[0], tuple) else shape
        return ndarray((self.size // shape[-1], shape[-1]) if -1 in shape else shape, self.dtype, self.data.ptr)

    def astype(self, dtype, copy=True):
        return ndarray(self.shape, dtype, None if copy else self.data.ptr)

    def copy(self):
        return ndarray(self.shape, self.dtype)


ndarray.__module__ = "cupy"


@pytest.fixture
def cupy(monkeypatch):
    """What stands for CuPy; `stream` is its current stream."""
    made = types.SimpleNamespace(
        ndarray=ndarray,
        float32=np.float32,
        uint8=np.uint8,
        stream=0,
        current=0,  # device, and what it was set to
        set_to=[],
        empty=lambda shape, dtype: ndarray(shape if isinstance(shape, tuple) else (shape,), dtype),
        empty_like=lambda array: ndarray(array.shape, array.dtype),
        ascontiguousarray=lambda array: array,
        cuda=types.SimpleNamespace(
            Device=lambda: types.SimpleNamespace(id=0, attributes={"MultiProcessorCount": 132}),
            get_current_stream=lambda: types.SimpleNamespace(ptr=made.stream),
            runtime=types.SimpleNamespace(
                getDevice=lambda: made.current,
                setDevice=lambda device: made.set_to.append(device) or setattr(made, "current", device),
                free=lambda pointer: None,
            ),
        ),
    )
    monkeypatch.setitem(sys.modules, "cupy", made)
    monkeypatch.setattr(target, "require_cupy", lambda: made)
    for cached in (arrays._cupy, arrays._library_of):
        cached.cache_clear()
    yield made
    for cached in (arrays._cupy, arrays._library_of):
        cached.cache_clear()


@pytest.fixture
def made(cupy, monkeypatch, tmp_path):
    """The driver, and a function that makes layers which it runs."""
    noted = Driver()
    monkeypatch.setattr(driver, "_library", lambda: noted)
    config = cuda.space.default(SPEC, H100, cuda.space.Layout(), 64, {})
    described = {"buckets": {64: 0}, "variants": [dataclasses.asdict(config)], "prefix": "moe", "arch": "sm_90a"}
    (tmp_path / "variants.json").write_text(json.dumps({**described, "call": format_of(SPEC.dtype)}))
    (tmp_path / "moe.cubin").write_bytes(b"")
    loaded = kernel.Kernel(tmp_path, "moe.cubin", SPEC, H100, cuda.space.Layout())
    packed = Packed(None, *(1 << 20,) * 9, gate_parts=1, nbytes=1 << 20)

    def layer(**options):
        artifact = types.SimpleNamespace(spec=SPEC, target=H100)
        made = Layer(artifact, loaded, packed, 1, options.get("limit"), options.get("monitor"))
        made.pool = WorkspacePool()
        return made

    return noted, layer


def array(num_tokens=64, dtype="bfloat16", **more):
    return ndarray((num_tokens, 128), dtype, **more)


def test_a_call_like_the_one_before_is_one_launch(made):
    noted, layer = made[0], made[1]()
    x, y = array(), array()
    assert "cuGraphInstantiateWithFlags" in noted.since(lambda: layer(x, out=y))
    assert noted.since(lambda: layer(x, out=y)) == ONCE
    assert noted.since(lambda: layer(x.reshape(4, 16, 128), out=y.reshape(4, 16, 128))) == ONCE
    assert layer(x, out=y) is y and layer(x).shape == x.shape
    assert layer.pool.statistics().misses == 1 and layer.pool.statistics().in_use == 0


def test_what_is_asked_again_was_not_asked_before(made, monkeypatch):
    """All that is found out at first by `accept` and the sizes of a workspace is not found out again."""
    layer = made[1]()
    x, y = array(), array()
    layer(x, out=y)
    for name in ("accept", "_layout", "_fill", "forward", "chosen"):
        monkeypatch.setattr(kernel.Kernel, name, None)
    assert layer(x, out=y) is y
    with pytest.raises(TypeError):
        layer(array(65))


def test_arrays_that_take_turns_have_a_graph_each(made):
    noted, layer = made[0], made[1]()
    pairs = [(array(), array()) for _ in range(kernel._GRAPHS)]
    for x, y in pairs:
        layer(x, out=y)
    for x, y in pairs[::-1] * 2:
        assert noted.since(lambda: layer(x, out=y)) == ONCE
    calls = noted.since(lambda: layer(array()))  # one more: the graph not used for longest is handed new addresses
    assert set(calls) == {"cuGraphExecKernelNodeSetParams_v2", *ONCE}
    assert noted.since(lambda: layer(*pairs[0])) == ONCE
    assert "cuGraphExecKernelNodeSetParams_v2" in noted.since(lambda: layer(*pairs[-1]))


def test_addresses_of_other_weights_are_other_arguments(made):
    noted, layer, other = made[0], made[1](), made[1]()
    other._packed = dataclasses.replace(layer._packed, gate_parts=3)
    x, y = array(), array()
    layer(x, out=y)
    assert "cuGraphInstantiateWithFlags" in noted.since(lambda: other(x, out=y))
    assert noted.since(lambda: layer(x, out=y)) == noted.since(lambda: other(x, out=y)) == ONCE


def test_streams_that_share_a_workspace_wait_for_each_other(made, cupy):
    noted, layer = made[0], made[1]()
    x, y = array(), array()
    layer(x, out=y)
    for stream in (7, 7, 9, 0):
        cupy.stream = stream
        other = noted.streams[-1] != stream
        assert noted.since(lambda: layer(x, out=y)) == ["cuStreamWaitEvent"] * other + ONCE
        assert noted.streams[-1] == stream


def test_a_stream_that_is_recorded_gets_launches_and_a_workspace_of_its_own(made, cupy):
    noted, layer = made[0], made[1]()
    x, y = array(), array()
    layer(x, out=y)
    cupy.stream, noted.capturing = 7, {7}
    calls = noted.since(lambda: layer(x, out=y))
    assert "cuLaunchKernelEx" in calls and not {"cuStreamWaitEvent", *ONCE} & set(calls)
    assert len(layer._kernel._recorded) == 1
    noted.capturing = set()
    assert noted.since(lambda: layer(x, out=y)) == ["cuStreamWaitEvent", *ONCE]


def test_what_is_wrong_is_said_after_a_right_call_too(made):
    noted, layer = made[0], made[1]()
    x, y = array(), array()
    layer(x, out=y)
    wrong = {
        "overlap": array(at=x.data.ptr + 64 * 128 * 2 - 16),
        "must have the shape": array(63),
        "must be bfloat16": array(dtype="float16"),
        "out must be on": array(),
        "out must be a cupy.ndarray": np.zeros((64, 128), np.float32),
        "C-contiguous": array(),
    }
    wrong["out must be on"].device.id = wrong["out must be on"].data.device_id = 1
    wrong["C-contiguous"].flags.c_contiguous, wrong["C-contiguous"].strides = False, (2, 128)
    for words, out in wrong.items():
        with pytest.raises(ShapeError, match=words):
            layer(x, out=out)
    for words, bad in (("128", array().reshape(128, 64)), ("float32, bfloat16 or float16", array(dtype="int32"))):
        with pytest.raises(ShapeError, match=words):
            layer(bad)
    assert noted.since(lambda: layer(x, out=y)) == ONCE and layer.pool.statistics().in_use == 0


def test_arrays_that_begin_between_vectors_are_copied(made, monkeypatch):
    noted, layer = made[0], made[1]()
    x, y, odd = array(), array(), array(at=(1 << 30) + 2)
    layer(x, out=y)
    layer(x, out=odd)
    assert odd.assigned.shape == odd.shape and odd.assigned.data.ptr != odd.data.ptr
    copies = []
    monkeypatch.setattr(ndarray, "copy", lambda array: copies.append(x) or x)
    layer(odd, out=y)
    assert len(copies) == 1 and noted.since(lambda: layer(x, out=y)) == ONCE


def test_a_limit_on_the_workspace_runs_chunks_every_time(made):
    noted, layer = made[0], made[1]()
    x, y = array(), array()
    layer(x, out=y)
    whole = layer._kernel.workspace_bytes(64)
    small, enough = made[1](limit=layer._kernel.workspace_bytes(20)), made[1](limit=whole)
    for _ in range(2):
        assert noted.since(lambda: small(x, out=y)).count("cuLaunchKernelEx") > 6
        assert small.pool.statistics().bytes < whole
    enough(x, out=y)
    assert noted.since(lambda: enough(x, out=y)) == ONCE and enough.pool.statistics().bytes == whole


def test_what_is_left_of_a_call_in_chunks_fits_too(cupy, monkeypatch, tmp_path):
    """Fewer tokens may be another variant's, which takes more memory for them."""
    monkeypatch.setattr(driver, "_library", Driver)
    spec, space = MoeSpec(512, 128, 2, 1, "swiglu", False, "f16"), cuda.space
    configs = {bucket: space.default(spec, H100, space.Layout(), bucket, {}) for bucket in space.DEFAULT_TOKENS}
    variants = [dataclasses.asdict(config) for config in configs.values()]
    described = {"buckets": {bucket: i for i, bucket in enumerate(configs)}, "variants": variants, "prefix": "moe"}
    (tmp_path / "variants.json").write_text(json.dumps({**described, "call": format_of(spec.dtype), "arch": "sm_90a"}))
    (tmp_path / "moe.cubin").write_bytes(b"")
    loaded = kernel.Kernel(tmp_path, "moe.cubin", spec, H100, space.Layout())
    ran = []
    monkeypatch.setattr(loaded, "run", lambda *arguments: ran.append(arguments[7:9]))
    x, limit = ndarray((5911, 512), "float16"), 4909592
    workspace = loaded.allocate(loaded.workspace_bytes(5911, limit))
    loaded.forward(x, Packed(None, *(1 << 20,) * 9, gate_parts=1, nbytes=0), x, workspace)
    assert len(ran) > 2 and all(loaded._bytes(count) <= workspace.nbytes <= limit for _, count in ran)
    assert [start for start, _ in ran] == [sum(count for _, count in ran[:i]) for i in range(len(ran))]
    assert sum(count for _, count in ran) == 5911


def test_calls_run_on_the_gpu_of_the_layer_and_leave_the_callers_current(made, cupy):
    noted, layer = made[0], made[1]()
    x, y = array(), array()
    layer(x, out=y)
    cupy.current = 3
    cupy.set_to.clear()
    assert noted.since(lambda: layer(x, out=y)) == ONCE
    assert cupy.set_to == [0, 3] and cupy.current == 3


def test_threads_default_streams_are_not_taken_for_one(made, cupy):
    noted, layer = made[0], made[1]()
    x, y = array(), array()
    cupy.stream = 2
    layer(x, out=y)
    assert noted.since(lambda: layer(x, out=y)) == ["cuStreamWaitEvent", *ONCE]


def test_weights_outlive_the_calls_that_read_them(made, cupy):
    noted, layer = made[0], made[1]()
    packed = layer._packed = dataclasses.replace(layer._packed, events=set())
    cupy.stream = 7
    layer(array(), out=array())
    layer._packed = None
    assert noted.since(packed.__del__) == ["cuEventSynchronize"]


def test_no_memory_is_told_with_what_mends_it(made, cupy):
    layer = made[1]()
    x, y = array(), array()
    layer(x, out=y)
    layer.pool.clear()

    def full(*arguments):
        raise MemoryError

    cupy.empty = full
    with pytest.raises(MemoryError, match="workspace_limit"):
        layer(x, out=y)


def test_threads_hold_a_workspace_each(made, monkeypatch):
    """Calls that overlap in time: here each waits in its launch for all others."""
    layer = made[1]()
    arguments = [(array(), array()) for _ in range(4)]
    layer(*arguments[0])
    taken, meeting = [], threading.Barrier(4)
    begin = kernel.Workspace.begin

    def met(workspace, stream):
        taken.append(workspace.pointer)
        meeting.wait(20)
        begin(workspace, stream)

    monkeypatch.setattr(kernel.Workspace, "begin", met)
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda pair: layer(*pair), arguments))
    assert all(y is pair[1] for y, pair in zip(done, arguments))
    assert len(set(taken)) == 4 and layer.pool.statistics().in_use == 0
