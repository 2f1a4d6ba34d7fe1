"""Weights to the atoms that the kernels read, on the device, once for each set of weights."""

from __future__ import annotations

import copy
import ctypes
import dataclasses

import numpy as np

from moegen import quantization
from moegen.backends.cuda import driver, sizes
from moegen.spec import LazyMatrices, MoeSpec, MoeWeights

ALIGN = 1024
_ROOM = 3  # times the bytes of float32 weights that these, what is packed of them and the oracle's products take


class _PackCall(ctypes.Structure):
    """`PackCall` of templates/cuda/pack.cuh.j2."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("source", "packed", "scales")] + [
        (name, ctypes.c_int)
        for name in ("rows", "columns", "rows_padded", "columns_padded", "interleave", "makes_hidden", "scaled")
    ]


@dataclasses.dataclass(frozen=True)
class Packed:
    """Weights on the device as the kernels read them.

    `nbytes` is what they take; `events` are those that follow calls which read them.
    """

    buffer: object
    gate: int
    w1: int
    w2: int
    b1: int
    b2: int
    gate_bias: int
    score_bias: int
    s1: int
    s2: int
    gate_parts: int
    nbytes: int
    events: set = dataclasses.field(default_factory=set, compare=False)

    def in_use(self, workspace) -> None:
        """A call with this workspace, which records its event behind itself, reads the weights."""
        self.events.add(workspace.event)

    def __del__(self):
        """The allocator does not know on which streams the last calls may still run."""
        for event in self.events:
            event.synchronize()


def pack(kernel, weights: MoeWeights) -> Packed:
    """Pack with the kernels of a loaded library; see `Kernel.pack`."""
    import cupy

    spec = kernel.spec
    first, second = sizes.columns(spec)
    (hidden, inner), size = sizes.padded_sizes(spec), sizes.operand_bytes(spec)
    experts, scaled = spec.num_experts + spec.shared_experts, quantization.dtype_of(weights) == "fp8"
    gate_bytes = hidden * sizes.router_columns(spec) * (4 if size == 4 else 6)  # float32, or three bfloat16 parts
    nbytes = {
        "gate": gate_bytes,
        "w1": experts * hidden * first * size,
        "w2": experts * inner * second * size,
        "b1": experts * first * 4 if spec.bias else 0,
        "b2": experts * second * 4 if spec.bias else 0,
        "gate_bias": spec.num_experts * 4 if spec.router_bias else 0,
        "score_bias": spec.num_experts * 4 if spec.score_bias else 0,
        "s1": experts * first * 4 if size == 1 else 0,
        "s2": experts * second * 4 if size == 1 else 0,
    }
    places, total = offsets(nbytes)
    buffer = cupy.empty(total + ALIGN, cupy.uint8)
    start = -(-buffer.data.ptr // ALIGN) * ALIGN
    at = {name: start + offset for name, offset in places.items()}
    stream = cupy.cuda.get_current_stream()

    def run(name, source, to, rows, columns, rows_padded, columns_padded, of_first, scales=0):
        source = cupy.ascontiguousarray(cupy.asarray(source, dtype=cupy.float32))
        shape = (rows, columns, rows_padded, columns_padded)
        call = _PackCall(source.data.ptr, to, scales, *shape, of_first and spec.gated, of_first, scaled)
        launch = driver.Launch(kernel.function(name), 256, 0, call, False)
        launch.set_grid(kernel.multiprocessors * 8)
        launch(stream.ptr)
        stream.synchronize()  # before the source's memory is given to another

    def run_matrix(name, e, source, rows, columns, rows_padded, columns_padded, of_first):
        to, to_scales = at[name] + e * rows_padded * columns_padded * size, 0
        if size == 1:
            to_scales = at["s" + name[1:]] + e * columns_padded * 4
            if scaled:
                scales = getattr(weights, name).scales[e]
                run("pack_bias", scales, to_scales, 1, columns, 1, columns_padded, of_first)
            else:
                run("pack_scales", source, to_scales, rows, columns, rows_padded, columns_padded, of_first)
        run("pack_weights", source, to, rows, columns, rows_padded, columns_padded, of_first, to_scales)

    gate = _router_matrix(weights)
    run("pack_gate", gate, at["gate"], spec.hidden_size, gate.shape[1], hidden, gate.shape[1], 0)
    for name in ("gate_bias", "score_bias"):
        if nbytes[name]:
            run("pack_bias", getattr(weights, name), at[name], 1, spec.num_experts, 1, spec.num_experts, 0)
    for e, (w1, w2, b1, b2) in enumerate(_experts(weights, spec, scaled)):
        run_matrix("w1", e, w1, spec.hidden_size, spec.w1_columns, hidden, first, 1)
        run_matrix("w2", e, w2, spec.intermediate_size, spec.hidden_size, inner, second, 0)
        if spec.bias:
            run("pack_bias", b1, at["b1"] + e * first * 4, 1, spec.w1_columns, 1, first, 1)
            run("pack_bias", b2, at["b2"] + e * second * 4, 1, spec.hidden_size, 1, second, 0)
    return Packed(buffer, gate_parts=_gate_parts(gate), nbytes=total, **at)


class DeviceMatrices(LazyMatrices):
    """Matrices (E, rows, columns) of float32 in the memory of the present GPU; indexed by an expert, CuPy's.

    Parameters
    ----------
    matrices : array (E, rows, columns), or what gives a matrix when it is indexed by an expert
    """

    def __init__(self, matrices):
        import cupy

        self._array = cupy.empty(matrices.shape, cupy.float32)
        for e in range(len(matrices)):  # one at a time, so that no second copy of all is made on the way
            self._array[e].set(np.ascontiguousarray(matrices[e], np.float32))
        super().__init__(matrices.shape, self._array.__getitem__)

    def __getitem__(self, expert: int):
        return self._read(expert)

    def __array__(self, dtype=None, copy=None):
        return self._array.get().astype(dtype or self.dtype, copy=False)


def nearby(weights: MoeWeights) -> MoeWeights:
    """These weights with the experts' matrices on the GPU, where they are packed and the oracle's products are made.

    The same weights where they take more than the GPU's memory has room for.
    """
    import cupy

    free, _ = cupy.cuda.runtime.memGetInfo()
    if _ROOM * (weights.w1.nbytes + weights.w2.nbytes) > free:
        return weights
    made = copy.copy(weights)
    made.w1, made.w2, made.packed, made.layers = DeviceMatrices(weights.w1), DeviceMatrices(weights.w2), {}, {}
    return made


def _router_matrix(weights: MoeWeights):
    """The router's columns, and behind them the shared expert's gate where it has one."""
    if weights.shared_gate is None:
        return weights.gate
    return np.concatenate([weights.gate, weights.shared_gate[:, None]], axis=1)


def _experts(weights: MoeWeights, spec: MoeSpec, scaled: bool):
    """w1, w2, b1 and b2 of each expert in turn; then of those that make up the shared one, which has no biases.

    Those that are e4m3 numbers already (`scaled`) stay so, in units of their scales, as float32.
    """
    w1, w2 = ((w.values if scaled else w) for w in (weights.w1, weights.w2))
    for e in range(spec.num_experts):
        matrices = (w[e].astype(np.float32) if scaled else w[e] for w in (w1, w2))
        yield *matrices, *((weights.b1[e], weights.b2[e]) if spec.bias else (None, None))
    width, zeros = spec.intermediate_size, (np.zeros(spec.w1_columns), np.zeros(spec.hidden_size))
    for start in range(0, spec.shared_intermediate_size, width):
        parts = np.split(weights.shared_w1, 2 if spec.gated else 1, axis=1)  # gate and up
        w1 = np.zeros((spec.hidden_size, len(parts), width), np.float32)
        w2 = np.zeros((width, spec.hidden_size), np.float32)
        there = min(width, spec.shared_intermediate_size - start)
        for i, part in enumerate(parts):
            w1[:, i, :there] = part[:, start : start + there]
        w2[:there] = weights.shared_w2[start : start + there]
        yield w1.reshape(spec.hidden_size, -1), w2, *zeros


def _gate_parts(gate) -> int:
    """How many bfloat16 numbers each element of the router's matrix is the sum of: 1 where it came from bfloat16."""
    import cupy

    bits = cupy.asarray(gate, dtype=cupy.float32).view(cupy.uint32)
    return 1 if not (bits & 0xFFFF).any() else 2 if not (bits & 0xFF).any() else 3


def offsets(nbytes: dict[str, int]) -> tuple[dict[str, int], int]:
    """Where arrays of these bytes lie behind each other, each aligned, and the bytes of all."""
    offsets, total = {}, 0
    for name, size in nbytes.items():
        offsets[name] = total
        total += -(-size // ALIGN) * ALIGN
    return offsets, total
