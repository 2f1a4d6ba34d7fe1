"""Expert weights in narrower types: bfloat16, float16, fp8 and int8 with a scale a column, int4 in groups of 32.

    fp8    w[k, n] = q[k, n] * scale[n],            q in e4m3, scale[n] = max over k of |w[k, n]| / 448, e4m3's largest
    int8   w[k, n] = q[k, n] * scale[n],            q from -127 to 127, scale[n] = max over k of |w[k, n]| / 127
    int4   w[k, n] = q[k, n] * scale[k // 32, n],   q from -8 to 7, the group's largest w by magnitude becoming -8, as
           in ggml's q4_0; scales are rounded to bfloat16

`quantize` gives MoeWeights whose w1 and w2 are such numbers and read as float32, so that an oracle, or anything else
that takes MoeWeights, computes with the very numbers that a kernel has. The router, biases and shared experts stay
float32.

Matrices of the floating types may be CuPy's as well: those of a large layer are rounded where they lie.
"""

from __future__ import annotations

import copy
import sys

import ml_dtypes
import numpy as np

from moegen.errors import ShapeError, SpecError
from moegen.spec import MoeSpec, MoeWeights

GROUP = 32
FLOATS = ("bf16", "f16")
INTEGERS = ("int8", "int4")
DTYPES = ("f32", *FLOATS, "fp8", *INTEGERS)
E4M3_MAX = np.float32(448)
_SMALLEST = np.float32(1e-36)  # rows of less have no finite inverse scale, and become zeros


class Matrices:
    """Weights (E, rows, columns) in a narrower type. Indexed by an expert, they are its float32 matrix (rows, columns).

    Attributes
    ----------
    dtype : str
        bf16, f16, fp8, int8 or int4.
    values : array (E, rows, columns)
        uint16 (the bits of a bfloat16), float16, ml_dtypes.float8_e4m3fn, or int8 (one number a byte, for int4 too).
    scales : array (E, columns), (E, ceil(rows / 32), columns), or None
        Of int8 and fp8, and of int4, float32.
    """

    def __init__(self, dtype: str, values: np.ndarray, scales: np.ndarray | None = None):
        self.dtype, self.values, self.scales = dtype, values, scales
        for array in (values, scales):
            if array is not None:
                array.flags.writeable = False

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + (0 if self.scales is None else self.scales.nbytes)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, expert: int) -> np.ndarray:
        scales = None if self.scales is None else self.scales[expert]
        return dequantize_matrix(self.dtype, self.values[expert], scales)

    def __array__(self, dtype=None, copy=None):
        return np.stack([self[e] for e in range(len(self))]).astype(dtype or np.float32, copy=False)


def quantize(weights: MoeWeights, dtype: str) -> MoeWeights:
    """Weights whose experts are in `dtype`: their w1 and w2 are `Matrices`, and `weights.dtype` says it.

    Parameters
    ----------
    weights : MoeWeights
        Taken as they are where they are in `dtype` already.
    dtype : str
        f32, bf16, f16, fp8, int8 or int4.

    Raises
    ------
    SpecError
        If the dtype is not one of these.
    ShapeError
        If the weights are in another narrow type already.
    """
    if dtype not in DTYPES:
        raise SpecError(f"weights are quantised to one of {', '.join(DTYPES)}, got {dtype!r}")
    if dtype_of(weights) == dtype:
        return weights
    if dtype_of(weights) != "f32":
        raise ShapeError(f"the weights are in {dtype_of(weights)} already; quantise the float32 ones to {dtype}")
    made = copy.copy(weights)
    made.packed, made.layers, made.dtype = {}, {}, dtype
    for name in ("w1", "w2"):
        parts = [quantize_matrix(dtype, matrix) for matrix in getattr(weights, name)]
        scales = None if parts[0][1] is None else np.stack([scale for _, scale in parts])
        setattr(made, name, Matrices(dtype, np.stack([values for values, _ in parts]), scales))
    return made


def dtype_of(weights: MoeWeights) -> str:
    """The type that the experts are in: f32 unless `quantize` made them."""
    return getattr(weights, "dtype", "f32")


def check(weights: MoeWeights, spec: MoeSpec) -> None:
    """Raise ShapeError unless `weights` are the spec's, and float32 or of its dtype."""
    weights.check(spec)
    held = dtype_of(weights)
    if held not in ("f32", spec.dtype):
        wanted = "float32" if spec.dtype == "f32" else f"{spec.dtype} or float32"
        raise ShapeError(
            f'{spec.key} takes weights in {wanted}, got {held}; for these pass dtype="{held}" to moe_forward or MoeSpec'
        )


def expert(weights: MoeWeights, index: int, dtype: str) -> tuple[np.ndarray, ...]:
    """One expert as a kernel packs it: w1 and w2 as float32, or each as int8 numbers and scales for int8 and int4."""
    if dtype not in INTEGERS:
        return tuple(np.ascontiguousarray(matrices[index]) for matrices in (weights.w1, weights.w2))
    if dtype_of(weights) == dtype:
        return tuple(part[index] for w in (weights.w1, weights.w2) for part in (w.values, w.scales))
    return tuple(part for w in (weights.w1, weights.w2) for part in quantize_matrix(dtype, w[index]))


def used(weights: MoeWeights, spec: MoeSpec, name: str, index: int) -> np.ndarray:
    """Matrix `name` (w1 or w2) of one expert as a kernel of `spec` computes with it, float32."""
    matrix = getattr(weights, name)[index]
    return matrix if dtype_of(weights) == spec.dtype else roundtrip(spec.dtype, matrix)


def module_of(array):
    """The library that `array` belongs to: CuPy, which is imported then, or NumPy."""
    return sys.modules["cupy"] if type(array).__module__.partition(".")[0] == "cupy" else np


def roundtrip(dtype: str, w: np.ndarray) -> np.ndarray:
    """A float32 matrix as `dtype` holds it; itself in types that are not quantised here."""
    return w if dtype not in DTYPES[1:] else dequantize_matrix(dtype, *quantize_matrix(dtype, w))


# ---- one matrix (rows, columns), reduced along its rows ----
def quantize_matrix(dtype: str, w: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """(values, scales) of a float32 matrix, as `Matrices` holds them."""
    if dtype == "f32":
        return w, None
    if dtype == "bf16":
        return to_bf16(w), None
    if dtype == "f16":
        with np.errstate(over="ignore"):
            return w.astype(np.float16), None
    if dtype == "fp8":
        xp = module_of(w)
        scales = xp.abs(w).max(axis=0) / E4M3_MAX
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return to_e4m3(xp.where(scales == 0, np.float32(0), w / scales)), scales
    if dtype == "int8":
        scales = np.abs(w).max(axis=0) / np.float32(127)
        return _nearest(w, scales, 127), scales
    rows, columns = w.shape
    groups = -(-rows // GROUP)
    grouped = np.zeros((groups * GROUP, columns), np.float32)
    grouped[:rows] = w
    grouped = grouped.reshape(groups, GROUP, columns)
    low, high = grouped.min(axis=1), grouped.max(axis=1)
    largest = np.where(-low >= high, low, high)  # with its sign: it becomes -8, which 8 would not fit
    scales = from_bf16(to_bf16(largest / np.float32(-8)))
    values = _nearest(grouped, scales[:, None], 8, 7)
    return np.ascontiguousarray(values.reshape(-1, columns)[:rows]), scales


def dequantize_matrix(dtype: str, values: np.ndarray, scales: np.ndarray | None) -> np.ndarray:
    """The float32 matrix that (values, scales) are."""
    if dtype == "bf16":
        return from_bf16(values)
    if dtype in ("f32", "f16"):
        return values.astype(np.float32, copy=False)
    if dtype == "fp8":
        return values.astype(np.float32) * scales
    if dtype == "int8":
        return values * scales
    return values * np.repeat(scales, GROUP, axis=0)[: len(values)]


def quantize_rows(x: np.ndarray) -> np.ndarray:
    """Rows of float32 as kernels of int8 and int4 take them: q * scale, q = nearest(x * (127 / max |x|)), float32."""
    largest = np.abs(x).max(axis=-1, keepdims=True, initial=0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inverse = np.where(largest < _SMALLEST, np.float32(0), np.float32(127) / largest)
        return np.rint(x * inverse) * (largest / np.float32(127))


def hidden_block(spec: MoeSpec) -> int:
    """Columns of h that share a scale of a row, for fp8: some that one block of a GPU's threads makes.

    256 of a layer that is not gated, where I is a multiple of them and at least 1024; else 128. A kernel adds up the
    products of so many in few bits, so that small ones are lost beside an outlier: at most a quarter of a row's.
    """
    inner = spec.intermediate_size
    return 128 if spec.gated or inner < 1024 or inner % 256 else 256


def quantize_rows_fp8(x: np.ndarray, block: int | None = None) -> np.ndarray:
    """Rows (T, N) of float32 as the kernels of fp8 take them: q * scale of `e4m3_rows`, float32."""
    q, scales = e4m3_rows(x, block)
    with np.errstate(invalid="ignore", over="ignore"):
        return q.astype(np.float32) * scales


def e4m3_rows(x: np.ndarray, block: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Rows (T, N) of float32 in e4m3, and the scale (T, N) of each element, float32.

    q = e4m3(x * (448 / m)), scale = m / 448, m = max |x| over the row (of x), or each `block` columns of it (of h).
    """
    if block is None:
        block = max(1, x.shape[1])
    starts = range(0, x.shape[1], block)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        largest = np.maximum.reduceat(np.abs(x), starts, axis=1)
        inverse = np.where(largest < _SMALLEST, np.float32(0), E4M3_MAX / largest)
        spread = np.minimum(np.arange(x.shape[1]) // block, len(starts) - 1)
        return to_e4m3(x * inverse[:, spread]), (largest / E4M3_MAX)[:, spread]


def to_e4m3(x: np.ndarray) -> np.ndarray:
    """float32 numbers as ml_dtypes.float8_e4m3fn, to nearest even; beyond +-448 those, NaN stays NaN.

    Those of CuPy, which has no such type, become the float32 numbers of the same value.
    """
    xp = module_of(x)
    x = xp.clip(x, -E4M3_MAX, E4M3_MAX)
    return x.astype(ml_dtypes.float8_e4m3fn) if xp is np else nearest_e4m3(x)


def nearest_e4m3(x):
    """float32 numbers from -448 to 448 rounded to those that e4m3 has, as float32, by arithmetic alone."""
    xp = module_of(x)
    _, exponent = xp.frexp(
        x
    )  # 2**(exponent - 1) <= |x| < 2**exponent, where e4m3's numbers are 2**(exponent - 4) apart
    apart = xp.maximum(exponent, -5) - 4  # below 2**-6 they stay 2**-9 apart
    return xp.ldexp(xp.rint(xp.ldexp(x, -apart)), apart)


def to_bf16(x: np.ndarray) -> np.ndarray:
    """The bits (uint16) of float32 numbers rounded to bfloat16, to nearest even; NaN stays NaN."""
    if module_of(x) is not np:
        return nearest_bf16(x)
    with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
        return np.asarray(x, np.float32).astype(ml_dtypes.bfloat16).view(np.uint16)


def nearest_bf16(x):
    """What `to_bf16` gives, by arithmetic alone, since CuPy has no such type."""
    xp = module_of(x)
    bits = xp.ascontiguousarray(x, np.float32).view(np.uint32)
    rounded = (bits + (0x7FFF + (bits >> 16 & 1))) >> 16
    return xp.where(xp.isnan(x), bits >> 16 | 0x40, rounded).astype(np.uint16)


def from_bf16(bits: np.ndarray) -> np.ndarray:
    """float32 from bfloat16: an ml_dtypes array, or its bits as uint16."""
    wide = module_of(bits).ascontiguousarray(bits).view(np.uint16).astype(np.uint32)
    wide <<= 16
    return wide.view(np.float32)


def _nearest(w, scales, most: int, largest: int | None = None) -> np.ndarray:
    """w / scales, rounded to nearest even and kept within -most and `largest`, as int8; 0 where the scale is."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        q = np.where(scales == 0, np.float32(0), np.rint(w / scales))
    return np.clip(q, -most, most if largest is None else largest).astype(np.int8)
