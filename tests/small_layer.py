"""A small layer of this machine, as fixtures: built, published, its weights; and nothing kept from other tests."""

from __future__ import annotations

import weakref

import pytest
from artifacts_by_hand import MACHINE

import moegen
from moegen import artifact, backends, compile, oracle, paths
from moegen.runtime import kernels, pool
from moegen.runtime import layer as layers

SPEC = moegen.MoeSpec(64, 96, 4)


@pytest.fixture(scope="module")
def build_cache(tmp_path_factory):
    """One build cache for all tests here: every home is new, but equal text need not be compiled again."""
    return tmp_path_factory.mktemp("builds")


@pytest.fixture(autouse=True)
def fresh(monkeypatch, build_cache):
    """No warning given yet, no pool filled, no kernel open."""
    monkeypatch.setattr(paths, "builds", lambda: build_cache)
    monkeypatch.setattr(layers, "_warned", set())
    monkeypatch.setattr(pool, "_shared", {})
    monkeypatch.setattr(kernels, "_open", weakref.WeakValueDictionary())
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delenv("MOEGEN_NUM_THREADS", raising=False)


@pytest.fixture
def built():
    """What it takes to build SPEC on this machine, for tests that publish it under different circumstances."""
    room = backends.get("cpu")
    target = room.target.detect(SPEC)
    layout = room.space.layouts(SPEC, target)[0]
    configs = {bucket: room.space.default(SPEC, target, layout, bucket, MACHINE) for bucket in (1, 64)}
    return compile.build(SPEC, target, layout, configs), SPEC, target, layout, configs


def publish(built, **more) -> artifact.Artifact:
    return artifact.publish(*built, {}, MACHINE, more.pop("tuned", built[-1]), **more)


@pytest.fixture
def tuned(built) -> artifact.Artifact:
    return publish(built)


@pytest.fixture
def weights():
    return oracle.make_weights(SPEC, 1)


def tokens(num_tokens, seed=2):
    return oracle.make_tokens(SPEC, num_tokens, seed)
