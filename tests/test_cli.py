"""The command line: what it prints, its exit codes, and one line for whatever is wrong."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from types import SimpleNamespace

import artifacts_by_hand
import pytest
from click.testing import CliRunner

from moegen.cli import _print_outcome, cli
from moegen.spec import MoeSpec
from moegen.tune import run, search

SHAPE = ("--shape", "1x6x24", "--intermediate", "40", "--experts", "4")


@pytest.fixture(scope="module")
def tuned(tmp_path_factory):
    """A home with one tuned artifact, whose search was made short."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOEGEN_HOME", str(folder))
        patch.setattr(run, "LAYOUTS", 1)
        patch.setattr(search, "SELECTION_S", 0.1)
        patch.setattr(search, "FINAL_S", 0.1)
        result = CliRunner().invoke(cli, ["tune", *SHAPE, "--trials", "2"])
        assert result.exit_code == 0, result.stderr
    return folder, result


@pytest.fixture
def home(tuned, moegen_home, monkeypatch):
    """The home with one artifact, and what tuning it printed."""
    monkeypatch.setenv("MOEGEN_HOME", str(tuned[0]))
    return tuned


@pytest.fixture
def empty(tmp_path, moegen_home, monkeypatch):
    """A folder in which there will be a home."""
    monkeypatch.setenv("MOEGEN_HOME", str(tmp_path / "home"))
    return tmp_path


def invoke(*arguments):
    return CliRunner().invoke(cli, arguments)


def one_line(result, code):
    """The error's line, with the exit code checked and nothing on standard output."""
    assert result.exit_code == code, (result.exit_code, result.stderr, result.exception)
    assert result.stdout == "" and result.stderr.startswith("moegen: ") and result.stderr.count("\n") == 1
    return result.stderr


def test_tune_ends_with_key_gain_roof_and_two_commands(home):
    _, result = home
    lines = result.stdout.splitlines()
    assert lines[0].startswith("moe_f32_h24_i40_e4_k2_relu-")
    assert "6 tokens:" in lines[1] and "% of the roof" in lines[1] and "default" in lines[1]
    commands = [line.split() for line in lines[3:]]
    assert len(commands) == 2
    for command in commands:
        assert command[0] == "moegen" and command[1] in cli.commands and command[2] == lines[0]
    assert "trial 2/2" in result.stderr


def test_tune_again_returns_at_once_with_json_alone(home):
    started = time.thread_time()  # this thread's own work: the machine may be busy with other things
    result = invoke("tune", *SHAPE, "--trials", "2", "--json")
    assert time.thread_time() - started < 2 and "trial" not in result.stderr
    answer = json.loads(result.stdout)
    assert answer["tokens"] == [6] and answer["key"] == home[1].stdout.splitlines()[0]


def test_list(home):
    (entry,) = json.loads(invoke("list", "--json").stdout)
    assert set(entry) == {"key", "spec", "target", "tokens", "time_s", "vs_default"}
    assert entry["tokens"] == [6] and entry["time_s"]["6"] > 0 and entry["vs_default"]["6"] >= 1
    assert entry["spec"]["hidden_size"] == 24 and isinstance(entry["target"], str)
    assert entry["key"] in invoke("list").stdout


def test_show_takes_any_unique_prefix_and_a_folder(home):
    key = home[1].stdout.splitlines()[0]
    whole = json.loads(invoke("show", key, "--json").stdout)
    assert json.loads(invoke("show", "moe_f32_h24", "--json").stdout) == whole
    assert json.loads(invoke("show", whole["folder"], "--json").stdout) == whole
    assert set(whole["evidence"]["6"]) >= {
        "time_s",
        "default_time_s",
        "vs_default",
        "vs_default_ci",
        "gflops",
        "roof",
        "percent_of_roof",
        "error",
        "tolerance",
        "rounds",
        "threads",
        "trials",
    }
    text = invoke("show", key).stdout
    assert key in text and "vs_default" in text and "(default)" in text  # the small or large default beside it


def test_render_of_an_artifact_is_its_own_source(home):
    files = json.loads(invoke("render", "moe_f32_h24", "--json").stdout)
    folder = home[0] / "artifacts"
    (artifact,) = (each for each in folder.iterdir() if not each.name.startswith("."))
    for name, text in files.items():
        assert (artifact / name).read_text() == text
    assert any("forward" in text for text in files.values())
    assert "forward" in invoke("render", "moe_f32_h24").stdout


def test_render_of_a_shape_needs_no_artifact_and_is_pure(empty):
    first, second = (invoke("render", "1x6x24", "--experts", "4", "--target", "scalar", "--json") for _ in range(2))
    assert first.exit_code == 0 and first.stdout == second.stdout
    assert not (empty / "home").exists()
    assert one_line(invoke("render", "0x6x24"), 2)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--shape", "8x128"), "BATCHxSEQ_LENxHIDDEN"),
        (("--shape", "8x0x16"), "at least 1"),
        (("--shape", "-8x128x16"), "--shape"),
        (("--shape", "65536x65536x16"), "batch x seq_len"),
        ((*SHAPE, "--top-k", "5"), "top_k must not exceed num_experts"),
        ((*SHAPE, "--top-k", "0"), "--top-k"),
        ((*SHAPE, "--intermediate", "-1"), "--intermediate"),
        ((*SHAPE, "--activation", "sine"), "known: relu"),
        ((*SHAPE, "--dtype", "f13"), "known: f32"),
        ((*SHAPE, "--target", "sse9"), "sse9"),
        ((*SHAPE, "--tokens", "1,two"), "joined by commas"),
        ((*SHAPE, "--tokens", "0"), "at least 1"),
        ((*SHAPE, "--threads", "0"), "--threads"),
        ((*SHAPE, "--trials", "none"), "--trials"),
        ((*SHAPE, "--timeout", "0"), "--timeout"),
        ((*SHAPE, "--timeout", "nan"), "timeout"),
        (("--shape", "1x1x99999999999"), "below 2**31"),
        ((*SHAPE, "--seed", "-1"), "--seed"),
        ((*SHAPE, "--out", ""), "--out"),
        ((), "--shape"),
    ],
)
def test_wrong_values_exit_with_2(empty, arguments, words):
    assert words in one_line(invoke("tune", *arguments), 2)
    assert not (empty / "home").exists()


def test_options_beside_a_key_are_refused_by_name(empty):
    said = one_line(invoke("render", "moe_f32_h24", "--experts", "999", "--target", "scalar", "--json"), 2)
    assert "--experts" in said and "--target" in said and "--top-k" not in said and "--json" not in said


def test_no_command_prints_the_help_as_it_is(empty):
    result = invoke()
    help_text = invoke("--help").stdout
    assert result.exit_code == 2 and result.stdout == "" and result.stderr == help_text and help_text.count("\n") > 5


def test_unknown_key_and_command(empty):
    assert "moegen tune" in one_line(invoke("show", "moe_none"), 1)
    assert "moe_none" in one_line(invoke("render", "moe_none"), 1)
    one_line(invoke("tuna"), 2)
    assert json.loads(invoke("list", "--json").stdout) == []
    assert "moegen tune" in invoke("list").stdout


@pytest.mark.parametrize(
    "command, words",
    [("no-such-compiler", "no-such-compiler"), ("false", "false"), ('"', "CC is '\"', which is no command")],
)
def test_a_compiler_that_does_not_run_exits_with_1(empty, monkeypatch, command, words):
    monkeypatch.setenv("CC", command)
    assert words in one_line(invoke("tune", *SHAPE), 1)
    assert invoke("list", "--json").stdout == "[]\n"
    doctor = invoke("doctor", "--json")
    checks = {each["name"]: each for each in json.loads(doctor.stdout)}
    assert doctor.exit_code == 1 and not checks["C compiler"]["ok"] and checks["C compiler"]["mend"]


def test_a_home_that_cannot_be_made_exits_with_1(empty, monkeypatch):
    (empty / "file").write_text("not a folder")
    monkeypatch.setenv("MOEGEN_HOME", str(empty / "file" / "home"))
    assert "MOEGEN_HOME" in one_line(invoke("tune", *SHAPE), 1)
    assert {each["name"]: each["ok"] for each in json.loads(invoke("doctor", "--json").stdout)}["home"] is False


def test_doctor(empty):
    checks = {each["name"]: each for each in json.loads(invoke("doctor", "--json").stdout)}
    assert {"cpu", "instruction sets", "caches", "threads", "C compiler", "home", "GPU", "CuPy"} <= set(checks)
    assert checks["home"]["ok"] and checks["instruction sets"]["found"]
    assert all(each["ok"] or each["mend"] for each in checks.values())
    assert str(empty) in invoke("doctor").stdout


@pytest.mark.parametrize("folder", ["artifacts", "builds", "defaults", "studies"])
def test_doctor_sees_folders_of_the_home_that_others_can_write(empty, monkeypatch, folder):
    monkeypatch.setenv("MOEGEN_HOME", str(empty / "my home"))
    (empty / "my home" / folder).mkdir(parents=True)
    assert {each["name"]: each["ok"] for each in json.loads(invoke("doctor", "--json").stdout)}["home"]
    (empty / "my home" / folder).chmod(0o777)
    result = invoke("doctor", "--json")
    home = {each["name"]: each for each in json.loads(result.stdout)}["home"]
    assert result.exit_code == 1 and not home["ok"] and f"chmod -R go-w '{empty / 'my home' / folder}'" in home["mend"]


def test_an_out_that_cannot_be_made_is_not_mended_by_moegen_home(empty):
    (empty / "file").write_text("not a folder")
    said = one_line(invoke("tune", *SHAPE, "--out", str(empty / "file" / "out")), 1)
    assert "give --out a folder" in said and "MOEGEN_HOME" not in said


def test_next_commands_are_quoted(empty, capsys):
    artifacts_by_hand.publish(MoeSpec(8, 8, 2, 1), "scalar", buckets=(2,))
    said = invoke("export", "moe_f32_h8", "--out", str(empty / "my lib"))
    assert shlex.split(said.stdout.splitlines()[-1]) == ["make", "-C", str(empty / "my lib"), "check"]
    _print_outcome(SimpleNamespace(key="key", tuned={}, folder=empty / "my out" / "key"), (), empty / "my out")
    _, _, *commands = capsys.readouterr().out.splitlines()
    assert [shlex.split(line)[2] for line in commands] == [str(empty / "my out" / "key")] * 2


@pytest.mark.parametrize("single", [(), ("--single-file",)])
def test_an_exported_readme_tells_of_the_pool_that_there_is(empty, single):
    artifacts_by_hand.publish(MoeSpec(8, 8, 2, 1), "scalar", buckets=(2,))
    texts = []
    for threads in ("--threads", "--no-threads"):
        done = invoke("export", "moe_f32_h8", "--out", str(empty / "lib"), "--prefix", "moe", threads, *single)
        assert done.exit_code == 0, done.stderr
        texts.append((empty / "lib" / "README.md").read_text())
    with_pool, without = texts
    for words in ("moe_pool", "POSIX threads", "THREADS=0"):
        assert words in with_pool and words not in without, words
    assert "make THREADS=1" in without and ("-DMOE_NO_THREADS" in without) == bool(single)


def test_help_of_report_says_where_recorded_results_are():
    assert "an installed package has none" in " ".join(invoke("report", "--help").stdout.split())


# ------------------------------------------------------------------------------------------------------- as a process


def run_process(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "moegen.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=os.path.dirname(os.path.dirname(__file__)),
        **options,
    )


def test_help_is_light(empty):
    program = (
        "import sys\nfrom moegen.cli import cli\ntry: cli(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'optuna', 'jinja2', 'rich', 'cffi', 'cupy', 'torch'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=os.path.dirname(os.path.dirname(__file__))
    )
    assert result.stdout.splitlines()[-1] == "[]", result.stdout + result.stderr
    assert "tune" in result.stdout and "doctor" in result.stdout


def test_errors_of_a_process_are_one_line_without_traceback(empty):
    result = run_process("tune", "--shape", "nonsense")
    assert result.returncode == 2 and result.stderr.count("\n") == 1 and "nonsense" in result.stderr
    assert run_process("--version").stdout.startswith("moegen ")


def test_a_closed_pipe_is_quiet(empty):
    process = subprocess.Popen(
        [sys.executable, "-m", "moegen.cli", "render", "1x64x512"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=os.path.dirname(os.path.dirname(__file__)),
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait() in (0, 1)


def test_a_closed_standard_output_is_no_traceback(empty):
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m moegen.cli list >&-', sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        cwd=os.path.dirname(os.path.dirname(__file__)),
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_report_without_matplotlib_says_what_to_install(tmp_path):
    (tmp_path / "results.json").write_text('{"format": 1, "rows": []}')
    program = "import sys; sys.modules['matplotlib'] = None; from moegen.cli import cli; cli(sys.argv[1:])"
    arguments = ("report", tmp_path / "results.json", "--out", tmp_path / "report")
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        cwd=os.path.dirname(os.path.dirname(__file__)),
    )
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and 'pip install "moegen[bench]"' in done.stderr
