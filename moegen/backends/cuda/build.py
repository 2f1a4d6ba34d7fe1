"""CUDA source to a cubin, through NVRTC. No GPU is needed."""

from __future__ import annotations

import pathlib
import re
import struct

from moegen.backends import Source, Target, cuda
from moegen.errors import BuildError

#: Spills of a GEMM that cost nothing: a few words, outside its loops.
SPILL_BYTES = 64
FLAGS = ("-std=c++17", "-default-device", "--ptxas-options=-v", "-diag-suppress=128,177")
MISSING = "CUDA kernels are compiled by NVRTC through CuPy; install both with `pip install moegen[cuda]`"


def _nvrtc():
    try:
        from cupy_backends.cuda.libs import nvrtc

        nvrtc.getVersion()
    except Exception as error:  # CuPy raises its own type where the library is missing, ImportError where it is itself
        raise BuildError(f"{MISSING} ({error})") from error
    return nvrtc


def toolchain(target: Target) -> dict:
    """The compiler, its version and its flags.

    Raises
    ------
    BuildError
        If NVRTC or CuPy is missing.
    """
    return {
        "compiler": "nvrtc",
        "version": ".".join(map(str, _nvrtc().getVersion())),
        "flags": ["-arch=" + cuda.space.arch(target), *FLAGS],
    }


def resources(log: str) -> dict[str, dict[str, int]]:
    """Registers, shared memory and spills of each kernel, from the compiler's log.

    Returns
    -------
    dict
        By kernel: `registers`, `shared_bytes` (static), `stack_bytes`, `spill_store_bytes`, `spill_load_bytes`.
    """
    found = {}
    for part in re.split(r"Compiling entry function '", log)[1:]:
        name = part[: part.index("'")]
        stack = re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", part)
        used = re.search(r"Used (\d+) registers", part)
        shared = re.search(r"(\d+) bytes smem", part)
        found[name] = {
            "registers": int(used[1]) if used else 0,
            "shared_bytes": int(shared[1]) if shared else 0,
            **{
                key: int(stack[i]) if stack else 0
                for i, key in enumerate(("stack_bytes", "spill_store_bytes", "spill_load_bytes"), 1)
            },
        }
    return found


def compile_cubin(text: str, arch: str) -> tuple[bytes, str]:
    """Compile CUDA C++ for `arch`; the cubin and the compiler's log.

    Raises
    ------
    BuildError
        If NVRTC is missing or refuses the source; its words are in the message.
    """
    nvrtc = _nvrtc()
    program = nvrtc.createProgram(text, "moe.cu", (), ())
    try:
        try:
            nvrtc.compileProgram(program, (f"-arch={arch}", *FLAGS))
        except nvrtc.NVRTCError as error:
            raise BuildError(f"NVRTC refused the source for {arch}: {error}\n{nvrtc.getProgramLog(program)}") from error
        return _whole(nvrtc.getCUBIN(program)), nvrtc.getProgramLog(program)
    finally:
        nvrtc.destroyProgram(program)


def _whole(cubin):
    """The cubin to its end: CuPy drops the last byte, as if it were a text's NUL, and tools then refuse the file."""
    headers = struct.unpack_from("<QQ", cubin, 32)  # where those of the program and of the sections begin
    program_bytes, programs, section_bytes, sections = struct.unpack_from("<4H", cubin, 54)
    return cubin.ljust(max(headers[0] + program_bytes * programs, headers[1] + section_bytes * sections), b"\0")


def build(source: Source, target: Target, folder) -> str:
    """Compile the source's `.cu` file into `folder`; the cubin's file name.

    Raises
    ------
    BuildError
        If the compiler is missing, refuses the source, or a GEMM spills more than `SPILL_BYTES`: such a config is not
        legal.
    """
    ((name, text),) = ((n, t) for n, t in source.files.items() if n.endswith(".cu"))
    cubin, log = compile_cubin(text, cuda.space.arch(target))
    spilling = [
        f"{kernel} ({used['spill_store_bytes']} bytes)"
        for kernel, used in resources(log).items()
        if used["spill_store_bytes"] > SPILL_BYTES and re.search(r"_(first|second|joined|fused_\w+?)_\d+$", kernel)
    ]
    if spilling:
        raise BuildError(
            f"registers spill to memory in {', '.join(spilling)}; take smaller tiles or fewer blocks a multiprocessor"
        )
    library = name.removesuffix(".cu") + ".cubin"
    (pathlib.Path(folder) / library).write_bytes(cubin)
    return library
