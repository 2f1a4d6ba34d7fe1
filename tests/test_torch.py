"""moegen in PyTorch: blocks and whole models of transformers before and after, the operator, and its refusals."""

from __future__ import annotations

import copy
import pickle
import warnings
import weakref

import numpy as np
import pytest
from models import FAMILIES, block_output, moe_block, small_model, torch

import moegen
from moegen import blocks, oracle
from moegen.errors import BuildError, MoegenError, ShapeError, SpecError
from moegen.spec import MoeSpec
from moegen.torch import MoeLayer, accelerate

SPEC = MoeSpec(24, 20, 5, 2, "swiglu")


@pytest.fixture(autouse=True)
def untuned():
    """Each layer here runs its default variant, which is said once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", moegen.UntunedWarning)
        yield


@pytest.mark.parametrize("family", FAMILIES)
def test_blocks_are_transformers_blocks(family):
    for seed, hidden, inner in ((0, 32, 24), (1, 64, 17)):
        model = small_model(family, seed, hidden, inner)
        block = moe_block(model, 1)
        layer = MoeLayer.from_module(block, threads=2)
        generator = torch.Generator().manual_seed(seed)
        for shape in ((1, 1), (2, 7), (3, 40)):
            x = torch.randn(*shape, hidden, generator=generator)
            with torch.no_grad():
                y = layer(x)
            assert layer.pair == isinstance(y, tuple)
            y = y[0] if layer.pair else y
            theirs = block_output(block, x)
            assert y.shape == x.shape and oracle.error(y.numpy(), theirs.numpy()) < 1e-5
        spec, weights = blocks.read(block)
        x = x.reshape(-1, hidden).numpy()
        y, routing = layer.layer(x, return_routing=True)
        oracle.check(y, routing, x, weights, spec)


@pytest.mark.parametrize("family", FAMILIES)
def test_whole_models_say_the_same(family):
    model = small_model(family)
    ids = torch.randint(3, 61, (2, 9), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        logits = model(ids).logits
        words = model.generate(ids, max_new_tokens=8, do_sample=False)
    report = accelerate(model, threads=2)
    moe_layers = [n for n in range(3) if isinstance(moe_block(model, n), MoeLayer)]
    assert len(report.replaced) == len(moe_layers) == (3 if family in _ALL_MOE else 2) and not report.left
    with torch.no_grad():
        assert oracle.error(model(ids).logits.numpy(), logits.numpy()) < 1e-5
        assert torch.equal(model.generate(ids, max_new_tokens=8, do_sample=False), words)
    for name, key in report.replaced.items():
        assert f"replaced {name}: {key}" in str(report)


_ALL_MOE = ("mixtral", "qwen2_moe", "olmoe", "gpt_oss", "granitemoe", "phimoe")


@pytest.fixture
def layer():
    return MoeLayer(SPEC, oracle.make_weights(SPEC), threads=2)


def test_the_operator_is_what_torch_wants(layer):
    x = torch.randn(6, 24)
    torch.library.opcheck(
        torch.ops.moegen.layer.default, (x, layer.handle), test_utils=("test_schema", "test_faketensor")
    )


def test_compiled_as_one_graph(layer):
    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.moe = layer

        def forward(self, x):
            return self.moe(x * 2) + x

    model = Model()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    for tokens in (5, 9):
        x = torch.randn(1, tokens, 24)
        with torch.no_grad():
            assert torch.equal(compiled(x), model(x))


def test_types_and_strides(layer):
    x = torch.randn(24, 6).T
    y = layer(x)
    assert torch.equal(y, layer(x.contiguous())) and y.is_contiguous()
    half = layer(x.bfloat16())
    assert half.dtype == torch.bfloat16 and torch.equal(half, layer(x.bfloat16().float()).bfloat16())
    assert layer(x.half()).dtype == torch.float16 and layer(x.double()).dtype == torch.float64
    assert layer(torch.empty(0, 24)).shape == (0, 24)
    with pytest.raises(ShapeError, match="24"):
        layer(torch.randn(6, 23))


def test_any_number_of_dimensions_but_floats_alone(layer):
    x = torch.randn(2, 3, 5, SPEC.hidden_size)
    y = layer(x)
    assert torch.equal(y.reshape(30, -1), layer(x.reshape(30, -1))) and y.shape == x.shape
    assert torch.equal(layer(x[0, 0, 0]), layer(x[0, 0, :1])[0])
    with pytest.raises(ShapeError, match="floating-point type, got torch.int64"):
        layer(torch.zeros(2, SPEC.hidden_size, dtype=torch.int64))


def test_float32_and_bfloat16_go_in_and_out_without_a_copy(layer, monkeypatch):
    seen = {}
    call = type(layer.layer).__call__

    def spy(self, x, out=None, **options):
        seen["x"], seen["y"] = x.ctypes.data, out.ctypes.data
        return call(self, x, out=out, **options)

    monkeypatch.setattr(type(layer.layer), "__call__", spy)
    for x in (torch.randn(6, 24), torch.randn(6, 24).bfloat16()):
        y = layer(x)
        assert y.dtype == x.dtype and (seen["x"], seen["y"]) == (x.data_ptr(), y.data_ptr())


def test_asking_for_a_gradient_says_so(layer):
    with torch.enable_grad():  # which contestants turn off for their process
        y = layer(torch.randn(6, 24, requires_grad=True))
        with pytest.raises(MoegenError, match="forward only"):
            y.sum().backward()
    assert not list(layer.parameters())


def test_copies_share_the_layer_and_are_not_saved(layer):
    twin = copy.deepcopy(layer)
    x = torch.randn(6, 24)
    assert twin.layer is layer.layer and twin.handle != layer.handle and torch.equal(twin(x), layer(x))
    with pytest.raises(MoegenError, match="is not saved"):
        pickle.dumps(layer)


def test_a_layer_stays_on_its_device(layer):
    assert layer.half().to("cpu") is layer and layer.device == torch.device("cpu")
    with pytest.raises(MoegenError, match="packed for cpu and do not move to meta; move the model before"):
        torch.nn.Sequential(torch.nn.Linear(2, 2), layer).to("meta")


def test_blocks_are_let_go_one_after_the_other(monkeypatch):
    model = small_model("mixtral")
    blocks_of_it = [weakref.ref(moe_block(model, n)) for n in range(3)]
    alive, from_module = [], MoeLayer.from_module.__func__

    def spy(cls, block, *arguments, **options):
        alive.append(sum(each() is not None for each in blocks_of_it))
        return from_module(cls, block, *arguments, **options)

    monkeypatch.setattr(MoeLayer, "from_module", classmethod(spy))
    accelerate(model, threads=2)
    assert alive == [3, 2, 1]


def test_what_is_not_known_is_left_alone():
    model = small_model("mixtral")
    strange = type("StrangeMoeBlock", (type(moe_block(model, 0)),), {})
    moe_block(model, 0).__class__ = strange
    moe_block(model, 1).experts.act_fn = torch.nn.Tanh()
    moe_block(model, 2).experts.gate_up_proj = None
    report = accelerate(model)
    assert not report.replaced and list(report.left) == [f"model.layers.{n}.mlp" for n in range(3)]
    for reason, words in zip(
        report.left.values(),
        (
            "StrangeMoeBlock is no MoE block",
            "Tanh; known: SiLU",
            "gate_up_proj must be a floating-point tensor, got none",
        ),
    ):
        assert words in reason
    with pytest.raises(SpecError, match="StrangeMoeBlock is no MoE block that moegen knows; known: Mixtral"):
        MoeLayer.from_module(moe_block(model, 0))
    with pytest.raises(SpecError, match="training mode"):
        accelerate(model.train())


def test_the_models_blocks_stay_when_nothing_can_be_built(monkeypatch):
    monkeypatch.setenv("CC", "/nonexistent/cc")
    model = small_model("mixtral", hidden=40)
    report = accelerate(model)
    assert not report.replaced and len(report.left) == 3 and "cc" in next(iter(report.left.values()))
    with pytest.raises(BuildError):
        MoeLayer.from_module(moe_block(model, 0))
    assert np.isfinite(block_output(moe_block(model, 0), torch.randn(1, 2, 40)).numpy()).all()


def test_weights_are_taken_from_tensors_of_any_float_type():
    spec = MoeSpec(8, 12, 3, 2)
    plain = [
        torch.randn(shape, generator=torch.manual_seed(1)).bfloat16() for shape in ((8, 3), (3, 8, 12), (3, 12, 8))
    ]
    want = moegen.MoeWeights(*(each.float().numpy() for each in plain))
    for form in (lambda w: w, torch.nn.Parameter, lambda w: w.double(), lambda w: w.float()):
        found = moegen.MoeWeights(*map(form, plain))
        found.check(spec)
        assert all(np.array_equal(getattr(found, name), getattr(want, name)) for name in ("gate", "w1", "w2"))
    with pytest.raises(ShapeError, match="gate cannot be read"):
        moegen.MoeWeights(plain[0].to("meta"), *plain[1:])
    with pytest.raises(ShapeError, match="x lies where no layer can read it"):
        moegen.moe_forward(torch.ones(1, 8, device="meta"), want)
