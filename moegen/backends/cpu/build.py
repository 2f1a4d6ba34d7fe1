"""Source to shared library, by the system's C compiler."""

from __future__ import annotations

import functools
import os
import pathlib
import shlex
import shutil
import subprocess

from moegen.backends import Portable, Source, Target
from moegen.backends.cpu import space
from moegen.errors import BuildError

LIBRARY = "libmoe.so"
# No contraction: what is fused is written as such, so every compiler gives the same bits.
FLAGS = (
    "-std=c99",
    "-O2",
    "-fPIC",
    "-shared",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-pthread",
)
TIME_LIMIT_S = 300


def compiler() -> list[str]:
    """The compiler's command: CC where it is set, which is never replaced by another, else cc, gcc or clang.

    Raises
    ------
    BuildError
        If there is none, or CC is no command.
    """
    asked = os.environ.get("CC", "").strip()
    if asked:
        try:
            command = shlex.split(asked)
        except ValueError as error:
            raise BuildError(
                f"CC is {asked!r}, which is no command ({error}); set CC to a C compiler, or unset it"
            ) from error
        if shutil.which(command[0]) is None:
            raise BuildError(f"CC is {asked!r}, which cannot be run; set CC to a C compiler, or unset it")
        return command
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return [name]
    raise BuildError("no C compiler found (cc, gcc, clang); install one, such as with `apt-get install gcc`, or set CC")


def toolchain(target: Target) -> dict:
    """The compiler's command, its version line and the flags."""
    command = compiler()
    return {
        "compiler": " ".join(command),
        "version": _version(tuple(command)),
        "flags": [*FLAGS, *space.ISAS[target.name].flags],
    }


@functools.cache
def _version(command: tuple[str, ...]) -> str:
    try:
        result = subprocess.run(
            [*command, "--version"], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(
            f"the C compiler {' '.join(command)!r} cannot be run: {error}; set CC to one that can"
        ) from error
    if result.returncode != 0:
        raise BuildError(
            f"`{' '.join(command)} --version` failed: {(result.stderr or result.stdout).strip()[:500]}; set CC to "
            "a C compiler"
        )
    return (result.stdout.splitlines() or ["unknown"])[0]


def build(source: Source, target: Target, folder: pathlib.Path) -> str:
    """Compile the .c files that lie in `folder` into one library there; its file's name.

    Raises
    ------
    BuildError
        With the compiler's own words.
    """
    files = [name for name in source.files if name.endswith(".c")]
    tools = toolchain(target)
    command = [*compiler(), *tools["flags"], "-o", LIBRARY, *files, "-lm"]
    try:
        result = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=TIME_LIMIT_S, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{tools['compiler']} took over {TIME_LIMIT_S} s for {', '.join(files)}") from error
    except OSError as error:
        raise BuildError(
            f"the C compiler {tools['compiler']!r} cannot be run: {error}; set CC to one that can"
        ) from error
    if result.returncode != 0 or not (folder / LIBRARY).is_file():
        raise BuildError(f"`{shlex.join(command)}` failed (exit {result.returncode}):\n{result.stderr.strip()[-4000:]}")
    return LIBRARY


def portable(spec) -> tuple[Portable, ...]:
    """The targets whose code for `spec` one library can hold side by side, the best first."""
    from moegen.backends.cpu.target import FEATURES

    machine = {"l1_bytes": 32 << 10, "l2_bytes": 512 << 10, "threads": 1}
    found = []
    for name, features in FEATURES.items():
        target = Target("cpu", name)
        layout = space.layouts(spec, target)[0]
        if space.why_illegal(spec, target, layout, space.default(spec, target, layout, 1, machine)) is None:
            needs = tuple(need for flag in space.ISAS[name].flags for need in _needs(flag))
            found.append(Portable(target, space.ISAS[name].architecture, needs, features))
    return tuple(found)


def _needs(flag: str) -> list[str]:
    """What a flag allows, as a `target` attribute names it: `avx2` for -mavx2, `bf16` for -march=...+bf16."""
    if flag.startswith("-march="):
        return flag.split("+")[1:]
    return [flag[2:]] if flag.startswith("-m") and "=" not in flag else []
