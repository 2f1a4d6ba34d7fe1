"""What is asked: the sizes of a Mixture-of-Experts layer, and its weights.

`MoeSpec` holds everything that is constant for the life of a model; T, the number of tokens, is not in it. `MoeWeights`
is a snapshot of one layer's parameters.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Callable

import numpy as np

from moegen.errors import ShapeError, SpecError

PLAIN_ACTIVATIONS = ("relu", "gelu", "gelu_tanh", "silu", "relu2")
GATED_ACTIVATIONS = ("swiglu", "geglu", "reglu", "swiglu_clamp")
ACTIVATIONS = PLAIN_ACTIVATIONS + GATED_ACTIVATIONS
DTYPES = ("f32", "tf32", "bf16", "f16", "fp8", "int8", "int4")
SCORINGS = ("softmax", "sigmoid", "sparsemixer")
GROUP_SCORES = ("top2", "max")
_LINE = 16  # floats of a cache line


@dataclasses.dataclass(frozen=True)
class MoeSpec:
    """The layer: a router chooses top_k of the experts for each token, and their weighted outputs are added.

    A plain layer (every field after `dtype` at its default) is p = softmax(x @ gate); the top-k experts, equal scores
    won by the lower index; their p renormalised to sum to 1; y = sum of weight * (act(x @ w1 + b1) @ w2 + b2). In full:

    - logits = x @ gate (+ gate_bias); scores s = softmax(logits) or sigmoid(logits)
    - choice by s (+ score_bias, which takes part in the choice alone), within the best `topk_groups` of `num_groups`
      groups of consecutive experts; equal values are won by the lower index
    - weight = s of the chosen, divided by their sum where `renormalize` (sigmoid: by their sum + 1e-20), times
      `routed_scaling`
    - y = sum of weight * expert(x), or of expert(weight * x) where `scale_input`; plus, where the layer has a shared
      expert, act(x @ shared_w1) @ shared_w2, times sigmoid(x @ shared_gate) where `shared_gate`

    Parameters
    ----------
    hidden_size, intermediate_size, num_experts, top_k : int
        H, I, E and K: at least 1, and K <= E.
    activation : str
        One of relu, gelu (erf), gelu_tanh, silu, relu2, or a gated one, whose w1 is (E, H, 2I) with the gate columns
        first, g = x @ w1[:, :I] and u = x @ w1[:, I:]: swiglu silu(g) * u, geglu gelu(g) * u, reglu relu(g) * u, and
        gpt-oss's swiglu_clamp, g * sigmoid(swiglu_alpha * g) * (u + 1) with g at most swiglu_limit and u within
        +-swiglu_limit.
    bias : bool
        Whether the experts have b1 and b2.
    dtype : str
        The weights' type in memory.
    scoring : str
        softmax over all experts; sigmoid of each logit; or sparsemixer, Phi-MoE's in its inference form: the k-th
        weight is a softmax over the experts left whose logit is within 2 * router_jitter of the largest, relative to
        the greater of the two magnitudes (arXiv:2409.12136).
    renormalize : bool
        Whether the chosen weights are divided by their sum. Softmax after the top-k is the same as softmax before it
        with renormalisation.
    router_bias, score_bias : bool
        Whether the weights have gate_bias (added to the logits) and score_bias (added to the scores for the choice
        alone: DeepSeek-V3's correction bias, arXiv:2408.15664).
    num_groups, topk_groups : int
        Group-limited choice (DeepSeek): E divides into num_groups groups, of which each token uses topk_groups.
    group_score : str
        A group counts by the sum of its two best values (top2, DeepSeek-V3) or by its best (max, DeepSeek-V2).
    routed_scaling : float
        Factor on the routed weights, after renormalisation.
    scale_input : bool
        Whether a weight scales its expert's input and not its output (Llama-4).
    shared_intermediate_size : int
        Width of the shared expert, 0 for none; several shared experts are one of their joint width.
    shared_gate : bool
        Whether the shared expert's output is gated by sigmoid(x @ shared_gate) (Qwen2-MoE).
    swiglu_limit, swiglu_alpha : float
        Constants of swiglu_clamp.
    router_jitter : float
        Constant of sparsemixer.

    Raises
    ------
    SpecError
        If a value is out of range or unknown, or fields contradict each other.
    """

    hidden_size: int
    intermediate_size: int
    num_experts: int
    top_k: int = 2
    activation: str = "relu"
    bias: bool = False
    dtype: str = "f32"
    scoring: str = "softmax"
    renormalize: bool = True
    router_bias: bool = False
    score_bias: bool = False
    num_groups: int = 1
    topk_groups: int = 1
    group_score: str = "top2"
    routed_scaling: float = 1.0
    scale_input: bool = False
    shared_intermediate_size: int = 0
    shared_gate: bool = False
    swiglu_limit: float = 7.0
    swiglu_alpha: float = 1.702
    router_jitter: float = 0.01

    def __post_init__(self):
        for name in ("hidden_size", "intermediate_size", "num_experts", "top_k", "num_groups", "topk_groups"):
            self._take_integer(name, 1)
        self._take_integer("shared_intermediate_size", 0)
        for name in ("bias", "renormalize", "router_bias", "score_bias", "scale_input", "shared_gate"):
            self._take_flag(name)
        for name in ("routed_scaling", "swiglu_limit", "swiglu_alpha", "router_jitter"):
            self._take_positive(name)
        for name, known in (
            ("activation", ACTIVATIONS),
            ("dtype", DTYPES),
            ("scoring", SCORINGS),
            ("group_score", GROUP_SCORES),
        ):
            if getattr(self, name) not in known:
                raise SpecError(f"unknown {name} {getattr(self, name)!r}; known: {', '.join(known)}")
        if self.top_k > self.num_experts:
            raise SpecError(f"top_k must not exceed num_experts, got top_k={self.top_k} of {self.num_experts} experts")
        self._check_groups()
        if self.shared_gate and not self.shared_intermediate_size:
            raise SpecError("shared_gate needs a shared expert, got shared_intermediate_size=0")
        if self.scoring == "sparsemixer" and (self.score_bias or self.num_groups > 1 or self.renormalize):
            raise SpecError(
                "sparsemixer takes renormalize=False, and neither score_bias nor groups, got "
                f"renormalize={self.renormalize}, score_bias={self.score_bias}, "
                f"num_groups={self.num_groups}"
            )
        for name, used in (
            ("swiglu_limit", self.activation == "swiglu_clamp"),
            ("swiglu_alpha", self.activation == "swiglu_clamp"),
            ("router_jitter", self.scoring == "sparsemixer"),
            ("group_score", self.num_groups > 1),
        ):
            if not used:  # a constant that nothing reads must not name another artifact
                object.__setattr__(self, name, type(self).__dataclass_fields__[name].default)

    def _take_integer(self, name, least):
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise SpecError(f"{name} must be an integer, got {value!r}")
        if not least <= value < 2**31:
            raise SpecError(f"{name} must be at least {least} and below 2**31, got {value}")
        object.__setattr__(self, name, int(value))

    def _take_flag(self, name):
        value = getattr(self, name)
        if not isinstance(value, (bool, np.bool_)):
            raise SpecError(f"{name} must be True or False, got {value!r}")
        object.__setattr__(self, name, bool(value))

    def _take_positive(self, name):
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise SpecError(f"{name} must be a number, got {value!r}")
        if not 0 < value < float("inf"):
            raise SpecError(f"{name} must be positive and finite, got {value}")
        object.__setattr__(self, name, float(value))

    def _check_groups(self):
        groups, size = self.num_groups, self.num_experts // self.num_groups
        if groups * size != self.num_experts:
            raise SpecError(f"num_groups must divide num_experts, got {groups} groups of {self.num_experts} experts")
        if self.topk_groups > groups:
            raise SpecError(f"topk_groups must not exceed num_groups, got {self.topk_groups} of {groups}")
        if self.topk_groups * size < self.top_k:
            raise SpecError(
                f"topk_groups={self.topk_groups} groups of {size} experts hold fewer than top_k={self.top_k}"
            )
        if groups > 1 and self.group_score == "top2" and size < 2:
            raise SpecError(
                f"group_score='top2' needs groups of two experts or more, got {groups} groups of "
                f"{self.num_experts} experts; 'max' takes groups of one"
            )
        if groups == self.topk_groups:  # no limit at all: the same layer as without groups
            object.__setattr__(self, "num_groups", 1)
            object.__setattr__(self, "topk_groups", 1)

    @property
    def gated(self) -> bool:
        """Whether w1 has gate columns and up columns."""
        return self.activation in GATED_ACTIVATIONS

    @property
    def w1_columns(self) -> int:
        """Columns of w1: I, or 2I where gated."""
        return self.intermediate_size * (2 if self.gated else 1)

    @property
    def shared_w1_columns(self) -> int:
        """Columns of shared_w1: the shared expert's width, or twice that where gated; 0 without a shared expert."""
        return self.shared_intermediate_size * (2 if self.gated else 1)

    @property
    def shared_experts(self) -> int:
        """Experts of width I that together make up the shared one, the last filled up with zeros; 0 without it."""
        return -(-self.shared_intermediate_size // self.intermediate_size)

    @property
    def features(self) -> frozenset[str]:
        """What the layer has beyond a plain one, by name; a backend refuses those that its templates do not do.

        Names: the field's, for every field after `dtype` that differs from its default (except mere constants of a
        feature), "sigmoid" and "sparsemixer" for `scoring`, "no_renormalize", "groups", "shared", "swiglu_clamp".
        """
        has = {
            "no_renormalize": not self.renormalize,
            "groups": self.num_groups > 1,
            "routed_scaling": self.routed_scaling != 1.0,
            "shared": self.shared_intermediate_size > 0,
            "swiglu_clamp": self.activation == "swiglu_clamp",
            self.scoring: self.scoring != "softmax",
        }
        has |= {name: getattr(self, name) for name in ("router_bias", "score_bias", "scale_input", "shared_gate")}
        return frozenset(name for name, there in has.items() if there)

    def flops(self, num_tokens: int) -> int:
        """Floating-point operations of the expert GEMMs, shared ones too, for `num_tokens` tokens (not the router)."""
        routed = self.top_k * (self.w1_columns + self.intermediate_size)
        return 2 * num_tokens * self.hidden_size * (routed + self.shared_w1_columns + self.shared_intermediate_size)

    @property
    def digest(self) -> str:
        """SHA-256 over the fields that differ from their defaults, so that a later field does not rename old keys."""
        required = ("hidden_size", "intermediate_size", "num_experts", "top_k", "activation", "bias", "dtype")
        fields = {
            f.name: getattr(self, f.name)
            for f in dataclasses.fields(self)
            if f.name in required or getattr(self, f.name) != f.default
        }
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()

    @property
    def key(self) -> str:
        """The readable name and 8 hex digits of the digest: `moe_f32_h1024_i4096_e8_k2_relu-1a2b3c4d`."""
        return (
            f"moe_{self.dtype}_h{self.hidden_size}_i{self.intermediate_size}_e{self.num_experts}_k{self.top_k}"
            f"_{self.activation}-{self.digest[:8]}"
        )


def parse_shape(text: str) -> tuple[int, int, int]:
    """`batch x seq_len x hidden` as three integers, from text such as `64x1024x2048`.

    Raises
    ------
    SpecError
        If the text is not three positive integers joined by `x`.
    """
    if not re.fullmatch(r"[0-9]{1,99}(x[0-9]{1,99}){2}", text, re.ASCII):
        raise SpecError(f"shape must be BATCHxSEQ_LENxHIDDEN, such as 64x1024x2048, got {text!r}")
    sizes = tuple(int(part) for part in text.split("x"))
    if not all(1 <= size < 2**31 for size in sizes):
        raise SpecError(f"shape's sizes must each be at least 1 and below 2**31, got {text!r}")
    return sizes


class LazyMatrices:
    """Matrices (E, rows, columns) that are read one at a time: indexed by an expert, they are its float32 matrix.

    Parameters
    ----------
    shape : tuple of int
        (E, rows, columns).
    read : function of expert
        Gives its matrix (rows, columns), anew at each call, and keeps none. What it reads must not change.
    """

    dtype = np.dtype(np.float32)
    ndim = 3

    def __init__(self, shape: tuple[int, int, int], read: Callable[[int], np.ndarray]):
        self.shape, self._read = shape, read

    @property
    def nbytes(self) -> int:
        """Bytes that all of them would take as float32."""
        return self.dtype.itemsize * math.prod(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, expert: int) -> np.ndarray:
        if not 0 <= expert < len(self):
            raise IndexError(f"expert must be from 0 to {len(self) - 1}, got {expert}")
        matrix = np.asarray(self._read(expert), self.dtype)
        if matrix.flags.c_contiguous:
            return matrix
        found = np.empty(matrix.shape, self.dtype)
        for start in range(0, matrix.shape[1], _LINE):  # a transposed one is copied ten times faster so
            found[:, start : start + _LINE] = matrix[:, start : start + _LINE]
        return found

    def __array__(self, dtype=None, copy=None):
        return np.stack([self[e] for e in range(len(self))]).astype(dtype or self.dtype, copy=False)

    def __reduce__(self):
        """Copies and pickles hold the numbers, and not where they were read."""
        return np.array, (np.asarray(self),)


class MoeWeights:
    """A snapshot of one layer's weights: later writes to the arrays given are unseen.

    Parameters
    ----------
    gate : array (H, E)
        The router's matrix.
    w1 : array (E, H, I), or (E, H, 2I) for gated activations (gate columns first)
    w2 : array (E, I, H)
        w1 and w2 may be `LazyMatrices`, which are kept as they are: then packing reads an expert at a time, and no more
        than one is in memory.
    b1, b2 : array (E, I or 2I) and (E, H), or None
        If one is given and the other is not, the other is zeros.
    gate_bias : array (E,), or None
        Added to the router's logits.
    score_bias : array (E,), or None
        Added to the router's scores for the choice of experts alone.
    shared_w1, shared_w2 : array (H, S or 2S) and (S, H), or None
        The shared expert of width S; both or none.
    shared_gate : array (H,), or None
        The shared expert's gate.
    copy : bool
        False hands w1 and w2 over: where they are C-contiguous float32 they are made read-only and kept, not copied,
        and the caller must write to them no more.

    All are copied as C-contiguous, read-only float32. Packed forms that kernels make of them are kept here, so that
    calling again packs nothing again.

    Raises
    ------
    ShapeError
        If ranks or sizes do not fit together, or a dtype is not floating point.
    """

    def __init__(
        self,
        gate,
        w1,
        w2,
        b1=None,
        b2=None,
        *,
        gate_bias=None,
        score_bias=None,
        shared_w1=None,
        shared_w2=None,
        shared_gate=None,
        copy=True,
    ):
        self.gate = _snapshot("gate", gate, 2)
        self.w1 = _snapshot("w1", w1, 3, copy)
        self.w2 = _snapshot("w2", w2, 3, copy)
        hidden, experts = self.gate.shape
        inner = self.w2.shape[1]
        if self.w1.shape[:2] != (experts, hidden) or self.w1.shape[2] not in (inner, 2 * inner):
            raise ShapeError(
                f"w1 must be (E, H, I) or (E, H, 2I) = ({experts}, {hidden}, {inner} or {2 * inner}) "
                f"beside gate (H, E) {self.gate.shape} and w2 (E, I, H) {self.w2.shape}, "
                f"got {self.w1.shape}"
            )
        if self.w2.shape != (experts, inner, hidden):
            raise ShapeError(f"w2 must be (E, I, H) = ({experts}, {inner}, {hidden}), got {self.w2.shape}")
        self.b1 = self.b2 = None
        if b1 is not None or b2 is not None:
            self.b1 = _bias("b1", b1, (experts, self.w1.shape[2]))
            self.b2 = _bias("b2", b2, (experts, hidden))
        self.gate_bias = None if gate_bias is None else _bias("gate_bias", gate_bias, (experts,))
        self.score_bias = None if score_bias is None else _bias("score_bias", score_bias, (experts,))
        self.shared_w1 = self.shared_w2 = self.shared_gate = None
        if shared_w1 is not None or shared_w2 is not None or shared_gate is not None:
            self._take_shared(shared_w1, shared_w2, shared_gate)
        self.packed: dict = {}  # by spec, filled by the runtime
        self.layers: dict = {}

    def __getstate__(self) -> dict:
        """Copies and pickles carry the weights alone; what was made of them is made anew."""
        return {**self.__dict__, "packed": {}, "layers": {}}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        for value in state.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False  # NumPy's own pickles forget it

    def _take_shared(self, w1, w2, gate):
        if w1 is None or w2 is None:
            raise ShapeError(
                "a shared expert needs both shared_w1 (H, S or 2S) and shared_w2 (S, H), got "
                f"{'no shared_w1' if w1 is None else 'no shared_w2'}"
            )
        hidden, factor = self.gate.shape[0], self.w1.shape[2] // self.w2.shape[1]
        self.shared_w1 = _snapshot("shared_w1", w1, 2)
        self.shared_w2 = _snapshot("shared_w2", w2, 2)
        width = self.shared_w2.shape[0]
        if self.shared_w2.shape[1] != hidden or self.shared_w1.shape != (hidden, factor * width):
            raise ShapeError(
                f"shared_w1 and shared_w2 must be (H, {factor}S) and (S, H) with H={hidden}, "
                f"got {self.shared_w1.shape} and {self.shared_w2.shape}"
            )
        self.shared_gate = None if gate is None else _bias("shared_gate", gate, (hidden,))

    def spec(self, top_k: int = 2, activation: str = "relu", dtype: str = "f32", **fields) -> MoeSpec:
        """The spec these weights belong to, given what shapes cannot tell (`fields` are further ones of MoeSpec)."""
        experts, inner, hidden = self.w2.shape
        return MoeSpec(
            hidden,
            inner,
            experts,
            top_k,
            activation,
            self.b1 is not None,
            dtype,
            router_bias=self.gate_bias is not None,
            score_bias=self.score_bias is not None,
            shared_intermediate_size=0 if self.shared_w2 is None else self.shared_w2.shape[0],
            shared_gate=self.shared_gate is not None,
            **fields,
        )

    def check(self, spec: MoeSpec) -> None:
        """Raise ShapeError unless these weights are those of `spec`."""
        want = (spec.num_experts, spec.hidden_size, spec.w1_columns)
        if self.w1.shape != want or self.w2.shape[1] != spec.intermediate_size:
            raise ShapeError(
                f"{spec.key} needs w1 {want} and w2 {(want[0], spec.intermediate_size, want[1])}, "
                f"got w1 {self.w1.shape} and w2 {self.w2.shape}"
            )
        for name, asked, array, called in (
            ("bias", spec.bias, self.b1, "b1 and b2"),
            ("router_bias", spec.router_bias, self.gate_bias, "gate_bias"),
            ("score_bias", spec.score_bias, self.score_bias, "score_bias"),
            ("shared_gate", spec.shared_gate, self.shared_gate, "shared_gate"),
        ):
            if asked != (array is not None):
                raise ShapeError(
                    f"{spec.key} has {name}={asked}, but the weights have {'no ' if array is None else ''}{called}"
                )
        width = 0 if self.shared_w2 is None else self.shared_w2.shape[0]
        if width != spec.shared_intermediate_size:
            raise ShapeError(
                f"{spec.key} has shared_intermediate_size={spec.shared_intermediate_size}, but the "
                f"weights' shared expert has width {width}"
            )


def is_torch(array) -> bool:
    """Whether an array is PyTorch's, which is not imported for that."""
    return type(array).__module__.partition(".")[0] == "torch"


def _of_torch(name, tensor):
    """A tensor of PyTorch's, a parameter too, as one that NumPy takes: it has no bfloat16, and no gradients."""
    try:
        tensor = tensor.detach().cpu()
        return tensor.float() if tensor.is_floating_point() else tensor
    except RuntimeError as error:  # without data, such as those on the device "meta"
        raise ShapeError(f"{name} cannot be read: {error}") from error


def _snapshot(name, array, rank, copy=True):
    if isinstance(array, LazyMatrices):
        return array
    array = np.asarray(_of_torch(name, array) if is_torch(array) else array)
    if array.ndim != rank:
        raise ShapeError(f"{name} must have {rank} dimension{'s' * (rank > 1)}, got shape {array.shape}")
    if 0 in array.shape:
        raise ShapeError(f"{name} must not be empty, got shape {array.shape}")
    if array.dtype.kind != "f" and array.dtype.name not in ("bfloat16",):
        raise ShapeError(f"{name} must be floating point, got dtype {array.dtype}")
    if copy or array.dtype != np.float32 or not array.flags.c_contiguous:
        array = np.array(array, dtype=np.float32, order="C", copy=True)
    array.flags.writeable = False
    return array


def _bias(name, array, shape):
    if array is None:
        array = np.zeros(shape, np.float32)
    array = _snapshot(name, array, len(shape))
    if array.shape != shape:
        raise ShapeError(f"{name} must be {shape}, got {array.shape}")
    return array
