"""Copy what was tuned on this machine into tuned/, without libraries, to come with moegen.

    python bench/ship.py [--out tuned] [KEY ...]

Takes the artifacts of MOEGEN_HOME (all, or those whose keys begin so) that have a tuned bucket and run on this machine.
Tune them with nothing else running, as bench/record.py does, and bench/tune_gpu.py, which ships too: so does their
evidence.
"""
from __future__ import annotations

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from moegen import artifact  # noqa: E402


def ship(keys, out):
    """Copy into `out` the tuned artifacts that run here, of these beginnings of keys, all where none is given; folders."""
    for found in artifact.all_artifacts():
        wanted = not keys or any(found.key.startswith(key) for key in keys)
        if wanted and found.tuned and artifact.why_not(found) is None:
            yield artifact.ship(found, out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("keys", nargs="*", metavar="KEY")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "tuned")
    options = parser.parse_args()
    for folder in ship(options.keys, options.out):
        print(folder)


if __name__ == "__main__":
    main()
