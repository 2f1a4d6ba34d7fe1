"""What the searches of this machine's home tried, and which choices mattered: read from their Optuna studies."""

from __future__ import annotations

import pathlib
import warnings

from moegen import paths

_FEWEST_TRIALS = 8


def rows(head: dict) -> list[dict]:
    """A row for each study of at least 8 measured trials: its history in order, and the importance of each choice."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    found = []
    for file in sorted(paths.studies().glob("*.db")):
        storage = optuna.storages.RDBStorage(f"sqlite:///{file}")
        for summary in optuna.get_all_study_summaries(storage):
            study = optuna.load_study(study_name=summary.study_name, storage=storage)
            row = _row(study, file, head)
            if row:
                found.append(row)
        storage.remove_session()
        storage.engine.dispose()
    return found


def _row(study, file: pathlib.Path, head: dict) -> dict | None:
    trials = [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]
    history = [
        {"time_s": trial.user_attrs.get("time_s"), "value": trial.value, "reason": trial.user_attrs.get("reason")}
        for trial in trials
    ]
    if sum(trial["value"] is not None for trial in history) < _FEWEST_TRIALS:
        return None
    return {
        "part": "search",
        "shape": file.stem,
        "label": study.study_name.rsplit("-", 1)[0],
        "impl": "moegen",
        "dtype": file.stem.split("_")[1],
        "status": "searched",
        "note": "",
        "device": head["device"],
        "threads": head["threads"],
        "commit": head["commit"],
        "seconds": _seconds(trials),
        "history": history,
        "importance": _importance(study),
    }


def _seconds(trials) -> float:
    """How long the trials took; those that ran at the same time count once, and pauses between runs do not count."""
    total, until = 0.0, None
    for trial in sorted(trials, key=lambda trial: trial.datetime_start):
        start = trial.datetime_start if until is None else max(until, trial.datetime_start)
        if trial.datetime_complete > start:
            total += (trial.datetime_complete - start).total_seconds()
            until = trial.datetime_complete
    return total


def _importance(study) -> dict[str, float]:
    """Share of the variation that each choice explains, by PED-ANOVA; empty where the trials do not tell."""
    import optuna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        try:
            evaluator = optuna.importance.PedAnovaImportanceEvaluator()
            return {
                name: float(value)
                for name, value in optuna.importance.get_param_importances(study, evaluator=evaluator).items()
            }
        except (ValueError, RuntimeError):  # every trial chose the same, or too few are among the best
            return {}
