"""The few calls of the CUDA driver that CuPy does not offer: launches that overlap, and graphs whose nodes are updated.

Handles (streams, functions, pointers) are plain integers, as CuPy and PyTorch give them.
"""

from __future__ import annotations

import ctypes
import functools

from moegen.errors import MoegenError, TargetError

_PROGRAMMATIC = 6  # CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION
_MAX_DYNAMIC_SHARED = 8  # CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
_THREAD_LOCAL_CAPTURE = 1
_DISABLE_TIMING = 2


class DriverError(MoegenError):
    """A call of the CUDA driver that failed. `code` is the driver's (700: a kernel read or wrote where it must not)."""

    def __init__(self, call: str, code: int, message: str):
        super().__init__(f"{call} failed with CUDA error {code}: {message}")
        self.code = code


class _Attribute(ctypes.Structure):
    _fields_ = [("id", ctypes.c_int), ("pad", ctypes.c_int), ("value", ctypes.c_int * 16)]


class _LaunchConfig(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_uint)
        for name in ("grid_x", "grid_y", "grid_z", "block_x", "block_y", "block_z", "shared_bytes")
    ] + [("stream", ctypes.c_void_p), ("attributes", ctypes.POINTER(_Attribute)), ("num_attributes", ctypes.c_uint)]


class _NodeParams(ctypes.Structure):
    _fields_ = (
        [("function", ctypes.c_void_p)]
        + [
            (name, ctypes.c_uint)
            for name in ("grid_x", "grid_y", "grid_z", "block_x", "block_y", "block_z", "shared_bytes")
        ]
        + [
            ("kernel_params", ctypes.c_void_p),
            ("extra", ctypes.c_void_p),
            ("kernel", ctypes.c_void_p),
            ("context", ctypes.c_void_p),
        ]
    )


@functools.lru_cache(maxsize=1)
def _library():
    try:
        library = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        raise TargetError(
            f'no NVIDIA driver on this machine ({error}); its CPU is --target auto, or backend="cpu"'
        ) from error
    # Those of every call take handles as plain integers: to wrap each anew would cost as much as the call itself.
    handle = ctypes.c_void_p
    library.cuGraphLaunch.argtypes = library.cuEventRecord.argtypes = [handle, handle]
    library.cuStreamWaitEvent.argtypes = [handle, handle, ctypes.c_uint]
    library.cuStreamIsCapturing.argtypes = [handle, ctypes.POINTER(ctypes.c_int)]
    return library


def device_count() -> int:
    """The GPUs that the driver tells of; 0 where there is none."""
    count = ctypes.c_int()
    try:
        call("cuInit", ctypes.c_uint(0))
        call("cuDeviceGetCount", ctypes.byref(count))
    except MoegenError:
        return 0
    return count.value


def call(name: str, *arguments) -> None:
    """Call the driver's `name`.

    Raises
    ------
    DriverError
        If it returns an error.
    """
    code = getattr(_library(), name)(*arguments)
    if code:
        text = ctypes.c_char_p()
        _library().cuGetErrorString(code, ctypes.byref(text))
        raise DriverError(name, code, (text.value or b"unknown").decode())


class Launch:
    """One kernel with its one argument, a structure that the caller keeps alive and may change between launches.

    Parameters
    ----------
    function : int
        CUfunction.
    threads, shared_bytes : int
    argument : ctypes.Structure
    overlap : bool
        Whether the kernel may start before the one before has ended; it then waits by itself (compute capability 9.0).
    """

    def __init__(self, function: int, threads: int, shared_bytes: int, argument: ctypes.Structure, overlap: bool):
        if shared_bytes > 48 * 1024:
            call("cuFuncSetAttribute", ctypes.c_void_p(function), _MAX_DYNAMIC_SHARED, shared_bytes)
        self.function = ctypes.c_void_p(function)
        self._pointers = (ctypes.c_void_p * 1)(ctypes.addressof(argument))
        self._attribute = _Attribute(_PROGRAMMATIC, 0, (ctypes.c_int * 16)(1))
        self.config = _LaunchConfig(
            1, 1, 1, threads, 1, 1, shared_bytes, None, ctypes.pointer(self._attribute), int(overlap)
        )
        self.node = _NodeParams(
            function, 1, 1, 1, threads, 1, 1, shared_bytes, ctypes.addressof(self._pointers), None, None, None
        )
        self._config_pointer, self.node_pointer = ctypes.pointer(self.config), ctypes.pointer(self.node)
        self._launch = _library().cuLaunchKernelEx

    def set_grid(self, blocks: int, rows: int = 1, shared_bytes: int | None = None) -> None:
        """The grid of the launches to come, and its blocks' dynamic shared memory where less than at first will do."""
        self.config.grid_x = self.node.grid_x = blocks
        self.config.grid_y = self.node.grid_y = rows
        if shared_bytes is not None:
            self.config.shared_bytes = self.node.shared_bytes = shared_bytes

    def __call__(self, stream: int) -> None:
        self.config.stream = stream
        code = self._launch(self._config_pointer, self.function, self._pointers, None)
        if code:
            call("cuLaunchKernelEx", self._config_pointer, self.function, self._pointers, None)


def most_clusters(launch: Launch, blocks: int) -> int:
    """Clusters of so many blocks, as the kernel was compiled for, that the device runs at a time.

    They are fewer than its multiprocessors have room for, since a cluster lies in one group of them.
    """
    count = ctypes.c_int()
    launch.set_grid(blocks)
    call("cuOccupancyMaxActiveClusters", ctypes.byref(count), launch.function, ctypes.byref(launch.config))
    return max(1, count.value)


class Graph:
    """Kernels launched one after the other, recorded once; `update` hands changed arguments and grids to the nodes."""

    def __init__(self, launches: list[Launch]):
        self.launches = launches
        stream, graph, count = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_size_t()
        call("cuStreamCreate", ctypes.byref(stream), 1)
        try:
            call("cuStreamBeginCapture_v2", stream, _THREAD_LOCAL_CAPTURE)
            for launch in launches:
                launch(stream.value)
            call("cuStreamEndCapture", stream, ctypes.byref(graph))
        finally:
            call("cuStreamDestroy_v2", stream)
        self._graph, self._executable = graph, ctypes.c_void_p()
        call("cuGraphGetNodes", graph, None, ctypes.byref(count))
        nodes = (ctypes.c_void_p * count.value)()
        call("cuGraphGetNodes", graph, nodes, ctypes.byref(count))
        by_function = {}
        for node in nodes:
            params = _NodeParams()
            call("cuGraphKernelNodeGetParams_v2", ctypes.c_void_p(node), ctypes.byref(params))
            by_function[params.function] = ctypes.c_void_p(node)
        self._nodes = [(by_function[launch.function.value], launch.node_pointer) for launch in launches]
        call("cuGraphInstantiateWithFlags", ctypes.byref(self._executable), graph, ctypes.c_ulonglong(0))
        self._update, self._launch = _library().cuGraphExecKernelNodeSetParams_v2, _library().cuGraphLaunch
        # Kept here, since at the interpreter's end names of this module may go before the last graph does.
        self._destroy = _library().cuGraphExecDestroy, _library().cuGraphDestroy

    def update(self) -> None:
        """Hand the launches' present arguments and grids to the nodes."""
        for node, params in self._nodes:
            code = self._update(self._executable, node, params)
            if code:
                call("cuGraphExecKernelNodeSetParams_v2", self._executable, node, params)

    def replay(self, stream: int) -> None:
        code = self._launch(self._executable, stream)
        if code:
            call("cuGraphLaunch", self._executable, stream)

    def __del__(self):
        if getattr(self, "_destroy", None):
            for destroy, handle in zip(self._destroy, (self._executable, self._graph)):
                destroy(handle)


def is_capturing(stream: int) -> bool:
    """Whether the stream's work is being recorded into a graph of the caller's; the default stream's, 0, never is."""
    status = ctypes.c_int()
    code = _library().cuStreamIsCapturing(stream, ctypes.byref(status))
    return code == 0 and status.value == 1


def set_bytes(pointer: int, value: int, nbytes: int, stream: int) -> None:
    """Fill device memory, in the stream's order."""
    call(
        "cuMemsetD8Async",
        ctypes.c_void_p(pointer),
        ctypes.c_ubyte(value),
        ctypes.c_size_t(nbytes),
        ctypes.c_void_p(stream),
    )


class Event:
    """A point in a stream that another stream can wait for."""

    def __init__(self):
        self._event = ctypes.c_void_p()
        # Kept here, since at the interpreter's end names of this module may go before the last event does.
        self._synchronize, self._destroy = _library().cuEventSynchronize, _library().cuEventDestroy_v2
        self._record = _library().cuEventRecord
        call("cuEventCreate", ctypes.byref(self._event), _DISABLE_TIMING)

    def record(self, stream: int) -> None:
        code = self._record(self._event, stream)
        if code:
            call("cuEventRecord", self._event, stream)

    def synchronize(self) -> None:
        """Wait on the host until all that precedes the point is done."""
        self._synchronize(self._event)

    def wait(self, stream: int) -> None:
        call("cuStreamWaitEvent", stream, self._event, 0)

    def __del__(self):
        if self._event:
            self._destroy(self._event)


def order(first: int, then: int) -> None:
    """Have what comes in stream `then` wait for what is in stream `first` now."""
    event = Event()
    event.record(first)
    event.wait(then)
