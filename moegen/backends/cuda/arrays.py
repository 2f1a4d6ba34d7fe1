"""What CuPy arrays and PyTorch tensors have in common, by one name."""

from __future__ import annotations

_KINDS = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}


def is_torch(array) -> bool:
    return type(array).__module__.partition(".")[0] == "torch"


def pointer(array) -> int:
    return array.data_ptr() if is_torch(array) else array.data.ptr


def item_bytes(array) -> int:
    return array.element_size() if is_torch(array) else array.itemsize


def dtype_name(array) -> str:
    return str(array.dtype).removeprefix("torch.")


def kind(array) -> str | None:
    """f32, bf16 or f16; None for every other type."""
    return _KINDS.get(dtype_name(array))
