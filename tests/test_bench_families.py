"""bench/families.py end to end: transformers and moegen proved and timed on a small checkpoint, rows and a table."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import pathlib

import pytest

pytest.importorskip("torch", reason="needs the package torch")
pytest.importorskip("transformers", reason="needs the package transformers")

from moegen.report import rows
from moegen.report.contest import Entry, Process
from moegen.report.peers import registry
from moegen.report.problem import Arrays, from_shape


@pytest.fixture
def families(monkeypatch):
    monkeypatch.syspath_prepend(str(pathlib.Path(__file__).parent.parent / "bench"))
    return importlib.import_module("families")


def test_every_family_has_a_model(families):
    from moegen.families import FAMILIES

    assert set(families.MODELS) == set(FAMILIES)


def test_a_family_is_proved_timed_and_told(families, monkeypatch):
    small = dataclasses.replace(
        families.MODELS["deepseek_v3"],
        experts=16,
        fields={
            **families.MODELS["deepseek_v3"].fields,
            "hidden_size": 64,
            "moe_intermediate_size": 32,
            "num_experts_per_tok": 4,
        },
    )
    monkeypatch.setitem(families.MODELS, "deepseek_v3", small)
    monkeypatch.setattr(families, "BLOCKS", [registry.find(name) for name in ("transformers", families.MOEGEN)])
    options = argparse.Namespace(tokens=[3], rounds=3, seconds=0.5, tune=0)
    processes = {}
    try:
        found = families.measure("deepseek_v3", options, rows.header("families", 1), processes, lambda text: None)
    finally:
        for process in processes.values():
            process.close()
    timed = {row["impl"]: row for row in found}
    assert [timed[name]["status"] for name in ("transformers", families.MOEGEN)] == ["timed"] * 2, found
    assert all(0 < timed[name]["error"] < timed[name]["tolerance"] for name in ("transformers", families.MOEGEN))
    ours = timed[families.MOEGEN]
    assert ours["best_peer"] == "transformers" and ours["speedup_wanted"] == 2.5 and ours["mode"] == "cold"
    text = families.table(found)
    assert f"{ours['speedup']:.2f}x" in text and "DeepSeek-V3: 16 of 256 experts" in text


def test_a_process_lost_while_sampling_is_not_used_again(families, tmp_path, monkeypatch):
    problem, processes = from_shape("1x8x32", 64, 4), {}
    (tmp_path / "arrays").mkdir()
    arrays = Arrays(problem, tmp_path / "arrays")

    def contest():
        made = families.BlockContest([Entry("numpy", problem)], 1, arrays, processes, rounds=1, seconds=0.1, roof=False)
        return made.run()[0].status

    ask = Process.ask
    try:
        with monkeypatch.context() as patch:
            patch.setattr(
                Process,
                "ask",
                lambda self, do, **more: (self._process.kill() if do == "sample" else None, ask(self, do, **more))[1],
            )
            assert contest() == "failed" and not processes
        assert contest() == "timed" and list(processes) == ["contestant0"]
    finally:
        for process in processes.values():
            process.close()
