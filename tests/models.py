"""Small random models of transformers, one a family, with routers and biases stirred so that every term counts."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs the package torch")
transformers = pytest.importorskip("transformers", reason="needs the package transformers")

_COMMON = dict(
    vocab_size=61,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    pad_token_id=0,
    bos_token_id=1,
    eos_token_id=2,
)
_LATENT = dict(
    num_key_value_heads=4, q_lora_rank=8, kv_lora_rank=8, qk_rope_head_dim=8, qk_nope_head_dim=8, v_head_dim=8
)
FAMILIES = {
    "mixtral": ("Mixtral", dict(num_local_experts=5, num_experts_per_tok=2)),
    "qwen2_moe": (
        "Qwen2Moe",
        dict(moe_intermediate_size="I", shared_expert_intermediate_size=19, num_experts=6, num_experts_per_tok=3),
    ),
    "qwen3_moe": (
        "Qwen3Moe",
        dict(
            moe_intermediate_size="I",
            num_experts=7,
            num_experts_per_tok=3,
            head_dim=8,
            norm_topk_prob=True,
            mlp_only_layers=[0],
        ),
    ),
    "olmoe": ("Olmoe", dict(num_experts=6, num_experts_per_tok=4)),
    "deepseek_v3": (
        "DeepseekV3",
        dict(
            moe_intermediate_size="I",
            n_routed_experts=8,
            num_experts_per_tok=3,
            n_group=4,
            topk_group=2,
            first_k_dense_replace=1,
            n_shared_experts=2,
            **_LATENT,
        ),
    ),
    "gpt_oss": ("GptOss", dict(num_local_experts=6, num_experts_per_tok=3, head_dim=8)),
    "granitemoe": ("GraniteMoe", dict(num_local_experts=6, num_experts_per_tok=2)),
    "phimoe": ("Phimoe", dict(num_local_experts=6, num_experts_per_tok=2, router_jitter_noise=0.2)),
    "llama4_text": (
        "Llama4Text",
        dict(intermediate_size_mlp=40, num_local_experts=6, num_experts_per_tok=1, head_dim=8, moe_layers=[1, 2]),
    ),
    "glm4_moe": (
        "Glm4Moe",
        dict(
            moe_intermediate_size="I",
            n_routed_experts=8,
            num_experts_per_tok=3,
            n_group=2,
            topk_group=1,
            first_k_dense_replace=1,
            head_dim=8,
            routed_scaling_factor=1.5,
        ),
    ),
}


def small_model(family: str, seed: int = 0, hidden: int = 32, inner: int = 24):
    """A causal language model of the family, in float32 and evaluation mode."""
    name, fields = FAMILIES[family]
    fields = {key: inner if value == "I" else value for key, value in fields.items()}
    config = getattr(transformers, f"{name}Config")(
        **{**_COMMON, "hidden_size": hidden, "intermediate_size": inner, **fields}
    )
    torch.manual_seed(seed)
    # torch's grouped_mm, the default, takes no odd sizes.
    experts = "eager" if inner % 4 else None
    model = transformers.AutoModelForCausalLM.from_config(config, experts_implementation=experts).float().eval()
    with torch.no_grad():
        for key, value in [*model.named_parameters(), *model.named_buffers()]:
            if ".layers." not in key or "norm" in key or "self_attn" in key:
                continue
            if key.endswith("e_score_correction_bias"):
                value.normal_(0, 0.2)
            elif key.endswith("bias"):
                value.normal_(0, 0.5)
            else:
                value.normal_(0, hidden**-0.5)
    return model


def moe_block(model, layer: int):
    """The MoE block of a layer, whatever the family calls it."""
    found = model.model.layers[layer]
    return next(getattr(found, name) for name in ("mlp", "block_sparse_moe", "feed_forward") if hasattr(found, name))


def block_output(block, x):
    """y of the block for x (B, S, H), without the router's logits that some blocks return beside it."""
    with torch.no_grad():
        y = block(x.clone())
    return (y[0] if isinstance(y, tuple) else y).reshape(x.shape)
