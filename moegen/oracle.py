"""The layer in float64 NumPy, which every kernel is proved against: reference, error and tolerance.

Nothing here is fast, but it is lean: experts are converted to float64 a piece at a time, tokens go through the router
in chunks, and `check` compares a sample of a large batch. Inputs to try are made by `moegen.cases`, and reached from
here.
Experts whose weights lie on a GPU are multiplied there, in float64 by CuPy: the same formula, and no generated code.

For a spec of a narrower dtype, the reference computes with the same quantised weights as a kernel, and for int8 and
int4 with x and h quantised per row as a kernel does (for fp8, h per row and `quantization.hidden_block` columns), all
else in float64: what `check` measures is the kernel's own error, and `quantization_error` tells what the type costs.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from moegen import quantization
from moegen.cases import HARD_ROUTINGS, TOKEN_ROUTINGS, make_case, make_tokens, make_weights
from moegen.errors import AccuracyError, ShapeError
from moegen.spec import MoeSpec, MoeWeights

__all__ = [
    "HARD_ROUTINGS",
    "TOKEN_ROUTINGS",
    "Reference",
    "activate",
    "check",
    "choose",
    "error",
    "experts_sum",
    "forward",
    "kernel_tolerance",
    "make_case",
    "make_tokens",
    "make_weights",
    "quantization_error",
    "router_logits",
    "routing_weights",
    "tolerance",
]
_ROUTER_CHUNK = 4096  # tokens that the router takes to float64 at once
_WIDENED = 1 << 20  # elements of a matrix that are float64 at a time: a copy of all stays in no cache
_CHECK_FLOPS = 4e10  # what `check` may spend on a reference, about a second
_TOLERANCES = {"tf32": 2e-3, "f16": 2e-3, "bf16": 1.5e-2, "int8": 3e-2, "fp8": 0.1, "int4": 0.25}
# Beyond the rounding of sums: bf16 kernels may round x and h too, as those of tensor cores do in f16; where x and h are
# integers, a value of h halfway between two may be rounded the other way.
_KERNEL_TOLERANCES = {"bf16": 6e-3, "fp8": 2e-2, "int8": 2e-3, "int4": 2e-3}
_TENSOR_CORE_TOLERANCES = {"f16": 7.5e-4}
_MIN_NORMAL = float(np.finfo(np.float32).tiny)
_LEAST = float(np.finfo(np.float32).smallest_subnormal)


@dataclasses.dataclass(frozen=True)
class Reference:
    """What the layer gives in float64: y (T,H), indices (T,K) best first, weights (T,K), counts (E,), logits (T,E)."""

    y: np.ndarray
    indices: np.ndarray
    weights: np.ndarray
    counts: np.ndarray
    logits: np.ndarray


# ---------------------------------------------------------------------------------------------------------- the layer


def _sigmoid(v):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-v))


def _softmax(v):
    with np.errstate(invalid="ignore"):
        e = np.exp(v - v.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


def _gelu(v):
    flat = (v / math.sqrt(2)).ravel().tolist()
    return v * 0.5 * (1 + np.fromiter(map(math.erf, flat), np.float64, len(flat)).reshape(v.shape))


def _silu(v):
    return v * _sigmoid(v)


def activate(a, spec: MoeSpec):
    """act(a) in float64: a (T, I), or (T, 2I) with the gate columns first for a gated activation; returns (T, I)."""
    if not spec.gated:
        return {
            "relu": lambda v: np.maximum(v, 0),
            "relu2": lambda v: np.maximum(v, 0) ** 2,
            "gelu": _gelu,
            "gelu_tanh": lambda v: 0.5 * v * (1 + np.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3))),
            "silu": _silu,
        }[spec.activation](a)
    g, u = np.split(a, 2, axis=1)
    if spec.activation == "swiglu_clamp":
        g, u = np.minimum(g, spec.swiglu_limit), np.clip(u, -spec.swiglu_limit, spec.swiglu_limit)
        return g * _sigmoid(spec.swiglu_alpha * g) * (u + 1)
    return {"swiglu": _silu, "geglu": _gelu, "reglu": lambda v: np.maximum(v, 0)}[spec.activation](g) * u


def router_logits(x, weights: MoeWeights) -> np.ndarray:
    """x @ gate (+ gate_bias), (T, E) float64."""
    gate = weights.gate.astype(np.float64)
    logits = np.empty((len(x), gate.shape[1]))
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, len(x), _ROUTER_CHUNK):
            rows = slice(start, start + _ROUTER_CHUNK)
            np.matmul(np.asarray(x[rows], np.float64), gate, out=logits[rows])
    return logits if weights.gate_bias is None else logits + weights.gate_bias


def _scores(logits, spec):
    return _sigmoid(logits) if spec.scoring == "sigmoid" else _softmax(logits)


def _ranking(logits, weights, spec):
    """What experts are chosen by, (T, E): the logits where nothing but a monotone score is in between."""
    if not spec.score_bias and spec.num_groups == 1:
        return logits
    scores = _scores(logits, spec)
    return scores + weights.score_bias if spec.score_bias else scores


def _group_values(ranking, spec):
    groups = ranking.reshape(len(ranking), spec.num_groups, spec.num_experts // spec.num_groups)
    best = 2 if spec.group_score == "top2" else 1
    return np.sort(groups, axis=2)[:, :, -best:].sum(axis=2)


def _best(values, k):
    """Indices of each row's k largest values, equal ones won by the lower index, NaN last."""
    return np.argsort(-values, axis=1, kind="stable")[:, :k]


def choose(logits, weights: MoeWeights, spec: MoeSpec) -> np.ndarray:
    """The top-k experts of each token, best first, (T, K) int64."""
    ranking = _ranking(logits, weights, spec)
    if spec.num_groups > 1:
        kept = np.zeros((len(logits), spec.num_groups), bool)
        np.put_along_axis(kept, _best(_group_values(ranking, spec), spec.topk_groups), True, axis=1)
        kept = np.repeat(kept, spec.num_experts // spec.num_groups, axis=1)
        ranking = np.where(kept, np.where(np.isnan(ranking), -np.inf, ranking), np.nan)
    return _best(ranking, spec.top_k)


def routing_weights(logits, indices, spec: MoeSpec) -> np.ndarray:
    """The weights of the chosen experts, (T, K) float64; NaN where any of a token's logits is."""
    weights = _weights(logits, indices, spec)
    weights[np.isnan(logits).any(axis=1)] = math.nan
    return weights


def _weights(logits, indices, spec):
    if spec.scoring == "sparsemixer":
        return spec.routed_scaling * _sparsemixer(logits, indices, 2 * spec.router_jitter)
    chosen = np.take_along_axis(_scores(logits, spec), indices, axis=1)
    if spec.renormalize and spec.scoring == "softmax":  # the same as dividing, where probabilities underflow too
        chosen = _softmax(np.take_along_axis(logits, indices, axis=1))
    elif spec.renormalize:
        chosen = chosen / (chosen.sum(axis=1, keepdims=True) + 1e-20)
    return spec.routed_scaling * chosen


def _sparsemixer(logits, indices, threshold):
    weights = np.empty(indices.shape)
    left = logits.copy()
    with np.errstate(invalid="ignore", divide="ignore"):
        for k in range(indices.shape[1]):
            chosen = indices[:, k : k + 1]
            best = np.take_along_axis(left, chosen, axis=1)
            far = (best - logits) / np.maximum(np.abs(logits), best) > threshold
            weights[:, k] = np.take_along_axis(_softmax(np.where(far, -np.inf, left)), chosen, axis=1)[:, 0]
            np.put_along_axis(left, chosen, -np.inf, axis=1)
    return weights


def _rows_used(x, spec, block=None):
    """Rows (T, ...) as a kernel multiplies them: quantised for fp8 (a scale for each `block` columns), int8, int4."""
    if spec.dtype == "fp8":
        return quantization.quantize_rows_fp8(np.asarray(x, np.float32), block)
    return quantization.quantize_rows(np.asarray(x, np.float32)) if spec.dtype in quantization.INTEGERS else x


def _product(x, w):
    """x (T, N) @ w (N, M) in float64, multiplied where w lies, which may be a CuPy array; NumPy's."""
    xp = quantization.module_of(w)
    x = xp.asarray(x, np.float64)
    step = max(1, _WIDENED // len(w))
    y = xp.concatenate([x @ w[:, at : at + step].astype(np.float64) for at in range(0, w.shape[1], step)], axis=1)
    return y if xp is np else y.get()


def _expert(x, scale, w1, b1, w2, b2, spec):
    """`scale` (T, 1) multiplies x, or is None."""
    a = _product(_rows_used(x, spec), w1)
    if scale is not None:
        a *= scale
    if b1 is not None:
        a += b1
    y = _product(_rows_used(activate(a, spec), spec, quantization.hidden_block(spec)), w2)
    return y if b2 is None else y + b2


def experts_sum(x, weights: MoeWeights, spec: MoeSpec, indices, chosen_weights) -> np.ndarray:
    """y (T, H) float64 for a routing that is given: the weighted sum of the chosen experts, and the shared expert."""
    y = np.zeros((len(x), spec.hidden_size))
    with np.errstate(invalid="ignore", over="ignore"):
        for expert in range(spec.num_experts):
            rows, slot = np.nonzero(indices == expert)
            if not len(rows):
                continue
            scale = np.asarray(chosen_weights, np.float64)[rows, slot, None]
            inputs = np.asarray(x[rows], np.float64)
            b1, b2 = (None, None) if weights.b1 is None else (weights.b1[expert], weights.b2[expert])
            w1, w2 = (quantization.used(weights, spec, name, expert) for name in ("w1", "w2"))
            out = _expert(inputs, scale if spec.scale_input else None, w1, b1, w2, b2, spec)
            y[rows] += out if spec.scale_input else out * scale
        if spec.shared_intermediate_size:
            inputs = np.asarray(x, np.float64)
            w1, w2 = (quantization.roundtrip(spec.dtype, w) for w in (weights.shared_w1, weights.shared_w2))
            shared = _expert(inputs, None, w1, None, w2, None, spec)
            if spec.shared_gate:
                shared *= _sigmoid(inputs @ weights.shared_gate.astype(np.float64))[:, None]
            y += shared
    return y


def forward(x, weights: MoeWeights, spec: MoeSpec, indices=None, chosen_weights=None) -> Reference:
    """The layer in float64, by the formula of `MoeSpec`.

    Parameters
    ----------
    x : array (T, H) or (B, S, H)
    weights : MoeWeights
    spec : MoeSpec
    indices, chosen_weights : array (T, K), optional
        A routing decided elsewhere, used in place of the router's.

    Returns
    -------
    Reference
        Its y has T = B * S rows. All arrays are new.
    """
    quantization.check(weights, spec)
    x = _rows(x, spec)
    logits = router_logits(x, weights)
    if indices is None:
        indices = choose(logits, weights, spec)
    if chosen_weights is None:
        chosen_weights = routing_weights(logits, indices, spec)
    y = experts_sum(x, weights, spec, indices, chosen_weights)
    return Reference(y, indices, chosen_weights, np.bincount(indices.ravel(), minlength=spec.num_experts), logits)


def _rows(x, spec):
    x = np.asarray(x)
    if x.ndim not in (2, 3) or x.shape[-1] != spec.hidden_size:
        raise ShapeError(f"x must be (T, {spec.hidden_size}) or (B, S, {spec.hidden_size}), got {x.shape}")
    return x.reshape(-1, spec.hidden_size)


# ------------------------------------------------------------------------------------------------------ its comparison


def error(y, reference) -> float:
    """Relative Frobenius error |y - reference| / |reference|; 0 where both are all zeros, inf where y is not finite."""
    y, reference = np.asarray(y, np.float64), np.asarray(reference, np.float64)
    if y.shape != reference.shape:
        raise ShapeError(f"y must be {reference.shape}, got {y.shape}")
    if not y.size:
        return 0.0
    largest = float(np.abs(reference).max())  # scaled by it, so that squares of tiny values do not underflow
    if largest == 0:
        return 0.0 if not y.any() else math.inf
    with np.errstate(over="ignore", invalid="ignore"):
        ratio = np.linalg.norm(y / largest - reference / largest) / np.linalg.norm(reference / largest)
    return float(ratio) if math.isfinite(ratio) else math.inf


def tolerance(spec: MoeSpec) -> float:
    """The largest relative Frobenius error that a right layer may have, beside one computed with the float32 weights.

    f32: 2e-6 * max(1, (H * I) ** 0.25), for sums of H and of I rounded products. Other dtypes: a few roundings of
    inputs, weights and h to that type. What a kernel may add to its own quantised numbers is `kernel_tolerance`.
    """
    if spec.dtype == "f32":
        return 2e-6 * max(1.0, (spec.hidden_size * spec.intermediate_size) ** 0.25)
    return _TOLERANCES[spec.dtype]


def kernel_tolerance(spec: MoeSpec, backend: str = "cpu") -> float:
    """The largest relative Frobenius error that a right kernel may have beside `forward`, which has the same numbers.

    f32 and, on the CPU, f16 (whose products are float32's): 2e-6 * max(1, (H * I) ** 0.25); bf16: 6e-3, for x and h in
    bfloat16 too; f16 on the tensor cores: 7.5e-4, for x and h in float16 too; int8 and int4: 2e-3, for values of h that
    rounding turns; fp8: 2e-2, for the same, e4m3's neighbours being up to an eighth apart, and since tensor cores add
    up to 256 of its products in about 14 bits.
    """
    known = {**_KERNEL_TOLERANCES, **(_TENSOR_CORE_TOLERANCES if backend == "cuda" else {})}
    if spec.dtype in known:
        return known[spec.dtype]
    return tolerance(dataclasses.replace(spec, dtype="f32")) if spec.dtype == "f16" else tolerance(spec)


def quantization_error(x, weights: MoeWeights, spec: MoeSpec) -> float:
    """What the spec's dtype costs: the relative error of the reference beside the one with float32 weights and rows."""
    exact = dataclasses.replace(spec, dtype="f32")
    whole = forward(x, weights, exact)
    return error(forward(x, weights, spec, whole.indices, whole.weights).y, whole.y)


def check(
    y, routing, x, weights: MoeWeights, spec: MoeSpec, max_rows: int | None = None, backend: str = "cpu"
) -> float:
    """Prove a kernel's result: y within `kernel_tolerance(spec, backend)` of the oracle, and the routing right.

    The routing must equal the oracle's except where scores tie within float32 rounding (exactly equal ones, where the
    products x * gate sum without rounding, must go to the lower index). Given a routing, y is compared with the
    experts that it names at the weights that it names, once these are shown to be right. Without one, tokens that are
    near a tie are left out. A token whose row of x is not finite may have any y; its indices must be distinct and in
    range all the same. Outputs below float32's normal numbers may be rounded to multiples of its least one.

    Parameters
    ----------
    y : array (T, H) or (B, S, H)
    routing : object with indices (T, K), weights (T, K), counts (E,), or None
    x : array (T, H) or (B, S, H)
    weights : MoeWeights
    spec : MoeSpec
    max_rows : int, optional
        How many tokens' y to compare, the first and the last always among them; by default as many as take about a
        second. All routings are looked at, and all of y is seen to be finite.
    backend : str
        Whose kernel it is.

    Returns
    -------
    float
        The relative Frobenius error over the compared rows.

    Raises
    ------
    AccuracyError
        If anything is wrong; the message names the first token and what was wanted.
    """
    quantization.check(weights, spec)
    x, y = _rows(x, spec), _rows(y, spec)
    if len(x) != len(y):
        raise AccuracyError(f"y has {len(y)} tokens, wanted {len(x)}")
    finite = np.isfinite(x).all(axis=1)
    wrong = np.flatnonzero(finite & ~np.isfinite(y).all(axis=1))
    if len(wrong):
        raise AccuracyError(f"y of token {wrong[0]} is not finite, though its row of x is ({len(wrong)} such tokens)")
    logits = router_logits(x, weights)
    ties = _Ties(x, logits, weights, spec)
    indices = choose(logits, weights, spec)
    if routing is None:
        chosen = routing_weights(logits, indices, spec)
        rows = np.flatnonzero(finite & ~ties.near())
    else:
        indices, chosen = _check_routing(routing, indices, logits, finite, ties, spec)
        rows = np.flatnonzero(finite)
    rows = _sample(rows, spec, max_rows)
    reference = experts_sum(x[rows], weights, spec, indices[rows], chosen[rows])
    measured, allowed = error(y[rows], reference), kernel_tolerance(spec, backend)
    norm = float(np.linalg.norm(reference))
    if norm > 0:  # float32 holds the smallest numbers as multiples of its least one
        allowed += _LEAST * math.sqrt(reference.size) / norm
    if not measured <= allowed:
        worst = rows[np.argmax(np.abs(y[rows].astype(np.float64) - reference).max(axis=1))]
        raise AccuracyError(
            f"relative error {measured:.3g} exceeds {allowed:.3g} for {spec.key}, {len(x)} tokens; the "
            f"worst of the {len(rows)} compared is token {worst}"
        )
    return measured


def _sample(rows, spec, max_rows):
    if max_rows is None:
        max_rows = max(32, int(_CHECK_FLOPS // spec.flops(1)))
    if len(rows) <= max_rows:
        return rows
    edge = min(8, max(1, max_rows // 4))
    inner = np.random.default_rng(len(rows)).choice(rows[edge:-edge], max(0, max_rows - 2 * edge), replace=False)
    return np.sort(np.concatenate([rows[:edge], inner, rows[-edge:]]))


def _check_routing(routing, expected, logits, finite, ties, spec):
    """Raise unless the kernel's routing is a right one; its indices and weights, float64."""
    indices, chosen = np.asarray(routing.indices, np.int64), np.asarray(routing.weights, np.float64)
    want = (len(logits), spec.top_k)
    if indices.shape != want or chosen.shape != want:
        raise AccuracyError(f"routing has indices {indices.shape} and weights {chosen.shape}, wanted {want}")
    ordered = np.sort(indices, axis=1)
    bad = (ordered[:, 0] < 0) | (ordered[:, -1] >= spec.num_experts) | (np.diff(ordered, axis=1) == 0).any(axis=1)
    if bad.any():
        token = int(np.argmax(bad))
        raise AccuracyError(
            f"token {token} has experts {indices[token].tolist()}, wanted distinct ones below {spec.num_experts}"
        )
    counts = np.bincount(indices.ravel(), minlength=spec.num_experts)
    if not np.array_equal(np.asarray(routing.counts), counts):
        raise AccuracyError(
            f"counts are {np.asarray(routing.counts).tolist()}, but the indices count to {counts.tolist()}"
        )
    for token in np.flatnonzero(finite & (indices != expected).any(axis=1)):
        if not ties.allows(token, indices[token], expected[token]):
            raise AccuracyError(
                f"token {token} goes to experts {indices[token].tolist()}, wanted "
                f"{expected[token].tolist()}, whose scores are clearly better"
            )
    lower, upper = ties.weight_bounds(indices)
    off = finite[:, None] & ~((chosen >= lower) & (chosen <= upper))
    if off.any():
        token = int(np.argmax(off.any(axis=1)))
        right = routing_weights(logits[token : token + 1], indices[token : token + 1], spec)[0]
        raise AccuracyError(f"token {token} has routing weights {chosen[token].tolist()}, wanted {right.tolist()}")
    return indices, chosen


class _Ties:
    """Which choices rounding could have turned: bounds on what float32 does to the logits and scores of each token."""

    def __init__(self, x, logits, weights, spec):
        self.logits, self.spec = logits, spec
        self.ranking = _ranking(logits, weights, spec)
        self.on_logits = self.ranking is logits
        self.scores = _scores(logits, spec)
        self.slack = self._rounding(x, weights)
        # Scores move at most as much as logits do, and are rounded themselves, as their sum with the bias is.
        magnitude = 1 + (np.abs(weights.score_bias).max() if spec.score_bias else 0)
        self.score_slack = self.slack + 2.0**-21 * magnitude

    def _rounding(self, x, weights):
        gate = np.abs(weights.gate.astype(np.float64))
        whole = weights.gate_bias is None and not (gate % 1).any()
        slack = np.empty(len(x))
        with np.errstate(invalid="ignore", over="ignore"):
            for start in range(0, len(x), _ROUTER_CHUNK):
                part = np.abs(np.asarray(x[start : start + _ROUTER_CHUNK], np.float64))
                sums = (part @ gate).max(axis=1)
                if weights.gate_bias is not None:
                    sums = sums + np.abs(weights.gate_bias).max()
                exact = whole & (sums < 2**24) & ~(part % 1).any(axis=1)
                slack[start : start + _ROUTER_CHUNK] = np.where(exact, 0, 2.0**-22 * (sums + 1))
        return slack

    def near(self):
        """Tokens (T,) whose choice, or whose weights, rounding could turn."""
        best = -np.sort(-self.ranking, axis=1)
        slack = 2 * (self.slack if self.on_logits else self.score_slack)
        near = np.zeros(len(best), bool)
        if self.spec.top_k < self.spec.num_experts and self.spec.num_groups == 1:
            near = best[:, self.spec.top_k - 1] - best[:, self.spec.top_k] <= slack
        if self.spec.num_groups > 1:
            # Each group's value is a sum of at most two, and any expert beside a chosen one may sit in another group.
            groups = -np.sort(-_group_values(self.ranking, self.spec), axis=1)
            near = groups[:, self.spec.topk_groups - 1] - groups[:, self.spec.topk_groups] <= 2 * slack
            near |= (-np.diff(best, axis=1) <= slack[:, None]).any(axis=1)
        if self.spec.scoring == "sparsemixer":
            indices = _best(self.logits, self.spec.top_k)
            lower, upper = self.weight_bounds(indices)
            near |= (upper - lower > 8 * self.score_slack[:, None] + 1e-5).any(axis=1)
        return near

    def allows(self, token, indices, expected):
        """Whether `indices` of one token, best first, differ from the expected ones by rounding alone."""
        spec, ranking = self.spec, self.ranking[token]
        slack = 2 * (self.slack if self.on_logits else self.score_slack)[token]
        best = np.sort(ranking)[::-1]
        if spec.num_groups > 1:
            size = spec.num_experts // spec.num_groups
            values = _group_values(ranking[None], spec)[0]
            order = sorted(range(spec.num_groups), key=lambda g: (g not in indices // size, -values[g], g))
            kept = order[: spec.topk_groups]
            if len(set((indices // size).tolist())) > spec.topk_groups:
                return False
            if values[kept].min() < np.sort(values)[-spec.topk_groups] - 2 * slack:
                return False
            best = np.sort(ranking.reshape(spec.num_groups, size)[kept].ravel())[::-1]
        best = best[: spec.top_k]
        near = np.abs(ranking[indices] - best) <= slack if slack > 0 else indices == expected
        if self.on_logits:  # equal once scores are rounded: underflowed or saturated
            ours, theirs = self.scores[token][indices], self.scores[token][expected]
            near |= np.maximum(ours, theirs) < _MIN_NORMAL
            if spec.scoring == "sigmoid":
                alike = np.abs(ours - theirs) <= 2.0**-21 * np.maximum(ours, theirs)
                near |= alike & (ranking[indices] != ranking[expected])
        return bool(near.all())

    def weight_bounds(self, indices):
        """Lower and upper bounds (T, K) on the weights of a right kernel that chose `indices`."""
        spec = self.spec
        right = routing_weights(self.logits, indices, spec)
        lower = upper = right
        if spec.scoring == "sparsemixer":  # an expert at the threshold may count or not
            moved = [
                spec.routed_scaling * _sparsemixer(self.logits, indices, 2 * spec.router_jitter + by)
                for by in (-1e-5, 1e-5)
            ]
            lower, upper = np.minimum(right, np.minimum(*moved)), np.maximum(right, np.maximum(*moved))
        # A sigmoid that is small beside 1 moves by its own fraction, and so do its share and a softmax's.
        slack = 2 * self.slack[:, None] + 4e-6
        room = spec.routed_scaling * slack * np.minimum(1, np.abs(right) / spec.routed_scaling + 1e-3)
        return lower - room, upper + room
