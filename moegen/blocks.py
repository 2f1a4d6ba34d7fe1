"""MoE blocks of transformers, as PyTorch modules, to a MoeSpec and MoeWeights.

The counterpart of `moegen.families` for models in memory: there tensors go by the names of published checkpoints, here
by those of transformers' modules, which keep all experts of a block in two parameters.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import torch

from moegen.errors import SpecError
from moegen.spec import LazyMatrices, MoeSpec, MoeWeights

_ACTIVATIONS = {"SiLU": "swiglu", "SiLUActivation": "swiglu", "GELUActivation": "geglu", "ReLU": "reglu"}


@dataclasses.dataclass(frozen=True)
class Block:
    """How one class of blocks is read.

    Attributes
    ----------
    fields : function of the block
        Fields of its MoeSpec beyond sizes, dtype and activation; `top_k` is among them.
    router : str
        Name of the module that has the router's weight (E, H).
    shared, shared_gate : str
        Names of the shared expert and its gate, or empty.
    transposed : bool
        Whether expert parameters lie (E, inputs, outputs).
    pair : bool
        Whether the block returns its output and something about its routing.
    """

    fields: Callable
    router: str = "gate"
    shared: str = ""
    shared_gate: str = ""
    transposed: bool = False
    pair: bool = False


def _softmax(block):
    return {"top_k": block.gate.top_k, "renormalize": bool(getattr(block.gate, "norm_topk_prob", True))}


def _grouped(block):
    gate = block.gate
    return {
        "top_k": gate.top_k,
        "scoring": "sigmoid",
        "score_bias": True,
        "renormalize": bool(gate.norm_topk_prob),
        "num_groups": gate.num_group,
        "topk_groups": gate.topk_group,
        "routed_scaling": float(gate.routed_scaling_factor),
    }


def _gpt_oss(block):
    return {
        "top_k": block.router.top_k,
        "router_bias": True,
        "bias": True,
        "activation": "swiglu_clamp",
        "swiglu_limit": float(block.experts.limit),
        "swiglu_alpha": float(block.experts.alpha),
    }


def _phimoe(block):
    return {
        "top_k": block.router.top_k,
        "scoring": "sparsemixer",
        "renormalize": False,
        "router_jitter": float(block.router.router_jitter_noise),
    }


def _llama4(block):
    return {"top_k": block.top_k, "scoring": "sigmoid", "renormalize": False, "scale_input": True}


BLOCKS = {
    "MixtralSparseMoeBlock": Block(_softmax),
    "Qwen2MoeSparseMoeBlock": Block(_softmax, shared="shared_expert", shared_gate="shared_expert_gate"),
    "Qwen3MoeSparseMoeBlock": Block(_softmax),
    "OlmoeSparseMoeBlock": Block(_softmax),
    "DeepseekV3MoE": Block(_grouped, shared="shared_experts"),
    "Glm4MoeMoE": Block(_grouped, shared="shared_experts"),
    "GptOssMLP": Block(_gpt_oss, "router", transposed=True, pair=True),
    "GraniteMoeMoE": Block(lambda block: {"top_k": block.router.top_k}, "router"),
    "PhimoeSparseMoeBlock": Block(_phimoe, "router"),
    "Llama4TextMoe": Block(_llama4, "router", shared="shared_expert", transposed=True, pair=True),
}


def known(module) -> Block | None:
    """How to read `module`, or None where its class is not one of BLOCKS."""
    return BLOCKS.get(type(module).__name__)


def read(module, dtype: str = "f32") -> tuple[MoeSpec, MoeWeights]:
    """The spec and the weights of a block, whose experts are converted when they are asked for, one at a time.

    They read the block's parameters, which must not change as long as these weights are in use.

    Raises
    ------
    SpecError
        If the class, the activation or the kind of parameters is unknown.
    """
    how = known(module)
    if how is None:
        raise SpecError(f"{type(module).__name__} is no MoE block that moegen knows; known: {', '.join(BLOCKS)}")
    experts, router = module.experts, getattr(module, how.router)
    first, second = (_parameter(experts, name) for name in ("gate_up_proj", "down_proj"))
    count, inner = first.shape[0], second.shape[1 if how.transposed else 2]
    fields = how.fields(module)
    if "activation" not in fields:
        name = type(experts.act_fn).__name__
        if name not in _ACTIVATIONS:
            raise SpecError(f"{type(module).__name__} has the activation {name}; known: {', '.join(_ACTIVATIONS)}")
        fields["activation"] = _ACTIVATIONS[name]
    more = {}
    if fields.get("router_bias"):
        more["gate_bias"] = _array(router.bias)
    if fields.get("score_bias"):
        more["score_bias"] = _array(router.e_score_correction_bias)
    if how.shared:
        shared = getattr(module, how.shared)
        names = ("gate_proj", "up_proj", "down_proj")
        parts = [_array(_parameter(getattr(shared, name), "weight")).T for name in names]
        fields["shared_intermediate_size"] = parts[2].shape[0]
        more |= {"shared_w1": np.concatenate(parts[:2], axis=1), "shared_w2": parts[2]}
    if how.shared_gate:
        fields["shared_gate"] = True
        more["shared_gate"] = _array(getattr(module, how.shared_gate).weight)[0]
    alternating = fields["activation"] == "swiglu_clamp"
    if fields.get("bias"):
        b1 = _array(experts.gate_up_proj_bias)
        more |= {"b1": np.concatenate([b1[:, ::2], b1[:, 1::2]], axis=1), "b2": _array(experts.down_proj_bias)}
    spec = MoeSpec(router.weight.shape[1], inner, count, dtype=dtype, **fields)

    def matrix(parameter, expert):
        found = _array(parameter[expert])
        return found if how.transposed else found.T

    def w1(expert):
        both = matrix(first, expert)
        return np.concatenate([both[:, ::2], both[:, 1::2]], axis=1) if alternating else both

    gate = _array(_parameter(router, "weight")).T
    lazy = (
        LazyMatrices((count, spec.hidden_size, spec.w1_columns), w1),
        LazyMatrices((count, inner, spec.hidden_size), lambda expert: matrix(second, expert)),
    )
    return spec, MoeWeights(gate, *lazy, **more)


def _parameter(module, name):
    value = getattr(module, name, None)
    if not isinstance(value, torch.Tensor) or not value.is_floating_point() or value.element_size() < 2:
        got = "none" if value is None else getattr(value, "dtype", type(value).__name__)
        raise SpecError(
            f"{type(module).__name__}.{name} must be a floating-point tensor, got {got}; load the model "
            "without quantisation"
        )
    if value.is_meta:
        raise SpecError(f"{type(module).__name__}.{name} has no data (device meta); load the model's weights first")
    return value


def _array(tensor) -> np.ndarray:
    return tensor.detach().to("cpu", torch.float32).numpy()
