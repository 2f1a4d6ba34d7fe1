"""Folders of files that are replaced in one step and read without trust.

Whoever reads `path` finds no folder, the old one or the new one, never a mixture, whatever becomes of the process that
replaces it: the new files are written and synced in a hidden sibling, which then changes places with `path`
(`renameat2` with RENAME_EXCHANGE). A file system that cannot exchange gets two renames, between which the old folder
stands at `.NAME.replaced`, where readers look too. Leftovers of a killed process are swept by the next one that takes
the lock.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import secrets
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from moegen import paths
from moegen.errors import ArtifactError, StorageError

LOCK_TIMEOUT_S = 120
MAX_BYTES = 1 << 30  # of one folder: far above any artifact, far below what would hurt to read by mistake

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EXDEV)
_held = threading.local()
_T = TypeVar("_T")


class DamagedError(ArtifactError):
    """An artifact whose files are not those that were published."""


class MissingError(ArtifactError):
    """There is no artifact in that place, or no longer the one that was there."""


@contextlib.contextmanager
def lock(path: pathlib.Path, timeout_s: float | None = None) -> Iterator[None]:
    """Hold the lock of the folder `path`, against threads and processes; a thread that holds it may take it again.

    The kernel drops it when its holder dies.

    Raises
    ------
    StorageError
        If the lock's file cannot be written, or another process keeps it for `timeout_s`, by default
        `LOCK_TIMEOUT_S`.
    """
    depths = _held.__dict__.setdefault("depths", {})
    name = str(path)
    if depths.get(name):
        depths[name] += 1
        try:
            yield
        finally:
            depths[name] -= 1
        return
    import filelock  # only who writes needs it

    timeout_s = LOCK_TIMEOUT_S if timeout_s is None else timeout_s
    paths.make_folder(path.parent)
    held = filelock.FileLock(str(path.parent / f".{path.name}.lock"), timeout=timeout_s)
    try:
        held.acquire(poll_interval=0.02)
    except filelock.Timeout as error:
        raise StorageError(
            f"another process has been writing {path} for {timeout_s:g} s; end it and try again"
        ) from error
    except (OSError, NotImplementedError) as error:  # the latter where the file system has no locks, says filelock
        raise _unwritable(path, error) from error
    depths[name] = 1
    try:
        yield
    finally:
        del depths[name]
        held.release()


def replace_folder(path: pathlib.Path, files: dict[str, bytes]) -> None:
    """Make `path` a folder that holds exactly `files` (by name), in place of whatever stood there, in one step.

    Raises
    ------
    StorageError
        If it cannot be written; what stood at `path` then still does.
    """
    with lock(path):
        new = _temporary(path)
        try:
            _sweep(path)
            os.mkdir(new, 0o755)
            for name, content in files.items():
                _write(new / name, content)
            _sync(new)
            _put(new, path)
            _sync(path.parent)
        except OSError as error:
            raise _unwritable(path, error) from error
        finally:
            _remove(new)  # what stood at `path` before, or an unfinished folder


def remove_folder(path: pathlib.Path) -> None:
    """Remove `path`, where it is, so that no reader sees a part of it."""
    with lock(path):
        away = _temporary(path)
        try:
            os.rename(path, away)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unwritable(path, error) from error
        _remove(away)


def folders(root: pathlib.Path) -> list[str]:
    """Names of the folders in `root`, sorted; hidden ones are not counted, an old one that waits for its new one is."""
    try:
        names = {*os.listdir(root), *os.listdir(root)}  # a name that is renamed meanwhile may be missing from one list
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StorageError(f"cannot read {root}: {error.strerror}; set MOEGEN_HOME to a folder of yours") from error
    found = {
        name
        for name in names
        if not name.startswith(".") and (os.path.isdir(root / name) or not os.path.lexists(root / name))
    }  # gone since: perhaps being replaced
    found |= {name[1 : -len(".replaced")] for name in names if name.startswith(".") and name.endswith(".replaced")}
    locked = {name[1 : -len(".lock")] for name in names if name.startswith(".") and name.endswith(".lock")}
    return sorted(found | {name for name in locked - found if _stands(root / name)})


def _stands(path: pathlib.Path) -> bool:
    """Whether the folder or its old version is there, by its names: listings may miss what is renamed meanwhile."""
    replaced = path.with_name(f".{path.name}.replaced")
    return any(os.path.isdir(each) for each in (path, replaced, path))


def read_folder(path: pathlib.Path, parse: Callable[[dict[str, bytes]], _T], trusted: bool = False) -> _T:
    """What `parse` makes of the files of the folder `path`, all of one version of it.

    Parameters
    ----------
    path : Path
    parse : function of {name: content}
        Raises DamagedError where the files are not what they should be.
    trusted : bool
        Whether to leave out the check that no other user can write there.

    Raises
    ------
    DamagedError
        If `parse` says so, or there is something beside plain files.
    MissingError
        If there is no such folder.
    ArtifactError
        If another user can write it, a file of it, or a folder above it within the home.
    """
    replaced = path.with_name(f".{path.name}.replaced")
    misses = 0
    for _ in range(50):  # whoever replaces the folder 50 times during one read is not a tuner
        before, damage = _identity(path), None
        try:
            for place in (path, replaced):
                try:
                    return parse(_read_once(place, trusted))
                except FileNotFoundError:
                    continue
                except DamagedError as error:
                    damage = damage or error
        except _ReplacedMeanwhile:
            continue
        if _identity(path) != before:
            continue
        misses += 1
        # Where folders cannot be exchanged, a look can fall between the two places twice over. Or it sees the old
        # folder shrink, then its copy gone, and at last a later folder, which was given the old one's number.
        if misses < 3:
            continue
        raise damage or MissingError(f"there is no artifact at {path}; `moegen list` shows those of this home")
    raise StorageError(f"{path} is being replaced all the time; stop what writes it and try again")


def read_file(path: pathlib.Path) -> bytes:
    """A plain file's content, whoever may write it; DamagedError or ArtifactError if it is none or cannot be read."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return _read_file(folder, path.parent, path.name, True, MAX_BYTES)
    finally:
        os.close(folder)


def _identity(path: pathlib.Path) -> tuple[int, int] | None:
    """What a name means now; None for nothing."""
    try:
        status = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return status.st_dev, status.st_ino


class _ReplacedMeanwhile(Exception):
    """The folder's name meant another folder when the read ended."""


def _read_once(path: pathlib.Path, trusted: bool) -> dict[str, bytes]:
    if not trusted:
        refuse_parents(path)
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            raise DamagedError(f"is {'a symbolic link' if path.is_symlink() else 'not a folder'}") from error
        raise ArtifactError(f"cannot read {path}: {error.strerror}") from error
    try:
        before = os.fstat(folder)
        if not trusted:
            paths.refuse_writable_by_others(path, before)
        files, damage = {}, None
        try:
            room = MAX_BYTES
            for name in sorted(os.listdir(folder)):
                files[name] = _read_file(folder, path, name, trusted, room)
                room -= len(files[name])
        except (FileNotFoundError, DamagedError) as error:
            damage = error
        if _identity(path) != (before.st_dev, before.st_ino):
            raise _ReplacedMeanwhile
        if isinstance(damage, FileNotFoundError):
            raise DamagedError(f"loses files while it is read ({damage.filename})") from damage
        if damage is not None:
            raise damage
        return files
    finally:
        os.close(folder)


def _read_file(folder: int, path: pathlib.Path, name: str, trusted: bool, room: int) -> bytes:
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise DamagedError(f"holds a symbolic link, {name}") from error
        raise ArtifactError(f"cannot read {path / name}: {error.strerror}") from error
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise DamagedError(f"holds {name}, which is not a plain file")
        if not trusted:
            paths.refuse_writable_by_others(path / name, status)
        with open(file, "rb", closefd=False) as stream:
            content = stream.read(min(room, status.st_size) + 1)  # memory for all of it is taken before the first byte
    except OSError as error:
        raise DamagedError(f"holds {name}, which cannot be read ({error.strerror})") from error
    finally:
        os.close(file)
    if len(content) > room:
        raise DamagedError(f"holds more than {MAX_BYTES} bytes")
    return content


def refuse_parents(path: pathlib.Path) -> None:
    """Check that no other user can write the folders from the home down to that of `path`, where it lies in the home.

    Raises
    ------
    ArtifactError
        If one can.
    FileNotFoundError
        If a folder is missing.
    """
    home = pathlib.Path(os.path.realpath(paths.home()))
    above = pathlib.Path(os.path.realpath(path.parent))
    if above != home and home not in above.parents:
        return
    for folder in (above, *above.parents)[: len(above.parts) - len(home.parts) + 1]:
        try:
            paths.refuse_writable_by_others(folder)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(error.errno, error.strerror, str(folder)) from error
        except OSError as error:
            raise ArtifactError(
                f"cannot read {folder}: {error.strerror}; set MOEGEN_HOME to a folder of yours"
            ) from error


def _temporary(path: pathlib.Path) -> pathlib.Path:
    return path.with_name(f".{path.name}.tmp-{os.getpid()}-{secrets.token_hex(4)}")


def _sweep(path: pathlib.Path) -> None:
    """Remove what killed processes left; the lock is held, so nobody is still writing it."""
    for name in os.listdir(path.parent):
        if name.startswith(f".{path.name}.tmp-"):
            _remove(path.parent / name)


def _write(file: pathlib.Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with open(descriptor, "wb") as stream:
        os.fchmod(descriptor, os.fstat(descriptor).st_mode & 0o755)  # a umask of 002 must not let the group write code
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)


def _sync(folder: pathlib.Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(new: pathlib.Path, path: pathlib.Path) -> None:
    """Put `new` in the place of `path`; what stood there is then at `new` or gone."""
    replaced = path.with_name(f".{path.name}.replaced")
    try:
        os.rename(new, path)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EXDEV):
            raise
        if not _exchange(new, path):
            if not os.path.lexists(replaced):
                _move(path, replaced)
            _remove(path)
            os.rename(new, path)
    if os.path.lexists(replaced):
        _sync(path.parent)
        away = _temporary(path)
        os.rename(replaced, away)  # a reader there must not see it shrink
        _remove(away)


def _exchange(one: pathlib.Path, other: pathlib.Path) -> bool:
    """Let two names change places in one step; False where the file system or the C library cannot."""
    import ctypes  # only who replaces needs it

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    renameat2.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))


def _move(path: pathlib.Path, to: pathlib.Path) -> None:
    """Rename, or copy where a folder of a container's image cannot be renamed (overlayfs answers EXDEV)."""
    try:
        os.rename(path, to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = _temporary(path)
        shutil.copytree(path, copy, symlinks=True)
        os.rename(copy, to)


def _remove(path: pathlib.Path) -> None:
    """Remove a file, a link or a folder with all it holds; what cannot be removed is left for the next sweep."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError:
        shutil.rmtree(path, ignore_errors=True)


def _unwritable(path: pathlib.Path, error: BaseException) -> StorageError:
    reason = getattr(error, "strerror", None) or str(error)
    return StorageError(f"cannot write {path}: {reason}; make room or rights there, or {paths.elsewhere(path)}")
