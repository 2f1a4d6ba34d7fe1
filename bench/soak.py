"""Drawn layers x configs x routings, each compared with the oracle: a night's worth, reproducible from its seed.

    python bench/soak.py --cases 10000 --seed 1 --out bench/results/soak.json

An --out that holds a part of the same seed is gone on with, so that a long run can be cut by --limit-s.

Each library holds eight drawn configs of one drawn layer, so that many cases share a compile. A case is one call:
tokens that choose one of the configs, a routing, threads, and workspace that may be short. Stops at the first wrong
result, and says how to run that library alone.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random
import time

import numpy as np

from moegen import oracle
from moegen.backends.cpu import space
from moegen.backends.cpu.kernel import Kernel
from moegen.backends.cpu.target import available, machine
from moegen.compile import build
from moegen.errors import AccuracyError
from moegen.spec import MoeSpec

BUCKETS = (1, 3, 8, 20, 50, 110, 240, 500)
CASES_PER_LIBRARY = 64
SIZES = (1, 2, 3, 7, 8, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 97)
ACTIVATIONS = ("relu", "gelu", "gelu_tanh", "silu", "relu2", "swiglu", "geglu", "reglu", "swiglu_clamp")


def drawn_spec(draw: random.Random) -> MoeSpec:
    groups = draw.choice([1, 1, 1, 2, 3])
    experts = groups * draw.randint(2 if groups > 1 else 1, 12)
    topk_groups = draw.randint(1, groups)
    scoring = draw.choice(["softmax", "softmax", "sigmoid"] + ["sparsemixer"] * (groups == 1))
    sparse, shared = scoring == "sparsemixer", draw.choice([0, 0, 0, 5, 33])
    return MoeSpec(
        draw.choice(SIZES),
        draw.choice(SIZES),
        experts,
        draw.randint(1, min(8, topk_groups * (experts // groups))),
        draw.choice(ACTIVATIONS),
        draw.random() < 0.5,
        scoring=scoring,
        renormalize=not sparse and draw.random() < 0.7,
        router_bias=draw.random() < 0.3,
        score_bias=not sparse and draw.random() < 0.3,
        num_groups=groups,
        topk_groups=topk_groups,
        group_score=draw.choice(["top2", "max"]),
        routed_scaling=draw.choice([1.0, 2.5]),
        scale_input=draw.random() < 0.2,
        shared_intermediate_size=shared,
        shared_gate=shared > 0 and draw.random() < 0.5,
    )


def drawn_config(draw: random.Random, spec, target, layout) -> space.Config:
    """A legal config, any choice of it as odd as legality lets it be."""
    while True:
        vl = draw.choice(
            [vl for vl in space.isa(target).widths if layout.nr % vl == 0 and space.tallest(target, layout, vl) >= 1]
        )
        mr = draw.randint(1, space.tallest(target, layout, vl))
        mc = mr * draw.randint(1, 8)
        config = space.Config(
            mr=mr,
            vl=vl,
            kc=draw.choice([0, 0, 16, 17, 32, 64]),
            mc=mc,
            nc=layout.nr * draw.randint(1, 4),
            unroll=draw.choice([1, 2, 4, 8]),
            prefetch=draw.choice([0, 4, 8]),
            prefetch_panel=draw.choice([0, 1, 4]),
            gather=draw.random() < 0.5,
            rows_outer=draw.random() < 0.5,
            wave_rows=draw.choice([0, mc, 3 * mc]),
            streams=draw.choice([0, 0, 1, 3]),
        )
        if space.why_illegal(spec, target, layout, config) is None:
            return config


def one_case(draw: random.Random, kernel: Kernel, spec, routing: str, seed: int) -> float | None:
    """The error of one call over its tolerance; None where y is right but float32 cannot tell it to that tolerance."""
    tokens = max(0, draw.choice(BUCKETS) + draw.randint(-2, 2))
    if routing in oracle.TOKEN_ROUTINGS:
        weights, x = oracle.make_weights(spec, seed), oracle.make_tokens(spec, tokens, seed, routing)
    else:
        x, weights = oracle.make_case(spec, tokens, routing, seed)
    limit = draw.choice([None, None, 1, kernel.workspace_bytes(max(len(x) // 3, 1))])
    workspace = kernel.allocate(kernel.workspace_bytes(len(x), limit))
    workspace.fill(0xFF)
    y, found = kernel.empty(len(x)), kernel.routing_arrays(len(x))
    y.fill(np.nan)
    kernel.forward(x, kernel.pack(weights), y, workspace, routing=found, threads=draw.choice([1, 1, 2, 3]))
    try:
        return oracle.check(y, found, x, weights, spec) / oracle.tolerance(spec)
    except AccuracyError:
        reference = oracle.experts_sum(x, weights, spec, found.indices, found.weights)
        rounding = 2.0**-24 * np.linalg.norm(sizes(x, weights, spec, found)) / np.linalg.norm(reference)
        if 4 * rounding <= oracle.tolerance(spec) or not oracle.error(y, reference) <= rounding:
            raise
        return None


def sizes(x, weights, spec, found) -> np.ndarray:
    """The sum of the absolute values of all terms of y: half a last bit of it is what float32 cannot tell of y.

    A small hidden_size leaves y few numbers, or the same one for all tokens, which may be what is left of terms that
    cancel.
    """
    x = x.astype(np.float64)
    total = np.zeros(x.shape)
    for expert in range(spec.num_experts):
        rows, slot = np.nonzero(found.indices == expert)
        share = found.weights[rows, slot, None].astype(np.float64)
        b1, b2 = (0, 0) if weights.b1 is None else (weights.b1[expert], weights.b2[expert])
        h = oracle.activate((share if spec.scale_input else 1) * (x[rows] @ weights.w1[expert]) + b1, spec)
        total[rows] += (1 if spec.scale_input else share) * (np.abs(h) @ np.abs(weights.w2[expert]) + np.abs(b2))
    if spec.shared_intermediate_size:
        total += np.abs(oracle.activate(x @ weights.shared_w1.astype(np.float64), spec)) @ np.abs(weights.shared_w2)
    return total


def soak(cases: int, seed: int, first_library: int = 0, limit_s: float = float("inf"), progress=None) -> dict:
    """Run `cases` cases, or as many as `limit_s` allows; what was run.

    Raises
    ------
    AccuracyError
        At the first wrong result.
    """
    start, done, library = time.perf_counter(), 0, first_library
    plain = MoeSpec(8, 8, 2)
    targets = [
        target
        for target in available()
        if space.why_illegal(
            plain,
            target,
            space.layouts(plain, target)[0],
            space.default(plain, target, space.layouts(plain, target)[0], 1, machine()),
        )
        is None
    ]
    by_target: dict[str, int] = {}
    worst, unsettled = 0.0, 0
    while done < cases and time.perf_counter() - start < limit_s:
        draw = random.Random(f"{seed} {library}")
        target = draw.choice(targets)
        spec = drawn_spec(draw)
        layout = draw.choice(space.layouts(spec, target))
        try:
            configs = {bucket: drawn_config(draw, spec, target, layout) for bucket in BUCKETS}
            built = build(spec, target, layout, configs)
            kernel = Kernel(built.folder, built.library, spec, target, layout)
            for i in range(min(CASES_PER_LIBRARY, cases - done)):
                routing = draw.choice(oracle.HARD_ROUTINGS + oracle.TOKEN_ROUTINGS)
                found = one_case(draw, kernel, spec, routing, library * CASES_PER_LIBRARY + i)
                done += 1
                by_target[target.name] = by_target.get(target.name, 0) + 1
                unsettled += found is None
                worst = max(worst, found or 0.0)
        except Exception as error:
            alone = f"run it alone with --first-library {library} --cases {CASES_PER_LIBRARY}"
            error.args = (f"library {library} of seed {seed} ({alone}), {target.name}, {spec}: {error}",)
            raise
        library += 1
        if progress:
            progress(done, time.perf_counter() - start)
    return {
        "seed": seed,
        "cases": done,
        "libraries": library - first_library,
        "first_library": first_library,
        "by_target": by_target,
        "worst_error_over_tolerance": worst,
        "unsettled": unsettled,
        "seconds": round(time.perf_counter() - start, 1),
        "cpu": machine()["cpu"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first-library", type=int, default=0)
    parser.add_argument("--limit-s", type=float, default=float("inf"))
    parser.add_argument("--out", type=pathlib.Path)
    asked = parser.parse_args()
    before = json.loads(asked.out.read_text()) if asked.out and asked.out.exists() else None
    if before and before["seed"] != asked.seed:
        parser.error(f"{asked.out} holds seed {before['seed']}, not {asked.seed}")
    first = before["first_library"] + before["libraries"] if before else asked.first_library
    found = soak(
        asked.cases - (before["cases"] if before else 0),
        asked.seed,
        first,
        asked.limit_s,
        lambda done, seconds: print(f"{done} cases, {seconds:.0f} s", end="\r", flush=True),
    )
    if before:
        found = together(before, found)
    print(json.dumps(found, indent=1))
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=1) + "\n")


def together(one: dict, other: dict) -> dict:
    """What two parts of one run say as one."""
    by_target = {
        name: one["by_target"].get(name, 0) + other["by_target"].get(name, 0)
        for name in {**one["by_target"], **other["by_target"]}
    }
    return {
        **one,
        **{name: one[name] + other[name] for name in ("cases", "libraries", "unsettled", "seconds")},
        "by_target": by_target,
        "worst_error_over_tolerance": max(one["worst_error_over_tolerance"], other["worst_error_over_tolerance"]),
    }


if __name__ == "__main__":
    main()
