"""Hypothesis strategies: small layers of every kind, odd configs, token counts around the edges of register tiles."""

from __future__ import annotations

import dataclasses

from hypothesis import assume
from hypothesis import strategies as st

from moegen.backends.cpu import space
from moegen.spec import ACTIVATIONS, MoeSpec

seeds = st.integers(0, 2**16)


def token_counts(largest: int = 40):
    """T from 0 up, small ones and those beside multiples of 8 more often."""
    edges = [t for t in (0, 1, 2, 7, 8, 9, 16, 17, 31, 33) if t <= largest]
    return st.one_of(st.sampled_from(edges), st.integers(0, largest))


def sizes(largest: int):
    """Widths that are multiples of nothing, and those around vector and panel widths."""
    edges = [n for n in (1, 3, 8, 15, 16, 17, 32, 48, 49, 64) if n <= largest]
    return st.one_of(st.sampled_from(edges), st.integers(1, largest))


@st.composite
def plain_specs(draw, largest=70, most_experts=9, activations=ACTIVATIONS, dtype="f32"):
    """Layers with a softmax router whose weights are renormalised, any activation in `activations`, bias or none."""
    experts = draw(st.integers(1, most_experts))
    return MoeSpec(
        draw(sizes(largest)),
        draw(sizes(largest)),
        experts,
        draw(st.integers(1, experts)),
        draw(st.sampled_from(activations)),
        draw(st.booleans()),
        dtype,
    )


@st.composite
def specs(draw, largest=70, most_experts=12, activations=ACTIVATIONS, dtype="f32"):
    """Layers of every kind: all routers, groups, shared experts, scalings, activations."""
    num_groups = draw(st.sampled_from([1, 1, 2, 3]))
    per_group = draw(st.integers(2 if num_groups > 1 else 1, max(2, most_experts // num_groups)))
    topk_groups = draw(st.integers(1, num_groups))
    scoring = draw(st.sampled_from(["softmax", "sigmoid"] + ["sparsemixer"] * (num_groups == 1)))
    sparse = scoring == "sparsemixer"
    shared = draw(st.sampled_from([0, 0, 1, 8, 19]))
    return MoeSpec(
        draw(sizes(largest)),
        draw(sizes(largest)),
        num_groups * per_group,
        draw(st.integers(1, topk_groups * per_group)),
        draw(st.sampled_from(activations)),
        draw(st.booleans()),
        dtype,
        scoring=scoring,
        renormalize=not sparse and draw(st.booleans()),
        router_bias=draw(st.booleans()),
        score_bias=not sparse and draw(st.booleans()),
        num_groups=num_groups,
        topk_groups=topk_groups,
        group_score=draw(st.sampled_from(["top2", "max"])),
        routed_scaling=draw(st.sampled_from([1.0, 2.5])),
        scale_input=draw(st.booleans()),
        shared_intermediate_size=shared,
        shared_gate=shared > 0 and draw(st.booleans()),
    )


@st.composite
def configs(draw, spec, target, layout, most_rows=32, depths=(0, 16, 17, 32), unrolls=(1, 2, 4, 8)):
    """A legal config, any choice of it as odd as legality lets it be; tiles of at most `most_rows` rows."""
    vl = draw(st.sampled_from(list(space.isa(target).widths)))
    assume(layout.nr % vl == 0 and space.tallest(target, layout, vl) >= 1)
    mr = draw(st.integers(1, min(most_rows, space.tallest(target, layout, vl))))
    mc = mr * draw(st.integers(1, 5))
    config = space.Config(
        mr=mr,
        vl=vl,
        kc=draw(st.sampled_from(depths)),
        mc=mc,
        nc=layout.nr * draw(st.integers(1, 3)),
        unroll=draw(st.sampled_from(unrolls)),
        prefetch=draw(st.sampled_from([0, 8])),
        prefetch_panel=draw(st.sampled_from([0, 1, 4])),
        gather=draw(st.booleans()),
        rows_outer=draw(st.booleans()),
        wave_rows=draw(st.sampled_from([0, mc, 3 * mc])),
        streams=draw(st.sampled_from([0, 1, 3])),
    )
    if not config.gather or config.wave_rows:
        config = dataclasses.replace(config, streams=0)
    assume(space.why_illegal(spec, target, layout, config) is None)
    return config
