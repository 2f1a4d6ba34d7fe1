"""What is imported when: `import moegen` and loading an artifact stay light, and public names are there."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import pytest

import moegen
from moegen import errors, oracle

HEAVY = {"optuna", "jinja2", "click", "rich", "cupy", "sqlalchemy", "filelock", "platformdirs", "torch"}
ALSO_NOT_BY_IMPORT = {"cffi", "pycparser", "msgspec", "archspec", "numpy", "importlib.metadata", "ctypes"}

LOAD_AND_CALL = """
import sys, json
sys.path[:0] = json.loads(sys.argv[1])
import numpy, moegen
from moegen import oracle
spec = moegen.MoeSpec(64, 96, 4)
weights = oracle.make_weights(spec, 1)
x = oracle.make_tokens(spec, 5, 2)
layer = moegen.load(spec, weights)
assert numpy.array_equal(layer(x), moegen.moe_forward(x, weights))
print(json.dumps([sorted(sys.modules), layer.artifact.sha256]))
"""


def in_a_process(code: str):
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(sys.path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_import_is_light():
    code = "import sys, json; sys.path[:0] = json.loads(sys.argv[1]); import moegen; print(json.dumps([*sys.modules]))"
    assert not (HEAVY | ALSO_NOT_BY_IMPORT) & set(in_a_process(code))


def test_loading_what_is_there_brings_in_neither_renderer_nor_search(monkeypatch):
    spec = moegen.MoeSpec(64, 96, 4)
    with pytest.warns(moegen.UntunedWarning):
        built = moegen.load(spec, oracle.make_weights(spec, 1))
    monkeypatch.setenv("CC", "/nonexistent/compiler")  # it must not be asked for, either
    modules, sha256 = in_a_process(LOAD_AND_CALL)
    assert sha256 == built.artifact.sha256
    assert not HEAVY & set(modules)
    assert {"cffi", "numpy"} <= set(modules)


def test_public_names():
    for name in moegen.__all__:
        assert getattr(moegen, name) is not None and name in dir(moegen)
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        assert getattr(moegen, name) is kind and name in moegen.__all__
    with pytest.raises(AttributeError, match="no attribute 'forwards'"):
        _ = moegen.forwards


def test_torch_that_is_missing_is_named_with_what_installs_it():
    code = """
import sys, json; sys.path[:0] = json.loads(sys.argv[1]); sys.modules["torch"] = None
import moegen
try:
    moegen.torch
except ImportError as error:
    print(json.dumps([str(error), type(error.__cause__).__name__]))
"""
    assert in_a_process(code) == ['moegen.torch needs PyTorch; `pip install "moegen[torch]"`', "ModuleNotFoundError"]
