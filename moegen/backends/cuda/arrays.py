"""Arrays of CuPy, PyTorch, NumPy and DLPack: what they have in common by one name, and how they come in and go out."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import NamedTuple

import ml_dtypes
import numpy as np

from moegen.backends import Routing
from moegen.errors import ShapeError
from moegen.spec import is_torch

_KINDS = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}
#: NumPy's names of the types that x, y and routers may be made of.
NAMES = {kind: name for name, kind in _KINDS.items()}
_INTEGERS, _FLOATS = r"u?int(8|16|32|64)", r"b?float(16|32|64)"
ALIGN = 16  # bytes, on which x and y begin


class Library(NamedTuple):
    """How a library's arrays are looked at by `Kernel.repeat`, which has a microsecond for it."""

    signature: Callable  # of an array: type, shape, device, whether C-contiguous
    pointer: Callable
    stream: Callable  # of a device: the caller's current stream there
    empty_like: Callable


@functools.cache
def _torch() -> Library:
    import torch

    def stream(device: int) -> int:
        return torch.cuda.current_stream(device).cuda_stream

    return Library(
        lambda x: (x.dtype, x.shape, x.get_device(), x.is_contiguous()),
        torch.Tensor.data_ptr,
        getattr(torch._C, "_cuda_getCurrentRawStream", stream),  # the same without an object for it
        torch.empty_like,
    )


@functools.cache
def _cupy() -> Library:
    import cupy

    def stream(device: int) -> int:
        return cupy.cuda.get_current_stream().ptr

    return Library(
        lambda x: (x.dtype, x.shape, x.data.device_id, x.flags.c_contiguous),
        lambda x: x.data.ptr,
        stream,
        cupy.empty_like,
    )


@functools.cache
def _library_of(kind: type) -> Library | None:
    name = kind.__module__.partition(".")[0], kind.__name__
    return _torch() if name == ("torch", "Tensor") else _cupy() if name == ("cupy", "ndarray") else None


def library(array) -> Library | None:
    """That of the array; None where its type is another than PyTorch's or CuPy's very own."""
    return _library_of(type(array))


def stream(array, device: int) -> int:
    """The caller's current stream on `device`: PyTorch's for its tensors, else CuPy's."""
    return (_torch() if is_torch(array) else _cupy()).stream(device)


def pointer(array) -> int:
    return array.data_ptr() if is_torch(array) else array.data.ptr


def item_bytes(array) -> int:
    return array.element_size() if is_torch(array) else array.itemsize


def dtype_name(array) -> str:
    return str(getattr(array, "dtype", "")).removeprefix("torch.")


def kind(array) -> str | None:
    """f32, bf16 or f16; None for every other type."""
    return _KINDS.get(dtype_name(array))


def accept(x, hidden: int, kinds: tuple[str, ...], device: int):
    """x as (T, H) on the GPU `device`, of one of `kinds`; see `Kernel.accept`."""
    import cupy

    torch_like = is_torch(x)
    if torch_like:
        if not x.is_cuda:
            raise ShapeError(f"x must be on a GPU, got a tensor on {x.device}; move it with x.cuda()")
        x = x.detach()
    else:
        x = _of_cupy(x.view(ml_dtypes.bfloat16) if _is_bits(x) else x)
    if x.ndim not in (2, 3) or x.shape[-1] != hidden:
        raise ShapeError(f"x must be (T, {hidden}) or (B, S, {hidden}), got {tuple(x.shape)}")
    _check_device("x", x, device)
    found = kind(x)
    if found is None:
        raise ShapeError(f"x must be float32, bfloat16 or float16, got {x.dtype}")
    x = x.reshape(-1, hidden)
    if found not in kinds:
        x = x.float() if torch_like else x.astype(cupy.float32)
    if torch_like:
        x = x.contiguous()
        return x if x.data_ptr() % ALIGN == 0 else x.clone()
    x = cupy.ascontiguousarray(x)
    return x if x.data.ptr % ALIGN == 0 else x.copy()


def empty(shape: tuple[int, ...], name: str, like=None):
    """An unwritten array of this device, of the type `name` (NumPy's): PyTorch's where `like` is, else CuPy's."""
    if is_torch(like):
        import torch

        return torch.empty(shape, dtype=getattr(torch, name), device=like.device)
    import cupy

    return cupy.empty(shape, name)


def empty_rows(shape: tuple[int, int], kind: str, like=None):
    """An output of a call, by its kind."""
    return empty(shape, NAMES[kind], like)


def hand_back(y, like):
    """y in the library, type and shape of the caller's x; see `Kernel.hand_back`."""
    import cupy

    if is_torch(like):
        if not is_torch(y):
            import torch

            y = torch.from_dlpack(y)
        return y.to(like.dtype).reshape(like.shape)
    if on_host(like):
        dtype = ml_dtypes.bfloat16 if _is_bits(like) else like.dtype
        return cupy.asnumpy(y).astype(dtype, copy=False).view(like.dtype).reshape(like.shape)
    if isinstance(like, cupy.ndarray):
        return y.astype(like.dtype, copy=False).reshape(like.shape)
    return y.astype(cupy.from_dlpack(like).dtype, copy=False).reshape(tuple(like.shape))


def on_host(x) -> bool:
    """Whether x is NumPy's, or something that NumPy takes."""
    return hasattr(x, "__array_interface__") or isinstance(x, (list, tuple))


def _is_bits(x) -> bool:
    """Whether x holds the bits of bfloat16 in NumPy's uint16, which has no such type itself."""
    return isinstance(x, np.ndarray) and x.dtype == np.uint16


def take_routing(indices, weights, shape: tuple[int, int], experts: int, device: int, like) -> tuple:
    """indices (int32 or int64) and weights (float32) of the caller's on the GPU; see `Kernel.take_routing`.

    Those in host memory become arrays of `like`'s library, whose stream the call is on.
    """
    indices = _given("indices", indices, shape, _INTEGERS, "integers")
    weights = _given("weights", weights, shape, _FLOATS, "floats")
    if isinstance(indices, np.ndarray) and indices.size and not (0 <= indices.min() and indices.max() < experts):
        raise ShapeError(f"indices must be from 0 to {experts - 1}, got {indices.min()} to {indices.max()}")
    names = dtype_name(indices) if dtype_name(indices) in ("int32", "int64") else "int64", "float32"
    return tuple(
        _on_device(name, array, dtype, device, like)
        for name, array, dtype in zip(("indices", "weights"), (indices, weights), names)
    )


def _given(name, array, shape, kinds, words):
    if is_torch(array) and not array.is_cuda:
        array = (array.detach().float() if array.is_floating_point() else array).numpy()
    elif not is_torch(array) and not isinstance(array, np.ndarray) and hasattr(array, "__dlpack__"):
        array = _of_cupy(array)
    if not re.fullmatch(kinds, dtype_name(array)) or tuple(array.shape) != shape:
        got = f"{array.dtype} {tuple(array.shape)}" if hasattr(array, "shape") else type(array).__name__
        raise ShapeError(f"{name} must be an array (T, K) = {shape} of {words}, got {got}")
    return array


def _on_device(name, array, dtype, device, like):
    import cupy

    if is_torch(like) and isinstance(array, np.ndarray):
        import torch

        return torch.as_tensor(np.ascontiguousarray(array, dtype)).to(like.device)
    if is_torch(array):
        import torch

        _check_device(name, array, device)
        return array.detach().to(getattr(torch, dtype)).contiguous()
    array = cupy.asarray(array)
    _check_device(name, array, device)
    return cupy.ascontiguousarray(array, dtype)


def _of_cupy(array):
    """A CuPy array on the memory of what lies on a GPU, or a copy there of what does not."""
    import cupy

    if isinstance(array, cupy.ndarray):
        return array
    return cupy.from_dlpack(array) if hasattr(array, "__dlpack__") and not on_host(array) else cupy.asarray(array)


def _check_device(name, array, device):
    found = array.device.index if is_torch(array) else array.device.id
    if found != device:
        raise ShapeError(f"{name} is on GPU {found}, the layer on GPU {device}; move one of them")


def routing_back(routing: Routing, like) -> Routing:
    """The arrays of a routing as the caller has x: NumPy's where x is."""
    if not on_host(like):
        return routing
    import cupy

    return Routing(*(cupy.asnumpy(array) for array in (routing.indices, routing.weights, routing.counts)))
