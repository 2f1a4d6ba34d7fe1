"""The scripts that record results, and rows that other scripts recorded."""

import dataclasses
import importlib.util
import json
import pathlib
import subprocess
import sys
import types

import pytest

import moegen
from moegen import oracle, paths
from moegen.errors import SpecError
from moegen.report import readme, rows, suites

BENCH = pathlib.Path(__file__).resolve().parent.parent / "bench"


def load(name):
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_record_tunes_each_layer_of_the_contests_once_in_each_type():
    record = load("record")
    layers = record.tuned_layers(suites.parts("full"))
    by_size = {(s.hidden_size, s.intermediate_size, s.num_experts, s.dtype): tokens for s, tokens in layers.items()}
    assert by_size[256, 1024, 4, "f32"] == {1024} and by_size[1024, 4096, 8, "f32"] == {1, 16, 64, 2048}
    assert by_size[4096, 16384, 4, "f32"] == {512, 1024, 2048} and by_size[1024, 4096, 8, "int8"] == {1, 16, 64}
    shares = record.shares(layers, 780)
    assert sum(shares.values()) * record._BEYOND == pytest.approx(780) and min(shares.values()) > 10


def test_every_layer_of_the_gpu_bench_is_tuned_in_one_artifact_for_each_type():
    tune_gpu = load("tune_gpu")
    wanted = tune_gpu.layers([name for name in tune_gpu.gpu.SHAPES if name not in tune_gpu.LEFT_OUT])
    by_size = {(s.hidden_size, s.num_experts, s.dtype): tokens for s, tokens in wanted.items()}
    assert by_size[4096, 8, "bf16"] == {1, 16, 64, 1024, 8192} and by_size[4096, 8, "fp8"] == {8192}
    assert by_size[2048, 128, "bf16"] == {1, 8, 64, 512, 4096, 32768} and len(wanted) == 10
    done = subprocess.run(
        [sys.executable, BENCH / "tune_gpu.py", "--dry-run", "--seconds", "190", "--trials", "9"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    commands = done.stdout.splitlines()
    assert len(commands) == len(wanted) and all("tune" in each and "--target cuda" in each for each in commands)
    # 190 s for 19 buckets: the six of the first layer get 60, and what it takes to begin.
    assert "--tokens 1,8,64,512,4096,32768 " in commands[0] and f"--timeout {60 + tune_gpu._BEGIN_S}" in commands[0]


def test_one_type_of_the_gpu_bench_is_tuned_alone():
    tune_gpu = load("tune_gpu")
    wanted = tune_gpu.layers(["small", "mixtral-1", "mixtral-8192"], "fp8")
    assert [(s.dtype, tokens) for s, tokens in wanted.items()] == [("fp8", {16384}), ("fp8", {8192})]
    done = subprocess.run(
        [sys.executable, BENCH / "tune_gpu.py", "--dry-run", "--dtype", "f16", "small"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and "none of these shapes in f16" in done.stderr


def test_what_ships_does_not_give_way_to_an_artifact_of_fewer_tuned_buckets(tmp_path, monkeypatch, capsys):
    ship, made = load("ship"), types.SimpleNamespace(key="moe_a", name="moe_a__x", tuned={8}, target=None)
    monkeypatch.setattr(ship.artifact, "all_artifacts", lambda: [made])
    monkeypatch.setattr(ship.artifact, "why_not", lambda found: None)
    monkeypatch.setattr(ship.artifact, "ship", lambda found, out: out / found.name)
    assert list(ship.ship([], tmp_path)) == [tmp_path / "moe_a__x"]
    (tmp_path / "moe_a__x").mkdir()
    (tmp_path / "moe_a__x" / "artifact.json").write_text(json.dumps({"tuned": [1, 8, 64]}))
    assert list(ship.ship([], tmp_path)) == [] and "tuned for 1, 64 tokens too" in capsys.readouterr().out
    made.tuned = {1, 8, 64, 512}
    assert list(ship.ship(["moe_a"], tmp_path)) == [tmp_path / "moe_a__x"]
    assert list(ship.ship(["moe_b"], tmp_path)) == []


def test_full_recording_is_planned_within_45_minutes_and_quick_within_5():
    for suite, most in (("quick", 300), ("full", 1800)):
        assert sum(part.expected_s for part in suites.parts(suite)) < 0.9 * most
    serving = next(part for part in suites.parts("full") if part.name == "serving")
    assert serving.arguments["seconds"] == 120 and suites.parts("quick")[-1].arguments["seconds"] < 10


def test_a_suite_that_is_late_gives_its_contests_less_time_and_its_studies_all():
    parts = suites.parts("full")
    whole = sum(part.expected_s for part in parts)
    assert suites.in_time(parts[0], parts[1:], whole + 1) is parts[0]
    late = suites.in_time(parts[1], parts[2:], whole - parts[0].expected_s - 200)
    assert 0.25 * parts[1].seconds < late.seconds < parts[1].seconds
    assert suites.in_time(parts[1], parts[2:], 0.0).seconds == 0.25 * parts[1].seconds
    serving = next(part for part in parts if part.name == "serving")
    assert suites.in_time(serving, [], 0.0) is serving


def test_record_says_what_it_will_do_and_goes_on_where_it_stopped(tmp_path, monkeypatch, capsys):
    record, row = load("record"), {"impl": "moegen", "status": "timed"}
    monkeypatch.setattr(rows, "commit", lambda: "0123abc")
    done = [{**row, "part": "serving", "commit": "0123abc"}, {**row, "part": "search", "commit": "of another"}]
    (tmp_path / "here.json").write_text(json.dumps({"format": rows.FORMAT, "rows": done}))
    command = ["--name", "here", "--suite", "smoke", "--tune-minutes", "0.2", "--results", str(tmp_path), "--dry-run"]
    monkeypatch.setattr(sys, "argv", ["record.py", *command])
    record.main()
    said = capsys.readouterr().out
    assert "3 steps" in said and "tune moe_f32_h32_i64_e4_k2_relu" in said
    assert "contest 1x16x32: about" in said and "search: about" in said and "serving: about" not in said


def test_parts_where_moegen_is_wrong_and_unknown_commits_do_not_count_as_measured(tmp_path):
    measured, file = load("record").measured, tmp_path / "here.json"
    assert measured(file, "0123abc") == set()
    statuses = [
        ("a", "moegen", "timed"),
        ("a", "numpy", "failed"),
        ("b", "moegen-int8", "wrong"),
        ("b", "moegen", "timed"),
        ("c", "moegen", "failed"),
        ("d", "moegen", "missing"),
    ]
    found = [
        {"part": part, "impl": impl, "status": status, "commit": commit}
        for part, impl, status in statuses
        for commit in ("0123abc", "0123abc+", "unknown")
    ]
    file.write_text(json.dumps({"format": rows.FORMAT, "rows": found}))
    assert measured(file, "0123abc") == {"a", "d"}
    assert measured(file, "0123abc+") == measured(file, "unknown") == set()


def test_what_ships_damaged_is_a_named_failure(tmp_path, monkeypatch):
    folder = tmp_path / "tuned" / "moe_a__scalar"
    folder.mkdir(parents=True)
    (folder / "artifact.json").write_text("{")
    monkeypatch.setattr(paths, "tuned", lambda: folder.parent)
    monkeypatch.setattr(sys, "argv", ["shipped.py"])
    with pytest.raises(SystemExit, match=r"failed: .*moe_a__scalar"):
        load("shipped").main()


@pytest.fixture
def first_layer(monkeypatch):
    """The script, with `tune` saying what a test wants it to."""
    script = load("first_layer")

    def tuned(spec):
        said = {"spec": dataclasses.asdict(spec), "tokens": [5], "key": spec.key}
        monkeypatch.setattr(script, "tune", lambda options: said)
        return script

    return tuned


@pytest.mark.filterwarnings("ignore::moegen.UntunedWarning")
def test_the_first_layer_is_the_one_that_was_tuned_on_both_sides(first_layer, monkeypatch, capsys):
    script, times = first_layer(moegen.MoeSpec(32, 64, 4, top_k=3)), []

    def medians(contestants):
        ours, theirs = (call() for call in contestants.values())
        assert oracle.error(ours, theirs) < 1e-5
        times.append(contestants)
        return {name: 1e-3 for name in contestants}

    monkeypatch.setattr(script, "medians", medians)
    script.main([])
    assert len(times) == 1 and "1.00 of NumPy's time" in capsys.readouterr().out
    right = script.numpy_layer
    monkeypatch.setattr(script, "numpy_layer", lambda *arguments: 1.001 * right(*arguments))
    with pytest.raises(SystemExit, match="differ by 1.0e-03"):
        script.main([])


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"activation": "gelu"}, "activation gelu"),
        ({"dtype": "bf16"}, "dtype bf16"),
        ({"bias": True}, "bias True"),
        ({"renormalize": False, "shared_intermediate_size": 8}, "renormalize False, shared_intermediate_size 8"),
    ],
)
def test_the_first_layer_refuses_what_numpy_does_not_compute(first_layer, changed, words):
    with pytest.raises(SystemExit, match=words):
        first_layer(moegen.MoeSpec(32, 64, 4, **changed)).main([])


@pytest.mark.parametrize(
    "script",
    ["record", "build_ggml", "tune_gpu", "gpu_tests", "gpu_counters", "ship", "shipped", "search_quality"],
)
def test_scripts_say_how_to_use_them(script):
    done = subprocess.run(
        [sys.executable, BENCH / f"{script}.py", "--help"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and "usage" in done.stdout.lower()


def test_rows_of_the_gpu_bench_are_taken_as_results(tmp_path):
    path = tmp_path / "gpu.json"
    row = {
        "shape": "small",
        "tokens": 16384,
        "spec": {"H": 1024, "I": 4096, "E": 8, "K": 2, "activation": "relu"},
        "impl": "moegen",
        "dtype": "bf16",
        "mode": "graph",
        "median_s": 1e-3,
        "ci_s": [9e-4, 1.1e-3],
        "tflops": 500.0,
        "device": "NVIDIA H100",
        "versions": {"torch": "2.11"},
        "commit": "0123abc",
    }
    path.write_text(json.dumps([row, {**row, "impl": "grouped_mm", "median_s": 2e-3, "ci_s": [1.8e-3, 2.2e-3]}]))
    results = rows.load(path)
    assert results["device"] == "NVIDIA H100" and results["rows"][0]["gflops"] == 500e3
    assert results["rows"][0]["tokens_per_s"] == pytest.approx(16384e3)
    table = readme.table([results])
    assert (
        "| T=16384 H=1024 I=4096 E=8 K=2 | bf16 | 1.00 ms [900 µs, 1.10 ms] | 500 TFLOP/s |  | PyTorch grouped_mm bf16 "
        "| 2.00 ms [1.80 ms, 2.20 ms] | 2.00x [1.64, 2.44] as fast |"
    ) in table
    assert "torch 2.11" in table and "commit 0123abc" in table


def cpu_row(impl, name, dtype, seconds, **more):
    return {
        "part": "contest 8x128x256",
        "shape": "8x128x256",
        "slice": "",
        "impl": impl,
        "name": name,
        "label": "",
        "dtype": dtype,
        "mode": "warm",
        "tokens": 1024,
        "spec": {"H": 256, "I": 1024, "E": 4, "K": 2, "activation": "relu"},
        "status": "timed",
        "device": "A CPU (zen4), 2 threads",
        "commit": "0123abc",
        "versions": {"numpy": "2.4"},
        "median_s": seconds,
        "ci_s": [seconds * 0.9, seconds * 1.1],
        "ci_coverage": 0.95,
        "gflops": 4.3 / seconds,
        "by_round": {str(n): seconds for n in range(7)},
        **more,
    }


def test_readme_table_sets_moegen_beside_the_fastest_peers_of_each_type_cpus_first(tmp_path):
    found = [
        cpu_row("numpy", "NumPy", "f32", 0.03),
        cpu_row("numpy-f64", "NumPy", "f64", 0.06),
        cpu_row("max", "MAX graph", "f32", 0.025),
        cpu_row("jax", "JAX ragged_dot", "f32", 0.09),
        cpu_row("torch-bf16", "PyTorch, experts batched", "bf16", 0.02),
        cpu_row("moegen", "moegen", "f32", 0.02, percent_of_roof=91.0, versions={"tuned": "1024"}),
        cpu_row("moegen-bf16", "moegen", "bf16", 0.01, versions={"tuned": "default"}),
        {**cpu_row("rocm", "ROCm", "bf16", 1.0), "status": "missing"},
    ]
    cpu = {
        "suite": "full",
        "started": "2026-01-02T03:04:05Z",
        "device": "A CPU (zen4), 2 threads",
        "threads": 2,
        "python": "3.11",
        "commit": "0123abc",
        "rows": found,
    }
    gpu = {**cpu, "suite": "gpu", "device": "A GPU", "rows": [{**row, "part": "gpu x"} for row in found]}
    other = {**cpu, "device": "Of another script", "rows": [{**row, "part": "family x"} for row in found]}
    lines = readme.table([gpu, other, cpu]).splitlines()
    assert not any("Of another script" in line for line in lines)
    assert lines[2].startswith("| **A CPU** |") and any(line.startswith("| **A GPU** |") for line in lines[6:])
    layer = "T=1024 H=256 I=1024 E=4 K=2"
    assert lines[3].startswith(f"| {layer} | bf16, default | 10.0 ms") or lines[3].startswith(
        f"| {layer} | f32 | 20.0 ms"
    )
    text = "\n".join(lines)
    assert "| MAX graph f32 | 25.0 ms [22.5 ms, 27.5 ms] | 1.25x [1.25, 1.25] as fast |" in text
    assert "| PyTorch, experts batched bf16 | 20.0 ms [18.0 ms, 22.0 ms] | 2.00x [2.00, 2.00] as fast |" in text
    assert "NumPy f64" in text and "JAX" not in text and "ROCm" not in text
    assert "A CPU (zen4), 2 threads, commit 0123abc, 2026-01-02" in text and "numpy 2.4" in text


def test_a_file_that_holds_no_results_is_refused(tmp_path):
    path = tmp_path / "other.json"
    for content in ("[]", "{}", "not json", '{"format": 99, "rows": []}'):
        path.write_text(content)
        with pytest.raises(SpecError):
            rows.load(path)


def test_words_of_the_gpu_tests_are_read():
    script = load("gpu_tests")
    log = "FAILED tests/test_a.py::test_b[1] - assert\nERROR tests/test_c.py\n"
    assert script.read_tests(f"{log}1 failed, 376 passed, 14 warnings, 1 error in 234.46s (0:03:54)\n") == {
        "counts": {"failed": 1, "passed": 376, "warnings": 14, "error": 1},
        "seconds": 234.46,
        "failed": ["tests/test_a.py::test_b[1]", "tests/test_c.py"],
    }
    assert script.read_tests("=== 5 passed in 1.20s ===")["counts"] == {"passed": 5}
    with pytest.raises(ValueError, match="counts its tests"):
        script.read_tests("killed")
    hazards = (
        "ran moe_a\n========= Error: Race reported between Read access at moe_b_first_0+0x620\n"
        "=========     and Write access at moe_b_first_0+0x97c0 [120 hazards]\nran moe_b\n"
        "========= RACECHECK SUMMARY: 2 hazards displayed (1 errors, 1 warnings)\n"
    )
    assert script.read_sanitizer(hazards, script.TOOLS["racecheck"]) == {
        "layers": ["moe_a", "moe_b"],
        "left_out": [],
        "found": 2,
        "where": ["moe_b_first_0"],
    }
    assert script.read_sanitizer("ran moe_a\nleft out: moe_b needs sm_90\n", script.TOOLS["memcheck"]) == {
        "layers": ["moe_a"],
        "left_out": ["moe_b"],
        "found": None,
        "where": [],
    }


def test_what_was_proved_of_artifacts_that_still_ship_is_kept():
    def row(key, artifact, tokens=1, **more):
        return {"key": key, "target": "h100_sm_90a", "artifact": artifact, "tokens": tokens, **more}

    before = row("c", "3", commit="c0", started="s0")
    old = {"commit": "c1", "started": "s1", "buckets": [row("a", "1"), row("b", "2"), before]}
    new = {"commit": "c2", "started": "s2", "buckets": [row("b", "4", 8), row("b", "4", 64)]}
    kept = load("shipped").merged(old, new, {"1", "3", "4"}, {("b", "h100_sm_90a")})
    assert kept["commit"] == "c2" and kept["buckets"] == [
        row("a", "1", commit="c1", started="s1"),
        row("b", "4", 8),
        row("b", "4", 64),
        before,
    ]
    assert load("shipped").merged(old, new, {"4"}, {("b", "h100_sm_90a")})["buckets"] == new["buckets"]  # ship no more
    failed = load("shipped").merged(old, {**new, "buckets": []}, {"1", "2"}, {("a", "h100_sm_90a")})
    assert [row["key"] for row in failed["buckets"]] == ["b"]


def test_what_was_proved_before_a_run_was_cut_off_is_kept(tmp_path, monkeypatch):
    script, file = load("shipped"), tmp_path / "shipped.json"
    target = types.SimpleNamespace(name="scalar")
    layers = [types.SimpleNamespace(name=key, key=key, sha256=key, target=target) for key in "ab"]

    def prove(found):
        if found.name == "b":
            raise KeyboardInterrupt
        yield {
            "key": "a",
            "target": "scalar",
            "artifact": "a",
            "tokens": 4,
            "error": 0.0,
            "tolerance": 1.0,
            "load_s": 0,
        }

    monkeypatch.setenv("MOEGEN_HOME", str(tmp_path))  # which the script sets anew
    monkeypatch.setattr(script, "listed", lambda backend: (layers, []))
    monkeypatch.setattr(script.ship, "wanted", lambda keys, there: there)
    monkeypatch.setattr(script, "prove", prove)
    monkeypatch.setattr(sys, "argv", ["shipped.py", "--json", str(file), "--commit", "c1"])
    with pytest.raises(KeyboardInterrupt):
        script.main()
    kept = json.loads(file.read_text())
    assert kept["commit"] == "c1" and [row["key"] for row in kept["buckets"]] == ["a"]


class _Array(list):
    def float(self):
        return _Array(f"{each} in float32" for each in self)


@pytest.mark.parametrize("dtype, x", [("bf16", "x"), ("fp8", "x"), ("f32", "x in float32"), ("tf32", "x in float32")])
def test_the_gpu_bench_gives_a_kernel_rows_of_a_type_that_it_takes(monkeypatch, dtype, x):
    script, calls, packings = load("gpu"), [], []

    class Kernel:
        def __init__(self, folder, library, *others):
            self.library = library

        def pack(self, weights):
            packings.append(weights)
            return "packed"

        def empty(self, tokens, like):
            return ["y", tokens, *like]

        def workspace_bytes(self, tokens):
            return 8 * tokens

        def allocate(self, count):
            return count

        def forward(self, *arguments):
            calls.append(arguments)

    room = types.SimpleNamespace(kernel=types.SimpleNamespace(Kernel=Kernel))
    monkeypatch.setattr(script, "ROOM", room)
    monkeypatch.setattr(script, "DeviceWeights", lambda *arrays: arrays)
    spec, arrays = script.spec_of("compare", dtype), [_Array("x"), "gate", "w1", "w2"]
    call, y, packed = script.prepare(("folder", "library"), spec, None, arrays)
    again, _, same = script.prepare(("folder", "library"), spec, None, arrays, packed)
    call(), again()
    assert calls == [([x], "packed", ["y", 1, x], 8)] * 2 and y == ["y", 1, x]
    assert same is packed and packings == [("gate", "w1", "w2")]  # kernels of a type share them


def test_rows_of_the_gpu_bench_replace_those_of_their_shapes_alone(monkeypatch, capsys):
    script = load("gpu")
    before = [
        {"shape": "a", "impl": 1},
        {"shape": "b", "impl": 1},
        {"shape": "b", "impl": 2},
        {"shape": "c", "impl": 1},
    ]
    now = [{"shape": "b", "impl": 3}, {"shape": "d", "impl": 3}]
    assert script.merged(before, now) == [before[0], now[0], before[3], now[1]]
    assert script.merged([], now) == now
    monkeypatch.setattr(sys, "argv", ["gpu.py", "--rounds", "5", "small"])
    with pytest.raises(SystemExit):
        script.main()
    assert "95% interval" in capsys.readouterr().err


def test_counters_are_read():
    script = load("gpu_counters")
    stalls = [f"smsp__average_warps_issue_stalled_{reason}_per_issue_active.ratio" for reason in "abcd"]
    columns = ["ID", "Kernel Name", *script.METRICS.values(), *stalls]
    values = ["0", "moe_x__h100_sm_90a_combine_bf16_0", *("1,000" for _ in script.METRICS), "1", "4", "2", "3"]
    table = [columns, ["", "", *("unit" for _ in columns[2:])], values]
    words = "\n".join(",".join(f'"{cell}"' for cell in line) for line in table)
    (row,) = script.read_counters(f"==PROF== Connected\n{words}\n")
    assert (row["kernel"], row["seconds"], row["dram_read_bytes"]) == ("combine", pytest.approx(1e-6), 1000)
    assert row["stalls"] == {"b": 4, "d": 3, "c": 2}  # what warps waited for most
    with pytest.raises(ValueError, match="no table"):
        script.read_counters("==ERROR== Failed to find metric\n")
    with pytest.raises(ValueError, match="did not count dram__bytes_read.sum"):
        script.read_counters(words.replace("dram__bytes_read.sum", "dram__other"))


def test_gpu_tests_are_clean_only_where_they_ran():
    script = load("gpu_tests")
    keys = [spec.key for spec, _, _ in script.gpu_sanitize.CASES]
    ran = [f"ran {key}\n" for key in keys[1:]] + [f"left out: {keys[0]} needs sm_90\n"]

    def said(pytest_log="5 passed in 1.20s", lines=ran, found=0, codes=None):
        log = "".join(lines) + f"========= ERROR SUMMARY: {found} errors\n"
        tools = {"memcheck": script.read_sanitizer(log, script.TOOLS["memcheck"])}
        return script.complaints(script.read_tests(pytest_log), tools, codes or {"pytest": 0})

    assert said() == []
    assert said("103 skipped in 4.20s") == ["no test passed"]
    assert said(codes={"pytest": 1}) == ["pytest ended with 1"]
    assert said("FAILED a::b - x\n1 failed, 5 passed in 1.20s") == ["a::b failed"]
    assert said(found=3) == ["memcheck found 3"]
    assert said(lines=ran[1:]) == [f"memcheck ran {len(keys) - 2} layers, not {keys[1]}"]
    assert said(lines=["Traceback (most recent call last):\n"])[0].startswith("memcheck ran 0 layers, not moe_")
    assert said(lines=[f"left out: {key} needs sm_90\n" for key in keys]) == ["memcheck ran 0 layers, not one"]
