"""Rows as lines of text, and numbers as people read them."""

from __future__ import annotations


def seconds(value: float) -> str:
    """A time with three significant digits and its unit."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= scale:
            return f"{_three(value / scale)} {unit}"
    return f"{_three(value / 1e-9)} ns"


def _three(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def interval(row: dict) -> str:
    """`[low, high]`, with its coverage where that is under 95%."""
    low, high = (seconds(value) for value in row["ci_s"])
    short = f" ({row['ci_coverage']:.0%})" if row["ci_coverage"] < 0.95 else ""
    return f"[{low}, {high}]{short}"


def who(row: dict) -> str:
    """The implementation as tables name it, with its dtype and what tells variants apart."""
    known = row.get("name") or row["impl"]
    label = f", {row['label']}" if row.get("label") and row["label"] not in known else ""
    return f"{known} {row['dtype']}{label}"


def rate(gflops: float) -> str:
    """GFLOP/s, or TFLOP/s from 10,000 on."""
    return f"{_three(gflops / 1e3)} TFLOP/s" if gflops >= 1e4 else f"{_three(gflops)} GFLOP/s"


def sizes(row: dict) -> str:
    """The layer that a row ran, in numbers."""
    spec = row["spec"]
    relu = "" if spec["activation"] == "relu" else f" {spec['activation']}"
    return f"T={row['tokens']} H={spec['H']} I={spec['I']} E={spec['E']} K={spec['K']}{relu}"


def variant(row: dict) -> str:
    """What served a row of moegen: tuned or default; empty for others."""
    tuned = row.get("versions", {}).get("tuned")
    return "" if not tuned else "default variant" if tuned == "default" else "tuned"


def text(rows: list[dict]) -> str:
    """A part's rows, fastest first as they came, and lines for those that were not timed."""
    lines = []
    timed = [row for row in rows if row["status"] == "timed" and row["impl"] != "roof"]
    width = max((len(who(row)) for row in timed), default=0)
    for row in timed:
        facts = [f"{who(row):{width}}  {seconds(row['median_s']):>9} {interval(row)}"]
        if "gflops" in row:
            facts.append(rate(row["gflops"]))
        if "percent_of_roof" in row:
            facts.append(f"{row['percent_of_roof']:.1f}% of the roof")
        if "spread" in row:
            facts.append(f"spread {row['spread']:.0%}, {row['iterations']} calls in {row['rounds']} rounds")
        if "p99_s" in row:
            facts.append(", ".join(f"p{p} {seconds(row[f'p{p}_s'])}" for p in (50, 95, 99)))
        if "success_rate" in row:
            facts.append(
                f"{row['calls_per_s']:.0f} calls/s, {row['success_rate']:.2%} right, "
                f"pool hits {row['pool_hit_rate']:.2%}"
            )
        if row.get("error") is not None:
            facts.append(f"error {row['error']:.1e}")
        if variant(row):
            facts.append(variant(row))
        lines.append("; ".join(facts))
    for row in rows:
        if row["impl"] == "roof":
            lines.append(
                f"roof beside it, {row['dtype']}: {row['flops_per_s'] / 1e9:.0f} GFLOP/s, "
                f"{row['bytes_per_s'] / 1e9:.1f} GB/s read"
            )
        elif row["status"] == "searched":
            best = max(row["importance"], key=row["importance"].get, default="none that the trials tell")
            lines.append(f"{row['shape']} {row['label']}: {len(row['history'])} trials; what mattered most: {best}")
        elif row["status"] != "timed":
            lines.append(f"{who(row)}: {row['status']}: {row['note']}")
    sliced = sorted({row["slice"] for row in rows if row.get("slice")})
    return "\n".join(lines + [f"slice: {words}" for words in sliced])
