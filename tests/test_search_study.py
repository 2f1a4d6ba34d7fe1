"""The study of a bucket: order, duplicates, illegal suggestions, resume after a kill. No kernel is built here."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys

import optuna
import pytest

from moegen import backends
from moegen.errors import StorageError
from moegen.spec import MoeSpec
from moegen.tune import study as study_module
from moegen.tune.study import Study, identity, nearest_params


@dataclasses.dataclass(frozen=True)
class Choice:
    width: int
    depth: int
    flag: bool


DEFAULT = Choice(width=40, depth=4, flag=True)  # not among the suggestions: 32 is the nearest width


def suggest(trial):
    depth = trial.suggest_int("depth", 1, 6)
    return Choice(
        depth * 0 + trial.suggest_categorical("width", [8, 16, 32, 64]),
        depth,
        trial.suggest_categorical("flag", [False, True]),
    )


def legal(config):
    return None


def open_study(folder, name="t1", seed=0):
    return Study(folder / "key.db", name, Choice, seed)


def trials_of(folder, name="t1"):
    return optuna.load_study(study_name=name, storage=f"sqlite:///{folder / 'key.db'}").get_trials()


def test_default_comes_first_and_is_kept_exactly(tmp_path):
    with open_study(tmp_path) as study:
        assert study.ask_default(DEFAULT, suggest) == DEFAULT
        study.tell(DEFAULT, 1.0, 0.5)
        assert study.measured[0].config == DEFAULT and study.measured[0].time_s == 0.5
    first = trials_of(tmp_path)[0]
    assert first.params == {"width": 32, "depth": 4, "flag": True} and first.value == 1.0


def test_nearest_params_finds_what_suggest_was_given():
    for config in (Choice(8, 6, False), Choice(64, 1, True)):
        assert suggest(optuna.trial.FixedTrial(nearest_params(suggest, config))) == config


def test_nothing_is_asked_twice_and_the_space_ends(tmp_path):
    seen = {DEFAULT}
    with open_study(tmp_path) as study:
        study.ask_default(DEFAULT, suggest)
        study.tell(DEFAULT, 1.0, 0.5)
        while (config := study.ask(suggest, legal)) is not None:
            assert config not in seen
            seen.add(config)
            study.tell(config, 1 + 0.01 * config.depth, 0.5)
        assert len(study.records) == len(seen)
    assert len(seen) >= 40  # of 48 and the default: the rest is rare enough to be given up


def test_it_learns(tmp_path):
    with open_study(tmp_path) as study:
        study.ask_default(DEFAULT, suggest)
        study.tell(DEFAULT, 1.0, 0.5)
        for _ in range(20):
            config = study.ask(suggest, legal)
            study.tell(
                config, 0.2 * abs(config.depth - 2) + (0 if config.width == 64 else 0.3) + 0.1 * config.flag, 0.5
            )
        assert study.measured[0].config == Choice(64, 2, False)


def test_illegal_suggestions_are_pruned_with_the_reason(tmp_path):
    with open_study(tmp_path) as study:
        study.ask_default(DEFAULT, suggest)
        study.tell(DEFAULT, 1.0, 0.5)
        for _ in range(12):
            config = study.ask(suggest, lambda config: "too deep" if config.depth > 2 else None)
            assert config.depth <= 2
            study.tell(config, 1.0, 0.5)
    pruned = [trial for trial in trials_of(tmp_path) if trial.state == optuna.trial.TrialState.PRUNED]
    assert pruned and all(trial.user_attrs["illegal"] == "too deep" for trial in pruned)


def test_failures_keep_their_reason_and_are_not_asked_again(tmp_path):
    with open_study(tmp_path) as study:
        study.ask_default(DEFAULT, suggest)
        study.tell(DEFAULT, 1.0, 0.5)
        bad = study.ask(suggest, legal)
        study.tell_failed(bad, "crashed: SIGSEGV")
    with open_study(tmp_path) as study:
        assert study.record(bad).reason == "crashed: SIGSEGV" and [each.config for each in study.measured] == [DEFAULT]
        for _ in range(20):
            config = study.ask(suggest, legal)
            assert config != bad
            study.tell(config, 1.0, 0.5)


def test_given_up_configs_may_be_asked_again(tmp_path):
    with open_study(tmp_path) as study:
        study.ask_default(DEFAULT, suggest)
        study.tell(DEFAULT, 1.0, 0.5)
        study.ask(suggest, legal)
        study.give_up()
    with open_study(tmp_path) as study:
        assert [each.config for each in study.records] == [DEFAULT]
        assert study.ask(suggest, legal) is not None


def test_a_killed_process_leaves_a_study_that_goes_on(tmp_path):
    program = f"""
import sys, os, signal
sys.path[:0] = {[os.path.dirname(__file__), *sys.path]!r}
from test_search_study import *
import pathlib
study = open_study(pathlib.Path({str(tmp_path)!r}))
study.ask_default(DEFAULT, suggest); study.tell(DEFAULT, 1.0, 0.5)
for _ in range(5):
    config = study.ask(suggest, legal); study.tell(config, 1.1, 0.6)
study.ask(suggest, legal)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program]).returncode == -signal.SIGKILL
    with open_study(tmp_path) as study:
        assert len(study.records) == 6
        assert study.ask(suggest, legal) not in {each.config for each in study.records}
    states = [trial.state for trial in trials_of(tmp_path)]
    assert states.count(optuna.trial.TrialState.RUNNING) == 1  # only the one just asked, not the dead process's


def test_studies_with_other_names_share_nothing(tmp_path):
    with open_study(tmp_path, "t1") as study:
        study.ask_default(DEFAULT, suggest)
        study.tell(DEFAULT, 1.0, 0.5)
        study.note(finished=True)
    with open_study(tmp_path, "t2") as study:
        assert study.records == [] and study.notes == {}
    with open_study(tmp_path, "t1") as study:
        assert study.notes == {"finished": True}


def test_identity_depends_on_whatever_makes_trials_comparable(tmp_path, monkeypatch):
    spec = MoeSpec(32, 32, 4)
    scalar, avx2 = backends.Target("cpu", "scalar"), backends.Target("cpu", "avx2")
    base = dict(label="t8", spec=spec, target=scalar, threads=2, bucket=8, layout={"nr": 8})
    names = {
        identity(**{**base, **change})
        for change in (
            {},
            {"spec": MoeSpec(32, 32, 4, top_k=1)},
            {"target": avx2},
            {"threads": 1},
            {"bucket": 9},
            {"layout": {"nr": 4}},
        )
    }
    assert len(names) == 6 and identity(**base) in names
    monkeypatch.setattr(study_module, "template_digest", lambda backend: "other templates")
    assert identity(**base) not in names


@pytest.mark.parametrize("content", [b"this is no database at all, not even nearly " * 40])
def test_a_damaged_file_is_a_storage_error(tmp_path, content):
    (tmp_path / "key.db").write_bytes(content)
    with pytest.raises(StorageError, match="key.db"):
        open_study(tmp_path)


def test_a_missing_folder_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError, match="cannot use the study"):
        open_study(tmp_path / "nowhere")


def test_one_killed_while_the_database_is_made_leaves_none(tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*arguments, **options):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(optuna.storages._rdb.models.VersionInfoModel, "find", killed)  # after the tables, before the rest
        with pytest.raises(Killed):
            open_study(tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".db"]
    open_study(tmp_path)
    assert [path.suffix for path in tmp_path.iterdir() if ".new" in path.name] == []


@pytest.mark.parametrize("end", ("given up", "killed before it asked"))
def test_a_default_that_was_interrupted_is_kept_with_its_own_parameters(tmp_path, end):
    with open_study(tmp_path) as study:
        if end == "given up":
            study.ask_default(DEFAULT, suggest)
            study.give_up()
        else:
            study._study.enqueue_trial({"width": 8, "depth": 1, "flag": False})
    with open_study(tmp_path) as study:
        study.ask_default(DEFAULT, suggest)
        study.tell(DEFAULT, 1.0, 0.5)
    (told,) = [each for each in trials_of(tmp_path) if each.value is not None]
    assert told.params == {"width": 32, "depth": 4, "flag": True}
