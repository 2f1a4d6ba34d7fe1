"""The search on a GPU: the oracle beside the weights, and kernels that fault, hang or compute wrong numbers."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import optuna
import pytest

from moegen import artifact, backends, compile, oracle
from moegen.backends import Source
from moegen.errors import AccuracyError, TargetError
from moegen.render import render
from moegen.spec import MoeSpec
from moegen.tune import run, search, trial, tune

pytestmark = pytest.mark.gpu
ROOM = backends.get("cuda")
SPEC = MoeSpec(64, 96, 4, 2, "relu", False, "bf16")
SABOTAGE = {
    "fault": "if (threadIdx.x == 0) *(volatile int*)8 = 1;",
    "hang": 'for (;;) asm volatile("nanosleep.u32 1000;" ::: "memory");',
    "wrong": "return;",
}


def target_for(spec):
    try:
        return ROOM.target.detect(spec)
    except TargetError as error:
        pytest.skip(f"no NVIDIA GPU: {error}")


@pytest.mark.parametrize("dtype, activation", [("f32", "relu"), ("bf16", "geglu"), ("f16", "silu"), ("fp8", "swiglu")])
def test_weights_on_the_gpu_have_the_same_reference_and_packing(dtype, activation):
    spec = MoeSpec(200, 136, 5, 2, activation, dtype != "fp8", dtype)
    target, layout = target_for(spec), ROOM.space.Layout()
    weights, x = oracle.make_weights(spec, 3), oracle.make_tokens(spec, 60, 3)
    near = ROOM.target.nearby(weights)
    assert near is not weights and near.w1.shape == weights.w1.shape
    ours, theirs = oracle.forward(x, near, spec), oracle.forward(x, weights, spec)
    assert isinstance(ours.y, np.ndarray)
    np.testing.assert_allclose(ours.y, theirs.y, rtol=1e-9, atol=1e-11)
    built = compile.build(spec, target, layout, {60: ROOM.space.default(spec, target, layout, 60, {})})
    kernel = ROOM.kernel.Kernel(built.folder, built.library, spec, target, layout)
    one, other = (kernel.pack(each) for each in (near, weights))
    (first, second), (hidden, inner) = ROOM.sizes.columns(spec), ROOM.sizes.padded_sizes(spec)
    for name, numbers in (("w1", hidden * first), ("w2", inner * second)):
        nbytes = spec.num_experts * numbers * ROOM.sizes.operand_bytes(spec)
        assert content(one, name, nbytes) == content(other, name, nbytes)
    oracle.check(*once(kernel, x, one), x, near, spec, backend="cuda")


def content(packed, name, nbytes):
    start = getattr(packed, name) - packed.buffer.data.ptr
    return packed.buffer[start : start + nbytes].get().tobytes()


def once(kernel, x, packed):
    y, routing = kernel.empty(len(x)), kernel.routing_arrays(len(x))
    kernel.forward(kernel.accept(x), packed, y, kernel.allocate(kernel.workspace_bytes(len(x))), routing=routing)
    return kernel.hand_back(y, x), backends.Routing(
        *(each.get() for each in (routing.indices, routing.weights, routing.counts))
    )


def test_a_faulting_a_hanging_and_a_wrong_kernel_cost_one_trial_each(moegen_home, monkeypatch):
    target_for(SPEC)
    for module, name, value in (
        (search, "SELECTION_S", 0.1),
        (search, "FINAL_S", 0.1),
        (search, "HANG_S", 1.5),
        (run, "DEFAULT_APART", 1e9),
    ):  # no defaults beside the one bucket
        monkeypatch.setattr(module, name, value)
    left, sound = list(SABOTAGE.values()), []

    def build(spec, target, layout, configs):
        source = render(spec, target, layout, configs)
        text = source.files["moe.cu"]
        sound.append(text)
        if text != sound[0] and left:
            begin = r"(_(?:second|joined)_0\([^)]*\) \{)"
            text, count = re.subn(begin, lambda found: found[1] + left.pop(0), text, count=1)
            assert count == 1
        return compile.build_source(Source({**source.files, "moe.cu": text}), target)

    monkeypatch.setattr(trial.compiler, "build", build)
    found = tune(SPEC, "cuda", tokens=[16], trials=6)
    (file,) = (moegen_home / "studies").glob("*.db")
    reasons = [
        each.user_attrs["reason"]
        for name in optuna.get_all_study_names(f"sqlite:///{file}")
        for each in optuna.load_study(study_name=name, storage=f"sqlite:///{file}").get_trials()
        if "reason" in each.user_attrs
    ]
    assert len(reasons) == 3, reasons
    for words in ("illegal memory access", "hung: no answer within", "wrong result: "):
        assert re.search(words, "\n".join(reasons)), f"{words} not in {reasons}"
    proof = found.evidence[16]
    assert proof["failed_trials"] == 3 and proof["trials"] == 6 and proof["error"] < proof["tolerance"]


@pytest.mark.parametrize("dtype", ["f16", "tf32", "fp8"])
def test_types_beside_bfloat16_are_tuned(moegen_home, dtype):
    """Their hard cases hold no magnitude that the type does not."""
    spec = dataclasses.replace(SPEC, dtype=dtype)
    target_for(spec)
    proof = tune(spec, "cuda", tokens=[16], trials=2).evidence[16]
    assert proof["trials"] == 2 and proof["error"] < proof["tolerance"]


def test_kernels_that_are_wrong_for_the_type_that_is_timed_publish_nothing(moegen_home, monkeypatch):
    """Those of float32 rows are right."""
    target = target_for(SPEC)

    def build(spec, target, layout, configs):
        source = render(spec, target, layout, configs)
        text, count = re.subn(r"(_combine_bf16_\d+\([^)]*\) \{)", r"\1 return;", source.files["moe.cu"])
        assert count
        return compile.build_source(Source({**source.files, "moe.cu": text}), target)

    monkeypatch.setattr(trial.compiler, "build", build)
    with pytest.raises(AccuracyError, match="wrong result"):
        tune(SPEC, "cuda", tokens=[16], trials=2)
    assert artifact.existing(SPEC, target) is None
