"""From spec, layout and configs to a binary: the one way, for trials, for a missing default, and for export."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import tempfile
import time

from moegen import backends, paths
from moegen.backends import Source, Target
from moegen.errors import StorageError

NOTE = "library.txt"  # in a build's folder: says that it is finished
LEFTOVER_S = 3600  # far longer than any compiler runs


@dataclasses.dataclass(frozen=True)
class Build:
    """A compiled library: `folder` holds the source files and `library`, its file's name."""

    folder: pathlib.Path
    library: str
    source: Source
    toolchain: dict


def build(spec, target: Target, layout, configs) -> Build:
    """Render and compile one library with a variant for each token bucket, or take it from the build cache.

    Raises
    ------
    BuildError
        If there is no compiler, or it refuses the source; the message carries its words.
    StorageError
        If the build cache cannot be written.
    """
    from moegen.render import render  # Jinja2 comes in only when something is to be built

    return build_source(render(spec, target, layout, configs), target)


def build_source(source: Source, target: Target) -> Build:
    """Compile rendered text, or take the result from the build cache: equal text and toolchain are built once."""
    toolchain = backends.get(target.backend).build.toolchain(target)
    digest = hashlib.sha256(json.dumps([source.files, dataclasses.asdict(target), toolchain], sort_keys=True).encode())
    cache = paths.make_folder(paths.builds())
    paths.refuse_writable_by_others(cache)
    folder = cache / digest.hexdigest()[:32]
    if not _is_whole(folder):
        _build_into(folder, source, target)
    paths.refuse_writable_by_others(folder)
    return Build(folder, _said(folder)[0], source, toolchain)


def _said(folder: pathlib.Path) -> list[str]:
    """The library's file name and the SHA-256 of its bytes, as the build noted them."""
    return (folder / NOTE).read_text().split()


def _is_whole(folder: pathlib.Path) -> bool:
    """Whether a finished build lies there, with the library that it made: a crash of the machine may have cut it."""
    try:
        library, digest = _said(folder)
        return hashlib.sha256((folder / library).read_bytes()).hexdigest() == digest
    except (OSError, ValueError):
        return False


def _sweep(cache: pathlib.Path) -> None:
    """Remove what builds left that were killed; those that still run are younger."""
    for work in cache.glob(".build-*"):
        try:
            if work.stat().st_mtime < time.time() - LEFTOVER_S:
                shutil.rmtree(work, ignore_errors=True)
        except OSError:
            continue  # another process was first


def _build_into(folder: pathlib.Path, source: Source, target: Target) -> None:
    """Build beside `folder` and rename into place, so that a folder that exists is whole."""
    _sweep(folder.parent)
    try:
        work = pathlib.Path(tempfile.mkdtemp(prefix=".build-", dir=folder.parent))
    except OSError as error:
        raise StorageError(
            f"cannot write {folder.parent}: {error.strerror}; set MOEGEN_HOME to a folder you can write"
        ) from error
    try:
        for name, text in source.files.items():
            (work / name).write_text(text)
        library = backends.get(target.backend).build.build(source, target, work)
        digest = hashlib.sha256((work / library).read_bytes()).hexdigest()
        (work / NOTE).write_text(f"{library} {digest}")
        try:
            os.rename(work, folder)
        except OSError:
            if not _is_whole(folder):  # else another process was first, with the same content
                os.rename(folder, f"{work}-damaged")  # by whoever removed a file; swept away later
                os.rename(work, folder)
    except OSError as error:
        raise StorageError(
            f"cannot write {work}: {error.strerror}; free some space, or set MOEGEN_HOME elsewhere"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
