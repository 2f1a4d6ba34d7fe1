"""Tune the layers that bench/gpu.py measures on this GPU, and put their artifacts where those that ship lie.

    python bench/tune_gpu.py [--seconds 250] [--jobs 3] [--dtype fp8] [--out tuned] [--dry-run] [SHAPE ...]

With nothing else on the GPU. SHAPE is a name of bench/gpu.py's SHAPES; by default all of them but `large`, which takes
most of the GPU's memory, so that it is tuned alone. Shapes of one layer become one artifact with a bucket each, in
every type of bench/gpu.py's DTYPES, or in one of them. Several tuners run at a time: they take turns on the GPU, and
one makes weights and compiles while another measures. An artifact is put there as soon as its tuner ends; the same
command leaves what is tuned as it is (--again tunes it anew).
"""

from __future__ import annotations

import argparse
import concurrent.futures
import pathlib
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import gpu
import record
import ship

from moegen import artifact, backends
from moegen.errors import TargetError

LEFT_OUT = ("large",)
_BEGIN_S = 12  # until a tuner has its weights and the defaults


def layers(names, only=None):
    """{spec: its token counts} of these shapes, a spec for each type, or for `only` one."""
    wanted: dict = {}
    for name in names:
        for dtype in (dtype for dtype in gpu.dtypes_of(name) if only in (None, dtype)):
            wanted.setdefault(gpu.spec_of(name, dtype), set()).add(gpu.SHAPES[name][0])
    return wanted


def commands(wanted, seconds, trials):
    """(key, arguments of Python) of each layer's tuner, those of most buckets first."""
    share = seconds / max(1, sum(map(len, wanted.values())))
    for spec, tokens in sorted(wanted.items(), key=lambda item: -len(item[1])):
        command = shlex.split(artifact.tune_command(spec, sorted(tokens), "cuda"))
        limits = ["--timeout", f"{_BEGIN_S + share * len(tokens):.0f}", *(["--trials", str(trials)] if trials else [])]
        yield spec.key, ["-m", "moegen.cli", *command[1:], *limits]


def run(key, arguments, out):
    """Run a tuner to its end, print what it said, and ship the artifact at once; whether it failed."""
    began = time.monotonic()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)
    print(
        f"+ python {shlex.join(arguments)}\n{done.stdout}{done.stderr if done.returncode else ''}== {key}: "
        f"{'failed after' if done.returncode else 'took'} {time.monotonic() - began:.0f} s",
        flush=True,
    )
    if done.returncode == 0:
        print(*ship.ship([key], out), sep="\n", flush=True)
    return done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=", ".join(gpu.SHAPES))
    parser.add_argument("--seconds", type=float, default=250, help="of the GPU's time, for all of them together")
    parser.add_argument("--dtype", help="of the weights; by default all that bench/gpu.py measures a shape in")
    parser.add_argument("--trials", type=int, help="configs tried for each bucket")
    parser.add_argument("--jobs", type=int, default=3, help="tuners at a time")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "tuned")
    parser.add_argument("--again", action="store_true", help="tune also what is tuned")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    options = parser.parse_args()
    names = options.shapes or [name for name in gpu.SHAPES if name not in LEFT_OUT]
    unknown = set(names) - set(gpu.SHAPES)
    if unknown:
        parser.error(f"unknown shape {', '.join(sorted(unknown))}; known: {', '.join(gpu.SHAPES)}")
    wanted = layers(names, options.dtype)
    if not wanted:
        parser.error(f"bench/gpu.py measures none of these shapes in {options.dtype}")
    try:
        options.dry_run or backends.find_target("cuda", None)
    except TargetError as error:
        sys.exit(str(error))
    tuned = [] if options.dry_run or options.again else [s for s, t in wanted.items() if record.is_tuned(s, t, "cuda")]
    steps = list(commands({s: t for s, t in wanted.items() if s not in tuned}, options.seconds, options.trials))
    if options.dry_run:
        for _, arguments in steps:
            print(shlex.join(["python", *arguments]))
        return
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        codes = list(pool.map(lambda step: run(*step, options.out), steps))
    print(f"{len(steps)} layers tuned in {time.monotonic() - began:.0f} s", flush=True)
    if tuned:
        print(*ship.ship([spec.key for spec in tuned], options.out), sep="\n")
    failed = [key for (key, _), code in zip(steps, codes) if code]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; the same command tries these again")


if __name__ == "__main__":
    main()
