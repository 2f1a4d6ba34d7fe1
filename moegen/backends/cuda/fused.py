"""One kernel for both products of a small layer: where it can be, what it takes (templates/cuda/fused.cuh.j2)."""

from __future__ import annotations

from moegen.backends.cuda import sizes

_OTHER_REGISTERS = 40  # of a thread, beside its sums
_MOST_BYTES = 16 << 20


def holds_weights(spec) -> bool:
    """Whether the weights are so few that the multiprocessors' shared memory holds them all."""
    return spec.num_experts * sizes.expert_bytes(spec) <= _MOST_BYTES


def _blocks(spec, config):
    """Blocks of 64 columns of w1 that a block of the cluster multiplies, and of w2, of which it has all."""
    first, second = sizes.columns(spec)
    return first // config.slices // 64, second // 64


def consumers(spec, config) -> int:
    """Warpgroups that multiply, each as many blocks of 64 columns as the others."""
    return next(n for n in (4, 2, 1) if not any(blocks % n for blocks in _blocks(spec, config)))


def threads(spec, config) -> int:
    return consumers(spec, config) * 128


def shared_bytes(spec, config) -> int:
    """Dynamic shared memory of a block: stages of weights, then rows of x, whose place `hidden` takes."""
    hidden, inner = sizes.padded_sizes(spec)
    return 1024 + _stages_bytes(spec, config) + config.bm * 2 * max(hidden, inner // config.slices)


def static_bytes(spec, config) -> int:
    """Shared memory of a block beside that: counts, choices and weights of rows, barriers, room to align the rest."""
    counts = threads(spec, config) * 4 + consumers(spec, config) * 16 + config.bm * (8 if writes_y(spec) else 4)
    pieces = _blocks(spec, config)[1] // config.slices * config.bm // 8
    turns = -(-pieces // consumers(spec, config))
    return sizes.padded(counts + (2 * config.stages1 + 1 + turns) * 8, 1024)


def _stages_bytes(spec, config):
    return config.stages1 * max(_blocks(spec, config)) * 64 * sizes.ROW_BYTES


def writes_y(spec) -> bool:
    """Whether the kernel writes y: two experts of a token can add up in any order, more need `combine`."""
    return spec.top_k <= 2


def most_tokens(spec, config) -> int:
    """The most tokens of a call: a thread adds up the counts of one of the router's blocks."""
    return consumers(spec, config) * 128 * config.router_tokens


def blocks(spec, config, clusters: int, num_tokens: int) -> int:
    """Blocks of a call, on a GPU that runs so many clusters at a time.

    A cluster an expert, and one for each group of an expert's rows as long as there is room for all.
    """
    groups = max(1, min(clusters // spec.num_experts, -(-num_tokens // 8)))
    return config.slices * min(clusters, spec.num_experts * groups)


def why_not(spec, target, config) -> str | None:
    """Why `config.slices` cannot be over 1; None where it can."""
    hidden, inner = sizes.padded_sizes(spec)
    if config.math != "wgmma" or spec.dtype not in ("bf16", "f16"):
        return "only wgmma of 16-bit types makes both products in one kernel"
    if config.slices not in (2, 4, 8):
        return "I is cut into 2, 4 or 8 slices, a block of a cluster each"
    if spec.shared_experts or spec.scale_input:
        return "one kernel for both products has no shared expert, and no rows of x scaled by a weight"
    if hidden % (64 * config.slices) or inner % (64 * config.slices) or not all(_blocks(spec, config)):
        return f"H and I, padded to {hidden} and {inner}, make no {config.slices} slices of whole blocks of 64"
    if config.bm % (32 if spec.gated else 16) or not 32 <= config.bm <= 128:
        return "one kernel for both products takes 32 to 128 rows at a time, by 16, or by 32 where gated"
    first, second = (64 * blocks for blocks in _blocks(spec, config))
    if config.stages1 < 3:
        return "one kernel for both products has at least 3 stages: two that are multiplied, and one that is filled"
    if not (config.swap and config.gather) or config.stages1 != config.stages2:
        return "one kernel for both products gathers, has weights on M, and as many stages for both"
    if (config.bn1, config.bn2) != (first, second):
        return f"of one kernel for both products, the tiles have {first} and {second} columns"
    if (config.splits, config.ctas, config.router_splits, config.cluster) != (1, 1, 1, 1):
        return "one kernel for both products has no splits or other clusters, and multiprocessors to itself"
    sums = max(_blocks(spec, config)) // consumers(spec, config) * config.bm // 2
    if sums + _OTHER_REGISTERS > min(255, 65536 // threads(spec, config)):
        return f"blocks of {threads(spec, config)} threads with {sums} sums each exceed the registers"
    needed = shared_bytes(spec, config) + static_bytes(spec, config)
    if needed > sizes.shared_limit(target):
        return f"one kernel for both products needs {needed} bytes of shared memory of {sizes.shared_limit(target)}"
    parts = hidden * config.bm * 4
    if parts > _stages_bytes(spec, config):
        return f"{parts} bytes of the other blocks' sums do not fit in the place of the weights"
    return None
