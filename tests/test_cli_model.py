"""`moegen tune --model`: the layer of a checkpoint, tuned and then found by its loader."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from test_checkpoint import CONFIG, folder  # noqa: F401  a fixture

import moegen
from moegen import artifact, checkpoint, oracle
from moegen.cli import cli
from moegen.tune import run, search


def tune(*arguments):
    return CliRunner().invoke(cli, ["tune", *arguments])


def test_a_models_layer_is_tuned_and_used(folder, monkeypatch):
    monkeypatch.setattr(run, "LAYOUTS", 1)
    monkeypatch.setattr(search, "SELECTION_S", 0.1)
    monkeypatch.setattr(search, "FINAL_S", 0.1)
    result = tune("--model", str(folder), "--tokens", "4", "--trials", "2", "--json")
    assert result.exit_code == 0, result.stderr
    spec, weights = moegen.from_pretrained(folder, layer=1)
    assert json.loads(result.stdout)["key"].startswith(spec.key)
    layer = moegen.load(spec, weights)
    assert layer.artifact.tuned == {4} and artifact.for_spec(spec).tuned == {4}
    x = oracle.make_tokens(spec, 4)
    y, routing = layer(x, return_routing=True)
    oracle.check(y, routing, x, weights, spec)


def test_what_cannot_be_tuned(folder, tmp_path):
    for arguments, code, words in (
        ((), 2, "either --shape"),
        (("--model", str(folder), "--shape", "1x2x3"), 2, "either --shape"),
        (("--model", str(folder), "--experts", "8"), 2, "--experts says what the model's config.json says"),
        (("--model", str(tmp_path / "none")), 1, "config.json is missing"),
    ):
        result = tune(*arguments)
        assert result.exit_code == code and words in result.stderr and result.stderr.count("\n") == 1
    (folder / "config.json").write_text(json.dumps({**CONFIG, "model_type": "gpt2"}))
    assert "does not know" in tune("--model", str(folder)).stderr
    with pytest.raises(moegen.CheckpointError):
        checkpoint.spec_from_pretrained(folder)
