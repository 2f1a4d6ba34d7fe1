"""Which NVIDIA GPU this is, what it is called, and what it can do at most."""

from __future__ import annotations

import pathlib
import re

import numpy as np

from moegen.backends import Roof, Target, cuda
from moegen.backends.cuda import arrays, sizes
from moegen.cases import HARD_ROUTINGS
from moegen.errors import TargetError

#: Routings that a search times, so that the winner is not tuned to one: how many tiles there are hangs on them.
TIMED_ROUTINGS = ("balanced", "skewed", "crowded")
#: Whether kernels run on a device beside the host: compilers may work while they are timed, and tuners take turns.
OWN_DEVICE = True

_BEFORE_BYTES = 256 << 20  # that are filled before the work of a roof, so that its launch is over by then
_READ = r"""
extern "C" __global__ void read(const uint4* data, unsigned long long n, unsigned* sink) {
    uint4 sum = make_uint4(0, 0, 0, 0);
    unsigned long long first = blockIdx.x * (unsigned long long)blockDim.x + threadIdx.x;
#pragma unroll 8
    for (unsigned long long i = first; i < n; i += gridDim.x * (unsigned long long)blockDim.x) {
        uint4 v = data[i];
        sum.x ^= v.x, sum.y ^= v.y, sum.z ^= v.z, sum.w ^= v.w;
    }
    if ((sum.x ^ sum.y ^ sum.z ^ sum.w) == 0x12345679u) *sink = 1;
}
"""


def require_cupy():
    """CuPy, with a GPU to use; else TargetError."""
    try:
        import cupy
    except ImportError as error:
        raise TargetError(f"GPUs need CuPy, which cannot be imported ({error}); `pip install moegen[cuda]`") from error
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        raise TargetError(
            f'no NVIDIA GPU can be used on this machine ({error}); its CPU is --target auto, or backend="cpu"'
        ) from error
    if count == 0:
        raise TargetError('this machine has no NVIDIA GPU; its CPU is --target auto, or backend="cpu"')
    return cupy


def gpu_name(text: str) -> str:
    """`h100` of `NVIDIA H100 80GB HBM3`: the first word with a digit, else all words, as a name."""
    words = [
        w
        for w in re.split(r"[^a-z0-9]+", text.lower())
        if w and w not in ("nvidia", "geforce", "tesla", "graphics", "device")
    ]
    words = [w for w in words if not re.fullmatch(r"\d+gb|hbm\w*|sxm\d*|pcie", w)]
    with_digit = [i for i, w in enumerate(words) if re.search(r"\d", w)]
    return "".join(words[: with_digit[0] + 1] if with_digit else words) or "gpu"


def detect(spec) -> Target:
    """The present device.

    Raises
    ------
    TargetError
        If CuPy or a GPU is missing, the GPU is older than compute capability 8.0, or no kernel takes the spec's dtype.
    """
    cupy = require_cupy()
    properties = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.Device().id)
    major, minor = properties["major"], properties["minor"]
    if major < 8:
        raise TargetError(f"GPUs of compute capability 8.0 and later are served; this one has {major}.{minor}")
    if spec is not None and spec.dtype not in cuda.space.DTYPES:
        raise TargetError(f"dtype {spec.dtype} has no CUDA kernel; known: {', '.join(cuda.space.DTYPES)}")
    target = Target(
        "cuda", f"{gpu_name(properties['name'].decode())}_sm_{major}{minor}{'a' if (major, minor) == (9, 0) else ''}"
    )
    if spec is not None and not sizes.maths(spec, target):
        raise TargetError(f"dtype {spec.dtype} needs wgmma, which {target.name} does not have; sm_90a does")
    return target


def parse(name: str) -> Target | None:
    """A target by its name: `h100_sm_90a`, or `sm_80` for any GPU of that capability."""
    match = re.fullmatch(r"(?:[a-z0-9]+_)?sm_(\d+)(\d)a?", name)
    return Target("cuda", name) if match and int(match[1]) >= 8 else None


def why_not(target: Target) -> str | None:
    """Why this machine cannot run code for the target; None where it can."""
    major, minor, specific = sizes.capability(target)
    try:
        cupy = require_cupy()
    except TargetError as error:
        return str(error)
    here = tuple(
        int(digit) for digit in (cupy.cuda.Device().compute_capability[:-1], cupy.cuda.Device().compute_capability[-1])
    )
    if here == (major, minor) or (not specific and here[0] == major and here[1] >= minor):
        wanted, limit = sizes.shared_limit(target), sizes.shared_limit_of(here)
        if limit >= wanted:
            return None
        return f"{target.name} has kernels of up to {wanted} bytes of shared memory, this GPU {limit}"
    return f"{target.name} needs compute capability {major}.{minor}, this GPU has {here[0]}.{here[1]}"


def machine() -> dict:
    """The GPU, the driver and the libraries, as recorded beside results. Sizes in bytes."""
    cupy = require_cupy()
    p = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.Device().id)
    return {
        "gpu": p["name"].decode(),
        "compute_capability": f"{p['major']}.{p['minor']}",
        "multiprocessors": p["multiProcessorCount"],
        "l2_bytes": p["l2CacheSize"],
        "shared_bytes": p["sharedMemPerBlockOptin"],
        "gpu_memory_bytes": p["totalGlobalMem"],
        "driver": _driver_version() or str(cupy.cuda.runtime.driverGetVersion()),
        "runtime": cupy.cuda.runtime.runtimeGetVersion(),
        "cupy": cupy.__version__,
    }


def _driver_version() -> str | None:
    """The NVIDIA driver's version, such as 580.95.05; None where the system does not tell."""
    try:
        return pathlib.Path("/sys/module/nvidia/version").read_text().strip()
    except OSError:
        return None


def device() -> int:
    """The number of the GPU that is current, which what is loaded now will run on."""
    return require_cupy().cuda.runtime.getDevice()


def on_device(number: int):
    """A context in which GPU `number` is current."""
    return require_cupy().cuda.Device(number)


def default_threads() -> int:
    """Host threads that a call uses: one, which launches."""
    return 1


def hard_routings(spec):
    """The hard cases that kernels must get right: magnitudes that float16 does not hold are none of its."""
    return tuple(name for name in HARD_ROUTINGS if spec.dtype != "f16" or name not in ("large", "tiny"))


def as_used(spec, numbers):
    """Numbers of x, or of a router, as those who have such weights have them: of 16 bits where the weights are.

    float32, like what is given.
    """
    name = arrays.NAMES[sizes.types(spec)[-1]]
    return numbers if name == "float32" else numbers.astype(np.dtype(name)).astype(np.float32)


def nearby(weights):
    """Weights that have been drawn for a search, in the memory of the GPU where that has room for them."""
    from moegen.backends.cuda import packing  # not needed to say what this GPU is

    return packing.nearby(weights)


def measure_roof(target: Target, spec, threads: int | None = None) -> Roof:
    """The library's 8192^3 product in the type of the weights and a read of 2 GiB, best of several.

    For fp8 and tf32, which CuPy's library does not multiply, twice and half the bfloat16 product: what the tensor cores
    do.
    """
    cupy = require_cupy()
    size = 8192
    kind = np.dtype(arrays.NAMES.get(spec.dtype, "bfloat16"))
    a, b, c = (cupy.random.standard_normal((size, size), dtype=cupy.float32).astype(kind) for _ in range(3))
    flops = 2 * size**3 / _best(lambda: cupy.matmul(a, b, out=c)) * {"fp8": 2, "tf32": 0.5}.get(spec.dtype, 1)
    data = cupy.ones(2**29, cupy.uint32)
    sink = cupy.zeros(1, cupy.uint32)
    read = cupy.RawKernel(_READ, "read")
    blocks = cupy.cuda.Device().attributes["MultiProcessorCount"] * 8
    return Roof(
        flops, data.nbytes / _best(lambda: read((blocks,), (512,), (data, cupy.uint64(data.nbytes // 16), sink)))
    )


def _best(work, repeats: int = 8) -> float:
    """Seconds of the fastest of several runs, each behind other work, so that none waits for its launch within them."""
    import cupy

    start, end = cupy.cuda.Event(), cupy.cuda.Event()
    times, other = [], cupy.empty(_BEFORE_BYTES, cupy.uint8)
    for _ in range(repeats + 2):
        other.fill(0)
        start.record()
        work()
        end.record()
        end.synchronize()
        times.append(cupy.cuda.get_elapsed_time(start, end) * 1e-3)
    return min(times[2:])
