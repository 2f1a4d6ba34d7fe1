"""Run the GPU tests and compute-sanitizer on this GPU; keep what came of them, with GPU, driver, versions and commit.

    python bench/gpu_tests.py [--out bench/results/gpu_tests.json] [--logs DIR] [--commit C] [PYTEST ARGUMENT ...]
    python bench/gpu_tests.py --no-sanitizer -k devices      # on a machine with two GPUs

The tests and the sanitizer's two tools (over bench/gpu_sanitize.py) run at the same time, since none is timed. Their
words lie in DIR as pytest.log, memcheck.log and racecheck.log; those that are there already are read, and do not run.
Exits with 1 unless tests passed and none failed, and each tool saw all layers that this GPU runs and found nothing.
With --no-sanitizer there are the tests alone.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import gpu_sanitize

from moegen import backends
from moegen.report import rows

TOOLS = {"memcheck": r"ERROR SUMMARY: (\d+) errors?", "racecheck": r"RACECHECK SUMMARY: (\d+) hazards?"}
SECONDS = 1800  # after which a command is stopped


def read_tests(log: str) -> dict:
    """Counts of a pytest run, its seconds, and what failed."""
    last = re.search(r"^(?:=+ )?((?:\d+ \w+,? ?)+) in ([\d.]+)s", log, re.MULTILINE)
    if last is None:
        raise ValueError("pytest's log has no line that counts its tests")
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", last[1])}
    failed = sorted(re.findall(r"^(?:FAILED|ERROR) (\S+)", log, re.MULTILINE))
    return {"counts": counts, "seconds": float(last[2]), "failed": failed}


def read_sanitizer(log: str, summary: str) -> dict:
    """The layers that ran under a tool, those left out, and the errors or hazards it counted; None if it did not.

    And the kernels that it found them in.
    """
    found = re.search(summary, log)
    ran, left_out = (re.findall(line, log, re.MULTILINE) for line in (r"^ran (\S+)$", r"^left out: (\S+)"))
    where = sorted(set(re.findall(r"\bat (\w+)(?:\([^)]*\))?\+0x", log)))
    return {"layers": ran, "left_out": left_out, "found": int(found[1]) if found else None, "where": where}


def run(command, log) -> int:
    """The exit code of a command whose words go to a file."""
    with log.open("w") as words:
        return subprocess.run(command, cwd=ROOT, stdout=words, stderr=subprocess.STDOUT, timeout=SECONDS).returncode


def complaints(tests: dict, sanitizer: dict, codes: dict) -> list[str]:
    """Why this is no clean run. `codes` are the exit codes of what ran now, by name."""
    found = [f"{name} ended with {code}" for name, code in codes.items() if code]
    found += [f"{name} failed" for name in tests["failed"]]
    found += [] if tests["counts"].get("passed") else ["no test passed"]
    keys = sorted(spec.key for spec, _, _ in gpu_sanitize.CASES)
    for tool, each in sanitizer.items():
        missed = sorted(set(keys) - {*each["layers"], *each["left_out"]})
        if missed or not each["layers"]:
            found.append(f"{tool} ran {len(each['layers'])} layers, not {', '.join(missed) or 'one'}")
        if each["found"] != 0:
            what = "did not end" if each["found"] is None else f"found {each['found']}"
            found.append(f"{tool} {what}" + (f" in {', '.join(each['where'])}" if each["where"] else ""))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--logs", type=pathlib.Path)
    parser.add_argument("--commit", help="of what ran, by default what git says")
    parser.add_argument("--no-sanitizer", action="store_true", help="run the tests alone")
    options, others = parser.parse_known_args()
    tools = {} if options.no_sanitizer else TOOLS
    target = backends.find_target("cuda", None)
    logs = options.logs or pathlib.Path(tempfile.mkdtemp())
    logs.mkdir(parents=True, exist_ok=True)
    head = rows.header("GPU tests", 1, "cuda", options.commit)
    commands = {"pytest": [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "tests", *others]}
    for tool in tools:
        commands[tool] = ["compute-sanitizer", "--tool", tool, sys.executable, "bench/gpu_sanitize.py"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        wanted = [name for name in commands if not (logs / f"{name}.log").exists()]
        running = {name: pool.submit(run, commands[name], logs / f"{name}.log") for name in wanted}
        codes = {name: each.result() for name, each in running.items()}  # what is missing, or took too long, is told
    kept = {
        **head,
        "toolchain": backends.get("cuda").build.toolchain(target),
        "tests": read_tests((logs / "pytest.log").read_text()),
        "sanitizer": {tool: read_sanitizer((logs / f"{tool}.log").read_text(), TOOLS[tool]) for tool in tools},
    }
    print(json.dumps({name: kept[name] for name in ("tests", "sanitizer")}, indent=1))
    if options.out:
        options.out.write_text(json.dumps(kept, indent=1) + "\n")
    found = complaints(kept["tests"], kept["sanitizer"], codes)
    if found:
        sys.exit(f"not clean: {'; '.join(found)}")


if __name__ == "__main__":
    main()
