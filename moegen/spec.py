"""What is asked: the sizes of a Mixture-of-Experts layer, and its weights.

`MoeSpec` holds everything that is constant for the life of a model; T, the number of tokens, is not in it. `MoeWeights`
is a snapshot of one layer's parameters.
"""
from __future__ import annotations

import dataclasses
import hashlib
import json
import re

import numpy as np

from moegen.errors import ShapeError, SpecError

PLAIN_ACTIVATIONS = ("relu", "gelu", "gelu_tanh", "silu", "relu2")
GATED_ACTIVATIONS = ("swiglu", "geglu", "reglu")
ACTIVATIONS = PLAIN_ACTIVATIONS + GATED_ACTIVATIONS
DTYPES = ("f32", "tf32", "bf16", "f16", "fp8", "int8", "int4")


@dataclasses.dataclass(frozen=True)
class MoeSpec:
    """The layer: p = softmax(x @ gate); y = sum over the top-k experts of weight * (act(x @ w1 + b1) @ w2 + b2).

    The weights of the chosen experts are renormalised to sum to 1; equal scores are won by the lower index.

    Parameters
    ----------
    hidden_size, intermediate_size, num_experts, top_k : int
        H, I, E and K: at least 1, and K <= E.
    activation : str
        One of relu, gelu (erf), gelu_tanh, silu, relu2, or the gated swiglu, geglu, reglu, whose w1 is (E, H, 2I) with
        the gate columns first: act(x @ w1[:, :I]) * (x @ w1[:, I:]).
    bias : bool
        Whether the experts have b1 and b2.
    dtype : str
        The weights' type in memory.

    Raises
    ------
    SpecError
        If a value is out of range or unknown.
    """

    hidden_size: int
    intermediate_size: int
    num_experts: int
    top_k: int = 2
    activation: str = "relu"
    bias: bool = False
    dtype: str = "f32"

    def __post_init__(self):
        for name in ("hidden_size", "intermediate_size", "num_experts", "top_k"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
                raise SpecError(f"{name} must be an integer, got {value!r}")
            if not 1 <= value < 2**31:
                raise SpecError(f"{name} must be at least 1 and below 2**31, got {value}")
            object.__setattr__(self, name, int(value))
        if self.top_k > self.num_experts:
            raise SpecError(f"top_k must not exceed num_experts, got top_k={self.top_k} of {self.num_experts} experts")
        if self.activation not in ACTIVATIONS:
            raise SpecError(f"unknown activation {self.activation!r}; known: {', '.join(ACTIVATIONS)}")
        if self.dtype not in DTYPES:
            raise SpecError(f"unknown dtype {self.dtype!r}; known: {', '.join(DTYPES)}")
        if not isinstance(self.bias, (bool, np.bool_)):
            raise SpecError(f"bias must be True or False, got {self.bias!r}")
        object.__setattr__(self, "bias", bool(self.bias))

    @property
    def gated(self) -> bool:
        """Whether w1 has gate columns and up columns."""
        return self.activation in GATED_ACTIVATIONS

    @property
    def w1_columns(self) -> int:
        """Columns of w1: I, or 2I where gated."""
        return self.intermediate_size * (2 if self.gated else 1)

    def flops(self, num_tokens: int) -> int:
        """Floating-point operations of both expert GEMMs for `num_tokens` tokens (the router is not counted)."""
        return 2 * num_tokens * self.top_k * self.hidden_size * (self.w1_columns + self.intermediate_size)

    @property
    def digest(self) -> str:
        """SHA-256 over the fields that differ from their defaults, so that a later field does not rename old keys."""
        required = ("hidden_size", "intermediate_size", "num_experts", "top_k", "activation", "bias", "dtype")
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)
                  if f.name in required or getattr(self, f.name) != f.default}
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()

    @property
    def key(self) -> str:
        """The readable name and 8 hex digits of the digest: `moe_f32_h1024_i4096_e8_k2_relu-1a2b3c4d`."""
        return (f"moe_{self.dtype}_h{self.hidden_size}_i{self.intermediate_size}_e{self.num_experts}_k{self.top_k}"
                f"_{self.activation}-{self.digest[:8]}")


def parse_shape(text: str) -> tuple[int, int, int]:
    """`batch x seq_len x hidden` as three integers, from text such as `64x1024x2048`.

    Raises
    ------
    SpecError
        If the text is not three positive integers joined by `x`.
    """
    if not re.fullmatch(r"[0-9]{1,10}(x[0-9]{1,10}){2}", text, re.ASCII):
        raise SpecError(f"shape must be BATCHxSEQ_LENxHIDDEN, such as 64x1024x2048, got {text!r}")
    sizes = tuple(int(part) for part in text.split("x"))
    if not all(1 <= size < 2**31 for size in sizes):
        raise SpecError(f"shape's sizes must each be at least 1 and below 2**31, got {text!r}")
    return sizes


class MoeWeights:
    """A snapshot of one layer's weights: later writes to the arrays given are unseen.

    Parameters
    ----------
    gate : array (H, E)
        The router's matrix.
    w1 : array (E, H, I), or (E, H, 2I) for gated activations (gate columns first)
    w2 : array (E, I, H)
    b1, b2 : array (E, I or 2I) and (E, H), or None
        If one is given and the other is not, the other is zeros.

    All are copied as C-contiguous, read-only float32. Packed forms that kernels make of them are kept here, so that
    calling again packs nothing again.

    Raises
    ------
    ShapeError
        If ranks or sizes do not fit together, or a dtype is not floating point.
    """

    def __init__(self, gate, w1, w2, b1=None, b2=None):
        self.gate = _snapshot("gate", gate, 2)
        self.w1 = _snapshot("w1", w1, 3)
        self.w2 = _snapshot("w2", w2, 3)
        hidden, experts = self.gate.shape
        inner = self.w2.shape[1]
        if self.w1.shape[:2] != (experts, hidden) or self.w1.shape[2] not in (inner, 2 * inner):
            raise ShapeError(f"w1 must be (E, H, I) or (E, H, 2I) = ({experts}, {hidden}, {inner} or {2 * inner}) beside "
                             f"gate (H, E) {self.gate.shape} and w2 (E, I, H) {self.w2.shape}, got {self.w1.shape}")
        if self.w2.shape != (experts, inner, hidden):
            raise ShapeError(f"w2 must be (E, I, H) = ({experts}, {inner}, {hidden}), got {self.w2.shape}")
        self.b1 = self.b2 = None
        if b1 is not None or b2 is not None:
            self.b1 = _bias("b1", b1, (experts, self.w1.shape[2]))
            self.b2 = _bias("b2", b2, (experts, hidden))
        self.packed: dict = {}

    def spec(self, top_k: int = 2, activation: str = "relu", dtype: str = "f32") -> MoeSpec:
        """The spec these weights belong to, given what shapes cannot tell."""
        experts, inner, hidden = self.w2.shape
        return MoeSpec(hidden, inner, experts, top_k, activation, self.b1 is not None, dtype)

    def check(self, spec: MoeSpec) -> None:
        """Raise ShapeError unless these weights are those of `spec`."""
        want = (spec.num_experts, spec.hidden_size, spec.w1_columns)
        if self.w1.shape != want or self.w2.shape[1] != spec.intermediate_size:
            raise ShapeError(f"{spec.key} needs w1 {want} and w2 {(want[0], spec.intermediate_size, want[1])}, "
                             f"got w1 {self.w1.shape} and w2 {self.w2.shape}")
        if spec.bias != (self.b1 is not None):
            raise ShapeError(f"{spec.key} has bias={spec.bias}, but the weights have "
                             f"{'no ' if self.b1 is None else ''}b1 and b2")


def _snapshot(name, array, rank):
    array = np.asarray(array)
    if array.ndim != rank:
        raise ShapeError(f"{name} must have {rank} dimensions, got shape {array.shape}")
    if 0 in array.shape:
        raise ShapeError(f"{name} must not be empty, got shape {array.shape}")
    if array.dtype.kind != "f" and array.dtype.name not in ("bfloat16",):
        raise ShapeError(f"{name} must be floating point, got dtype {array.dtype}")
    copy = np.array(array, dtype=np.float32, order="C", copy=True)
    copy.flags.writeable = False
    return copy


def _bias(name, array, shape):
    if array is None:
        array = np.zeros(shape, np.float32)
    array = _snapshot(name, array, 2)
    if array.shape != shape:
        raise ShapeError(f"{name} must be {shape}, got {array.shape}")
    return array
