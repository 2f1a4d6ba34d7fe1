"""README's table, generated from the recorded results between two markers, so that it cannot drift."""

from __future__ import annotations

import os
import pathlib

from moegen.errors import SpecError, StorageError
from moegen.report import claims, rows, tables

BEGIN, END = "<!-- moegen report: begin -->", "<!-- moegen report: end -->"
_SHOWN = ("contest", "gpu")  # parts of the table
_NO_VERSIONS = ("artifact", "tuned", "gpu", "python")
_BESIDE = 3  # peers of each weight type that a layer's lines show, the fastest


def recorded_folder() -> pathlib.Path:
    return pathlib.Path(__file__).resolve().parents[2] / "bench" / "results"


def recorded(folder: pathlib.Path | None = None) -> list[dict]:
    """The results that are kept in the repository, or in `folder`, by file name; none outside a checkout.

    Raises
    ------
    SpecError
        If a file is damaged.
    """
    found = []
    for path in sorted((folder or recorded_folder()).glob("*.json")):
        try:
            found.append(rows.load(path))
        except rows.NoResultsError:
            continue  # what other scripts record there has forms of its own
    return found


def table(results: list[dict]) -> str:
    """Markdown: for each layer and weight type moegen and the fastest peers; CPUs first, then GPUs; notes below.

    Results without contests of whole layers (of other scripts in bench/) have no line here.
    """
    shown = [result for result in results if any(r["part"].startswith(_SHOWN) for r in result["rows"])]
    ordered = sorted(shown, key=lambda result: result["suite"] == "gpu")
    lines = [
        "| layer | weights | moegen | speed | of the roof | beside it | its time | moegen is |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for result in ordered:
        device = " ".join(result["device"].split(" (")[0].split())
        lines.append(f"| **{device}** | | | | | | | |")
        parts = dict.fromkeys(r["part"] for r in result["rows"] if r["part"].startswith(_SHOWN))
        for part in sorted(parts, key=lambda part: _place(result["rows"], part)):
            lines += _layer_lines([row for row in result["rows"] if row["part"] == part and row["status"] == "timed"])
    return "\n".join([*lines, "", *(note for result in ordered for note in _notes(result))])


def _place(rows, part):
    """Shapes in the order of their sizes: the layer first, then tokens."""
    row = next(row for row in rows if row["part"] == part)
    spec = row.get("spec", {})
    return (
        spec.get("activation", "") != "relu",
        spec.get("H", 0),
        spec.get("I", 0),
        spec.get("E", 0),
        row.get("tokens", 0),
    )


def _layer_lines(timed: list[dict]) -> list[str]:
    """A line for each of the fastest peers that moegen stands beside; its own cells are filled in the first."""
    peers = [(row, claims.counterpart(row, timed)) for row in timed if row["impl"] != "roof"]
    lines, named = [], ""
    for mine in dict.fromkeys(id(mine) for _, mine in peers if mine):
        own = next(other for _, other in peers if id(other) == mine)
        beside = sorted((row for row, other in peers if other is own), key=lambda row: row["median_s"])[:_BESIDE]
        for number, row in enumerate(beside):
            name, left = _layer_cell(own), _own_cells(own) if not number else ["", "", "", ""]
            cells = [name if name != named else "", *left, tables.who({**row, "label": ""}), _time(row)]
            lines.append(f"| {' | '.join(cells)} | {claims.times(claims.ratio(row, own))} as fast |")
            named = name
    return lines


def _own_cells(row):
    roof = f"{row['percent_of_roof']:.0f}%" if "percent_of_roof" in row else ""
    tuned = ", default" if tables.variant(row) == "default variant" else ""
    return [row["dtype"] + tuned, _time(row), tables.rate(row["gflops"]), roof]


def _time(row):
    return f"{tables.seconds(row['median_s'])} {tables.interval(row)}"


def _layer_cell(row):
    if "spec" not in row:
        return row["shape"]
    return tables.sizes(row) + (f", a slice of {row['shape']}" if row["slice"] else "")


def layer(row: dict) -> str:
    """Sizes in words: T, H, I, E, K, and the slice where there is one."""
    if "part" in row and row["part"].startswith("gpu"):
        return f"{row['shape']} of bench/gpu.py"
    spec = row["spec"]
    text = f"{row['shape']} (I={spec['I']} E={spec['E']} K={spec['K']})"
    return f"{text}, slice: {row['slice']}" if row["slice"] else text


def _notes(result: dict) -> list[str]:
    """What was measured on, with what, and what was cut."""
    timed = [row for row in result["rows"] if row["status"] == "timed"]
    versions = dict(pair for row in timed for pair in row.get("versions", {}).items() if pair[0] not in _NO_VERSIONS)
    listed = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    commits = ", ".join(dict.fromkeys(row["commit"] for row in timed))
    head = f"{result['device']}, commit {commits}"
    if result["suite"] == "gpu" and not result["started"]:
        return [
            (
                f"{head}, by bench/gpu.py, moegen with its default configs or the fastest of a few (--search): medians "
                f"with 95% intervals, CUDA graphs replayed; ratios with the interval that both allow. {listed}."
            ),
            "",
        ]
    slices = dict.fromkeys(
        f"{tables.sizes(row)}: {row['slice']}"
        for row in timed
        if row.get("slice") and row["part"].startswith("contest")
    )
    cut = f" Slices: {'; '.join(slices)}." if slices else ""
    return [
        (
            f"{head}, {result['started'][:10]}, by `moegen bench`: medians over interleaved rounds with 95% intervals; "
            "at 64 tokens and fewer, weights come from memory; peers in float64 stand beside moegen in float32; "
            f"default marks kernels that were not tuned.{cut} Python {result['python']}, {listed}."
        ),
        "",
    ]


def rewrite(path: str | os.PathLike, results: list[dict]) -> None:
    """Put the table of `results` between the markers of the file.

    Raises
    ------
    SpecError
        If the file has no markers.
    StorageError
        If it cannot be written.
    """
    path = pathlib.Path(path)
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SpecError(f"{path} has no lines {BEGIN} and {END}; put them where the table belongs")
    try:
        path.write_text(f"{before}{BEGIN}\n{table(results).strip()}\n{END}{after}")
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
