"""Load what ships with moegen as a new user would, from an empty home, and prove every tuned bucket against the oracle.

    python bench/shipped.py [--backend cuda] [--json FILE [--commit C]] [KEY ...]

Of the artifacts in tuned/ that run on this machine, by default on its CPU, those of these beginnings of keys; all where
none is given. Each is built from its configs, on weights and tokens of NumPy, and must serve its buckets without an
UntunedWarning. Exits with 1 where one does not, where any that ships is damaged, or where there is none.
FILE keeps what it says of artifacts that still ship and are not proved now; each of those says its commit. It is
written after each bucket.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile
import time
import warnings

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import ship

import moegen
from moegen import artifact, backends, oracle
from moegen.errors import MoegenError
from moegen.report import rows
from moegen.tune.worker import forms, on_host

_ROWS = 16  # of y, that are compared; all of it is seen to be finite, and all routings are


def prove(found):
    """Of each tuned bucket: tokens, error, tolerance; and the seconds until the layer was loaded.

    The larger error of float32 tokens and of those in the type that users have, where other kernels read that.
    """
    spec, backend = found.spec, found.target.backend
    weights, start = oracle.make_weights(spec, 0), time.perf_counter()
    layer = moegen.load(spec, weights, backend=backend)
    load_s = time.perf_counter() - start
    if layer.artifact.origin != found.sha256:
        raise MoegenError(f"{found.key} was loaded from {layer.artifact.folder}, not built from what ships")
    for tokens in sorted(found.tuned):
        x = backends.get(backend).target.as_used(spec, oracle.make_tokens(spec, tokens, 0))
        error = 0.0
        for given in [x, *forms(layer._kernel, x)[1:]]:
            y, routing = layer(given, return_routing=True)
            y, *routing = map(on_host, (y, routing.indices, routing.weights, routing.counts))
            measured = oracle.check(y, backends.Routing(*routing), x, weights, spec, max_rows=_ROWS, backend=backend)
            error = max(error, measured)
        allowed = oracle.kernel_tolerance(spec, backend)
        yield {
            "key": found.key,
            "target": found.target.name,
            "artifact": found.sha256,
            "tokens": tokens,
            "error": error,
            "tolerance": allowed,
            "load_s": load_s,
        }


def listed(backend):
    """The backend's artifacts of an empty home, and in words what is wrong with each that cannot be read."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        found = artifact.all_artifacts(shipped=True)
    return (
        [each for each in found if each.target.backend == backend],
        [str(warning.message) for warning in caught if warning.category is UserWarning],
    )


def merged(old, new, shipped, tried):
    """A record with, behind its own buckets, those of an older one whose artifacts still ship as they were.

    Not those that have been `tried` now, each a key and a target's name: what failed is not proved any more.
    """
    kept = [
        {**row, **{name: row.get(name, old[name]) for name in ("commit", "started")}}
        for row in old["buckets"]
        if (row["key"], row["target"]) not in tried and row["artifact"] in shipped
    ]
    return {**new, "buckets": sorted(new["buckets"] + kept, key=lambda row: (row["key"], row["tokens"]))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("keys", nargs="*", metavar="KEY")
    parser.add_argument("--backend", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--commit", help="recorded with FILE, by default what git says")
    options = parser.parse_args()
    proved, tried, before = [], set(), None
    if options.json:
        head = rows.header("shipped", 1, options.backend, options.commit)
        before = json.loads(options.json.read_text()) if options.json.exists() else None
    with tempfile.TemporaryDirectory() as home, warnings.catch_warnings():
        os.environ["MOEGEN_HOME"] = home
        warnings.simplefilter("error", moegen.UntunedWarning)
        there, failed = listed(options.backend)
        shipped = {found.sha256 for found in there}

        def keep():
            if options.json:
                record = {**head, "buckets": proved}
                record = merged(before, record, shipped, tried) if before else record
                options.json.write_text(json.dumps(record, indent=1) + "\n")

        for found in ship.wanted(options.keys, there):
            tried.add((found.key, found.target.name))
            try:
                for row in prove(found):
                    proved.append(row)
                    keep()
                    print(
                        f"{found.name}: {row['tokens']} tokens, error {row['error']:.2g} of {row['tolerance']:.2g} "
                        f"allowed, loaded in {row['load_s']:.1f} s",
                        flush=True,
                    )
            except (MoegenError, moegen.UntunedWarning) as error:
                failed.append(found.name)
                print(f"{found.name}: {type(error).__name__}: {error}", flush=True)
                keep()
    if not proved or failed:
        sys.exit(f"failed: {', '.join(failed)}" if failed else "nothing that ships runs on this machine")


if __name__ == "__main__":
    main()
