"""The search of one token bucket, and what is decided at its end."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import time

from moegen.errors import AccuracyError, MoegenError, SpecError
from moegen.tune import evidence
from moegen.tune.trial import HANG_S, BuildsAhead, TrialFailed, build_all, cores, is_of_kernel, prove_and_time

FINALISTS = 3
FINALIST_VALUE = 1.01  # relative to the default: nothing slower is worth a second look
SELECTION_S = 2.5  # of interleaved rounds among the best few
FINAL_S = 6.0  # of interleaved rounds of winner, default and roof
WORTH = math.log(1.01)  # an improvement that keeps the search going


class Search:
    """The trials of one bucket."""

    def __init__(self, run, study, layout, bucket, plan):
        self.run_, self.study, self.layout, self.bucket, self.plan = run, study, layout, bucket, plan
        self.time_s = study.notes.get("default_time_s", 0.0)
        self.prove_s = study.notes.get("default_prove_s", 0.0)

    def default(self):
        """Measure the analytic default, whose failure no search can mend."""
        run, config = self.run_, self.run_.default(self.layout, self.bucket)
        if config is None:
            raise SpecError(
                f"no legal default for {self.bucket} tokens: {run.why_no_default(self.layout, self.bucket)}"
            )
        self.config = config
        if any(each.config == config and each.value is not None for each in self.study.records):
            return
        binary = self._build([config])[0]
        if isinstance(binary, MoegenError):
            raise binary
        self.study.ask_default(config, self._suggest)
        try:
            answer = prove_and_time(run.worker, self.plan, binary, None, run.first_limit())
        except TrialFailed as error:
            self.study.tell_failed(config, str(error))
            raise AccuracyError(
                f"the default kernel of {run.spec.key} for {self.bucket} tokens failed: {error}"
            ) from error
        self.time_s, self.prove_s = answer["incumbent_s"], answer["prove_s"]
        run.oracle_s = max(run.oracle_s, answer["oracle_s"])
        self.study.tell(config, 1.0, self.time_s, error=answer["error"])
        self.study.note(default_time_s=self.time_s, default_prove_s=self.prove_s)

    def run(self, deadline) -> bool:
        """Ask, build, prove, time and tell until trials, time or hope run out; whether the search is finished."""
        run, trials = self.run_, self.run_.request.trials
        run.progress.begin(f"{self.bucket} tokens", len(self.study.records), trials)
        self.best = self._best_so_far()
        self.incumbent = self._build([self.best.config])[0]
        if isinstance(self.incumbent, MoegenError):
            raise self.incumbent
        self.patience, self.since, self.finished = max(30, trials // 2), 0, False
        begun, done_before = time.monotonic(), len(self.study.records)
        self._tell_progress(begun, done_before, deadline)
        built_ones = self._ahead if run.rooms.target.OWN_DEVICE else self._in_turn
        with contextlib.closing(built_ones(deadline)) as candidates:
            for config, built in candidates:
                if self._over(deadline):
                    break
                self.since = 0 if self._one(config, built) else self.since + 1
                self._tell_progress(begun, done_before, deadline)
        self.study.give_up()
        return self.finished

    def _best_so_far(self):
        """The record that trials are measured against: the last that was surely faster, else the default's."""
        known = self.study.notes.get("incumbent")
        return self.study.record(self.run_.space.Config(**known) if known else self.config)

    def _over(self, deadline):
        return time.monotonic() > deadline or self.run_.stop.asked

    def _in_turn(self, deadline):
        """(config, binary or error) of each trial: as many as there are cores are built, and then timed."""
        while self._left() > 0 and self.since < self.patience:
            if self._over(deadline):
                return
            batch = self._batch(min(cores(), self._left()))
            if not batch:
                break
            yield from zip(batch, self._build(batch))
        self.finished = True

    def _ahead(self, deadline):
        """The same where the next ones are built while these are timed."""
        with BuildsAhead(self.run_.spec, self.run_.target) as builds:
            while self._left() > 0 and self.since < self.patience:
                if self._over(deadline):
                    return
                self._start(builds)
                if not len(builds):
                    break
                taken = builds.take(0.2)
                if taken is not None:
                    yield taken
        self.finished = True

    def _start(self, builds):
        """Start as many builds as may run; only one where another has ended, which the device waits for."""
        for count in range(min(builds.most, self._left()) - len(builds)):
            asked = [] if count and builds.ended else self._batch(1)
            if not asked:
                return
            builds.start(asked[0], self.layout, {self.bucket: asked[0]})

    def _left(self):
        return self.run_.request.trials - len(self.study.records)

    def _batch(self, count):
        batch = []
        for _ in range(count):
            config = self.study.ask(self._suggest, self._why_illegal)
            if config is None:
                break
            batch.append(config)
        return batch

    def _one(self, config, built) -> bool:
        """One trial; whether it improved on the best by what is worth going on for."""
        if isinstance(built, MoegenError):
            self.study.tell_failed(config, f"did not build: {built}")
            return False
        limit_s = max(HANG_S, 10 * self.prove_s, 40 * self.time_s)
        try:
            answer = prove_and_time(self.run_.worker, self.plan, built, self.incumbent, limit_s)
        except TrialFailed as error:
            self.study.tell_failed(config, str(error))
            return False
        log_ratio = evidence.estimate(answer["log_ratios"])[0]
        value = self.best.value * math.exp(log_ratio)
        self.study.tell(
            config,
            value,
            answer["time_s"],
            error=answer["error"],
            stopped_early=answer["stopped"],
            pairs=len(answer["log_ratios"]),
        )
        # Only what is faster beyond doubt becomes what others are measured against: a chain of lucky measurements would
        # make each next value look better than it is.
        if log_ratio >= 0 or not evidence.surely_faster(answer["log_ratios"]):
            self.run_.worker.call("forget", keep=[self.incumbent])
            return False
        self.best, self.incumbent = self.study.record(config), built
        self.study.note(incumbent=dataclasses.asdict(config))
        return log_ratio < -WORTH

    def _build(self, configs):
        run = self.run_
        return build_all(run.spec, run.target, [(self.layout, {self.bucket: each}) for each in configs], run.stop)

    def _suggest(self, trial):
        run = self.run_
        return run.space.suggest(trial, run.spec, run.target, self.layout, self.bucket)

    def _why_illegal(self, config):
        return self.run_.space.why_illegal(self.run_.spec, self.run_.target, self.layout, config)

    def _tell_progress(self, begun, done_before, deadline):
        run, done, now = self.run_, len(self.study.records), time.monotonic()
        left_s = max(0.0, deadline - now)
        if done > done_before:
            left_s = min(left_s, (now - begun) / (done - done_before) * (run.request.trials - done))
        run.progress.trial(done, _speed(run, self.plan.num_tokens, self.best.time_s), left_s)


def _speed(run, num_tokens, time_s):
    """What a time means, for the progress: GFLOP/s, and percent of the roof that was measured at the start."""
    experts = min(run.spec.num_experts, num_tokens * run.spec.top_k)
    return {
        "time_s": time_s,
        "gflops": run.spec.flops(num_tokens) / time_s / 1e9,
        "percent": evidence.percent_of_roof(run.spec, num_tokens, experts, run.roof, time_s),
    }


class Verdict:
    """The end of a bucket's search: the best few and the default measured again, and the winner proved."""

    def __init__(self, run, study, layout, bucket, plan):
        self.run_, self.study, self.layout, self.bucket, self.plan = run, study, layout, bucket, plan

    def decide(self) -> dict:
        """{"config", "evidence"} of the fastest config that passes, which is the default if none is surely faster."""
        run = self.run_
        default = run.default(self.layout, self.bucket)
        configs = [default] + [
            each.config for each in self.study.measured if each.config != default and each.value < FINALIST_VALUE
        ][:FINALISTS]
        binaries = build_all(run.spec, run.target, [(self.layout, {self.bucket: each}) for each in configs], run.stop)
        if isinstance(binaries[0], MoegenError):
            raise binaries[0]
        field = [(config, binary) for config, binary in zip(configs, binaries) if not isinstance(binary, MoegenError)]
        run.progress.note(
            f"{self.bucket} tokens: measuring "
            + (
                f"the best {len(field) - 1} and the default again"
                if len(field) > 1
                else "the default, which nothing beat"
            )
        )
        run.worker.call("forget", keep=[])
        run.worker.call("prepare", cases=list(self.plan.cases))
        run.worker.call("pack", binary=field[0][1])
        rounds = None
        while len(field) > 1:
            best = None
            try:
                best = self._fastest([binary for _, binary in field])
                if best == 0:
                    break
                config, binary = field[best]
                rounds = self._contest([binary, field[0][1]])
                if evidence.estimate([math.log(each["times"][1] / each["times"][0]) for each in rounds])[1] <= 0:
                    break
                return {"config": config, "evidence": self._evidence(rounds, self._prove(binary))}
            except MoegenError as failure:
                if not is_of_kernel(failure):
                    raise
                run.progress.note(f"{self.bucket} tokens: a finalist fell: {failure}")
                run.worker.close()
                del field[self._culprit(field) if best is None else best]
        rounds = rounds or self._contest([field[0][1]])
        for each in rounds:  # the default's own time stands on both sides
            each["times"] = [each["times"][-1]] * 2
        return {"config": default, "evidence": self._evidence(rounds, self._prove(field[0][1]))}

    def _fastest(self, binaries):
        rounds = self.run_.worker.call(
            "contest",
            binaries=binaries,
            num_tokens=self.plan.num_tokens,
            with_roof=False,
            budget_s=SELECTION_S,
            least=4,
            most=20,
        )
        return evidence.best_against([each["times"] for each in rounds], 0)

    def _culprit(self, field):
        """Which finalist cannot run beside the default; the slowest in its trial, where each can."""
        for which in range(1, len(field)):
            try:
                self._fastest([field[0][1], field[which][1]])
            except MoegenError as failure:
                if not is_of_kernel(failure):
                    raise
                self.run_.worker.close()
                return which
        return len(field) - 1

    def _contest(self, binaries):
        return self.run_.worker.call(
            "contest",
            binaries=binaries,
            num_tokens=self.plan.num_tokens,
            with_roof=True,
            budget_s=FINAL_S,
            least=8,
            most=20,
        )

    def _prove(self, binary):
        """The largest error on fresh seeds and hard routings."""
        run = self.run_
        limit_s = 600.0 + run.first_limit()
        cases = [
            (tokens, routing, run.request.seed + 100 + number)
            for number, (tokens, routing, _) in enumerate(self.plan.cases)
        ]
        run.worker.call("prepare", cases=cases)
        error = run.worker.call("prove", limit_s, binary=binary, cases=cases)
        return max(
            error,
            run.worker.call(
                "prove_hard",
                limit_s,
                binary=binary,
                seed=run.request.seed + 200,
                num_tokens=run.proof_tokens(min(self.bucket + 3, 200)),
            ),
        )

    def _evidence(self, rounds, error):
        run, num_tokens = self.run_, self.plan.num_tokens
        active = run.worker.call("active_experts", num_tokens=num_tokens)
        tolerance = run.worker.call("prepare", cases=[])["tolerance"]
        rounding = (
            {}
            if run.spec.dtype == "f32"
            else {
                "quantization_error": run.worker.call(
                    "quantization_error", num_tokens=run.proof_tokens(min(num_tokens, 64)), seed=run.request.seed + 300
                )
            }
        )
        return {
            **evidence.verdict(run.spec, num_tokens, active, rounds),
            "error": error,
            "tolerance": tolerance,
            **rounding,
            "timed_tokens": num_tokens,
            "timed_routings": list(run.rooms.target.TIMED_ROUTINGS),
            "active_experts": active,
        }
