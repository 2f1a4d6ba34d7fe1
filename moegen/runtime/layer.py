"""A layer ready to be called: weights packed once, a workspace from the pool, one C or CUDA call."""

from __future__ import annotations

import math
import operator
import os
import threading
import time
import warnings
from typing import Any

import numpy as np

from moegen import artifact as artifacts
from moegen import backends
from moegen.artifact import Artifact
from moegen.errors import ArtifactError, ShapeError, SpecError
from moegen.runtime import kernels, pool
from moegen.runtime.record import Record, Stats
from moegen.spec import MoeSpec, MoeWeights

_DLPACK_CUDA = 2  # kDLCUDA of dlpack.h
_lock = threading.RLock()  # loading and packing, never a call
_warned: set[MoeSpec] = set()


class UntunedWarning(UserWarning):
    """A layer runs the default variant, because nobody tuned it on this machine."""


class Layer:
    """A Mixture-of-Experts layer as `load` returns it. Any number of threads may call it at the same time.

    Attributes
    ----------
    spec : MoeSpec
    artifact : Artifact
        What it runs; `artifact.tuned` is empty where that is the default.
    threads : int
        Threads of a call.
    workspace_limit : int or None
        Bytes of workspace that a call asks for at most, and runs its tokens in chunks for. One that is in the pool
        already may be larger.
    packed_bytes : int
        Bytes of the packed weights; the weights it was loaded from are not kept.
    pool : WorkspacePool
        Shared by all layers of the backend; `pool.statistics()` tells hits, misses and bytes.
    """

    def __init__(
        self, artifact: Artifact, kernel, packed, threads: int, workspace_limit: int | None, monitor: bool | None = None
    ):
        self.spec = artifact.spec
        self.artifact = artifact
        self.threads = threads
        self.workspace_limit = workspace_limit
        self.packed_bytes = packed.nbytes
        self.pool = pool.shared(artifact.target.backend, getattr(kernel, "device", 0))
        self._kernel = kernel
        self._packed = packed
        self._counting = getattr(kernel, "counting_arrays", None)
        self._recorded = getattr(kernel, "recorded_workspace", None)
        self._wake = getattr(kernel, "wake", None)
        if monitor is None:
            monitor = self._counting is not None
        self._record = Record(self.spec.num_experts) if monitor else None
        self._repeat = None if monitor else getattr(kernel, "repeat", None)

    def __call__(self, x, out=None, return_routing: bool = False, indices=None, weights=None):
        """y = the layer of x, token by token.

        Parameters
        ----------
        x : array (T, H) or (B, S, H), float32 or bfloat16
            T may be 0. bfloat16 as ml_dtypes' type or as its bits in uint16. Not copied if C-contiguous, else once. A
            layer on a GPU takes CuPy's, PyTorch's, anything with DLPack, and NumPy's, which are copied there and back;
            float16 too.
        out : array, optional
            Where y is written: of x's kind, shape and type, C-contiguous, writable, and apart from x in memory.
        return_routing : bool
            Whether to return (y, Routing), with tokens numbered as in x.reshape(-1, H).
        indices, weights : array (T, K), optional
            A routing decided elsewhere, in place of the router's: which experts serve each token, and the weight of
            each. Integers and floats of any width; both or none. On a GPU, arrays there are not looked at from here: an
            index out of range gets the weight NaN, which shows in y of its token.

        Returns
        -------
        y : array of x's shape and type, or `out`
        routing : Routing
            indices (T, K) int32, weights (T, K) float32, counts (E,) int64; only if asked for. In host memory where x
            is, else on x's GPU.

        Raises
        ------
        ShapeError
            If x, `out`, indices or weights are not what the layer takes.
        MemoryError
            If there is no room for the workspace.
        """
        if self._repeat is not None and not return_routing and indices is None and weights is None:
            y = self._repeat(x, out, self._packed, self.pool, self.workspace_limit)
            if y is not None:
                return y
        start = time.perf_counter() if self._record else 0.0
        if self._wake:
            self._wake(self.threads)
        kernel = self._kernel
        tokens = kernel.accept(x)
        num_tokens = tokens.shape[0]
        direct = out is not None and _take_out(out, x, tokens, kernel)
        y = out.reshape(tokens.shape) if direct else kernel.empty(num_tokens, like=tokens)
        given = {}
        if indices is not None or weights is not None:
            routing, given = kernel.take_routing(indices, weights, num_tokens, tokens), {"routed": True}
        elif self._record and self._counting and not return_routing:
            routing = self._counting()
        else:
            routing = kernel.routing_arrays(num_tokens, tokens) if return_routing or self._record else None
        nbytes = kernel.workspace_bytes(num_tokens, self.workspace_limit)
        recorded = self._recorded and self._recorded(tokens, nbytes)
        try:
            workspace = recorded or self.pool.take(nbytes, kernel.allocate, self.workspace_limit)
        except MemoryError as error:
            raise MemoryError(
                f"no room for {nbytes} bytes of workspace for {num_tokens} tokens; give "
                "moegen.load a workspace_limit, and the tokens run in chunks"
            ) from error
        try:
            kernel.forward(tokens, self._packed, y, workspace, routing=routing, threads=self.threads, **given)
        finally:
            if not recorded:
                self.pool.give(workspace)
        if not direct:
            out = kernel.hand_back(y, x, out)
        if self._record:
            self._record.add(num_tokens, routing.counts, time.perf_counter() - start)
        return (out, kernel.routing_back(routing, x)) if return_routing else out

    def stats(self) -> Stats:
        """Calls, tokens, counts of each expert, percentiles of times and use of the pool since the layer was loaded.

        Raises
        ------
        SpecError
            If it keeps none: see `monitor` of `moegen.load`.
        """
        if self._record is None:
            raise SpecError("this layer keeps no statistics; load it with moegen.load(spec, weights, monitor=True)")
        return self._record.stats(self.pool.statistics())

    def variant(self, num_tokens: int) -> int:
        """The token bucket whose variant serves a call of `num_tokens` tokens."""
        return self._kernel.chosen(num_tokens)

    def __repr__(self) -> str:
        tuned = ",".join(map(str, sorted(self.artifact.tuned))) or "nothing"
        return f"<moegen.Layer {self.artifact.name}, tuned for {tuned}, {self.threads} threads>"


def _take_out(out, x, tokens, kernel) -> bool:
    """Whether `kernel` can write into `out` itself; ShapeError if it is no place for y at all.

    `tokens` is x as the kernel reads it.
    """
    on_host = isinstance(out, np.ndarray)
    if not isinstance(out, type(x)):
        wanted = f"{type(x).__module__}.{type(x).__name__}"
        raise ShapeError(f"out must be a {wanted} as x is, got {type(out).__name__}")
    if out.shape != x.shape:
        raise ShapeError(f"out must have the shape of x, {tuple(x.shape)}, got {tuple(out.shape)}")
    if out.dtype != x.dtype:
        raise ShapeError(f"out must be {x.dtype} as x is, got {out.dtype}")
    if not on_host and getattr(out, "device", None) != getattr(x, "device", None):
        raise ShapeError(f"out must be on {x.device} as x is, got {out.device}")
    if not hasattr(out, "is_contiguous") and not hasattr(out, "flags"):  # JAX's, which never change
        raise ShapeError(
            f"out must be of NumPy, CuPy or PyTorch, got a {type(out).__module__}.{type(out).__name__}, "
            "which cannot be written; leave it out"
        )
    contiguous = out.is_contiguous() if hasattr(out, "is_contiguous") else out.flags.c_contiguous
    if not contiguous:
        strides = out.stride() if callable(getattr(out, "stride", None)) else out.strides
        raise ShapeError(
            f"out must be C-contiguous, got strides {tuple(strides)} for shape "
            f"{tuple(out.shape)}; give numpy.empty(x.shape, x.dtype), or leave it out"
        )
    if on_host and not (out.flags.writeable and out.flags.aligned):
        raise ShapeError(
            "out must be "
            + (
                "aligned to its items, got an array that is not"
                if out.flags.writeable
                else "writable, got a read-only array"
            )
        )
    if _overlap(out, x):
        raise ShapeError(
            "out must not overlap x in memory, got arrays that do: rows of x are read after rows of y "
            "are written; give another array"
        )
    return type(out) is type(tokens) and out.dtype == tokens.dtype and (on_host or kernel.aligned(out))


def load(
    spec: MoeSpec,
    weights: MoeWeights,
    artifact: str | os.PathLike | Artifact | None = None,
    threads: int | None = None,
    workspace_limit: int | None = None,
    backend: str = "cpu",
    monitor: bool | None = None,
) -> Layer:
    """A layer with these weights, run by the best kernel there is for `spec` on this machine.

    Where nobody tuned `spec`, its default variant is built once, in seconds, and kept, and an UntunedWarning names the
    command that tunes it.

    Parameters
    ----------
    spec : MoeSpec
    weights : MoeWeights
        Packed for the kernel, once for all layers loaded from them. The layer does not keep the unpacked arrays.
    artifact : str, path or Artifact, optional
        A key (or what it begins with) or a folder, by default the tuned artifact of `spec`, else one that ships.
    threads : int, optional
        Threads of a call; by default MOEGEN_NUM_THREADS, else the cores that affinity, the control group's quota and
        OMP_NUM_THREADS leave.
    workspace_limit : int, optional
        Bytes of workspace that a call asks for at most; its tokens run in chunks for it.
    backend : str
        Which backend's artifact, where `artifact` does not say it.
    monitor : bool, optional
        Whether the layer counts its calls, tokens and experts and times itself, for `stats` and `moegen.metrics`. By
        default on the CPU, where a call pays two microseconds for it, and not on a GPU, where a call that counts waits
        for the device.

    Raises
    ------
    SpecError
        If an argument makes no sense.
    ShapeError
        If the weights are not those of `spec`.
    ArtifactError
        If the artifact is unknown, damaged, of another spec, not for this machine, or another user can write it.
    BuildError
        If there is no artifact, and no compiler to build the default with.
    """
    layer = _load(spec, weights, artifact, threads, workspace_limit, backend, monitor)
    _warn_untuned(layer, artifacts.default_tokens(layer.artifact.target))
    return layer


def moe_forward(x, weights: MoeWeights, top_k: int = 2, activation: str = "relu", dtype: str = "f32"):
    """y = sum over the top_k experts of weight * (act(x @ w1 + b1) @ w2 + b2), the weights renormalised to sum to 1.

    The first call loads a layer as `load` does and keeps it with `weights`; later ones only call it. An artifact that
    this process publishes in between is taken up.

    Parameters
    ----------
    x : array (T, H) or (B, S, H), float32 or bfloat16; one on an NVIDIA GPU is served there
    weights : MoeWeights
    top_k, activation, dtype
        As in MoeSpec.

    Returns
    -------
    array of x's shape

    Raises
    ------
    ShapeError, SpecError, ArtifactError, BuildError
        As `load` and Layer.
    """
    if not isinstance(weights, MoeWeights):
        raise ShapeError(f"weights must be moegen.MoeWeights(gate, w1, w2), got {type(weights).__name__}")
    generation = artifacts.generation()
    try:
        backend, device = _device_of(x)
        loaded, layer = weights.layers.get((top_k, activation, dtype, backend, device), (None, None))
    except TypeError as error:
        raise SpecError(
            f"top_k, activation and dtype must be an integer and two names, got {top_k!r}, {activation!r}, {dtype!r}"
        ) from error
    if loaded == generation:
        return layer(x)
    spec = weights.spec(top_k, activation, dtype)
    with backends.get(backend).target.on_device(device):
        layer = _load(spec, weights, None, None, None, backend)
    weights.layers[top_k, activation, dtype, backend, device] = generation, layer
    y = layer(x)
    _warn_untuned(layer, [max(1, math.prod(x.shape[:-1]))])
    return y


def _device_of(x) -> tuple[str, int]:
    """cuda and its number for a GPU that x lies on (CuPy's, PyTorch's, or any with DLPack), cpu for every other."""
    device = getattr(x, "__dlpack_device__", None)
    try:
        kind, number = (0, 0) if device is None else map(int, device())
    except (ValueError, RuntimeError, BufferError) as error:  # such as a tensor on PyTorch's device "meta"
        raise ShapeError(f"x lies where no layer can read it: {error}") from error
    return ("cuda", number) if kind == _DLPACK_CUDA else ("cpu", 0)


def _load(spec, weights, artifact, threads, workspace_limit, backend, monitor=None) -> Layer:
    if not isinstance(spec, MoeSpec):
        raise SpecError(f"spec must be a moegen.MoeSpec, got {type(spec).__name__}")
    if not isinstance(weights, MoeWeights):
        raise ShapeError(f"weights must be moegen.MoeWeights(gate, w1, w2), got {type(weights).__name__}")
    weights.check(spec)
    threads = _positive("threads", threads, backends.MOST_THREADS)
    workspace_limit = _positive("workspace_limit", workspace_limit)
    with _lock:
        if artifact is None:
            chosen, kernel = kernels.for_spec(spec, backend)
        else:
            chosen = artifact if isinstance(artifact, Artifact) else artifacts.find(artifact)
            if chosen.spec != spec:
                raise ArtifactError(
                    f"{chosen.folder} is of {chosen.key}, but {spec.key} was asked for; tune that with "
                    f"`{artifacts.tune_command(spec)}`"
                )
            chosen, kernel = kernels.ready(chosen)
        least = kernel.workspace_bytes(1, 1)
        if workspace_limit is not None and workspace_limit < least:
            raise SpecError(f"workspace_limit must be at least {least} bytes for this layer, got {workspace_limit}")
        packed = _packed(weights, chosen, kernel)
    if threads is None:
        threads = backends.get(chosen.target.backend).target.default_threads()
    return Layer(chosen, kernel, packed, threads, workspace_limit, monitor)


def _packed(weights: MoeWeights, artifact: Artifact, kernel):
    """The weights as this kernel reads them, kept with them: the newest form for each spec."""
    form = artifact.target, artifact.layout, artifact.moegen, getattr(kernel, "device", 0)
    kept, packed = weights.packed.get(artifact.spec, (None, None))
    if kept != form:
        packed = kernel.pack(weights)
        weights.packed[artifact.spec] = form, packed
    return packed


def _warn_untuned(layer: Layer, tokens) -> None:
    """Warn the caller of the public function that called this, once for each spec."""
    if layer.artifact.tuned or layer.spec in _warned:
        return
    _warned.add(layer.spec)
    target = layer.artifact.target
    command = artifacts.tune_command(layer.spec, tokens, None if target.backend == "cpu" else target.backend)
    warnings.warn(
        f"{layer.spec.key} is not tuned on this machine, so its default variant runs. Tune it with `{command}`",
        UntunedWarning,
        stacklevel=3,
    )


def _positive(name: str, value, most: int = 2**63 - 1) -> int | None:
    if value is None:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        number = 0
    if isinstance(value, bool) or not 1 <= number <= most:
        raise SpecError(f"{name} must be an integer from 1 to {most} or None, got {value!r}")
    return number


def _overlap(one: Any, other: Any) -> bool:
    """Whether two arrays share memory: exactly for NumPy, by the bytes they span for arrays of a device."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        try:
            return np.shares_memory(one, other, max_work=10_000)
        except RuntimeError:  # numpy's TooHardError: strides so odd that only their span is known to overlap
            return True
    spans = [_span(array) for array in (one, other)]
    return None not in spans and spans[0][0] < spans[1][1] and spans[1][0] < spans[0][1]


def _span(array: Any) -> tuple[int, int] | None:
    """The first address of a device array and the one after its last, or None for what lies elsewhere or is empty."""
    if hasattr(array, "data_ptr"):  # a PyTorch tensor, whose strides are never negative and count items
        last = sum((length - 1) * stride for length, stride in zip(array.shape, array.stride()))
        return (array.data_ptr(), array.data_ptr() + (last + 1) * array.element_size()) if array.numel() else None
    interface = getattr(array, "__cuda_array_interface__", None)
    if interface is None or 0 in interface["shape"]:
        return None
    item = np.dtype(interface["typestr"]).itemsize
    low = high = interface["data"][0]
    strides = interface.get("strides") or np.cumprod([item, *interface["shape"][:0:-1]])[::-1].tolist()
    for length, stride in zip(interface["shape"], strides):
        low += min(0, stride * (length - 1))
        high += max(0, stride * (length - 1))
    return low, high + item


def _after_fork() -> None:
    """In the child: the thread that held the lock is not here; what it guards is changed in single steps."""
    global _lock
    _lock = threading.RLock()


os.register_at_fork(after_in_child=_after_fork)
