"""An artifact as a C library that needs no Python: sources, header, build files, and a self-test with the answers.

Each instruction set is rendered by the templates that the artifact itself came from, on the artifact's own layout and
configs where it is the artifact's own, on the analytic default elsewhere. Every set packs weights in its own layout.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import pathlib
import re
import tempfile
import zlib

import numpy as np

from moegen import artifact as artifacts
from moegen import backends, ctext, oracle, quantization
from moegen.artifact import Artifact
from moegen.backends import Portable
from moegen.errors import SpecError, StorageError, TargetError
from moegen.render import render, text
from moegen.spec import MoeSpec, MoeWeights

HEADER_BYTES = 64  # before packed weights: what they are, and room that keeps them aligned
PLAIN = ""  # the architecture of code that runs everywhere
MANIFEST = "moegen.json"
_SELF_TEST_FLOPS = 2e9  # of the largest call of the self-test
_C_WORDS = frozenset(
    """auto break case char const continue default do double else enum extern float for goto if inline int
    long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile
    while""".split()  # noqa: SIM905
)

# Where cpuid tells of a feature: leaf, subleaf, register (eax, ebx, ecx, edx), bit.
_CPUID = {
    "fma": (1, 0, 2, 12),
    "avx": (1, 0, 2, 28),
    "f16c": (1, 0, 2, 29),
    "avx2": (7, 0, 1, 5),
    "avx512f": (7, 0, 1, 16),
    "avx512dq": (7, 0, 1, 17),
    "avx512bw": (7, 0, 1, 30),
    "avx512vl": (7, 0, 1, 31),
    "avx512_vnni": (7, 0, 2, 11),
    "avx512vnni": (7, 0, 2, 11),
    "avx512_bf16": (7, 1, 0, 5),
    "avx512_fp16": (7, 0, 3, 23),
    "avx_vnni": (7, 1, 0, 4),
}
_YMM, _ZMM = 0x06, 0xE6  # parts of XCR0: SSE and AVX state; that and masks and both halves of the wide registers
_HWCAP = {
    "asimd": "AT_HWCAP) >> 1",
    "asimddp": "AT_HWCAP) >> 20",
    "bf16": "AT_HWCAP2) >> 14",
    "i8mm": "AT_HWCAP2) >> 13",
}


@dataclasses.dataclass(frozen=True)
class _Set:
    """The layer for one target, as the export templates take it."""

    name: str
    architecture: str
    compiler: tuple[str, ...]
    check: str
    mark: int
    packed_bytes: int
    includes: tuple[str, ...]
    body: str
    rendered: dict[str, str]
    header_names: dict


def export(
    artifact: Artifact,
    out: str | os.PathLike,
    prefix: str | None = None,
    isa: tuple[str, ...] | None = None,
    single_file: bool = False,
    threads: bool = True,
) -> pathlib.Path:
    """Write the artifact as a C library into the folder `out`.

    Parameters
    ----------
    artifact : Artifact
    out : path
        A folder that is missing, empty, or holds an earlier export: its files are replaced, others there are kept.
    prefix : str, optional
        What the library and its symbols are called; by default the key, with `_` for `-`.
    isa : tuple of str, optional
        Instruction sets, by default all that this layer has on the artifact's architecture. Plain C is always there.
    single_file : bool
        One .c and one .h.
    threads : bool
        Whether the library has a thread pool unless its builder says otherwise.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SpecError
        If the prefix is no C name, or an instruction set is unknown.
    TargetError
        If the artifact's backend has no C library yet, or an instruction set cannot hold this layer.
    StorageError
        If the folder holds something else, or cannot be written.
    """
    folder = pathlib.Path(os.path.abspath(os.path.expanduser(out)))
    prefix = _take_prefix(artifact.key.replace("-", "_") if prefix is None else prefix)
    others = _not_ours(folder)
    files = source(artifact, prefix, _choose(artifact, isa), single_file, threads)
    _write(folder, files, others)
    return folder


def source(artifact: Artifact, prefix: str, chosen: list[Portable], single_file: bool, threads: bool) -> dict[str, str]:
    """The files of the library, by their path in its folder. Equal arguments give equal text."""
    spec = artifact.spec
    sets = [_render_set(artifact, portable, prefix, single_file) for portable in chosen]
    own = next((each for each in sets if each.name == artifact.target.name), sets[0])
    functions = [
        dataclasses.asdict(f) | {"signature": f.signature} | _role(f)
        for f in ctext.functions(own.rendered["moe.h"], prefix)
    ]
    names = {
        **own.header_names,
        "P": prefix.upper(),
        "prefix": prefix,
        "spec": spec,
        "integers": spec.dtype in quantization.INTEGERS,
        "sets": sets,
        "functions": functions,
        "header_bytes": HEADER_BYTES,
        "spec_mark": int(spec.digest[:8], 16),
        "single": single_file,
        "threads": threads,
        "architectures": {each.architecture for each in sets} - {PLAIN},
        "name": artifact.name,
        "version": artifacts.version(),
        "moegen": artifacts.version(),
        "soversion": artifacts.version().partition(".")[0],
        "include_dir": "." if single_file else "include",
    }
    public = re.sub(rf"^void (?={prefix}_pack_)", "int ", text("export/layer.h.j2", names), flags=re.MULTILINE)
    parts = {f"{prefix}_{each.name}.c": text("export/section.c.j2", {**names, "set": each}) for each in sets}
    parts[f"{prefix}.c"] = text("export/dispatch.c.j2", names)
    parts[f"{prefix}_pool.c"] = _pool(own, prefix)
    shared = text("export/sets.h.j2", names)
    if single_file:
        files = {f"{prefix}.h": public, f"{prefix}.c": _one_file(prefix, names, shared, parts)}
        names |= {"sources": [f"{prefix}.c"], "headers": [f"{prefix}.h"]}
    else:
        files = {f"include/{prefix}.h": public, f"src/{prefix}_sets.h": shared}
        files |= {f"src/{name}": part for name, part in parts.items()}
        names |= {
            "sources": sorted(f"src/{name}" for name in parts),
            "headers": sorted(files)[:1] + [f"src/{prefix}_sets.h"],
        }
    names |= _self_test(spec, functions)
    names["example"] = text("export/example.c.j2", names)
    for name, template in (
        ("tests/selftest.c", "selftest.c"),
        ("CMakeLists.txt", "CMakeLists.txt"),
        ("Makefile", "Makefile"),
        (f"{prefix}.pc.in", "pc.in"),
        ("README.md", "README.md"),
        ("cmake/Config.cmake.in", "Config.cmake.in"),
    ):
        files[name] = text(f"export/{template}.j2", names)
    files[MANIFEST] = (
        json.dumps(
            {
                "key": artifact.key,
                "prefix": prefix,
                "spec": dataclasses.asdict(spec),
                "moegen": artifacts.version(),
                "sets": {
                    portable.target.name: {
                        "layout": dataclasses.asdict(layout),
                        "configs": {
                            str(bucket): dataclasses.asdict(config) for bucket, config in sorted(configs.items())
                        },
                    }
                    for portable in chosen
                    for layout, configs in [_choices(artifact, portable.target)]
                },
                "files": sorted([*files, MANIFEST]),
            },
            indent=1,
        )
        + "\n"
    )
    return files


# ---------------------------------------------------------------------------------------------------- what is asked for


def _take_prefix(prefix: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", prefix) or prefix in _C_WORDS:
        raise SpecError(
            "a prefix must be a C name of letters, digits and _ that begins with a letter and is no word of "
            f"C's own, got {prefix!r}"
        )
    return prefix


def _choose(artifact: Artifact, isa: tuple[str, ...] | None) -> list[Portable]:
    """The targets to put into the library, the best first and plain C last."""
    build = backends.get(artifact.target.backend).build
    there = build.portable(artifact.spec) if hasattr(build, "portable") else ()
    if not there:
        raise TargetError(
            f"{artifact.name} cannot be exported: there is no C library for {artifact.target.backend} "
            "artifacts yet, only for those of CPUs; tune the layer with `--target cpu` and export that"
        )
    if isa is None:
        own = next((each.architecture for each in there if each.target == artifact.target), PLAIN)
        return [each for each in there if each.architecture in (own, PLAIN)]
    room = backends.get(artifact.target.backend).target
    for name in isa:
        if room.parse(name) is None:
            raise SpecError(f"unknown instruction set {name!r}; known: {', '.join(e.target.name for e in there)}")
        if name not in [each.target.name for each in there]:
            raise TargetError(f"the templates cannot hold {artifact.key} for {name}")
    return [each for each in there if each.target.name in isa or each.architecture == PLAIN]


def _choices(artifact: Artifact, target) -> tuple:
    """(layout, configs) for one target: the artifact's own, or the analytic default for the same buckets."""
    if target == artifact.target:
        return artifact.layout, artifact.configs
    space = backends.get(target.backend).space
    layout = space.layouts(artifact.spec, target)[0]
    return layout, {
        bucket: space.default(artifact.spec, target, layout, bucket, artifact.machine) for bucket in artifact.configs
    }


# ------------------------------------------------------------------------------------------------------------- sources


def _render_set(artifact: Artifact, portable: Portable, prefix: str, single_file: bool) -> _Set:
    spec, target = artifact.spec, portable.target
    layout, configs = _choices(artifact, target)
    rendered = render(spec, target, layout, configs, prefix).files
    names = backends.get(target.backend).space.names(spec, target, layout, configs, prefix)
    code = rendered["moe.c"]
    changed = {
        f"{prefix}_{f.name}": f"{prefix}_{target.name}_{f.name}" for f in ctext.functions(rendered["moe.h"], prefix)
    }
    if single_file:
        changed |= {name: f"{target.name}_{name}" for name in ctext.scope(code) if name not in changed}
    includes = tuple(re.findall(r"^#include (<.*>)", code, re.MULTILINE))
    body = re.sub(r"^#include .*\n", "", ctext.rename(code, changed), flags=re.MULTILINE)
    return _Set(
        target.name,
        portable.architecture,
        portable.compiler,
        _check(portable),
        zlib.crc32(f"{target.name} {layout}".encode()),
        names["packed_bytes"],
        includes,
        body,
        rendered,
        names,
    )


def _role(function: ctext.Function) -> dict:
    """Whether a function packs weights, or reads packed ones."""
    packed = {name: kind for kind, name in function.parameters}.get("packed", "")
    return {"packs": packed == "void *", "reads": packed == "const void *"}


def _check(portable: Portable) -> str:
    """The C expression that is true where a set's code may run."""
    if portable.architecture == "x86_64":
        wide = any(feature.startswith("avx512") for feature in portable.features)
        bits = [f"cpuid_bit({', '.join(map(str, _CPUID[feature]))})" for feature in ("avx", *portable.features)]
        return " && ".join([f"os_keeps(0x{_ZMM if wide else _YMM:02X}u)", *bits])
    if portable.architecture == "aarch64":
        return " && ".join(f"(getauxval({_HWCAP[feature]} & 1)" for feature in portable.features)
    return "1"


def _pool(own: _Set, prefix: str) -> str:
    """The thread pool under names of this library's own."""
    code = own.rendered["pool.c"]
    names = {name: f"{prefix}_{name.removeprefix('moegen_')}" for name in re.findall(r"\bmoegen_pool\w*", code)}
    names |= {name: f"pool_{name}" for name in ctext.scope(code) if name not in names and not name.startswith("_")}
    code = ctext.rename(code, names).replace(
        '#include "pool.h"\n', f'#include "{prefix}.h"\n\n#ifndef {prefix.upper()}_NO_THREADS\n'
    )
    return code + "#else\ntypedef int pool_left_out;  /* C wants a declaration in every file */\n#endif\n"


def _one_file(prefix: str, names: dict, shared: str, parts: dict[str, str]) -> str:
    order = [name for name in parts if name not in (f"{prefix}.c", f"{prefix}_pool.c")] + [
        f"{prefix}.c",
        f"{prefix}_pool.c",
    ]
    whole = "\n".join([shared, *(parts[name] for name in order)])
    whole = re.sub(rf'^#include "{prefix}(_sets)?\.h"\n', "", whole, flags=re.MULTILINE)
    whole = re.sub(r"^#ifndef _GNU_SOURCE\n#define _GNU_SOURCE\n#endif\n", "", whole, flags=re.MULTILINE)
    return (
        "#ifndef _GNU_SOURCE\n#define _GNU_SOURCE  /* threads and processes under -std=c99 */\n#endif\n"
        f'#include "{prefix}.h"\n\n{whole}'
    )


# ----------------------------------------------------------------------------------------------------------- self-test


def _values(stream: int, shape: tuple[int, ...], scale: float) -> np.ndarray:
    """What `value` of the self-test's C gives: the same bits."""
    with np.errstate(over="ignore"):
        h = np.arange(math.prod(shape), dtype=np.uint32)
        h *= np.uint32(0x9E3779B1)
        h += np.uint32((stream * 0x85EBCA77 + 0x165667B1) & 0xFFFFFFFF)
        h = (h ^ h >> np.uint32(16)) * np.uint32(0x7FEB352D)
        h = (h ^ h >> np.uint32(15)) * np.uint32(0x846CA68B)
        h ^= h >> np.uint32(16)
    value = ((h >> np.uint32(8)).astype(np.int32) - 8388608).astype(np.float32)
    value /= np.float32(8388608)
    value *= np.float32(scale)
    return value.reshape(shape)


def _near(value: float) -> float:
    """The power of two next to `value`: multiplying by it rounds nothing."""
    return 2.0 ** round(math.log2(value))


def _arrays(spec: MoeSpec) -> dict[str, dict[str, dict]]:
    """Shape and scale of each array that a packing function takes (of one expert, where it packs one)."""
    hidden, inner, experts, width = (
        spec.hidden_size,
        spec.intermediate_size,
        spec.num_experts,
        spec.shared_intermediate_size,
    )
    shapes = {
        "pack_router": {
            "gate": ((hidden, experts), _near(2 * math.sqrt(3 / hidden))),
            "gate_bias": ((experts,), 0.5),
            "score_bias": ((experts,), 0.125),
            "shared_gate": ((hidden,), _near(math.sqrt(3 / hidden))),
        },
        "pack_expert": {
            "w1": ((hidden, spec.w1_columns), _near(math.sqrt(3 / hidden))),
            "w2": ((inner, hidden), _near(math.sqrt(3 / inner))),
            "b1": ((spec.w1_columns,), 0.5),
            "b2": ((hidden,), 0.5),
        },
        "pack_shared": {
            "w1": ((hidden, spec.shared_w1_columns), _near(math.sqrt(3 / hidden))),
            "w2": ((width, hidden), _near(math.sqrt(3 / max(width, 1)))),
        },
    }
    return {
        function: {
            name: {"shape": shape, "size": math.prod(shape), "scale": scale} for name, (shape, scale) in arrays.items()
        }
        for function, arrays in shapes.items()
    }


def _weights(spec: MoeSpec, functions: list[dict], arrays: dict) -> MoeWeights:
    """The weights that the self-test makes for itself."""

    def made(function, first_stream):
        of_function = arrays[function["name"]]
        names = [name for _, name in function["parameters"] if name in of_function]
        return {
            name: _values(first_stream + i, of_function[name]["shape"], of_function[name]["scale"])
            for i, name in enumerate(names)
        }

    found = {}
    for function in functions:
        if function["name"] == "pack_router":
            found |= made(function, 8)
        elif function["name"] == "pack_shared":
            found |= {f"shared_{name}": value for name, value in made(function, 16).items()}
        elif function["name"] == "pack_expert":
            experts = [made(function, 64 + 8 * expert) for expert in range(spec.num_experts)]
            found |= {name: np.stack([expert[name] for expert in experts]) for name in experts[0]}
    return MoeWeights(**found, copy=False)


def _self_test(spec: MoeSpec, functions: list[dict]) -> dict:
    """What the self-test knows: tokens, and what the oracle makes of them."""
    arrays = _arrays(spec)
    weights = _weights(spec, functions, arrays)
    tokens = max(2, min(8, 16384 // spec.hidden_size))
    x = _clear(oracle.make_tokens(spec, 16 * tokens, 20), weights, spec, tokens)
    reference = oracle.forward(x, weights, spec)
    flops = max(spec.flops(1), 2 * spec.hidden_size * spec.num_experts)
    most = int(min(max(tokens, _SELF_TEST_FLOPS // flops), 1024))
    inner = {
        "w1": spec.hidden_size * spec.w1_columns,
        "w2": spec.intermediate_size * spec.hidden_size,
        "b1": spec.w1_columns,
        "shared_w1": spec.hidden_size * spec.shared_w1_columns,
        "shared_w2": spec.shared_intermediate_size * spec.hidden_size,
    }
    return {
        **inner,
        "arrays": arrays,
        "tokens": tokens,
        "most_tokens": most,
        "tolerance": oracle.kernel_tolerance(spec),
        "weight_tolerance": max(1e-4, oracle.tolerance(dataclasses.replace(spec, dtype="f32"))),
        "x": _rows(x, "%.9g"),
        "y": _rows(reference.y, "%.9g"),
        "indices": _rows(reference.indices, "%d"),
        "weights": _rows(reference.weights, "%.9g"),
        "routed": any(f["name"] == "forward_routed" for f in functions),
    }


def _clear(x: np.ndarray, weights: MoeWeights, spec: MoeSpec, count: int) -> np.ndarray:
    """The `count` rows of x whose experts are the clearest: no rounding changes them."""
    logits = oracle.router_logits(x, weights)
    noise = np.random.default_rng(0).standard_normal((8, *logits.shape)) * 1e-3
    chosen = oracle.choose(logits, weights, spec)
    steady = sum((oracle.choose(logits + each, weights, spec) == chosen).all(axis=1) for each in noise)
    return x[np.sort(np.argsort(-steady, kind="stable")[:count])]


def _rows(array: np.ndarray, form: str) -> str:
    """A C initialiser of a two-dimensional array, a few numbers a line."""
    lines = []
    for row in array:
        numbers = [_number(form % value) for value in row]
        lines += ["  {" + ",\n   ".join(", ".join(numbers[i : i + 8]) for i in range(0, len(numbers), 8)) + "},"]
    return "\n".join(lines) + "\n"


def _number(digits: str) -> str:
    return digits + "f" if re.search(r"[.e]", digits) else digits


# ------------------------------------------------------------------------------------------------------------- writing


def _not_ours(folder: pathlib.Path) -> list[str]:
    """Files of an earlier export's folder that the export did not write: what was built there, or its user's own."""
    if folder.exists() and not folder.is_dir():
        raise StorageError(f"{folder} is not a folder; give --out a new or an empty one")
    found = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    if not found:
        return []
    try:
        says = json.loads((folder / MANIFEST).read_text())
        return sorted(set(found) - set(says["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise StorageError(f"{folder} holds files that no export wrote; give --out a new or an empty folder") from None


def _write(folder: pathlib.Path, files: dict[str, str], others: list[str]) -> None:
    """Write beside `folder`, then put it there, so that a folder that exists is whole; `others` are kept."""
    for name in others:
        if name in files:
            raise StorageError(
                f"{folder / name} was not written by an export; move it away, or give --out another folder"
            )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder.parent) as work:
            new, old = pathlib.Path(work) / "new", pathlib.Path(work) / "old"
            for name, content in files.items():
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                (new / name).write_text(content)
            there = folder.is_dir()
            if there:
                folder.rename(old)
            try:
                for name in others:
                    (new / name).parent.mkdir(parents=True, exist_ok=True)
                    os.link(old / name, new / name, follow_symlinks=False)
                new.rename(folder)
            except OSError:
                if there:
                    old.rename(folder)
                raise
    except OSError as error:
        raise StorageError(
            f"cannot write {folder}: {error.strerror}; give --out a folder you can write, with room"
        ) from error
