"""moegen: Mixture-of-Experts layers, compiled and tuned for one shape on one machine.

    moegen tune --shape 64x1024x2048
    y = moegen.moe_forward(x, weights)

Names are imported when they are first used, so that `import moegen` costs next to nothing.
"""

from __future__ import annotations

import importlib

_HOMES = {
    "MoeSpec": "moegen.spec",
    "MoeWeights": "moegen.spec",
    "load": "moegen.runtime",
    "moe_forward": "moegen.runtime",
    "Layer": "moegen.runtime",
    "Routing": "moegen.runtime",
    "UntunedWarning": "moegen.runtime",
    "quantize": "moegen.quantization",
    "from_pretrained": "moegen.checkpoint",
    "MoegenError": "moegen.errors",
    "SpecError": "moegen.errors",
    "ShapeError": "moegen.errors",
    "TargetError": "moegen.errors",
    "BuildError": "moegen.errors",
    "AccuracyError": "moegen.errors",
    "ArtifactError": "moegen.errors",
    "LibraryError": "moegen.errors",
    "CheckpointError": "moegen.errors",
    "StorageError": "moegen.errors",
}
_MODULES = ("checkpoint", "errors", "oracle", "routing", "tune")
_EXTRAS = ("metrics", "torch")  # need packages of their own, so `from moegen import *` leaves them out

__all__ = [*_HOMES, *_MODULES, "__version__"]  # noqa: PLE0604  keys of a dict of strings


def __getattr__(name: str):
    if name in _HOMES:
        value = getattr(importlib.import_module(_HOMES[name]), name)
    elif name in _MODULES or name in _EXTRAS:
        value = importlib.import_module(f"moegen.{name}")
    elif name == "__version__":
        value = _version()
    else:
        raise AttributeError(f"module 'moegen' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    """The installed package's version; in a checkout that is not installed, the one its pyproject.toml says."""
    import importlib.metadata

    try:
        return importlib.metadata.version("moegen")
    except importlib.metadata.PackageNotFoundError:
        import pathlib
        import re

        text = (pathlib.Path(__file__).resolve().parent.parent / "pyproject.toml").read_text()
        return re.search(r'^version = "(.+)"$', text, re.MULTILINE).group(1)
