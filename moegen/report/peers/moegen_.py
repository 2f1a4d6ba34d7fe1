"""moegen itself, as a user calls it: the tuned artifact if there is one, else the default variant."""

from __future__ import annotations

import copy
import dataclasses
import warnings

import numpy as np

from moegen import backends, compile, runtime
from moegen.errors import SpecError, TargetError
from moegen.report.peers.base import Missing
from moegen.report.problem import weights_of
from moegen.runtime.pool import WorkspacePool

_about: dict[str, str] = {}


def versions() -> dict:
    """Which artifact served, and for which token counts it was tuned."""
    return dict(_about)


def memory(call, problem) -> dict:
    """Bytes of packed weights, and of workspace at this token count."""
    if not isinstance(call, runtime.Layer):
        return {}
    return {"packed_bytes": call.packed_bytes, "workspace_bytes": call._kernel.workspace_bytes(problem.num_tokens)}


def prepare(problem, gate, w1, w2, threads, variant="", dtype="f32", backend="cpu"):
    """`variant`: empty for what `moegen.load` gives; default for the analytic default of exactly this token count;
    fresh for `without_pool`."""
    spec = dataclasses.replace(problem.spec, dtype=dtype)
    if backend == "cuda":
        from moegen.report.peers import cuda_

        cuda_.need_gpu()
        _about.update(cuda_.versions())
    weights = weights_of(gate, w1, w2)
    try:
        if variant == "default":
            return _default(spec, weights, problem.num_tokens, threads, backend)
        layer = _load(spec, weights, threads, backend)
    except (SpecError, TargetError) as error:
        raise Missing(str(error)) from error
    _about.update(artifact=layer.artifact.name, tuned=",".join(map(str, sorted(layer.artifact.tuned))) or "default")
    return without_pool(layer) if variant == "fresh" else layer


def without_pool(layer: runtime.Layer) -> runtime.Layer:
    """The same layer, on the same kernel and weights, whose every call allocates its workspace."""
    fresh = copy.copy(layer)
    fresh.pool = FreshPool()
    return fresh


class FreshPool(WorkspacePool):
    """A layer's pool in which nothing waits: every `take` allocates. For one call at a time."""

    def give(self, workspace) -> None:
        super().give(workspace)
        self.clear()


def _load(spec, weights, threads, backend):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", runtime.UntunedWarning)  # the row says so itself
        return runtime.load(spec, weights, threads=threads, backend=backend)


def _default(spec, weights, num_tokens, threads, backend):
    rooms = backends.get(backend)
    target = rooms.target.detect(spec)
    layout = rooms.space.layouts(spec, target)[0]
    config = rooms.space.default(spec, target, layout, num_tokens, rooms.target.machine())
    built = compile.build(spec, target, layout, {num_tokens: config})
    kernel = rooms.kernel.Kernel(built.folder, built.library, spec, target, layout)
    packed = kernel.pack(weights)
    workspace = kernel.allocate(kernel.workspace_bytes(num_tokens))
    _about.update(artifact=spec.key, tuned="default")

    def call(x):
        y = kernel.empty(len(x))
        kernel.forward(x, packed, y, workspace, threads=threads)
        return y

    return call


def inputs(x):
    return np.array(x)
