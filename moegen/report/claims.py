"""What the first documents claimed, beside what is measured here, in the same units."""

from __future__ import annotations

import dataclasses
from typing import Callable

from moegen.report import stats, tables

COMPARED = "8x128x256"
_SIMULATED = "claimed, simulated"
_CLAIMED = "claimed"


@dataclasses.dataclass(frozen=True)
class Claim:
    """One figure of theirs. `measure(rows)` gives lines (text, dtypes) of what was measured; none where nothing was."""

    what: str
    figure: str
    kind: str
    dtype: str
    measure: Callable[[list[dict]], list[tuple[str, str]]]


def pick(rows: list[dict], part: str, impl: str, label: str = "", shape: str | None = None) -> dict | None:
    """The timed row of that name; None where there is none."""
    for row in rows:
        if (
            (row["part"], row["impl"], row.get("label", "")) == (part, impl, label)
            and row["status"] == "timed"
            and shape in (None, row.get("shape"))
        ):
            return row
    return None


def ours(rows: list[dict], part: str) -> dict | None:
    """moegen's row of a contest, on whichever device it ran."""
    return pick(rows, part, "moegen") or pick(rows, part, "moegen-cuda") or pick(rows, part, "moegen", "graph")


def by_round(row: dict) -> dict[int, float]:
    return {int(number): seconds for number, seconds in row["by_round"].items()}


def ratio(slow: dict | None, fast: dict | None) -> tuple[float, float, float] | None:
    """How many times faster `fast` is, with its interval; None where a row is missing or they share no round."""
    if not slow or not fast or not set(slow.get("by_round", ())) & set(fast.get("by_round", ())):
        return None
    return stats.speedup(by_round(slow), by_round(fast))


def times(value: tuple[float, float, float]) -> str:
    middle, low, high = value
    digits = 1 if middle >= 20 else 2
    return f"{middle:.{digits}f}x [{low:.{digits}f}, {high:.{digits}f}]"


def _against(*impls: str):
    def measure(rows):
        part, lines = f"contest {COMPARED}", []
        ours = pick(rows, part, "moegen")
        for impl in impls:
            theirs = pick(rows, part, impl)
            value = ratio(theirs, ours)
            if value:
                lines.append((f"{times(value)} over {tables.who(theirs)}", f"{theirs['dtype']} / {ours['dtype']}"))
        return lines

    return measure


def _fastest(rows):
    timed = [
        row for row in rows if row["impl"].startswith("moegen") and row["status"] == "timed" and "tokens_per_s" in row
    ]
    best = max(timed, key=lambda row: row["tokens_per_s"], default=None)
    ours = [row for row in (pick(rows, f"contest {COMPARED}", "moegen"), best) if row]
    lines = []
    for row in ours:
        spec = row["spec"]
        line = (
            f"{row['tokens_per_s']:,.0f} tokens/s at {row['shape']} (I={spec['I']}, E={spec['E']}, K={spec['K']})",
            row["dtype"],
        )
        if line not in lines:
            lines.append(line)
    return lines


def _micro(*names: str):
    def measure(rows):
        lines = []
        for name in names:
            value = ratio(
                pick(rows, "micro", "ladder", f"{name}: scalar"), pick(rows, "micro", "ladder", f"{name}: SIMD")
            )
            if value:
                lines.append((f"{times(value)}, {name}, one thread, in cache", "f32"))
        return lines

    return measure


def _without(*steps: str):
    """The whole layer with all steps but one, over the layer with all."""

    def measure(rows):
        whole, lines = pick(rows, "ablation", "ladder", "+ threads"), []
        for step in steps:
            value = ratio(pick(rows, "ablation", "ladder", f"without {step}"), whole)
            if value:
                lines.append((f"{times(value)}, the layer with every step over the layer without {step}", "f32"))
        return lines

    return measure


def _pool(rows):
    kept, fresh = (pick(rows, "pool", "moegen", label) for label in ("pool", "allocated at each call"))
    if not kept or not fresh:
        return []
    lines = [
        (f"{times(ratio(fresh, kept))} over allocating at each call", "f32"),
        (
            f"{kept['allocations']} workspace allocations in {kept['iterations']} calls, against {fresh['allocations']}",
            "f32",
        ),
        (f"{kept['spikes']} calls over twice the median, against {fresh['spikes']}", "f32"),
    ]
    for row in (kept, fresh):
        numbers = ", ".join(f"p{p} {tables.seconds(row[f'p{p}_s'])}" for p in (50, 95, 99))
        lines.append((f"{row['label']}: {numbers}", "f32"))
    return lines


def _sparsity(rows):
    dense, sparse = (pick(rows, "sparsity", "moegen", f"K={k}") for k in (8, 2))
    value = ratio(dense, sparse)
    if not value:
        return []
    return [
        (f"{dense['flops'] / sparse['flops']:.2f}x fewer operations by count", "f32"),
        (f"{times(value)} less time than the same layer with all 8 experts", "f32"),
    ]


_NUMPY = "float64 NumPy"
CLAIMS = (
    Claim("speedup of the compiled layer", "7.04x", _CLAIMED, _NUMPY, _against("numpy-f64", "numpy", "torch")),
    Claim("speedup of the compiled layer", "8.57x", _CLAIMED, _NUMPY, _against("numpy-f64", "torch-naive")),
    Claim(
        "speedup of the Mojo kernel",
        "44.7x",
        _SIMULATED,
        "none ran: PyTorch's time divided by 39",
        _against("mojo", "max", "torch-naive"),
    ),
    Claim(
        "speedup of the Mojo kernel",
        "382.87x",
        _SIMULATED,
        "none ran: PyTorch's time divided by 39",
        _against("torch-naive", "torch", "torch-compile"),
    ),
    Claim("throughput", "23,451,277 tokens/s", _SIMULATED, "none ran: PyTorch's time divided by 39", _fastest),
    Claim("SIMD router softmax over scalar", "15-25x", _CLAIMED, "f32", _micro("router softmax (1024 x 64)")),
    Claim("SIMD activation over scalar", "40-60x", _CLAIMED, "f32", _micro("relu (96 x 1024)", "gelu (96 x 1024)")),
    Claim("SIMD GEMM over scalar", "10-20x", _CLAIMED, "f32", _without("simd gemm")),
    Claim("constants known at compile time", "2.0x", _CLAIMED, "f32", _without("constants")),
    Claim("of it, unrolling", "25%", _CLAIMED, "f32", _without("unrolling")),
    Claim("of it, constant propagation", "30%", _CLAIMED, "f32", _without("constants")),
    Claim("of it, branches", "40%", _CLAIMED, "f32", _without("no branches")),
    Claim("memory pool", "20-50% faster, half the allocations, 95% fewer latency spikes", _CLAIMED, "f32", _pool),
    Claim("top-2 of 8 experts against a dense layer", "4x fewer operations", _CLAIMED, "f32", _sparsity),
)


def table(rows: list[dict]) -> list[dict]:
    """CLAIMS with what `rows` say of each."""
    return [
        {
            "what": claim.what,
            "figure": claim.figure,
            "kind": claim.kind,
            "dtype": claim.dtype,
            "measured": claim.measure(rows) or [("not measured in these results", "")],
        }
        for claim in CLAIMS
    ]
