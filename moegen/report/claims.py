"""What the first documents claimed, beside what is measured here, in the same units."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from moegen.report import stats, tables
from moegen.report.studies import GEMM

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


def counterpart(row: dict, rows: list[dict]) -> dict | None:
    """moegen's row to set `row` beside: of the same part, device and mode, with weights of the same type.

    float64 stands beside float32, which is what moegen computes it in. None for rows of moegen itself.
    """
    if row["impl"].startswith("moegen"):
        return None
    dtype = "f32" if row["dtype"] == "f64" else row["dtype"]
    wanted = (row["part"], dtype, row["mode"], row["device"])
    for other in rows:
        if other["impl"].split("-")[0] != "moegen" or other["status"] != "timed" or "mode" not in other:
            continue
        plain = other.get("label", "") in ("", row.get("label", ""))
        if plain and (other["part"], other["dtype"], other["mode"], other["device"]) == wanted:
            return other
    return None


def by_round(row: dict) -> dict[int, float]:
    return {int(number): seconds for number, seconds in row["by_round"].items()}


def ratio(slow: dict | None, fast: dict | None) -> tuple[float, float, float] | None:
    """How many times faster `fast` is, with its interval, from the rounds that both share; None where a row is missing.

    Rows that keep no rounds (bench/gpu.py's) give the ratio of their medians and, as its interval, what the ends of
    both intervals allow, which is wider.
    """
    if not slow or not fast:
        return None
    if not slow.get("by_round") and not fast.get("by_round"):
        low, high = slow["ci_s"][0] / fast["ci_s"][1], slow["ci_s"][1] / fast["ci_s"][0]
        return slow["median_s"] / fast["median_s"], low, high
    if not set(slow["by_round"]) & set(fast["by_round"]):
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
        return lines + _on_gpu(rows)

    return measure


def _on_gpu(rows):
    """The same layer on a GPU, where bench/gpu.py was run: its shape `compare`."""
    lines = []
    for row in rows:
        mine = counterpart(row, rows) if row["part"] == "gpu compare" and row["status"] == "timed" else None
        value = ratio(row, mine)
        if value:
            text = f"{times(value)} over {tables.who(row)} on {row['device']}"
            lines.append((text, f"{row['dtype']} / {mine['dtype']}"))
    return lines


def _fastest(rows):
    timed = [
        row
        for row in rows
        if row["impl"].startswith("moegen") and row["status"] == "timed" and {"tokens_per_s", "spec"} <= set(row)
    ]
    here = [row for row in timed if row["part"] == f"contest {COMPARED}"]
    best = [max(rows, key=lambda row: row["tokens_per_s"]) for rows in (here, timed) if rows]
    lines = []
    for row in [pick(rows, f"contest {COMPARED}", "moegen"), *best, pick(rows, "gpu compare", "moegen", "graph")]:
        if row is None or not {"tokens_per_s", "spec"} <= set(row):
            continue
        line = (f"{row['tokens_per_s']:,.0f} tokens/s at {tables.sizes(row)} on {row['device']}", row["dtype"])
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


def _both(*measures):
    return lambda rows: [line for measure in measures for line in measure(rows)]


def _pool(say):
    """Lines that `say` makes of the rows with the pool and without it."""

    def measure(rows):
        kept, fresh = (pick(rows, "pool", "moegen", label) for label in ("pool", "allocated at each call"))
        return [(line, "f32") for line in say(kept, fresh)] if kept and fresh else []

    return measure


def _pool_time(kept, fresh):
    return [f"{times(ratio(fresh, kept))} over allocating at each call"]


def _pool_allocations(kept, fresh):
    calls = kept["iterations"]
    return [f"{kept['allocations']} workspace allocations in {calls} calls, against {fresh['allocations']}"]


def _pool_spikes(kept, fresh):
    spikes = f"{kept['spikes']} calls of {kept['iterations']} over twice the median, against {fresh['spikes']}"
    numbers = [
        f"{row['label']}: " + ", ".join(f"p{p} {tables.seconds(row[f'p{p}_s'])}" for p in (50, 95, 99))
        for row in (kept, fresh)
    ]
    return [spikes, *numbers]


def _tuning(rows):
    """How long the searches of the documents' first shape took."""
    lines = []
    for row in rows:
        if row["part"] == "search" and "_h256_i1024_e4_k2_" in row["shape"] and "seconds" in row:
            found = f"{len(row['history'])} trials in {row['seconds'] / 60:.1f} minutes"
            lines.append((f"{found}, {row['label']} of {row['shape'].split('-')[0]}", row["dtype"]))
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
    Claim("SIMD GEMM over scalar", "10-20x", _CLAIMED, "f32", _both(_micro(GEMM), _without("simd gemm"))),
    Claim("constants known at compile time", "2.0x", _CLAIMED, "f32", _without("constants")),
    Claim("of it, unrolling", "25%", _CLAIMED, "f32", _without("unrolling")),
    Claim("of it, constant propagation", "30%", _CLAIMED, "f32", _without("constants")),
    Claim("of it, branches", "40%", _CLAIMED, "f32", _without("no branches")),
    Claim("memory pool", "20-50% faster", _CLAIMED, "f32", _pool(_pool_time)),
    Claim("memory pool", "half the allocations", _CLAIMED, "f32", _pool(_pool_allocations)),
    Claim("memory pool", "95% fewer latency spikes", _CLAIMED, "f32", _pool(_pool_spikes)),
    Claim("time of tuning", "77 minutes", _CLAIMED, _NUMPY, _tuning),
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
