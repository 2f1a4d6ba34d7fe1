"""README's table, generated from the recorded results between two markers, so that it cannot drift."""

from __future__ import annotations

import os
import pathlib

from moegen.errors import SpecError, StorageError
from moegen.report import claims, rows, tables

BEGIN, END = "<!-- moegen report: begin -->", "<!-- moegen report: end -->"
_PARTS = (
    "contest 1x1x1024",
    "contest 8x128x256",
    "contest 32x512x1024",
    "contest 64x1024x2048",
    "contest 128x2048x4096",
    "gpu compare",
    "gpu small",
    "gpu medium",
)


def recorded_folder() -> pathlib.Path:
    return pathlib.Path(__file__).resolve().parents[2] / "bench" / "results"


def recorded(folder: pathlib.Path | None = None) -> list[dict]:
    """The results that are kept in the repository, or in `folder`, by file name; none outside a checkout."""
    found = []
    for path in sorted((folder or recorded_folder()).glob("*.json")):
        try:
            found.append(rows.load(path))
        except SpecError:
            continue  # what other scripts record there has forms of its own
    return found


def table(results: list[dict]) -> str:
    """Markdown: a line for each implementation timed on the documents' shapes."""
    lines = [
        "| layer | implementation | time, 95% interval | GFLOP/s | of the roof | moegen is |",
        "|---|---|---|---|---|---|",
    ]
    notes = []
    for result in results:
        for part in _PARTS:
            timed = [
                row
                for row in result["rows"]
                if row["part"] == part and row["status"] == "timed" and row["impl"] != "roof"
            ]
            ours = claims.ours(timed, part)
            lines += [_line(row, ours) for row in sorted(timed, key=lambda row: row["median_s"])]
        notes.append(_note(result))
    return "\n".join([*lines, "", *notes])


def _line(row: dict, ours: dict | None) -> str:
    value = None if row is ours else claims.ratio(row, ours)
    roof = f"{row['percent_of_roof']:.0f}%" if "percent_of_roof" in row else ""
    return (
        f"| {layer(row)} | {tables.who(row)} | {tables.seconds(row['median_s'])} {tables.interval(row)} "
        f"| {row['gflops']:.0f} | {roof} | {claims.times(value) + ' as fast' if value else ''} |"
    )


def layer(row: dict) -> str:
    """Sizes in words: T, H, I, E, K, and the slice where there is one."""
    if "spec" not in row:
        return f"{row['shape']} of bench/gpu.py"
    spec = row["spec"]
    text = f"{row['shape']} (I={spec['I']} E={spec['E']} K={spec['K']})"
    return f"{text}, slice: {row['slice']}" if row["slice"] else text


def _note(result: dict) -> str:
    threads = result["threads"]
    if result["suite"] == "gpu" and not result["started"]:
        return (
            f"Measured on {result['device']}, commit {result['commit']}, by bench/gpu.py: medians with 95% intervals."
        )
    return (
        f"Measured on {result['device']}, {result['started'][:10]}, commit {result['commit']}: medians over "
        f"interleaved rounds with 95% intervals, {threads} threads; at 64 tokens and fewer, weights come from memory. "
        "Made by `moegen bench` and `moegen report`."
    )


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
        path.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}")
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
