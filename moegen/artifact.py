"""Artifacts: one spec tuned on one target, kept in a folder `KEY__TARGET`.

The folder holds `artifact.json` (format, key, spec, target, layout, configs by token bucket, evidence, toolchain,
machine, and the SHA-256 of every other file and of its own content), the source, and one library with every variant.
Artifacts live in the home's `artifacts/`; those that ship with moegen have no library and are compiled on first use.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import shlex
import warnings
from collections.abc import Iterable
from typing import Any

import msgspec

from moegen import backends, manifest, paths, storage
from moegen.backends import Target
from moegen.errors import ArtifactError, MoegenError, SpecError, TargetError
from moegen.spec import MoeSpec
from moegen.storage import DamagedError, MissingError

_LOOKS = 20
DEFAULT_TOKENS = (4, 512)  # buckets of an artifact that nobody tuned: a step of generation and a prompt

_KEY = re.compile(r"moe_([a-z0-9]+)_h([0-9]+)_i([0-9]+)_e([0-9]+)_k([0-9]+)_([a-z0-9_]+)-[0-9a-f]{8}")
_published = 0


@dataclasses.dataclass(frozen=True, eq=False)
class Artifact:
    """What a verified `artifact.json` says. `files()` reads the rest, verified once more against it.

    Attributes
    ----------
    folder : Path
    key : str
    spec : MoeSpec
    target : Target
    layout, configs
        The backend's Layout, and its Config for each token bucket.
    tuned : frozenset of int
        The buckets whose config was searched; the others hold the analytic default.
    evidence : dict
        By bucket: times in seconds, gain over the default with its interval, percent of the roof, error.
    toolchain, machine : dict
        What it was compiled with and measured on; recorded, not required.
    library : str or None
        The library's file name; None in an artifact that ships as source.
    sha256 : str
        Digest of everything above and of all files: the identity of this version.
    origin : str or None
        Of a compiled copy of a shipped artifact, the `sha256` of that one.
    moegen : str
        The version of moegen that wrote it.
    """

    folder: pathlib.Path
    key: str
    spec: MoeSpec
    target: Target
    layout: Any
    configs: dict[int, Any]
    tuned: frozenset[int]
    evidence: dict[int, dict]
    toolchain: dict
    machine: dict
    library: str | None
    sha256: str
    origin: str | None
    moegen: str

    @property
    def name(self) -> str:
        """`KEY__TARGET`, as its folder is called in the home."""
        return artifact_name(self.spec, self.target)

    @property
    def tokens(self) -> list[int]:
        """The token buckets that have a variant, ascending."""
        return sorted(self.configs)

    def files(self) -> dict[str, bytes]:
        """The source files and the library, by name: the bytes whose digests `artifact.json` gives.

        Raises
        ------
        MissingError
            If the folder has been removed or replaced by another version since.
        ArtifactError
            As `load`.
        """

        def same_version(files):
            if manifest.verify(files)["sha256"] != self.sha256:
                raise MissingError(f"{self.folder} was replaced by another version meanwhile; load it again")
            return {name: content for name, content in files.items() if name != manifest.NAME}

        return _read(self.folder, same_version, self.library is None)


def artifact_name(spec: MoeSpec, target: Target) -> str:
    """The folder's name, `KEY__TARGET`."""
    return f"{spec.key}__{target.name}"


def tune_command(spec: MoeSpec, tokens: Iterable[int] = DEFAULT_TOKENS, target: str | None = None) -> str:
    """What a user types to tune `spec` for these token counts (in Python, where flags cannot say all of the layer)."""
    tokens = sorted(tokens)
    if spec.features:
        fields = ", ".join(
            f"{f.name}={getattr(spec, f.name)!r}"
            for f in dataclasses.fields(spec)
            if f.default is dataclasses.MISSING or getattr(spec, f.name) != f.default
        )
        where = "" if target is None else f", target={target!r}"
        return f"moegen.tune.tune(moegen.MoeSpec({fields}), tokens={tokens}{where})"
    return (
        f"moegen tune --shape 1x{tokens[-1]}x{spec.hidden_size} --intermediate {spec.intermediate_size} "
        f"--experts {spec.num_experts} --top-k {spec.top_k} --activation {spec.activation}"
        f"{' --bias' if spec.bias else ''} --dtype {spec.dtype} --tokens {','.join(map(str, tokens))}"
        f"{'' if target is None else f' --target {target}'}"
    )


def default_tokens(target: Target) -> tuple[int, ...]:
    """Buckets of an artifact for `target` that nobody tuned."""
    return getattr(backends.get(target.backend).space, "DEFAULT_TOKENS", DEFAULT_TOKENS)


def generation() -> int:
    """How often this process has published: who keeps loaded layers looks here whether a better one may be there."""
    return _published


def publish(
    build,
    spec: MoeSpec,
    target: Target,
    layout,
    configs: dict[int, Any],
    evidence: dict[int, dict],
    machine: dict,
    tuned: Iterable[int],
    out: str | os.PathLike | None = None,
    origin: str | None = None,
) -> Artifact:
    """Keep a build as the artifact of `spec` on `target`, in place of one that is there.

    It is written beside its place, synced, and put there in one step, under a lock. Who reads the present artifact to
    merge with it holds `lock(spec, target, out)` around both.

    Parameters
    ----------
    build : moegen.compile.Build
    spec, target, layout
    configs : dict of int to Config
        By token bucket.
    evidence : dict of int to dict
        By token bucket; numbers that are not finite are kept as null.
    machine : dict
    tuned : iterable of int
        The buckets that were searched.
    out : path, optional
        The folder in which `KEY__TARGET` is put, by default the home's artifacts.
    origin : str, optional
        The digest of the shipped artifact this one was compiled from.

    Raises
    ------
    StorageError
        If it cannot be written. What was there then still is.
    """
    global _published
    folder = place(spec, target, out)
    try:
        library = (pathlib.Path(build.folder) / build.library).read_bytes()
    except OSError as error:
        raise ArtifactError(
            f"the build in {build.folder} has lost {build.library} ({error.strerror}); "
            f"build it again with `{tune_command(spec, configs)}`"
        ) from error
    files = {name: text.encode() for name, text in build.source.files.items()}
    files[build.library] = library
    says = {
        "format": manifest.FORMAT,
        "moegen": version(),
        "key": spec.key,
        "spec": dataclasses.asdict(spec),
        "target": dataclasses.asdict(target),
        "layout": dataclasses.asdict(layout),
        "configs": {str(bucket): dataclasses.asdict(config) for bucket, config in configs.items()},
        "tuned": sorted(tuned),
        "toolchain": build.toolchain,
        "machine": machine,
        "evidence": {str(bucket): found for bucket, found in evidence.items()},
        "library": build.library,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "origin": origin,
    }
    content = manifest.seal(says)
    artifact = _parse({manifest.NAME: content, **files}, folder, shipped=False)
    storage.replace_folder(folder, {**files, manifest.NAME: content})
    if folder.parent != paths.defaults():  # whose variants serve only where there is nothing else
        _published += 1  # two at once may count as one, but then both are in place already
    if out is None:  # the default variant has been replaced
        stale = place(spec, target, paths.defaults())
        if os.path.lexists(stale):
            storage.remove_folder(stale)
    return artifact


def ship(artifact: Artifact, out: str | os.PathLike) -> pathlib.Path:
    """Put an artifact into the folder `out` as those that come with moegen are kept: without its library.

    Returns
    -------
    Path
        Its folder. Loading it builds its source.

    Raises
    ------
    ArtifactError
        If it is damaged.
    StorageError
        If it cannot be written.
    """
    files, says = _read(artifact.folder, lambda files: (files, manifest.verify(files)), shipped=False)
    files = {name: content for name, content in files.items() if name not in (manifest.NAME, says["library"])}
    kept = {name: digest for name, digest in says["files"].items() if name in files}
    folder = place(artifact.spec, artifact.target, out)
    storage.replace_folder(folder, {**files, manifest.NAME: manifest.seal({**says, "library": None, "files": kept})})
    return folder


def place(spec: MoeSpec, target: Target, out: str | os.PathLike | None = None) -> pathlib.Path:
    """The folder of the artifact of `spec` on `target`."""
    root = paths.artifacts() if out is None else pathlib.Path(os.path.abspath(os.path.expanduser(out)))
    return root / artifact_name(spec, target)


def lock(spec: MoeSpec, target: Target, out: str | os.PathLike | None = None, timeout_s: float | None = None):
    """A context in which no other thread or process publishes this artifact; the thread that holds it may."""
    return storage.lock(place(spec, target, out), timeout_s)


def existing(spec: MoeSpec, target: Target, out: str | os.PathLike | None = None) -> Artifact | None:
    """The artifact that `publish` would replace; None where there is none, or one too damaged to go on from.

    Raises
    ------
    ArtifactError
        If another user can write it.
    """
    try:
        return load_place(place(spec, target, out), spec, target)
    except (DamagedError, MissingError):
        return None


def load(folder: str | os.PathLike) -> Artifact:
    """The artifact in `folder`, every byte of it verified.

    Raises
    ------
    ArtifactError
        If there is none, it is damaged (DamagedError), it was written by a newer moegen, or another user can write it.
    """
    return _load(pathlib.Path(os.path.abspath(folder)), shipped=False)


def find(reference: str | os.PathLike) -> Artifact:
    """The artifact that a user means.

    Parameters
    ----------
    reference : str or path
        The beginning of a key or of `KEY__TARGET`, as long as it is one key's alone; of several targets the one that
        this machine runs best is meant. Or a folder, which must be a Path or have a `/` in it: a bare name is never
        looked for in the current folder. A folder that holds one artifact's folder means that one.

    Raises
    ------
    ArtifactError
        If it is unknown or ambiguous, with the candidates; or as `load`.
    """
    text = os.fspath(reference) if isinstance(reference, (str, os.PathLike)) else None
    if not isinstance(text, str) or not text or "\0" in text:
        raise ArtifactError(
            f"an artifact is named by its key or its folder, got {reference!r}; `moegen list` shows them"
        )
    if not isinstance(reference, str) or "/" in text:
        return _find_folder(pathlib.Path(os.path.realpath(os.path.expanduser(text))))
    for root, shipped in _roots():
        names = [name for name in storage.folders(root) if name.startswith(text) and "__" in name]
        if text in names:
            return _load(root / text, shipped)
        keys = sorted({name.rpartition("__")[0] for name in names})
        if len(keys) > 1:
            raise ArtifactError(f"{text!r} begins {len(keys)} keys: {_listed(keys)}; give more of the one you mean")
        if names:
            return _best([_load(root / name, shipped) for name in names])
    # One's own first, since what ships is more than an error message lists.
    known = list(dict.fromkeys(name for root, _ in _roots() for name in sorted(storage.folders(root))))
    there = f"there are: {_listed(known)}" if known else f"there are none in {paths.artifacts()}"
    folder = ", or write ./NAME for a folder" if os.path.isdir(text) else ""
    raise ArtifactError(f"no artifact's key begins with {text!r}; {there}. Make one with `moegen tune`{folder}")


def for_spec(spec: MoeSpec, backend: str = "cpu") -> Artifact | None:
    """The artifact of `spec` that this machine runs best on `backend`: one of the home, else one that ships, else None.

    Raises
    ------
    ArtifactError
        If one is there and is damaged, or another user can write it.
    """
    for root, shipped in _roots():
        for _ in range(_LOOKS):
            there, gone = _that_run_here(root, spec, backend, shipped)
            if there:
                return _best(there)
            if not gone:  # else removed since it was listed, or being replaced just then
                break
    return None


def _that_run_here(root: pathlib.Path, spec: MoeSpec, backend: str, shipped: bool) -> tuple[list[Artifact], bool]:
    """The artifacts of `spec` in `root` that this machine runs, and whether one that was listed had gone when read."""
    room, there, gone = backends.get(backend).target, [], False
    for name in storage.folders(root):
        key, _, target_name = name.rpartition("__")
        target = room.parse(target_name) if key == spec.key else None
        if target is not None and room.why_not(target) is None:
            try:
                there.append(load_place(root / name, spec, target, shipped))
            except MissingError:
                gone = True
    return there, gone


def load_place(folder: pathlib.Path, spec: MoeSpec, target: Target, shipped: bool = False) -> Artifact:
    """`load`, where the folder must hold `spec` on `target`."""
    artifact = _load(folder, shipped)
    if (artifact.spec, artifact.target) != (spec, target):
        raise DamagedError(
            f"{folder} holds another artifact, {artifact.name}; remove it with `rm -r {folder}` and "
            f"tune anew with `{tune_command(spec, target=target.name)}`"
        )
    return artifact


def all_artifacts(shipped: bool = False) -> list[Artifact]:
    """The artifacts of the home, sorted by name, and if asked those that ship and are not tuned anew there.

    A damaged one is left out, with a warning that says how to mend it.

    Raises
    ------
    ArtifactError
        If another user can write the home.
    """
    found: dict[str, Artifact] = {}
    for root, from_shipped in _roots()[: None if shipped else 1]:
        if not from_shipped:
            with contextlib.suppress(FileNotFoundError):
                storage.refuse_parents(root / "any")
        for name in storage.folders(root):
            if name in found:
                continue
            try:
                found[name] = _load(root / name, from_shipped)
            except MissingError:  # removed since it was listed
                continue
            except ArtifactError as error:
                warnings.warn(str(error), stacklevel=2)
    return [found[name] for name in sorted(found)]


def why_not(artifact: Artifact) -> str | None:
    """Why this machine cannot run the artifact; None where it can."""
    return backends.get(artifact.target.backend).target.why_not(artifact.target)


def _roots() -> list[tuple[pathlib.Path, bool]]:
    return [(paths.artifacts(), False), (paths.tuned(), True)]


def _find_folder(folder: pathlib.Path) -> Artifact:
    if not os.path.isdir(folder):
        raise ArtifactError(f"there is no folder {folder}; `moegen list` shows the artifacts of this home")
    if not os.path.exists(folder / manifest.NAME) and "__" not in folder.name:
        inside = [name for name in storage.folders(folder) if os.path.exists(folder / name / manifest.NAME)]
        if not inside:
            raise ArtifactError(
                f"{folder} holds no {manifest.NAME}; `moegen tune --out {folder}` puts an artifact there"
            )
        keys = sorted({name.rpartition("__")[0] for name in inside})
        if len(keys) > 1:
            raise ArtifactError(f"{folder} holds {len(inside)} artifacts: {_listed(inside)}; give the folder of one")
        return _best([_find_folder(folder / name) for name in inside])
    return _load(folder, shipped=folder.parent == pathlib.Path(os.path.realpath(paths.tuned())))


def _best(artifacts: list[Artifact]) -> Artifact:
    """Of artifacts of one spec, the one that this machine runs best, or the first where it runs none."""
    if len(artifacts) == 1:
        return artifacts[0]

    def rank(artifact: Artifact) -> tuple:
        try:
            room = backends.get(artifact.target.backend).target
            best = room.detect(artifact.spec)
            return room.why_not(artifact.target) is not None, artifact.target != best, artifact.name
        except TargetError:
            return True, True, artifact.name

    return min(artifacts, key=rank)


def _load(folder: pathlib.Path, shipped: bool) -> Artifact:
    return _read(folder, lambda files: _parse(files, folder, shipped), shipped)


def _read(folder: pathlib.Path, parse, shipped: bool):
    try:
        return storage.read_folder(folder, parse, trusted=shipped)
    except DamagedError as error:
        raise DamagedError(f"{folder} {error}; {_mend(folder, shipped)}") from error


def _mend(folder: pathlib.Path, shipped: bool) -> str:
    """What to do about a damaged artifact, as far as its folder's name tells."""
    if shipped:
        return "install moegen again"
    key, _, target = folder.name.rpartition("__")
    named = _KEY.fullmatch(key)
    if named is not None:
        dtype, hidden, inner, experts, top_k, activation = named.groups()
        for bias in (False, True):
            try:
                spec = MoeSpec(int(hidden), int(inner), int(experts), int(top_k), activation, bias, dtype)
            except SpecError:
                break
            if spec.key == key:
                where = "" if folder.parent == paths.artifacts() else f" --out {shlex.quote(str(folder.parent))}"
                return f"tune it anew with `{tune_command(spec, _tuned_tokens(folder), target)}{where}`"
    return f"remove it with `rm -r {shlex.quote(str(folder))}` and tune the layer anew with `moegen tune`"


def _tuned_tokens(folder: pathlib.Path) -> list[int]:
    """The buckets that a damaged artifact was tuned for, if it still says them."""
    try:
        tokens = json.loads(storage.read_file(folder / manifest.NAME))["tuned"]
        return [count for count in tokens if type(count) is int and 1 <= count < 2**31] or list(DEFAULT_TOKENS)
    except (ArtifactError, OSError, ValueError, LookupError, TypeError, RecursionError):
        return list(DEFAULT_TOKENS)


def _parse(files: dict[str, bytes], folder: pathlib.Path, shipped: bool) -> Artifact:
    says = manifest.verify(files)
    try:
        spec = MoeSpec(**says["spec"])
        target = Target(**says["target"])
        space = backends.get(target.backend).space
        layout = _convert(says["layout"], space.Layout)
        configs = {int(bucket): _convert(config, space.Config) for bucket, config in says["configs"].items()}
        evidence = {int(bucket): dict(found) for bucket, found in says["evidence"].items()}
        tuned = frozenset(says["tuned"])
    except (TypeError, ValueError, AttributeError, MoegenError, msgspec.ValidationError) as error:
        raise DamagedError(
            f"says what this moegen {version()} does not understand ({error}); it was written by moegen "
            f"{says['moegen']}"
        ) from error
    if spec.key != says["key"]:
        raise DamagedError(f"has the key {says['key']}, but its spec is {spec.key}")
    if not configs or min(configs) < 1 or not tuned <= set(configs) or not set(evidence) <= set(configs):
        raise DamagedError("speaks of token buckets that it has no variant for")
    library = says["library"]
    if library is None and not shipped:
        raise DamagedError("has no library")
    if library is not None and library not in says["files"]:
        raise DamagedError(f"has no digest of its library {library!r}")
    return Artifact(
        folder,
        spec.key,
        spec,
        target,
        layout,
        configs,
        tuned,
        evidence,
        says["toolchain"],
        says["machine"],
        library,
        says["sha256"],
        says["origin"],
        says["moegen"],
    )


def _convert(raw: dict, kind: type):
    """A Layout or Config from its fields; one that this moegen never knew is an error, not dropped."""
    raw = backends.without_former(kind, raw)
    value = msgspec.convert(raw, kind)
    known = dataclasses.asdict(value)
    for name, content in raw.items():
        if name not in known or known[name] != content:
            raise ValueError(f"{kind.__name__} has no {name}={content!r}")
    return value


def version() -> str:
    """moegen's own version."""
    import moegen

    return moegen.__version__


def _listed(names: list[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
