"""The configs that need no search: by the rows of an expert, from the favourite to what is legal almost everywhere."""

from __future__ import annotations

import dataclasses

from moegen import quantization
from moegen.backends.cuda import fused, router, sizes, space

_SHORT = 10240  # of both reductions together, up to which what ping-pong hides is worth its narrower tiles
_FEW = 2048  # tokens up to which a router's blocks take fewest, and one kernel for both products may gain
_PAIRED = 224  # rows of an expert from which they often take more than one tile of 256
_MANY = 768  # rows of an expert from which most of their tiles are full, of whatever size
_MANY_UNITS = 32  # of tiles of 256 columns, for each cluster, from which the wait for the last ones is short
_CARRIED = 2048  # columns of the first GEMM up to which `permute` takes so long that it is worth disturbing the GEMM
_CLUSTERED = 2048  # rows of an expert up to which tiles of 256 of e4m3 would too often be left half empty
_NARROW = 256  # width of h up to which the second GEMM waits for memory, and its rows stay in 4 stages
_CACHE_BYTES = 48 << 20  # of weights that stay in the L2 cache


def preferred(spec, target, num_tokens, multiprocessors):
    """Configs from the favourite to the one that is legal almost everywhere."""
    parts = sizes.padded(spec.hidden_size) // (256 if sizes.element_bytes(spec) == 2 else 128)  # of H, at most
    for config in _unsplit(spec, target, num_tokens, multiprocessors):
        if num_tokens <= space.SCAN_TOKENS:
            yield dataclasses.replace(config, router_splits=max(1, min(16, parts)))
        elif config.math == "wgmma" and config.slices == 1:
            config = dataclasses.replace(config, router_wide=True)
            yield _clustered_router(spec, config, num_tokens, parts, multiprocessors)
        yield config


def _clustered_router(spec, config, num_tokens, parts, multiprocessors):
    """The router split among clusters of blocks, where it would leave multiprocessors idle; with more tokens a block.

    Each block reads the gate, so few of many tokens read less. But wgmma's registers may not hold as many.
    """
    more = dataclasses.replace(config, router_tokens=max(config.router_tokens, 32 if num_tokens <= _FEW else 64))
    columns = sizes.router_columns(spec)
    if router.product(spec, config, columns) and not router.product(spec, more, columns):
        more = config
    blocks = -(-num_tokens // more.router_tokens)
    splits = max(n for n in (1, 2, 4) if n == 1 or (n <= parts and blocks * n <= multiprocessors))
    return dataclasses.replace(more, router_splits=splits) if splits > 1 else config


def _unsplit(spec, target, num_tokens, multiprocessors):
    """With routers of one part: of the tokens that suit so many, then of fewer, which take less shared memory."""
    most = 64 if sizes.element_bytes(spec) == 4 else 128
    largest = 16 if num_tokens <= _FEW else 32 if num_tokens <= 4096 else 64 if num_tokens < 24576 else most
    least = 4 if sizes.element_bytes(spec) == 4 else 16
    for router_tokens in [r for r in (128, 64, 32, 16, 8, 4) if least <= r <= largest]:
        for config in _tiles(spec, target, num_tokens, multiprocessors):
            tokens = min(router_tokens, 32) if config.math == "fma" else router_tokens
            yield dataclasses.replace(config, router_tokens=tokens)


def _tiles(spec, target, num_tokens, multiprocessors):
    choices, experts = spec.top_k + spec.shared_experts, spec.num_experts + spec.shared_experts
    rows, math = max(1, num_tokens * choices // experts), next(iter(sizes.maths(spec, target)), "wgmma")
    if math == "wgmma" and spec.dtype == "fp8":
        yield from _e4m3(spec, num_tokens, rows, multiprocessors)
    elif math == "wgmma":
        yield from _small(spec, num_tokens, rows, multiprocessors)
        if rows <= 64:
            yield from _narrow(spec, num_tokens, rows)
        yield from _wide(spec, num_tokens, rows, multiprocessors)
    elif math == "mma":
        bm = next(b for b in (16, 32, 64, 128) if b >= min(rows, 128))
        for stages in (4, 3):
            yield space.Config("mma", bm, 128, 128, stages, stages)
    else:
        bm = next(b for b in (16, 32, 64, 128) if b >= min(rows, 128))
        bn = 128 if min(sizes.columns(spec)) >= 128 else 64
        yield space.Config("fma", bm, bn, bn, 3, 3)


def _small(spec, num_tokens, rows, multiprocessors):
    """Weights that all multiprocessors hold together: one kernel for both products, where a pass takes all rows."""
    if not fused.holds_weights(spec) or num_tokens > _FEW:
        return
    first, second = sizes.columns(spec)
    step = 32 if spec.gated else 16
    for slices in (4, 2):
        clusters = multiprocessors * 7 // 8 // slices  # each lies in one group of multiprocessors: some are left over
        least = rows * 17 // 16 / max(1, clusters // spec.num_experts)
        for bm in range(32, 129, step):
            for stages in (4, 3) if bm >= least else ():
                yield space.Config(
                    "wgmma",
                    bm,
                    first // slices,
                    second,
                    stages,
                    stages,
                    swap=True,
                    gather=True,
                    router_wide=True,
                    slices=slices,
                )


def _narrow(spec, num_tokens, rows):
    """Few rows an expert: weights on M, the narrowest N that most experts' rows fit in, about 200 KB in flight.

    Unless all weights of the layer stay in the L2 cache, those of the second GEMM stream through it, so that the rows
    that it writes stay there for `combine`. Those of the first do where a call reads so little that writing back what
    the cache held would take as long.
    """
    bm = next((b for b in (8, 16, 24, 32, 64) if b >= rows * 5 // 4), None)
    bn = 64 if num_tokens <= 2 else 128
    experts, expert_bytes = spec.num_experts + spec.shared_experts, sizes.expert_bytes(spec)
    read_bytes = min(num_tokens * spec.top_k + spec.shared_experts, experts) * expert_bytes
    streams = experts * expert_bytes > _CACHE_BYTES
    little = streams and read_bytes <= 2 * _CACHE_BYTES
    for stages in (10, 8, 6, 5, 4)[not little :]:
        if bm and 2 * stages * (bm + bn) * sizes.ROW_BYTES <= 200 << 10:
            yield space.Config(
                "wgmma",
                bm,
                bn,
                bn,
                stages,
                stages,
                4,
                True,
                1,
                2,
                gather=not spec.scale_input,
                stream1=little,
                stream2=streams,
            )


def _wide(spec, num_tokens, rows, multiprocessors):
    """Many rows: the largest tiles that still give every multiprocessor one.

    Where there are enough of the largest, swapped ones of 256 rows in clusters, which cost what their rows in use cost;
    where rows are many, of 192: by turns if reductions are short, else of 256 columns. Rows that fill few tiles of 256
    are shared by pairs of blocks, in equal parts and by turns: their weights come from the L2 cache once for both, and
    narrow tiles leave room for six stages. Where rows are many and the first GEMM is narrow, it carries them itself.
    But rows on M where these are too few, or where the first GEMM is so narrow that both GEMMs as one kernel, which
    gathers, beat permuting.
    """
    first, second = sizes.columns(spec)
    choices = spec.top_k + spec.shared_experts
    group = 4 if rows < 512 else 8
    gather = rows >= 1024 and first <= 2048 and not spec.scale_input
    joined = gather and first <= _NARROW * (2 if spec.gated else 1)
    row_tiles = max(num_tokens * choices // 256, spec.num_experts + spec.shared_experts)  # about
    if not joined and row_tiles * (second // 128) >= multiprocessors:
        turns = space.Config("wgmma", 320, 128, 128, 6, 6, group, True, cluster=2, pingpong1=True, pingpong2=True)
        if _PAIRED <= rows < _MANY:
            yield turns
        if rows >= _MANY and spec.hidden_size + spec.intermediate_size <= _SHORT:
            whole = dataclasses.replace(turns, bm=192, stages1=5, stages2=5)
            if first <= _CARRIED:
                yield dataclasses.replace(whole, carry=True)
            yield whole
        wide = space.Config("wgmma", 192, 256, 256, 3, 3, group, True, cluster=2)
        units = num_tokens * choices // wide.bm * (second // (wide.cluster * wide.bn2))
        if rows >= _MANY and units >= _MANY_UNITS * (multiprocessors // wide.cluster):
            yield wide
        yield space.Config("wgmma", 256, 128, 128, 4, 4, group, True, cluster=2)
    tiles = -(-num_tokens * choices // 128)
    bn1, bn2 = (
        _widest(
            tiles,
            columns,
            [bn for bn in (256, 128, 64) if least <= bn <= max(sizes.padded(columns, 128), least)],
            multiprocessors,
        )
        for columns, least in ((first, 128), (second, 64))
    )
    # Blocks side by side gather the same rows, for their column tiles.
    whole = space.Config("wgmma", 128, bn1, bn2, 4, 4, 1 if gather else 2 * group, gather=gather)
    if joined:
        yield dataclasses.replace(whole, group=2 * group, joined=True)
    yield whole
    yield space.Config("wgmma", 128, 128, 64, 4, 4)


def _widest(tiles, columns, widths, multiprocessors):
    """The widest column tile of which `tiles` row tiles still give every multiprocessor one; else the narrowest."""
    return next((bn for bn in widths if tiles * -(-columns // bn) >= 0.9 * multiprocessors), widths[-1])


def _e4m3(spec, num_tokens, rows, multiprocessors):
    """fp8: rows on M, and the widest tiles that give every multiprocessor one; whole blocks of h that share a scale.

    Where rows are many, pairs of blocks bring each other half of the weights: tiles of e4m3 are multiplied twice as
    fast as those of bfloat16, so twice as many bytes would come from the L2 cache in the same time.
    """
    least, bm = (256 if spec.gated else quantization.hidden_block(spec)), 64 if rows <= 64 else 128
    tiles = -(-num_tokens * spec.top_k // bm)
    first, second = sizes.columns(spec)
    bn1 = _widest(tiles, first, [bn for bn in (256, 128) if bn >= least], multiprocessors)
    bn2 = _widest(tiles, second, (256, 128, 64), multiprocessors)
    group = 4 if rows < 512 else 8 if spec.hidden_size < 4096 else 16
    if rows >= _CLUSTERED:
        yield space.Config("wgmma", 256, bn1, bn2, 4, 4, group, cluster=2)
    yield space.Config("wgmma", bm, bn1, bn2, 4, 4, group)
    yield space.Config("wgmma", 128, least, 64, 4, 4)
