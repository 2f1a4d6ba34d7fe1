"""A skewed router, balanced by bias updates alone: utilisation of each expert before and after, with a picture.

    python bench/balance.py [--steps 600] [--out bench/results]

A sigmoid router of 16 experts (top 2) meets batches of 16384 tokens that are drawn towards few of them. After each
batch the bias of auxiliary-loss-free balancing moves by --rate, which halves every quarter of the run. Utilisation is
an expert's load as a share of what a capacity of --room times the mean load holds, the factor that the balanced run
ends with, so that it reads the same before and after. Writes balance.json and balance.png.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np

from moegen import oracle, routing
from moegen.spec import MoeSpec, MoeWeights


def run(spec: MoeSpec, num_tokens: int, steps: int, rate: float, skew: float, seed: int = 0):
    """Counts (steps, E) of a router under bias updates, and the fraction dropped at factor 1.25."""
    weights = oracle.make_weights(spec, seed)
    bias = np.zeros(spec.num_experts, np.float32)
    rng = np.random.default_rng(seed)
    # One direction in every token, along which the router prefers some experts: what makes real routers collapse.
    direction = rng.standard_normal(spec.hidden_size)
    direction /= np.linalg.norm(direction)
    preference = skew * np.linspace(1, -1, spec.num_experts)
    gate = weights.gate + np.outer(direction, preference - direction @ weights.gate)
    history, dropped = [], []
    for step in range(steps):
        x = rng.standard_normal((num_tokens, spec.hidden_size))
        x += np.outer(1 - x @ direction, direction)
        now = MoeWeights(gate, weights.w1, weights.w2, score_bias=bias)
        logits = oracle.router_logits(x, now)
        indices = oracle.choose(logits, now, spec)
        counts = routing.count(indices, spec.num_experts)
        capacity = routing.capacity(num_tokens, spec.top_k, spec.num_experts)
        kept = routing.drop(indices, oracle.routing_weights(logits, indices, spec), spec.num_experts, capacity)
        history.append(counts)
        dropped.append(kept.dropped / indices.size)
        bias = routing.update_bias(bias, counts, rate * 0.5 ** (4 * step // steps))
    return np.array(history), np.array(dropped)


def picture(path, spec, history, shares, dropped):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(15, 4.2), constrained_layout=True)
    mean = history[0].mean()
    left.plot(history / mean, linewidth=0.7)
    left.axhline(1, color="black", linewidth=0.8)
    left.set(title="load of each expert / mean load", xlabel="batch")
    experts = np.arange(spec.num_experts)
    for offset, (name, values) in zip((-0.2, 0.2), shares.items()):
        middle.bar(experts + offset, 100 * values, 0.4, label=name)
    middle.axhspan(85, 95, color="green", alpha=0.15, label="85 to 95%")
    middle.set(title="utilisation of each expert, %", xlabel="expert", ylim=(0, 120))
    middle.legend(loc="upper center", ncol=3)
    right.plot(100 * dropped, color="tab:red", linewidth=0.8)
    right.set(title="choices that a capacity factor of 1.25 would drop, %", xlabel="batch", ylim=(0, None))
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--tokens", type=int, default=16384)
    parser.add_argument("--rate", type=float, default=8e-3)
    parser.add_argument("--skew", type=float, default=0.7)
    parser.add_argument("--room", type=float, default=1.1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / "results")
    options = parser.parse_args()
    spec = MoeSpec(64, 16, 16, 2, "swiglu", scoring="sigmoid", score_bias=True)
    history, dropped = run(spec, options.tokens, options.steps, options.rate, options.skew)
    capacity = routing.capacity(options.tokens, spec.top_k, spec.num_experts, options.room)
    tail = max(1, options.steps // 20)
    shares = {
        "before": routing.utilisation(history[0], capacity),
        "after": np.mean([routing.utilisation(counts, capacity) for counts in history[-tail:]], axis=0),
    }
    result = {"spec": spec.key, "tokens": options.tokens, "steps": options.steps, "capacity_factor": options.room}
    for name, values in shares.items():
        result[name] = {"least": values.min(), "most": values.max(), "mean": values.mean()}
    result["last_batch"] = {
        "least": routing.utilisation(history[-1], capacity).min(),
        "most": routing.utilisation(history[-1], capacity).max(),
    }
    result["dropped_at_1.25"] = {"before": dropped[0], "after": dropped[-tail:].mean()}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "balance.json").write_text(json.dumps(result, indent=1) + "\n")
    picture(options.out / "balance.png", spec, history, shares, dropped)
    for name in ("before", "after", "last_batch"):
        least, most = 100 * result[name]["least"], 100 * result[name]["most"]
        print(f"{name:>10}: experts at {least:.0f} to {most:.0f}% of capacity")
    print(f"   dropped: {100 * dropped[0]:.1f}% before, {100 * dropped[-tail:].mean():.2f}% after, at a factor of 1.25")


if __name__ == "__main__":
    main()
