"""Few tokens: rows that the blocks of a GEMM find by themselves, for which calls, and the shared memory it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moegen.backends.cuda import space

if TYPE_CHECKING:
    from moegen.backends import Target
    from moegen.backends.cuda.space import Config
    from moegen.spec import MoeSpec

_STATIC_BYTES, _LOST_BYTES = 1024, 1024  # of a GEMM's barriers, at most; and what a block costs beside its own


def shared_bytes(spec: MoeSpec, config: Config, num_tokens: int) -> int:
    """What a GEMM's block takes for that beside its stages: templates/cuda/rows_of_block.cuh.j2."""
    choices, shared = num_tokens * spec.top_k, num_tokens * spec.shared_experts
    tiles = (choices + shared + (min(spec.num_experts, choices) + spec.shared_experts) * (config.bm - 1)) // config.bm
    experts, blocks = space.padded(spec.num_experts + spec.shared_experts, 8), -(-num_tokens // config.router_tokens)
    lists = 2 * (choices + shared + spec.num_experts * blocks)
    return 16 * (tiles + 1) + 12 * experts + 16 + space.padded(lists, 16)


def most_shared_bytes(spec: MoeSpec, target: Target, config: Config, first: bool) -> int:
    """The most that any call with `config` takes for a GEMM's block in all."""
    size = space.gemm_shared_bytes(spec, config, first)
    return max(size, space.shared_limit(target) - _STATIC_BYTES) if config.rows_by_gemm else size


def found_by_gemm(spec: MoeSpec, target: Target, config: Config, num_tokens: int) -> bool:
    """Whether `config` asks for it, and so many tokens are few enough: rows and tiles fit beside the stages."""
    if not config.rows_by_gemm or num_tokens * (spec.top_k + spec.shared_experts) >= 1 << 16:
        return False
    size = max(space.gemm_shared_bytes(spec, config, first) for first in (True, False))
    each = (space.shared_limit(target) + _LOST_BYTES) // config.ctas - _LOST_BYTES - _STATIC_BYTES
    return size + shared_bytes(spec, config, num_tokens) <= each


def why_illegal(spec: MoeSpec, target: Target, config: Config) -> str | None:
    """Why the router and the GEMMs cannot share out the work between them as `config` says; None where they can."""
    if config.router_cluster and (space.capability(target) < (9, 0, False) or not 2 <= config.router_splits <= 8):
        return "a router's cluster is of 2 to 8 blocks, from compute capability 9.0 on"
    if config.rows_by_gemm and (not config.gather or config.cluster > 1 or spec.dtype == "fp8"):
        return "a GEMM that finds rows gathers x as it lies (no fp8), and its blocks are in no clusters"
    if config.rows_by_gemm and space.scan_chooses(config):
        return "a GEMM that finds rows follows a router that leaves `scan` nothing to choose"
    return None
