"""Load balance, measured and mended on routing results: losses, utilisation, capacity, bias updates.

Everything here is NumPy on what a router gives, the logits (T, E) and `Routing`'s indices (T, K), weights (T, K) and
counts (E,), and so serves any layer, moegen's or not. Nothing is applied by itself: a layer drops no token and changes
no bias unless its caller does so.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from moegen.errors import ShapeError, SpecError

PRIORITIES = ("position", "weight")


def count(indices, num_experts: int) -> np.ndarray:
    """How many of the choices indices (T, K) fall on each expert, (E,) int64."""
    indices = np.asarray(indices)
    if indices.size and not (0 <= indices.min() and indices.max() < num_experts):
        raise ShapeError(f"indices must be from 0 to {num_experts - 1}, got {indices.min()} to {indices.max()}")
    return np.bincount(indices.ravel(), minlength=num_experts)


def utilisation(counts, capacity: int | None = None) -> np.ndarray:
    """How full each expert is, (E,) from 0 to 1: its tokens, at most `capacity` of them, as a share of `capacity`.

    Without a capacity the busiest expert's load stands for it: the share of a step that each expert is busy, if experts
    run side by side and wait for the busiest one. All zeros where no token came.
    """
    counts = np.asarray(counts, np.float64)
    full = counts.max(initial=0) if capacity is None else capacity
    if full < 0 or (capacity is not None and capacity < 1):
        raise SpecError(f"capacity must be at least 1, got {capacity}")
    return np.minimum(counts, full) / full if full else np.zeros(len(counts))


def balance_loss(logits, top_k: int, mask=None) -> float:
    """The auxiliary loss of Switch Transformers: E * sum over experts of f_e * P_e.

    f_e is the number of tokens that have expert e among their top_k by softmax(logits), over the number of tokens, and
    P_e the mean probability of e; balanced routing gives K. Equal to `load_balancing_loss_func` of transformers.

    Parameters
    ----------
    logits : array (T, E), or a sequence of such arrays, one a layer
        Several layers are taken as one long batch, as transformers does.
    top_k : int
    mask : array (B, S) or (T,), optional
        1 for tokens that count, 0 for padding; the same for every layer.

    References
    ----------
    Fedus, Zoph, Shazeer: Switch Transformers, equations (4) to (6), arXiv:2101.03961.
    """
    layers = [logits] if isinstance(logits, np.ndarray) or np.ndim(logits[0]) == 1 else list(logits)
    num_experts = np.shape(layers[0])[1]
    chosen, probability, rows = np.zeros(num_experts), np.zeros(num_experts), 0.0
    for layer in layers:
        layer = _logits(layer)
        share = np.ones(len(layer)) if mask is None else np.asarray(mask, np.float64).ravel()
        if len(share) != len(layer) or layer.shape[1] != num_experts:
            raise ShapeError(
                f"layers must have the same tokens and experts, and mask those tokens: got logits "
                f"{layer.shape}, mask of {len(share)} tokens and {num_experts} experts"
            )
        p = _softmax(layer)
        best = np.argsort(-p, axis=1, kind="stable")[:, :top_k]
        chosen += np.bincount(best.ravel(), np.repeat(share, best.shape[1]), num_experts)
        probability += share @ p
        rows += share.sum()
    return float(num_experts * (chosen / rows) @ (probability / rows)) if rows else 0.0


def z_loss(logits) -> float:
    """The router z-loss of ST-MoE, mean over tokens of logsumexp(logits)^2 (arXiv:2202.08906); 0 for no tokens."""
    logits = _logits(logits)
    if not len(logits):
        return 0.0
    largest = logits.max(axis=1)
    return float(np.mean((largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))) ** 2))


def _logits(logits):
    logits = np.asarray(logits, np.float64)
    if logits.ndim != 2:
        raise ShapeError(f"logits must be (T, E), got {logits.shape}")
    return logits


def _softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return e / e.sum(axis=1, keepdims=True)


def capacity(num_tokens: int, top_k: int, num_experts: int, factor: float = 1.25) -> int:
    """Tokens that one expert takes at most: ceil(factor * T * K / E), and at least 1."""
    if not (math.isfinite(factor) and factor > 0):
        raise SpecError(f"capacity factor must be positive and finite, got {factor}")
    # The product of whole numbers comes first and the slack is relative: what is a whole number stays that number.
    return max(1, math.ceil(factor * (num_tokens * top_k) / num_experts * (1 - 1e-12)))


@dataclasses.dataclass(frozen=True)
class Kept:
    """What a capacity leaves of a routing.

    kept (T, K) bool: the choices that found room. weights (T, K): those given, 0 where a choice was dropped; the layer
    with these weights (`layer(x, indices=..., weights=...)`) is the layer with dropped tokens. counts (E,): tokens that
    each expert keeps. dropped: how many choices found no room.
    """

    kept: np.ndarray
    weights: np.ndarray
    counts: np.ndarray
    dropped: int


def drop(indices, weights, num_experts: int, capacity: int, priority: str = "position") -> Kept:
    """Leave each expert `capacity` of the choices that fall on it, in a fixed order of precedence.

    Parameters
    ----------
    indices, weights : array (T, K)
    num_experts, capacity : int
    priority : str
        position: all first choices come before any second choice, and so on, and among choices of one rank the earlier
        token comes first (Switch, GShard). weight: the choice with the larger weight comes first, equal ones as before
        (batch-prioritised routing of V-MoE, arXiv:2106.05974).

    Returns
    -------
    Kept
        The weights that are left are not renormalised: a token that loses a choice loses that part of its output.
    """
    indices, weights = np.asarray(indices), np.asarray(weights)
    if indices.ndim != 2 or indices.shape != weights.shape:
        raise ShapeError(f"indices and weights must both be (T, K), got {indices.shape} and {weights.shape}")
    if priority not in PRIORITIES:
        raise SpecError(f"unknown priority {priority!r}; known: {', '.join(PRIORITIES)}")
    if capacity < 0:
        raise SpecError(f"capacity must not be negative, got {capacity}")
    totals = count(indices, num_experts)
    expert = indices.T.ravel()  # by rank, then by token
    order = np.argsort(expert, kind="stable") if priority == "position" else np.lexsort((-weights.T.ravel(), expert))
    place = np.empty(len(expert), np.int64)
    place[order] = np.arange(len(expert)) - np.repeat(np.cumsum(totals) - totals, totals)
    kept = (place < capacity).reshape(indices.T.shape).T
    return Kept(
        kept, np.where(kept, weights, np.zeros((), weights.dtype)), np.minimum(totals, capacity), int((~kept).sum())
    )


class DynamicCapacity:
    """A capacity factor that follows the load, so that few tokens drop and little room stays empty.

    The factor is a moving average of the busiest expert's load over the mean load, times 1 + headroom, within bounds.
    It rises at once where the load does, and falls slowly.

    Parameters
    ----------
    factor : float
        Where it starts.
    smallest, largest : float
        Its bounds.
    decay : float
        Weight of the past in the moving average, from 0 to below 1.
    headroom : float
        Room left above the load seen, as a fraction.
    """

    def __init__(
        self,
        factor: float = 1.25,
        smallest: float = 1.0,
        largest: float = 4.0,
        decay: float = 0.9,
        headroom: float = 0.05,
    ):
        if not (0 < smallest <= factor <= largest < math.inf and 0 <= decay < 1 and 0 <= headroom < math.inf):
            raise SpecError(
                f"wanted 0 < smallest <= factor <= largest, 0 <= decay < 1 and headroom >= 0, got "
                f"smallest={smallest}, factor={factor}, largest={largest}, decay={decay}, "
                f"headroom={headroom}"
            )
        self.factor, self.smallest, self.largest = factor, smallest, largest
        self.decay, self.headroom = decay, headroom
        self._load = factor / (1 + headroom)

    def update(self, counts) -> float:
        """Take in the counts (E,) of one call, before anything was dropped; the new factor."""
        counts = np.asarray(counts, np.float64)
        if counts.sum() > 0:
            load = float(counts.max() / counts.mean())
            self._load = max(load, self.decay * self._load + (1 - self.decay) * load)
            self.factor = min(max(self._load * (1 + self.headroom), self.smallest), self.largest)
        return self.factor

    def capacity(self, num_tokens: int, top_k: int, num_experts: int) -> int:
        """Tokens that one expert takes at most, at the present factor."""
        return capacity(num_tokens, top_k, num_experts, self.factor)


def update_bias(bias, counts, rate: float = 1e-3) -> np.ndarray:
    """One step of auxiliary-loss-free balancing: bias + rate * sign(mean load - load), (E,) float32, a new array.

    The bias takes part in the choice of experts alone (`score_bias` of MoeWeights), so that balance costs no gradient.

    References
    ----------
    Wang et al.: Auxiliary-Loss-Free Load Balancing Strategy for Mixture-of-Experts, arXiv:2408.15664.
    """
    bias, counts = np.asarray(bias, np.float32), np.asarray(counts, np.float64)
    if bias.shape != counts.shape or bias.ndim != 1:
        raise ShapeError(f"bias and counts must both be (E,), got {bias.shape} and {counts.shape}")
    return bias + np.float32(rate) * np.sign(counts.mean() - counts).astype(np.float32)
