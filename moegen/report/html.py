"""The report as one self-contained HTML page, and its figures as PNGs beside it."""

from __future__ import annotations

import os
import pathlib

from moegen.errors import StorageError
from moegen.report import canvas, claims, plots, readme, tables
from moegen.report.page import environment


def write(results: list[dict], out: str | os.PathLike) -> pathlib.Path:
    """Write `out`/index.html and a PNG for each figure; the page's path.

    Where several results hold the same part on the same device, the first one's is shown.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    out = pathlib.Path(out)
    rows = together(results)
    figures = plots.figures(rows)
    drawn = [
        {"name": name, "caption": caption, "svg": canvas.svg(figure, name)}
        for name, (caption, figure) in figures.items()
    ]
    page = (
        environment()
        .get_template("page.html.j2")
        .render(
            results=results,
            tiles=tiles(rows),
            figures=drawn,
            claims=claims.table(rows),
            contests=contests(rows),
            absent=absent(rows),
        )
    )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, (_, figure) in figures.items():
            canvas.save_png(figure, out / f"{name}.png")
            canvas.close(figure)
        (out / "index.html").write_text(page)
    except OSError as error:
        raise StorageError(f"cannot write {out}: {error.strerror}; give --out a folder you can write") from error
    return out / "index.html"


def together(results: list[dict]) -> list[dict]:
    """All rows, each part of each device from the first file that has it."""
    rows, seen = [], set()
    for result in results:
        parts = {(row["part"], result["device"]) for row in result["rows"]}
        rows += [row for row in result["rows"] if (row["part"], result["device"]) not in seen]
        seen |= parts
    return rows


def tiles(rows: list[dict]) -> list[dict]:
    """The dashboard: a few figures, each with its interval and what it is."""
    made = []
    for part in dict.fromkeys(row["part"] for row in rows if row["part"].startswith("contest")):
        ours = claims.ours(rows, part)
        peers = [
            row
            for row in rows
            if row["part"] == part
            and row["status"] == "timed"
            and row["dtype"] == "f32"
            and not row["impl"].startswith(("moegen", "roof"))
        ]
        if not ours or not peers:
            continue
        best = min(peers, key=lambda row: row["median_s"])
        value = claims.ratio(best, ours)
        if value:
            roof = f", {ours['percent_of_roof']:.0f}% of the roof" if "percent_of_roof" in ours else ""
            made.append(
                {
                    "figure": claims.times(value),
                    "what": f"as fast as {tables.who(best)}, the fastest peer in float32, at "
                    f"{readme.layer(ours)}: {tables.seconds(ours['median_s'])}{roof}",
                }
            )
    return made


def contests(rows: list[dict]) -> list[dict]:
    """Every timed row as a line of the page's big table, by part."""
    made = []
    for part in dict.fromkeys(row["part"] for row in rows):
        timed = [row for row in rows if row["part"] == part and row["status"] == "timed" and row["impl"] != "roof"]
        if timed:
            first = timed[0]
            layer = readme.layer(first) if "spec" in first else first.get("shape", "")
            made.append({"part": part, "layer": layer, "lines": [_line(row) for row in timed]})
    return made


def _line(row):
    return {
        "who": tables.who(row),
        "time": tables.seconds(row["median_s"]),
        "interval": tables.interval(row),
        "speed": tables.rate(row["gflops"]) if "gflops" in row else "",
        "tokens": f"{row['tokens_per_s']:,.0f}" if "tokens_per_s" in row else "",
        "roof": f"{row['percent_of_roof']:.1f}%" if "percent_of_roof" in row else "",
        "spread": f"{row['spread']:.0%}" if "spread" in row else "",
        "calls": f"{row['iterations']} in {row['rounds']}" if "iterations" in row else str(row["rounds"]),
        "error": f"{row['error']:.1e}" if row.get("error") is not None else "",
        "served": tables.variant(row),
        "ours": row["impl"].startswith("moegen"),
    }


def absent(rows: list[dict]) -> list[dict]:
    """What was not timed, and why: each implementation once for each reason."""
    found = {
        (tables.who(row), row["status"], row["note"]): row["shape"]
        for row in reversed(rows)
        if row["status"] in ("missing", "wrong", "failed")
    }
    return [
        {"who": who, "status": status, "note": note, "shape": shape}
        for (who, status, note), shape in reversed(found.items())
    ]
