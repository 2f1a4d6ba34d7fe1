"""What the configuration and the tensors of each family of models mean.

Formulae are those of the models in transformers; a family that is not here is a clear error, never a guess. Families
differ in how configuration fields are called, in which layers are MoE layers, and in how tensors are named and lie.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from moegen.errors import CheckpointError, SpecError
from moegen.spec import MoeSpec

_GATED = {"silu": "swiglu", "swish": "swiglu", "gelu": "geglu", "relu": "reglu"}


@dataclasses.dataclass(frozen=True)
class Family:
    """One family of models.

    Attributes
    ----------
    name : str
        The model_type of its configuration.
    spec : function of (config, dtype)
        The MoeSpec of its MoE layers; KeyError where a field is missing.
    is_moe : function of (config, layer)
        Whether that layer is a MoE layer.
    block, router, router_bias, score_bias, shared, shared_gate : str
        Names of the block in its layer, and of tensors in the block.
    parts : tuple of str
        Gate, up and down of each expert, or gate-and-up and down of all experts where `stacked`.
    output_first : bool
        Whether stacked tensors lie as nn.Linear keeps them, (E, outputs, inputs).
    interleaved : bool
        Whether gate and up columns alternate.
    biases : tuple of str
        Biases of gate-and-up and of down.
    """

    name: str
    spec: Callable
    is_moe: Callable
    block: str = "mlp"
    router: str = "gate.weight"
    router_bias: str = ""
    score_bias: str = "gate.e_score_correction_bias"
    parts: tuple[str, ...] = ("gate_proj", "up_proj", "down_proj")
    output_first: bool = True
    interleaved: bool = False
    biases: tuple[str, ...] = ()
    shared: str = "shared_experts"
    shared_gate: str = ""

    @property
    def stacked(self) -> bool:
        return len(self.parts) == 2

    def gate_first(self, columns):
        """Columns of gate and up, (..., 2I), with the gate's first."""
        if not self.interleaved:
            return columns
        return np.concatenate([columns[..., ::2], columns[..., 1::2]], axis=-1)


def find(config: dict, folder="the model") -> Family:
    """The family of a configuration.

    Raises
    ------
    CheckpointError
        If none fits; the message lists those there are.
    """
    name = config.get("model_type")
    if not isinstance(name, str) or name not in FAMILIES:
        raise CheckpointError(
            f"{folder} is a model of type {name!r}, whose MoE layers moegen does not know; known: "
            f"{', '.join(FAMILIES)}. A family is an entry in moegen/families.py"
        )
    return FAMILIES[name]


def _spec(config, dtype, experts="num_local_experts", width="intermediate_size", **fields):
    """The fields that all families have, under the names that this one gives them."""
    activation = config.get("hidden_act", "silu")
    if activation not in _GATED:
        raise SpecError(f"hidden_act is {activation!r}; known: {', '.join(_GATED)}")
    names = (experts, "num_local_experts", "num_experts", "n_routed_experts")  # later transformers write the second
    count = next((config[name] for name in names if config.get(name) is not None), None)
    if count is None:
        raise KeyError(experts)
    return MoeSpec(
        config["hidden_size"],
        config[width],
        count,
        config["num_experts_per_tok"],
        **{"activation": _GATED[activation], "dtype": dtype} | fields,
    )


def _every(config, layer):
    return True


def _after_dense(config, layer):
    return layer >= config.get("first_k_dense_replace", 0) and layer % config.get("moe_layer_freq", 1) == 0


def _sparse_step(config, layer):
    dense = config.get("mlp_only_layers") or []
    return layer not in dense and (layer + 1) % config.get("decoder_sparse_step", 1) == 0


def _llama4_layers(config, layer):
    if config.get("moe_layers") is not None:
        return layer in config["moe_layers"]
    return (layer + 1) % config.get("interleave_moe_layer_step", 1) == 0


def _mixtral(config, dtype):
    return _spec(config, dtype)


def _qwen2_moe(config, dtype):
    return _spec(
        config,
        dtype,
        "num_experts",
        "moe_intermediate_size",
        renormalize=config.get("norm_topk_prob", False),
        shared_intermediate_size=config["shared_expert_intermediate_size"],
        shared_gate=True,
    )


def _qwen3_moe(config, dtype):
    return _spec(config, dtype, "num_experts", "moe_intermediate_size", renormalize=config.get("norm_topk_prob", False))


def _olmoe(config, dtype):
    return _spec(config, dtype, "num_experts", renormalize=config.get("norm_topk_prob", False))


def _deepseek_v3(config, dtype):
    for name, known in (("scoring_func", "sigmoid"), ("topk_method", "noaux_tc")):
        if config.get(name, known) != known:
            raise SpecError(f"{name} is {config[name]!r}; known for {config['model_type']}: {known!r}")
    shared = config.get("n_shared_experts") or 0
    return _spec(
        config,
        dtype,
        "n_routed_experts",
        "moe_intermediate_size",
        scoring="sigmoid",
        score_bias=True,
        renormalize=config.get("norm_topk_prob", True),
        num_groups=config.get("n_group") or 1,
        topk_groups=config.get("topk_group") or 1,
        routed_scaling=config["routed_scaling_factor"],
        shared_intermediate_size=shared * config["moe_intermediate_size"],
    )


def _gpt_oss(config, dtype):
    return _spec(
        config,
        dtype,
        activation="swiglu_clamp",
        bias=True,
        router_bias=True,
        swiglu_limit=config.get("swiglu_limit", 7.0),
        swiglu_alpha=config.get("swiglu_alpha", 1.702),
    )


def _phimoe(config, dtype):
    if config["num_experts_per_tok"] != 2:
        raise SpecError(f"num_experts_per_tok is {config['num_experts_per_tok']}; sparsemixer chooses 2 experts")
    return _spec(
        config, dtype, scoring="sparsemixer", renormalize=False, router_jitter=config.get("router_jitter_noise", 0.01)
    )


def _llama4(config, dtype):
    return _spec(
        config,
        dtype,
        scoring="sigmoid",
        renormalize=False,
        scale_input=True,
        shared_intermediate_size=config["intermediate_size"],
    )


_W123 = ("w1", "w3", "w2")
_STACKED = ("experts.gate_up_proj", "experts.down_proj")
_ALL = (
    Family("mixtral", _mixtral, _every, "block_sparse_moe", parts=_W123),
    Family("qwen2_moe", _qwen2_moe, _sparse_step, shared="shared_expert", shared_gate="shared_expert_gate.weight"),
    Family("qwen3_moe", _qwen3_moe, _sparse_step),
    Family("olmoe", _olmoe, _every),
    Family("deepseek_v3", _deepseek_v3, _after_dense),
    Family(
        "gpt_oss",
        _gpt_oss,
        _every,
        router="router.weight",
        router_bias="router.bias",
        parts=_STACKED,
        output_first=False,
        interleaved=True,
        biases=tuple(f"{name}_bias" for name in _STACKED),
    ),
    Family(
        "granitemoe",
        _mixtral,
        _every,
        "block_sparse_moe",
        "router.layer.weight",
        parts=("input_linear.weight", "output_linear.weight"),
    ),
    Family("phimoe", _phimoe, _every, "block_sparse_moe", parts=_W123),
    Family(
        "llama4_text",
        _llama4,
        _llama4_layers,
        "feed_forward",
        "router.weight",
        parts=_STACKED,
        output_first=False,
        shared="shared_expert",
    ),
    Family("glm4_moe", _deepseek_v3, _after_dense),
)
FAMILIES = {family.name: family for family in _ALL}
