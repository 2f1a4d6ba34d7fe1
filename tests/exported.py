"""Exported libraries in tests: export without tuning, build, call from a C program, compare with the oracle."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
from types import SimpleNamespace

import artifacts_by_hand
import numpy as np
import pytest

from moegen import export, oracle
from moegen.spec import MoeSpec

SPEC = MoeSpec(24, 40, 5, 2, "swiglu", True)
STRICT = "-Wall -Wextra -Wpedantic -Werror"
CALLER = pathlib.Path(__file__).parent / "export_caller.c"
PACKAGES = {
    "clang": "clang",
    "clang++": "clang",
    "g++": "g++",
    "cmake": "cmake",
    "pkg-config": "pkg-config",
    "make": "make",
    "qemu-x86_64": "qemu-user",
    "qemu-aarch64": "qemu-user",
    "nm": "binutils",
    "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu",
}


def tool(name: str) -> str:
    """The command `name`; skips the test, naming the Debian package, where it is missing."""
    if shutil.which(name) is None:
        pytest.skip(f"missing {name}: apt-get install {PACKAGES.get(name, name)}")
    return name


def run(*command, cwd=None, ok=True, **environment):
    """The finished process; its output is shown where it failed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
    )
    assert not ok or done.returncode == 0, (
        f"{command} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    )
    return done


def library(folder, spec=SPEC, target="avx512", buckets=(2, 16), prefix="moe", **options) -> pathlib.Path:
    """An exported library of an artifact that nobody tuned or compiled."""
    return export.export(artifacts_by_hand.publish(spec, target, buckets=buckets), folder, prefix, **options)


def caller_flags(spec=SPEC) -> list[str]:
    return [f"-DW1_COLUMNS={spec.w1_columns}", *(["-DBIAS"] if spec.bias else [])]


def call(program, threads="none", spec=SPEC, tokens=33, seed=3, emulator=(), **environment) -> str:
    """Run the caller on drawn weights, compare with the oracle, and return the instruction set that it used."""
    weights, x = oracle.make_weights(spec, seed), oracle.make_tokens(spec, tokens, seed)
    parts = [np.int32(tokens), weights.gate]
    for e in range(spec.num_experts):
        parts += [weights.w1[e], weights.w2[e]] + ([weights.b1[e], weights.b2[e]] if spec.bias else [])
    done = subprocess.run(
        [*emulator, str(program), threads],
        input=b"".join(np.asarray(p).tobytes() for p in [*parts, x]),
        capture_output=True,
        timeout=300,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    sizes = (tokens * spec.hidden_size * 4, tokens * spec.top_k * 4, tokens * spec.top_k * 4, spec.num_experts * 8)
    assert len(done.stdout) == sum(sizes)
    y, indices, chosen, counts = (
        np.frombuffer(done.stdout[sum(sizes[:i]) : sum(sizes[: i + 1])], kind)
        for i, kind in enumerate((np.float32, np.int32, np.float32, np.int64))
    )
    routing = SimpleNamespace(indices=indices.reshape(tokens, -1), weights=chosen.reshape(tokens, -1), counts=counts)
    oracle.check(y.reshape(tokens, -1), routing, x, weights, spec)
    return done.stderr.decode().split()[-1]
