"""No room, many processes at once, kills at any moment, long use, and text that nobody meant."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import artifacts_by_hand
import pytest
from exported import run
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moegen import artifact, compile, ctext, manifest
from moegen.errors import ArtifactError, SpecError
from moegen.spec import parse_shape

SHAPE = ["--shape", "1x8x16", "--intermediate", "16", "--experts", "2", "--top-k", "1"]
LOAD = """
import itertools, os, warnings; warnings.simplefilter("ignore")
import moegen
from moegen import oracle
spec = moegen.MoeSpec(16, 16, 2, 1)
weights = oracle.make_weights(spec, 1)
tuned = 0
for round in itertools.takewhile(lambda round: {go_on}, itertools.count()):
    x = oracle.make_tokens(spec, 20, round)
    layer = moegen.load(spec, weights, threads=2)
    tuned += bool(layer.artifact.tuned)
    y, routing = layer(x, return_routing=True)
    oracle.check(y, routing, x, weights, spec)
"""


def start(*command, **environment) -> subprocess.Popen:
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, **environment},
    )


def test_ten_processes_load_one_layer_that_nobody_built(moegen_home):
    processes = [start(sys.executable, "-c", LOAD.format(go_on="round < 3")) for _ in range(10)]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors[-2000:]
    assert len([path for path in (moegen_home / "defaults").iterdir() if not path.name.startswith(".")]) == 1


@pytest.mark.parametrize("room", [0, 100, 5000, 40000])
def test_a_full_disk_leaves_no_half_library(tmp_path, room):
    made = artifacts_by_hand.publish(target="avx2")
    code = f"""
import resource
from click.testing import CliRunner
from moegen.cli import cli
import jinja2, numpy, optuna  # what is imported later could want to write its byte code
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
done = CliRunner().invoke(cli, ["export", "{made.key}", "--out", "{tmp_path / "lib"}"])
assert done.exit_code == 1 and "cannot write" in done.output and "Traceback" not in done.output, done.output
"""
    run(sys.executable, "-c", code)
    assert not (tmp_path / "lib").exists() and not [
        path for path in tmp_path.iterdir() if path.name.startswith(".export")
    ]
    assert artifact.find(made.key).files()


def test_leftovers_of_killed_builds_are_swept(tmp_path):
    for name, age_s in ((".build-old", 2 * compile.LEFTOVER_S), (".build-young", 10), ("kept", 2 * compile.LEFTOVER_S)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "moe.c").touch()
        os.utime(tmp_path / name, (time.time() - age_s,) * 2)
    compile._sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "moegen-home") == [".build-young", "kept"]


FULL = """
import os, pathlib, resource, subprocess, sys, warnings; warnings.simplefilter("ignore")
import moegen
from moegen import artifact, oracle
from moegen.errors import MoegenError
import filelock, jinja2  # what is imported later could want to write its byte code
home, size, mounted = pathlib.Path(os.environ["MOEGEN_HOME"]), int(sys.argv[1]), sys.argv[2] == "mounted"
home.mkdir()
if mounted:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", home], check=True)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
spec = moegen.MoeSpec(16, 16, 2, 1)
weights, x = oracle.make_weights(spec, 1), oracle.make_tokens(spec, 20, 1)
try:
    moegen.load(spec, weights)
except MoegenError as error:
    print(type(error).__name__)
else:
    raise SystemExit("it had room")
for folder in ("builds", "defaults", "artifacts"):
    assert not [path for path in home.glob(folder + "/[!.]*")]
if mounted:
    subprocess.run(["mount", "-o", "remount,size=64m", home], check=True)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
y, routing = moegen.load(spec, weights)(x, return_routing=True)
oracle.check(y, routing, x, weights, spec)
"""


@pytest.mark.parametrize("size", [4096, 40960])
def test_a_file_system_that_fills_up_and_gets_room_again(moegen_home, size):
    """A tiny file system where this user may mount one in a namespace, else files that may not grow."""
    apart = ["unshare", "--map-root-user", "--mount"]
    may = shutil.which("unshare") and run(*apart, "mount", "-t", "tmpfs", "tmpfs", "/mnt", ok=False).returncode == 0
    said = run(*(apart if may else []), sys.executable, "-c", FULL, size, "mounted" if may else "limited").stdout
    assert said.strip() in ("StorageError", "BuildError")


def test_a_long_run_of_calls_keeps_its_memory():
    code = (
        LOAD.format(go_on="round < 1")
        + """
import threading, os
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
def work():
    for _ in range(400): layer(x)
def round():
    threads = [threading.Thread(target=work) for _ in range(4)]
    [t.start() for t in threads]; [t.join() for t in threads]
round(); round()
before = resident()
for _ in range(6): round()
print(resident() - before)
"""
    )
    assert int(run(sys.executable, "-c", code).stdout) < 2 << 20


@given(text=st.one_of(st.text(max_size=40), st.from_regex(r"-?[0-9]{0,12}(x-?[0-9]{0,12}){0,4}", fullmatch=True)))
@example("1x1x1\n")
@example("１x２x３")
@settings(max_examples=200)
def test_any_text_is_a_shape_or_a_spec_error(text):
    try:
        sizes = parse_shape(text)
    except SpecError as error:
        assert repr(text)[:20] in str(error)
    else:
        assert "x".join(part.lstrip("0") for part in text.split("x")) == "x".join(map(str, sizes))


@given(text=st.text(max_size=60))
@example("../../etc/passwd")
@example("\0")
@example("moe_f32_h1_i1_e1_k1_relu-00000000__scalar/../..")
@settings(max_examples=150)
def test_any_text_is_a_key_or_an_artifact_error(text):
    with pytest.raises(ArtifactError):
        artifact.find(text)


@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "format",
                            "moegen",
                            "key",
                            "spec",
                            "target",
                            "layout",
                            "configs",
                            "tuned",
                            "files",
                            "library",
                            "sha256",
                            "evidence",
                        ]
                    ),
                    inner,
                )
            ),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
@settings(max_examples=200)
def test_any_bytes_are_a_manifest_or_an_artifact_error(content):
    with pytest.raises(ArtifactError):
        manifest.verify({manifest.NAME: content})


@given(text=st.text(st.sampled_from("(){};#define typedef enum static x1.\"'\\/*\n "), max_size=80))
@settings(max_examples=200)
def test_any_text_goes_through_the_renaming_of_names(text):
    assert ctext.rename(text, {}) == text


def _tune(*more, **environment) -> subprocess.Popen:
    return start(sys.executable, "-m", "moegen.cli", "tune", *SHAPE, "--json", *more, **environment)


def _said(process, timeout=1800) -> str:
    said, errors = process.communicate(timeout=timeout)
    assert process.returncode == 0, errors[-2000:]
    return said


def _whole() -> int:
    """How many artifacts the home has; everything in it can be loaded."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = artifact.all_artifacts()
        for each in found:
            assert each.files()
    return len(found)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_tune_killed_at_random_moments(moegen_home):
    """MOEGEN_SOAK_KILLS times while it runs, from its first import to its last file; the same command goes on."""
    draw, kills = random.Random(1), int(os.environ.get("MOEGEN_SOAK_KILLS", "200"))
    begun = time.monotonic()
    _said(_tune("--target", "scalar", "--trials", "2", MOEGEN_HOME=str(moegen_home) + "-once"))
    length_s = time.monotonic() - begun
    killed, ended, published, trials = 0, 0, 0, 2
    while killed < kills:
        process = _tune("--target", "scalar", "--trials", str(trials))
        try:
            _said(process, draw.uniform(0, length_s))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            killed += 1
        else:
            ended += 1
            trials += 2  # so that the next one has something to do
        assert _whole() >= published
        published = _whole()
    said = json.loads(_said(_tune("--target", "scalar", "--trials", str(trials))))
    assert said["tokens"] == [8] and said["evidence"]["8"]["trials"] >= trials
    assert _whole() == 1
    run(sys.executable, "-c", LOAD.format(go_on="round < 2") + "assert tuned == 2")
    print(f"{killed} kills within {length_s:.0f} s of a run's beginning; {ended} runs ended between them")


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_ten_processes_tune_and_load_one_key(moegen_home, tmp_path):
    """Whoever loads gets the default until an artifact is there, then that, whole, while others replace it."""
    go_on = f"not os.path.exists({str(tmp_path / 'enough')!r})"
    loading = [start(sys.executable, "-c", LOAD.format(go_on=go_on) + "print(round, tuned)") for _ in range(5)]
    tuning = [_tune("--trials", "2", "--tokens", str(tokens)) for tokens in (8, 8, 16, 32, 8)]
    for process in tuning:
        _said(process)
    time.sleep(2)
    (tmp_path / "enough").touch()
    for process in loading:
        rounds, tuned = map(int, _said(process).split())
        assert 0 < tuned < rounds
        print(f"{rounds} loads, {tuned} of them of a tuned artifact")
    assert _whole() == 1
    (found,) = artifact.all_artifacts()
    assert {8, 16, 32} <= set(found.tuned)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_an_hour_of_calls_keeps_its_memory():
    """MOEGEN_SOAK_SECONDS of concurrent calls, of several numbers of tokens; each gives the same bits as the first."""
    seconds = float(os.environ.get("MOEGEN_SOAK_SECONDS", "3600"))
    code = (
        LOAD.format(go_on="round < 1")
        + f"""
import threading, time
import numpy as np
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
end = time.monotonic() + {seconds}
inputs = [oracle.make_tokens(spec, tokens, tokens) for tokens in (1, 7, 20, 333)]
answers = [layer(x) for x in inputs]
calls, wrong = [0] * 6, [0] * 6
def work(i):
    while time.monotonic() < end:
        which = (calls[i] + i) % len(inputs)
        wrong[i] += not np.array_equal(layer(inputs[which]), answers[which])
        calls[i] += 1
threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
[t.start() for t in threads]
time.sleep(min(10, {seconds} / 4))
before = resident()
[t.join() for t in threads]
print(resident() - before, sum(wrong), sum(calls))
"""
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=seconds + 1800)
    assert done.returncode == 0, done.stderr[-2000:]
    grown, wrong, calls = map(int, done.stdout.split())
    print(f"{calls} calls in {seconds:.0f} s, {wrong} wrong, {grown} bytes more at the end")
    assert grown < 2 << 20 and wrong == 0 and calls > 0
