"""Copy what was tuned on this machine into tuned/, without libraries, to come with moegen.

    python bench/ship.py [--out tuned] [KEY ...]

Takes the artifacts of MOEGEN_HOME (all, or those whose keys begin so) that have a tuned bucket and run on this machine,
but none that would take the place of one with tuned buckets that it has not.
Tune them with nothing else running, as bench/record.py does, and bench/tune_gpu.py, which ships too: so does their
evidence.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from moegen import artifact


def wanted(keys, found):
    """Those of the artifacts found that run here, all or those of these beginnings of keys."""
    for each in found:
        if (not keys or any(each.key.startswith(key) for key in keys)) and artifact.why_not(each) is None:
            yield each


def ship(keys, out):
    """Copy into `out` the tuned artifacts that run here, all or those of these beginnings of keys; folders."""
    for found in wanted(keys, artifact.all_artifacts()):
        if not found.tuned:
            continue
        lost = _tuned(out / found.name) - found.tuned
        if lost:
            print(f"{found.name} is left out: what ships is tuned for {', '.join(map(str, sorted(lost)))} tokens too")
            continue
        yield artifact.ship(found, out)


def _tuned(folder):
    """The tuned buckets of what ships in a folder; none where there is nothing."""
    path = folder / "artifact.json"
    return set(json.loads(path.read_text())["tuned"]) if path.exists() else set()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("keys", nargs="*", metavar="KEY")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "tuned")
    options = parser.parse_args()
    for folder in ship(options.keys, options.out):
        print(folder)


if __name__ == "__main__":
    main()
