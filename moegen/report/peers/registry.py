"""Every implementation that moegen is compared with: what it is called, what it needs, where its adapter is."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util

from moegen.backends.cuda import driver
from moegen.errors import SpecError


@dataclasses.dataclass(frozen=True)
class Implementation:
    """One implementation.

    Parameters
    ----------
    name : str
        As in `moegen bench --against`.
    label : str
        As in tables and plots.
    module : str
        The adapter inside `moegen.report.peers`; empty where there is nothing to run here.
    dtype : str
        What the weights are held and multiplied in.
    packages : tuple of str
        Installable packages; their versions are recorded.
    modules : tuple of str
        What must be importable.
    options : dict
        For the adapter's `prepare`.
    why_not : str
        Set where no machine that this project reaches can run it.
    """

    name: str
    label: str
    module: str
    dtype: str = "f32"
    packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    options: dict = dataclasses.field(default_factory=dict)
    why_not: str = ""

    def adapter(self):
        return importlib.import_module(f"moegen.report.peers.{self.module}")

    def missing(self) -> str:
        """Why it cannot run here, naming the packages to install or what to build; empty if it can."""
        if self.why_not:
            return self.why_not
        absent = [module for module in self.modules if not _installed(module)]
        if absent:
            gpu = ", on a machine with an NVIDIA GPU" if self.on_gpu else ""
            return f"not installed; pip install {' '.join(self.packages)}{gpu}"
        if self.on_gpu and not driver.device_count():
            return "needs an NVIDIA GPU and its driver"
        return self.adapter().missing() if self.module == "ggml" else ""

    @property
    def on_gpu(self) -> bool:
        return self.module == "cuda_" or self.options.get("backend") == "cuda"


def _installed(module: str) -> bool:
    """Whether a module could be imported. Looking for a submodule imports its package, which may be missing."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


_NUMPY = ("numpy",)
_TORCH = {"packages": ("torch",), "modules": ("torch",)}

IMPLEMENTATIONS = (
    Implementation("python", "pure Python", "python_", "f64"),
    Implementation("numpy-f64", "NumPy", "numpy_", "f64", _NUMPY, options={"dtype": "float64"}),
    Implementation("numpy", "NumPy", "numpy_", "f32", _NUMPY, options={"dtype": "float32"}),
    Implementation("torch-naive", "PyTorch, token by token", "torch_", **_TORCH, options={"form": "naive"}),
    Implementation("torch", "PyTorch, experts batched", "torch_", **_TORCH, options={"form": "sorted"}),
    Implementation("torch-grouped", "PyTorch grouped_mm", "torch_", **_TORCH, options={"form": "grouped"}),
    Implementation("torch-compile", "torch.compile", "torch_", **_TORCH, options={"form": "compiled"}),
    Implementation("jax", "JAX ragged_dot", "jax_", packages=("jax", "jaxlib"), modules=("jax", "jaxlib")),
    Implementation("tensorflow", "TensorFlow", "tensorflow_", packages=("tensorflow-cpu",), modules=("tensorflow",)),
    Implementation(
        "onnxruntime",
        "ONNX Runtime MoE",
        "onnxruntime_",
        packages=("onnxruntime", "onnx"),
        modules=("onnxruntime", "onnx"),
    ),
    Implementation("ggml", "llama.cpp (ggml)", "ggml", options={"kind": "f32"}),
    Implementation("ggml-bf16", "llama.cpp (ggml)", "ggml", "bf16", options={"kind": "bf16"}),
    *(
        Implementation(
            f"ggml-{kind.replace(' ', '-')}", f"llama.cpp (ggml) {kind}", "ggml", dtype, options={"kind": kind}
        )
        for kind, dtype in (
            ("q8_0", "int8"),
            ("q8_0 repacked", "int8"),
            ("q4_0", "int4"),
            ("q4_0 repacked", "int4"),
        )
    ),
    Implementation("mojo", "Mojo program", "mojo_", packages=("mojo",), modules=("mojo",)),
    Implementation("max", "MAX graph", "max_", packages=("max",), modules=("max", "max.graph")),
    Implementation(
        "moegen-default", "moegen, analytic default", "moegen_", packages=("moegen",), options={"variant": "default"}
    ),
    Implementation("moegen", "moegen", "moegen_", packages=("moegen",)),
    Implementation(
        "torch-bf16",
        "PyTorch, experts batched",
        "torch_",
        "bf16",
        **_TORCH,
        options={"form": "sorted", "dtype": "bfloat16"},
    ),
    Implementation("moegen-bf16", "moegen", "moegen_", "bf16", ("moegen",), options={"dtype": "bf16"}),
    Implementation("moegen-f16", "moegen", "moegen_", "f16", ("moegen",), options={"dtype": "f16"}),
    Implementation("moegen-int8", "moegen", "moegen_", "int8", ("moegen",), options={"dtype": "int8"}),
    Implementation("moegen-int4", "moegen", "moegen_", "int4", ("moegen",), options={"dtype": "int4"}),
    Implementation("ladder", "C, step by step", "ladder"),
    Implementation("torch-cuda", "PyTorch grouped_mm on a GPU", "cuda_", "bf16", **_TORCH, options={"form": "grouped"}),
    Implementation(
        "torch-cuda-loop", "PyTorch, experts batched, on a GPU", "cuda_", "bf16", **_TORCH, options={"form": "loop"}
    ),
    Implementation("vllm", "vLLM Triton", "cuda_", "bf16", ("vllm",), ("vllm",), {"form": "vllm"}),
    Implementation("sonicmoe", "SonicMoE", "cuda_", "bf16", ("sonic-moe",), ("sonicmoe",), {"form": "sonicmoe"}),
    Implementation(
        "moegen-cuda",
        "moegen on a GPU",
        "moegen_",
        "bf16",
        ("torch", "moegen[cuda]"),
        ("torch", "cupy"),
        {"dtype": "bf16", "backend": "cuda"},
    ),
    Implementation("rocm", "ROCm", "", "bf16", why_not="not measurable here: needs an AMD GPU"),
    Implementation(
        "tensorrt",
        "TensorRT",
        "",
        "bf16",
        why_not="not measurable here: TensorRT has no MoE layer that can be called apart from its LLM engine",
    ),
)
_BLOCK = {"packages": ("torch", "transformers"), "modules": ("torch", "transformers")}
BLOCKS = (  # a model's own block, which bench/families.py writes as a checkpoint
    Implementation("transformers", "transformers", "transformers_", "bf16", **_BLOCK, options={"form": "eager"}),
    Implementation(
        "transformers-grouped",
        "transformers grouped_mm",
        "transformers_",
        "bf16",
        **_BLOCK,
        options={"form": "grouped_mm"},
    ),
    Implementation(
        "transformers-compile",
        "transformers, torch.compile",
        "transformers_",
        "bf16",
        **_BLOCK,
        options={"form": "eager", "compiled": True},
    ),
    Implementation(
        "transformers-grouped-compile",
        "transformers grouped_mm, torch.compile",
        "transformers_",
        "bf16",
        **_BLOCK,
        options={"form": "grouped_mm", "compiled": True},
    ),
    Implementation("moegen-module", "moegen", "transformers_", "bf16", **_BLOCK, options={"form": "moegen"}),
)
_BY_NAME = {entry.name: entry for entry in (*IMPLEMENTATIONS, *BLOCKS)}


def find(name: str) -> Implementation:
    """The implementation called `name`.

    Raises
    ------
    SpecError
        If there is none.
    """
    if name not in _BY_NAME:
        raise SpecError(f"unknown implementation {name!r}; known: {', '.join(_BY_NAME)}")
    return _BY_NAME[name]
