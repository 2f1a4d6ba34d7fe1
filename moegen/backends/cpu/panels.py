"""Where a CPU kernel finds things: panels of packed weights, rows, and a record of each variant, for the templates."""

from __future__ import annotations

import dataclasses
import math

from moegen.backends import Target
from moegen.backends.cpu.space import (
    F32,
    GROUP,
    Config,
    Kind,
    Layout,
    isa,
    kind,
    multiplied_as_is,
    why_illegal,
)
from moegen.errors import SpecError


def names(spec, target: Target, layout: Layout, configs: dict[int, Config], prefix: str) -> dict:
    """What the templates are given: sizes, panels, offsets and a record for each variant.

    Raises
    ------
    SpecError
        If there is no config, one is illegal, or the target cannot multiply weights of the spec's type.
    """
    if not configs:
        raise SpecError("a library needs at least one token bucket")
    lanes = isa(target).lanes
    hidden, inner, experts = spec.hidden_size, spec.intermediate_size, spec.num_experts
    columns = experts + spec.shared_gate  # the shared expert's gate is one more column of the router's
    how = kind(spec, target)
    if how is None:
        raise SpecError(f"{target.name} has no way to multiply weights of type {spec.dtype}")
    gate = _panels(F32, hidden, columns, min(layout.nr, _up(columns, lanes)), lanes)
    # What the second GEMM reads as h in pairs, the first must have written in pairs.
    unit = max(lanes, how.kpack if lanes < how.kpack and not how.sums else 1)
    first = _panels(how, hidden, spec.w1_columns, layout.nr, unit * (2 if spec.gated else 1))
    second = _panels(how, inner, hidden, layout.nr, unit)
    expert = first["size"] + second["size"] + (first["columns"] + second["columns"] if spec.bias else 0)
    score_bias_at = gate["size"] + (_up(gate["columns"], 16) if spec.router_bias else 0)
    experts_at = score_bias_at + (_up(experts, 16) if spec.score_bias else 0)
    shared = spec.shared_experts
    buckets = sorted(configs)
    variants = []
    for index, bucket in enumerate(buckets):
        reason = why_illegal(spec, target, layout, configs[bucket])
        if reason:
            raise SpecError(f"illegal config for {bucket} tokens: {reason}")
        variant = _variant(spec, how, layout, configs[bucket], bucket, (gate, first, second), lanes)
        variant["by_element"] = isa(target).by_element
        if index + 1 < len(buckets):  # the border between two buckets is their geometric mean
            variant["until"] = math.isqrt(bucket * buckets[index + 1])
        variants.append(variant)
    widths = sorted({config.vl for config in configs.values()}, reverse=True)
    return {
        "spec": spec,
        "target": target,
        "layout": layout,
        "prefix": prefix,
        "H": hidden,
        "I": inner,
        "E": experts,
        "K": spec.top_k,
        "gate": gate,
        "first": first,
        "second": second,
        "score_bias_at": score_bias_at,
        "experts_at": experts_at,
        "packed_bytes": 4 * (experts_at + (experts + shared) * _up(expert, 16)),
        "shared": shared,
        "gates_too": spec.scale_input and spec.shared_gate,
        "expert_stride": _up(expert, 16),
        "kind": how,
        "kinds": sorted({"f32", how.name}),
        "a_type": how.a,
        "variants": variants,
        "vectors": [f"f32x{width}" for width in widths],
        "preludes": [isa(target).preludes[width] for width in widths],
        "fused": any(v["streams"] for v in variants),
    }


def _up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def _panels(how: Kind, depth: int, columns: int, nr: int, unit: int) -> dict:
    """Panels of `nr` columns, the last filled up to a multiple of `unit`. `size` is in floats, whole cache lines."""
    full, rest = divmod(columns, nr)
    last = _up(rest, unit) if rest else nr
    if rest and last == nr:
        full, rest = full + 1, 0
    padded = full * nr + (last if rest else 0)
    return {
        "kind": how,
        "depth": depth,
        "padded": _up(depth, how.depth_unit),
        "nr": nr,
        "panels": full + bool(rest),
        "full_panels": full,
        "last_columns": last,
        "columns": padded,
        "panel_bytes": how.column_bytes(depth) * nr,
        "size": _up(how.column_bytes(depth) * padded, 64) // 4,
    }


def _rows(how: Kind, depth: int) -> dict:
    """Where in a row of A, in elements of 4 bytes, what lies behind its numbers begins; and how far rows are apart.

    Rows are a whole number of lines and one more, so that neighbours do not share a cache set.
    """
    elements = _up(depth, how.depth_unit) // how.a_per_element
    scale_at = elements + (_up(depth, GROUP) // GROUP if how.sums == "group" else 0)
    return {
        "elements": elements,
        "sums_at": elements,
        "scale_at": scale_at,
        "lda": _up(scale_at + bool(how.sums), 16) + 16,
    }


def _variant(spec, how: Kind, layout: Layout, config: Config, bucket: int, panels, lanes: int) -> dict:
    gate, first, second = panels
    ldf, ldy = (_up(n, 16) + 16 for n in (_up(spec.intermediate_size, max(lanes, 2)), spec.hidden_size))
    rows_1, rows_2 = _rows(how, spec.hidden_size), _rows(how, _up(spec.intermediate_size, lanes))
    copies = not (config.gather and multiplied_as_is(spec, how))
    if not copies:
        rows_1["lda"] = spec.hidden_size
    common = {"gather": False, "gated": False, "bias": False, "scaled": False, "c_type": "float"}

    def cut(p):
        return config.kc if config.kc and p["depth"] > 2 * config.kc else 0

    def gemm(index, p, kc=0, **own):
        widths = ([p["nr"]] if p["full_panels"] else []) + ([p["last_columns"]] if p["last_columns"] != p["nr"] else [])
        block_panels, kind = max(1, config.nc // p["nr"]), p["kind"]
        elements = own["elements"]
        kc = min(kc // kind.a_per_element or elements, elements)
        return {
            **common,
            "index": index,
            **p,
            "kc_elements": kc,
            "partial": kc < elements,
            "unroll": GROUP // kind.kpack if kind.sums == "group" else config.unroll,
            "widths": [width // config.vl for width in widths],
            "stride": p["nr"],
            "block_panels": block_panels,
            "column_blocks": -(-p["panels"] // block_panels),
            **own,
        }

    narrow = how.a == "bf16"  # partial sums of h are floats, which its rows in bfloat16 have no room for
    gemms = [
        gemm(
            0,
            gate,
            **{**_rows(F32, spec.hidden_size), "lda": spec.hidden_size},
            ldc=gate["columns"],
            bias=spec.router_bias,
        ),
        gemm(
            1,
            first,
            0 if narrow or spec.gated else cut(first),
            **rows_1,
            ldc=ldf if how.sums else rows_2["lda"] * (2 if narrow else 1),
            c_type="uint16_t" if narrow else "float",
            gather=config.gather,
            gated=spec.gated,
            bias=spec.bias,
            scaled=spec.scale_input,
            stride=layout.nr // (2 if spec.gated else 1),
        ),
        gemm(
            2,
            second,
            cut(second),
            **{**rows_2, "elements": second["padded"] // how.a_per_element},
            ldc=ldy,
            bias=spec.bias,
            scaled=not spec.scale_input or spec.shared_gate,
        ),
    ]
    choices = dataclasses.asdict(config)
    return {
        **choices,
        "tag": f"t{bucket}",
        "bucket": bucket,
        "vec": f"f32x{config.vl}",
        "gemms": gemms,
        "ldx": rows_1["lda"],
        "ldh": rows_2["lda"],
        "ldf": ldf,
        "ldy": ldy,
        "whole": _up(spec.hidden_size, config.vl),
        "quantized": bool(how.sums),
        "copies": copies,
        "summary": ", ".join(f"{name} {int(value)}" for name, value in choices.items()),
    }
