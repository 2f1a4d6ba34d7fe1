"""From a spec to a published artifact: layout, a search for each token bucket, evidence, proof, publish."""

from __future__ import annotations

import collections.abc
import contextlib
import dataclasses
import math
import numbers
import time

import filelock
import msgspec

from moegen import artifact, backends, paths
from moegen import compile as compiler
from moegen.artifact import Artifact
from moegen.backends import MOST_THREADS, Roof, Target
from moegen.errors import BuildError, MoegenError, SpecError, StorageError, TargetError
from moegen.spec import MoeSpec
from moegen.tune import evidence
from moegen.tune.progress import Progress
from moegen.tune.search import Search, Verdict
from moegen.tune.study import Study, identity
from moegen.tune.trial import (
    HANG_S,
    WORKSPACE_LIMIT,
    BuildsAhead,
    Interrupted,
    Plan,
    Stop,
    Worker,
    build_all,
    is_of_kernel,
)
from moegen.tune.worker import Binary

TRIALS = 40
TIMEOUT_S = 300.0
SLICE_S = 0.6  # what one timed call may take at the roof; more tokens than that are represented by a slice of them
PROOF_FLOPS = 2e10  # of a trial's largest proof, which the oracle needs in float64
LAYOUTS = 4
DEFAULT_APART = 8  # a default variant stands in the table where no tuned bucket is within this factor


def tune(
    spec: MoeSpec,
    target: Target | str | None = None,
    tokens=(1, 512),
    threads: int | None = None,
    trials: int = TRIALS,
    timeout: float = TIMEOUT_S,
    seed: int = 0,
    out=None,
    progress: Progress | None = None,
) -> Artifact:
    """Find, prove and publish the fastest kernel for `spec` on this machine.

    For each token bucket a study asks for configs, each is built, proved against the oracle and timed beside the best
    so far in a process of its own; the best few and the analytic default are then timed again, interleaved, and the
    winner is proved on fresh seeds and hard routings. It is published only if it is faster than the default beyond
    doubt, else the default is. A bucket that the key's artifact already holds stays in it.

    Parameters
    ----------
    spec : MoeSpec
    target : Target or str, optional
        By default the best of this machine.
    tokens : iterable of int
        Token buckets.
    threads : int, optional
        By default the target's own choice.
    trials : int
        Configs tried for each bucket, those of earlier runs included.
    timeout : float
        Seconds for the whole run, evidence included; what has begun is finished, so it may take a little longer.
    seed : int
        Of the search, the weights and the tokens.
    out : path, optional
        The folder that gets the artifact's folder, in place of MOEGEN_HOME's.
    progress : Progress, optional
        Told what happens; by default nobody is.

    Returns
    -------
    Artifact

    Raises
    ------
    SpecError, TargetError, BuildError, AccuracyError, StorageError
        AccuracyError if even the default is wrong; nothing is published then.
    KeyboardInterrupt
        If Ctrl-C came before anything was measured. Later, the first Ctrl-C ends the search and publishes the best.
    """
    request = _request(spec, target, tokens, threads, trials, timeout, seed)
    progress = progress or Progress()
    if out is not None:
        paths.make_folder(artifact.place(spec, request.target, out).parent)
    with _only_tuner(request, progress):
        present = artifact.existing(spec, request.target, out)
        if present is not None and all(_finished(present, request, bucket) for bucket in request.tokens):
            return present
        try:
            with (
                Stop() as stop,
                Worker(
                    stop,
                    spec=spec,
                    target=request.target,
                    threads=request.threads,
                    seed=seed,
                    workspace_limit=WORKSPACE_LIMIT,
                ) as worker,
            ):
                return _Run(request, present, out, progress, stop, worker).all()
        except Interrupted:
            raise KeyboardInterrupt from None
        finally:
            progress.end()


@dataclasses.dataclass(frozen=True)
class _Request:
    spec: MoeSpec
    target: Target
    tokens: tuple[int, ...]
    threads: int
    trials: int
    timeout: float
    seed: int

    @property
    def rooms(self):
        return backends.get(self.target.backend)

    def study_name(self, layout, bucket: int) -> str:
        return identity(
            f"t{bucket}",
            self.spec,
            self.target,
            self.threads,
            bucket=bucket,
            seed=self.seed,
            layout=dataclasses.asdict(layout),
        )


def _request(spec, target, tokens, threads, trials, timeout, seed) -> _Request:
    if not isinstance(spec, MoeSpec):
        raise SpecError(f"spec must be a moegen.MoeSpec, got {type(spec).__name__}")
    if target is not None and not isinstance(target, (str, Target)):
        raise SpecError(f"target must be a moegen target or its name, got {type(target).__name__}")
    if target is None or isinstance(target, str):
        target = backends.find_target(target or "auto", spec)
    room = backends.get(target.backend).target
    reason = room.why_not(target)
    if reason is not None:
        raise TargetError(
            f"this machine cannot run {target.name} code, so it cannot tune it: {reason}; "
            "`moegen doctor` lists what it can run"
        )
    if isinstance(tokens, (str, bytes)) or not isinstance(tokens, collections.abc.Iterable):
        raise SpecError(f"tokens must be an iterable of integers, got {tokens!r}")
    tokens = tuple(sorted({_positive("tokens", each) for each in tokens}))
    if not tokens:
        raise SpecError("tokens must name at least one token bucket")
    if isinstance(timeout, bool) or not isinstance(timeout, numbers.Real) or not 0 < timeout < math.inf:
        raise SpecError(f"timeout must be a positive number of seconds, got {timeout!r}")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**31:
        raise SpecError(f"seed must be an integer from 0 to 2**31 - 1, got {seed!r}")
    threads = room.default_threads() if threads is None else _positive("threads", threads, MOST_THREADS)
    return _Request(spec, target, tokens, threads, _positive("trials", trials), float(timeout), seed)


def _positive(name, value, most=2**31 - 1):
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise SpecError(f"{name} must be integers from 1 to {most}, got {value!r}")
    return value


@contextlib.contextmanager
def _only_tuner(request, progress):
    """Hold the key's lock; who comes second waits, and then finds the study of the first."""
    folder = paths.make_folder(paths.studies())
    lock = filelock.FileLock(folder / f"{artifact.artifact_name(request.spec, request.target)}.lock")
    try:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            progress.note(f"another process is tuning {request.spec.key}; waiting for it to end")
            lock.acquire(poll_interval=0.2)
    except OSError as error:
        raise StorageError(
            f"cannot lock {lock.lock_file}: {error.strerror or error}; set MOEGEN_HOME to a folder you can write"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _finished(present, request, bucket) -> bool:
    """Whether the artifact holds the outcome of at least the search that is asked for."""
    found = present.evidence.get(bucket, {})
    return (
        bucket in present.tuned
        and (found.get("finished_trials") or 0) >= request.trials
        and found.get("study") == request.study_name(present.layout, bucket)
    )


class _Run:
    """One run of `tune`, its lock held."""

    def __init__(self, request, present, out, progress, stop, worker):
        self.request, self.present, self.out = request, present, out
        self.progress, self.stop, self.worker = progress, stop, worker
        self.spec, self.target, self.rooms = request.spec, request.target, request.rooms
        self.space = self.rooms.space
        self.machine = {**self.rooms.target.machine(), "threads": request.threads}
        self.file = paths.studies() / f"{artifact.artifact_name(self.spec, self.target)}.db"
        self.started = time.monotonic()
        self.deadline = self.started + request.timeout
        self.oracle_s = self.build_s = 0.0

    def all(self) -> Artifact:
        self.rooms.build.toolchain(self.target)  # that there is no compiler is said before anything else is done
        self.progress.note(f"{self.spec.key} on {self.target.name}, {self.request.threads} threads")
        with self._defaults_built_meanwhile():
            cases = [(1, "balanced", self.request.seed + 3)]
            self.oracle_s = self.worker.call("prepare", cases=cases)["oracle_s"]
        with self._alone():
            layout, outcomes = self._search()
        if not outcomes:
            raise KeyboardInterrupt
        return self._publish(layout, outcomes)

    @contextlib.contextmanager
    def _alone(self):
        """Hold the lock of a device that several tuners can share, so that none disturbs what another measures.

        What is waited for is not taken from the time that was given.
        """
        if not self.rooms.target.OWN_DEVICE:
            yield
            return
        begun = time.monotonic()
        lock = filelock.FileLock(paths.studies() / f"{self.target.name}.lock")
        while True:
            if self.stop.cuts:
                raise Interrupted("interrupted")
            with contextlib.suppress(filelock.Timeout):
                lock.acquire(timeout=0.2)
                break
        self.deadline += time.monotonic() - begun
        try:
            yield
        finally:
            lock.release()

    def _search(self):
        """The layout, and by token bucket the winner and its evidence."""
        roofs = [self.worker.call("roof") for _ in range(3)]
        self.roof = Roof(max(roof.flops for roof in roofs), max(roof.bytes for roof in roofs))
        layout = self._layout()
        self.worker.call("forget", keep=[])
        outcomes = {}
        kept = self.present is not None and self.present.layout == layout
        buckets = [each for each in self.request.tokens if not (kept and _finished(self.present, self.request, each))]
        for place, bucket in enumerate(buckets):
            share = (self.deadline - time.monotonic()) / (len(buckets) - place)
            found = self._bucket(layout, bucket, share)
            if found is not None:
                outcomes[bucket] = found
        return layout, outcomes

    @contextlib.contextmanager
    def _defaults_built_meanwhile(self):
        """Have the defaults built while the worker begins, where that disturbs nothing; the build cache keeps them."""
        if not self.rooms.target.OWN_DEVICE:
            yield
            return
        layout = self.space.layouts(self.spec, self.target)[0]
        with BuildsAhead(self.spec, self.target) as builds:
            for bucket in self.request.tokens:
                config = self.default(layout, bucket)
                if config is not None:
                    builds.start(bucket, layout, {bucket: config})
            yield
            while len(builds) and not self.stop.asked:
                builds.take(0.2)
        self.build_s = builds.longest_s

    # ------------------------------------------------------------------------------------------------------- layout

    def _layout(self):
        """The present artifact's layout if its buckets must go on using it, else the best of a few, measured."""
        if self.present is not None:
            kept = self.present.tuned - set(self.request.tokens)
            current = any(
                found.get("study") == self.request.study_name(self.present.layout, bucket)
                for bucket, found in self.present.evidence.items()
            )
            if (kept or current) and self.default(self.present.layout, max(self.request.tokens)) is not None:
                return self.present.layout
        tuned = self._tuned()
        ends = sorted({min(tuned), max(tuned)})
        name = identity("layout", self.spec, self.target, self.request.threads, ends=ends)
        with Study(self.file, name, self.space.Config, self.request.seed) as study:
            if "layout" in study.notes:
                return msgspec.convert(study.notes["layout"], self.space.Layout)
            layout, scores = self._measure_layouts(ends)
            study.note(layout=dataclasses.asdict(layout), scores=scores)
        return layout

    def _measure_layouts(self, ends):
        candidates = []
        for layout in self.space.layouts(self.spec, self.target)[:LAYOUTS]:
            configs = {bucket: self.default(layout, bucket) for bucket in ends}
            if None not in configs.values():
                candidates.append((layout, configs))
        if not candidates:
            raise SpecError(
                f"{self.spec.key}: no layout of {self.target.name} has a legal default; "
                f"{self.why_no_default(self.space.layouts(self.spec, self.target)[0], ends[-1])}"
            )
        if len(candidates) == 1:
            return candidates[0][0], {}
        self.progress.note(f"layouts: {len(candidates)} candidates at {' and '.join(map(str, ends))} tokens")
        binaries, failure = [], None
        cases = [(self.proof_tokens(bucket), "balanced", self.request.seed + 2) for bucket in ends]
        for built in build_all(self.spec, self.target, candidates, self.stop):
            if isinstance(built, MoegenError):
                failure = failure or built
                continue
            try:
                self.worker.call("prepare", cases=cases)  # known already, unless the worker was lost
                self.worker.call("prove", limit_s=self.first_limit(), binary=built, cases=cases)
                binaries.append(built)
            except MoegenError as error:
                if not is_of_kernel(error):
                    raise
                self.worker.close()  # what fails or computes wrong numbers may have written anywhere
                failure = failure or error
        if not binaries:
            raise failure
        gains = [0.0] * len(binaries)
        for bucket in ends:
            rounds = self.worker.call(
                "contest",
                binaries=binaries,
                num_tokens=self._timed_tokens(bucket),
                budget_s=2.0,
                least=3,
                most=12,
                with_roof=False,
            )
            for which in range(len(binaries)):
                logs = [math.log(each["times"][which] / each["times"][0]) for each in rounds]
                gains[which] += evidence.estimate(logs)[0] / len(ends)
        best = min(range(len(binaries)), key=gains.__getitem__)
        scores = {str(dataclasses.asdict(each.layout)): math.exp(gain) for each, gain in zip(binaries, gains)}
        return binaries[best].layout, scores

    # ------------------------------------------------------------------------------------------------------- search

    def _bucket(self, layout, bucket, share_s):
        """Search one bucket for its share of the time; its winner and evidence, or None if nothing was measured."""
        begun = time.monotonic()
        name = self.request.study_name(layout, bucket)
        with Study(self.file, name, self.space.Config, self.request.seed) as study:
            plan = Plan(study.notes.get("timed_tokens") or self._timed_tokens(bucket), self._cases(bucket))
            study.note(timed_tokens=plan.num_tokens)
            search = Search(self, study, layout, bucket, plan)
            if self.stop.asked and not study.measured:
                return None
            self.stop.finishing = self.stop.asked
            try:
                search.default()
                reserve_s = min(0.5 * share_s, self._evidence_s(bucket, plan, search))
                finished = search.run(begun + share_s - reserve_s)
            except Interrupted:
                study.give_up()
                if not study.measured:
                    return None
                finished = False
            finally:
                self.progress.end()
            self.stop.finishing = True
            if self.stop.asked:
                self.progress.note(
                    "interrupted: the best so far is measured, proved and kept (Ctrl-C again to give up)"
                )
            elif not finished:
                self.progress.note(
                    f"{bucket} tokens: time is up after {len(study.records)} of {self.request.trials} trials; "
                    "the same command goes on"
                )
            found = Verdict(self, study, layout, bucket, plan).decide()
            tried, search_s = len(study.records), study.notes.get("search_s", 0.0) + time.monotonic() - begun
            study.note(search_s=search_s)
            found["evidence"] |= {
                "search_s": search_s,
                "threads": self.request.threads,
                "seed": self.request.seed,
                "study": name,
                "trials": tried,
                "failed_trials": sum(each.reason is not None for each in study.records),
                "finished_trials": max(self.request.trials, tried) if finished else 0,
            }
            return found

    def _evidence_s(self, bucket, plan, search):
        """Seconds to keep for contest, hard proofs, this bucket's share of the library, and one run of the whole."""
        seconds = 6 + 40 * search.time_s + 5 * self.oracle_s
        seconds += self.build_s * len(self._table()) / len(self.request.tokens)
        if plan.num_tokens < bucket:
            seconds += 1.5 * search.time_s * bucket / plan.num_tokens
        return seconds

    def default(self, layout, bucket):
        config = self.space.default(self.spec, self.target, layout, bucket, self.machine)
        return config if self.space.why_illegal(self.spec, self.target, layout, config) is None else None

    def why_no_default(self, layout, bucket):
        config = self.space.default(self.spec, self.target, layout, bucket, self.machine)
        return self.space.why_illegal(self.spec, self.target, layout, config)

    def first_limit(self):
        """Seconds for a kernel of which nothing is known: a thousandth of the roof is hanging."""
        return 12 * HANG_S + 1000 * 3 * PROOF_FLOPS / self.roof.flops

    def _timed_tokens(self, bucket):
        """The tokens that are timed for this bucket: all, or as many as take SLICE_S at the roof."""
        limit = SLICE_S * self.roof.flops / self.spec.flops(1)
        return bucket if bucket <= 1.5 * limit else min(bucket, max(64, 2 ** round(math.log2(limit))))

    def proof_tokens(self, wanted):
        return max(1, min(wanted, max(16, int(PROOF_FLOPS / self.spec.flops(1)))))

    def _cases(self, bucket):
        """What every trial is proved on: near its bucket, one token, and two routings that are far from even."""
        seed = self.request.seed
        return (
            (self.proof_tokens(bucket), "balanced", seed + 2),
            (1, "balanced", seed + 3),
            (self.proof_tokens(bucket + 5), "crowded", seed + 4),
            (self.proof_tokens(2 * bucket + 1), "skewed", seed + 5),
        )

    # ------------------------------------------------------------------------------------------------------ publish

    def _table(self):
        """All token buckets of the artifact: asked for, kept from the present one, and defaults far from both."""
        return self._tuned() | _defaults_beside(self._tuned())

    def _tuned(self):
        return set(self.request.tokens) | (set(self.present.tuned) if self.present is not None else set())

    def _publish(self, layout, outcomes):
        configs = {bucket: found["config"] for bucket, found in outcomes.items()}
        proofs = {bucket: found["evidence"] for bucket, found in outcomes.items()}
        if self.present is not None and self.present.layout == layout:
            for bucket in self.present.tuned - set(configs):
                config = self.present.configs[bucket]
                if self.space.why_illegal(self.spec, self.target, layout, config) is None:
                    configs[bucket], proofs[bucket] = config, self.present.evidence[bucket]
        tuned = set(configs)
        for bucket in _defaults_beside(tuned):
            config = self.default(layout, bucket)
            if config is not None:
                configs[bucket] = config
        self.progress.note(f"building {len(configs)} variants into one library")
        build = self._build(layout, configs)
        binary = Binary(str(build.folder), build.library, layout)
        self.worker.call("forget", keep=[binary])
        wholes = [bucket for bucket in outcomes if proofs[bucket]["timed_tokens"] < bucket]
        with self._alone():
            self._prove_all(binary, sorted(set(configs) - set(wholes)))
            for bucket in wholes:
                self._run_whole(binary, bucket, proofs[bucket])
        return artifact.publish(
            build, self.spec, self.target, layout, configs, proofs, self.machine, tuned, out=self.out
        )

    def _build(self, layout, configs):
        was_asked = self.stop.asked
        try:
            return compiler.build(self.spec, self.target, layout, configs)
        except BuildError:
            if self.stop.asked == was_asked:
                raise
            return compiler.build(
                self.spec, self.target, layout, configs
            )  # Ctrl-C reached the compiler, but is not for it

    def _prove_all(self, binary, buckets):
        """Prove every variant of the library on a token count that it serves, on fresh seeds."""
        cases = []
        for bucket in buckets:
            counts = [bucket, self.proof_tokens(bucket)]
            counts += [bucket >> shift for shift in range(1, bucket.bit_length())]
            serving = self.worker.call("chosen", binary=binary, num_tokens=counts)
            fitting = [count for count, served in zip(counts, serving) if served == bucket]
            count = max((each for each in fitting if each <= self.proof_tokens(bucket)), default=None)
            if count is None:  # all that it serves would keep the oracle busy for minutes: a sample of the rows does
                self.worker.call("whole", binary=binary, num_tokens=min(fitting), seed=self.request.seed + 1000)
                continue
            cases += [
                (count, routing, self.request.seed + 1000 + number)
                for number, routing in enumerate(("balanced", "skewed"))
            ]
        self.worker.call("prepare", cases=cases)
        self.worker.call("prove", limit_s=self.first_limit() * len(buckets), binary=binary, cases=cases)

    def _run_whole(self, binary, bucket, proof):
        self.progress.note(f"running all {bucket} tokens once")
        answer = self.worker.call("whole", binary=binary, num_tokens=bucket, seed=self.request.seed + 2000)
        proof["error"] = max(proof["error"], answer["error"])
        proof |= {
            "timed_time_s": proof["time_s"],
            "time_s": answer["time_s"],
            "default_time_s": answer["time_s"] * proof["vs_default"],
            "gflops": self.spec.flops(bucket) / answer["time_s"] / 1e9,
        }


def _defaults_beside(tuned):
    return {
        bucket
        for bucket in artifact.DEFAULT_TOKENS
        if all(max(bucket / each, each / bucket) >= DEFAULT_APART for each in tuned)
    }
