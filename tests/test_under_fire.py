"""No room, many processes at once, kills at any moment, long use, and text that nobody meant."""
from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import artifacts_by_hand
import pytest
from exported import run
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moegen import artifact, ctext, manifest
from moegen.errors import ArtifactError, SpecError
from moegen.spec import parse_shape

SHAPE = ["--shape", "1x8x16", "--intermediate", "16", "--experts", "2", "--top-k", "1", "--target", "scalar"]
LOAD = """
import warnings; warnings.simplefilter("ignore")
import moegen
from moegen import oracle
spec = moegen.MoeSpec(16, 16, 2, 1)
weights = oracle.make_weights(spec, 1)
for seed in range({rounds}):
    x = oracle.make_tokens(spec, 20, seed)
    layer = moegen.load(spec, weights, threads=2)
    y, routing = layer(x, return_routing=True)
    oracle.check(y, routing, x, weights, spec)
"""


def start(*command, **environment) -> subprocess.Popen:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
                            env={**os.environ, **environment})


def test_ten_processes_load_one_layer_that_nobody_built(moegen_home):
    processes = [start(sys.executable, "-c", LOAD.format(rounds=3)) for _ in range(10)]
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
done = CliRunner().invoke(cli, ["export", "{made.key}", "--out", "{tmp_path / 'lib'}"])
assert done.exit_code == 1 and "cannot write" in done.output and "Traceback" not in done.output, done.output
"""
    run(sys.executable, "-c", code)
    assert not (tmp_path / "lib").exists() and not [path for path in tmp_path.iterdir() if path.name.startswith(".export")]
    assert artifact.find(made.key).files()


def test_a_long_run_of_calls_keeps_its_memory():
    code = LOAD.format(rounds=1) + """
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


@given(content=st.one_of(st.binary(max_size=200), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["format", "moegen", "key", "spec", "target", "layout", "configs", "tuned", "files", "library", "sha256", "evidence"]), inner),
    max_leaves=12).map(lambda value: json.dumps(value).encode())))
@settings(max_examples=200)
def test_any_bytes_are_a_manifest_or_an_artifact_error(content):
    with pytest.raises(ArtifactError):
        manifest.verify({manifest.NAME: content})


@given(text=st.text(st.sampled_from("(){};#define typedef enum static x1.\"'\\/*\n "), max_size=80))
@settings(max_examples=200)
def test_any_text_goes_through_the_renaming_of_names(text):
    assert ctext.rename(text, {}) == text


def _tune(*more) -> subprocess.Popen:
    return start(sys.executable, "-m", "moegen.cli", "tune", *SHAPE, "--json", *more)


def _whole(home) -> None:
    """Everything in the home can be loaded, and nothing is left behind but what is being written."""
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for found in artifact.all_artifacts():
            assert found.files()


@pytest.mark.soak
def test_tune_killed_at_random_moments(moegen_home):
    """MOEGEN_SOAK_KILLS times; then the same command finishes."""
    draw, kills = random.Random(1), int(os.environ.get("MOEGEN_SOAK_KILLS", 200))
    for _ in range(kills):
        process = _tune("--trials", "3")
        time.sleep(draw.uniform(0, 6))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        _whole(moegen_home)
    said, errors = _tune("--trials", "3").communicate(timeout=300)
    assert json.loads(said)["tokens"] == [8], errors[-2000:]
    run(sys.executable, "-c", LOAD.format(rounds=2))


@pytest.mark.soak
def test_ten_processes_tune_and_load_one_key(moegen_home):
    tuning = [_tune("--trials", "2", "--tokens", str(tokens)) for tokens in (8, 8, 16, 32, 8)]
    loading = [start(sys.executable, "-c", LOAD.format(rounds=40)) for _ in range(5)]
    for process in (*tuning, *loading):
        _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors[-2000:]
    _whole(moegen_home)
    (found,) = artifact.all_artifacts()
    assert {8, 16, 32} <= set(found.tuned)


@pytest.mark.soak
def test_an_hour_of_calls_keeps_its_memory():
    """MOEGEN_SOAK_SECONDS of concurrent calls."""
    seconds = float(os.environ.get("MOEGEN_SOAK_SECONDS", 3600))
    code = LOAD.format(rounds=1) + f"""
import threading, os, time
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
end = time.monotonic() + {seconds}
def work():
    while time.monotonic() < end: layer(x)
threads = [threading.Thread(target=work) for _ in range(6)]
[t.start() for t in threads]
time.sleep(min(10, {seconds} / 4))
before = resident()
[t.join() for t in threads]
print(resident() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=seconds + 120)
    assert done.returncode == 0 and int(done.stdout) < 2 << 20, (done.stdout, done.stderr[-2000:])
