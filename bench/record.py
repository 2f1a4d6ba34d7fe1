"""Tune what a suite measures, measure it part by part, and draw the report and README's table from the results.

    python bench/record.py --name NAME [--suite full] [--tune-minutes 13] [--wrap "taskset -c 0,1"] [--dry-run]

One command with nothing else on the machine: at most 13 minutes of tuning and 30 of measuring for `full`. It says first
what it will do, then how long each step took. Results lie in bench/results/NAME.json. The same command goes on where an
interrupted one stopped: layers that are tuned, and parts measured at this commit, are left as they are (--again does
them anew). `--suite smoke --tune-minutes 0.2` shows within two minutes that all is in place.
"""

from __future__ import annotations

import argparse
import dataclasses
import pathlib
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
sys.path.insert(0, str(ROOT))

from moegen import artifact, backends
from moegen.errors import ArtifactError
from moegen.report import rows, suites
from moegen.report.peers import registry

_BEYOND = 1.35  # what tuning takes beside its search: layouts, builds, the last contest
_DTYPE_WEIGHT = {"f32": 2.0}  # the others get half of the time


def tuned_layers(parts):
    """{spec: token counts} of every layer that moegen's tuned kernels meet in the contests of `parts`, a dtype each."""
    wanted: dict = {}
    for part in parts:
        for entry in part.entries:
            if entry.peer.startswith("moegen") and part.name.startswith(("contest", "ablation")):
                options = {**registry.find(entry.peer).options, **entry.options}
                if options.get("variant") == "default" or options.get("backend", "cpu") != "cpu":
                    continue
                spec = dataclasses.replace(entry.problem.spec, dtype=options.get("dtype", "f32"))
                wanted.setdefault(spec, set()).add(entry.problem.num_tokens)
    return wanted


def shares(layers, seconds):
    """Seconds of search for each layer: by its buckets, those of float32 counting twice."""
    weights = {spec: len(tokens) * _DTYPE_WEIGHT.get(spec.dtype, 1.0) for spec, tokens in layers.items()}
    total = sum(weights.values())
    return {spec: seconds / _BEYOND * weight / total for spec, weight in weights.items()}


def measured(file, commit):
    """Names of the parts that `file` has rows of at `commit`, none of them a wrong or failed one of moegen.

    None at a commit that does not tell what code was measured: unknown, or with changes beside it.
    """
    if not file.exists() or commit == "unknown" or commit.endswith("+"):
        return set()
    found = [row for row in rows.load(file)["rows"] if row["commit"] == commit]
    return {row["part"] for row in found} - {row["part"] for row in rows.amiss(found)}


def is_tuned(spec, tokens, target="auto"):
    """Whether an artifact of this machine's home has every one of these buckets tuned."""
    try:
        found = artifact.existing(spec, backends.find_target(target, spec))
    except ArtifactError:
        return False
    return found is not None and set(tokens) <= set(found.tuned)


def run(wrap, *arguments):
    command = [*wrap, sys.executable, "-m", "moegen.cli", *arguments]
    print("+", shlex.join(command), flush=True)
    return subprocess.run(command, cwd=ROOT).returncode


def minutes(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--name", required=True, help="of the reference machine, such as zen5-2core")
    parser.add_argument("--suite", default="full", choices=suites.SUITES)
    parser.add_argument("--wrap", default="", help="a command to put before each step")
    parser.add_argument("--part", action="append", default=[], help="only parts whose name holds this")
    parser.add_argument("--skip-tuning", action="store_true")
    parser.add_argument("--tune-minutes", type=float, default=13, help="for the tuning of all layers together")
    parser.add_argument("--again", action="store_true", help="tune and measure also what is there")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--results", type=pathlib.Path, help="folder of NAME.json  [default: bench/results]")
    parser.add_argument("--readme", type=pathlib.Path, default=ROOT / "README.md", help="whose table is rewritten")
    options = parser.parse_args()
    wrap, file = shlex.split(options.wrap), ((options.results or RESULTS) / f"{options.name}.json").resolve()
    chosen = suites.select(suites.parts(options.suite), tuple(options.part))
    layers = {} if options.skip_tuning else tuned_layers(chosen)
    done = set() if options.again else measured(file, rows.commit())
    steps = []
    for spec, seconds in shares(layers, 60 * options.tune_minutes).items():
        if options.again or not is_tuned(spec, layers[spec]):
            command = shlex.split(artifact.tune_command(spec, sorted(layers[spec])))
            steps.append((f"tune {spec.key}", _BEYOND * seconds, [*command[1:], "--timeout", f"{seconds:.0f}"]))
    for part in chosen:
        if part.name not in done:
            command = ["bench", "--suite", options.suite, "--part", part.name, "--exact", "--json", str(file)]
            steps.append((part.name, part.expected_s, command))
    total = minutes(sum(seconds for _, seconds, _ in steps))
    print(f"{len(steps)} steps, about {total} in all; {len(done)} parts are there")
    for name, seconds, _ in steps:
        print(f"  {name}: about {minutes(seconds)}")
    if options.dry_run:
        return
    failed, start = [], time.monotonic()
    for number, (name, seconds, command) in enumerate(steps):
        began = time.monotonic()
        code = run(wrap, *command)
        now = time.monotonic()
        left = sum(expected for _, expected, _ in steps[number + 1 :])
        print(
            f"== {number + 1}/{len(steps)} {name}: {'failed after' if code else 'took'} {minutes(now - began)}, "
            f"planned {minutes(seconds)}; {minutes(now - start)} since the start, about {minutes(left)} to go",
            flush=True,
        )
        failed += [name] if code else []
    given = [str(file)] if options.results else []  # else all that is recorded
    code = run([], "report", *given, "--out", str(ROOT / "build" / "report"), "--readme", str(options.readme))
    if failed or code:
        sys.exit(f"failed: {', '.join(failed) or 'the report'}; the same command tries these again")


if __name__ == "__main__":
    main()
