"""The router's product by wgmma: which configs have it, and what it takes (templates/cuda/router_hopper.cuh.j2)."""

from __future__ import annotations

import typing

_STAGES_BYTES = 98304  # of a block, so that a multiprocessor has room for two
_LEAST, _MOST = 3, 6  # stages


class Product(typing.NamedTuple):
    """How a block multiplies.

    Parameters
    ----------
    columns : int
        N of wgmma: tokens.
    shared_bytes : int
        Stages of x and the gate, with what the last tile of experts reads behind them, and room to align them.
    """

    columns: int
    shared_bytes: int


def product(spec, config, experts: int) -> Product | None:
    """Of x in bfloat16 and a gate of one bfloat16 part, for `experts` padded columns; None where it is mma.sync's."""
    if not config.router_wide or (config.math, spec.dtype) != ("wgmma", "bf16"):
        return None
    tiles = -(-experts // 64)
    tokens = config.router_tokens // 2 if tiles == 1 else config.router_tokens  # of a warpgroup
    stage = (config.router_tokens + experts) * 128
    if (tiles + 1) // 2 * tokens > 128 or stage > 65536:  # sums a thread; bytes
        return None
    stages = max(_LEAST, min(_MOST, _STAGES_BYTES // stage))
    return Product(min(64, tokens), 1024 + stages * stage + (tiles * 64 - experts) * 128)
