"""From `moegen bench` to the page: JSON, text, HTML, PNGs, README, and the page in a browser."""

import json
import pathlib
import re
import shutil
import subprocess
import types

import pytest
from click.testing import CliRunner

import moegen
from moegen import oracle
from moegen.cli import cli
from moegen.errors import SpecError
from moegen.report import claims, readme, rows, runner, studies

pytest.importorskip("matplotlib", reason="pip install matplotlib")
README = pathlib.Path(__file__).resolve().parent.parent / "README.md"


def run(*arguments):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A real small run: one contest, one study and a part of the full suite, merged into one file."""
    path = tmp_path_factory.mktemp("bench") / "results.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOEGEN_HOME", str(path.parent / "home"))
        for options in (
            ["--shape", "1x128x32", "--intermediate", "64", "--experts", "4", "--against", "numpy,python,moegen,rocm"],
            ["--suite", "smoke", "--part", "serving", "--serve-seconds", "0.5"],
        ):
            done = run("bench", "--threads", "2", "--json", path, *options)
            assert done.exit_code == 0, done.output
    return path


@pytest.fixture(scope="module")
def page(results, tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    done = run("report", results, "--out", out)
    assert done.exit_code == 0, done.output
    return out / "index.html"


def test_results_are_complete_rows(results):
    found = json.loads(results.read_text())
    assert {row["part"] for row in found["rows"]} == {"contest 1x128x32", "serving"}
    timed = [
        row
        for row in found["rows"]
        if row["part"].startswith("contest") and row["status"] == "timed" and row["impl"] != "roof"
    ]
    assert {row["impl"] for row in timed} == {"numpy", "python", "moegen"}
    for row in timed:
        assert {"shape", "impl", "dtype", "mode", "median_s", "ci_s", "device", "versions", "commit"} <= set(row)
        assert row["ci_s"][0] <= row["median_s"] <= row["ci_s"][1] and row["mode"] == "warm"
    missing = next(row for row in found["rows"] if row["impl"] == "rocm")
    assert missing["status"] == "missing" and "median_s" not in missing
    serving = next(row for row in found["rows"] if row["part"] == "serving")
    assert serving["success_rate"] == 1 and serving["pool_hit_rate"] > 0.5 and serving["p50_s"] <= serving["p99_s"]


def test_a_part_measured_again_replaces_its_rows(results):
    old = rows.load(results)
    new = {**old, "took_s": {"serving": 9.0}, "rows": [{"part": "serving", "impl": "moegen"}]}
    merged = rows.merge(old, new)
    assert [row for row in merged["rows"] if row["part"] == "serving"] == new["rows"]
    assert any(row["part"].startswith("contest") for row in merged["rows"])
    assert merged["took_s"]["serving"] == 9.0 and merged["took_s"]["contest 1x128x32"] > 0


def test_page_is_self_contained_and_takes_the_page_colour(page):
    text = page.read_text()
    assert not re.search(r'(src|href)="(?!#)', text.replace('xlink:href="#', "")) and "@import" not in text
    assert text.count("<svg") >= 2 and "currentColor" in text and "#123456" not in text
    assert "382.87x" in text and "claimed, simulated" in text and "needs an AMD GPU" in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert {"contest-1x128x32.png", "serving.png"} <= {path.name for path in page.parent.iterdir()}


@pytest.mark.parametrize("width", [420, 1280])
def test_page_in_a_browser(page, tmp_path, width):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("apt-get install chromium")
    probe = tmp_path / "probe.html"
    probe.write_text(
        page.read_text().replace(
            "</body>",
            "<script>document.title = [innerWidth, document.documentElement."
            "scrollWidth, performance.getEntriesByType('resource').length].join(' ')</script></body>",
        )
    )
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},900",
            "--dump-dom",
            probe.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    inner, scroll, fetched = map(int, re.search(r"<title>(\d+) (\d+) (\d+)</title>", done.stdout).groups())
    assert scroll <= inner and fetched == 0


def test_pool_study_feeds_its_claims(results, monkeypatch):
    monkeypatch.setenv("MOEGEN_HOME", str(results.parent / "home"))
    spec = moegen.MoeSpec(32, 64, 4, 2, "relu")
    layer = moegen.load(spec, oracle.make_weights(spec))
    contestant = types.SimpleNamespace(call=layer, inputs=[oracle.make_tokens(spec, 4, 1)])
    found = [{**row, "part": "pool"} for row in studies.run("pool", contestant, calls=40)["rows"]]
    claimed = {claim["figure"]: claim["measured"] for claim in claims.table(found) if claim["what"] == "memory pool"}
    assert set(claimed) == {"20-50% faster", "half the allocations", "95% fewer latency spikes"}
    assert "over allocating at each call" in claimed["20-50% faster"][0][0]
    assert "in 40 calls, against 40" in claimed["half the allocations"][0][0]
    assert "pool: p50" in claimed["95% fewer latency spikes"][1][0]


def test_every_claimed_figure_has_a_row_with_its_kind_and_both_types(results):
    table = claims.table(rows.load(results)["rows"])
    figures = {claim["figure"]: claim for claim in table}
    wanted = ["7.04x", "8.57x", "44.7x", "382.87x", "15-25x", "40-60x", "10-20x", "2.0x", "25%", "30%", "40%"]
    wanted += ["23,451,277 tokens/s", "20-50% faster", "half the allocations", "95% fewer latency spikes", "77 minutes"]
    assert set(wanted) <= set(figures)
    simulated = {figure for figure, claim in figures.items() if claim["kind"] == "claimed, simulated"}
    assert simulated == {"44.7x", "382.87x", "23,451,277 tokens/s"}
    assert all(claim["dtype"] for claim in table)
    assert figures["15-25x"]["measured"] == [("not measured in these results", "")]
    fast = figures["23,451,277 tokens/s"]["measured"]
    assert "tokens/s at T=128 H=32 I=64 E=4 K=2" in fast[0][0] and fast[0][1] == "f32"


def test_readme_table_is_the_recorded_one():
    """Rewrite it with `moegen report --readme README.md`."""
    recorded = readme.recorded(README.parent / "bench" / "results")
    text = README.read_text()
    assert readme.BEGIN in text and readme.END in text
    inside = text.partition(readme.BEGIN)[2].partition(readme.END)[0].strip()
    assert inside == (readme.table(recorded).strip() if recorded else "")


def test_results_of_other_scripts_are_passed_over_and_damaged_ones_are_named(results, tmp_path):
    (tmp_path / "a.json").write_text(results.read_text())
    (tmp_path / "b.json").write_text('{"format": 1, "buckets": []}')
    assert readme.recorded(tmp_path) == [rows.load(results)]
    for damaged in (results.read_text()[:-40], "", '{"format": 99, "rows": []}', '[{"shape": "small"}]'):
        (tmp_path / "c.json").write_text(damaged)
        with pytest.raises(SpecError, match=r"c\.json"):
            readme.recorded(tmp_path)


def test_bench_goes_on_and_exits_with_1_where_moegen_is_wrong(tmp_path, monkeypatch):
    def measured(part, head, progress):
        row = {"part": part.name, "dtype": "f32", "status": "failed", "note": "off by 1"}
        return [{**row, "impl": "numpy"}, {**row, "impl": "moegen", **({"status": "wrong"} if part.study else {})}]

    monkeypatch.setattr(runner, "run", measured)
    path = tmp_path / "results.json"
    parts = ("--suite", "smoke", "--part", "contest", "--part", "serving")
    done = run("bench", *parts, "--json", path)
    assert {row["part"] for row in rows.load(path)["rows"]} == {"contest 1x16x32", "serving"}
    assert done.exit_code == 1 and done.stderr.splitlines()[-1] == (
        "moegen: moegen f32 in contest 1x16x32: failed: off by 1; moegen f32 in serving: wrong: off by 1"
    )
    monkeypatch.setattr(runner, "run", lambda *arguments: measured(*arguments)[:1])
    assert run("bench", *parts).exit_code == 0


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--serve-seconds", "nan"), "finite"),
        (("--serve-seconds", "inf"), "finite"),
        (("--exact",), "--part"),
    ],
)
def test_options_that_bench_cannot_follow_are_refused(arguments, words):
    done = run("bench", "--suite", "smoke", *arguments)
    assert done.exit_code == 2 and words in done.stderr


def test_implementations_of_a_gpu_are_missing_where_there_is_none(monkeypatch):
    from moegen.report.peers import registry

    monkeypatch.setattr(registry, "_installed", lambda module: True)
    for gpus, words in ((0, "GPU"), (1, "")):
        monkeypatch.setattr(registry.driver, "device_count", lambda gpus=gpus: gpus)
        assert all(
            words in registry.find(name).missing() and bool(registry.find(name).missing()) == (not gpus)
            for name in ("torch-cuda", "torch-cuda-loop", "moegen-cuda")
        )
    assert not registry.find("numpy").missing()


def test_a_file_that_cannot_take_results_is_refused_before_anything_is_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "run", lambda *arguments: pytest.fail("measured"))
    (tmp_path / "other.json").write_text('{"no": "results"}')
    (tmp_path / "empty.json").write_text("")
    for name, code, words in (
        ("other.json", 2, "holds no results"),
        ("empty.json", 2, "holds no results"),
        ("other.json/results.json", 1, "cannot write"),
    ):
        done = run("bench", "--suite", "smoke", "--json", tmp_path / name)
        assert done.exit_code == code and words in done.stderr and "measured" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.json", "other.json"]


def test_rewrite_changes_only_what_is_between_the_markers(results, tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n")
    done = run("report", results, "--readme", path)
    assert done.exit_code == 0, done.output
    text = path.read_text()
    assert (
        text.startswith(f"before\n{readme.BEGIN}\n| layer")
        and text.endswith(f"{readme.END}\nafter\n")
        and "old" not in text
    )
    path.write_text("no markers")
    with pytest.raises(SpecError, match="no lines"):
        readme.rewrite(path, [])


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["bench", "--against", "numpy,nobody"], "unknown implementation 'nobody'"),
        (["bench", "--part", "nothing"], "no part is called nothing"),
        (["bench", "--shape", "8x128"], "BATCHxSEQ_LENxHIDDEN"),
        (["bench", "--intermediate", "64"], "--intermediate is of one layer; give its --shape"),
        (["bench", "--suite", "smoke", "--experts", "8"], "--experts is of one layer"),
        (["bench", "--top-k", "2"], "--top-k is of one layer"),
        (["report"], "nothing to write"),
        (["report", __file__, "--out", "anywhere"], "holds no results"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments, words):
    done = run(*arguments)
    assert done.exit_code == 2 and words in done.output + (done.stderr or "")
    assert "Traceback" not in done.output


def test_list_names_parts_and_what_is_missing():
    done = run("bench", "--suite", "full", "--list")
    assert done.exit_code == 0 and "ablation: Where it comes from" in done.output
    assert "rocm (bf16): ROCm: not measurable here" in done.output
    assert "ggml (f32): llama.cpp (ggml): not built; in a checkout: python bench/build_ggml.py" in done.output
