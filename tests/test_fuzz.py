"""What reads bytes from outside gives a value or an error of moegen's own; bench/fuzz.py seeks by coverage."""

from __future__ import annotations

import importlib.util
import json
import pathlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_spec = importlib.util.spec_from_file_location("fuzz", pathlib.Path(__file__).parent.parent / "bench" / "fuzz.py")
fuzz = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


def tensor_file(header) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(16)


@given(data=st.data())
@settings(max_examples=60)
@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_seeds_with_some_bytes_changed(target, data):
    content = bytearray(data.draw(st.sampled_from(fuzz.SEEDS[target])))
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=4)):
        content[at] = byte
    fuzz.try_one(target, bytes(content)[: data.draw(st.integers(0, len(content)))])
    fuzz.try_one(target, data.draw(st.binary(max_size=60)))


@given(
    entry=st.dictionaries(
        st.sampled_from(["dtype", "shape", "data_offsets", "x"]),
        VALUES | st.sampled_from(["F32", "U8"]) | st.lists(st.sampled_from([0, 1, 2, 4, 2**70]), max_size=3),
    )
)
@settings(max_examples=80)
def test_any_header_of_tensors(entry):
    fuzz.try_one("tensors", tensor_file({"a": entry}))


@given(
    config=st.dictionaries(
        st.sampled_from(
            [
                "num_hidden_layers",
                "hidden_size",
                "hidden_act",
                "num_local_experts",
                "n_group",
                "moe_layers",
                "mlp_only_layers",
                "decoder_sparse_step",
                "n_shared_experts",
                "text_config",
            ]
        ),
        VALUES,
    ),
    family=st.sampled_from(["mixtral", "deepseek_v3", "qwen3_moe", "llama4_text", "gpt_oss"]) | VALUES,
)
@settings(max_examples=80)
def test_any_config(config, family):
    fuzz.try_one("config", json.dumps({**json.loads(fuzz.SEEDS["config"][0]), **config, "model_type": family}).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"model_type": ["a"]}',
        tensor_file([1]),
        b'{"model_type": "mixtral", "num_hidden_layers": 1000000000000}',
    ],
)
@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_what_fuzzing_found(target, content):
    fuzz.try_one(target, content)
    fuzz.try_one("tensors", len(content).to_bytes(8, "little") + content)
