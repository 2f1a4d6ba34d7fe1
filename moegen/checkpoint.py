"""Models as they are published, config.json and safetensors, to a MoeSpec and MoeWeights.

    spec, weights = moegen.from_pretrained("path/to/Mixtral-8x7B-v0.1", layer=3)

`moegen.families` says what each family's configuration and tensors mean; here they are read, an expert at a time.
"""

from __future__ import annotations

import pathlib

import numpy as np

from moegen.errors import CheckpointError, MoegenError, SpecError
from moegen.families import Family, find
from moegen.shards import Shards, read_json
from moegen.spec import DTYPES, LazyMatrices, MoeSpec, MoeWeights

_FP4 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], np.float32)
_MOST_LAYERS = 100_000  # far above any model, and soon gone through
_QUANTISATIONS = ("fp8", "mxfp4")


def read_config(folder) -> dict:
    """The text model's part of config.json in `folder`, where a model of several kinds of input has one.

    Raises
    ------
    CheckpointError
        If config.json is missing or damaged.
    """
    path = pathlib.Path(folder) / "config.json"
    config = read_json(path)
    text = config.get("text_config")
    if isinstance(text, dict):
        config = {**{key: config[key] for key in ("quantization_config",) if key in config}, **text}
    return config


def spec_from_pretrained(folder, dtype: str = "f32") -> MoeSpec:
    """The MoeSpec of a model's MoE layers, from its config.json alone.

    Raises
    ------
    SpecError
        If the dtype is unknown.
    CheckpointError
        If config.json is missing, damaged, lacks a field, or is of an unknown family or router.
    """
    _take_dtype(dtype)
    config = read_config(folder)
    return _spec(find(config, folder), config, folder, dtype)


def moe_layers(folder) -> list[int]:
    """The numbers of a model's layers that are MoE layers, from its config.json alone."""
    config = read_config(folder)
    return _moe_layers(find(config, folder), config, folder)


def from_pretrained(folder, layer: int | None = None, dtype: str = "f32") -> tuple[MoeSpec, MoeWeights]:
    """One MoE layer of a checkpoint as transformers' save_pretrained writes it and as models are published.

    Shards are memory-mapped, and the result's w1 and w2 read an expert from them whenever it is asked for:
    `moegen.load` packs one after the other, and no more than one is in memory as float32. So the files must stay as
    they are until then. float8 with block scales (DeepSeek-V3) and MXFP4 (gpt-oss) are expanded.

    Parameters
    ----------
    folder : str or path
        Holds config.json and model.safetensors, or its shards and their index.
    layer : int, optional
        Which of the model's layers, from 0; by default the first MoE layer.
    dtype : str
        The spec's dtype: what the kernel keeps weights in.

    Returns
    -------
    spec : MoeSpec
    weights : MoeWeights

    Raises
    ------
    SpecError
        If the dtype is unknown, or `layer` is no integer.
    CheckpointError
        If the family or router is unknown, a file or tensor is missing or damaged, a shape is not what config.json
        says, or `layer` is not a MoE layer. Nothing is loaded then.
    """
    _take_dtype(dtype)
    if layer is not None and (isinstance(layer, bool) or not isinstance(layer, (int, np.integer))):
        raise SpecError(f"layer must be an integer, got {layer!r}")
    config = read_config(folder)
    family = find(config, folder)
    spec = _spec(family, config, folder, dtype)
    layers = _moe_layers(family, config, folder)
    if not layers:
        raise CheckpointError(f"{folder} has no MoE layers: so says its config.json")
    if layer is None:
        layer = layers[0]
    if layer not in layers:
        raise CheckpointError(f"layer {layer} of {folder} is not a MoE layer; those are {_ranges(layers)}")
    quantisation = config.get("quantization_config") or {}
    if not isinstance(quantisation, dict):
        raise CheckpointError(f"config.json in {folder} has a quantization_config that is no object: {quantisation!r}")
    if quantisation and quantisation.get("quant_method") not in _QUANTISATIONS:
        raise CheckpointError(
            f"{folder} is quantised by {quantisation.get('quant_method')!r}; known: {', '.join(_QUANTISATIONS)}"
        )
    block = quantisation.get("weight_block_size") or (128, 128)
    if not (isinstance(block, (list, tuple)) and len(block) == 2 and all(type(n) is int and n > 0 for n in block)):
        raise CheckpointError(
            f"config.json in {folder} has a weight_block_size that is not two positive integers: {block!r}"
        )
    block = tuple(block)
    return spec, _Reader(Shards(folder), family, spec, layer, block).weights()


def _take_dtype(dtype):
    """Raise SpecError for an unknown dtype, which is the caller's and not config.json's."""
    if dtype not in DTYPES:
        raise SpecError(f"unknown dtype {dtype!r}; known: {', '.join(DTYPES)}")


def _spec(family, config, folder, dtype):
    try:
        return family.spec(config, dtype)
    except KeyError as error:
        raise CheckpointError(f"config.json in {folder} lacks {error.args[0]}, which {family.name} needs") from error
    except (MoegenError, TypeError) as error:
        raise CheckpointError(f"config.json in {folder}: {error}") from error


def _moe_layers(family, config, folder):
    try:
        if config["num_hidden_layers"] > _MOST_LAYERS:
            raise CheckpointError(
                f"config.json in {folder} says num_hidden_layers={config['num_hidden_layers']}, wanted at most "
                f"{_MOST_LAYERS}"
            )
        return [n for n in range(config["num_hidden_layers"]) if family.is_moe(config, n)]
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise CheckpointError(f"config.json in {folder} does not say which layers are MoE layers: {error!r}") from error


def _ranges(numbers):
    """[1, 2, 3, 5] as '1-3, 5'."""
    text, run = [], []
    for n in [*numbers, None]:
        if run and n != run[-1] + 1:
            text.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
            run = []
        run.append(n)
    return ", ".join(text)


class _Reader:
    """One layer's tensors, shapes checked before anything is read."""

    def __init__(self, shards: Shards, family: Family, spec: MoeSpec, layer: int, scale_block: tuple[int, int]):
        self.shards, self.family, self.spec, self.scale_block = shards, family, spec, scale_block
        block = f"layers.{layer}.{family.block}."
        starts = {name[: name.index(block)] for name in shards.names() if name.startswith(block) or f".{block}" in name}
        if len(starts) != 1:
            raise CheckpointError(
                f"{shards.folder} has {'no' if not starts else 'more than one set of'} tensors "
                f"{block}* for layer {layer}"
            )
        self.prefix = starts.pop() + block

    def weights(self) -> MoeWeights:
        spec, family = self.spec, self.family
        hidden, experts = spec.hidden_size, spec.num_experts
        more = {}
        gate = self.read(family.router, (experts, hidden)).T
        if spec.router_bias:
            more["gate_bias"] = self.read(family.router_bias, (experts,))
        if spec.score_bias:
            more["score_bias"] = self.read(family.score_bias, (experts,))
        if spec.shared_intermediate_size:
            width = spec.shared_intermediate_size
            names = [f"{family.shared}.{part}.weight" for part in ("gate_proj", "up_proj", "down_proj")]
            parts = [self.read(name, shape) for name, shape in zip(names, [(width, hidden)] * 2 + [(hidden, width)])]
            more["shared_w1"] = np.concatenate([parts[0].T, parts[1].T], axis=1)
            more["shared_w2"] = np.ascontiguousarray(parts[2].T)
        if spec.shared_gate:
            more["shared_gate"] = self.read(family.shared_gate, (1, hidden))[0]
        for expert in range(experts):  # all shapes, before the first byte of an expert
            self.w1(expert, check=True)
            self.w2(expert, check=True)
        if spec.bias:
            more["b1"] = family.gate_first(self.read(family.biases[0], (experts, spec.w1_columns)))
            more["b2"] = self.read(family.biases[1], (experts, hidden))
        w1 = LazyMatrices((experts, hidden, spec.w1_columns), self.w1)
        w2 = LazyMatrices((experts, spec.intermediate_size, hidden), self.w2)
        return MoeWeights(gate, w1, w2, **more)

    def w1(self, expert: int, check: bool = False):
        """(H, 2I) of one expert, gate first; with `check` only that it is there."""
        family, hidden, inner = self.family, self.spec.hidden_size, self.spec.intermediate_size
        if family.stacked:
            both = self.stacked(family.parts[0], (2 * inner, hidden), expert, check)
            return None if check else family.gate_first(both.T)
        parts = [
            self.read(f"experts.{expert}.{part}.weight", (inner, hidden), check=check) for part in family.parts[:2]
        ]
        return None if check else np.concatenate(parts).T

    def w2(self, expert: int, check: bool = False):
        """(I, H) of one expert; with `check` only that it is there."""
        family, shape = self.family, (self.spec.hidden_size, self.spec.intermediate_size)
        if family.stacked:
            down = self.stacked(family.parts[1], shape, expert, check)
        else:
            down = self.read(f"experts.{expert}.{family.parts[2]}.weight", shape, check=check)
        return None if check else down.T

    def stacked(self, name, shape, expert, check):
        """One expert's part of a tensor of all, of `shape`, rows and columns as nn.Linear keeps them: output first."""
        experts = self.spec.num_experts
        if f"{self.prefix}{name}_blocks" in self.shards:
            return self.mxfp4(name, shape, expert, check)
        if self.family.output_first:
            return self.read(name, (experts, *shape), expert, check)
        part = self.read(name, (experts, *shape[::-1]), expert, check)
        return None if check else part.T

    def read(self, name, shape, item=None, check=False):
        """A tensor, or its `item`-th part, as float32; float8 with scales of blocks is expanded."""
        name = self.prefix + name
        tensor = self.shards.tensor(name, shape)
        scales = f"{name}_scale_inv"
        if tensor.dtype.kind not in "fV" or tensor.dtype.itemsize == 8:
            raise CheckpointError(f"{name} has dtype {tensor.dtype}, wanted a floating-point type of 32 bits or fewer")
        if tensor.dtype.itemsize == 1 and scales not in self.shards:
            raise CheckpointError(f"{name} has dtype {tensor.dtype}, but its scales {scales} are missing")
        if check:
            return None
        values = (tensor if item is None else tensor[item]).astype(np.float32)
        if tensor.dtype.itemsize == 1:
            values *= self.spread(scales, values.shape)
        return values

    def spread(self, name, shape):
        """Scales of blocks of rows and columns, the last of which may be cut, one for each element of `shape`."""
        rows, columns = self.scale_block
        scales = self.shards.tensor(name, (-(-shape[0] // rows), -(-shape[1] // columns))).astype(np.float32)
        return scales.repeat(rows, axis=0)[: shape[0]].repeat(columns, axis=1)[:, : shape[1]]

    def mxfp4(self, name, shape, expert, check):
        """One expert of a tensor kept as blocks of 32 four-bit floats with a power of two each."""
        outputs, depth = shape
        if depth % 32:
            raise CheckpointError(f"{self.prefix}{name}_blocks must hold rows of {depth} values, not a multiple of 32")
        experts = self.spec.num_experts
        blocks = self.shards.tensor(f"{self.prefix}{name}_blocks", (experts, outputs, depth // 32, 16))
        scales = self.shards.tensor(f"{self.prefix}{name}_scales", (experts, outputs, depth // 32))
        if blocks.dtype != np.uint8 or scales.dtype != np.uint8:
            raise CheckpointError(f"{self.prefix}{name} has dtypes {blocks.dtype} and {scales.dtype}, wanted uint8")
        if check:
            return None
        pairs = np.stack([blocks[expert] & 15, blocks[expert] >> 4], axis=-1).reshape(outputs, depth // 32, 32)
        powers = scales[expert].astype(np.int32)[:, :, None] - 127
        return np.ldexp(_FP4[pairs], powers).reshape(outputs, depth)
