"""Checkpoints written by transformers: the layer that moegen reads from them is transformers' own block."""

from __future__ import annotations

import json

import numpy as np
import pytest
from models import FAMILIES, block_output, moe_block, small_model, torch
from safetensors.torch import save_file
from transformers import AutoConfig
from transformers.integrations.mxfp4 import convert_moe_packed_tensors
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

from moegen import checkpoint, families, oracle, routing


def test_every_family_is_here():
    assert set(FAMILIES) == set(families.FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed, hidden, inner, shape", [(0, 32, 24, (2, 7)), (1, 64, 17, (1, 1)), (2, 96, 33, (3, 40))])
def test_layers_are_transformers_blocks(tmp_path, family, seed, hidden, inner, shape):
    model = small_model(family, seed, hidden, inner)
    model.save_pretrained(tmp_path, max_shard_size="50KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    assert checkpoint.moe_layers(tmp_path)[-1] == 2
    for layer in (1, 2):
        spec, weights = checkpoint.from_pretrained(tmp_path, layer=layer)
        assert spec == checkpoint.spec_from_pretrained(tmp_path)
        x = torch.randn(*shape, hidden, generator=torch.Generator().manual_seed(seed))
        y = block_output(moe_block(model, layer), x)
        ours = oracle.forward(x.numpy(), weights, spec)
        assert oracle.error(y.numpy().reshape(-1, hidden), ours.y) < 1e-5
        assert oracle.check(y.numpy(), None, x.numpy(), weights, spec) < oracle.tolerance(spec)


def test_shared_width_and_routers_are_read(tmp_path):
    small_model("deepseek_v3").save_pretrained(tmp_path)
    spec, _ = checkpoint.from_pretrained(tmp_path)
    assert spec.shared_intermediate_size == 48
    assert spec.features == {"sigmoid", "groups", "score_bias", "routed_scaling", "shared"}
    assert checkpoint.moe_layers(tmp_path) == [1, 2]


def test_fields_that_are_left_out_mean_what_transformers_takes_them_for(tmp_path):
    small_model("qwen3_moe").save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    del config["norm_topk_prob"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert checkpoint.spec_from_pretrained(tmp_path).renormalize == AutoConfig.from_pretrained(tmp_path).norm_topk_prob


def test_bfloat16_checkpoints(tmp_path):
    model = small_model("mixtral").bfloat16()
    model.save_pretrained(tmp_path)
    _spec, weights = checkpoint.from_pretrained(tmp_path, layer=0)
    gate_up = moe_block(model, 0).experts.gate_up_proj.float().detach().numpy()
    assert np.array_equal(weights.w1, gate_up.transpose(0, 2, 1)) and weights.w1.dtype == np.float32


def test_mxfp4_is_expanded_as_transformers_does(tmp_path):
    hidden, inner, experts = 64, 32, 3
    generator = torch.Generator().manual_seed(0)
    tensors = {
        "router.weight": torch.randn(experts, hidden),
        "router.bias": torch.randn(experts),
        "experts.gate_up_proj_bias": torch.randn(experts, 2 * inner),
        "experts.down_proj_bias": torch.randn(experts, hidden),
    }
    for name, outputs, depth in (("gate_up_proj", 2 * inner, hidden), ("down_proj", hidden, inner)):
        shape = (experts, outputs, depth // 32)
        tensors[f"experts.{name}_blocks"] = torch.randint(0, 256, (*shape, 16), generator=generator, dtype=torch.uint8)
        tensors[f"experts.{name}_scales"] = torch.randint(118, 130, shape, generator=generator, dtype=torch.uint8)
    save_file({f"model.layers.0.mlp.{key}": value for key, value in tensors.items()}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(
        json.dumps(
            {
                "model_type": "gpt_oss",
                "hidden_size": hidden,
                "intermediate_size": inner,
                "num_local_experts": experts,
                "num_experts_per_tok": 2,
                "num_hidden_layers": 1,
                "quantization_config": {"quant_method": "mxfp4"},
            }
        )
    )
    _, weights = checkpoint.from_pretrained(tmp_path)
    gate_up, down = (
        convert_moe_packed_tensors(
            tensors[f"experts.{name}_blocks"], tensors[f"experts.{name}_scales"], dtype=torch.float32
        ).numpy()
        for name in ("gate_up_proj", "down_proj")
    )
    assert np.array_equal(weights.w2, down)
    assert np.array_equal(weights.w1, np.concatenate([gate_up[:, :, ::2], gate_up[:, :, 1::2]], axis=2))


@pytest.mark.parametrize("layers, tokens, masked", [(1, 12, False), (3, 10, False), (2, 8, True)])
def test_balance_loss_is_transformers(layers, tokens, masked):
    generator = torch.Generator().manual_seed(layers)
    logits = tuple(torch.randn(tokens, 6, generator=generator) for _ in range(layers))
    mask = torch.tensor([[1, 1, 1, 0], [1, 1, 0, 0]]) if masked else None
    theirs = load_balancing_loss_func(logits, 6, 2, mask)
    ours = routing.balance_loss([part.numpy() for part in logits], 2, None if mask is None else mask.numpy())
    assert ours == pytest.approx(float(theirs), rel=1e-5)
