"""The scripts that record results, and rows that other scripts recorded."""

import importlib.util
import json
import pathlib
import subprocess
import sys

import pytest

from moegen.errors import SpecError
from moegen.report import readme, rows, suites

BENCH = pathlib.Path(__file__).resolve().parent.parent / "bench"


def load(name):
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_record_tunes_each_layer_of_the_contests_once():
    layers = load("record").tuned_layers(suites.parts("full"))
    by_size = {(spec.hidden_size, spec.intermediate_size, spec.num_experts): tokens for spec, tokens in layers.items()}
    assert by_size[256, 1024, 4] == {1024} and by_size[1024, 4096, 8] == {1, 2048}
    assert by_size[4096, 16384, 4] == {512, 1024, 2048}


@pytest.mark.parametrize("script", ["record", "build_ggml"])
def test_scripts_say_how_to_use_them(script):
    done = subprocess.run(
        [sys.executable, BENCH / f"{script}.py", "--help"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and "usage" in done.stdout


def test_rows_of_the_gpu_bench_are_taken_as_results(tmp_path):
    path = tmp_path / "gpu.json"
    row = {
        "shape": "small",
        "impl": "moegen",
        "dtype": "bf16",
        "mode": "graph",
        "median_s": 1e-3,
        "ci_s": [9e-4, 1.1e-3],
        "tflops": 500.0,
        "device": "NVIDIA H100",
        "versions": {},
        "commit": "0123abc",
    }
    path.write_text(json.dumps([row, {**row, "impl": "grouped_mm", "median_s": 2e-3}]))
    results = rows.load(path)
    assert results["device"] == "NVIDIA H100" and results["rows"][0]["gflops"] == 500e3
    table = readme.table([results])
    assert "moegen bf16, graph | 1.00 ms [900 µs, 1.10 ms] | 500000" in table and "NVIDIA H100" in table


def test_a_file_that_holds_no_results_is_refused(tmp_path):
    path = tmp_path / "other.json"
    for content in ("[]", "{}", "not json", '{"format": 99, "rows": []}'):
        path.write_text(content)
        with pytest.raises(SpecError):
            rows.load(path)
