"""`artifact.json`: one text for one content, which carries the digests of all other files and of itself."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re

import numpy as np

from moegen.storage import DamagedError

FORMAT = 1
NAME = "artifact.json"

_FIELDS = {
    "format",
    "moegen",
    "key",
    "spec",
    "target",
    "layout",
    "configs",
    "tuned",
    "toolchain",
    "machine",
    "evidence",
    "library",
    "files",
    "origin",
    "sha256",
}
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}")


def seal(manifest: dict) -> bytes:
    """The bytes of `artifact.json`: `manifest` and the digest of it."""
    manifest = _plain({name: value for name, value in manifest.items() if name != "sha256"})
    manifest["sha256"] = hashlib.sha256(_text(manifest)).hexdigest()
    return _text(manifest)


def verify(files: dict[str, bytes]) -> dict:
    """The manifest among `files`, if every file is what it says, and it is the very text that was written.

    Raises
    ------
    DamagedError
        If not; the message completes a sentence that begins with the folder.
    """
    content = files.get(NAME)
    if content is None:
        raise DamagedError(f"has no {NAME}")
    try:
        manifest = json.loads(content.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"has an {NAME} that is not JSON ({error})") from error
    if not isinstance(manifest, dict) or type(manifest.get("format")) is not int:
        raise DamagedError(f"has an {NAME} without a format")
    if manifest["format"] != FORMAT:
        raise DamagedError(
            f"has format {manifest['format']}, where this moegen reads format {FORMAT}: it is damaged, "
            "or was written by another version of moegen"
        )
    try:
        sealed = seal(manifest) == content
    except (ValueError, RecursionError):
        sealed = False
    if not sealed:
        raise DamagedError(f"has an {NAME} that was changed: its digest does not fit")
    if set(manifest) != _FIELDS or not isinstance(manifest["files"], dict):
        raise DamagedError(f"has an {NAME} with other fields: {', '.join(sorted(set(manifest) ^ _FIELDS))}")
    listed = manifest["files"]
    for name in sorted(set(files) | set(listed)):
        if name == NAME:
            continue
        if name not in files:
            raise DamagedError(f"lacks {name}")
        if name not in listed:
            raise DamagedError(f"holds {name!r}, which is not part of it")
        if not _FILE_NAME.fullmatch(name):
            raise DamagedError(f"holds a file with an impossible name, {name!r}")
        if hashlib.sha256(files[name]).hexdigest() != listed[name]:
            raise DamagedError(f"holds {name} with other bytes than were published")
    return manifest


def _text(manifest: dict) -> bytes:
    return (json.dumps(manifest, indent=1, sort_keys=True, allow_nan=False) + "\n").encode("ascii")


def _plain(value):
    """`value` as JSON has it: NumPy scalars as numbers, names as strings, numbers that are not finite as null."""
    if isinstance(value, dict):
        return {str(name): _plain(content) for name, content in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(content) for content in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return value
