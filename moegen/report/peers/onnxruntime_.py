"""ONNX Runtime's MoE operator (domain com.microsoft), the router as a MatMul before it."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

from moegen.report.peers.base import Missing


def _model(spec):
    hidden, inner, experts = spec.hidden_size, spec.intermediate_size, spec.num_experts
    nodes = [
        helper.make_node("MatMul", ["x", "gate"], ["logits"]),
        helper.make_node(
            "MoE",
            ["x", "logits", "w1", "", "w2"],
            ["y"],
            domain="com.microsoft",
            k=spec.top_k,
            activation_type="relu",
            normalize_routing_weights=1,
        ),
    ]
    shapes = {
        "x": ["T", hidden],
        "gate": [hidden, experts],
        "w1": [experts, inner, hidden],
        "w2": [experts, hidden, inner],
    }
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    made = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["T", hidden])]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(helper.make_graph(nodes, "moe", given, made), opset_imports=opsets, ir_version=9)


def inputs(x):
    return ort.OrtValue.ortvalue_from_numpy(x)


def result(y):
    return y.numpy()


def prepare(problem, gate, w1, w2, threads):
    """The operator wants w1 as (E,I,H) and w2 as (E,H,I)."""
    if problem.spec.activation != "relu":
        raise Missing("this adapter has relu only")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(
        _model(problem.spec).SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    fixed = {
        "gate": gate,
        "w1": np.ascontiguousarray(w1.transpose(0, 2, 1)),
        "w2": np.ascontiguousarray(w2.transpose(0, 2, 1)),
    }
    fixed = {name: ort.OrtValue.ortvalue_from_numpy(array) for name, array in fixed.items()}
    return lambda x: session.run_with_ort_values(["y"], {**fixed, "x": x})[0]
