"""Results as JSON: one file a run, one row a figure, each row complete in itself."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import platform
import subprocess
import time
from collections.abc import Iterator

from moegen import backends
from moegen.errors import SpecError, StorageError
from moegen.report import stats
from moegen.report.contest import Outcome
from moegen.report.peers import registry

FORMAT = 1
_CODE = ("moegen", "templates", "bench", ":(exclude)bench/results")
_GPU_NAMES = {
    "grouped_mm": "PyTorch grouped_mm",
    "torch_loop": "PyTorch, a loop over experts",
    "moegen, called": "moegen, from Python",
}


class NoResultsError(SpecError):
    """A file of JSON that is whole, but of another form than results."""


def device(machine: dict, threads: int) -> str:
    """What a row was measured on, in words."""
    return f"{machine['cpu']} ({machine['microarchitecture']}), {threads} thread{'s' if threads > 1 else ''}"


def commit() -> str:
    """The commit of the checkout that moegen runs from, `+` after it if its code differs from it; unknown elsewhere.

    What measures is code, too; what was measured is not.
    """
    folder = pathlib.Path(__file__).resolve().parents[2]

    def git(*arguments):
        return subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        return git("rev-parse", "--short=12", "HEAD") + (
            "+" if git("status", "--porcelain", "-uno", "--", *_CODE) else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def header(suite: str, threads: int, backend: str = "cpu", at: str | None = None) -> dict:
    """What every row of a run has in common; of another backend than the CPU's, with its device and what that is.

    `at` is the commit, where the checkout that runs cannot tell it.
    """
    machine = backends.get("cpu").target.machine()
    machine["memory_bytes"] = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    name = device(machine, threads)
    if backend != "cpu":
        machine |= backends.get(backend).target.machine()
        name = machine["gpu"]
    return {
        "format": FORMAT,
        "suite": suite,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine,
        "device": name,
        "threads": threads,
        "commit": at or commit(),
        "python": platform.python_version(),
    }


def from_outcome(part: str, outcome: Outcome, head: dict) -> dict:
    """A contest's outcome as a row; without times where it was not timed."""
    entry, problem = outcome.entry, outcome.entry.problem
    known = registry.find(entry.peer)
    threads = entry.threads or head["threads"]
    row = {
        "part": part,
        "shape": problem.shape,
        "slice": problem.slice,
        "impl": entry.peer,
        "name": known.label,
        "label": entry.label,
        "dtype": known.dtype,
        "mode": "cold" if problem.cold else "warm",
        "tokens": problem.num_tokens,
        "routing": problem.routing,
        "threads": threads,
        "device": outcome.versions.get("gpu") or device(head["machine"], threads),
        "spec": {
            "H": problem.spec.hidden_size,
            "I": problem.spec.intermediate_size,
            "E": problem.spec.num_experts,
            "K": problem.spec.top_k,
            "activation": problem.spec.activation,
        },
        "status": outcome.status,
        "note": outcome.note,
        "error": outcome.error,
        "tolerance": outcome.tolerance,
        "options": entry.options,
        "versions": outcome.versions,
        "commit": head["commit"],
        "flops": problem.flops,
        "counts": outcome.counts,
    }
    return row | (_figures(outcome) if outcome.status == "timed" else {})


def _figures(outcome: Outcome) -> dict:
    interval, problem = outcome.interval, outcome.entry.problem
    ordered = sorted(outcome.samples)
    figures = {
        "median_s": interval.median,
        "ci_s": [interval.low, interval.high],
        "ci_coverage": interval.coverage,
        "rounds": len(outcome.by_round),
        "iterations": len(ordered),
        "min_s": ordered[0],
        "max_s": ordered[-1],
        "spread": (stats.percentile(ordered, 90) - stats.percentile(ordered, 10)) / interval.median,
        "gflops": problem.flops / interval.median / 1e9,
        "tokens_per_s": problem.num_tokens / interval.median,
        "by_round": {str(number): seconds for number, seconds in outcome.by_round.items()},
        "idle_cpu_s": outcome.idle_cpu_s,
        "peak_rss_bytes": outcome.peak_rss_bytes,
        **outcome.extra,
    }
    if outcome.percent_of_roof:
        figures["percent_of_roof"] = stats.median_interval(list(outcome.percent_of_roof.values())).median
    return figures


def roof_rows(part: str, roofs: dict, head: dict) -> list[dict]:
    """The roofs that stood beside a contest's rounds, a row for each dtype."""
    rows = []
    for dtype in sorted({dtype for by_dtype in roofs.values() for dtype in by_dtype}):
        measured = [by_dtype[dtype] for by_dtype in roofs.values() if dtype in by_dtype]
        flops = stats.median_interval([roof.flops for roof in measured])
        read = stats.median_interval([roof.bytes for roof in measured])
        rows.append(
            {
                "part": part,
                "impl": "roof",
                "name": "roof",
                "dtype": dtype,
                "device": head["device"],
                "threads": head["threads"],
                "commit": head["commit"],
                "status": "timed",
                "flops_per_s": flops.median,
                "flops_ci": [flops.low, flops.high],
                "bytes_per_s": read.median,
                "bytes_ci": [read.low, read.high],
                "rounds": len(measured),
            }
        )
    return rows


def amiss(rows: list[dict]) -> list[dict]:
    """moegen's own rows that are wrong or failed, which no measurement should have."""
    return [row for row in rows if row["impl"].startswith("moegen") and row["status"] in ("wrong", "failed")]


def merge(old: dict | None, new: dict) -> dict:
    """`new`'s header and rows, and those rows of `old` that no row of a part measured anew replaces."""
    if old is None:
        return new
    parts = {row["part"] for row in new["rows"]}
    took = {**old.get("took_s", {}), **new.get("took_s", {})}
    return {**new, "took_s": took, "rows": [row for row in old["rows"] if row["part"] not in parts] + new["rows"]}


def load(path: str | os.PathLike) -> dict:
    """A results file.

    Raises
    ------
    NoResultsError
        If it is JSON of another form, without rows.
    SpecError
        If it cannot be read, is damaged, or is not of this format.
    """
    try:
        results = json.loads(pathlib.Path(path).read_text())
        if isinstance(results, list) and results:
            return _adopt(results)
        if not isinstance(results, dict) or "rows" not in results:
            raise NoResultsError(f"{path} holds no results of `moegen bench --json`: it has no rows")
        if results["format"] == FORMAT and isinstance(results["rows"], list):
            return results
        raise SpecError(f"{path} has results of format {results['format']}, wanted {FORMAT}; run `moegen bench` again")
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(f"{path} holds no results of `moegen bench --json`: {error}") from error


def _adopt(rows: list[dict]) -> dict:
    """The rows of bench/gpu.py as results.

    They are a list of {shape, tokens, spec, impl, dtype, mode, median_s, ci_s, tflops, device, ...}.
    """
    adopted = [
        {
            "part": f"gpu {row['shape']}",
            "label": row["mode"],
            "name": _GPU_NAMES.get(row["impl"], row["impl"]),
            "status": "timed",
            "note": "",
            "slice": "",
            "ci_coverage": 0.95,
            "rounds": 0,
            "by_round": {},
            "gflops": 1e3 * row["tflops"],
            **({"tokens_per_s": row["tokens"] / row["median_s"]} if "tokens" in row else {}),
            **row,
        }
        for row in rows
    ]
    return {
        "format": FORMAT,
        "suite": "gpu",
        "started": "",
        "threads": 1,
        "python": "",
        "device": rows[0]["device"],
        "commit": rows[0]["commit"],
        "rows": adopted,
    }


def save(path: str | os.PathLike, results: dict) -> None:
    """Write by rename, so that a reader never meets half a file.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    path = pathlib.Path(path)
    with _scratch(path) as scratch:
        scratch.write_text(json.dumps(results, indent=1, allow_nan=False) + "\n")
        scratch.replace(path)


def refuse_unusable(path: str | os.PathLike) -> None:
    """Find out before hours of measuring whether results can be merged into `path` and saved.

    Raises
    ------
    SpecError
        If there is a file that holds no results.
    StorageError
        If the folder cannot be written.
    """
    path = pathlib.Path(path)
    if os.path.exists(path):
        load(path)
    with _scratch(path) as scratch:
        scratch.touch()
        scratch.unlink()


@contextlib.contextmanager
def _scratch(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """A name beside `path`, in a folder that is there; errors of writing it are StorageErrors."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path.with_name(f".{path.name}.{os.getpid()}")
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror}; give --json a file in a folder you can write"
        ) from error
