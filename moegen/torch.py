"""moegen's layers in PyTorch: a module, a registered operator, and `accelerate` for models of transformers.

    model = AutoModelForCausalLM.from_pretrained(...).eval()
    print(moegen.torch.accelerate(model))

Forward only: asking for a gradient is an error. A layer serves tensors where its block was: on the CPU, or on PyTorch's
current GPU, in its current stream. Passed without a copy are float32 and bfloat16 on the CPU, float32 and the weights'
own type on a GPU; other float types are converted on the way in and out. The operator has a fake kernel, so that
torch.compile(fullgraph=True) takes it, and calls can be recorded into CUDA graphs. Needs the package torch, and CuPy
for GPUs.
"""

from __future__ import annotations

import dataclasses
import itertools
import weakref

import numpy as np

try:
    import torch
except ModuleNotFoundError as error:
    raise ModuleNotFoundError('moegen.torch needs PyTorch; `pip install "moegen[torch]"`', name=error.name) from error

from moegen import blocks
from moegen.errors import MoegenError, ShapeError, SpecError
from moegen.runtime import Layer, load
from moegen.spec import MoeSpec, MoeWeights

_layers: weakref.WeakValueDictionary[int, Layer] = weakref.WeakValueDictionary()
_handles = itertools.count(1)
_KINDS = {torch.float32: "f32", torch.bfloat16: "bf16", torch.float16: "f16"}
_DIRECT = {"cpu": (torch.float32, torch.bfloat16), "cuda": tuple(_KINDS)}  # what a layer takes itself


@torch.library.custom_op("moegen::layer", mutates_args=())
def _run(x: torch.Tensor, handle: int) -> torch.Tensor:
    layer = _layers[handle]
    backend = layer.artifact.target.backend
    if x.device.type != backend:
        raise ShapeError(
            f"x must be on the {backend.upper()} as the layer is, got {x.device}; move it with "
            f"x.{backend}(), or make the layer from a block that is there"
        )
    if not x.is_floating_point():
        raise ShapeError(f"x must be of a floating-point type, got {x.dtype}; convert with x.float()")
    rows = x.detach().reshape(-1, x.shape[-1])
    if rows.dtype not in _DIRECT[backend]:
        rows = rows.to(torch.float32)
    if backend == "cuda":
        return layer(rows).to(x.dtype).reshape(x.shape)
    rows = rows.contiguous()
    y = torch.empty_like(rows)
    layer(_array(rows), out=_array(y))
    return y.to(x.dtype).reshape(x.shape)


def _array(tensor: torch.Tensor) -> np.ndarray:
    """The tensor's own memory; bfloat16 as its bits."""
    return (tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor).numpy()


@_run.register_fake
def _fake(x, handle):
    return torch.empty_like(x, memory_format=torch.contiguous_format)


def _no_gradient(context, gradient):
    raise MoegenError(
        "moegen's layers run forward only; call the model under torch.no_grad(), or train the model "
        "before moegen.torch.accelerate"
    )


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
        As for `moegen.load`: artifact, threads, workspace_limit, backend, monitor.

    Attributes
    ----------
    layer : moegen.Layer

    It stays where it was made: to move a model that holds one to another device is an error, since the weights are
    packed for the processor that they are on. To change the model's type changes nothing here.
    """

    def __init__(self, spec: MoeSpec, weights: MoeWeights, pair: bool = False, **options):
        super().__init__()
        self._take(load(spec, weights, **options), pair)

    def _take(self, layer: Layer, pair: bool) -> None:
        self.layer = layer
        self.pair = pair
        backend = layer.artifact.target.backend
        self.device = torch.device(backend, torch.cuda.current_device() if backend == "cuda" else None)
        self.handle = next(_handles)
        _layers[self.handle] = layer

    @classmethod
    def from_module(cls, block: torch.nn.Module, dtype: str | None = None, **options) -> MoeLayer:
        """The layer of a MoE block of transformers: Mixtral, Qwen2-MoE, Qwen3-MoE, OLMoE, DeepSeek-V3, gpt-oss,
        Granite-MoE, Phi-MoE, Llama-4, GLM-4-MoE. The block is not changed, and its weights are copied.

        Parameters
        ----------
        block : torch.nn.Module
            The layer serves the device that its parameters are on, unless `backend` is among the options.
        dtype : str, optional
            What the kernels keep weights in; by default f32 on the CPU, and on a GPU what the block keeps them in.

        Raises
        ------
        SpecError
            If the block, its activation, or the kind or the device of its parameters is unknown.
        """
        how = blocks.known(block)
        if how is not None:
            parameter = next(block.experts.parameters())
            reason = _why_not(parameter.device)
            if reason is not None:
                raise SpecError(f"{type(block).__name__} cannot be taken: {reason}")
            options.setdefault("backend", "cpu" if parameter.is_meta else parameter.device.type)
            dtype = dtype or (_KINDS.get(parameter.dtype) if options["backend"] == "cuda" else None)
        spec, weights = blocks.read(block, dtype or "f32")
        return cls(spec, weights, how.pair, **options)

    @property
    def spec(self) -> MoeSpec:
        return self.layer.spec

    def forward(self, x: torch.Tensor):
        y = torch.ops.moegen.layer(x, self.handle)
        return (y, None) if self.pair else y

    def _apply(self, function, recurse=True):
        """What .to(), .cuda() and .half() call: a layer has no parameters to convert, and cannot be moved."""
        here = torch.empty(0, device=self.device)
        there = function(here).device
        if there != here.device:
            raise MoegenError(
                f"a MoeLayer's weights are packed for {here.device} and do not move to {there}; move the "
                "model before moegen.torch.accelerate"
            )
        return super()._apply(function, recurse)

    def extra_repr(self) -> str:
        return repr(self.layer)

    def __deepcopy__(self, memo) -> MoeLayer:
        """A module of its own on the same layer, which nothing can change."""
        copy = type(self).__new__(type(self))
        torch.nn.Module.__init__(copy)
        copy._take(self.layer, self.pair)
        copy.device = self.device
        return copy.train(self.training)

    def __reduce_ex__(self, protocol):
        raise MoegenError(
            "a MoeLayer holds compiled code and packed weights, and is not saved; save the model before "
            "moegen.torch.accelerate, and accelerate it again when it is loaded"
        )


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


def accelerate(model: torch.nn.Module, dtype: str | None = None, **options) -> Report:
    """Replace each MoE block that moegen knows in `model` by a MoeLayer, in place.

    Each block's parameters are let go before the next is read. Output of routers (output_router_logits) is no longer
    recorded for the layers replaced.

    Parameters
    ----------
    model : torch.nn.Module
        In evaluation mode; its blocks on the CPU, or on the GPU that is PyTorch's current one.
    dtype : str, optional
        What the kernels keep weights in; by default f32 on the CPU, and on a GPU what each block keeps them in.
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
        reason = _why_not(next(module.parameters()).device)
        if reason is not None:
            left[name] = reason
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


def _why_not(device: torch.device) -> str | None:
    """Why a block whose parameters are on `device` is not taken; None where it is."""
    here = torch.cuda.current_device() if device.type == "cuda" else None
    if device.type in ("cpu", "meta") or device.index == here is not None:
        return None
    known = "the CPU" if here is None else f"the CPU or the current GPU, cuda:{here},"
    return f"its parameters are on {device}, and only those on {known} are taken"


def _looks_like_moe(module) -> bool:
    return hasattr(module, "experts") and any(hasattr(module, router) for router in ("gate", "router"))
