"""What `moegen doctor` looks at: everything that tuning and running need here, and what to do where it is missing."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import importlib.util
import os
import pathlib
import platform
import shutil
import subprocess

from moegen import backends, paths
from moegen.errors import MoegenError
from moegen.spec import MoeSpec

_LEAST_FREE_BYTES = 1 << 30


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing looked at. `needed`: whether tuning on a CPU fails without it; `mend`: what to do, if anything."""

    name: str
    ok: bool
    found: str
    mend: str = ""
    needed: bool = True


def checks(roof: bool = False) -> list[Check]:
    """Everything, in the order in which one would mend it; the roof is measured only if asked for."""
    room = backends.get("cpu").target
    machine = room.machine()
    found = [
        Check("python", True, f"{platform.python_version()} on {machine['system']}"),
        Check("cpu", True, machine["cpu"]),
        _instruction_sets(room),
        Check(
            "caches",
            machine["l2_bytes"] > 0,
            ", ".join(
                f"L{level} {machine[f'l{level}_bytes'] >> 10} KiB" for level in (1, 2, 3) if machine[f"l{level}_bytes"]
            ),
            needed=False,
        ),
        Check(
            "threads",
            True,
            f"{room.default_threads()} of {os.cpu_count()} cores; MOEGEN_NUM_THREADS or --threads "
            "chooses another number",
        ),
        _compiler(room),
        _templates(),
        _home(),
        _gpu(),
        _cupy(),
    ]
    if roof:
        found.append(_roof(room))
    return found


def _instruction_sets(room):
    names = [target.name for target in room.available()]
    if names == ["scalar"]:
        return Check(
            "instruction sets",
            False,
            "scalar",
            "plain C is slow: a CPU with AVX2 or AVX-512 is many times faster",
            needed=False,
        )
    return Check("instruction sets", bool(names), ", ".join(names) or "none")


def _compiler(room):
    try:
        tools = backends.get("cpu").build.toolchain(room.available()[0])
    except MoegenError as error:
        return Check("C compiler", False, "none that runs", str(error))
    return Check("C compiler", True, f"{tools['compiler']}: {tools['version']}")


def _templates():
    folder = paths.templates()
    ok = any((folder / "cpu").glob("*.j2"))
    return Check(
        "templates", ok, str(folder), "" if ok else "install moegen again: `pip install --force-reinstall moegen`"
    )


def _home():
    home = paths.home()
    place = home
    while not place.exists() and place != place.parent:
        place = place.parent
    mend = "set MOEGEN_HOME to a folder that you can write"
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return Check("home", False, f"{home}, which cannot be written", mend)
    free = shutil.disk_usage(place).free
    if free < _LEAST_FREE_BYTES:
        return Check("home", False, f"{home}, {free >> 20} MiB free", f"make room there, or {mend}")
    if place == home:
        try:
            for folder in (home, paths.artifacts(), paths.builds(), paths.defaults(), paths.studies()):
                if folder.exists():
                    paths.refuse_writable_by_others(folder)
        except MoegenError as error:
            return Check("home", False, str(home), str(error))
    return Check("home", True, f"{home}, writable, {free >> 30} GiB free")


def _gpu():
    if shutil.which("nvidia-smi") is None:
        there = pathlib.Path("/proc/driver/nvidia/version").exists()
        return Check(
            "GPU",
            there,
            "an NVIDIA driver without nvidia-smi" if there else "no NVIDIA driver",
            "" if there else "needed for CUDA targets only",
            needed=False,
        )
    try:
        result = subprocess.run(
            ["nvidia-smi", "--query-gpu=name,compute_cap,driver_version", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=30,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("GPU", False, f"nvidia-smi fails: {error}", "mend the NVIDIA driver", needed=False)
    if result.returncode != 0:
        words = (result.stdout or result.stderr).strip().splitlines()
        return Check(
            "GPU", False, f"nvidia-smi: {words[0] if words else 'fails'}", "mend the NVIDIA driver", needed=False
        )
    return Check("GPU", True, "; ".join(result.stdout.strip().splitlines()), needed=False)


def _cupy():
    if importlib.util.find_spec("cupy") is None:
        return Check("CuPy", False, "not installed", "`pip install 'moegen[cuda]'` for CUDA targets", needed=False)
    versions = [
        f"{each} {importlib.metadata.version(each)}"
        for each in importlib.metadata.packages_distributions().get("cupy", [])
    ]
    return Check("CuPy", True, ", ".join(versions) or "installed", needed=False)


def _roof(room):
    spec = MoeSpec(1024, 4096, 8)
    try:
        target = room.detect(spec)
        roof = room.measure_roof(target, spec, room.default_threads())
    except MoegenError as error:
        return Check("roof", False, "not measured", str(error), needed=False)
    return Check(
        "roof",
        True,
        f"{roof.flops / 1e9:.1f} GFLOP/s in float32 and {roof.bytes / 1e9:.1f} GB/s, {room.default_threads()} threads",
        needed=False,
    )
