"""Interleaved timing of contestants that were proved first.

Every contestant is a process of its own. In each round all take one turn, in an order that rotates; a contestant that
is not on turn is stopped (SIGSTOP), so that no pool of threads that spins while idle slows the next. The roof is
measured beside each round, since a machine drifts. A round's figure is the median of its turn; a result is the median
over rounds with a distribution-free 95% interval.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np

from moegen import oracle
from moegen.backends import Roof
from moegen.report import stats
from moegen.report.peers import registry
from moegen.report.problem import Arrays, Problem
from moegen.tune import evidence

_TURN_S = 0.25  # what one turn aims at; slower calls take one sample a turn
_MOST_SAMPLES = 25
_FEWEST_ROUNDS = 3
_PATIENCE = 1.5  # rounds end at this multiple of what was planned, once each contestant has the fewest
_ANSWER_S = 900.0
_SLOW_OPENBLAS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # these pin NumPy to kernels for another processor
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclasses.dataclass(frozen=True)
class Entry:
    """A contestant: an implementation by its name in the registry, what it computes, and options for its adapter."""

    peer: str
    problem: Problem
    options: dict = dataclasses.field(default_factory=dict)
    label: str = ""  # tells variants of one implementation apart
    threads: int | None = None  # other than the contest's

    @property
    def name(self) -> str:
        return f"{self.peer} {self.label}".strip()


@dataclasses.dataclass
class Outcome:
    """What became of an entry. `status` is timed, missing, wrong or failed; without `timed` there are no times.

    `idle_cpu_s` is the proof that a stopped contestant slowed nobody: the most CPU seconds that its threads used
    between two of its turns, 0 but for a tick of the clock, and not so where SIGSTOP left a pool of threads spinning.
    """

    entry: Entry
    status: str
    note: str = ""
    versions: dict = dataclasses.field(default_factory=dict)
    error: float | None = None
    tolerance: float | None = None
    counts: list[int] = dataclasses.field(default_factory=list)
    active: float = 0.0
    by_round: dict[int, float] = dataclasses.field(default_factory=dict)  # medians of turns
    samples: list[float] = dataclasses.field(default_factory=list)
    percent_of_roof: dict[int, float] = dataclasses.field(default_factory=dict)
    idle_cpu_s: float = 0.0
    peak_rss_bytes: int = 0
    extra: dict = dataclasses.field(default_factory=dict)  # what the adapter tells of memory

    @property
    def interval(self) -> stats.Interval:
        return stats.median_interval(list(self.by_round.values()))


class ContestantLost(Exception):
    """A contestant ended, or did not answer in time; the message says which."""


class Process:
    """A contestant's process, stopped whenever it is not asked anything."""

    def __init__(self, threads: int, log: pathlib.Path):
        request_read, self._requests = os.pipe()
        self._answers, answer_write = os.pipe()
        environment = {k: v for k, v in os.environ.items() if k not in _SLOW_OPENBLAS}
        environment.update({name: str(threads) for name in _THREAD_VARIABLES}, TF_CPP_MIN_LOG_LEVEL="2")
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "moegen.report.contestant", str(request_read), str(answer_write)],
                env=environment,
                pass_fds=(request_read, answer_write),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        os.close(request_read)
        os.close(answer_write)
        self.log, self._paused_at = log, None
        self.idle_cpu_s = 0.0

    def ask(self, do: str, timeout_s: float = _ANSWER_S, **arguments) -> dict:
        """One request and its answer; the process runs only in between.

        Raises
        ------
        ContestantLost
            If the process ended or did not answer in time.
        """
        self._resume()
        try:
            os.write(self._requests, (json.dumps({"do": do, **arguments}) + "\n").encode())
            return json.loads(self._line(timeout_s))
        except BrokenPipeError:
            raise ContestantLost(self._why()) from None
        finally:
            self._pause()

    def _line(self, timeout_s):
        parts, deadline = [], time.monotonic() + timeout_s
        while not parts or not parts[-1].endswith(b"\n"):
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise ContestantLost(f"no answer within {timeout_s:g} s")
            parts.append(os.read(self._answers, 1 << 16))
            if not parts[-1]:
                raise ContestantLost(self._why())
        return b"".join(parts)

    def _why(self):
        code = self._process.wait()
        words = self.log.read_text(errors="replace").strip().splitlines()
        return (
            f"ended with {signal.Signals(-code).name if code < 0 else code}: {words[-1][:300] if words else 'no words'}"
        )

    def _resume(self):
        if self._paused_at is not None:
            self.idle_cpu_s = max(self.idle_cpu_s, self.cpu_s() - self._paused_at)
        self._signal(signal.SIGCONT)

    def _pause(self):
        self._signal(signal.SIGSTOP)
        self._paused_at = self.cpu_s()

    def _signal(self, number):
        if self._process.poll() is None:
            self._process.send_signal(number)

    def cpu_s(self) -> float:
        """CPU seconds that all threads of the process have used; 0 once it has ended."""
        try:
            fields = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for descriptor in (self._requests, self._answers):
            os.close(descriptor)


class Contest:
    """Entries that are timed against each other.

    Parameters
    ----------
    entries : list of Entry
    threads : int
    rounds : int
        At most; slow contestants take part in fewer, at least 3, where `seconds` demands it.
    seconds : float
        What timing may take, half as much again on a busy machine; proofs and builds come on top.
    roof : bool
        Whether the roof is measured beside each round.
    progress : callable(str), optional
    """

    def __init__(
        self,
        entries: list[Entry],
        threads: int,
        rounds: int = 15,
        seconds: float = 60.0,
        roof: bool = True,
        progress: Callable[[str], None] = lambda text: None,
    ):
        self.entries, self.threads, self.rounds, self.seconds = entries, threads, rounds, seconds
        self.with_roof, self.progress = roof, progress
        self.roofs: dict[int, dict[str, Roof]] = {}  # by round and dtype
        self._open: list[Process] = []
        self._roof: Process | None = None
        self._arrays: dict[str, Arrays] = {}

    def run(self) -> list[Outcome]:
        with tempfile.TemporaryDirectory(prefix="moegen-bench-", dir=_scratch(self.entries)) as folder:
            self._folder = pathlib.Path(folder)
            try:
                return self._run()
            finally:
                for process in self._open:
                    process.close()

    def _run(self):
        outcomes, running = [], []
        for index, entry in enumerate(self.entries):
            self.progress(f"proving {entry.name}")
            outcome, process, call_s = self._enter(index, entry)
            outcomes.append(outcome)
            if process is not None:
                running.append((outcome, process, call_s))
            elif outcome.note:
                self.progress(f"{entry.name}: {outcome.status}: {outcome.note}")
        self._roof = self._start(self.threads, "roof") if self.with_roof and running else None
        plans = plan([call_s for _, _, call_s in running], self.rounds, self.seconds)
        running = [(*each, *planned) for each, planned in zip(running, plans)]
        deadline = time.monotonic() + _PATIENCE * self.seconds
        for number in range(self.rounds):
            if time.monotonic() > deadline and all(len(each[0].by_round) >= _FEWEST_ROUNDS for each in running):
                self.progress(f"time is up after {number} of {self.rounds} rounds")
                break
            turns = [each for each in running if number % each[-1] == 0]
            if not turns:
                continue
            self.progress(f"round {number + 1} of {self.rounds}")
            self._measure_roof([turn[0] for turn in turns], number)
            shift = number % len(turns)
            for outcome, process, call_s, samples, _ in turns[shift:] + turns[:shift]:
                self._turn(outcome, process, call_s, samples, number)
                if outcome.status != "timed":
                    self.progress(f"{outcome.entry.name}: {outcome.status}: {outcome.note}")
                    self._drop(process)
            running = [each for each in running if each[0].status == "timed"]
        return outcomes

    def _start(self, threads, name):
        process = Process(threads, self._folder / f"{name}.log")
        self._open.append(process)
        return process

    def _drop(self, process):
        self._open.remove(process)
        process.close()

    def _enter(self, index, entry):
        """Start, prepare and prove one entry: (outcome, its process or None, seconds of a call)."""
        threads = entry.threads or self.threads
        missing = registry.find(entry.peer).missing()
        if missing:
            return Outcome(entry, "missing", missing), None, 0.0
        arrays = self._arrays_of(entry.problem)
        outcome = Outcome(
            entry, "timed", tolerance=self._tolerance(entry), counts=arrays.counts.tolist(), active=arrays.active
        )
        process = self._start(threads, f"contestant{index}")
        try:
            made = process.ask(
                "prepare",
                peer=entry.peer,
                options=entry.options,
                problem=entry.problem.to_dict(),
                folder=str(arrays.folder),
                threads=threads,
            )
            outcome.versions, outcome.extra = made.get("versions", {}), made.get("extra", {})
            answer = process.ask("prove", to=str(self._folder / "y.npy")) if made["ok"] else made
            if not answer["ok"]:
                outcome.status, outcome.note = next((s, answer[s]) for s in ("missing", "failed") if s in answer)
            else:
                outcome.error = arrays.error(np.load(self._folder / "y.npy"))
                if not outcome.error <= outcome.tolerance:
                    outcome.status = "wrong"
                    outcome.note = f"relative error {outcome.error:.3g} exceeds {outcome.tolerance:.3g}; not timed"
        except ContestantLost as lost:
            outcome.status, outcome.note = "failed", str(lost)
        if outcome.status != "timed":
            self._drop(process)
            return outcome, None, 0.0
        return outcome, process, answer["call_s"]

    def _arrays_of(self, problem):
        fields = {k: v for k, v in problem.to_dict().items() if k not in ("shape", "slice", "cold")}
        fields["spec"]["dtype"] = "f32"
        key = json.dumps(fields, sort_keys=True)
        if key not in self._arrays:
            folder = self._folder / f"arrays{len(self._arrays)}"
            folder.mkdir()
            self._arrays[key] = Arrays(problem, folder)
        return self._arrays[key]

    def _tolerance(self, entry):
        dtype = registry.find(entry.peer).dtype
        return oracle.tolerance(dataclasses.replace(entry.problem.spec, dtype="f32" if dtype == "f64" else dtype))

    def _measure_roof(self, running, number):
        """Of this round, one for each dtype; none from the round on in which its process is lost."""
        if self._roof is None:
            return
        self.roofs[number] = {}
        for dtype in sorted({registry.find(outcome.entry.peer).dtype for outcome in running} - {"f64"}):
            spec = dataclasses.replace(self.entries[0].problem.spec, dtype=dtype)
            try:
                answer = self._roof.ask("roof", spec=dataclasses.asdict(spec), threads=self.threads)
            except ContestantLost as lost:
                self.progress(f"no roof from here on: {lost}")
                self._drop(self._roof)
                self._roof = None
                return
            if answer["ok"]:
                self.roofs[number][dtype] = Roof(answer["flops"], answer["bytes"])
            elif number == 0:
                self.progress(f"no roof for {dtype}: {answer.get('missing') or answer['failed']}")

    def _turn(self, outcome, process, call_s, samples, number):
        try:
            answer = process.ask("sample", samples=samples, warm=int(call_s < 1.0), most_s=2 * _TURN_S)
        except ContestantLost as lost:
            answer = {"ok": False, "failed": str(lost)}
        if not answer["ok"]:
            outcome.status, outcome.note = "failed", answer.get("failed") or answer["missing"]
            return
        median = float(np.median(answer["times_s"]))
        outcome.by_round[number] = median
        outcome.samples += answer["times_s"]
        outcome.peak_rss_bytes = answer["peak_rss_bytes"]
        outcome.idle_cpu_s = process.idle_cpu_s
        dtype = registry.find(outcome.entry.peer).dtype
        if dtype in self.roofs.get(number, {}) and outcome.entry.threads in (None, self.threads):
            problem = outcome.entry.problem
            outcome.percent_of_roof[number] = evidence.percent_of_roof(
                dataclasses.replace(problem.spec, dtype=dtype),
                problem.num_tokens,
                outcome.active,
                self.roofs[number][dtype],
                median,
            )


def plan(calls_s: list[float], rounds: int, seconds: float) -> list[tuple[int, int]]:
    """(samples a turn, every how many rounds) for contestants whose call takes that long.

    Each gets an equal share of `seconds`. Who cannot do every round in its share does every second, third ... one,
    but 3 in all at least.
    """
    plans = []
    for call in calls_s:
        share = seconds / len(calls_s)
        samples = int(min(_MOST_SAMPLES, max(1, _TURN_S // max(call, 1e-9), 1)))
        turn = call * (samples + (call < 1.0))
        every = max(1, int(np.ceil(rounds * turn / share)))
        plans.append((samples, min(every, max(1, rounds // _FEWEST_ROUNDS))))
    return plans


def _scratch(entries: list[Entry]) -> str | None:
    """Memory-backed scratch space where all arrays fit into half of it, else the system's own."""
    shared = pathlib.Path("/dev/shm")
    need = sum(
        {
            id(e.problem): e.problem.weight_bytes + 16 * e.problem.num_tokens * e.problem.spec.hidden_size
            for e in entries
        }.values()
    )
    if not shared.is_dir() or not os.access(shared, os.W_OK):
        return None
    status = os.statvfs(shared)
    return str(shared) if need < status.f_bavail * status.f_frsize / 2 else None
