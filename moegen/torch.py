"""moegen's layers in PyTorch: a module, a registered operator, and `accelerate` for models of transformers.

    model = AutoModelForCausalLM.from_pretrained(...).eval()
    print(moegen.torch.accelerate(model))

Forward only: asking for a gradient is an error. Tensors are on the CPU; float32 and bfloat16 ones are passed without a
copy, other float types converted on the way in and out. The operator has a fake kernel, so that
torch.compile(fullgraph=True) takes it. Needs the package torch.
"""
from __future__ import annotations

import dataclasses
import itertools
import weakref

import numpy as np
import torch

from moegen import blocks
from moegen.errors import MoegenError, ShapeError, SpecError
from moegen.runtime import Layer, load
from moegen.spec import MoeSpec, MoeWeights

_layers: weakref.WeakValueDictionary[int, Layer] = weakref.WeakValueDictionary()
_handles = itertools.count(1)
_DIRECT = (torch.float32, torch.bfloat16)  # what a layer reads and writes itself


@torch.library.custom_op("moegen::layer", mutates_args=())
def _run(x: torch.Tensor, handle: int) -> torch.Tensor:
    layer = _layers[handle]
    if x.device.type != "cpu":
        raise ShapeError(f"x must be on the CPU for a layer of its backend, got {x.device}; move it with x.cpu()")
    rows = x.detach()
    if rows.dtype not in _DIRECT:
        rows = rows.to(torch.float32)
    rows = rows.contiguous()
    y = torch.empty_like(rows)
    layer(_array(rows), out=_array(y))
    return y.to(x.dtype)


def _array(tensor: torch.Tensor) -> np.ndarray:
    """The tensor's own memory; bfloat16 as its bits."""
    return (tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor).numpy()


@_run.register_fake
def _fake(x, handle):
    return torch.empty_like(x, memory_format=torch.contiguous_format)


def _no_gradient(context, gradient):
    raise MoegenError("moegen's layers run forward only; call the model under torch.no_grad(), or train the model "
                      "before moegen.torch.accelerate")


_run.register_autograd(_no_gradient)


class MoeLayer(torch.nn.Module):
    """A Mixture-of-Experts layer as a module without parameters: y = layer(x), x (..., H) floating point.

    Parameters
    ----------
    spec : MoeSpec
    weights : MoeWeights
    pair : bool
        Whether forward returns (y, None), for models whose blocks return something about their routing beside y.
    **options
        As for `moegen.load`: artifact, threads, workspace_limit, monitor.

    Attributes
    ----------
    layer : moegen.Layer
    """

    def __init__(self, spec: MoeSpec, weights: MoeWeights, pair: bool = False, **options):
        super().__init__()
        self._take(load(spec, weights, **options), pair)

    def _take(self, layer: Layer, pair: bool) -> None:
        self.layer = layer
        self.pair = pair
        self.handle = next(_handles)
        _layers[self.handle] = layer

    @classmethod
    def from_module(cls, block: torch.nn.Module, dtype: str = "f32", **options) -> MoeLayer:
        """The layer of a MoE block of transformers: Mixtral, Qwen2-MoE, Qwen3-MoE, OLMoE, DeepSeek-V3, gpt-oss,
        Granite-MoE, Phi-MoE, Llama-4, GLM-4-MoE. The block is not changed, and its weights are copied.

        Raises
        ------
        SpecError
            If the block, its activation or the kind of its parameters is unknown.
        """
        spec, weights = blocks.read(block, dtype)
        return cls(spec, weights, blocks.known(block).pair, **options)

    @property
    def spec(self) -> MoeSpec:
        return self.layer.spec

    def forward(self, x: torch.Tensor):
        y = torch.ops.moegen.layer(x, self.handle)
        return (y, None) if self.pair else y

    def extra_repr(self) -> str:
        return repr(self.layer)

    def __deepcopy__(self, memo) -> MoeLayer:
        """A module of its own on the same layer, which nothing can change."""
        copy = type(self).__new__(type(self))
        torch.nn.Module.__init__(copy)
        copy._take(self.layer, self.pair)
        return copy.train(self.training)

    def __reduce_ex__(self, protocol):
        raise MoegenError("a MoeLayer holds compiled code and packed weights, and is not saved; save the model before "
                          "moegen.torch.accelerate, and accelerate it again when it is loaded")


@dataclasses.dataclass(frozen=True)
class Report:
    """What `accelerate` did.

    Attributes
    ----------
    replaced : dict of str to str
        Module names and the key of the layer that stands there now.
    left : dict of str to str
        Names of modules that look like MoE blocks and were left alone, and why.
    """

    replaced: dict[str, str]
    left: dict[str, str]

    def __str__(self) -> str:
        lines = [f"replaced {name}: {key}" for name, key in self.replaced.items()]
        lines += [f"left     {name}: {reason}" for name, reason in self.left.items()]
        return "\n".join(lines) or "no MoE block found"


def accelerate(model: torch.nn.Module, dtype: str = "f32", **options) -> Report:
    """Replace each MoE block that moegen knows in `model` by a MoeLayer, in place.

    Each block's parameters are let go before the next is read. Output of routers (output_router_logits) is no longer
    recorded for the layers replaced.

    Parameters
    ----------
    model : torch.nn.Module
        In evaluation mode; on the CPU.
    dtype : str
        What the kernels keep weights in.
    **options
        As for `moegen.load`.

    Returns
    -------
    Report
        What was replaced, and what was left alone and why.

    Raises
    ------
    SpecError
        If the model is in training mode.
    """
    if model.training:
        raise SpecError("the model is in training mode, and moegen runs forward only; call model.eval() first")
    replaced, left = {}, {}
    for name in [name for name, module in model.named_modules() if blocks.known(module) or _looks_like_moe(module)]:
        module = model.get_submodule(name)  # held for its turn only, so that one block's parameters go after another's
        if blocks.known(module) is None:
            left[name] = f"{type(module).__name__} is no MoE block that moegen knows"
            continue
        parameter = next(module.parameters())
        if parameter.device.type != "cpu":
            left[name] = f"its parameters are on {parameter.device}, and only those on the CPU are taken"
            continue
        if not name:
            raise SpecError("the model is a MoE block itself; use MoeLayer.from_module")
        try:
            layer = MoeLayer.from_module(module, dtype, **options)
        except MoegenError as error:
            left[name] = str(error)
            continue
        parent, _, child = name.rpartition(".")
        setattr(model.get_submodule(parent), child, layer.eval())
        replaced[name] = layer.spec.key
    return Report(replaced, left)


def _looks_like_moe(module) -> bool:
    return hasattr(module, "experts") and any(hasattr(module, router) for router in ("gate", "router"))
