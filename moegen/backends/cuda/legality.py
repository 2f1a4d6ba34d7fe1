"""Which tiles the GEMMs can have: those that the instructions take, and whose sums the registers hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moegen import quantization
from moegen.backends.cuda import sizes, space

if TYPE_CHECKING:
    from moegen.backends.cuda.space import Config
    from moegen.spec import MoeSpec


def why_tiles(spec: MoeSpec, config: Config) -> str | None:
    """Why the GEMMs cannot have these tiles; None where they can."""
    if (config.pingpong1 or config.pingpong2) and config.math != "wgmma":
        return "only the wgmma GEMM's warpgroups take turns"
    if config.math == "wgmma":
        return _why_wgmma(spec, config)
    if config.math == "mma":
        return _why_mma(config)
    legal = config.bm in (16, 32, 64, 128) and max(config.bn1, config.bn2) <= 128
    return None if legal else "fma tiles are at most 128 x 128"


def why_not_joined(spec: MoeSpec, config: Config) -> str | None:
    """Why one kernel cannot make both products of many rows; None where it can."""
    if config.math != "wgmma" or spec.dtype == "fp8":
        return "only 16-bit products of wgmma are made by one kernel"
    if config.swap or config.cluster > 1 or config.ctas > 1 or config.slices > 1:
        return "one kernel makes both products with rows on M, no clusters, and a multiprocessor to each block"
    if not config.gather:
        return "one kernel makes both products of rows that it gathers: permuting them takes longer than it gains"
    if config.pingpong1 or config.pingpong2:
        return "blocks of a kernel that makes both products draw the tiles of both: they take no turns"
    if (config.bn1, config.stages1) != (config.bn2, config.stages2):
        return "both products of one kernel share its stages, so bn1 is bn2 and stages1 is stages2"
    return None


def why_not_carry(spec: MoeSpec, config: Config) -> str | None:
    """Why idle warps of the first GEMM cannot bring it its rows; None where they can."""
    if config.math != "wgmma" or spec.dtype == "fp8":
        return "only the 16-bit wgmma GEMM has idle warps that carry rows as they are"
    if config.gather or config.slices > 1:
        return "rows that are gathered need nobody to carry them"
    if space.direct(config) or config.ctas > 1:
        return f"rows are carried for tiles of {space.DIRECT_ROWS} rows or more, and a multiprocessor to each block"
    if spec.scale_input or spec.hidden_size != sizes.padded_sizes(spec)[0]:
        whole = sizes.padded_to(spec)
        return f"rows are carried as they are: scaled by no weight, and of a multiple of {whole} elements"
    return None


def _why_wgmma(spec, config):
    if config.bn1 % 64 or config.bn2 % 64 or max(config.bn1, config.bn2) > 256:
        return "wgmma tiles have 64 to 256 weight columns"
    if config.bm % config.cluster:
        return f"{config.bm} rows cannot be shared evenly by {config.cluster} blocks"
    if config.swap:
        if space.block_rows(config) not in space.SWAPPED_ROWS:
            known = ", ".join(map(str, space.SWAPPED_ROWS))
            return f"swapped, a block's rows are wgmma's N: {known}; bm is twice that where a cluster shares weights"
        if reason := _why_swapped_columns(spec, config):
            return reason
    else:
        if space.block_rows(config) not in (64, 128):
            return "a block has one or two consumer warpgroups of 64 rows"
        if reason := why_not_columns(spec, config.bn1):
            return reason
    per_thread = space.wgmma_columns(config, max(config.bn1, config.bn2)) // 2
    if spec.dtype == "fp8":
        return _why_fp8(spec, config)
    if config.pingpong1 or config.pingpong2:
        reason = _why_pingpong(config)
        if reason:
            return reason
    if config.ctas * space.threads(spec, config) * (per_thread + 40) > 65536:
        return _too_many_sums(spec, config, per_thread)
    return None


def why_not_columns(spec: MoeSpec, bn1: int) -> str | None:
    """Why a wgmma tile of the first GEMM, rows on M, cannot have so many weight columns; None where it can."""
    if spec.gated and bn1 % 128:
        return "gated, a tile of 64 outputs takes 128 weight columns"
    block = quantization.hidden_block(spec)
    if spec.dtype == "fp8" and (bn1 // 2 if spec.gated else bn1) % block:
        return f"a row of h has a scale for each {block} columns, so a tile of the first GEMM must have whole ones"
    return None


def takes_steps_in_pairs(spec: MoeSpec) -> bool:
    """Whether two steps of the second GEMM share the scales of h, whose blocks are as wide as both."""
    return spec.dtype == "fp8" and quantization.hidden_block(spec) == 256


def _too_many_sums(spec, config, sums):
    threads = space.threads(spec, config)
    return f"{config.ctas} blocks of {threads} threads with {sums} sums each exceed the registers"


def _why_swapped_columns(spec, config):
    if 192 in (config.bn1, config.bn2):
        return "swapped, a tile has 64, 128 or 256 weight columns: one or two warpgroups', of as many each"
    if (config.bn1 == 64) != (config.bn2 == 64):
        return "swapped, 64 columns are one warpgroup's and more are two's, in both GEMMs: neither or both have 64"
    if spec.gated and not space.direct(config) and config.bn1 == 64:
        return "gated, a swapped tile of 64 outputs takes 128 weight columns"
    for first in (True, False):
        if not space.wide(config, first):
            continue
        if space.pingpong(config, first) or space.direct(config) or config.ctas > 1:
            return "swapped tiles of 256 columns are shared, of 64 rows or more, and alone on a multiprocessor"
        if space.block_rows(config) > space.MOST_SUMS:  # half of them for each block of 64 columns
            return f"swapped, 256 columns leave registers for the sums of {space.MOST_SUMS} rows of a block"
    return None


def _why_pingpong(config):
    if (config.swap and space.block_rows(config) < 128) or config.ctas > 1:
        return "ping-pong takes tiles of 128 rows or more, and a multiprocessor to each block"
    for first, bn in ((True, config.bn1), (False, config.bn2)):
        if not space.pingpong(config, first):
            continue
        if (bn if config.swap else space.block_rows(config)) != 128:
            return "each of ping-pong's two warpgroups takes tiles of 128 on wgmma's M"
        sums = space.wgmma_columns(config, bn)  # a thread: 2 blocks of 64 on M, N / 2 each
        if sums > space.MOST_SUMS:
            most = space.MOST_SUMS
            return f"ping-pong with {sums} sums a thread leaves no registers to store them with; at most {most}"
    return None


def _why_fp8(spec, config):
    if config.pingpong1 or config.pingpong2:
        return "e4m3's sums in float32 and in the tensor cores leave no registers for a second tile: no ping-pong"
    if config.swap:
        return "e4m3 tiles have rows on M: a scale of h belongs to a row and more columns than swapped tiles have"
    if takes_steps_in_pairs(spec) and config.stages2 % 2:
        return "two steps of the second GEMM share scales, and their stages lie side by side: an even stages2"
    widest = max(config.bn1, config.bn2)
    sums = widest // 2 + (widest // 2 if widest > 128 else widest) // 2  # in float32, and a part's in the tensor cores
    alone = space.threads(spec, config) == 384 and config.ctas == 1
    most = space.CONSUMER_REGISTERS if alone else 65536 // (space.threads(spec, config) * config.ctas)
    if sums + 40 > most:
        return _too_many_sums(spec, config, sums)
    return None


def _why_mma(config):
    warps_m = 2 if config.bm >= 64 else 1
    if config.bm % (16 * warps_m) or config.bm > 128 or config.bm < 16:
        return "mma tiles have 16 to 128 rows, 16 a warp"
    for bn in (config.bn1, config.bn2):
        if bn % (16 * 8 // warps_m):
            return f"8 warps of 16 columns each need bn to be a multiple of {16 * 8 // warps_m}"
        if config.bm * bn // 256 * config.ctas > 128:
            return f"a {config.bm} x {bn} tile holds {config.bm * bn // 256} sums a thread, over 128"
    return None
