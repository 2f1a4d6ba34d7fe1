"""Import a backend's rooms only when they are used, so that loading an artifact imports no search space or compiler."""

from __future__ import annotations

import importlib

ROOMS = ("target", "space", "build", "kernel")


def lazy_rooms(package: str):
    """A module-level `__getattr__` that imports `package`'s rooms on first use."""

    def getattr_(name: str):
        if name in ROOMS:
            return importlib.import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return getattr_
