"""What running layers tell, for Prometheus: counters of calls, tokens, experts and seconds, and the workspace pool.

    moegen.metrics.register("decoder.3", layer)      # one on a GPU must be loaded with monitor=True
    prometheus_client.start_http_server(9000)

Values are read from the layer when they are scraped, so a call pays nothing beyond what its own statistics cost. Needs
the package prometheus-client.
"""

from __future__ import annotations

import weakref

from moegen.errors import MoegenError, SpecError
from moegen.runtime import Layer


class Collector:
    """A prometheus-client collector of named layers, which it does not keep alive."""

    def __init__(self):
        self._layers: weakref.WeakValueDictionary[str, Layer] = weakref.WeakValueDictionary()

    def add(self, name: str, layer: Layer) -> None:
        """Report `layer` under the label layer=`name`.

        Raises
        ------
        SpecError
            If the layer keeps no statistics, or another living layer has that name.
        """
        layer.stats()
        if self._layers.get(name, layer) is not layer:
            raise SpecError(f"another layer is registered as {name!r}; give this one a name of its own")
        self._layers[name] = layer

    def collect(self):
        """Metric families, as prometheus-client asks for them."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily

        calls = CounterMetricFamily("moegen_calls", "Calls of a layer.", labels=["layer"])
        tokens = CounterMetricFamily("moegen_tokens", "Tokens of these calls.", labels=["layer"])
        experts = CounterMetricFamily("moegen_expert_tokens", "Tokens an expert served.", labels=["layer", "expert"])
        seconds = SummaryMetricFamily("moegen_call_seconds", "Seconds of calls.", labels=["layer"])
        latest = GaugeMetricFamily(
            "moegen_call_seconds_percentile", "Of the latest calls.", labels=["layer", "percentile"]
        )
        pool = GaugeMetricFamily("moegen_workspace_bytes", "Bytes that the workspace pool holds.", labels=["layer"])
        for name, layer in sorted(self._layers.items()):
            stats = layer.stats()
            calls.add_metric([name], stats.calls)
            tokens.add_metric([name], stats.tokens)
            for expert, served in enumerate(stats.expert_counts):
                experts.add_metric([name, str(expert)], int(served))
            seconds.add_metric([name], stats.calls, stats.time_s)
            for percentile, value in stats.time_percentiles_s.items():
                latest.add_metric([name, str(percentile)], value)
            pool.add_metric([name], stats.pool.bytes)
        return [calls, tokens, experts, seconds, latest, pool]


_collector: Collector | None = None


def register(name: str, layer: Layer) -> None:
    """Report `layer` in prometheus-client's default registry.

    Raises
    ------
    MoegenError
        If prometheus-client is not installed.
    SpecError
        If the layer keeps no statistics, or the name is taken.
    """
    global _collector
    try:
        from prometheus_client import REGISTRY
    except ImportError as error:
        raise MoegenError("moegen.metrics needs prometheus-client; `pip install prometheus-client`") from error
    if _collector is None:
        _collector = Collector()
        REGISTRY.register(_collector)
    _collector.add(name, layer)
