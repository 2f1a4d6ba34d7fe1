"""Coverage-guided fuzzing of what reads text or bytes from outside: it gives a value or an error of moegen's own.

    pip install atheris
    python bench/fuzz.py --seconds 120 --out bench/results/fuzz.json

Each target runs for `--seconds` in a process of its own; what libFuzzer found is told and ends this with an error.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from moegen import artifact, checkpoint, ctext, manifest
from moegen.errors import MoegenError
from moegen.shards import Shards
from moegen.spec import parse_shape

_folder = tempfile.TemporaryDirectory(prefix="moegen-fuzz-")


def _file(name: str, content: bytes) -> pathlib.Path:
    folder = pathlib.Path(_folder.name)
    for old in folder.iterdir():
        old.unlink()
    (folder / name).write_bytes(content)
    return folder


def tensors(content: bytes) -> None:
    shards = Shards(_file("model.safetensors", content))
    for name in shards.names():
        shards.tensor(name).tobytes()


def config(content: bytes) -> None:
    folder = _file("config.json", content)
    for read in (checkpoint.spec_from_pretrained, checkpoint.moe_layers):
        try:
            read(folder)
        except MoegenError:
            pass  # the other one is tried all the same


def rename(content: bytes) -> None:
    text = content.decode("latin-1")
    assert ctext.rename(text, {}) == text


TARGETS = {
    "shape": lambda content: parse_shape(content.decode("utf-8", "replace")),
    "key": lambda content: artifact.find(content.decode("utf-8", "replace")),
    "manifest": lambda content: manifest.verify({manifest.NAME: content}),
    "index": lambda content: Shards(_file("model.safetensors.index.json", content)),
    "tensors": tensors,
    "config": config,
    "rename": rename,
}
_HEADER = b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}'
SEEDS = {
    "shape": [b"64x1024x2048"],
    "key": [b"moe_f32_h1024_i4096_e8_k2_relu-1a2b3c4d__avx512"],
    "manifest": [b'{"format": 1, "files": {}, "sha256": ""}', b"[" * 3000],
    "index": [b'{"weight_map": {"a": "b.safetensors"}}', b"[" * 3000],
    "tensors": [len(_HEADER).to_bytes(8, "little") + _HEADER + b"\0" * 4],
    "config": [
        (
            b'{"model_type": "mixtral", "hidden_size": 8, "intermediate_size": 8, "num_local_experts": 4, '
            b'"num_experts_per_tok": 2, "num_hidden_layers": 2, "hidden_act": "silu"}'
        ),
        b"[" * 3000,
    ],
    "rename": [b'static int f(int x) { return x; /* "a" */ }'],
}


def try_one(target: str, content: bytes) -> None:
    """Feed `content` to a target: nothing but a value or a MoegenError may come of it."""
    try:
        TARGETS[target](content)
    except MoegenError:
        pass  # as it should


def _run(target: str, seconds: int) -> dict:
    """Fuzz one target in a process of its own."""
    with tempfile.TemporaryDirectory() as work:
        for i, seed in enumerate(SEEDS[target]):
            (pathlib.Path(work) / f"seed{i}").write_bytes(seed)
        done = subprocess.run(
            [
                sys.executable,
                __file__,
                "--target",
                target,
                work,
                f"-max_total_time={seconds}",
                "-max_len=4096",
                f"-artifact_prefix={work}/found-",
                "-print_final_stats=1",
                "-seed=1",
            ],
            capture_output=True,
            text=True,
        )
        runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
        found = [path.read_bytes().hex() for path in pathlib.Path(work).glob("found-*")]
    return {
        "runs": int(runs.group(1)) if runs else 0,
        "seconds": seconds,
        "found": found,
        **({"said": done.stderr[-2000:]} if done.returncode else {}),
    }


def main() -> int:
    if sys.argv[1:2] == ["--target"]:
        import atheris

        atheris.instrument_all()
        target = sys.argv[2]
        atheris.Setup([sys.argv[0], *sys.argv[3:]], lambda content: try_one(target, content))
        atheris.Fuzz()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--out", type=pathlib.Path)
    asked = parser.parse_args()
    found = {target: _run(target, asked.seconds) for target in TARGETS}
    text = json.dumps(found, indent=1)
    print(text)
    if asked.out:
        asked.out.write_text(text + "\n")
    return int(any("said" in each or not each["runs"] for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
