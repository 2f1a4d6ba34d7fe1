"""Checkpoints written by hand: where each tensor goes, and a typed error for everything that can be wrong with one."""

from __future__ import annotations

import json
import pickle
import struct
import tracemalloc
import warnings

import ml_dtypes
import numpy as np
import pytest

import moegen
from moegen import checkpoint, oracle
from moegen.errors import CheckpointError, SpecError
from moegen.shards import Shards

H, I, E = 16, 12, 3
CONFIG = {
    "model_type": "mixtral",
    "hidden_size": H,
    "intermediate_size": I,
    "num_local_experts": E,
    "num_experts_per_tok": 2,
    "num_hidden_layers": 2,
    "hidden_act": "silu",
}
NAMES = {"float32": "F32", "bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3", "int32": "I32", "float16": "F16"}


def write(path, tensors):
    """A safetensors file."""
    header, data = {}, b""
    for name, array in tensors.items():
        header[name] = {
            "dtype": NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + array.nbytes],
        }
        data += array.tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def mixtral(layer=1, seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"gate": (E, H)} | {
        f"experts.{e}.{w}": (H, I) if w == "w2" else (I, H) for e in range(E) for w in ("w1", "w2", "w3")
    }
    return {
        f"model.layers.{layer}.block_sparse_moe.{name}.weight": rng.standard_normal(shape).astype(np.float32)
        for name, shape in shapes.items()
    }


@pytest.fixture
def folder(tmp_path):
    """A Mixtral of one MoE layer, layer 1, in two shards."""
    tensors = mixtral()
    names = list(tensors)
    files = {"a.safetensors": names[:5], "b.safetensors": names[5:]}
    for file, part in files.items():
        write(tmp_path / file, {name: tensors[name] for name in part})
    index = {"weight_map": {name: file for file, part in files.items() for name in part}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    return tmp_path


def change(folder, **fields):
    (folder / "config.json").write_text(json.dumps({**CONFIG, **fields}))


def refused(folder, match, layer=1):
    with pytest.raises(CheckpointError, match=match):
        checkpoint.from_pretrained(folder, layer=layer)


def test_tensors_go_where_they_belong(folder):
    spec, weights = checkpoint.from_pretrained(folder, layer=1)
    tensors = {name.split("moe.")[1]: array for name, array in mixtral().items()}
    assert spec.key.startswith("moe_f32_h16_i12_e3_k2_swiglu-") and not spec.features
    assert np.array_equal(weights.gate, tensors["gate.weight"].T)
    for e in range(E):
        assert np.array_equal(weights.w1[e][:, :I], tensors[f"experts.{e}.w1.weight"].T)
        assert np.array_equal(weights.w1[e][:, I:], tensors[f"experts.{e}.w3.weight"].T)
        assert np.array_equal(weights.w2[e], tensors[f"experts.{e}.w2.weight"].T)
    again = pickle.loads(pickle.dumps(weights))
    assert np.array_equal(again.w1, weights.w1) and not again.w1.flags.writeable


def test_one_file_and_a_prefix_before_model(tmp_path):
    write(tmp_path / "model.safetensors", {f"language_model.{name}": array for name, array in mixtral().items()})
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "pictures", "text_config": CONFIG}))
    _, weights = checkpoint.from_pretrained(str(tmp_path), layer=1)
    assert np.array_equal(weights.gate, mixtral()["model.layers.1.block_sparse_moe.gate.weight"].T)


def test_float8_with_block_scales(tmp_path):
    rng = np.random.default_rng(0)
    tensors, wide = {}, {}
    for name, array in mixtral(layer=0).items():
        if "experts" in name:
            quantised = array.astype(ml_dtypes.float8_e4m3fn)
            scale = rng.uniform(0.5, 2, [-(-n // 8) for n in array.shape]).astype(np.float32)
            tensors[name], tensors[f"{name}_scale_inv"] = quantised, scale
            spread = np.kron(scale, np.ones((8, 8)))[: array.shape[0], : array.shape[1]]
            wide[name] = quantised.astype(np.float32) * spread
        else:
            tensors[name] = array.astype(ml_dtypes.bfloat16)
    write(tmp_path / "model.safetensors", tensors)
    change(tmp_path, quantization_config={"quant_method": "fp8", "weight_block_size": [8, 8]})
    _, weights = checkpoint.from_pretrained(tmp_path, layer=0)
    want = wide["model.layers.0.block_sparse_moe.experts.2.w2.weight"].T
    np.testing.assert_allclose(weights.w2[2], want, rtol=1e-6)
    del tensors["model.layers.0.block_sparse_moe.experts.1.w3.weight_scale_inv"]
    write(tmp_path / "model.safetensors", tensors)
    refused(tmp_path, "scale_inv are missing", layer=0)


def test_what_is_read_runs(folder):
    spec, weights = checkpoint.from_pretrained(folder, layer=1, dtype="f32")
    assert np.isfinite(oracle.forward(oracle.make_tokens(spec, 4), weights, spec).y).all()


def test_packing_holds_one_expert_at_a_time(tmp_path):
    hidden, inner, experts = 64, 96, 48
    rng = np.random.default_rng(0)
    names = {"gate.weight": (experts, hidden)} | {
        f"experts.{e}.{w}.weight": (hidden, inner) if w == "w2" else (inner, hidden)
        for e in range(experts)
        for w in ("w1", "w2", "w3")
    }
    write(
        tmp_path / "model.safetensors",
        {
            f"model.layers.0.block_sparse_moe.{name}": rng.standard_normal(shape).astype(ml_dtypes.bfloat16)
            for name, shape in names.items()
        },
    )
    change(tmp_path, hidden_size=hidden, intermediate_size=inner, num_local_experts=experts)

    def load():
        return moegen.load(*checkpoint.from_pretrained(tmp_path, layer=0, dtype="bf16"), threads=1)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", moegen.UntunedWarning)
        first = load()  # builds and imports all that it needs
        tracemalloc.start()
        try:
            second = load()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    expert_bytes = 4 * 3 * hidden * inner
    assert peak < second.packed_bytes + 6 * expert_bytes + 500_000  # all of them would be 48
    x = oracle.make_tokens(first.spec, 9)
    y, routing = second(x, return_routing=True)
    assert np.array_equal(y, first(x))
    oracle.check(y, routing, x, checkpoint.from_pretrained(tmp_path, layer=0)[1], first.spec)


def test_layers_that_are_no_moe_layers(folder):
    refused(folder, "layer 2 of .* is not a MoE layer; those are 0-1", layer=2)
    refused(folder, "not a MoE layer", layer=-1)
    refused(folder, "no tensors layers.0.block_sparse_moe", layer=0)


def test_what_the_caller_got_wrong_is_not_blamed_on_the_model(folder):
    for read in (checkpoint.from_pretrained, checkpoint.spec_from_pretrained):
        with pytest.raises(SpecError, match="^unknown dtype 'x'; known: f32"):
            read(folder, dtype="x")
    for layer in ("1", 1.0, True):
        with pytest.raises(SpecError, match=f"layer must be an integer, got {layer!r}"):
            checkpoint.from_pretrained(folder, layer=layer)
    assert checkpoint.from_pretrained(folder, layer=np.int64(1))[0].num_experts == E


def test_a_model_without_moe_layers_says_so(folder):
    change(folder, num_hidden_layers=0)
    refused(folder, "has no MoE layers", layer=None)


def test_layers_of_families_with_dense_ones(tmp_path):
    base = {**CONFIG, "num_experts": 4, "moe_intermediate_size": 8, "num_hidden_layers": 9}
    for fields, want in (
        ({"model_type": "qwen3_moe", "decoder_sparse_step": 2, "mlp_only_layers": [3]}, [1, 5, 7]),
        ({"model_type": "glm4_moe", "first_k_dense_replace": 7, "routed_scaling_factor": 1.0}, [7, 8]),
        ({"model_type": "llama4_text", "interleave_moe_layer_step": 4}, [3, 7]),
        ({"model_type": "llama4_text", "moe_layers": [0, 2]}, [0, 2]),
    ):
        (tmp_path / "config.json").write_text(json.dumps({**base, **fields}))
        assert checkpoint.moe_layers(tmp_path) == want


@pytest.mark.parametrize(
    "fields, match",
    [
        ({"model_type": "gpt2"}, "'gpt2', whose MoE layers moegen does not know; known: mixtral, "),
        ({"model_type": None}, "None"),
        ({"hidden_act": "tanh"}, "hidden_act is 'tanh'; known: silu"),
        ({"num_experts_per_tok": 7}, "top_k"),
        ({"hidden_size": "wide"}, "hidden_size must be an integer"),
        ({"quantization_config": {"quant_method": "gptq"}}, "quantised by 'gptq'; known: fp8, mxfp4"),
        ({"quantization_config": "fp8"}, "quantization_config that is no object: 'fp8'"),
        ({"quantization_config": {"quant_method": "fp8", "weight_block_size": 128}}, "not two positive integers: 128"),
        ({"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 0]}}, "not two positive integers"),
        ({"intermediate_size": 13}, r"has shape \(12, 16\), but config.json makes it \(13, 16\)"),
        ({"num_local_experts": 4}, r"gate.weight in .* has shape \(3, 16\)"),
        ({"num_hidden_layers": "two"}, "does not say which layers"),
        ({"model_type": "deepseek_v3", "scoring_func": "cosine"}, "scoring_func is 'cosine'"),
        ({"model_type": "phimoe", "num_experts_per_tok": 1}, "sparsemixer chooses 2"),
    ],
)
def test_configurations_that_do_not_fit(folder, fields, match):
    change(folder, **fields)
    refused(folder, match)


def test_a_field_that_is_missing(folder):
    (folder / "config.json").write_text(json.dumps({k: v for k, v in CONFIG.items() if k != "num_experts_per_tok"}))
    refused(folder, "lacks num_experts_per_tok, which mixtral needs")


def test_files_that_are_missing(folder, tmp_path_factory):
    (folder / "b.safetensors").rename(folder / "c.safetensors")
    refused(folder, "the shard .*b.safetensors is missing")
    (folder / "model.safetensors.index.json").unlink()
    refused(folder, "neither model.safetensors nor")
    (folder / "pytorch_model.bin").write_bytes(b"cposix\nsystem\n")
    refused(folder, "pytorch_model.bin is a pickle, which can run any code and is never read")
    refused(tmp_path_factory.mktemp("empty"), "config.json is missing")


def test_files_that_are_cut_or_overwritten(folder):
    whole = (folder / "b.safetensors").read_bytes()
    for content in (whole[:-1], whole[:40], whole[:3], b"", b"\xff" * 64, struct.pack("<Q", 4) + b"[[[["):
        (folder / "b.safetensors").write_bytes(content)
        refused(folder, "b.safetensors is damaged or cut short")
    (folder / "config.json").write_text("{")
    refused(folder, "is not JSON")
    (folder / "config.json").write_text("[]")
    refused(folder, "holds a list")


def test_headers_that_lie(tmp_path):
    def header(**entry):
        text = json.dumps({"t": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **entry}}).encode()
        (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(8))
        return Shards(tmp_path).tensor("t")

    assert header().tolist() == [0, 0]
    for entry in (
        {"shape": [3]},
        {"shape": [-2]},
        {"data_offsets": [0, 16]},
        {"data_offsets": [-8, 0]},
        {"dtype": "PICKLE"},
        {"shape": "2"},
        {"more": 1},
    ):
        with pytest.raises(CheckpointError, match="damaged"):
            header(**entry)


def test_an_index_that_leads_elsewhere(folder):
    index = folder / "model.safetensors.index.json"
    names = json.loads(index.read_text())["weight_map"]
    for file in ("../b.safetensors", "/etc/passwd", "b.bin"):
        index.write_text(json.dumps({"weight_map": {**names, "x": file}}))
        refused(folder, "wanted a .safetensors file in the same folder")
    index.write_text(json.dumps({"weight_map": []}))
    refused(folder, "no weight_map")


def test_tensors_of_another_kind(folder):
    tensors = mixtral()
    write(folder / "b.safetensors", {name: array.astype(np.int32) for name, array in list(tensors.items())[5:]})
    refused(folder, "dtype int32, wanted a floating-point type")
    write(folder / "b.safetensors", {})
    refused(folder, "lacks the tensor")
