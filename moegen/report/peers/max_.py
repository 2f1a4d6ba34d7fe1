"""Modular's MAX: the layer as a graph, compiled for the CPU, each expert's rows gathered, weights known to it."""

from __future__ import annotations

import numpy as np
from max.driver import CPU, Buffer
from max.dtype import DType
from max.engine import InferenceSession
from max.graph import DeviceRef, Graph, TensorType, Weight, ops

from moegen.report.peers.base import Missing

_DEVICE = DeviceRef.CPU()


def inputs(x):
    return Buffer.from_numpy(np.array(x))


def result(y):
    return y.to_numpy()


def _weight(name, array):
    return Weight(name, DType.float32, array.shape, _DEVICE)


def _layer(spec, arrays):
    """x (T,H) -> y (T,H). Rows leave the experts grouped by expert and return to their tokens by a gather."""
    with Graph("moe", input_types=[TensorType(DType.float32, ("T", spec.hidden_size), _DEVICE)]) as graph:
        x = graph.inputs[0].tensor
        held = {name: graph.add_weight(_weight(name, array)) for name, array in arrays.items()}
        share, chosen = ops.top_k(ops.softmax(x @ held["gate"]), spec.top_k)
        share = share / ops.sum(share, axis=-1)
        parts, places = [], []
        for e in range(spec.num_experts):
            hit = ops.nonzero(ops.equal(chosen, ops.constant(e, DType.int64, _DEVICE)), f"rows{e}")
            rows = hit[:, 0]
            h = ops.relu(ops.gather(x, rows, axis=0) @ held[f"w1_{e}"])
            parts.append(h @ held[f"w2_{e}"])
            places.append(rows * spec.top_k + hit[:, 1])
        back = ops.argsort(ops.rebind(ops.concat(places), ["pairs"]))
        each = ops.gather(ops.rebind(ops.concat(parts), ["pairs", spec.hidden_size]), back, axis=0)
        each = ops.rebind(each, [x.shape[0] * spec.top_k, spec.hidden_size])
        each = ops.reshape(each, [x.shape[0], spec.top_k, spec.hidden_size])
        graph.output(ops.squeeze(ops.sum(each * ops.unsqueeze(share, -1), axis=1), 1))
    return graph


def prepare(problem, gate, w1, w2, threads):
    """Its runtime takes as many threads as this process may use CPUs."""
    spec = problem.spec
    if spec.activation != "relu":
        raise Missing("this adapter has relu only")
    arrays = {"gate": gate, **{f"w1_{e}": w for e, w in enumerate(w1)}, **{f"w2_{e}": w for e, w in enumerate(w2)}}
    session = InferenceSession(devices=[CPU()])
    model = session.load(_layer(spec, arrays), weights_registry=arrays)
    return lambda x: model.execute(x)[0]
