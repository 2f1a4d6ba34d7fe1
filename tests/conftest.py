"""What every test has: a home of its own, golden files, and skips that name the instruction set they miss."""

from __future__ import annotations

import os
import pathlib
import shutil
import tempfile

import hypothesis
import pytest

GOLDEN = pathlib.Path(__file__).parent / "golden"
SHARED = "MOEGEN_TESTS_HOME"  # names a home that all tests of one run share

# Compiled examples take as long as a compiler does, so nothing here has a deadline; tests ask for fewer examples.
hypothesis.settings.register_profile("moegen", deadline=None, max_examples=25, print_blob=True)
hypothesis.settings.load_profile("moegen")


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")
    parser.addoption(
        "--no-skips",
        action="store_true",
        help="fail where a test skips for another reason than a missing GPU or instruction set",
    )


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads its options
def pytest_cmdline_main(config):
    """Whole folders run in several processes, since most tests wait for a compiler on one core; `-n 0` says otherwise.

    Files and tests that are named one by one run in this process, and so do those that want the machine, or time.
    """
    option = config.option
    inside = "PYTEST_XDIST_WORKER" in os.environ  # a worker, or a pytest that a test starts
    alone = inside or getattr(option, "usepdb", False) or option.markexpr in ("gpu", "soak") or option.collectonly
    if getattr(option, "numprocesses", 0) is None and not alone and any(os.path.isdir(arg) for arg in config.args):
        option.numprocesses = max(2, min(8, len(os.sched_getaffinity(0))))
        option.dist = "loadfile"  # what a file's tests share is made once


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # a worker of pytest-xdist inherits the variable
        folder = tempfile.mkdtemp(prefix="moegen-tests-")
        os.environ[SHARED] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    _refuse_skip(item.config, outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    outcome = yield
    _refuse_skip(collector.config, outcome.get_result())


def _refuse_skip(config, report):
    """With --no-skips, a test or module that skips for want of a package or a right fails."""
    if report.skipped and config.getoption("--no-skips"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(allowed in reason for allowed in ("missing instruction set", "no NVIDIA GPU")):
            report.outcome = "failed"
            report.longrepr = f"skipped, which --no-skips refuses: {reason}"


@pytest.fixture(autouse=True)
def moegen_home(tmp_path, monkeypatch):
    """MOEGEN_HOME in this test's own folder; the folder itself is not created."""
    home = tmp_path / "moegen-home"
    monkeypatch.setenv("MOEGEN_HOME", str(home))
    return home


def shared_build(spec, target, layout, configs):
    """moegen.compile.build in the build cache of this run: tests that want the same kernel compile it once."""
    from moegen.compile import build

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOEGEN_HOME", os.environ[SHARED])
        return build(spec, target, layout, configs)


@pytest.fixture
def golden(request):
    """`golden(name, text)`: text equals tests/golden/NAME; with --update-golden the file is written."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            return
        assert path.exists(), f"no golden file {path}; write it with `pytest --update-golden`"
        assert text == path.read_text(), f"{path} differs; if that is meant, write it with `pytest --update-golden`"

    return compare


def needs_isa(name: str):
    """The target called `name`; skips the test, naming the instruction set, where this machine cannot run it."""
    from moegen import backends

    room = backends.get("cpu").target
    target = room.parse(name)
    assert target is not None, f"the CPU backend knows no target {name!r}"
    reason = room.why_not(target)
    if reason is not None:
        pytest.skip(f"missing instruction set {name}: {reason}")
    return target
