"""Run the GPU tests and compute-sanitizer on this GPU; keep what came of them, with GPU, driver, versions and commit.

    python bench/gpu_tests.py [--out bench/results/gpu_tests.json] [--logs DIR] [--commit C] [PYTEST ARGUMENT ...]

The tests and the sanitizer's two tools (over bench/gpu_sanitize.py) run at the same time, since none is timed. Their
words lie in DIR as pytest.log, memcheck.log and racecheck.log; those that are there already are read, and do not run.
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
sys.path.insert(0, str(ROOT))

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
    """The layers that ran under a tool, and the errors or hazards it counted; None where it did not end."""
    found = re.search(summary, log)
    return {"layers": re.findall(r"^ran (\S+)$", log, re.MULTILINE), "found": int(found[1]) if found else None}


def run(command, log):
    with log.open("w") as words:
        subprocess.run(command, cwd=ROOT, stdout=words, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--logs", type=pathlib.Path)
    parser.add_argument("--commit", help="of what ran, by default what git says")
    options, others = parser.parse_known_args()
    target = backends.find_target("cuda", None)
    logs = options.logs or pathlib.Path(tempfile.mkdtemp())
    logs.mkdir(parents=True, exist_ok=True)
    commands = {"pytest": [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "tests", *others]}
    for tool in TOOLS:
        commands[tool] = ["compute-sanitizer", "--tool", tool, sys.executable, "bench/gpu_sanitize.py"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        wanted = [name for name in commands if not (logs / f"{name}.log").exists()]
        for running in [pool.submit(run, commands[name], logs / f"{name}.log") for name in wanted]:
            running.result()  # a command that is missing, or took too long, is told
    kept = {
        **rows.header("GPU tests", 1, "cuda"),
        "toolchain": backends.get("cuda").build.toolchain(target),
        **({"commit": options.commit} if options.commit else {}),
        "tests": read_tests((logs / "pytest.log").read_text()),
        "sanitizer": {tool: read_sanitizer((logs / f"{tool}.log").read_text(), TOOLS[tool]) for tool in TOOLS},
    }
    print(json.dumps({name: kept[name] for name in ("tests", "sanitizer")}, indent=1))
    if options.out:
        options.out.write_text(json.dumps(kept, indent=1) + "\n")
    clean = not kept["tests"]["failed"] and all(each["found"] == 0 for each in kept["sanitizer"].values())
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
