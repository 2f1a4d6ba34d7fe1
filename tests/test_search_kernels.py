"""The search with kernels that crash, hang, do not compile or compute wrong numbers; and with Ctrl-C and kill -9.

Sources are rendered as ever and then changed before they are compiled, as a broken template would change them.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import threading

import filelock
import optuna
import psutil
import pytest

from moegen import artifact, backends
from moegen import compile as compiler
from moegen.backends import Source
from moegen.errors import AccuracyError, SpecError
from moegen.render import render
from moegen.spec import MoeSpec
from moegen.tune import run, search, trial, tune
from moegen.tune.progress import Progress

SPEC = MoeSpec(24, 40, 4)
TOKENS = 6
SABOTAGE = {
    "segfault": "*(volatile int *)8 = 1;",
    "illegal": "__builtin_trap();",
    "hang": "for (volatile int i = 1; i; ) { }",
    "wrong": "y[0] += 1.0f;",
    "nan": "y[0] = 0.0f / 0.0f;",
    "exit": "exit(3);",
    "status": "return 7;",
    "refused": "no_such_tile;",
}


def sabotaged(source: Source, how: str) -> Source:
    """`source` with a forward that does its work and then what `how` says."""
    header = source.files["moe.h"]
    declared = re.search(r"^int (\w+_forward)\((.*?)\);", header, re.MULTILINE | re.DOTALL)
    name, parameters = declared.group(1), declared.group(2)
    arguments = ", ".join(re.findall(r"(\w+)\s*(?:,|$)", parameters))
    text = (
        f"#define {name} {name}_sound\n{source.files['moe.c']}\n#undef {name}\n#include <stdlib.h>\n"
        f"int {name}({parameters}) {{\n  int status = {name}_sound({arguments});\n"
        f"  {SABOTAGE[how]}\n  return status;\n}}\n"
    )
    return Source({**source.files, "moe.c": text})


@pytest.fixture
def home(moegen_home, monkeypatch):
    """A home of its own, and a search that does not measure long."""
    monkeypatch.setattr(run, "LAYOUTS", 1)
    monkeypatch.setattr(search, "SELECTION_S", 0.1)
    monkeypatch.setattr(search, "FINAL_S", 0.1)
    return moegen_home


@pytest.fixture
def sabotage(monkeypatch):
    """Call with names: the builds after the default's are sabotaged in these ways, one each."""

    def apply(*ways, default_too=False):
        left, changed = list(ways), {}
        sound = None

        def build(spec, target, layout, configs):
            nonlocal sound
            source = render(spec, target, layout, configs)
            key = source.files["moe.c"]
            if sound is None and not default_too:
                sound = key
            if key != sound and key not in changed and left:
                changed[key] = left.pop(0)
            return compiler.build_source(sabotaged(source, changed[key]) if key in changed else source, target)

        monkeypatch.setattr(trial.compiler, "build", build)

    return apply


def reasons(home):
    (file,) = (home / "studies").glob("*.db")
    found = []
    for name in optuna.get_all_study_names(f"sqlite:///{file}"):
        for each in optuna.load_study(study_name=name, storage=f"sqlite:///{file}").get_trials():
            if "reason" in each.user_attrs:
                assert each.state == optuna.trial.TrialState.FAIL
                found.append(each.user_attrs["reason"])
    return found


def test_search_goes_on_past_crashing_hanging_and_wrong_kernels(home, sabotage, monkeypatch):
    monkeypatch.setattr(search, "HANG_S", 1.5)
    sabotage(*SABOTAGE)
    found = tune(SPEC, tokens=[TOKENS], trials=9)
    failed = "\n".join(reasons(home))
    for words in (
        "crashed: SIGSEGV",
        "hung: no answer within",
        "wrong result: relative error",
        "crashed: SIG(ILL|TRAP)",
        "wrong result: y of token",
        "ended with status 3",
        "failed with status 7",
        "did not build: (.|\n)*no_such_tile",
    ):
        assert re.search(words, failed), f"{words} not in:\n{failed}"
    proof = found.evidence[TOKENS]
    assert proof["trials"] == 9 and proof["failed_trials"] == 8 and proof["finished_trials"] == 9
    assert proof["error"] < proof["tolerance"]


def test_where_kernels_have_a_device_configs_are_built_while_others_are_timed(home, sabotage, monkeypatch):
    room = backends.get("cpu").target
    monkeypatch.setattr(room, "OWN_DEVICE", True)
    sabotage("refused", "wrong")
    timing, beside = threading.Event(), threading.Event()
    sound_build, sound_duel = trial.build, search.prove_and_time

    def build(*arguments):
        if timing.is_set():
            beside.set()
        built = sound_build(*arguments)
        if timing.is_set():
            beside.set()
        return built

    def duel(*arguments):
        timing.set()
        beside.wait(10)  # longer than a build takes, shorter than is noticed where each waits for the other
        try:
            return sound_duel(*arguments)
        finally:
            timing.clear()

    monkeypatch.setattr(trial, "build", build)
    monkeypatch.setattr(search, "prove_and_time", duel)
    proof = tune(SPEC, tokens=[TOKENS], trials=5).evidence[TOKENS]
    assert (proof["trials"], proof["failed_trials"], proof["finished_trials"]) == (5, 2, 5)
    assert beside.is_set(), "no compiler worked while a kernel was timed"


def test_tuners_that_share_a_device_take_turns_on_it(home, monkeypatch):
    room = backends.get("cpu").target
    monkeypatch.setattr(room, "OWN_DEVICE", True)
    asked, sound = [], trial.Worker.call

    def call(worker, method, *arguments, **named):
        answer = sound(worker, method, *arguments, **named)
        asked.append(method)
        return answer

    monkeypatch.setattr(trial.Worker, "call", call)
    (home / "studies").mkdir(parents=True)
    with filelock.FileLock(home / "studies" / f"{room.detect(SPEC).name}.lock"):
        waiting = concurrent.futures.ThreadPoolExecutor(1).submit(tune, SPEC, tokens=[TOKENS], trials=1)
        with pytest.raises(concurrent.futures.TimeoutError):
            waiting.result(timeout=8)
        assert asked == ["prepare"]  # the weights are made, and nothing is timed
    assert waiting.result(timeout=90).tuned == {TOKENS} and "duel" in asked


def test_a_worker_that_met_an_error_not_its_own_is_started_anew(home):
    with trial.Worker(
        trial.Stop(), spec=SPEC, target=backends.find_target("auto", SPEC), threads=1, seed=0, workspace_limit=1 << 20
    ) as worker:
        worker.call("prepare", cases=[])
        assert worker.pid is not None
        with pytest.raises(trial.TrialFailed, match="ValueError: unknown routing 'no such'"):
            worker.call("prepare", cases=[(1, "no such", 0)])
        assert worker.pid is None
        assert worker.call("prepare", cases=[(1, "balanced", 0)])["oracle_s"] > 0 and worker.starts == 2


def test_a_wrong_default_publishes_nothing(home, sabotage):
    sabotage("wrong", default_too=True)
    with pytest.raises(AccuracyError, match="default kernel .* failed: wrong result"):
        tune(SPEC, tokens=[TOKENS], trials=2)
    assert artifact.existing(SPEC, backends.find_target("auto", SPEC)) is None


class Recorder(Progress):
    def __init__(self):
        self.begun, self.notes, self.trials = [], [], []

    def begin(self, label, done, total):
        self.begun.append((done, total))

    def trial(self, done, best, left_s):
        self.trials.append(done)

    def note(self, text):
        self.notes.append(text)


def test_a_layout_that_crashes_does_not_fail_the_next(home, monkeypatch):
    monkeypatch.setattr(run, "LAYOUTS", 2)
    call, proved = trial.Worker.call, []

    def crash_at_first(worker, method, *arguments, **named):
        if method == "prove":
            proved.append(named["binary"].layout)
            if len(proved) == 1:
                os.kill(worker.pid, signal.SIGKILL)
        return call(worker, method, *arguments, **named)

    monkeypatch.setattr(trial.Worker, "call", crash_at_first)
    found = tune(SPEC, tokens=[TOKENS], trials=1)
    assert len(set(proved)) == 2 and found.layout != proved[0]


def test_a_finalist_that_crashes_beside_the_others_falls_alone(home, monkeypatch):
    sound, fallen = search.Verdict._fastest, []

    def fastest(verdict, binaries):
        if len(binaries) > 2 or binaries[1:] == fallen[:1]:
            fallen[:] = fallen or binaries[1:2]
            if fallen[0] in binaries:
                raise trial.TrialFailed("crashed: as told")
        return sound(verdict, binaries)

    monkeypatch.setattr(search, "FINALIST_VALUE", 100.0)
    monkeypatch.setattr(search.Verdict, "_fastest", fastest)
    told = Recorder()
    tune(SPEC, tokens=[TOKENS], trials=5, progress=told)
    assert sum("a finalist fell: crashed: as told" in note for note in told.notes) == 1 and fallen


def test_a_build_that_is_damaged_is_built_again(home):
    target = backends.find_target("auto", SPEC)
    space = backends.get(target.backend).space
    layout = space.layouts(SPEC, target)[0]
    configs = {TOKENS: space.default(SPEC, target, layout, TOKENS, backends.get(target.backend).target.machine())}
    built = compiler.build(SPEC, target, layout, configs)
    for damage in ((built.library, None), ("library.txt", None), (built.library, 5000), ("library.txt", 0)):
        if damage[1] is None:
            (built.folder / damage[0]).unlink()
        else:
            os.truncate(built.folder / damage[0], damage[1])
        again = compiler.build(SPEC, target, layout, configs)
        assert again.folder == built.folder and (again.folder / again.library).stat().st_size > 5000


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"spec": "8x8"}, "spec must be a moegen.MoeSpec, got str"),
        ({"target": 3}, "target must be"),
        ({"tokens": 4}, "tokens must be an iterable"),
        ({"tokens": "4"}, "tokens must be an iterable"),
        ({"tokens": []}, "at least one"),
        ({"tokens": [0]}, "from 1 to"),
        ({"timeout": "a"}, "number of seconds, got 'a'"),
        ({"timeout": float("nan")}, "number of seconds"),
        ({"seed": -1}, "seed must be"),
        ({"threads": 5000}, "from 1 to 4096"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(home, wrong, words):
    with pytest.raises(SpecError, match=words):
        tune(**{"spec": SPEC, "tokens": [TOKENS], **wrong})


def test_another_seed_searches_anew(home):
    first = tune(SPEC, tokens=[TOKENS], trials=2)
    other = tune(SPEC, tokens=[TOKENS], trials=2, seed=7)
    assert (first.evidence[TOKENS]["seed"], other.evidence[TOKENS]["seed"]) == (0, 7)


def test_resume_finish_continue_and_merge(home):
    first = tune(SPEC, tokens=[TOKENS], trials=3)
    assert first.evidence[TOKENS]["trials"] == 3
    # Finished: nothing is built, measured or published.
    again = Recorder()
    assert tune(SPEC, tokens=[TOKENS], trials=3, progress=again).sha256 == first.sha256
    assert again.begun == [] and again.notes == []
    # More trials go on from there.
    more = Recorder()
    second = tune(SPEC, tokens=[TOKENS], trials=5, progress=more)
    assert more.begun == [(3, 5)] and second.evidence[TOKENS]["trials"] == 5
    # Another bucket joins, on the same layout; the first one's evidence stays.
    third = tune(SPEC, tokens=[200], trials=2)
    assert third.tuned == {TOKENS, 200} and third.layout == second.layout
    assert third.evidence[TOKENS] == second.evidence[TOKENS] and third.configs[TOKENS] == second.configs[TOKENS]


def test_timeout_ends_the_search_and_publishes(home):
    recorder = Recorder()
    found = tune(SPEC, tokens=[TOKENS], trials=500, timeout=1.0, progress=recorder)
    assert found.evidence[TOKENS]["finished_trials"] == 0 and found.evidence[TOKENS]["trials"] < 50


def test_out_gets_the_artifact(home, tmp_path):
    found = tune(SPEC, tokens=[1], trials=1, out=tmp_path / "kept")
    assert found.folder.parent == tmp_path / "kept" and artifact.all_artifacts() == []
    assert found.evidence[1]["vs_default"] == 1.0 and found.evidence[1]["vs_default_ci"] == [1.0, 1.0]


# ------------------------------------------------------------------------------------------------------- as a process

PROGRAM = f"""
import sys
sys.path[:0] = {[path for path in sys.path if path]!r}
from moegen.tune import run, search
run.LAYOUTS, search.SELECTION_S, search.FINAL_S = 1, 0.1, 0.1
from moegen.cli import main
main()
"""


def start(home, *arguments):
    command = [
        "tune",
        "--shape",
        f"1x{TOKENS}x{SPEC.hidden_size}",
        "--intermediate",
        str(SPEC.intermediate_size),
        "--experts",
        str(SPEC.num_experts),
        *arguments,
    ]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *command],
        env={**os.environ, "MOEGEN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_trial(process, number):
    """Read progress until that trial is over; what was read."""
    lines = []
    for line in process.stderr:
        lines.append(line)
        told = re.search(r"trial (\d+)/", line)
        if told and int(told.group(1)) >= number:
            return lines
    raise AssertionError("ended early: " + "".join(lines))


def test_ctrl_c_publishes_the_best_so_far_and_the_same_command_goes_on(home):
    process = start(home, "--trials", "400", "--json")
    wait_for_trial(process, 2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    found = json.loads(out)["evidence"][str(TOKENS)]
    assert found["finished_trials"] == 0 and 2 <= found["trials"] < 400
    process = start(home, "--trials", str(found["trials"] + 1), "--json")
    out, err = process.communicate(timeout=90)
    assert f"trial {found['trials']}/{found['trials'] + 1}" in err
    assert json.loads(out)["evidence"][str(TOKENS)]["finished_trials"] == found["trials"] + 1


def test_kill_leaves_no_worker_and_a_study_that_goes_on(home):
    process = start(home, "--trials", "400")
    wait_for_trial(process, 2)
    workers = [
        child for child in psutil.Process(process.pid).children(recursive=True) if "worker" in " ".join(child.cmdline())
    ]
    assert len(workers) == 1
    process.kill()
    process.communicate()
    psutil.wait_procs(workers, timeout=5)
    assert not workers[0].is_running()
    process = start(home, "--trials", "400")
    lines = wait_for_trial(process, 1)
    assert int(re.search(r"trial (\d+)/400", lines[-1]).group(1)) >= 2  # it did not begin anew
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=90)
    assert process.returncode == 0


def test_two_tuners_of_one_key_take_turns(home):
    both = [start(home, "--trials", "3", "--json") for _ in range(2)]
    answers = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    first, second = (json.loads(out) for out, _ in answers)
    assert first == second
    waited = [err for _, err in answers if "another process is tuning" in err]
    assert len(waited) == 1 and "trial" not in waited[0]
