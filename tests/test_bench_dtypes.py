"""bench/cpu_dtypes.py end to end on a small layer: contestants proved and timed, rows that can be kept, a table."""

from __future__ import annotations

import importlib
import pathlib

import pytest

from moegen.report import rows
from moegen.report.peers import registry


@pytest.fixture
def dtypes(monkeypatch):
    monkeypatch.syspath_prepend(str(pathlib.Path(__file__).parent.parent / "bench"))
    module = importlib.import_module("cpu_dtypes")
    monkeypatch.setattr(module, "HIDDEN", 64)
    monkeypatch.setattr(module, "INNER", 96)
    monkeypatch.setattr(module, "TURN_S", 0.001)
    monkeypatch.setattr(module, "INPUTS", 2)
    return module


def test_every_contestant_is_known(dtypes):
    for dtype, contestants in dtypes.CONTESTANTS.items():
        assert contestants[0] == (f"moegen-{dtype}".removesuffix("-f32"), dtypes.DEFAULT)
        for peer, _ in contestants:
            assert registry.find(peer).name == peer


@pytest.mark.parametrize("dtype", ["f32", "int4"])
def test_a_cell_becomes_rows_and_a_table(dtypes, dtype, tmp_path):
    head = rows.header("dtypes", 1)
    found = dtypes.contest(dtype, 5, 3, head)
    ours, roof = found[0], found[-1]
    assert ours["status"] == "timed" and ours["dtype"] == dtype and ours["error"] <= ours["tolerance"]
    assert ours["ci_s"][0] <= ours["median_s"] <= ours["ci_s"][1] and ours["rounds"] == 3
    assert {"shape", "impl", "mode", "device", "versions", "commit"} <= ours.keys()
    assert ours["versions"]["tuned"] == "default"
    assert 0 < ours["percent_of_bandwidth"] and ours["percent_of_roof"] == pytest.approx(
        max(ours["percent_of_bandwidth"], ours["percent_of_peak"]), rel=0.5
    )
    assert roof["impl"] == "roof" and roof["bytes_per_s"] > 0
    assert {row["impl"] for row in found[:-1]} == {peer for peer, _ in dtypes.CONTESTANTS[dtype]}
    rows.save(tmp_path / "kept.json", {**head, "rows": found})
    kept = rows.load(tmp_path / "kept.json")["rows"]
    assert dtypes.table(kept) == dtypes.table(found) and f"dtypes {dtype} 1x5x64" in dtypes.table(found)
    if dtype == "f32":  # NumPy is installed wherever moegen is
        numpy = next(row for row in found if row["impl"] == "numpy")
        assert numpy["status"] == "timed" and numpy["by_round"].keys() == ours["by_round"].keys()
