"""Thread manners: beside other threads, inside OpenMP, after a fork, on one core; nothing burns between calls."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
from exported import STRICT, library, run

from moegen.spec import MoeSpec

# A layer of the plain-C target, called as `scene` says; prints JSON. Every scene has a process and a time limit.
PRELUDE = """
import json, os, sys, threading, time
import numpy as np
import moegen
from moegen import oracle
spec = moegen.MoeSpec(32, 48, 4, 2)
weights = oracle.make_weights(spec, 1)
x = oracle.make_tokens(spec, 200, 1)
def layer(threads=None):
    import warnings
    warnings.simplefilter("ignore")
    return moegen.load(spec, weights, threads=threads)
def right(y):
    return oracle.check(y, None, x, weights, spec) >= 0
def idle_s(seconds=1.0):
    time.sleep(0.05)
    before = time.process_time()
    time.sleep(seconds)
    return time.process_time() - before
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home that already holds the default artifact of the layer."""
    folder = tmp_path_factory.mktemp("threads") / "home"
    scene("layer()(x)", folder)
    return folder


def scene(code, home, before=(), **environment) -> dict:
    """What a process that runs `code` puts into `said`."""
    program = f"{PRELUDE}\nsaid = {{}}\n{code}\nprint(json.dumps(said))"
    done = subprocess.run(
        [*before, sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "MOEGEN_HOME": str(home), **environment},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_no_core_burns_between_calls(home):
    said = scene(
        "call = layer(4)\nfor _ in range(50): y = call(x)\nsaid['right'] = bool(right(y))\n"
        "call._kernel.wake(4)  # and no call after it\nsaid['idle'] = idle_s()",
        home,
    )
    assert said["right"] and said["idle"] < 0.05


def test_many_python_threads_with_pools_of_several_sizes(home):
    said = scene(
        """
calls = [layer(n) for n in (1, 2, 3, 4)]
wanted = calls[0](x)
wrong = []
def work(i):
    for k in range(40):
        y = calls[(i + k) % 4](x)
        if not np.array_equal(y, wanted): wrong.append(i)
threads = [threading.Thread(target=work, args=(i,)) for i in range(12)]
[t.start() for t in threads]; [t.join() for t in threads]
said["wrong"] = len(wrong); said["right"] = bool(right(wanted)); said["idle"] = idle_s()
""",
        home,
    )
    assert said["wrong"] == 0 and said["right"] and said["idle"] < 0.05


def test_a_forked_child_and_its_parent_go_on(home):
    said = scene(
        """
call = layer(3)
wanted = call(x)
stop = threading.Event()
busy = threading.Thread(target=lambda: [call(x) for _ in iter(stop.is_set, True)])
busy.start()
codes = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        good = all(np.array_equal(call(x), wanted) for _ in range(5)) and np.array_equal(layer(2)(x), wanted)
        os._exit(0 if good else 9)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
stop.set(); busy.join()
said["codes"] = codes; said["same"] = bool(np.array_equal(call(x), wanted))
""",
        home,
    )
    assert said["codes"] == [0] * 8 and said["same"]


def test_one_core_and_more_threads_than_cores(home):
    """The caller never waits for a worker that has no core to run on."""
    first = min(os.sched_getaffinity(0))
    said = scene(
        f"""
os.sched_setaffinity(0, [{first}])
from moegen.backends.cpu.target import default_threads
said["default"] = default_threads()
call, one = layer(8), layer(1)
wanted = one(x)
said["same"] = all(bool(np.array_equal(call(x), wanted)) for _ in range(100))
said["idle"] = idle_s()
""",
        home,
    )
    assert said["default"] == 1 and said["same"] and said["idle"] < 0.05


@contextlib.contextmanager
def one_cpu():
    """A control group whose processes get one CPU's time: its file of processes, or None where it cannot be made."""
    for top, limits in (
        ("/sys/fs/cgroup/cpu", {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "100000"}),
        ("/sys/fs/cgroup", {"cpu.max": "100000 100000"}),
    ):
        group = pathlib.Path(top, f"moegen-test-{os.getpid()}")
        try:
            if "cpu.max" in limits:
                (group.parent / "cgroup.subtree_control").write_text("+cpu")
            group.mkdir()
        except OSError:
            continue
        try:
            for name, limit in limits.items():
                (group / name).write_text(limit)
        except OSError:
            group.rmdir()
            continue
        try:
            yield group / "cgroup.procs"
        finally:
            group.rmdir()  # the processes in it have ended
        return
    yield None


def test_a_control_group_of_one_cpu(home):
    """By a real quota where a control group can be made; else by one that is only told of."""
    with one_cpu() as processes:
        before = ["sh", "-c", f'echo $$ > {processes} && exec "$@"', "sh"] if processes else []
        told = "" if processes else "target._cgroup_cores = lambda: 1.0"
        said = scene(
            f"""
from moegen.backends.cpu import target
{told}
said["default"] = target.default_threads()
call, one = layer(), layer(8)
wanted = call(x)
said["threads"] = call.threads
said["same"] = all(bool(np.array_equal(one(x), wanted)) for _ in range(100))
said["right"] = bool(right(wanted))
said["idle"] = idle_s()
""",
            home,
            before,
            OMP_NUM_THREADS="",
            MOEGEN_NUM_THREADS="",
        )
    assert said["default"] == said["threads"] == 1 and said["same"] and said["right"] and said["idle"] < 0.05


@pytest.mark.parametrize("value, threads", [("1", 1), ("1,2", 1), ("64", None), ("", None), ("none", None)])
def test_omp_num_threads_is_a_limit(home, value, threads):
    code = (
        "from moegen.backends.cpu.target import default_threads\nsaid['threads'] = default_threads()\n"
        "y = layer()(x)\nsaid['right'] = bool(right(y))"
    )
    said = scene(code, home, OMP_NUM_THREADS=value, MOEGEN_NUM_THREADS="")
    free = scene(code, home, OMP_NUM_THREADS="", MOEGEN_NUM_THREADS="")
    assert said["right"] and said["threads"] == (threads or free["threads"])


def test_beside_pytorch(home):
    pytest.importorskip("torch", reason="missing torch: pip install torch")
    said = scene(
        """
import torch
call = layer(2)
wanted = call(x)
a = torch.randn(256, 256)
wrong = []
def work(): wrong.extend(1 for _ in range(50) if not np.array_equal(call(x), wanted))
threads = [threading.Thread(target=work) for _ in range(3)]
[t.start() for t in threads]
for _ in range(100): (a @ a).sum()
[t.join() for t in threads]
said["wrong"] = len(wrong)
""",
        home,
    )
    assert said["wrong"] == 0


def test_inside_an_openmp_region(tmp_path):
    folder = library(tmp_path / "moe", MoeSpec(24, 40, 5, 2), "avx2", (16,), single_file=True)
    caller = os.path.join(os.path.dirname(__file__), "openmp_caller.c")
    run(
        "gcc",
        "-std=c99",
        "-O1",
        "-fopenmp",
        *STRICT.split(),
        f"-I{folder}",
        "-o",
        tmp_path / "caller",
        caller,
        folder / "moe.c",
        "-lm",
        "-pthread",
    )
    for threads in ("4", "1"):
        said = run(tmp_path / "caller", OMP_NUM_THREADS=threads, OMP_WAIT_POLICY="passive").stdout
        wrong, idle = re.fullmatch(r"wrong (\d+), idle ([\d.]+)\n", said).groups()
        assert wrong == "0" and float(idle) < 0.05


def test_many_threads_that_still_wake_do_not_outlive_their_code(home):
    """The interpreter lets go of a library at its end while the pool's threads run it."""
    assert scene("call = layer(2000)\nfor _ in range(2): y = call(x)\nsaid['right'] = bool(right(y))", home)["right"]
