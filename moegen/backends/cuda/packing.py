"""Weights to the atoms that the kernels read, on the device, once for each set of weights."""

from __future__ import annotations

import ctypes
import dataclasses

from moegen.backends.cuda import driver, space
from moegen.spec import MoeWeights

ALIGN = 1024


class _PackCall(ctypes.Structure):
    """`PackCall` of templates/cuda/pack.cuh.j2."""

    _fields_ = [("source", ctypes.c_uint64), ("packed", ctypes.c_uint64)] + [
        (name, ctypes.c_int) for name in ("rows", "columns", "rows_padded", "columns_padded", "interleave")
    ]


@dataclasses.dataclass(frozen=True)
class Packed:
    """Weights on the device as the kernels read them. `nbytes` is what they take."""

    buffer: object
    gate: int
    w1: int
    w2: int
    b1: int
    b2: int
    gate_parts: int
    nbytes: int


def pack(kernel, weights: MoeWeights) -> Packed:
    """Pack with the kernels of a loaded library; see `Kernel.pack`."""
    import cupy

    spec = kernel.spec
    first, second = space.columns(spec)
    hidden, inner, size = (
        space.padded(spec.hidden_size),
        space.padded(spec.intermediate_size),
        space.element_bytes(spec),
    )
    experts = spec.num_experts
    gate_bytes = hidden * space.padded(experts, 8) * (4 if size == 4 else 6)  # float32, or three bfloat16 parts
    sizes = {
        "gate": gate_bytes,
        "w1": experts * hidden * first * size,
        "w2": experts * inner * second * size,
        "b1": experts * first * 4 if spec.bias else 0,
        "b2": experts * second * 4 if spec.bias else 0,
    }
    places, total = offsets(sizes)
    buffer = cupy.empty(total + ALIGN, cupy.uint8)
    start = -(-buffer.data.ptr // ALIGN) * ALIGN
    at = {name: start + offset for name, offset in places.items()}
    stream = cupy.cuda.get_current_stream()

    def run(name, source, to, rows, columns, rows_padded, columns_padded, interleave):
        source = cupy.ascontiguousarray(cupy.asarray(source, dtype=cupy.float32))
        call = _PackCall(source.data.ptr, to, rows, columns, rows_padded, columns_padded, interleave)
        launch = driver.Launch(kernel.function(name), 256, 0, call, False)
        launch.set_grid(kernel.multiprocessors * 8)
        launch(stream.ptr)
        stream.synchronize()  # before the source's memory is given to another

    run("pack_gate", weights.gate, at["gate"], spec.hidden_size, experts, hidden, experts, 0)
    for e in range(experts):
        run(
            "pack_weights",
            weights.w1[e],
            at["w1"] + e * hidden * first * size,
            spec.hidden_size,
            spec.w1_columns,
            hidden,
            first,
            spec.gated,
        )
        run(
            "pack_weights",
            weights.w2[e],
            at["w2"] + e * inner * second * size,
            spec.intermediate_size,
            spec.hidden_size,
            inner,
            second,
            0,
        )
        if spec.bias:
            run("pack_bias", weights.b1[e], at["b1"] + e * first * 4, 1, spec.w1_columns, 1, first, spec.gated)
            run("pack_bias", weights.b2[e], at["b2"] + e * second * 4, 1, spec.hidden_size, 1, second, 0)
    return Packed(buffer, gate_parts=_gate_parts(weights.gate), nbytes=total, **at)


def _gate_parts(gate) -> int:
    """How many bfloat16 numbers each element of the router's matrix is the sum of: 1 where it came from bfloat16."""
    import cupy

    bits = cupy.asarray(gate, dtype=cupy.float32).view(cupy.uint32)
    return 1 if not (bits & 0xFFFF).any() else 2 if not (bits & 0xFF).any() else 3


def offsets(sizes: dict[str, int]) -> tuple[dict[str, int], int]:
    """Where arrays of these bytes lie behind each other, each aligned, and the bytes of all."""
    offsets, total = {}, 0
    for name, size in sizes.items():
        offsets[name] = total
        total += -(-size // ALIGN) * ALIGN
    return offsets, total
