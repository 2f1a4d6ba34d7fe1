"""Nightly size: `pytest -m soak`. MOEGEN_SOAK_CASES and MOEGEN_SOAK_SEED change how much and what is drawn."""

from __future__ import annotations

import importlib.util
import os
import pathlib

import numpy as np
import pytest

from moegen import oracle
from moegen.spec import MoeSpec, MoeWeights

_spec = importlib.util.spec_from_file_location("soak", pathlib.Path(__file__).parent.parent / "bench" / "soak.py")
soak = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(soak)


def run(cases: int, seed: int) -> None:
    found = soak.soak(cases, seed)
    assert found["cases"] == cases and 0 < found["worst_error_over_tolerance"] <= 1


def test_a_few_drawn_cases_agree_with_the_oracle():
    run(96, 7)


def test_the_tail_of_gelu_is_zero_where_it_underflows():
    """What the soak found first: gelu(-1874) * 7133 was 1e-38, not 0."""
    found = soak.soak(64, 1, first_library=5)
    assert found["cases"] == 64


@pytest.mark.parametrize("routing", oracle.HARD_ROUTINGS)
def test_float32_can_round_the_shared_gate_of_every_case_finely(routing):
    """What the soak found next: 97 terms of 1e4 that sum to 1.6 leave a sigmoid 2e-4 wrong, whoever adds them."""
    spec = MoeSpec(97, 8, 4, 2, shared_intermediate_size=5, shared_gate=True)
    x, weights = oracle.make_case(spec, 50, routing, 1)
    terms = np.abs(np.asarray(x, np.float64)) @ np.abs(weights.shared_gate.astype(np.float64))
    assert (terms * 2.0**-24 < 1e-4).all()


def test_the_sizes_of_terms_are_those_of_y_where_all_are_positive():
    """By which the soak tells terms that cancel, where hidden_size is 1, from a wrong kernel."""
    spec = MoeSpec(3, 5, 4, 2, "reglu", True, shared_intermediate_size=6)
    drawn = oracle.make_weights(spec, 1)
    positive = {
        name: np.abs(getattr(drawn, name)) for name in ("gate", "w1", "w2", "b1", "b2", "shared_w1", "shared_w2")
    }
    weights, x = MoeWeights(**positive), np.abs(oracle.make_tokens(spec, 7, 1))
    found = oracle.forward(x, weights, spec)
    np.testing.assert_allclose(soak.sizes(x, weights, spec, found), found.y, rtol=1e-12)
    mixed = oracle.forward(x, drawn, spec)
    assert (soak.sizes(x, drawn, spec, mixed) > np.abs(mixed.y)).all()


def test_a_wrong_result_stops_it_and_names_its_library(monkeypatch):
    from moegen.errors import AccuracyError

    forward = soak.Kernel.forward

    def off(self, x, packed, y, *arguments, **more):
        forward(self, x, packed, y, *arguments, **more)
        y[:] += 1

    monkeypatch.setattr(soak.Kernel, "forward", off)
    with pytest.raises(AccuracyError, match=r"library 0 of seed 7 \(run it alone with --first-library 0"):
        soak.soak(64, 7)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_ten_thousand_drawn_cases_agree_with_the_oracle():
    run(int(os.environ.get("MOEGEN_SOAK_CASES", "10000")), int(os.environ.get("MOEGEN_SOAK_SEED", "1")))
