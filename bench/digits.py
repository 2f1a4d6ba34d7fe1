"""A MoE trained on scikit-learn's digits: one real routing, and the same accuracy from PyTorch and from moegen.

    python bench/digits.py [--epochs 150] [--trials 20] [--timeout 60] [--out bench/results]

A classifier of 8x8 pictures with one MoE layer (H=64, I=128, E=8, K=2, swiglu) is trained on half of the 1797 pictures
by PyTorch, without any loss for balance, so that its routing is as skewed as training makes it. The layer is then tuned
for the other half, and both run on that. Writes digits.json. Needs torch and scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np
import torch
from sklearn.datasets import load_digits

import moegen
from moegen import backends, oracle, routing
from moegen.torch import MoeLayer
from moegen.tune import tune


class Experts(torch.nn.Module):
    """The layer of MoeSpec in PyTorch, an expert at a time."""

    def __init__(self, spec: moegen.MoeSpec):
        super().__init__()
        self.spec = spec
        start = oracle.make_weights(spec)
        self.gate, self.w1, self.w2 = (torch.nn.Parameter(torch.tensor(w)) for w in (start.gate, start.w1, start.w2))

    def forward(self, x):
        best, chosen = (x @ self.gate).topk(self.spec.top_k, dim=1)
        weights = best.softmax(dim=1)
        y = torch.zeros_like(x)
        for expert in range(self.spec.num_experts):
            token, k = torch.where(chosen == expert)
            gate, up = (x[token] @ self.w1[expert]).chunk(2, dim=1)
            out = (torch.nn.functional.silu(gate) * up) @ self.w2[expert]
            y = y.index_add(0, token, weights[token, k, None] * out)
        return y

    def to_moegen(self) -> moegen.MoeWeights:
        return moegen.MoeWeights(*(w.detach().numpy() for w in (self.gate, self.w1, self.w2)))


class Classifier(torch.nn.Module):
    def __init__(self, spec: moegen.MoeSpec):
        super().__init__()
        self.before = torch.nn.Linear(64, spec.hidden_size)
        self.moe = Experts(spec)
        self.after = torch.nn.Linear(spec.hidden_size, 10)

    def tokens(self, x):
        return torch.tanh(self.before(x))

    def forward(self, x):
        h = self.tokens(x)
        return self.after(h + self.moe(h))


def train(model, x, labels, epochs: int) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    for epoch in range(epochs):
        for batch in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x[batch]), labels[batch]).backward()
            optimizer.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / "results")
    options = parser.parse_args()
    torch.manual_seed(0)
    spec = moegen.MoeSpec(64, 128, 8, 2, "swiglu")
    pictures, labels = load_digits(return_X_y=True)
    x, labels = torch.tensor(pictures / 16, dtype=torch.float32), torch.tensor(labels)
    order = torch.randperm(len(x))
    train_on, test_on = order[: len(x) // 2], order[len(x) // 2 :]
    model = Classifier(spec)
    train(model, x[train_on], labels[train_on], options.epochs)
    with torch.no_grad():
        tokens, theirs = model.tokens(x[test_on]).numpy(), model(x[test_on]).numpy()
    weights = model.moe.to_moegen()
    artifact = tune(
        spec, backends.find_target("auto", spec), (len(test_on),), trials=options.trials, timeout=options.timeout
    )
    model.moe = MoeLayer(spec, weights, artifact=artifact)
    with torch.no_grad():
        ours = model(x[test_on]).numpy()
    y, chosen = model.moe.layer(tokens, return_routing=True)
    accuracy = {
        name: float((logits.argmax(axis=1) == labels[test_on].numpy()).mean())
        for name, logits in (("torch", theirs), ("moegen", ours))
    }
    result = {
        "spec": spec.key,
        "target": artifact.target.name,
        "tokens": len(test_on),
        "accuracy": accuracy,
        "same_labels": bool((theirs.argmax(axis=1) == ours.argmax(axis=1)).all()),
        "logits_error": oracle.error(ours, theirs),
        "error": oracle.check(y, chosen, tokens, weights, spec),
        "tolerance": oracle.tolerance(spec),
        "counts": chosen.counts.tolist(),
        "balance_loss": routing.balance_loss(oracle.router_logits(tokens, weights), spec.top_k),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "digits.json").write_text(json.dumps(result, indent=1) + "\n")
    shares = routing.utilisation(chosen.counts)
    print(f"accuracy on {len(test_on)} pictures: torch {accuracy['torch']:.4%}, moegen {accuracy['moegen']:.4%}")
    print(f"tokens of each expert: {chosen.counts.tolist()}, the idlest at {np.min(shares):.0%} of the busiest")


if __name__ == "__main__":
    main()
