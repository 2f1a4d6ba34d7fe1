"""From a spec to a loaded kernel: the tuned artifact, else a default that is built once and kept."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import stat
import tempfile
import weakref
from collections.abc import Iterator

from moegen import artifact as artifacts
from moegen import backends, paths
from moegen.artifact import Artifact
from moegen.errors import ArtifactError, LibraryError, StorageError
from moegen.storage import DamagedError, MissingError

_ATTEMPTS = 20
_BUILD_S = 900  # within which a default that another process builds is there, since a compiler has a limit of its own
_open: weakref.WeakValueDictionary = weakref.WeakValueDictionary()  # (Artifact.sha256, device) -> Kernel


def for_spec(spec, backend: str):
    """(artifact, kernel) that serve `spec` on this machine, built and kept first where nobody tuned it.

    Raises
    ------
    BuildError
        If there is no artifact, and no compiler to build the default with.
    TargetError
        If the backend has no kernel for this spec on this machine.
    ArtifactError
        If an artifact is there and is damaged, or another user can write it.
    """
    for _ in range(_ATTEMPTS):
        try:
            found = artifacts.for_spec(spec, backend)
            return ready(_default(spec, backend) if found is None else found)
        except MissingError as error:  # a tuner put another one in its place between our looking and our reading
            replaced = error
    raise StorageError(f"the artifact of {spec.key} is being replaced all the time; stop what tunes it") from replaced


def ready(artifact: Artifact):
    """(artifact, kernel): the kernel of an artifact, compiled and kept first where it ships as source.

    Raises
    ------
    ArtifactError
        If this machine cannot run it.
    """
    reason = artifacts.why_not(artifact)
    if reason is not None:
        raise ArtifactError(
            f"{artifact.name} does not run here: {reason}; make one for this machine with "
            f"`{artifacts.tune_command(artifact.spec, artifact.tokens)}`"
        )
    if artifact.library is None:
        artifact = _compiled(artifact)
    which = artifact.sha256, backends.get(artifact.target.backend).target.device()
    kernel = _open.get(which)
    if kernel is None:
        kernel = _open[which] = _load(artifact)
    return artifact, kernel


def _default(spec, backend: str) -> Artifact:
    """The untuned artifact of `spec`, from the home's defaults or new."""
    room = backends.get(backend)
    target = room.target.detect(spec)

    def build() -> Artifact:
        from moegen import compile  # the compiler and the renderer come in only when something is to be built

        machine = room.target.machine()
        layout = room.space.layouts(spec, target)[0]
        configs = {
            bucket: room.space.default(spec, target, layout, bucket, machine)
            for bucket in artifacts.default_tokens(target)
        }
        built = compile.build(spec, target, layout, configs)
        return artifacts.publish(built, spec, target, layout, configs, {}, machine, (), out=paths.defaults())

    return _kept(spec, target, None, build)


def _compiled(shipped: Artifact) -> Artifact:
    """A shipped artifact with its library, from the home's defaults or compiled now."""

    def build() -> Artifact:
        from moegen import compile

        built = compile.build(shipped.spec, shipped.target, shipped.layout, shipped.configs)
        return artifacts.publish(
            built,
            shipped.spec,
            shipped.target,
            shipped.layout,
            shipped.configs,
            shipped.evidence,
            shipped.machine,
            shipped.tuned,
            out=paths.defaults(),
            origin=shipped.sha256,
        )

    return _kept(shipped.spec, shipped.target, shipped.sha256, build)


def _kept(spec, target, origin: str | None, build) -> Artifact:
    """What the home's defaults hold for this spec and origin; built first where they hold nothing good."""
    kept = _good(spec, target, origin)
    if kept is not None:
        return kept
    with artifacts.lock(spec, target, paths.defaults(), _BUILD_S):
        return _good(spec, target, origin) or build()  # somebody else may have built it while we waited


def _good(spec, target, origin: str | None) -> Artifact | None:
    kept = artifacts.existing(spec, target, paths.defaults())
    return kept if kept is not None and (kept.origin, kept.moegen) == (origin, artifacts.version()) else None


def _load(artifact: Artifact):
    """The artifact's kernel, loaded from the very bytes that were verified."""
    files = artifact.files()
    room = backends.get(artifact.target.backend).kernel
    with _snapshot(files, artifact.library) as folder:
        try:
            return room.Kernel(folder, artifact.library, artifact.spec, artifact.target, artifact.layout)
        except LibraryError:
            return _rebuilt(artifact, files)
        except (AttributeError, OSError) as error:
            raise DamagedError(
                f"{artifact.folder} holds a library that moegen {artifacts.version()} cannot load ({error}); it was "
                f"written by moegen {artifact.moegen}: tune it anew with "
                f"`{artifacts.tune_command(artifact.spec, artifact.tokens)}`"
            ) from error


def _rebuilt(artifact: Artifact, files: dict[str, bytes]):
    """The kernel of an artifact whose library was made for another driver: compiled from its own source, and cached."""
    from moegen import compile

    source = backends.Source({name: text.decode() for name, text in files.items() if name != artifact.library})
    built = compile.build_source(source, artifact.target)
    room = backends.get(artifact.target.backend).kernel
    return room.Kernel(built.folder, built.library, artifact.spec, artifact.target, artifact.layout)


@contextlib.contextmanager
def _snapshot(files: dict[str, bytes], library: str) -> Iterator[pathlib.Path]:
    """A private folder that holds `files` for as long as they are being loaded.

    What lies in the home could be replaced or truncated between its verification and its use, and a mapped file that is
    truncated later ends the process. So the library is mapped from sealed memory. It goes by a name in a folder of its
    own because the dynamic linker takes two libraries of the same name for one, and descriptors are numbered anew.
    """
    with tempfile.TemporaryDirectory(prefix="moegen-", dir=_scratch()) as name:
        folder = pathlib.Path(name)
        for file, content in files.items():
            if file != library:
                (folder / file).write_bytes(content)
        memory = _sealed(files[library])
        try:
            if memory is None:
                (folder / library).write_bytes(files[library])
            else:
                os.symlink(f"/proc/self/fd/{memory}", folder / library)
            yield folder
        finally:
            if memory is not None:
                os.close(memory)


def _sealed(content: bytes) -> int | None:
    """A descriptor of memory that holds `content` and can no longer be changed; None where the system has none."""
    try:
        memory = os.memfd_create("moegen", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except (AttributeError, OSError):
        return None
    with open(memory, "wb", closefd=False) as stream:
        stream.write(content)
    if hasattr(fcntl, "F_ADD_SEALS"):
        fcntl.fcntl(
            memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        )
    if not os.path.exists(f"/proc/self/fd/{memory}"):
        os.close(memory)
        return None
    return memory


def _scratch() -> str:
    """A folder for the snapshot in which no other user can put another folder in its place."""
    with contextlib.suppress(OSError):  # tempfile knows no folder that can be written
        folder = tempfile.gettempdir()
        status = os.stat(folder)
        others = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if status.st_uid in (0, os.getuid()) and (not others or status.st_mode & stat.S_ISVTX):
            return folder
    return os.fspath(paths.make_folder(paths.home()))
