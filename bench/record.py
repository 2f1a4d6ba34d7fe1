"""Tune what the suites measure, measure it part by part, and draw the report and README's table from the results.

    python bench/record.py --name NAME [--suite full] [--wrap "taskset -c 0,1"] [--skip-tuning] [--part TEXT ...]

Results lie in bench/results/NAME.json. Each part is a process of its own with --wrap before it, so an interrupted run
goes on with --part. Run it with nothing else on the machine.
"""

from __future__ import annotations

import argparse
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from moegen import artifact  # noqa: E402
from moegen.report import suites  # noqa: E402


def tuned_layers(parts):
    """{spec: token counts} of every problem that moegen's tuned kernels meet in `parts`."""
    wanted: dict = {}
    for part in parts:
        for entry in part.entries:
            if entry.peer == "moegen" and part.name.startswith(("contest", "ablation")):
                wanted.setdefault(entry.problem.spec, set()).add(entry.problem.num_tokens)
    return wanted


def run(wrap, *arguments):
    command = [*wrap, sys.executable, "-m", "moegen.cli", *arguments]
    print("+", shlex.join(command), flush=True)
    return subprocess.run(command, cwd=ROOT).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--name", required=True, help="of the reference machine, such as zen5-2core")
    parser.add_argument("--suite", default="full")
    parser.add_argument("--wrap", default="", help="a command to put before each part")
    parser.add_argument("--part", action="append", default=[], help="only parts whose name holds this")
    parser.add_argument("--skip-tuning", action="store_true")
    parser.add_argument("--timeout", type=float, default=60, help="seconds of search for each layer")
    options = parser.parse_args()
    wrap, file = shlex.split(options.wrap), ROOT / "bench" / "results" / f"{options.name}.json"
    parts = suites.select(suites.parts(options.suite), tuple(options.part))
    failed = []
    for spec, tokens in ({} if options.skip_tuning else tuned_layers(parts)).items():
        command = shlex.split(artifact.tune_command(spec, sorted(tokens)))
        if run(wrap, *command[1:], "--timeout", str(options.timeout)):
            failed.append(f"tuning {spec.key}")
    for part in parts:
        if run(wrap, "bench", "--suite", options.suite, "--part", part.name, "--exact", "--json", str(file)):
            failed.append(part.name)
    run([], "report", "--out", str(ROOT / "build" / "report"), "--readme", str(ROOT / "README.md"))
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; again with --part")


if __name__ == "__main__":
    main()
