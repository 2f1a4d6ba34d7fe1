"""Artifacts without a compiler: any bytes serve as library where only keeping and finding are tested."""

from __future__ import annotations

import pathlib
import tempfile

from moegen import artifact, backends
from moegen.backends import Source, Target
from moegen.compile import Build
from moegen.spec import MoeSpec

SPEC = MoeSpec(64, 128, 4)
MACHINE = {"threads": 2, "l1_bytes": 32 << 10, "l2_bytes": 512 << 10, "l3_bytes": 0}


def publish(spec=SPEC, target="scalar", mark="1", buckets=(8,), tuned=None, out=None, library_bytes=64, **more):
    """Publish an artifact whose every file says `mark`."""
    target = Target("cpu", target)
    space = backends.get("cpu").space
    layout = space.layouts(spec, target)[0]
    configs = {bucket: space.default(spec, target, layout, bucket, MACHINE) for bucket in buckets}
    evidence = {bucket: {"time_s": 0.5, "mark": mark} for bucket in buckets}
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "libmoe.so").write_bytes(mark.encode() * library_bytes)
        build = Build(
            pathlib.Path(folder),
            "libmoe.so",
            Source({"moe.c": f"// {mark}\n" * 3, "moe.h": f"// {mark}\n"}),
            {"compiler": "none", "mark": mark},
        )
        return artifact.publish(
            build,
            spec,
            target,
            layout,
            configs,
            evidence,
            {**MACHINE, "mark": mark},
            buckets if tuned is None else tuned,
            out=out,
            **more,
        )


def mark_of(found: artifact.Artifact) -> str:
    """The mark of a loaded artifact; fails where its files do not agree on one."""
    files = found.files()
    marks = {
        found.machine["mark"],
        found.toolchain["mark"],
        *(found.evidence[b]["mark"] for b in found.tokens),
        files["moe.h"].decode().split()[1],
        files["libmoe.so"][:1].decode(),
    }
    assert len(marks) == 1, marks
    return marks.pop()
