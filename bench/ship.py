"""Copy what was tuned on this machine into tuned/, without libraries, to come with moegen.

    python bench/ship.py [--out tuned] [KEY ...]

Takes the artifacts of MOEGEN_HOME (all, or those whose keys begin so) that have a tuned bucket and run on this machine.
Tune them with nothing else running, as bench/record.py does: their evidence ships too.
"""
from __future__ import annotations

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from moegen import artifact  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("keys", nargs="*", metavar="KEY")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "tuned")
    options = parser.parse_args()
    for found in artifact.all_artifacts():
        wanted = not options.keys or any(found.key.startswith(key) for key in options.keys)
        if wanted and found.tuned and artifact.why_not(found) is None:
            print(artifact.ship(found, options.out))


if __name__ == "__main__":
    main()
