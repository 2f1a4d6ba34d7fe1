"""A backend is a folder with four rooms; `tune/`, `runtime/` and `export.py` speak to it through these only.

target.py
    detect(spec) -> Target              the best target of this machine for this spec; TargetError where there is none
    parse(name) -> Target | None        a target by its name, whether or not this machine can run it
    why_not(target) -> str | None       why this machine cannot run code for the target; None where it can
    machine() -> dict                   what is recorded beside results (names, caches, threads, compiler or driver)
    measure_roof(target, spec, threads) -> Roof
    device() -> int, on_device(n)       the number of the device that is current, and a context in which n is
    nearby(weights) -> MoeWeights       weights of a search where the kernels and the oracle reach them soonest
    TIMED_ROUTINGS, OWN_DEVICE          what a search times; whether the host may compile meanwhile
space.py
    Layout, Config                      frozen dataclasses of int, bool and str: the choices
    DEFAULT_TOKENS (optional)           buckets of an artifact that nobody tuned
    RULES (optional)                    files beside it that change what a config means, for a study's digest
    layouts(spec, target) -> tuple      candidate layouts, the analytic favourite first
    default(spec, target, layout, num_tokens, machine) -> Config     from a cache model, without measuring
    suggest(trial, spec, target, layout, num_tokens) -> Config       asks an Optuna trial for each choice
    why_illegal(spec, target, layout, config) -> str | None          the one place where legality is decided
    template(spec, target) -> dict      the files of a rendered library and the template of each
    names(spec, target, layout, configs, prefix) -> dict             what those templates are given
build.py
    toolchain(target) -> dict           the compiler, its version and the flags; part of a build's digest
    build(source, target, folder) -> str     compile into `folder`; the library's file name; BuildError
    portable(spec) -> tuple[Portable, ...]   targets that one C library holds side by side, the best first; () for none
kernel.py
    Kernel(folder, library, spec, target, layout)    a loaded library: pack, forward, workspace; see the class
"""

from __future__ import annotations

import dataclasses
import importlib

from moegen.errors import TargetError

NAMES = ("cpu", "cuda")
MOST_THREADS = 4096  # of a call


@dataclasses.dataclass(frozen=True)
class Target:
    """Where a kernel runs: an instruction set (`avx512`) or a GPU and its compute capability (`h100_sm_90a`)."""

    backend: str
    name: str


@dataclasses.dataclass(frozen=True)
class Portable:
    """A target among others in one library of C source, which finds out what it runs on when it runs.

    Attributes
    ----------
    target : Target
    architecture : str
        `x86_64` or `aarch64`; empty where the code runs everywhere.
    compiler : tuple of str
        What the compiler must be allowed to use, as its `target` attribute names it.
    features : tuple of str
        What the processor must have, as archspec names it.
    """

    target: Target
    architecture: str
    compiler: tuple[str, ...]
    features: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Roof:
    """What the machine can do at most, measured now, on all threads in use.

    `flops` is the peak rate of the multiply-add instruction that the spec's dtype uses (operations per second);
    `bytes` the read bandwidth from memory (bytes per second).
    """

    flops: float
    bytes: float


@dataclasses.dataclass(frozen=True)
class Routing:
    """Which experts served each token of a call.

    Attributes
    ----------
    indices : array (T, K) int32
        Experts, the highest score first.
    weights : array (T, K) float32
        Their weights, which sum to 1 for each token.
    counts : array (E,) int64
        Tokens that each expert served.
    """

    indices: object
    weights: object
    counts: object


@dataclasses.dataclass(frozen=True)
class Source:
    """Rendered text, by file name. Equal specs, targets, layouts and configs give equal text."""

    files: dict[str, str]


def without_former(kind: type, fields: dict) -> dict:
    """What an artifact tells of a Config or Layout, without choices that `kind` had before: its `FORMER`, if any."""
    return {name: content for name, content in fields.items() if name not in getattr(kind, "FORMER", ())}


def get(name: str):
    """The backend's package: its rooms are `.target`, `.space`, `.build`, `.kernel`, imported when first touched."""
    if name not in NAMES:
        raise TargetError(f"unknown backend {name!r}; known: {', '.join(NAMES)}")
    return importlib.import_module(f"moegen.backends.{name}")


def find_target(name: str, spec) -> Target:
    """The target called `name`; `auto` and a backend's name mean the best one of this machine.

    Raises
    ------
    TargetError
        If no backend knows the name, or this machine has none that fits.
    """
    if name == "auto":
        return get("cpu").target.detect(spec)
    if name in NAMES:
        return get(name).target.detect(spec)
    for backend in NAMES:
        target = get(backend).target.parse(name)
        if target is not None:
            return target
    raise TargetError(f"unknown target {name!r}; `moegen doctor` lists those of this machine")
