"""What is computed in a contest: a layer, a number of tokens, and what was cut from a larger one."""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np

from moegen import oracle
from moegen.spec import MoeSpec, MoeWeights, parse_shape

COLD_TOKENS = 64  # up to here weights come from memory in use, since other layers ran in between
_FEW_TOKENS_INPUTS = 8
_PROVED_FLOPS = 4e10  # what the float64 reference of one input may cost


@dataclasses.dataclass(frozen=True)
class Problem:
    """A layer at T tokens. `slice` says in words what was cut from the shape that `shape` names; empty if nothing.

    `cold` asks that caches be swept before each timed call.
    """

    spec: MoeSpec
    num_tokens: int
    shape: str
    slice: str = ""
    cold: bool = False
    routing: str = "balanced"
    seed: int = 0

    @property
    def flops(self) -> int:
        return self.spec.flops(self.num_tokens)

    @property
    def weight_bytes(self) -> int:
        """Of the experts in float32."""
        spec = self.spec
        return 4 * spec.num_experts * spec.hidden_size * (spec.w1_columns + spec.intermediate_size)

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields: dict) -> Problem:
        return cls(**{**fields, "spec": MoeSpec(**fields["spec"])})


def from_shape(
    shape: str,
    intermediate: int | None = None,
    experts: int = 8,
    top_k: int = 2,
    *,
    max_experts: int | None = None,
    max_tokens: int | None = None,
    activation: str = "relu",
    routing: str = "balanced",
    seed: int = 0,
) -> Problem:
    """The problem of a shape, cut to `max_experts` at equal tokens per expert, then to `max_tokens`.

    Raises
    ------
    SpecError
        If the shape does not parse or the sizes make no layer.
    """
    batch, seq_len, hidden = parse_shape(shape)
    tokens, cuts = batch * seq_len, []
    intermediate = intermediate or 4 * hidden
    kept = experts
    if max_experts is not None and max_experts < experts:
        kept, cut = max_experts, tokens * max_experts // experts
        cuts.append(f"{kept} of {experts} experts at equal tokens per expert ({cut} of {tokens} tokens)")
        tokens = cut
    if max_tokens is not None and max_tokens < tokens:
        cuts.append(f"{max_tokens} of {tokens} tokens")
        tokens = max_tokens
    spec = MoeSpec(hidden, intermediate, kept, top_k, activation)
    return Problem(spec, tokens, shape, ", then ".join(cuts), tokens <= COLD_TOKENS, routing, seed)


# ------------------------------------------------------------------------------- arrays, made once for all contestants


class Arrays:
    """The weights and inputs of one problem as files in `folder`, with the oracle's answer for a sample of tokens.

    Inputs are several (N,T,H) where T is small, so that calls meet different experts. Tokens whose choice of experts
    hangs on less than `margin` of a logit are replaced: implementations may round the router differently, and the
    contest is about speed.
    """

    margin = 0.02

    def __init__(self, problem: Problem, folder: pathlib.Path):
        self.problem, self.folder = problem, folder
        self.weights = oracle.make_weights(dataclasses.replace(problem.spec, dtype="f32"), problem.seed)
        for name in ("gate", "w1", "w2"):
            self._save_weights(name)
        self._answer()

    def _answer(self) -> None:
        """Make the inputs and save them, and let the oracle answer."""
        problem, folder = self.problem, self.folder
        self.count = _FEW_TOKENS_INPUTS if problem.num_tokens <= COLD_TOKENS else 1
        x = np.stack([self._tokens(problem.seed + 1 + i) for i in range(self.count)])
        np.save(folder / "x.npy", x)
        rows = [x[i, self._rows(i)] for i in range(self.count)]
        y = oracle.forward(np.concatenate(rows), self.weights, self._f32).y  # at once: each expert is read once
        self.references = np.split(y, np.cumsum([len(part) for part in rows])[:-1])
        logits = [oracle.router_logits(x[i], self.weights) for i in range(self.count)]
        chosen = [oracle.choose(values, self.weights, self._f32) for values in logits]
        counts = [np.bincount(c.ravel(), minlength=problem.spec.num_experts) for c in chosen]
        self.counts = counts[0]
        self.active = float(np.mean([np.count_nonzero(c) for c in counts]))
        self.weights = None  # only the files and references are needed from here on

    @property
    def _f32(self):
        return dataclasses.replace(self.problem.spec, dtype="f32")

    def _save_weights(self, name):
        path = self.folder / f"{name}.npy"
        np.save(path, getattr(self.weights, name))

    def _tokens(self, seed):
        spec, want = self._f32, self.problem.num_tokens
        kept, have, attempt = [], 0, 0
        while have < want:
            x = oracle.make_tokens(spec, want, seed + 1000 * attempt, self.problem.routing, gate=self.weights.gate)
            best = -np.sort(-oracle.router_logits(x, self.weights), axis=1)
            clear = np.full(want, True)
            if spec.top_k < spec.num_experts:
                clear = best[:, spec.top_k - 1] - best[:, spec.top_k] > self.margin
            kept.append(x[clear])
            have += int(clear.sum())
            attempt += 1
        return np.ascontiguousarray(np.concatenate(kept)[:want])

    def _rows(self, index):
        """Tokens that are proved: all, or as many as the reference can afford, with the first and the last."""
        total = self.problem.num_tokens
        most = max(64, int(_PROVED_FLOPS // self.problem.spec.flops(1) // self.count))
        if total <= most:
            return np.arange(total)
        inner = np.random.default_rng(index).choice(np.arange(1, total - 1), most - 2, replace=False)
        return np.sort(np.concatenate([[0], inner, [total - 1]]))

    def error(self, y: np.ndarray) -> float:
        """The largest relative error of y (N,T,H) over the inputs; inf where any element is not finite."""
        if y.shape != (self.count, self.problem.num_tokens, self.problem.spec.hidden_size) or not np.isfinite(y).all():
            return float("inf")
        return max(oracle.error(y[i, self._rows(i)], self.references[i]) for i in range(self.count))


def load_arrays(folder: pathlib.Path) -> tuple[np.ndarray | None, ...]:
    """gate, w1, w2 and x as this process's own memory, where large pages can back them.

    An array that has no file is None: weights that an adapter reads from a checkpoint.
    """
    files = (folder / f"{name}.npy" for name in ("gate", "w1", "w2", "x"))
    return tuple(np.load(file) if file.exists() else None for file in files)


def weights_of(gate, w1, w2) -> MoeWeights:
    return MoeWeights(gate, w1, w2)


def describe(problem: Problem) -> str:
    spec = problem.spec
    text = (
        f"{problem.shape}: T={problem.num_tokens} H={spec.hidden_size} I={spec.intermediate_size} E={spec.num_experts} "
        f"K={spec.top_k} {spec.activation}"
    )
    return f"{text} ({problem.slice})" if problem.slice else text
