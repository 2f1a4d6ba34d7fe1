"""What follows from a layer and a GPU alone, whatever is chosen: sizes as the kernels have them, units, limits."""

from __future__ import annotations

import re

from moegen.backends import Target
from moegen.errors import TargetError
from moegen.spec import MoeSpec

ATOM_ROWS, ROW_BYTES = 64, 128
#: Shared memory one block may take, in bytes, by compute capability; others get the smallest.
SHARED_BYTES = {(8, 0): 166912, (8, 7): 166912, (9, 0): 232448, (10, 0): 232448, (10, 3): 232448}
SHARED_BYTES_ELSEWHERE = 101376


def capability(target: Target) -> tuple[int, int, bool]:
    """Major, minor and whether the target has architecture-specific features (`sm_90a`).

    Raises
    ------
    TargetError
        If the target's name holds no compute capability.
    """
    match = re.search(r"(?:^|_)sm_(\d+)(\d)(a?)$", target.name)
    if match is None:
        raise TargetError(f"{target.name!r} names no compute capability, such as h100_sm_90a or sm_80")
    return int(match[1]), int(match[2]), bool(match[3])


def shared_limit(target: Target) -> int:
    """Bytes of shared memory that a block may take on the target."""
    return shared_limit_of(capability(target)[:2])


def shared_limit_of(capability: tuple[int, int]) -> int:
    return SHARED_BYTES.get(capability, SHARED_BYTES_ELSEWHERE)


def maths(spec: MoeSpec, target: Target) -> tuple[str, ...]:
    """The units that can multiply `spec`'s type on `target`, the best first."""
    if spec.dtype == "f32":
        return ("fma",)
    if spec.dtype == "fp8":
        return ("wgmma",) if capability(target) == (9, 0, True) else ()
    if spec.dtype in ("bf16", "f16") and capability(target) == (9, 0, True):
        return ("wgmma", "mma")
    return ("mma",)


def element_bytes(spec: MoeSpec) -> int:
    """Bytes of an element of x and y, which for fp8 are bfloat16 (or float32)."""
    return 4 if spec.dtype in ("f32", "tf32") else 2


def operand_bytes(spec: MoeSpec) -> int:
    """Bytes of an element that the GEMMs multiply."""
    return 1 if spec.dtype == "fp8" else element_bytes(spec)


def types(spec: MoeSpec) -> tuple[str, ...]:
    """What x and y may be made of."""
    return ("f32",) if element_bytes(spec) == 4 else ("f32", "bf16" if spec.dtype == "fp8" else spec.dtype)


def padded(size: int, multiple: int = ATOM_ROWS) -> int:
    return (size + multiple - 1) // multiple * multiple


def padded_to(spec: MoeSpec) -> int:
    """What H and I are padded to a multiple of: atoms hold 64 columns, or ROW_BYTES of the reduction."""
    return max(ATOM_ROWS, ROW_BYTES // operand_bytes(spec))


def padded_sizes(spec: MoeSpec) -> tuple[int, int]:
    """H and I as the kernels have them."""
    return padded(spec.hidden_size, padded_to(spec)), padded(spec.intermediate_size, padded_to(spec))


def columns(spec: MoeSpec) -> tuple[int, int]:
    """Packed columns of the first and of the second GEMM's weights."""
    hidden, inner = padded_sizes(spec)
    return inner * (2 if spec.gated else 1), hidden


def expert_bytes(spec: MoeSpec) -> int:
    """Bytes of an expert's packed weights."""
    first, second = columns(spec)
    hidden, inner = padded_sizes(spec)
    return (first * hidden + second * inner) * operand_bytes(spec)


def router_columns(spec: MoeSpec) -> int:
    """Padded columns of the router's product: one for each expert, and one for the shared expert's gate."""
    return padded(spec.num_experts + spec.shared_gate, 8)
