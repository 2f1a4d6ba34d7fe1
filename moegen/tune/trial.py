"""One config: built here, proved and timed in the worker; whatever goes wrong becomes the reason of a failed trial."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

from moegen import compile as compiler
from moegen import errors
from moegen.errors import MoegenError
from moegen.tune.worker import Binary

HANG_S = 5.0  # the least a kernel gets before it counts as hanging
SETUP_S = 600.0  # for what runs no generated code: weights, oracle, roof
GRACE_S = 3.0  # after Ctrl-C a measurement may end; then the worker is ended
WORKSPACE_LIMIT = 1 << 30


class TrialFailed(MoegenError):
    """A config that did not build, crashed, hung or gave wrong numbers; the message is the reason that is kept."""


class Interrupted(MoegenError):
    """Ctrl-C came while waiting."""


def cores() -> int:
    """Cores that compilers may have: those that this process may run on."""
    return len(os.sched_getaffinity(0))


def is_of_kernel(error: MoegenError) -> bool:
    """Whether another config may do better: an error that is neither Ctrl-C's nor the home's."""
    return not isinstance(error, (Interrupted, errors.StorageError))


class Stop:
    """Ctrl-C, as something to look at: the first asks the search to end, the second ends the program.

    Used as a context manager; outside the main thread, where Python allows no handlers, it never asks.
    """

    def __init__(self):
        self.asked = False
        self.finishing = False  # while evidence is gathered, which a first Ctrl-C does not cut short
        self._before = None

    @property
    def cuts(self) -> bool:
        """Whether what is being waited for should be given up."""
        return self.asked and not self.finishing

    def __enter__(self):
        try:
            self._before = signal.signal(signal.SIGINT, self._handle)
        except ValueError:
            pass
        return self

    def __exit__(self, *exception):
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _handle(self, number, frame):
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


class Worker:
    """The parent's end of the worker process, which it starts when first needed and again after it was lost.

    Parameters are those of `moegen.tune.worker.Bench`. Close it, or use it as a context manager.
    """

    def __init__(self, stop: Stop, **parameters):
        self._stop = stop
        self._parameters = parameters
        self._process = self._pipe = self._words = None
        self.starts = 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def call(self, method: str, limit_s: float = SETUP_S, **arguments):
        """Have the worker run a method of Bench and return its answer.

        Raises
        ------
        TrialFailed
            If it crashed, took longer than `limit_s`, or met an error that is not moegen's own, such as a GPU's, which
            takes the process's context with it. It is started anew at the next call.
        Interrupted
            If Ctrl-C came and the answer did not within a few seconds.
        MoegenError
            The worker's own, of the same type.
        """
        if self._process is None:
            self._start()
        try:
            self._pipe.send((method, arguments))
            answer = self._receive(limit_s)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise TrialFailed(self._obituary()) from None
        if answer[0] == "ok":
            return answer[1]
        kind = getattr(errors, answer[1], None)
        if kind is None:
            self.close()
            raise TrialFailed(answer[2])
        raise kind(answer[2])

    @property
    def pid(self) -> int | None:
        """The process's id, None while there is none."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._pipe.close()
            self._process.kill()
            self._process.wait()
            self._words.close()
            self._process = None

    def _start(self):
        self._pipe, theirs = multiprocessing.Pipe()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  `close` closes it
        # Its search path is this process's, so that nothing is imported from the current folder that was not here.
        program = (
            f"import sys; sys.path[:] = {[path for path in sys.path if path]!r}\n"
            f"from moegen.tune import worker; worker.main({theirs.fileno()}, {os.getpid()})"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._words,
            start_new_session=True,
        )
        theirs.close()
        self.starts += 1
        self._pipe.send(self._parameters)

    def _receive(self, limit_s):
        end = time.monotonic() + limit_s
        end_after_stop = None
        while not self._pipe.poll(0.05):
            now = time.monotonic()
            if self._stop.cuts:
                end_after_stop = end_after_stop or now + GRACE_S
                if now > end_after_stop:
                    self.close()
                    raise Interrupted("interrupted")
            if now > end:
                self.close()
                raise TrialFailed(f"hung: no answer within {limit_s:.1f} s")
        return self._pipe.recv()

    def _obituary(self):
        try:
            code = self._process.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            code = 0
        self._words.seek(0)
        words = self._words.read().decode(errors="replace").strip().splitlines()
        self.close()
        if code >= 0:
            return f"the worker ended with status {code}" + (f": {words[-1]}" if words else "")
        name = signal.Signals(-code).name
        return f"crashed: {name} ({signal.strsignal(-code)})"


def build(spec, target, layout, configs) -> Binary | MoegenError:
    """A binary, or why there is none; StorageError is raised, since no other config would mend it."""
    try:
        made = compiler.build(spec, target, layout, configs)
    except errors.StorageError:
        raise
    except MoegenError as error:
        return error
    return Binary(str(made.folder), made.library, layout)


def build_all(spec, target, requests: list[tuple], stop: Stop) -> list[Binary | MoegenError]:
    """Build (layout, configs) pairs in parallel, one compiler a core; no timing may run meanwhile.

    Returns the binaries, and in place of those that did not build, why.

    Raises
    ------
    StorageError
        If the builds' folder cannot be written, which no other config would mend.
    Interrupted
        If Ctrl-C came; the compilers got it too, so their failures mean nothing.
    """
    pool = concurrent.futures.ThreadPoolExecutor(cores())
    try:
        futures = [pool.submit(build, spec, target, *request) for request in requests]
        while concurrent.futures.wait(futures, timeout=0.2).not_done:
            if stop.cuts:
                raise Interrupted("interrupted")
        results = [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if stop.cuts and any(isinstance(each, MoegenError) for each in results):
        raise Interrupted("interrupted")
    return results


class BuildsAhead:
    """Compilers that work while kernels are timed, for targets whose timing they do not disturb.

    They leave two cores to what launches kernels, and give way to it. Use it as a context manager.

    Attributes
    ----------
    most : int
        Compilers that work at the same time.
    longest_s : float
        Seconds of the longest build that was taken.
    """

    def __init__(self, spec, target):
        self._spec, self._target = spec, target
        self.most = max(2, cores() - 2)
        self._pool = concurrent.futures.ThreadPoolExecutor(self.most, initializer=_give_way)
        self._pending: dict = {}
        self.longest_s = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._pool.shutdown(wait=False, cancel_futures=True)

    def __len__(self) -> int:
        """Builds that have been started and not been taken."""
        return len(self._pending)

    @property
    def ended(self) -> bool:
        """Whether one can be taken without waiting."""
        return any(future.done() for future in self._pending)

    def start(self, what, layout, configs) -> None:
        """Build (layout, configs), to be told by `take` as `what`."""
        self._pending[self._pool.submit(self._build, layout, configs)] = what

    def _build(self, layout, configs):
        started = time.monotonic()
        return build(self._spec, self._target, layout, configs), time.monotonic() - started

    def take(self, wait_s: float) -> tuple | None:
        """(what, binary or error) of a build that has ended, waiting so long for one; None where none has."""
        for future in concurrent.futures.wait(self._pending, wait_s, concurrent.futures.FIRST_COMPLETED).done:
            built, seconds = future.result()
            self.longest_s = max(self.longest_s, seconds)
            return self._pending.pop(future), built
        return None


def _give_way():
    if sys.platform == "linux":  # where a priority is a thread's own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


@dataclasses.dataclass(frozen=True)
class Plan:
    """How the trials of one bucket are proved and timed, equal for all of them."""

    num_tokens: int  # that are timed: the bucket, or a slice of it
    cases: tuple[tuple[int, str, int], ...]  # that are proved
    budget_s: float = 0.8
    least: int = 5
    most: int = 20


def prove_and_time(worker: Worker, plan: Plan, binary: Binary, incumbent: Binary | None, limit_s: float) -> dict:
    """Prove `binary` on the plan's cases and time it beside `incumbent` (beside itself, where there is none yet).

    Returns Bench.duel's answer with "error", "prove_s" and Bench.prepare's "oracle_s" added.

    Raises
    ------
    TrialFailed
        With the reason, whatever it was.
    """
    try:
        oracle_s = worker.call("prepare", cases=list(plan.cases))["oracle_s"]
        worker.call("pack", binary=incumbent or binary)
        worker.call("make_inputs", binary=incumbent or binary, num_tokens=plan.num_tokens)
        started = time.monotonic()
        error = worker.call("prove", limit_s, binary=binary, cases=list(plan.cases))
        prove_s = time.monotonic() - started
        answer = worker.call(
            "duel",
            3 * plan.budget_s + limit_s,
            binary=binary,
            incumbent=incumbent or binary,
            num_tokens=plan.num_tokens,
            budget_s=plan.budget_s,
            least=plan.least,
            most=plan.most,
        )
    except TrialFailed:
        raise
    except MoegenError as failure:
        if not is_of_kernel(failure):
            raise
        worker.close()  # what fails or computes wrong numbers may have written anywhere
        wrong = isinstance(failure, errors.AccuracyError)
        raise TrialFailed(f"wrong result: {failure}" if wrong else str(failure)) from failure
    return {**answer, "error": error, "prove_s": prove_s, "oracle_s": oracle_s}
