"""The search of one token bucket as an Optuna study that any moment may end and a later run takes up.

A study lies in the SQLite file of its artifact. Its name holds a digest of everything that makes trials comparable, so
a resume never mixes measurements of another layout, template, compiler or thread count. A trial's value is its time
relative to the analytic default, chained through incumbents, so that a drift of the machine's clock does not enter.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import pathlib
import random
import warnings

import msgspec
import optuna
import sqlalchemy
from optuna.trial import TrialState

from moegen import backends, paths
from moegen.errors import StorageError

FORMAT = 1  # raised when what a study stores changes its meaning
STARTUP_TRIALS = 10
_ASKS = 24  # fruitless suggestions of one kind before another is tried
_BUSY_S = 30


def identity(label: str, spec, target, threads: int, **facts) -> str:
    """A study's name: `label`, and a digest of `facts` and of whatever else its measurements depend on."""
    rooms = backends.get(target.backend)
    machine = rooms.target.machine()
    facts |= {
        "format": FORMAT,
        "spec": spec.digest,
        "target": target.name,
        "threads": threads,
        "templates": template_digest(target.backend),
        "toolchain": rooms.build.toolchain(target),
        "machine": [machine.get(name) for name in ("cpu", "gpu")],
    }
    return f"{label}-{hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:16]}"


def template_digest(backend: str) -> str:
    """SHA-256 over the backend's templates and the choices offered, which change what a config means."""
    total = hashlib.sha256()
    files = sorted((paths.templates() / backend).rglob("*.j2"))
    space = backends.get(backend).space
    file = pathlib.Path(space.__file__)
    files += [file, *(file.with_name(name) for name in getattr(space, "RULES", ()))]
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


@dataclasses.dataclass
class Record:
    """A config that was tried: its value and time where it was measured, else the reason why not."""

    config: object
    value: float | None
    time_s: float | None
    reason: str | None


class Study:
    """One bucket's trials. `file` is the SQLite database; `config_type` the backend's Config.

    Only one process may have it open: callers hold the key's lock.

    Raises
    ------
    StorageError
        If the file cannot be written or is not a study.
    """

    def __init__(self, file: pathlib.Path, name: str, config_type: type, seed: int):
        self.file, self.name, self.config_type = file, name, config_type
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        with self._storage_errors():
            self._storage = _storage(file)
            self._study = optuna.create_study(storage=self._storage, study_name=name, load_if_exists=True)
            for trial in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
                self._study.tell(trial.number, state=TrialState.FAIL)  # its process was killed
            while self._study.get_trials(
                deepcopy=False, states=(TrialState.WAITING,)
            ):  # or before it asked for this one
                self._study.tell(self._study.ask(), state=TrialState.FAIL)
            trials = self._study.get_trials(deepcopy=False)
        # A resumed search must not repeat the draws of the first, hence the number of trials in the seed.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            self._tpe = optuna.samplers.TPESampler(
                n_startup_trials=STARTUP_TRIALS, multivariate=True, constant_liar=True, seed=seed + len(trials)
            )
        self._random = optuna.samplers.RandomSampler(seed=seed + len(trials))
        self._dice = random.Random(seed + len(trials))
        self._asked = 0
        self._study.sampler = self._tpe
        self._known = {}
        for trial in trials:
            if "config" in trial.user_attrs:
                config = msgspec.convert(trial.user_attrs["config"], config_type)
                value = trial.value if trial.state == TrialState.COMPLETE else None
                self._known[config] = Record(
                    config, value, trial.user_attrs.get("time_s"), trial.user_attrs.get("reason")
                )
        self._open: dict = {}

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._storage.remove_session()
        self._storage.engine.dispose()

    @property
    def records(self) -> list[Record]:
        """Every config tried, in the order of trying."""
        return list(self._known.values())

    @property
    def measured(self) -> list[Record]:
        """Those with a value, best first."""
        return sorted((each for each in self.records if each.value is not None), key=lambda each: each.value)

    def record(self, config) -> Record:
        """What became of a config that was tried."""
        return self._known[config]

    def note(self, **facts) -> None:
        """Keep JSON-like facts with the study, such as that it is finished."""
        with self._storage_errors():
            for name, value in facts.items():
                self._study.set_user_attr(name, value)

    @property
    def notes(self) -> dict:
        """What `note` has kept."""
        with self._storage_errors():
            return self._study.user_attrs

    def ask_default(self, config, suggest) -> object:
        """A trial for `config`, placed where `suggest` comes nearest to it, so that the sampler learns from it too."""
        with self._storage_errors():
            self._study.enqueue_trial(nearest_params(suggest, config))
            trial = self._study.ask()
            suggest(trial)
        return self._take(trial, config)

    def ask(self, suggest, why_illegal) -> object | None:
        """A config not tried before, or None when the space seems used up.

        The first are neighbours of the best so far, one choice away, since the analytic default is seldom far off and
        the sampler learns most there; then the sampler and neighbours two choices away take turns.

        `suggest(trial)` gives a config, `why_illegal(config)` a reason or None. Illegal suggestions are told as pruned
        with the reason, repeated ones as failed, which the sampler does not learn from.
        """
        self._asked += 1
        starting = len(self._known) + len(self._open) < STARTUP_TRIALS
        near = starting or self._asked % 2 == 0
        with self._storage_errors():
            for attempt in range(3 * _ASKS):
                if near and attempt < _ASKS:
                    self._enqueue_neighbour(1 if starting else 2)
                self._study.sampler = self._tpe if attempt < 2 * _ASKS else self._random
                trial = self._study.ask()
                config = suggest(trial)
                if config in self._known or config in self._open:
                    trial.set_user_attr("repeats", dataclasses.asdict(config))
                    self._study.tell(trial, state=TrialState.FAIL)
                    continue
                reason = why_illegal(config)
                if reason is None:
                    return self._take(trial, config)
                trial.set_user_attr("illegal", reason)
                self._study.tell(trial, state=TrialState.PRUNED)
        return None

    def _enqueue_neighbour(self, changes):
        best = self._study.best_trial
        choices = {}
        for name, distribution in best.distributions.items():
            if isinstance(distribution, optuna.distributions.CategoricalDistribution):
                choices[name] = [each for each in distribution.choices if each != best.params[name]]
            elif isinstance(distribution, optuna.distributions.IntDistribution):
                steps = (best.params[name] + sign * far * distribution.step for sign in (-1, 1) for far in (1, 2, 3))
                choices[name] = [each for each in steps if distribution.low <= each <= distribution.high]
        names = sorted(name for name, others in choices.items() if others)
        moved = self._dice.sample(names, min(changes, len(names)))
        self._study.enqueue_trial({**best.params, **{name: self._dice.choice(choices[name]) for name in moved}})

    def tell(self, config, value: float, time_s: float, **facts) -> None:
        """The config was proved and measured: `value` is its time relative to the default's."""
        self._close(config, Record(config, value, time_s, None), {"time_s": time_s, **facts}, TrialState.COMPLETE)

    def tell_failed(self, config, reason: str) -> None:
        """The config did not build, crashed, hung or was wrong."""
        self._close(config, Record(config, None, None, reason), {"reason": reason}, TrialState.FAIL)

    def give_up(self) -> None:
        """Close trials that were asked for and will not be run; a later run may ask for them again."""
        with self._storage_errors():
            for trial in self._open.values():
                self._study.tell(trial, state=TrialState.FAIL)
        self._open.clear()

    def _take(self, trial, config):
        self._open[config] = trial
        return config

    def _close(self, config, record, attributes, state):
        with self._storage_errors():
            trial = self._open.pop(config)
            trial.set_user_attr("config", dataclasses.asdict(config))
            for name, value in attributes.items():
                trial.set_user_attr(name, value)
            self._study.tell(trial, record.value, state=state)
        self._known[config] = record

    def _storage_errors(self):
        return _StorageErrors(self.file)


class _StorageErrors:
    """Turns what SQLite and Optuna say of a file they cannot use into StorageError."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        # RuntimeError is Optuna's for a file of another version's.
        if isinstance(
            error, (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError, OSError, RuntimeError)
        ):
            cause = error.__cause__ or error
            words = str(getattr(cause, "orig", None) or cause).splitlines()[0]
            raise StorageError(
                f"cannot use the study {self.file}: {words}; make room or rights there, or remove the file "
                "to search anew"
            ) from error
        return False


def _create(file):
    """Make the empty database beside its place and put it there in one step.

    A process that is killed between Optuna's first table and its last index would leave a database that takes one name
    for two studies.
    """
    beside = pathlib.Path(f"{file}.new")
    for left in (beside, pathlib.Path(f"{beside}-journal")):  # by one that was killed
        left.unlink(missing_ok=True)
    optuna.storages.RDBStorage(f"sqlite:///{beside}").engine.dispose()
    os.replace(beside, file)


def _storage(file):
    if not os.path.exists(file):
        _create(file)
    storage = optuna.storages.RDBStorage(f"sqlite:///{file}", engine_kwargs={"connect_args": {"timeout": _BUSY_S}})

    # With a write-ahead log a killed process loses nothing that was told, and a told trial costs no wait for the disk.
    def connected(connection, record):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    sqlalchemy.event.listen(storage.engine, "connect", connected)
    storage.engine.dispose()
    return storage


def nearest_params(suggest, config) -> dict:
    """The parameters with which `suggest` comes nearest to `config`, by coordinate descent over its choices.

    A config may hold fewer or other numbers than the parameters it is suggested through, and the default need not be
    among the suggestions at all.
    """
    params: dict = {}
    best = _distance(suggest(_Probe(params)), config)
    for _ in range(3):
        before = best
        probe = _Probe(params)
        suggest(probe)
        for name, choices in probe.choices.items():
            for choice in choices:
                distance = _distance(suggest(_Probe({**params, name: choice})), config)
                if distance < best:
                    best, params = distance, {**params, name: choice}
        if best == before:
            break
    probe = _Probe(params)
    suggest(probe)
    return probe.taken


def _distance(one, other) -> float:
    total = 0.0
    for name, value in dataclasses.asdict(one).items():
        wanted = getattr(other, name)
        if value == wanted:
            continue
        if isinstance(value, (bool, str)) or min(value, wanted) < 0:
            total += 1
        else:
            total += min(1.0, 0.1 + abs(math.log((value + 1) / (wanted + 1))))
    return total


class _Probe:
    """Stands in for an Optuna trial: answers with `params`, else with the first choice, and notes all choices."""

    def __init__(self, params):
        self.params, self.choices, self.taken = params, {}, {}

    def suggest_categorical(self, name, choices):
        return self._answer(name, list(choices))

    def suggest_int(self, name, low, high, *, step=1, log=False):
        values = list(range(low, high + 1, step))
        # A long range is probed at powers of two from its lower end.
        if len(values) > 64:
            values = sorted({low, high, *(low + (1 << bit) // step * step for bit in range((high - low).bit_length()))})
        return self._answer(name, values)

    def suggest_float(self, name, low, high, *, step=None, log=False):
        return self._answer(name, [low + (high - low) * part / 8 for part in range(9)])

    def _answer(self, name, values):
        self.choices[name] = values
        value = self.params.get(name, values[0])
        self.taken[name] = value if value in values else values[0]
        return self.taken[name]
