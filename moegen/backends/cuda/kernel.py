"""A loaded cubin: pack weights, take arrays of CuPy, PyTorch, NumPy or DLPack, run the layer on the caller's stream."""

from __future__ import annotations

import collections
import ctypes
import functools
import json
import math
import pathlib
import threading

from moegen.backends import Routing, Target, without_former
from moegen.backends.cuda import arrays, driver, fused, packing, repeat, sizes, space
from moegen.backends.cuda.call import format_of
from moegen.backends.cuda.packing import Packed
from moegen.backends.cuda.plan import Plan
from moegen.backends.cuda.workspace import Workspace, lay_out
from moegen.errors import ArtifactError, LibraryError
from moegen.spec import MoeSpec, MoeWeights

_FLUSH_BYTES = 256 << 20
_SCAN_CHOICES = 1024  # that one block gives their rows sooner than another kernel does
_GRAPHS = 64  # of one variant, each for other arrays; one takes 126 KB of the device's memory and 140 us to make
_flush: dict = {}


def _on_device(method):
    """The method with the kernel's GPU as the thread's current one; what was current before is so again afterwards."""

    @functools.wraps(method)
    def guarded(self, *arguments, **named):
        runtime = self._runtime
        current = runtime.getDevice()
        if current == self.device and getattr(self.local, "entered", False):
            return method(self, *arguments, **named)
        runtime.setDevice(self.device)
        try:
            if not getattr(self.local, "entered", False):
                runtime.free(0)  # makes the device's context that of this thread
                self.local.entered = True
            return method(self, *arguments, **named)
        finally:
            runtime.setDevice(current)

    return guarded


class Kernel:
    """A loaded library for one spec on one GPU.

    Arrays that it takes are CuPy arrays, PyTorch CUDA tensors, anything with DLPack on this GPU (none of them copied
    where C-contiguous), or NumPy arrays (copied to the device and back). x is float32 or of the spec's own 16-bit type.

    Parameters
    ----------
    folder : path
        Holds the cubin and `variants.json`.
    library : str
        The cubin's file name.
    spec, target, layout
        What it was built for.

    Raises
    ------
    ArtifactError
        If the files are not those of a CUDA build, or of one that is launched otherwise; LibraryError if the driver
        refuses the cubin.
    TargetError
        If CuPy or a GPU is missing.
    """

    def __init__(self, folder, library: str, spec: MoeSpec, target: Target, layout):
        from moegen.backends.cuda.target import require_cupy

        self.spec, self.target, self.layout, self._cupy = spec, target, layout, require_cupy()
        self._runtime = self._cupy.cuda.runtime
        folder = pathlib.Path(folder)
        try:
            described = json.loads((folder / "variants.json").read_text())
            self._buckets = {int(bucket): index for bucket, index in described["buckets"].items()}
            self.variants = [space.Config(**without_former(space.Config, each)) for each in described["variants"]]
            self._prefix, cubin = described["prefix"], (folder / library).read_bytes()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArtifactError(f"{folder} holds no CUDA build of moegen ({error}); build it anew") from error
        if described.get("call") != format_of(spec.dtype):
            raise ArtifactError(f"{folder} is of a moegen that launches kernels otherwise; tune the layer anew")
        self.buckets = tuple(sorted(self._buckets))
        self.device = self._cupy.cuda.Device().id
        self.multiprocessors = self._cupy.cuda.Device().attributes["MultiProcessorCount"]
        self._module, self._plans, self.lock, self.local = ctypes.c_void_p(), {}, threading.Lock(), threading.local()
        self._layouts, self._sizes, self._wanted, self.known = (repeat.Cache() for _ in range(4))
        self._recorded = []
        try:
            self._load(cubin)
        except driver.DriverError as error:
            raise LibraryError(
                f"the driver refuses {library}, built for {described['arch']}: {error}; build it anew from its source"
            ) from error

    @_on_device
    def _load(self, cubin: bytes) -> None:
        driver.call("cuModuleLoadData", ctypes.byref(self._module), cubin)

    def function(self, name: str) -> int:
        """The CUfunction of a kernel of this library."""
        function = ctypes.c_void_p()
        driver.call("cuModuleGetFunction", ctypes.byref(function), self._module, f"{self._prefix}_{name}".encode())
        return function.value

    def chosen(self, num_tokens: int) -> int:
        """The bucket whose variant serves `num_tokens`: the nearest in log scale of those that can."""
        able = [bucket for bucket in self.buckets if self._most(bucket) >= num_tokens]
        return min(able or self.buckets, key=lambda bucket: (abs(math.log(bucket / max(1, num_tokens))), -bucket))

    def _most(self, bucket: int) -> float:
        return space.most_tokens(self.spec, self.target, self.variants[self._buckets[bucket]]) or math.inf

    # ---- weights -----------------------------------------------------------------------------------------------------

    @_on_device
    def pack(self, weights: MoeWeights) -> Packed:
        """Weights laid out for these kernels, in device memory of their own.

        The arrays may lie on the host or on this GPU; they are converted an expert at a time.
        """
        return packing.pack(self, weights)

    # ---- arrays ------------------------------------------------------------------------------------------------------

    @_on_device
    def accept(self, x):
        """x as (T, H) on this GPU: CuPy's or PyTorch's own array where it came from there.

        Copied only if not C-contiguous, not on a 16-byte boundary, of a type the kernels do not read, or NumPy's.

        Raises
        ------
        ShapeError
            If the rank, last dimension, type or device is wrong.
        """
        tokens = arrays.accept(x, self.spec.hidden_size, sizes.types(self.spec), self.device)
        repeat.remember(self, x, tokens)
        return tokens

    def aligned(self, y) -> bool:
        """Whether a call can write into y: whole vectors from where it begins."""
        return arrays.pointer(y) % arrays.ALIGN == 0

    def as_used(self, x):
        """x from `accept` in the type that those who have such weights have it in: of 16 bits where the weights are."""
        name = arrays.NAMES[sizes.types(self.spec)[-1]]
        return x if name == "float32" or arrays.is_torch(x) else x.astype(name, copy=False)

    @_on_device
    def empty(self, num_tokens: int, like=None):
        """An output (T, H), unwritten: of `like`'s library, of its type where kernels write that; else CuPy float32."""
        kind = "f32" if like is None else arrays.kind(like)
        kind = kind if kind in sizes.types(self.spec) else "f32"
        return arrays.empty_rows((num_tokens, self.spec.hidden_size), kind, like)

    @_on_device
    def hand_back(self, y, like, out=None):
        """y in the type and shape of the caller's x, and in its library: CuPy's for those known by DLPack alone.

        Zero-copy within the GPU where the types agree. Where the caller has given `out`, it is copied there.
        """
        y = arrays.hand_back(y, like)
        if out is None:
            return y
        out[...] = y
        return out

    @_on_device
    def routing_arrays(self, num_tokens: int, like=None) -> Routing:
        """Arrays that a call fills: indices (T,K) int32, weights (T,K) float32, counts (E,) int64.

        They are PyTorch's where `like` is, so that its allocator knows which stream uses them; else CuPy's.
        """
        shape = (num_tokens, self.spec.top_k)
        indices, weights = (arrays.empty(shape, name, like) for name in ("int32", "float32"))
        return Routing(indices, weights, arrays.empty((self.spec.num_experts,), "int64", like))

    @_on_device
    def take_routing(self, indices, weights, num_tokens: int, like=None) -> Routing:
        """A routing of the caller's as the kernels read it, on this GPU, with room for its counts.

        NumPy's are checked and copied to the device. What lies on the device is not looked at, since that would wait
        for it: an index that is not that of an expert stands for expert 0 with the weight NaN, so y of that token is
        NaN.

        Raises
        ------
        ShapeError
            If they are not integers and floats of (T, K), or an index in host memory is out of range.
        """
        shape, experts = (num_tokens, self.spec.top_k), self.spec.num_experts
        given = arrays.take_routing(indices, weights, shape, experts, self.device, like)
        for array in given:
            theirs, ours = arrays.stream(array, self.device), self._stream(like)
            if theirs != ours and not driver.is_capturing(ours):  # of the other library
                driver.order(theirs, ours)
        return Routing(*given, arrays.empty((experts,), "int64", like))

    def routing_back(self, routing: Routing, like) -> Routing:
        """A routing as the caller has x: in host memory where x is."""
        return arrays.routing_back(routing, like)

    # ---- workspace ---------------------------------------------------------------------------------------------------

    def _layout(self, config: space.Config, num_tokens: int):
        """Offsets of a call's arrays in the workspace, and its bytes; then its rows."""
        found = self._layouts.get((config, num_tokens))
        return found or self._layouts.keep((config, num_tokens), lay_out(self.spec, config, num_tokens))

    def _bytes(self, num_tokens: int) -> int:
        (_, total), _ = self._layout(self._config(num_tokens), num_tokens)
        return total + packing.ALIGN

    def _config(self, num_tokens: int) -> space.Config:
        return self.variants[self._buckets[self.chosen(num_tokens)]]

    def workspace_bytes(self, num_tokens: int, limit: int | None = None) -> int:
        """Bytes for a call of `num_tokens`; with a limit, those of the largest chunk of tokens that keeps to it."""
        found = self._wanted.get((num_tokens, limit))
        return self._wanted.keep((num_tokens, limit), self._most_bytes(num_tokens, limit)) if found is None else found

    def _most_bytes(self, num_tokens: int, limit: int | None) -> int:
        if num_tokens == 0:
            return packing.ALIGN
        num_tokens = self._chunk(num_tokens, math.inf)
        whole = self._bytes(num_tokens)
        return (
            whole
            if limit is None or whole <= limit
            else max(self._bytes(1), self._bytes(self._chunk(num_tokens, limit)))
        )

    def size(self, num_tokens: int) -> tuple[int, float]:
        """The variant that serves a call, and its bytes of workspace; without end where it must run in chunks."""
        found = self._sizes.get(num_tokens)
        if found is None:
            whole = self._chunk(num_tokens, math.inf) == num_tokens
            nbytes = self._bytes(num_tokens) if whole else math.inf
            found = self._sizes.keep(num_tokens, (self._buckets[self.chosen(num_tokens)], nbytes))
        return found

    def _chunk(self, num_tokens: int, nbytes: int) -> int:
        """The most tokens, up to `num_tokens`, whose workspace fits in `nbytes`; at least one."""
        chunk = int(min(num_tokens, max(map(self._most, self.buckets))))
        while chunk > 1 and self._bytes(chunk) > nbytes:
            chunk = max(1, min(chunk - 1, int(chunk * max(0.5, min(0.98, nbytes / self._bytes(chunk))))))
        return chunk

    @_on_device
    def allocate(self, nbytes: int) -> Workspace:
        """A workspace of this GPU, uninitialised."""
        workspace = Workspace(self._cupy.empty(max(nbytes, 1), self._cupy.uint8))
        workspace.end(arrays.stream(workspace.buffer, self.device))  # where its memory may still be in use
        return workspace

    @_on_device
    def recorded_workspace(self, x, nbytes: int) -> Workspace | None:
        """A workspace for a call that the caller records into a graph of its own; None where nothing is recorded.

        Replays use it without us, so it must be nobody else's: PyTorch keeps what is allocated meanwhile with its
        graph, and for CuPy's graphs the kernel keeps it.
        """
        stream = self._stream(x)
        if not stream or not driver.is_capturing(stream):
            return None
        workspace = Workspace(arrays.empty((nbytes,), "uint8", x))
        if not arrays.is_torch(x):
            self._recorded.append(workspace)
        return workspace

    # ---- calls -------------------------------------------------------------------------------------------------------

    repeat = _on_device(repeat.start)

    @_on_device
    def forward(
        self,
        x,
        packed: Packed,
        y,
        workspace: Workspace,
        *,
        routing: Routing | None = None,
        routed: bool = False,
        threads: int | None = None,
    ) -> None:
        """Start y = layer(x) on the caller's current stream (PyTorch's where x is its tensor, else CuPy's); no waiting.

        Parameters
        ----------
        x, y : arrays (T, H) from `accept` and `empty`
        packed : Packed
        workspace : Workspace
            Of `workspace_bytes`, or less: then tokens run in chunks.
        routing : Routing, optional
            Filled with what the router chose.
        routed : bool
            Whether `routing`, of `take_routing`, is used in place of the router's; then its counts alone are filled.
        threads
            Not used: one host thread launches.

        Raises
        ------
        MemoryError
            If the workspace does not hold one token.
        """
        num_tokens = x.shape[0]
        stream = self._stream(x)
        if num_tokens == 0:
            if routing is not None:
                driver.set_bytes(arrays.pointer(routing.counts), 0, self.spec.num_experts * 8, stream)
            return
        capturing = bool(stream) and driver.is_capturing(stream)
        # All that `_fill` depends on: another array may get the memory, and so the address, of one that is gone.
        key = (arrays.pointer(x), arrays.pointer(y), packed.w1, packed.gate_parts, workspace.pointer, num_tokens) + (
            (None,)
            if routing is None
            else (
                arrays.pointer(routing.indices),
                arrays.pointer(routing.weights),
                arrays.pointer(routing.counts),
                arrays.item_bytes(routing.indices),
                routed,
            )
        )
        if not capturing:
            workspace.begin(stream)
        if self.size(num_tokens)[1] <= workspace.nbytes:
            self.run(key, x, y, packed, workspace, routing, routed, 0, num_tokens, stream, capturing)
        else:
            if self._bytes(1) > workspace.nbytes:
                raise MemoryError(f"one token needs {self._bytes(1)} bytes of workspace, got {workspace.nbytes}")
            start = 0
            while start < num_tokens:  # what is left may be another variant's, which takes more for fewer tokens
                count = self._chunk(num_tokens - start, workspace.nbytes)
                self.run(None, x, y, packed, workspace, routing, routed, start, count, stream, True)
                start += count
        if not capturing:
            workspace.end(stream)
            packed.in_use(workspace)
            for array in (routing.indices, routing.weights) if routed else ():
                theirs = arrays.stream(array, self.device)
                if theirs != stream:  # whose library may give their memory to others when they go
                    driver.order(stream, theirs)

    def plan_key(self, x, y, num_tokens: int) -> tuple:
        """The arguments of the `Plan` of a call."""
        variant = self.size(num_tokens)[0]
        config, choices = self.variants[variant], num_tokens * (self.spec.top_k + self.spec.shared_experts)
        # A block that has chosen for all tokens has their rows at hand.
        few = config.slices > 1 or space.scan_chooses(config) or choices <= _SCAN_CHOICES
        return variant, arrays.kind(x), arrays.kind(y), space.keeps_tokens(config) and self._gathers_x(x) and few

    def plans(self, key: tuple) -> collections.OrderedDict:
        """Those of a `plan_key`, by the arrays that they are for, the one used last at the end."""
        return self._plans.setdefault(key, collections.OrderedDict())

    def run(self, key, x, y, packed, workspace, routing, routed, start, num_tokens, stream, direct) -> None:
        """Replay the graph that `key` names, made anew or from the one not used for longest; where `direct`, launch."""
        plan_key = self.plan_key(x, y, num_tokens)
        key = None if direct else key
        with self.lock:
            plans = self.plans(plan_key)
            plan = plans.pop(key, None)
            changed = direct or plan is None
            if plan is None:
                plan = Plan(self, *plan_key) if len(plans) < _GRAPHS else plans.popitem(last=False)[1]
            if changed:
                self._fill(plan, x, y, packed, workspace, routing, routed, start, num_tokens)
            plan.run(stream, direct, changed)
            plans[key] = plan

    def _fill(self, plan: Plan, x, y, packed, workspace, routing, routed, start, num_tokens) -> None:
        spec, config, call = self.spec, plan.config, plan.call
        (offsets, _), rows = self._layout(config, num_tokens)
        base = -(-workspace.pointer // packing.ALIGN) * packing.ALIGN
        call.outputs = base + offsets["rows" if config.slices == 1 else "hidden"]
        for name, offset in offsets.items():
            setattr(call, name, base + offset)
        for name in ("gate", "w1", "w2", "b1", "b2", "s1", "s2", "gate_bias", "score_bias", "gate_parts"):
            setattr(call, name, getattr(packed, name))
        call.given_indices = call.given_weights = call.given_wide = 0
        if routing is not None:
            item = arrays.item_bytes(routing.indices)
            indices = arrays.pointer(routing.indices) + start * spec.top_k * item
            weights = arrays.pointer(routing.weights) + start * spec.top_k * 4
            if routed:
                call.given_indices, call.given_weights, call.given_wide = indices, weights, int(item == 8)
            else:
                call.indices, call.weights = indices, weights
            call.counts = arrays.pointer(routing.counts)
        call.x = arrays.pointer(x) + start * spec.hidden_size * arrays.item_bytes(x)
        call.y = arrays.pointer(y) + start * spec.hidden_size * arrays.item_bytes(y)
        call.gathered = call.x if self._gathers_x(x) else call.rows
        call.num_tokens, call.later_chunk = num_tokens, int(start > 0)
        call.split_stride = rows * sizes.padded_sizes(spec)[0]
        multiprocessors = self.multiprocessors
        first, second = sizes.columns(spec)
        tiles = rows // config.bm
        chunks = -(-spec.hidden_size * sizes.element_bytes(spec) // 16)
        grids = {
            "router": (
                -(-num_tokens // config.router_tokens),
                config.router_splits,
                space.router_shared_bytes(spec, config, arrays.item_bytes(x), packed.gate_parts),
            ),
            "scan": (1, 1, space.scan_shared_bytes(spec, config, num_tokens)),
            "permute": (space.permute_blocks(spec, config, multiprocessors, num_tokens, call.gathered == call.x),),
            "first": (space.gemm_blocks(config, multiprocessors, tiles * -(-first // config.bn1)),),
            "second": (space.gemm_blocks(config, multiprocessors, tiles * -(-second // config.bn2) * config.splits),),
            "joined": (space.gemm_blocks(config, multiprocessors, tiles * -(-first // config.bn1)),),
            "fused": (fused.blocks(spec, config, plan.clusters, num_tokens),),
            "combine": (min(-(-num_tokens * chunks // space.ROWS_THREADS), multiprocessors * 64),),
        }
        for name, launch in plan.launches.items():
            launch.set_grid(*grids[name])

    def _gathers_x(self, x) -> bool:
        """Whether rows of x are what a GEMM can gather, or carry: of its element type, and whole atoms."""
        spec = self.spec
        return spec.hidden_size == sizes.padded_sizes(spec)[0] and arrays.item_bytes(x) == sizes.operand_bytes(spec)

    def _stream(self, x) -> int:
        return arrays.stream(x, self.device)

    @_on_device
    def sample(
        self, x, packed: Packed, y, workspace: Workspace, *, threads: int | None = None, cold: bool = True
    ) -> float:
        """Seconds of one call on the device, after the L2 cache has been overwritten if `cold`.

        A call before it, which is not timed, hands these arrays to the graph: the host would take longer for that than
        the device for overwriting its cache, and the device would wait within the time.
        """
        self.forward(x, packed, y, workspace, threads=threads)
        cupy, stream = self._cupy, self._stream(x)
        start, end = cupy.cuda.Event(), cupy.cuda.Event()
        if cold:
            if self.device not in _flush:
                _flush[self.device] = cupy.empty(_FLUSH_BYTES, cupy.uint8)
            driver.set_bytes(_flush[self.device].data.ptr, 1, _FLUSH_BYTES, stream)
        cupy.cuda.runtime.eventRecord(start.ptr, stream)
        self.forward(x, packed, y, workspace, threads=threads)
        cupy.cuda.runtime.eventRecord(end.ptr, stream)
        end.synchronize()
        return cupy.cuda.get_elapsed_time(start, end) * 1e-3
