"""Device memory for the time of a call, and what lies where in it."""

from __future__ import annotations

from moegen import quantization
from moegen.backends.cuda import arrays, driver, fused, packing, sizes, space
from moegen.spec import MoeSpec

_OF_EACH_THREAD = 2  # the default stream that every thread has one of, by one name


class Workspace:
    """Device memory of one call at a time. Calls on different streams that share it are put in order by an event."""

    def __init__(self, buffer):
        self.buffer, self.nbytes, self.pointer = buffer, buffer.nbytes, arrays.pointer(buffer)
        self._stream, self.event = None, driver.Event()

    def begin(self, stream: int) -> None:
        if self._stream is not None and (self._stream != stream or stream == _OF_EACH_THREAD):
            self.event.wait(stream)

    def end(self, stream: int) -> None:
        self.event.record(stream)
        self._stream = stream

    def __del__(self):
        """The allocator does not know on which stream the last call may still run."""
        if getattr(self, "_stream", None) is not None:
            self.event.synchronize()


def lay_out(spec: MoeSpec, config: space.Config, num_tokens: int) -> tuple[tuple[dict[str, int], int], int]:
    """Offsets of a call's arrays in the workspace, by their names in `Call`, and its bytes; then its rows."""
    size, choices, scales = sizes.element_bytes(spec), num_tokens * spec.top_k, spec.dtype == "fp8"
    rows = choices + num_tokens * spec.shared_experts
    rows += (min(spec.num_experts, choices) + spec.shared_experts) * (config.bm - 1)
    tiles = -(-rows // config.bm)
    blocks = -(-num_tokens // config.router_tokens)
    hidden, inner = sizes.padded_sizes(spec)
    row_bytes = tiles * config.bm * hidden
    routing = {
        "indices": choices * 4,
        "weights": choices * 4,
        "counts": spec.num_experts * 8,
        "rank": choices * 4,
        "histogram": spec.num_experts * blocks * 4,
    }
    if config.slices > 1:  # outputs lie where `hidden` would, while rows of x are still read
        outputs = num_tokens if fused.writes_y(spec) else choices
        return packing.offsets({**routing, "rows": num_tokens * hidden * size, "hidden": outputs * hidden * 4}), choices
    return packing.offsets(
        {
            **routing,
            "shared_weight": num_tokens * 4 if spec.shared_gate else 0,
            "partial_logits": num_tokens * sizes.router_columns(spec) * 4 * config.router_splits
            if space.scan_chooses(config)
            else 0,
            "base": spec.num_experts * blocks * 4,
            "expert_row": (spec.num_experts + spec.shared_experts) * 4,
            "expert_split": (spec.num_experts + spec.shared_experts) * 4,
            "tiles": tiles * 16,
            "num_tiles": 4,
            "pace": 4 * (3 + tiles * (config.joined or config.carry)),
            "row_token": tiles * config.bm * 4 if space.keeps_tokens(config) else 0,
            # The second GEMM's rows lie where the first one's were, which nobody reads any more; but where one kernel
            # makes both, apart from those of x as (T,HP), which it gathers from where x itself will not do.
            "rows": num_tokens * hidden * size
            if config.joined
            else row_bytes * (max(size, 4 * config.splits) if space.direct(config) else size),
            **({"outputs": row_bytes * size} if config.joined else {}),
            "hidden": tiles * config.bm * inner * sizes.operand_bytes(spec),
            "row_scales": (num_tokens if config.gather else tiles * config.bm) * 4 * scales,
            "hidden_scales": tiles * config.bm * inner // quantization.hidden_block(spec) * 4 * scales,
        }
    ), row_bytes // hidden
