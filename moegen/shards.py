"""Tensors in safetensors files, memory-mapped and read a slice at a time. No pickle is ever opened.

The format is 8 bytes of length, a JSON header that gives each tensor's dtype, shape and place, and the tensors' bytes
(https://huggingface.co/docs/safetensors). It is read here, and not by the safetensors package, because that package
gives NumPy no float8 tensors, in which DeepSeek-V3 is published.
"""

from __future__ import annotations

import json
import math
import pathlib

import ml_dtypes
import numpy as np

from moegen.errors import CheckpointError

_DTYPES = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "BF16": ml_dtypes.bfloat16,
    "F8_E4M3": ml_dtypes.float8_e4m3fn,
    "F8_E5M2": ml_dtypes.float8_e5m2,
    "U8": np.uint8,
    "I8": np.int8,
    "I16": np.int16,
    "U16": np.uint16,
    "I32": np.int32,
    "U32": np.uint32,
    "I64": np.int64,
    "U64": np.uint64,
    "BOOL": np.bool_,
    "F8_E8M0": ml_dtypes.float8_e8m0fnu,
}
_LARGEST_HEADER = 100_000_000  # what the safetensors package accepts
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


class Shards:
    """The tensors of a checkpoint folder, by name: `model.safetensors`, or the shards of its index.

    Raises
    ------
    CheckpointError
        If the folder has neither, or the index is damaged or names files outside the folder.
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        index = self.folder / "model.safetensors.index.json"
        single = self.folder / "model.safetensors"
        self._open: dict[str, dict] = {}
        if index.is_file():
            self._file_of = _weight_map(index)
        elif single.is_file():
            self._file_of = dict.fromkeys(self._tensors_of(single.name), single.name)
        else:
            pickles = sorted(p.name for pattern in _PICKLES for p in self.folder.glob(pattern))
            hint = (
                (
                    f"; {pickles[0]} is a pickle, which can run any code and is never read: convert it with "
                    "save_pretrained of a current transformers"
                )
                if pickles
                else ""
            )
            raise CheckpointError(f"{self.folder} has neither model.safetensors nor model.safetensors.index.json{hint}")

    def __contains__(self, name: str) -> bool:
        return name in self._file_of

    def names(self) -> list[str]:
        return list(self._file_of)

    def tensor(self, name: str, shape=None) -> np.ndarray:
        """A read-only view of the mapped tensor `name`; nothing is read until its items are.

        Raises
        ------
        CheckpointError
            If it is missing, its shard is missing or damaged, or its shape is not `shape`.
        """
        if name not in self._file_of:
            raise CheckpointError(f"{self.folder} has no tensor {name}")
        file = self._file_of[name]
        tensors = self._tensors_of(file)
        if name not in tensors:
            raise CheckpointError(
                f"{self.folder / file} lacks the tensor {name} that the index says it has; fetch the file again"
            )
        if shape is not None and tensors[name].shape != tuple(shape):
            raise CheckpointError(
                f"{name} in {self.folder / file} has shape {tensors[name].shape}, but config.json "
                f"makes it {tuple(shape)}"
            )
        return tensors[name]

    def _tensors_of(self, file: str) -> dict[str, np.ndarray]:
        if file not in self._open:
            path = self.folder / file
            try:
                self._open[file] = _map(path)
            except FileNotFoundError as error:
                raise CheckpointError(f"the shard {path} is missing; fetch it, or fetch the model again") from error
            except OSError as error:
                raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error
        return self._open[file]


def _weight_map(index: pathlib.Path) -> dict[str, str]:
    files = read_json(index).get("weight_map")
    if not isinstance(files, dict) or not all(isinstance(v, str) for v in files.values()):
        raise CheckpointError(f"{index} has no weight_map of tensor names to files; fetch it again")
    for file in set(files.values()):
        if pathlib.PurePath(file).name != file or not file.endswith(".safetensors"):
            raise CheckpointError(f"{index} names {file!r}; wanted a .safetensors file in the same folder")
    return files


def read_json(path: pathlib.Path) -> dict:
    """The JSON object in `path`; CheckpointError where it is missing, unreadable or something else."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} is missing; give the folder of a model as save_pretrained writes it") from error
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is not JSON ({error}); fetch it again") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path} holds a {type(content).__name__}, wanted a JSON object")
    return content


def _map(path: pathlib.Path) -> dict[str, np.ndarray]:
    """Views of all tensors in the file, checked to lie within it; OSError or CheckpointError."""
    size = path.stat().st_size
    damaged = f"{path} is damaged or cut short"
    if size < 8:
        raise CheckpointError(f"{damaged}: {size} bytes; fetch it again")
    data = np.memmap(path, np.uint8, mode="r").view(np.ndarray)
    start = 8 + int.from_bytes(data[:8].tobytes(), "little")
    if start - 8 > _LARGEST_HEADER or start > size:
        raise CheckpointError(f"{damaged}: its header would end at byte {start} of {size}; fetch it again")
    try:
        header = json.loads(data[8:start].tobytes())
        header.pop("__metadata__", None)
        return {name: _view(data[start:], **entry) for name, entry in header.items()}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CheckpointError(f"{damaged}: {error}; fetch it again") from error


def _view(data, dtype, shape, data_offsets):
    first, last = data_offsets
    if dtype not in _DTYPES:
        raise ValueError(f"unknown dtype {dtype!r}")
    if not all(isinstance(n, int) and n >= 0 for n in (first, last, *shape)) or last > len(data):
        raise ValueError(f"a tensor of shape {shape} ends at byte {last} of {len(data)}")
    item = np.dtype(_DTYPES[dtype])
    if last - first != math.prod(shape) * item.itemsize:
        raise ValueError(f"a tensor of shape {shape} and dtype {dtype} has {last - first} bytes")
    return data[first:last].view(item).reshape(shape)
