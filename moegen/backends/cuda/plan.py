"""The kernels that a call of one variant launches, in their order, and the graph that replays them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moegen.backends.cuda import driver, fused, sizes, space
from moegen.backends.cuda.call import Call

if TYPE_CHECKING:
    from moegen.backends.cuda.kernel import Kernel


class Plan:
    """The launches of one variant for one type of x and one of y, and the graph of them.

    `without_permute`: what it would do, `scan` does or nobody has to.
    """

    def __init__(self, kernel: Kernel, variant: int, x_type: str, y_type: str, without_permute: bool):
        config = kernel.variants[variant]
        self.config, self.call, self.graph = config, Call(), None
        spec, threads = kernel.spec, space.threads(kernel.spec, config)
        most = space.most_tokens(spec, kernel.target, config)
        shapes = {
            f"router_{x_type}": (space.ROUTER_THREADS, space.most_router_shared_bytes(spec, config)),
            "scan": (space.SCAN_THREADS, space.scan_shared_bytes(spec, config, most or 0)),
            f"permute_{x_type}": (space.ROWS_THREADS, 0),
            "first": (threads, space.gemm_shared_bytes(spec, config, True)),
            "second": (threads, space.gemm_shared_bytes(spec, config, False)),
            "joined": (threads, space.gemm_shared_bytes(spec, config, True)),
            f"fused_{y_type}": (threads, space.gemm_shared_bytes(spec, config, True)),
            f"combine_{y_type}": (space.ROWS_THREADS, 0),
        }
        gemms = ("joined",) if config.joined else ("first", "second")
        taken = ("fused",) if config.slices > 1 else ("scan", *gemms)
        left_out = {"scan", "first", "second", "joined", "fused"} - {*taken}
        if config.slices > 1 and fused.writes_y(spec):
            left_out.add("combine")
        if without_permute:
            left_out.add("permute")
        overlap = sizes.capability(kernel.target)[0] >= 9
        self.call.rows_by_scan = int(without_permute)
        self.launches = {}
        for name, shape in shapes.items():
            what = name.partition("_")[0]
            if what not in left_out:
                function = kernel.function(f"{name}_{variant}")
                self.launches[what] = driver.Launch(function, *shape, self.call, overlap)
        self.clusters = driver.most_clusters(self.launches["fused"], config.slices) if config.slices > 1 else 0

    def run(self, stream: int, direct: bool, changed: bool) -> None:
        if direct:
            for launch in self.launches.values():
                launch(stream)
            return
        if self.graph is None:
            self.graph = driver.Graph(list(self.launches.values()))
        elif changed:
            self.graph.update()
        self.graph.replay(stream)
