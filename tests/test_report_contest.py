"""Contests with real processes: proved before timed, stopped while idle, planned within their time."""

import dataclasses
import pathlib
import time
import types

import numpy as np
import pytest

import moegen
from moegen import oracle
from moegen.backends.cpu import kernel
from moegen.errors import SpecError
from moegen.report import contest, studies, suites
from moegen.report.contest import Contest, ContestantLost, Entry, Process, plan
from moegen.report.contestant import Contestant
from moegen.report.peers import moegen_, registry
from moegen.report.problem import Arrays, from_shape

TINY = from_shape("1x8x32", 64, 4)


@pytest.fixture(scope="module")
def outcomes():
    entries = [
        Entry("numpy", TINY),
        Entry("python", TINY),
        Entry("numpy", TINY, {"dtype": "float16"}, "half"),
        Entry("rocm", TINY),
        Entry("python", from_shape("8x128x256", 1024, 4)),
    ]
    return Contest(entries, threads=1, rounds=7, seconds=60.0, roof=False).run()


def test_right_contestants_are_timed_in_every_round(outcomes):
    for outcome in outcomes[:2]:
        assert outcome.status == "timed" and outcome.error <= outcome.tolerance
        assert sorted(outcome.by_round) == list(range(7))
        assert outcome.interval.low <= outcome.interval.median <= outcome.interval.high
    assert outcomes[0].versions["numpy"] == np.__version__


def test_a_wrong_result_is_never_timed(outcomes):
    half = outcomes[2]
    assert half.status == "wrong" and not half.samples and half.error > half.tolerance
    assert "not timed" in half.note


def test_what_cannot_run_says_why(outcomes):
    assert outcomes[3].status == "missing" and "AMD" in outcomes[3].note
    assert outcomes[4].status == "missing" and "tiny shapes" in outcomes[4].note


def test_idle_contestants_are_stopped_and_use_no_cpu(outcomes, tmp_path):
    assert all(outcome.idle_cpu_s <= 0.05 for outcome in outcomes)
    process = Process(1, tmp_path / "log")
    try:
        assert process.ask("prepare", peer="nobody", options={}, problem={}, folder="", threads=1)["failed"]
        time.sleep(0.05)
        status = pathlib.Path(f"/proc/{process._process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        before = process.cpu_s()
        time.sleep(0.2)
        assert status == "T" and process.cpu_s() == before
    finally:
        process.close()


def test_contestants_see_no_blas_pinned_to_another_processor(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    process = Process(2, tmp_path / "log")
    try:
        assert process.ask("prepare", peer="nobody", options={}, problem={}, folder="", threads=1)[
            "failed"
        ]  # it runs by now
        environment = pathlib.Path(f"/proc/{process._process.pid}/environ").read_bytes().split(b"\0")
        assert b"OMP_NUM_THREADS=2" in environment
        assert not [line for line in environment if line.startswith(b"OPENBLAS_CORETYPE")]
    finally:
        process.close()


def test_contestants_give_back_what_flushed_the_caches():
    """Those that wait for their turn would hold several times the caches' size each."""
    waiting = Contestant()
    waiting.call, waiting.inputs, waiting.problem = np.sum, [np.ones(3)], types.SimpleNamespace(cold=True)
    assert len(waiting.sample(samples=2, warm=1, most_s=60)["times_s"]) == 2
    assert kernel._sweep_buffer.cache_info().currsize == 0


def test_a_contestant_that_dies_is_lost_with_a_reason(tmp_path):
    process = Process(1, tmp_path / "log")
    process._process.kill()
    try:
        with pytest.raises(ContestantLost, match="SIGKILL"):
            process.ask("roof", timeout_s=20, spec={}, threads=1)
    finally:
        process.close()


def test_a_contestant_that_hangs_is_lost(tmp_path):
    process = Process(1, tmp_path / "log")
    try:
        with pytest.raises(ContestantLost, match="no answer within"):
            process.ask("roof", timeout_s=0.0, spec={}, threads=1)
    finally:
        process.close()


def lose(monkeypatch, log, do):
    """Have the process of this log end as soon as it is asked this."""
    ask = Process.ask

    def killing(self, asked, *arguments, **more):
        if (self.log.name, asked) == (log, do):
            self._process.kill()
        return ask(self, asked, *arguments, **more)

    monkeypatch.setattr(Process, "ask", killing)


def test_a_contestant_lost_while_sampling_is_dropped_and_the_time_limit_holds(monkeypatch):
    lose(monkeypatch, "contestant0.log", "sample")
    monkeypatch.setattr(contest, "_PATIENCE", 0.0)
    told = []
    made = Contest([Entry("numpy", TINY, label="lost"), Entry("numpy", TINY)], 1, 9, 30.0, False, told.append)
    lost, other = made.run()
    assert (lost.status, other.status) == ("failed", "timed") and "SIGKILL" in lost.note
    assert len(other.by_round) == 3 and told[-1] == "time is up after 3 of 9 rounds"
    assert any(text.startswith("numpy lost: failed: ended with SIGKILL") for text in told) and len(made._open) == 1


def test_a_contest_goes_on_without_the_roof_whose_process_is_lost(monkeypatch):
    lose(monkeypatch, "roof.log", "roof")
    told = []
    made = Contest([Entry("numpy", TINY)], 1, 3, 1.0, True, told.append)
    (outcome,) = made.run()
    assert outcome.status == "timed" and len(outcome.by_round) == 3 and not outcome.percent_of_roof
    assert len([text for text in told if text.startswith("no roof from here on: ended with SIGKILL")]) == 1


@pytest.mark.filterwarnings("ignore::moegen.UntunedWarning")
@pytest.mark.parametrize("monitor", [True, False])
def test_a_layer_without_pool_is_the_same_but_allocates_at_each_call(monitor):
    spec = moegen.MoeSpec(32, 64, 4)
    layer, x = moegen.load(spec, oracle.make_weights(spec), threads=1, monitor=monitor), oracle.make_tokens(spec, 4)
    y, before, fresh = layer(x), layer.pool.statistics(), moegen_.without_pool(layer)
    assert all(np.array_equal(fresh(x), y) for _ in range(5)) and fresh(x, out=y) is y
    found = fresh.pool.statistics()
    assert (found.hits, found.misses, found.workspaces, found.bytes) == (0, 6, 0, 0) < (0, 6, 0, found.high_water_bytes)
    assert layer.pool.statistics() == before
    assert not monitor or layer.stats().calls == 7


def test_every_installed_peer_is_right(tmp_path):
    """Those that need what is not installed are covered where it is; NumPy is here always."""
    names = [
        entry.name
        for entry in registry.IMPLEMENTATIONS
        if entry.module
        and not entry.missing()
        and entry.module not in ("cuda_", "mojo_", "max_", "ggml", "ladder")
        and not entry.name.startswith("moegen")
        and entry.name != "torch-compile"
    ]
    assert "numpy" in names
    found = Contest([Entry(name, TINY) for name in names], 1, rounds=1, seconds=0.1, roof=False).run()
    assert {outcome.entry.peer: (outcome.status, outcome.note) for outcome in found} == {
        name: ("timed", "") for name in names
    }


def test_moegen_and_the_ladder_are_right():
    from moegen.report.peers import ladder
    from moegen.report.peers.ladder import STEPS

    entries = [
        Entry("moegen", TINY),
        Entry("moegen", TINY, {"variant": "fresh"}, "fresh"),
        Entry("moegen-default", TINY),
        Entry("ladder", TINY, {"steps": []}, "plain"),
        Entry("ladder", TINY, {"steps": list(STEPS)}, "all"),
        Entry("ladder", TINY),  # as `moegen bench --against ladder` has it
    ]
    entries += [
        Entry("ladder", TINY, {"steps": [s for s in STEPS if s != step]}, f"without {step}")
        for step in ("blocking", "simd gemm", "constants", "packing", "fusion", "pool")
    ]
    found = Contest(entries, 2, rounds=1, seconds=0.1, roof=True).run()
    assert [(outcome.entry.name, outcome.status, outcome.note) for outcome in found] == [
        (entry.name, "timed", "") for entry in entries
    ]
    assert all(outcome.percent_of_roof for outcome in found)
    for steps in (STEPS, [s for s in STEPS if s != "simd gemm"]):  # built above; proved before it can be called
        call = studies._gemm(ladder.library(TINY.spec, steps))
        assert min(call() for _ in range(3)) > 0


def test_plan_keeps_to_the_time_and_three_rounds():
    for calls in ([1e-4, 1e-3, 0.02], [1e-4, 3.0, 0.3], [5.0] * 4):
        for (samples, every), call in zip(plan(calls, 15, 30.0), calls):
            rounds = len(range(0, 15, every))
            assert samples >= 1 and rounds >= 3
            assert rounds == 3 or rounds * samples * call <= 30.0 / len(calls) * 2


def test_slices_are_stated_and_keep_tokens_per_expert():
    problem = from_shape("64x1024x2048", 8192, 16, max_experts=4, max_tokens=2048)
    assert problem.num_tokens == 2048 and problem.spec.num_experts == 4
    assert problem.slice == (
        "4 of 16 experts at equal tokens per expert (16384 of 65536 tokens), then 2048 of 16384 tokens"
    )
    assert from_shape("8x128x256", 1024, 4).slice == ""


def test_inputs_have_no_near_ties(tmp_path):
    problem = dataclasses.replace(TINY, num_tokens=300)
    arrays = Arrays(problem, tmp_path)
    x, gate = np.load(tmp_path / "x.npy"), np.load(tmp_path / "gate.npy")
    best = np.sort(x[0].astype(np.float64) @ gate, axis=1)
    assert x.shape == (1, 300, 32) and (best[:, -2] - best[:, -3] > arrays.margin).all()
    assert arrays.error(np.full((1, 300, 32), np.nan)) == float("inf")


def test_suites_name_their_parts_once_and_select():
    for suite in ("quick", "full", "gpu"):
        names = [part.name for part in suites.parts(suite)]
        assert len(names) == len(set(names))
    full = suites.parts("full")
    assert [part.name for part in suites.select(full, ("ablation",))] == ["ablation"]
    with pytest.raises(SpecError, match="known: contest"):
        suites.select(full, ("nothing",))
    with pytest.raises(SpecError, match="unknown suite"):
        suites.parts("slow")
    assert len(suites.parts("quick", ("numpy",), "1x4x32")) == 1
