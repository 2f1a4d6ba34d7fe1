"""Every weight type on the CPU, from one token to a large batch, beside NumPy, PyTorch and ggml in the same types.

    python bench/cpu_dtypes.py [--tokens 1,4,16,64,2048] [--dtypes f32,bf16,int8,int4] [--rounds 9] [--json FILE]

H=1024 I=4096 K=2 relu; E=16 in f32 and bf16, E=64 in int8 and int4, and E=8 from 1024 tokens on. Contestants take
turns; in a turn each call has other tokens, so that weights come from memory, as in use. The roof is measured in each
round, and percentages are of that: of the read bandwidth, by the least bytes that the experts in use are, and of the
peak of the type's multiply-add. moegen runs its analytic default for each number of tokens. PyTorch and ggml take part
where they are installed (ggml: bench/build_ggml.py). FILE keeps the rows of cells that a later run does not measure
anew.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import pathlib
import sys
import time

for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # NumPy at its best: let it choose its own kernels
    os.environ.pop(name, None)
os.environ["OMP_WAIT_POLICY"] = "passive"  # a pool that spins after its call would slow whoever is next
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np

from moegen import oracle, quantization
from moegen.backends.cpu import target
from moegen.report import rows, stats, tables
from moegen.report.contest import Entry, Outcome
from moegen.report.contestant import package_versions
from moegen.report.peers import registry
from moegen.report.peers.base import Missing
from moegen.report.problem import Problem
from moegen.spec import MoeSpec
from moegen.tune import evidence

DEFAULT = {"variant": "default"}
CONTESTANTS = {  # of each dtype, moegen first: (implementation, options)
    "f32": (("moegen", DEFAULT), ("numpy", {}), ("torch", {}), ("ggml", {})),
    "bf16": (("moegen-bf16", DEFAULT), ("torch-bf16", {}), ("ggml-bf16", {})),
    "f16": (("moegen-f16", DEFAULT), ("ggml", {"kind": "f16"})),
    "int8": (("moegen-int8", DEFAULT), ("ggml-q8_0", {}), ("ggml-q8_0-repacked", {})),
    "int4": (("moegen-int4", DEFAULT), ("ggml-q4_0", {}), ("ggml-q4_0-repacked", {})),
}
HIDDEN, INNER = 1024, 4096
TURN_S = 0.15  # what a turn aims at
INPUTS = 24
LARGE = 1024  # tokens from which on arithmetic binds, not memory


class Contestant:
    """One implementation with the cell's weights: `call(input)` runs it, `answer(y)` is its output as floats."""

    def __init__(self, outcome: Outcome, weights, threads: int):
        known = registry.find(outcome.entry.peer)
        module = known.adapter()
        self.outcome = outcome
        self.call = module.prepare(
            outcome.entry.problem,
            weights.gate,
            weights.w1,
            weights.w2,
            threads,
            **{**known.options, **outcome.entry.options},
        )
        self.convert = getattr(module, "inputs", lambda x: x)
        self.answer = getattr(module, "result", np.asarray)
        outcome.versions = {**package_versions(known.packages), **getattr(module, "versions", dict)()}
        self.inputs: list = []
        self.samples = 1

    def prove(self, inputs, reference) -> bool:
        """Whether the first tokens come out right; takes the inputs and says how many calls fill a turn."""
        self.inputs = [self.convert(x) for x in inputs]
        found = np.array(self.answer(self.call(self.inputs[0])), np.float32)[: len(reference)]
        self.outcome.error = oracle.error(found, reference)
        if not self.outcome.error <= self.outcome.tolerance:
            self.outcome.status = "wrong"
            self.outcome.note = f"relative error {self.outcome.error:.3g} exceeds {self.outcome.tolerance:.3g}"
            return False
        self.samples = int(min(INPUTS, max(1, TURN_S // self._seconds(1))))
        return True

    def turn(self, number: int) -> list[float]:
        """Seconds of each call of round `number`."""
        self._seconds(-1 - number)  # wakes its threads
        return [self._seconds(which) for which in range(self.samples)]

    def _seconds(self, which: int) -> float:
        x = self.inputs[which % len(self.inputs)]
        start = time.perf_counter()
        self.call(x)
        return time.perf_counter() - start


def enter(outcome: Outcome, weights, threads: int) -> Contestant | None:
    """The contestant; None, and why in `outcome`, where it is not installed."""
    try:
        missing = registry.find(outcome.entry.peer).missing()
        if missing:
            raise Missing(missing)
        return Contestant(outcome, weights, threads)
    except Missing as why:
        outcome.status, outcome.note = "missing", str(why)
        return None


def contest(dtype: str, tokens: int, rounds: int, head: dict) -> list[dict]:
    """The rows of one cell."""
    experts, threads = 8 if tokens >= LARGE else 64 if dtype in quantization.INTEGERS else 16, head["threads"]
    plain = MoeSpec(HIDDEN, INNER, experts, 2)
    spec = dataclasses.replace(plain, dtype=dtype)
    problem = Problem(plain, tokens, f"1x{tokens}x{plain.hidden_size}", cold=True, routing="drawn")
    weights = oracle.make_weights(plain)
    outcomes = [
        Outcome(Entry(peer, problem, options), "timed", tolerance=oracle.tolerance(spec))
        for peer, options in CONTESTANTS[dtype]
    ]
    entered = [enter(outcome, weights, threads) for outcome in outcomes]
    inputs = [oracle.make_tokens(plain, tokens, seed) for seed in range(3 if tokens >= LARGE else INPUTS)]
    counts = [
        np.bincount(oracle.choose(oracle.router_logits(x, weights), weights, plain).ravel(), minlength=experts)
        for x in inputs
    ]
    active = [int(np.count_nonzero(each)) for each in counts]
    reference = oracle.forward(inputs[0][:64], weights, plain).y
    del weights
    running = [each for each in entered if each is not None and each.prove(inputs, reference)]
    where, roofs, shares = target.detect(spec), {}, {id(each): [] for each in running}
    for number in range(rounds):
        roof = target.measure_roof(where, spec, threads, 1 << 29)
        roofs[number] = {dtype: roof}
        for place in range(len(running)):
            each = running[(place + number) % len(running)]
            outcome, turn = each.outcome, each.turn(number)
            outcome.by_round[number] = float(np.median(turn))
            outcome.samples += turn
            moved = [evidence.least_bytes(spec, tokens, active[which]) / seconds for which, seconds in enumerate(turn)]
            shares[id(each)].append(
                (
                    100 * float(np.median(moved)) / roof.bytes,
                    100 * spec.flops(tokens) / outcome.by_round[number] / roof.flops,
                )
            )
            outcome.percent_of_roof[number] = max(shares[id(each)][-1])
    for each in running:
        bandwidth, peak = np.median(shares[id(each)], 0)
        each.outcome.extra = {"percent_of_bandwidth": float(bandwidth), "percent_of_peak": float(peak)}
    for outcome in outcomes:
        outcome.counts, outcome.active = counts[0].tolist(), float(np.mean(active))
    part = f"dtypes {dtype} {problem.shape}"
    made = [rows.from_outcome(part, outcome, head) | {"dtype": dtype} for outcome in outcomes]
    return made + rows.roof_rows(part, roofs, head)


def table(found: list[dict]) -> str:
    """A line for each contestant of each cell: its time, moegen's speed over it, and percentages of the roof."""
    lines = []
    for part in dict.fromkeys(row["part"] for row in found):
        roof = next(row for row in found if row["part"] == part and row["impl"] == "roof")
        timed = [row for row in found if row["part"] == part and row["status"] == "timed" and row is not roof]
        ours = next((row for row in timed if row["impl"].startswith("moegen")), None)
        lines.append(f"{part}: {roof['bytes_per_s'] / 1e9:.1f} GB/s, {roof['flops_per_s'] / 1e9:.0f} GOP/s")
        for row in timed:
            ratio = ""
            if ours is not None and row is not ours:
                ratio = "{:.2f}x [{:.2f}, {:.2f}]".format(*stats.speedup(row["by_round"], ours["by_round"]))
            lines.append(
                f"  {row['name']:30} {tables.seconds(row['median_s']):>9} {ratio:20} "
                f"{row['percent_of_bandwidth']:6.1f}% of bandwidth {row['percent_of_peak']:6.1f}% of peak"
            )
        lines += [
            f"  {row['name']:30} {row['status']}: {row['note']}"
            for row in found
            if row["part"] == part and row["status"] != "timed"
        ]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", default="1,4,16,64,2048")
    parser.add_argument("--dtypes", default="f32,bf16,int8,int4")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=target.default_threads())
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    head = rows.header("dtypes", options.threads)
    found: list[dict] = []
    for dtype in options.dtypes.split(","):
        for tokens in map(int, options.tokens.split(",")):
            made = contest(dtype, tokens, options.rounds, head)
            found += made
            print(tables.text(made), flush=True)
            if options.json:
                old = rows.load(options.json) if options.json.exists() else None
                rows.save(options.json, rows.merge(old, {**head, "rows": found}))
    print(table(found))


if __name__ == "__main__":
    main()
