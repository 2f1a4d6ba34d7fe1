"""The one argument of all kernels of a call."""

from __future__ import annotations

import ctypes
import hashlib


class Call(ctypes.Structure):
    """`Call` of templates/cuda/prelude.cuh.j2."""

    _fields_ = [
        (name, ctypes.c_uint64)
        for name in (
            *("x", "y", "gate", "w1", "w2", "b1", "b2", "s1", "s2", "gate_bias", "score_bias"),
            *("given_indices", "given_weights"),
            *("indices", "weights", "shared_weight", "counts", "partial_logits", "rank", "histogram", "base"),
            *("expert_row", "expert_split", "tiles", "num_tiles", "pace", "row_token", "rows"),
            *("gathered", "hidden", "outputs", "row_scales", "hidden_scales"),
        )
    ] + [
        ("split_stride", ctypes.c_longlong),
        ("gate_parts", ctypes.c_int),
        ("rows_by_scan", ctypes.c_int),
        ("given_wide", ctypes.c_int),
        ("num_tokens", ctypes.c_int),
        ("later_chunk", ctypes.c_int),
    ]


_KERNELS = 2  # counts changes of which kernels a call launches, and of their names
_E4M3 = 1  # counts changes of the shared memory that e4m3's kernels are given, and of what shares a scale


def format_of(dtype: str) -> str:
    """Tells libraries whose kernels take another argument, are launched otherwise, or have other numbers."""
    counts = [_KERNELS, _E4M3] if dtype == "fp8" else [_KERNELS]
    fields = [(name, kind.__name__) for name, kind in Call._fields_]
    return hashlib.sha256(repr([*counts, *fields]).encode()).hexdigest()[:12]
