"""One contestant: a process of its own, so that its threads, allocator and environment are its own too.

`python -m moegen.report.contestant FD_IN FD_OUT` reads one JSON request a line and answers each with one line:

    {"do": "prepare", "peer", "options", "problem", "folder", "threads"}   -> {"versions"} or {"missing"}
    {"do": "prove", "to": FILE}                            -> writes y (N,T,H), seconds of a call
    {"do": "sample", "samples", "warm", "most_s"}          -> {"times_s": [...]}
    {"do": "roof", "spec", "threads"}                      -> {"flops", "bytes"}
    {"do": "study", "name", ...}                           -> what `moegen.report.studies` says of a loaded layer

Between requests it blocks in a read; the contest stops the whole process besides, so that spinning pools cost nothing.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.metadata
import json
import os
import pathlib
import resource
import signal
import sys
import time
import traceback

import numpy as np

from moegen.backends.cpu.kernel import flush_caches, forget_sweep
from moegen.report.peers import registry
from moegen.report.peers.base import Missing
from moegen.report.problem import Problem, load_arrays

_PR_SET_PDEATHSIG = 1
_ESTIMATE_S, _ESTIMATE_CALLS = 0.05, 5
_ROOF_BYTES = 1 << 28  # several times the caches; a gigabyte would take longer than the turns beside it


class Contestant:
    """What a contestant can be asked; public methods are the protocol."""

    def __init__(self):
        self.call = self.inputs = self.module = self.problem = None
        self._next = 0

    def prepare(self, peer: str, options: dict, problem: dict, folder: str, threads: int) -> dict:
        _use_cpus(threads)
        entry = registry.find(peer)
        self.module = entry.adapter()
        self.problem = Problem.from_dict(problem)
        gate, w1, w2, x = load_arrays(pathlib.Path(folder))
        convert = getattr(self.module, "inputs", lambda array: array)
        self.call = self.module.prepare(self.problem, gate, w1, w2, threads, **{**entry.options, **options})
        self.inputs = [convert(np.ascontiguousarray(x[i])) for i in range(len(x))]
        return {
            "versions": {**package_versions(entry.packages), **getattr(self.module, "versions", dict)()},
            "extra": getattr(self.module, "memory", lambda call, problem: {})(self.call, self.problem),
        }

    def prove(self, to: str) -> dict:
        back = getattr(self.module, "result", np.asarray)
        start = time.perf_counter()
        np.save(to, np.stack([np.array(back(self.call(x)), np.float32) for x in self.inputs]))
        first = time.perf_counter() - start
        times = [self._timed()]
        while sum(times) < _ESTIMATE_S and len(times) < _ESTIMATE_CALLS:
            times.append(self._timed())
        return {"first_s": first / len(self.inputs), "call_s": min(times)}

    def sample(self, samples: int, warm: int, most_s: float) -> dict:
        for _ in range(warm):
            self._timed()
        if self.problem.cold:
            flush_caches()  # whose memory is made now, before the turn's time counts
        times, start = [], time.perf_counter()
        while len(times) < samples and (not times or time.perf_counter() - start < most_s):
            if self.problem.cold:
                flush_caches()
            times.append(self._timed())
        forget_sweep()  # while others are on turn: a dozen contestants would hold a dozen gigabytes
        return {"times_s": times, "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}

    def roof(self, spec: dict, threads: int) -> dict:
        from moegen import backends
        from moegen.spec import MoeSpec

        _use_cpus(threads)
        spec = MoeSpec(**spec)
        target = backends.find_target("auto", spec)
        roof = backends.get(target.backend).target.measure_roof(target, spec, threads, _ROOF_BYTES)
        return {"flops": roof.flops, "bytes": roof.bytes}

    def study(self, name: str, **arguments) -> dict:
        return importlib.import_module("moegen.report.studies").run(name, self, **arguments)

    def _timed(self) -> float:
        x = self.inputs[self._next % len(self.inputs)]
        self._next += 1
        start = time.perf_counter()
        self.call(x)
        return time.perf_counter() - start


def package_versions(packages) -> dict:
    """Installed versions by package name; packages that are not installed are left out."""
    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _use_cpus(threads: int) -> None:
    """Bind to as many CPUs as there are threads, since not every library has a knob for its pool."""
    allowed = sorted(os.sched_getaffinity(0))
    if threads < len(allowed):
        os.sched_setaffinity(0, allowed[:threads])


def _answer(contestant: Contestant, request: dict) -> dict:
    """A peer may fail in any way a library can; whatever it raises becomes the contest's note beside its row."""
    try:
        return {"ok": True, **getattr(contestant, request.pop("do"))(**request)}
    except (Missing, ImportError) as error:
        return {"ok": False, "missing": str(error)}
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        return {"ok": False, "failed": f"{type(error).__name__}: {error}".splitlines()[0][:400]}


def main() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    requests, answers = os.fdopen(int(sys.argv[1])), os.fdopen(int(sys.argv[2]), "w")
    contestant = Contestant()
    for line in requests:
        print(json.dumps(_answer(contestant, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
