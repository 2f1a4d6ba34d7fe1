"""Routing decided elsewhere, statistics and metrics of a loaded layer."""

from __future__ import annotations

import threading
import warnings

import numpy as np
import pytest

import moegen
from moegen import metrics, oracle, routing
from moegen.errors import ShapeError, SpecError
from moegen.spec import MoeSpec

SPEC = MoeSpec(24, 20, 5, 2, "swiglu", renormalize=False)


@pytest.fixture
def weights():
    return oracle.make_weights(SPEC)


@pytest.fixture(autouse=True)
def untuned():
    """Each layer here runs its default variant, which is said once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", moegen.UntunedWarning)
        yield


def load(weights, **options):
    return moegen.load(SPEC, weights, threads=2, **options)


def test_a_routing_of_the_callers(weights):
    layer = load(weights)
    x = oracle.make_tokens(SPEC, 12).reshape(3, 4, 24)
    y, own = layer(x, return_routing=True)
    again = layer(x, indices=own.indices, weights=own.weights)
    assert np.array_equal(again, y)
    kept = routing.drop(own.indices, own.weights, 5, routing.capacity(12, 2, 5, 0.5))
    assert kept.dropped
    dropped, told = layer(
        x, indices=own.indices.astype(np.int64), weights=kept.weights.astype(np.float64), return_routing=True
    )
    reference = oracle.forward(x, weights, SPEC, own.indices, kept.weights)
    assert oracle.error(dropped.reshape(12, 24), reference.y) < oracle.tolerance(SPEC)
    assert np.array_equal(told.counts, own.counts)


@pytest.mark.parametrize(
    "indices, kept, match",
    [
        (np.zeros((3, 2), int), None, "weights must be a numpy.ndarray .* got NoneType"),
        (None, np.zeros((3, 2)), "indices must be"),
        (np.zeros((3, 1), int), np.zeros((3, 1)), r"\(3, 2\) of integers, got int64 \(3, 1\)"),
        (np.zeros((3, 2)), np.zeros((3, 2)), "of integers, got float64"),
        (np.zeros((3, 2), int), np.zeros((3, 2), int), "of floats, got int64"),
        (np.full((3, 2), 5), np.zeros((3, 2)), "from 0 to 4, got 5 to 5"),
        (np.full((3, 2), 2**32), np.zeros((3, 2)), "from 0 to 4, got 4294967296"),
        ([[0, 1]] * 3, np.zeros((3, 2)), "got list"),
    ],
)
def test_a_routing_that_does_not_fit(weights, indices, kept, match):
    with pytest.raises(ShapeError, match=match):
        load(weights)(oracle.make_tokens(SPEC, 3), indices=indices, weights=kept)


def test_statistics_of_many_threads(weights):
    layer = load(weights)
    assert layer.stats().calls == 0 and layer.stats().time_percentiles_s == {}
    x = oracle.make_tokens(SPEC, 6)
    workers = [threading.Thread(target=lambda: [layer(x) for _ in range(20)]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    stats = layer.stats()
    assert (stats.calls, stats.tokens) == (80, 480)
    assert np.array_equal(stats.expert_counts, 80 * oracle.forward(x, weights, SPEC).counts)
    assert 0 < stats.time_percentiles_s[50] <= stats.time_percentiles_s[99] <= stats.time_s
    assert stats.pool.bytes > 0
    with pytest.raises(SpecError, match="monitor=True"):
        load(weights, monitor=False).stats()


def test_statistics_change_nothing(weights):
    layer, silent = load(weights), load(weights, monitor=False)
    x = oracle.make_tokens(SPEC, 12)
    assert np.array_equal(layer(x), silent(x))
    _, told = layer(x, return_routing=True)
    layer(x, indices=told.indices, weights=told.weights)
    assert np.array_equal(layer.stats().expert_counts, 3 * told.counts)


def test_prometheus_reads_layers(weights):
    client = pytest.importorskip("prometheus_client", reason="needs the package prometheus-client")
    layer = load(weights)
    metrics.register("first", layer)
    metrics.register("first", layer)
    layer(oracle.make_tokens(SPEC, 6))
    read = client.REGISTRY.get_sample_value
    assert read("moegen_calls_total", {"layer": "first"}) == 1
    assert read("moegen_tokens_total", {"layer": "first"}) == 6
    assert sum(read("moegen_expert_tokens_total", {"layer": "first", "expert": str(e)}) for e in range(5)) == 12
    assert read("moegen_call_seconds_sum", {"layer": "first"}) > 0
    with pytest.raises(SpecError, match="another layer is registered"):
        metrics.register("first", load(weights))
    with pytest.raises(SpecError, match="monitor=True"):
        metrics.register("second", load(weights, monitor=False))
    del layer
    assert read("moegen_calls_total", {"layer": "first"}) is None
