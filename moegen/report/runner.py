"""A suite, part by part, into rows."""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Callable

import numpy as np

from moegen import oracle
from moegen.report import rows, search
from moegen.report.contest import Contest, ContestantLost, Process
from moegen.report.problem import Arrays
from moegen.report.suites import Part


def run(part: Part, head: dict, progress: Callable[[str], None]) -> list[dict]:
    """Measure one part. A study whose process is lost becomes a row that says so."""
    if part.study == "search":
        return search.rows(head)
    if part.study:
        return _study(part, head, progress)
    contest = Contest(list(part.entries), head["threads"], part.rounds, part.seconds, part.roof, progress)
    outcomes = contest.run()
    return [rows.from_outcome(part.name, outcome, head) for outcome in outcomes] + rows.roof_rows(
        part.name, contest.roofs, head
    )


def _study(part, head, progress):
    entry = part.entries[0]
    common = {
        "part": part.name,
        "shape": entry.problem.shape,
        "slice": entry.problem.slice,
        "device": head["device"],
        "threads": head["threads"],
        "commit": head["commit"],
    }
    progress(part.title)
    with tempfile.TemporaryDirectory(prefix="moegen-bench-") as folder:
        folder = pathlib.Path(folder)
        arrays = Arrays(entry.problem, folder)
        process = Process(head["threads"], folder / "log")
        try:
            answer = process.ask(
                "prepare",
                peer=entry.peer,
                options=entry.options,
                problem=entry.problem.to_dict(),
                folder=str(folder),
                threads=head["threads"],
            )
            versions = answer.get("versions", {})
            if answer["ok"]:
                answer = process.ask("prove", to=str(folder / "y.npy"))
            if answer["ok"]:
                error = _error(arrays, folder)
                answer = process.ask("study", name=part.study, **part.arguments) if error is None else error
        except ContestantLost as lost:
            answer = {"ok": False, "failed": str(lost)}
        finally:
            process.close()
    if answer["ok"]:
        return [{**common, **row, "versions": versions} for row in answer["rows"]]
    status, note = next((word, answer[word]) for word in ("missing", "failed", "wrong") if word in answer)
    return [{**common, "impl": entry.peer, "dtype": "f32", "status": status, "note": note}]


def _error(arrays, folder):
    """Why the layer may not be measured; None if it is right."""
    found, allowed = arrays.error(np.load(folder / "y.npy")), oracle.tolerance(arrays.problem.spec)
    return None if found <= allowed else {"ok": False, "wrong": f"relative error {found:.3g} exceeds {allowed:.3g}"}
