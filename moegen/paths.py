"""Where things lie: moegen's home (artifacts, studies, build cache), and the templates and artifacts that ship."""

from __future__ import annotations

import os
import pathlib
import shlex
import stat

from moegen.errors import ArtifactError, StorageError

_PACKAGE = pathlib.Path(__file__).resolve().parent


def _shipped(name: str) -> pathlib.Path:
    """A folder that stands beside the package in a checkout and inside it in a wheel."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def templates() -> pathlib.Path:
    return _shipped("templates")


def tuned() -> pathlib.Path:
    return _shipped("tuned")


def home() -> pathlib.Path:
    """MOEGEN_HOME, else the platform's user data folder for moegen. Not created here."""
    override = os.environ.get("MOEGEN_HOME")
    if override:
        return pathlib.Path(override).expanduser().absolute()
    import platformdirs

    return pathlib.Path(platformdirs.user_data_dir("moegen"))


def artifacts() -> pathlib.Path:
    return home() / "artifacts"


def studies() -> pathlib.Path:
    return home() / "studies"


def builds() -> pathlib.Path:
    return home() / "builds"


def defaults() -> pathlib.Path:
    """Artifacts that the runtime made by itself: default variants, and shipped ones compiled here. A cache."""
    return home() / "defaults"


def make_folder(folder: pathlib.Path) -> pathlib.Path:
    """Create `folder`, and the folders above it, for this user alone, where they are missing.

    Raises
    ------
    StorageError
        If it cannot be created.
    """
    try:
        missing = [above for above in (folder, *folder.parents) if not above.is_dir()]
        for above in reversed(missing):  # Path.mkdir(parents=True) would give the upper ones the umask's mode
            above.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot create {folder}: {error.strerror}; {elsewhere(folder)}") from error
    return folder


def elsewhere(path: pathlib.Path) -> str:
    """What to do where `path` cannot be written: MOEGEN_HOME moves what lies in the home, and nothing else."""
    inside = home() in (path, *path.parents)
    return f"{'set MOEGEN_HOME to' if inside else 'give --out'} a folder you can write"


def refuse_writable_by_others(path: pathlib.Path, status: os.stat_result | None = None) -> None:
    """Raise ArtifactError if a user other than this one and root owns `path` or may write to it.

    Code is loaded from such places, so one that somebody else can change is as good as running their code. `status` is
    that of the open file, where there is one: the name could mean something else by now.
    """
    if status is None:
        status = os.stat(path)
    if status.st_uid not in (0, os.getuid()):
        raise ArtifactError(
            f"{path} belongs to user {status.st_uid}, not to you; nothing is loaded from it. Set "
            "MOEGEN_HOME to a folder of your own, or "
            f"`chown -R {os.getuid()} {shlex.quote(str(path))}`"
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ArtifactError(
            f"{path} can be written by other users (mode {stat.S_IMODE(status.st_mode):o}); nothing is "
            f"loaded from it. Mend it with `chmod -R go-w {shlex.quote(str(path))}`"
        )
