"""What this machine is: its instruction sets, caches and threads, and its measured roof."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import pathlib
import platform
import time

from moegen.backends import MOST_THREADS, Roof, Source, Target
from moegen.backends.cpu import space
from moegen.cases import HARD_ROUTINGS
from moegen.errors import SpecError, TargetError

# What a processor may have that kernels do not use yet, or only for some types: recorded beside results.
NOTED = frozenset(
    {"asimddp", "bf16", "i8mm", "sve", "sve2", "avx512_bf16", "avx512_vnni", "avx_vnni", "amx_bf16", "amx_int8"}
)
# What a processor must have for each target, as archspec names it; the best first.
FEATURES = {
    "avx512_bf16": ("avx512_bf16", "avx512f", "avx512vl", "avx512bw", "avx512dq", "avx2", "fma", "f16c"),
    "avx512_vnni": ("avx512_vnni", "avx512f", "avx512vl", "avx512bw", "avx512dq", "avx2", "fma", "f16c"),
    "avx512": ("avx512f", "avx512vl", "avx512bw", "avx512dq", "avx2", "fma", "f16c"),
    "avx2": ("avx2", "fma", "f16c"),
    "neon_bf16": ("bf16", "asimd"),
    "neon_dotprod": ("asimddp", "asimd"),
    "neon": ("asimd",),
    "scalar": (),
}
#: Routings that a search times. Kernels read the same weights however tokens fall on the experts.
TIMED_ROUTINGS = ("balanced",)
#: Whether kernels run on a device beside the host. Here compilers would disturb what is timed.
OWN_DEVICE = False


def detect(spec) -> Target:
    """The best target of this machine for this spec.

    Raises
    ------
    TargetError
        If the CPU templates have none for it.
    """
    reasons = []
    for target in available():
        layout = space.layouts(spec, target)[0]
        reason = space.why_illegal(spec, target, layout, space.default(spec, target, layout, 1, machine()))
        if reason is None:
            return target
        reasons.append(f"{target.name}: {reason}")
    raise TargetError(f"this CPU has no target for {spec.key} ({'; '.join(reasons)})")


def available() -> list[Target]:
    """The targets that this machine runs, the best first."""
    return [Target("cpu", name) for name in FEATURES if why_not(Target("cpu", name)) is None]


def parse(name: str) -> Target | None:
    """The CPU target called `name`, or None."""
    return Target("cpu", name) if name in FEATURES else None


def why_not(target: Target) -> str | None:
    """Why this machine cannot run the target's code; None where it can."""
    if target.name not in FEATURES:
        return f"{target.name} is not a CPU target that this version knows"
    missing = [feature for feature in FEATURES[target.name] if feature not in _features()]
    if missing:
        return f"this CPU ({_host().name}) lacks {', '.join(missing)}"
    return None


@functools.cache
def _host():
    import archspec.cpu

    return archspec.cpu.host()


@functools.cache
def _features() -> frozenset[str]:
    """What this processor has, as archspec names it: of its model, of this very one, and what all AArch64 ones have."""
    always = {"asimd", "fp"} if _host().family.name == "aarch64" else set()
    return frozenset(_host().features) | set(_cpuinfo("flags").split()) | set(_cpuinfo("Features").split()) | always


@functools.cache
def machine() -> dict:
    """CPU name and features, cache sizes, threads and operating system, as recorded beside results."""
    caches = _caches()
    return {
        "cpu": _cpu_name(),
        "microarchitecture": _host().name,
        "architecture": platform.machine(),
        "isa": [target.name for target in available()],
        "features": sorted(_features() & NOTED),
        "l1_bytes": caches.get(1, 32 << 10),
        "l2_bytes": caches.get(2, 512 << 10),
        "l3_bytes": caches.get(3, 0),
        "threads": default_threads(),
        "system": f"{platform.system()} {platform.release()}",
    }


def _cpu_name() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _cpuinfo(field: str) -> str:
    """A field of the first processor in /proc/cpuinfo; empty where there is none."""
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.partition(":")[0].strip() == field:
                return line.partition(":")[2].strip()
    except OSError:
        pass  # no /proc: the caller falls back on what the platform knows
    return ""


def _caches() -> dict[int, int]:
    """Bytes of the data cache at each level, as the kernel tells them."""
    sizes: dict[int, int] = {}
    for index in pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"):
        try:
            level, kind, size = ((index / name).read_text().strip() for name in ("level", "type", "size"))
        except OSError:
            continue
        if kind != "Instruction":
            sizes[int(level)] = int(size[:-1]) * {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}[size[-1]]
    return sizes


def device() -> int:
    """The number of the device that what is loaded now will run on: there is one."""
    return 0


def on_device(number: int):
    """A context in which that device is current."""
    return contextlib.nullcontext()


def default_threads() -> int:
    """Threads of a call: MOEGEN_NUM_THREADS, else the cores that affinity, cgroup quota and OMP_NUM_THREADS leave.

    Raises
    ------
    SpecError
        If MOEGEN_NUM_THREADS is set to something that is no positive number.
    """
    asked = os.environ.get("MOEGEN_NUM_THREADS", "")
    if asked:
        if not (asked.isascii() and asked.isdecimal() and 0 < int(asked) <= MOST_THREADS):
            raise SpecError(
                f"MOEGEN_NUM_THREADS must be an integer from 1 to {MOST_THREADS}, got {asked!r}; "
                "set it to one, or unset it"
            )
        return int(asked)
    threads = len(os.sched_getaffinity(0))
    quota = _cgroup_cores()
    if quota:
        threads = min(threads, max(1, math.ceil(quota)))
    openmp = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    if openmp.isascii() and openmp.isdecimal() and int(openmp) > 0:
        threads = min(threads, int(openmp))
    return threads


def _cgroup_cores(proc: str = "/proc", root: str = "/sys/fs/cgroup") -> float | None:
    """CPU cores that this process's control groups leave it, the least of its group and all above; None for no limit.

    Version 2 says `quota period` in cpu.max, version 1 in cpu.cfs_quota_us and cpu.cfs_period_us; `max` or -1 is none.
    """
    try:
        lines = pathlib.Path(proc, "self/cgroup").read_text().splitlines()
    except OSError:
        return None
    cores = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        for mount in (controllers, "cpu") if controllers else (".", "unified"):
            top = pathlib.Path(root, mount)
            group = top / path.lstrip("/")
            cores += [
                _quota_cores(folder) for folder in (group, *group.parents) if folder == top or top in folder.parents
            ]
    return min((each for each in cores if each), default=None)


def _quota_cores(folder: pathlib.Path) -> float | None:
    """The cores that one control group's own quota allows; None where it has none."""
    try:
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota, period = ((folder / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError):
        return None


def hard_routings(spec):
    """The hard cases that kernels must get right: all."""
    return HARD_ROUTINGS


def as_used(spec, numbers):
    """Numbers of x, or of a router, as those who have such weights have them: here any float32."""
    return numbers


def nearby(weights):
    """Weights where kernels and oracle reach them soonest: here as they are."""
    return weights


class _RoofLoops:
    """The loops of templates/cpu/roof.c.j2, built for one target and type, and the buffer that the reads go through."""

    STREAMS = 4
    HOLD_S = 0.03

    def __init__(self, target: Target, how: space.Kind, threads: int):
        from moegen.backends.cpu.kernel import Pool, open_library
        from moegen.compile import build_source
        from moegen.render import text

        isa = space.isa(target)
        self.vl = isa.lanes
        names = {
            "target": target,
            "prelude": isa.preludes[self.vl],
            "vec": f"f32x{self.vl}",
            "vl": self.vl,
            "kind": how,
            "kinds": [how.name],
            "a_type": how.a,
            "chain_counts": (8, 10, 12) if isa.widths[self.vl] < 32 else (8, 12, 16, 24),
            "streams": self.STREAMS,
            "register_class": "x" if self.vl < 16 else "v",
        }
        self.kinds = len(names["chain_counts"])
        source = Source({file: text(f"cpu/{file}.j2", names) for file in ("roof.h", "roof.c", "pool.h", "pool.c")})
        built = build_source(source, target)
        self.ffi, self.lib = open_library(
            built.folder / built.library, [source.files["roof.h"], source.files["pool.h"]]
        )
        self.pool = Pool.of(self.ffi, self.lib, threads)
        self.threads = threads
        self.sink = self.ffi.new("float[]", 16 * max(threads, 1) * 64)

    def _seconds(self, task, parts, **fields) -> float:
        job = self.ffi.new("moegen_roof_job *", {"sink": self.sink, "parts": parts, **fields})
        start = time.perf_counter()
        self.lib.moegen_pool_run(self.pool.handle, parts, task, job)
        return time.perf_counter() - start

    def flops(self) -> float:
        """The best of the loops, held for as long as a layer runs rather than for the burst that a clock allows."""
        parts, best = 8 * self.threads, 0.0
        for kind in range(self.kinds):
            rounds = 20_000
            for _ in range(2):
                seconds = self._seconds(self.lib.moegen_roof_multiply_add, parts, kind=kind, rounds=rounds)
                rate = self.lib.moegen_roof_flops(kind) * rounds * parts / seconds
                rounds = max(1000, int(rounds * self.HOLD_S / seconds))
            best = max(best, rate)
        return best

    def bandwidth(self, size_bytes: int) -> float:
        buffer = _written(size_bytes + 64 * 8 * self.STREAMS * 2)
        address = self.ffi.cast("const char *", self.ffi.from_buffer(buffer))
        return max(
            size_bytes
            / self._seconds(self.lib.moegen_roof_read, 8 * self.threads, kind=kind, buffer=address, bytes=size_bytes)
            for kind in (0, 1, 2)
        )


@functools.lru_cache(maxsize=1)
def _written(size_bytes: int):
    """Memory whose pages are real, since it was written; one for all loops."""
    import numpy as np

    return np.ones(size_bytes, np.uint8)


@functools.cache
def _roof_loops(target: Target, threads: int, how: space.Kind = space.F32) -> _RoofLoops:
    return _RoofLoops(target, how, threads)


def measure_roof(target: Target, spec, threads: int, read_bytes: int = 1 << 30) -> Roof:
    """The peak of the multiply-add that the spec's dtype uses, and the read bandwidth, on `threads` threads, now.

    Each is the best of several loops.

    Parameters
    ----------
    read_bytes : int
        Bytes that each bandwidth loop reads once.
    """
    loops = _roof_loops(target, threads, space.kind(spec, target) or space.F32)
    return Roof(flops=loops.flops(), bytes=loops.bandwidth(read_bytes))
