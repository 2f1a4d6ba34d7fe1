"""A built library as Python sees it: pack weights, take arrays in, call, hand arrays back. Bound through cffi."""

from __future__ import annotations

import dataclasses
import functools
import os
import pathlib
import re
import time
from typing import ClassVar

import cffi
import numpy as np

from moegen import quantization
from moegen.backends import Routing, Target
from moegen.backends.cpu.target import default_threads, machine
from moegen.errors import LibraryError, MoegenError, ShapeError

LINE_BYTES = 64
HUGE_BYTES = 2 << 20


def open_library(path: pathlib.Path, headers: list[str]):
    """(ffi, lib) of a library, its functions declared by its own rendered headers.

    It stays mapped when nobody holds it any more, at the interpreter's end too: a pool's threads run its code.
    """
    ffi = cffi.FFI()
    for header in headers:
        ffi.cdef(declarations(header))
    try:
        return ffi, ffi.dlopen(str(path), os.RTLD_NOW | os.RTLD_NODELETE)
    except OSError as error:
        raise LibraryError(f"cannot load {path.name}: {error}") from error


def declarations(header: str) -> str:
    """What a header declares, without comments and preprocessor lines, for cffi."""
    header = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    header = re.sub(r"#ifdef __cplusplus.*?#endif", "", header, flags=re.DOTALL)
    return "\n".join(line for line in header.splitlines() if not line.lstrip().startswith("#"))


def aligned(nbytes: int) -> np.ndarray:
    """Uninitialised bytes on a cache line, or on a huge page where they are many."""
    alignment = HUGE_BYTES if nbytes >= 2 * HUGE_BYTES else LINE_BYTES
    raw = np.empty(nbytes + alignment, np.uint8)
    start = -raw.ctypes.data % alignment
    return raw[start : start + nbytes]


@dataclasses.dataclass
class Pool:
    """Threads that every kernel of this process shares, one pool for each thread count; made anew after a fork."""

    ffi: object
    lib: object
    handle: object

    _pools: ClassVar[dict[int, Pool]] = {}

    @classmethod
    def of(cls, ffi, lib, threads: int) -> Pool:
        """The pool for `threads` threads; the library that is asked first provides its code."""
        pool = cls._pools.get(threads)
        if pool is None:
            handle = lib.moegen_pool_create(threads)
            if handle == ffi.NULL:
                raise MoegenError(f"cannot make a pool of {threads} threads: out of memory")
            made = cls(ffi, lib, handle)
            pool = cls._pools.setdefault(threads, made)
            if pool is not made:  # another thread was first
                lib.moegen_pool_destroy(handle)
        return pool

    @property
    def run_address(self) -> int:
        """The address of moegen_pool_run, which another library calls through its `parallel`."""
        return int(self.ffi.cast("uintptr_t", self.ffi.addressof(self.lib, "moegen_pool_run")))

    @property
    def address(self) -> int:
        return int(self.ffi.cast("uintptr_t", self.handle))


os.register_at_fork(after_in_child=Pool._pools.clear)  # the parent's threads do not exist in the child


class Packed:
    """Weights as a kernel reads them; never written again."""

    def __init__(self, data: np.ndarray):
        self.data = data
        self.nbytes = data.nbytes


class Kernel:
    """A loaded library for one spec on one layout, with a variant for each token bucket.

    Parameters
    ----------
    folder : pathlib.Path
        Holds the library and the header it was built with.
    library : str
        The library's file name.
    """

    def __init__(self, folder: pathlib.Path, library: str, spec, target: Target, layout):
        self.spec, self.target, self.layout = spec, target, layout
        header = (pathlib.Path(folder) / "moe.h").read_text()
        pool_header = (pathlib.Path(folder) / "pool.h").read_text()
        self._ffi, self._lib = open_library(pathlib.Path(folder) / library, [header, pool_header])
        self.prefix = re.search(r"size_t (\w+)_packed_bytes\(void\);", header).group(1)
        for name in (
            "packed_bytes",
            "pack_router",
            "pack_expert",
            "workspace_bytes",
            "workspace_min_bytes",
            "chosen",
            "forward",
            "forward_routed",
            "forward_bf16",
        ) + ("pack_shared",) * (spec.shared_intermediate_size > 0):
            setattr(self, "_" + name, getattr(self._lib, f"{self.prefix}_{name}"))
        self._parallel = {}

    def chosen(self, num_tokens: int) -> int:
        """The bucket whose variant serves `num_tokens` tokens."""
        return self._chosen(num_tokens)

    # ---- weights and arrays ----
    def pack(self, weights) -> Packed:
        """Weights laid out for this kernel.

        Raises
        ------
        ShapeError
            If they are not the spec's.
        """
        quantization.check(weights, self.spec)
        data = aligned(self._packed_bytes())
        to = self._ffi.cast("void *", self._ffi.from_buffer(data))
        router = (weights.gate_bias, weights.score_bias, weights.shared_gate)
        self._pack_router(self._floats(weights.gate), *(self._floats(part) for part in router if part is not None), to)
        for e in range(self.spec.num_experts):
            biases = (self._floats(weights.b1[e]), self._floats(weights.b2[e])) if self.spec.bias else ()
            parts = quantization.expert(weights, e, self.spec.dtype)  # kept here until they are packed
            self._pack_expert(e, *(self._pointer(part) for part in parts), *biases, to)
        if self.spec.shared_intermediate_size:
            self._pack_shared(self._floats(weights.shared_w1), self._floats(weights.shared_w2), to)
        return Packed(data)

    def accept(self, x) -> np.ndarray:
        """x as a C-contiguous array of (T, H), float32 or bfloat16, without a copy where it is one already.

        Raises
        ------
        ShapeError
            If it is not an array of float32 or bfloat16 (ml_dtypes, or its bits as uint16) whose last axis is H.
        """
        if not isinstance(x, np.ndarray):
            raise ShapeError(f"x must be a numpy.ndarray of float32, got {type(x).__name__}")
        if x.dtype != np.float32 and not _is_bf16(x.dtype):
            raise ShapeError(f"x must be float32 or bfloat16, got {x.dtype}; convert with x.astype(numpy.float32)")
        if x.ndim not in (2, 3) or x.shape[-1] != self.spec.hidden_size:
            raise ShapeError(
                f"x must be (T, {self.spec.hidden_size}) or (B, S, {self.spec.hidden_size}), got {x.shape}"
            )
        return np.require(x, requirements=("C", "ALIGNED")).reshape(-1, self.spec.hidden_size)

    def as_used(self, x: np.ndarray) -> np.ndarray:
        """x from `accept` in the type that those who have such weights have it in: here as it is."""
        return x

    def empty(self, num_tokens: int, like: np.ndarray | None = None) -> np.ndarray:
        """An output (T, H), not yet written: of the type of `like`, float32 without it."""
        return np.empty((num_tokens, self.spec.hidden_size), np.float32 if like is None else like.dtype)

    def hand_back(self, y: np.ndarray, like, out: np.ndarray | None = None) -> np.ndarray:
        """y in the shape and type of the caller's x; copied to `out` where the caller has given that."""
        if y.dtype != like.dtype:
            y = quantization.to_bf16(y).view(like.dtype)
        y = y.reshape(like.shape)
        if out is None:
            return y
        out[...] = y
        return out

    def routing_arrays(self, num_tokens: int, like=None) -> Routing:
        """Arrays for the routing of a call, not yet written."""
        shape = (num_tokens, self.spec.top_k)
        return Routing(
            np.empty(shape, np.int32), np.empty(shape, np.float32), np.zeros(self.spec.num_experts, np.int64)
        )

    def counting_arrays(self) -> Routing:
        """A routing with room for its counts alone, which costs a call a microsecond."""
        return Routing(None, None, np.zeros(self.spec.num_experts, np.int64))

    def take_routing(self, indices, weights, num_tokens: int, like=None) -> Routing:
        """A routing of the caller's as the kernel reads it, with room for its counts.

        Raises
        ------
        ShapeError
            If they are not integers and floats of (T, K), or an index is not that of an expert.
        """
        wanted, experts = (num_tokens, self.spec.top_k), self.spec.num_experts
        for name, array, kinds, words in (("indices", indices, "iu", "integers"), ("weights", weights, "f", "floats")):
            if not isinstance(array, np.ndarray) or array.shape != wanted or array.dtype.kind not in kinds:
                got = f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
                raise ShapeError(f"{name} must be a numpy.ndarray (T, K) = {wanted} of {words}, got {got}")
        if indices.size and not (0 <= indices.min() and indices.max() < experts):
            raise ShapeError(f"indices must be from 0 to {experts - 1}, got {indices.min()} to {indices.max()}")
        indices, weights = (
            np.require(array, dtype, ("C", "ALIGNED")) for array, dtype in ((indices, np.int32), (weights, np.float32))
        )
        return Routing(indices, weights, np.zeros(experts, np.int64))

    def routing_back(self, routing: Routing, like) -> Routing:
        """A routing as the caller has x."""
        return routing

    # ---- workspace ----
    def workspace_bytes(self, num_tokens: int, limit: int | None = None) -> int:
        """Bytes with which `num_tokens` tokens run in one go; at most `limit`, but enough to run at all."""
        wanted = self._workspace_bytes(num_tokens)
        return wanted if limit is None else max(min(wanted, limit), self._workspace_min_bytes())

    def allocate(self, nbytes: int) -> np.ndarray:
        """A workspace."""
        return aligned(nbytes)

    # ---- calls ----
    def wake(self, threads: int | None = None) -> None:
        """Wake the threads of a call that is about to come, so that they are there when it has work for them."""
        parallel = self._threads(threads)
        if parallel != self._ffi.NULL:
            parallel.run(parallel.context, 0, self._ffi.NULL, self._ffi.NULL)

    def forward(
        self,
        x,
        packed: Packed,
        y,
        workspace,
        *,
        routing: Routing | None = None,
        routed: bool = False,
        threads: int | None = None,
    ) -> None:
        """Write the layer's output for x (T, H) into y (T, H). The GIL is released; x and y must not overlap.

        `routing` is filled in, or its counts alone where it has no other arrays; where `routed`, its indices and
        weights are used in place of the router's, and its counts alone are filled in.

        Raises
        ------
        ShapeError
            If an index that is given is not that of an expert.
        """
        ffi = self._ffi
        if x.dtype != y.dtype:  # floats on one side: then on both
            x = quantization.from_bf16(x) if y.dtype == np.float32 else x
        if routing is None:
            extra = (ffi.NULL,) * 3
        else:
            counts = ffi.from_buffer("int64_t[]", routing.counts)
            extra = (
                (ffi.NULL, ffi.NULL, counts)
                if routing.indices is None
                else (
                    ffi.from_buffer("int32_t[]", routing.indices),
                    ffi.from_buffer("float[]", routing.weights),
                    counts,
                )
            )
        given = (
            self._pointer(x),
            x.shape[0],
            ffi.from_buffer(packed.data),
            ffi.from_buffer(workspace),
            workspace.nbytes,
            self._pointer(y),
        )
        if x.dtype == np.float32:
            status = (self._forward_routed if routed else self._forward)(*given, *extra, self._threads(threads))
        else:
            status = self._forward_bf16(*given, routed, *extra, self._threads(threads))
        if status == getattr(self._lib, f"{self.prefix}_bad_index"):
            raise ShapeError(
                f"indices must be from 0 to {self.spec.num_experts - 1}, got {routing.indices.min()} to "
                f"{routing.indices.max()}"
            )
        if status:
            raise MoegenError(f"{self.prefix}_forward failed with status {status}; see moe.h")

    def sample(self, x, packed: Packed, y, workspace, *, threads: int | None = None, cold: bool = True) -> float:
        """Seconds of one call, after `flush_caches` if `cold`."""
        if cold:
            flush_caches()
        start = time.perf_counter()
        self.forward(x, packed, y, workspace, threads=threads)
        return time.perf_counter() - start

    def _threads(self, threads: int | None):
        threads = threads or default_threads()
        if threads == 1:
            return self._ffi.NULL
        pool = Pool.of(self._ffi, self._lib, threads)
        if self._parallel.get(threads, (None,))[0] is not pool:
            struct = self._ffi.new(f"{self.prefix}_parallel *")
            struct.context = self._ffi.cast("void *", pool.address)
            struct.run = self._ffi.cast("void *", pool.run_address)
            self._parallel[threads] = (pool, struct)
        return self._parallel[threads][1]

    def _floats(self, array: np.ndarray):
        return self._ffi.cast("float *", array.ctypes.data)

    def _pointer(self, array: np.ndarray):
        kind = {1: "int8_t *", 2: "uint16_t *", 4: "float *"}[array.itemsize]
        return self._ffi.cast(kind, array.ctypes.data)


def _is_bf16(dtype: np.dtype) -> bool:
    return dtype.name in ("bfloat16", "uint16") and dtype.isnative


@functools.cache
def _sweep_buffer() -> np.ndarray:
    """Memory of several times the caches' size, written once so that its pages are real."""
    return np.ones(max(4 * machine()["l3_bytes"], 64 << 20) // 8, np.int64)


def flush_caches() -> None:
    """Push what the caches of this thread's core hold out of them, by reading a buffer several times their size.

    It is read, not written: lines left dirty would have to go to memory during the call that is timed, which costs a
    third of the bandwidth and has no like in use, where other layers' weights were read.
    """
    _sweep_buffer().max()


def forget_sweep() -> None:
    """Give back what `flush_caches` reads, over a gigabyte where caches are large; the next flush makes it anew."""
    _sweep_buffer.cache_clear()
