"""Calls with arrays like those of an earlier call, started within microseconds of the host's time."""

from __future__ import annotations

import math
from typing import NamedTuple

from moegen.backends.cuda import arrays, driver


class Cache(dict):
    """What was found out once. It begins anew when it is full."""

    def keep(self, key, value):
        if len(self) >= 4096:
            self.clear()
        self[key] = value
        return value


class Known(NamedTuple):
    """What need not be found out again about arrays of one signature."""

    num_tokens: int
    x_bytes: int
    workspace_bytes: int
    plans: dict  # of `Kernel.plans`


def remember(kernel, x, tokens) -> None:
    """Let `start` serve arrays like x, of which `Kernel.accept` made `tokens` without a copy."""
    library, num_tokens = arrays.library(x), tokens.shape[0]
    if library is None or num_tokens == 0 or library.pointer(x) != library.pointer(tokens):
        return
    signature, (_, nbytes) = library.signature(x), kernel.size(num_tokens)
    if nbytes < math.inf and signature not in kernel.known:
        x_bytes = num_tokens * kernel.spec.hidden_size * arrays.item_bytes(x)
        plans = kernel.plans(kernel.plan_key(x, x, num_tokens))
        kernel.known.keep(signature, Known(num_tokens, x_bytes, nbytes, plans))


def start(kernel, x, y, packed, pool, limit: int | None):
    """Start y = layer(x) for arrays like those of an earlier call, of which all was found right.

    What is looked at anew is what may differ between arrays of one signature: where they lie, and whether they overlap;
    the caller's current stream, and whether it is being recorded. The graph made for these addresses is replayed.

    Parameters
    ----------
    kernel : Kernel
    x : array
    y : array or None
        None for a new one.
    packed : Packed
    pool : WorkspacePool
    limit : int or None
        The most bytes of workspace.

    Returns
    -------
    y, or None where nothing was done, and the call must be looked at as if it were the first.
    """
    library = arrays.library(x)
    if library is None:
        return None
    signature = library.signature(x)
    known = kernel.known.get(signature)
    if known is None:
        return None
    num_tokens, x_bytes, nbytes, plans = known
    if limit is not None and nbytes > limit:
        return None
    if y is None:
        y = library.empty_like(x)
    elif type(y) is not type(x) or library.signature(y) != signature:
        return None
    x_at, y_at = library.pointer(x), library.pointer(y)
    if -x_bytes < x_at - y_at < x_bytes or (x_at | y_at) % arrays.ALIGN:
        return None
    stream = library.stream(kernel.device)
    if stream and driver.is_capturing(stream):
        return None
    try:
        workspace = pool.take(nbytes, kernel.allocate, limit)
    except MemoryError:  # the long way says what is the matter
        return None
    try:
        key = x_at, y_at, packed.w1, packed.gate_parts, workspace.pointer, num_tokens, None
        workspace.begin(stream)
        with kernel.lock:
            plan = plans.get(key)
            if plan is not None:
                plans.move_to_end(key)
                plan.graph.replay(stream)
        if plan is None:
            kernel.run(key, x, y, packed, workspace, None, False, 0, num_tokens, stream, False)
        workspace.end(stream)
        packed.in_use(workspace)
    finally:
        pool.give(workspace)
    return y
