"""The choices of the CUDA kernels: tiles, pipeline depth, which units multiply; and which of them are legal."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import ClassVar

from moegen import quantization
from moegen.backends import Target
from moegen.backends.cuda import call, fused, router, sizes
from moegen.errors import TargetError
from moegen.spec import MoeSpec

#: The files that say with this one which configs there are and what they take.
RULES = ("fused.py", "legality.py", "router.py", "sizes.py", "suggestions.py")
DTYPES = ("f32", "tf32", "bf16", "f16", "fp8")
MATHS = ("fma", "mma", "wgmma")
CONSUMER_REGISTERS = 232  # of a thread of two consumer warpgroups, which take them from the producer
MOST_SUMS = 192  # of such a thread, of two blocks of 64 on M, that leave it registers to store them with
DIRECT_ROWS = 64  # of a swapped tile, under which stores into global memory need no detour through shared memory
#: Rows that a block multiplies of a swapped tile: wgmma's N.
SWAPPED_ROWS = (8, 16, 24, 32, 48, 64, 96, 128, 160, 192, 256)
WIDTH_STEP = 16  # a swapped tile of DIRECT_ROWS or more is multiplied as the next multiple of so many
#: Buckets of an artifact that nobody tuned: variants differ more than on a CPU, and take seconds to compile.
DEFAULT_TOKENS = (1, 16, 128, 1024, 8192)
SCAN_TOKENS = 64  # up to which `scan` may choose the experts of all tokens
SCAN_THREADS, ROWS_THREADS, ROUTER_THREADS = 1024, 256, 256
BLOCK_BYTES = 1024  # of shared memory that CUDA takes for each block on a multiprocessor
STATIC_BYTES = 1024  # of a wgmma GEMM's barriers and queue, since its stages begin at a multiple of so many


@dataclasses.dataclass(frozen=True)
class Layout:
    """Packed weights lie as atoms of 64 columns by 128 swizzled bytes of the reduction: templates/cuda/moe.cu.j2."""

    atom_rows: int = sizes.ATOM_ROWS


@dataclasses.dataclass(frozen=True)
class Config:
    """What was chosen for one token bucket.

    Parameters
    ----------
    math : str
        What multiplies: `fma` (float32), `mma` (mma.sync) or `wgmma` (Hopper).
    bm : int
        Rows of a tile; each expert's rows are padded to it.
    bn1, bn2, stages1, stages2 : int
        Weight columns of a tile, and depth of the pipeline, of the first and of the second GEMM. With `swap`, 64
        columns are one warpgroup's and 128 or 256 those of two: wide tiles are for long reductions, whose stores take
        little of the time.
    group : int
        Row tiles of one expert, at most, that share a column tile while it is in the L2 cache.
    swap : bool
        Weights on M and rows on N of wgmma: for few rows an expert.
    splits : int
        Parts of the second GEMM's reduction, summed by `combine`; only with `swap`.
    ctas : int
        Blocks of a GEMM on a multiprocessor at a time.
    router_tokens : int
        Tokens a block of the router.
    cluster : int
        2 where pairs of blocks take neighbouring column tiles and bring each other half of the rows, with `swap` and up
        to 256 rows; else they take half of a tile's rows each and bring each other half of the weights. For 128 rows or
        more.
    gather : bool
        Whether the first GEMM collects rows of x itself: for narrow experts. Else rows are permuted first.
    router_splits : int
        Parts of H, each with a block of its own, into which the router's product is cut. Where over 1, `scan` adds the
        parts and chooses the experts of all tokens, in one block: for few. With `router_wide` those blocks are a
        cluster, and its first adds and chooses: for as many as leave multiprocessors idle.
    pingpong1, pingpong2 : bool
        Whether, in the first and in the second GEMM, each of two warpgroups takes every other tile whole and stores it
        while the other multiplies: for short reductions, or narrow tiles. Else they share each tile. Only with tiles of
        128 on M.
    router_wide : bool
        Whether the router is made for many tokens: a few threads, not a warp, choose the experts of each, and wgmma
        multiplies where x and the gate are bfloat16.
    slices : int
        Over 1, one kernel makes both products: I is cut into so many slices, each of a block of a cluster, which add up
        their sums. For layers so small that starting kernels takes the time; `bm` rows at a time.
    stream1, stream2 : bool
        Whether, in the first and in the second GEMM, weights stream through the L2 cache, which gives them up before
        rows and what other kernels have left there: for few row tiles an expert. Only with `swap`, without clusters.
    joined : bool
        Whether one kernel makes both products of many rows, a row tile's second one while the first ones of others go
        on: for short reductions, whose second GEMM waits for memory. With `gather`, without `swap`, and the same tiles
        for both.
    carry : bool
        Whether idle warps of the first GEMM bring rows of x to their experts' tiles while others multiply, in place of
        `permute` before it: for many rows and narrow experts. With `wgmma` of 16-bit types, without `gather`. Only x of
        that type is carried; another is converted as it is permuted.
    """

    math: str
    bm: int
    bn1: int
    bn2: int
    stages1: int
    stages2: int
    group: int = 8
    swap: bool = False
    splits: int = 1
    ctas: int = 1
    router_tokens: int = 64
    router_splits: int = 1
    gather: bool = False
    cluster: int = 1
    pingpong1: bool = False
    pingpong2: bool = False
    router_wide: bool = False
    slices: int = 1
    stream1: bool = False
    stream2: bool = False
    joined: bool = False
    carry: bool = False

    # What configs chose before, and artifacts of then still tell: their own kernels are built so.
    FORMER: ClassVar[frozenset[str]] = frozenset({"paced"})


def router_cluster(config: Config) -> int:
    """Blocks of the router that add up their parts of the logits as a cluster; 1 where none do."""
    return config.router_splits if config.router_wide else 1


def scan_chooses(config: Config) -> bool:
    """Whether `scan` adds up the parts of the logits and chooses the experts, of all tokens at once."""
    return config.router_splits > router_cluster(config)


def direct(config: Config) -> bool:
    """Whether the GEMMs write their few rows straight to global memory, those of the second one in float32."""
    return config.slices > 1 or (config.swap and config.bm < DIRECT_ROWS)


def keeps_tokens(config: Config) -> bool:
    """Whether the first GEMM reads x itself, by the tokens of its rows: it gathers or carries them."""
    return config.gather or config.carry


def gemm_blocks(config: Config, multiprocessors: int, tiles: int) -> int:
    """Blocks of a GEMM of so many tiles: whole clusters."""
    blocks = tiles if shares_rows(config) else tiles * config.cluster
    return sizes.padded(min(multiprocessors // config.cluster * config.cluster * config.ctas, blocks), config.cluster)


def permute_blocks(spec: MoeSpec, config: Config, multiprocessors: int, num_tokens: int, gathers_x: bool) -> int:
    """Blocks of `permute`: a warp copies a token; or a thread tells 4 choices their rows, and nothing is copied."""
    threads = num_tokens * 32
    if keeps_tokens(config) and gathers_x:
        threads = -(-num_tokens * (spec.top_k + spec.shared_experts) // 4)
    return min(-(-threads // ROWS_THREADS), multiprocessors * 32)


def layouts(spec: MoeSpec, target: Target) -> tuple[Layout, ...]:
    return (Layout(),)


def threads(spec: MoeSpec, config: Config) -> int:
    """Threads of a block of either GEMM; those of `wgmma` are 64-row consumers and one producer warpgroup."""
    if config.slices > 1:
        return fused.threads(spec, config)
    if config.math != "wgmma":
        return 256
    on_m = max(config.bn1, config.bn2) if config.swap else block_rows(config)
    return (min(2, on_m // 64) + 1) * 128


def shares_rows(config: Config) -> bool:
    """Whether the blocks of a cluster share a tile's rows, for column tiles of their own; else they share weights.

    No block multiplies more than SWAPPED_ROWS, so those of larger swapped tiles are for two.
    """
    return config.cluster > 1 and config.swap and config.bm <= SWAPPED_ROWS[-1]


def block_rows(config: Config) -> int:
    """Rows of a tile that one block has: half of them where the blocks of a cluster share the weights."""
    return config.bm if shares_rows(config) else config.bm // config.cluster


def wgmma_columns(config: Config, bn: int) -> int:
    """The N of a product of wgmma whose tiles have `bn` weight columns: those, or swapped the rows of a block."""
    return block_rows(config) if config.swap else bn


def gemm_shared_bytes(spec: MoeSpec, config: Config, first: bool) -> int:
    """Dynamic shared memory of a GEMM's block."""
    if config.slices > 1:
        return fused.shared_bytes(spec, config)
    if config.joined:
        both = (_staged_bytes(spec, config, of) // store_parts(spec, config, of) for of in (True, False))
        return _stages_bytes(spec, config, first) + max(both)
    stages = config.stages1 if first else config.stages2
    if config.math != "wgmma":
        return stages * (config.bm + (config.bn1 if first else config.bn2)) * sizes.ROW_BYTES
    return _stages_bytes(spec, config, first) + (
        0 if direct(config) else _staged_bytes(spec, config, first) // store_parts(spec, config, first)
    )


def pingpong(config: Config, first: bool) -> bool:
    return config.pingpong1 if first else config.pingpong2


def wide(config: Config, first: bool) -> bool:
    """Whether both consumer warpgroups share swapped tiles, but each has two blocks of 64 columns, as in ping-pong."""
    return config.swap and (config.bn1 if first else config.bn2) == 256


def _outputs(spec, config, first):
    """Columns of output of a tile."""
    return (config.bn1 // 2 if spec.gated else config.bn1) if first else config.bn2


def store_parts(spec: MoeSpec, config: Config, first: bool) -> int:
    """Parts in which a warpgroup's outputs of a tile pass through shared memory, to leave room for stages.

    Ping-pong hides what waiting for a part costs; its parts, and those of wide tiles, are the fewest that fit.
    """
    if config.math != "wgmma" or direct(config):
        return 1
    outputs = _outputs(spec, config, first)
    rows = block_rows(config)
    step = 32 if first and spec.gated else 16  # rows that one stmatrix of a swapped tile takes
    if not pingpong(config, first) and not wide(config, first):
        if not config.swap:
            return 2 if outputs == 256 else 1
        whole = 128 * 128 if config.ctas == 1 else 64 * 64
        return 2 if rows * outputs > whole and rows % (2 * step) == 0 else 1
    divided, by = (rows, step) if config.swap else (outputs, sizes.ATOM_ROWS)
    parts = [n for n in (1, 2, 3, 4, 5, 10) if divided % (n * by) == 0]
    room = sizes.SHARED_BYTES[9, 0] - _stages_bytes(spec, config, first)
    return next((n for n in parts if _staged_bytes(spec, config, first) // n <= room), parts[-1])


def output_piece(spec: MoeSpec, config: Config) -> int:
    """Atoms of a row of the second GEMM's outputs that lie beside each other: as many as a warpgroup stores at a time.

    `combine` reads rows wherever they lie, and memory gives longer pieces of them faster.
    """
    if config.math != "wgmma" or direct(config):
        return 1
    stored = 2 if config.pingpong2 or wide(config, False) else 1
    if not config.swap:
        stored = config.bn2 // sizes.ATOM_ROWS // store_parts(spec, config, False)
    return math.gcd(sizes.columns(spec)[1] // sizes.ATOM_ROWS, stored)


def _stages_bytes(spec, config, first):
    """Bytes of the stages of a GEMM's block, and those that rounding their address takes; or scales of e4m3's columns.

    Each consumer warpgroup has the scales of a tile's columns to itself.
    """
    bn, stages = (config.bn1, config.stages1) if first else (config.bn2, config.stages2)
    beside = block_rows(config) // 64 * bn * 4 if spec.dtype == "fp8" else 1024
    return beside + stages * (sizes.padded(block_rows(config) * sizes.ROW_BYTES, 1024) + bn * sizes.ROW_BYTES)


def _staged_bytes(spec, config, first):
    """Bytes of the outputs that a block's consumers store at a time: one tile, of which each has 64 rows or columns.

    Swapped, ping-pong's consumers store a tile each.
    """
    tiles = 2 if config.swap and pingpong(config, first) else 1
    return tiles * block_rows(config) * _outputs(spec, config, first) * 2


def router_shared_bytes(spec: MoeSpec, config: Config, x_bytes: int, gate_parts: int) -> int:
    """Dynamic shared memory of a router's block: chosen experts, counts, logits, stages of x and gate (`RouterTile`).

    Elements of x have `x_bytes`, those of the gate `gate_parts` bfloat16 parts.
    """
    tokens, experts = config.router_tokens, sizes.router_columns(spec)
    kept_bytes = sizes.padded(4 * (tokens * spec.top_k + spec.num_experts), 16)
    if (x_bytes, gate_parts) == (2, 1) and (by_wgmma := router.product(spec, config, experts)):
        return kept_bytes + max(by_wgmma.shared_bytes, tokens * (experts + 4) * 4)
    groups, kept = min(16, experts // 8), 1 if gate_parts == 1 else 3
    others = max(1, 8 // max(1, tokens // 16))
    expert_warps = max(n for n in (1, 2, 4, 8) if n == 1 or (groups >= 2 * n and others >= n))
    blocks = max(others // expert_warps, 2 if x_bytes == 2 and kept == 1 else 1)
    stage = tokens * blocks * 32 * x_bytes + blocks * kept * groups * 512
    logits = tokens * (experts + 4) * 4
    most = min(6, -(-sizes.padded_sizes(spec)[0] // (32 * blocks)) + 1)
    fit = (65536 if experts > 128 else 98304) // stage
    stages = stage * max(2, min(most, fit)) if sizes.element_bytes(spec) == 2 else 0
    both = logits + stages if experts > 128 else max(logits, stages)
    return kept_bytes + both


def most_router_shared_bytes(spec: MoeSpec, config: Config) -> int:
    """The same for the x and the gate that take the most."""
    return max(router_shared_bytes(spec, config, x, gate) for x in (sizes.element_bytes(spec), 4) for gate in (1, 3))


def scan_shared_bytes(spec: MoeSpec, config: Config, num_tokens: int) -> int:
    """Dynamic shared memory of `scan`; where it chooses, also the logits, choices and ranks of all tokens."""
    logits = 4 * num_tokens * (sizes.router_columns(spec) + 2 * spec.top_k) if scan_chooses(config) else 0
    return 8 * sizes.padded(spec.num_experts + spec.shared_experts, 8) + logits


def most_tokens(spec: MoeSpec, target: Target, config: Config) -> int | None:
    """The most tokens that a call with `config` takes at once; None where any number."""
    if config.slices > 1:
        return fused.most_tokens(spec, config)
    if not scan_chooses(config):
        return None
    counts = scan_shared_bytes(spec, config, 0)
    return (sizes.shared_limit(target) - counts) // (4 * (sizes.router_columns(spec) + 2 * spec.top_k))


def why_illegal(spec: MoeSpec, target: Target, layout: Layout, config: Config) -> str | None:
    """Why `config` cannot be built or run for `spec` on `target`; None where it can. Spills are found by the build."""
    from moegen.backends.cuda import legality  # made of what stands here

    if spec.dtype not in DTYPES:
        return f"dtype {spec.dtype} has no CUDA kernel; known: {', '.join(DTYPES)}"
    if spec.dtype == "fp8" and not sizes.maths(spec, target):
        return f"e4m3 is multiplied by wgmma, which {target.name} does not have; sm_90a does"
    if spec.dtype == "fp8" and spec.features & {"shared", "scale_input"}:
        return "no fp8 kernel has a shared expert, or rows of x scaled by a weight; bf16's have both"
    if config.math not in sizes.maths(spec, target):
        return f"{config.math} cannot multiply {spec.dtype} on {target.name}"
    counts = config.splits, config.ctas, config.router_tokens, config.router_splits
    if min(*dataclasses.astuple(config)[1:7], *counts) < 1:
        return "every size must be at least 1"
    if min(config.stages1, config.stages2) < 2:
        return "a pipeline has at least 2 stages: one that is multiplied, one that is on its way"
    if layout.atom_rows != sizes.ATOM_ROWS or config.bn1 % 64 or config.bn2 % 64:
        return "weights are read in atoms of 64 columns, so bn1 and bn2 must be multiples of 64"
    if config.swap and config.math != "wgmma":
        return "only wgmma, whose M is 64, gains from swapping weights and rows"
    few_rows = config.swap and config.bm < 128
    if config.cluster != 1 and (config.cluster != 2 or config.math != "wgmma" or few_rows):
        return "a cluster is of 2 blocks with wgmma tiles of 128 rows or more"
    if config.gather and shares_rows(config):
        return "rows that are gathered cannot be brought to both blocks of a cluster"
    if config.gather and config.math != "wgmma":
        return "rows are gathered only by the wgmma GEMM"
    if config.gather and spec.scale_input:
        return "a weight scales its expert's row while the row is copied, which a GEMM that gathers leaves out"
    if config.carry and (reason := legality.why_not_carry(spec, config)):
        return reason
    streams = config.stream1 or config.stream2
    if streams and (not config.swap or config.cluster != 1 or config.slices > 1):
        return "weights stream through the L2 cache only where few tiles read them: swapped, and in no cluster"
    if config.joined and (reason := legality.why_not_joined(spec, config)):
        return reason
    if config.splits > 1 and not direct(config):
        return f"parts of a reduction are summed from float32 rows: of swapped tiles of under {DIRECT_ROWS} rows"
    if config.splits > sizes.padded_sizes(spec)[1] * sizes.operand_bytes(spec) // sizes.ROW_BYTES:
        return "the second GEMM's reduction has fewer steps than splits"
    reason = fused.why_not(spec, target, config) if config.slices != 1 else legality.why_tiles(spec, config)
    if reason:
        return reason
    if config.router_tokens not in ((16, 32, 64, 128) if sizes.element_bytes(spec) == 2 else (4, 8, 16, 32, 64)):
        return "the router's 8 warps take 16, 32, 64 or 128 tokens (16-bit types), or 4 to 64 (32-bit types)"
    if router_cluster(config) > 1 and (config.math != "wgmma" or config.router_splits not in (2, 4, 8)):
        return "a router made for many tokens is split only beside wgmma, among a cluster of 2, 4 or 8 blocks"
    if scan_chooses(config) and (most_tokens(spec, target, config) < 16 or config.router_splits > 32):
        return "a split router keeps the logits of at least 16 tokens in shared memory, and has at most 32 parts"
    gemms = (("the first GEMM", True), ("the second GEMM", False))
    for what, size in (
        *((what, gemm_shared_bytes(spec, config, first)) for what, first in gemms[: 1 if config.slices > 1 else 2]),
        ("the router", most_router_shared_bytes(spec, config)),
    ):
        blocks, static = (config.ctas, STATIC_BYTES * (config.math == "wgmma")) if "GEMM" in what else (1, 0)
        if blocks * (size + static + BLOCK_BYTES) > sizes.shared_limit(target) + BLOCK_BYTES:
            return f"{what} needs {size} bytes of shared memory a block; {target.name} has {sizes.shared_limit(target)}"
    return None


def default(spec: MoeSpec, target: Target, layout: Layout, num_tokens: int, machine: dict | None = None) -> Config:
    """The config that needs no search, from rows an expert alone.

    Few rows are bound by reading weights: a tile as narrow as the rows, many bytes in flight. Many are bound by
    arithmetic: the largest tile.

    Raises
    ------
    TargetError
        If the spec has no kernel on this target.
    """
    config = None
    from moegen.backends.cuda import defaults  # made of what stands here

    for config in defaults.preferred(spec, target, num_tokens, (machine or {}).get("multiprocessors", 132)):
        if why_illegal(spec, target, layout, config) is None:
            return config
    raise TargetError(f"{spec.key} cannot run on {target.name}: {why_illegal(spec, target, layout, config)}")


def suggest(trial, spec: MoeSpec, target: Target, layout: Layout, num_tokens: int) -> Config:
    """Ask an Optuna trial for each choice. The result may be illegal: see `why_illegal`."""
    from moegen.backends.cuda import suggestions  # made of what stands here

    return suggestions.suggest(trial, spec, target, num_tokens)


def template(spec: MoeSpec, target: Target) -> dict[str, str]:
    """The templates of a library's files."""
    return {"moe.cu": "cuda/moe.cu.j2", "variants.json": "cuda/variants.json.j2"}


def names(spec: MoeSpec, target: Target, layout: Layout, configs: dict[int, Config], prefix: str) -> dict:
    """What the templates are given. Buckets with equal configs share a variant.

    `variants.json` tells the kernel room which variant serves which bucket, and how it is launched.
    """
    unique = list(dict.fromkeys(configs[bucket] for bucket in sorted(configs)))
    variants = [
        {
            "index": i,
            "config": config,
            "threads": threads(spec, config),
            "fused_consumers": fused.consumers(spec, config) if config.slices > 1 else 0,
            "piece": output_piece(spec, config),
            "shares_rows": shares_rows(config),
            "router_cluster": router_cluster(config),
            "scan_chooses": scan_chooses(config),
            "parts": {gemm: store_parts(spec, config, gemm == "first") for gemm in ("first", "second")},
            "buckets": [b for b in sorted(configs) if configs[b] == config],
        }
        for i, config in enumerate(unique)
    ]
    first_columns, _ = sizes.columns(spec)
    wgmma = [c for c in unique if c.math == "wgmma"]
    by_wgmma = any(router.product(spec, c, sizes.router_columns(spec)) for c in unique)
    description = {
        "prefix": prefix,
        "call": call.format_of(spec.dtype),
        "arch": arch(target),
        "buckets": {str(b): unique.index(configs[b]) for b in sorted(configs)},
        "variants": [dataclasses.asdict(c) for c in unique],
    }
    return {
        "spec": spec,
        "key": spec.key,
        "target": target.name,
        "prefix": prefix,
        "dtype": "bf16" if spec.dtype == "fp8" else spec.dtype,
        "fp8": spec.dtype == "fp8",
        "hidden_block": quantization.hidden_block(spec),
        "late_relu": spec.dtype == "fp8" and spec.activation == "relu" and not spec.bias,
        "operand": "e4m3" if spec.dtype == "fp8" else spec.dtype,
        "activation": spec.activation,
        "hidden": spec.hidden_size,
        "experts": spec.num_experts,
        "top_k": spec.top_k,
        "shared": spec.shared_experts,
        "hidden_padded": sizes.padded_sizes(spec)[0],
        "intermediate_padded": sizes.padded_sizes(spec)[1],
        "padded_to": sizes.padded_to(spec),
        "first_columns": first_columns,
        "element_bytes": sizes.element_bytes(spec),
        "operand_bytes": sizes.operand_bytes(spec),
        "atom_k": sizes.ROW_BYTES // sizes.operand_bytes(spec),
        "types": sizes.types(spec),
        "gated": spec.gated,
        "bias": spec.bias,
        "variants": variants,
        "gemms": sorted({c.math for c in unique}),
        "router_wgmma": by_wgmma,
        "router_hopper": by_wgmma or any(router_cluster(c) > 1 for c in unique),
        "wgmma_columns": sorted({n for c in wgmma for n in _widths(spec, c)}),
        "fused": any(c.slices > 1 for c in unique),
        "joined": any(c.joined for c in unique),
        "fused_writes_y": fused.writes_y(spec),
        "width_step": WIDTH_STEP,
        "direct_rows": DIRECT_ROWS,
        "description": json.dumps(description, indent=1),
    }


def _widths(spec, config):
    """Every N of wgmma that a config's GEMMs and its router use; tiles of fp8 wider than 128 go in two."""
    by_wgmma = router.product(spec, config, sizes.router_columns(spec))
    widths = {by_wgmma.columns} if by_wgmma else set()
    if config.slices > 1:
        return widths | {config.bm}
    if not config.swap:
        wide = {config.bn1, config.bn2}
        return widths | ({bn if bn <= 128 else bn // 2 for bn in wide} if spec.dtype == "fp8" else wide)
    return widths | ({config.bm} if direct(config) else set(range(WIDTH_STEP, block_rows(config) + 1, WIDTH_STEP)))


def arch(target: Target) -> str:
    """The architecture that the compiler is asked for: `sm_90a`."""
    major, minor, specific = sizes.capability(target)
    return f"sm_{major}{minor}{'a' if specific else ''}"
