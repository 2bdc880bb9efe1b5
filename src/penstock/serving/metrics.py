"""What the server tells Prometheus: counted in plain numbers, put into words when it is asked."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

BOUNDS = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
)  # fmt: skip
OTHER = "other"  # paths that are no route: their names are the caller's


class Latency:
    """A histogram of seconds."""

    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        self.counts, self.sum = [0] * (len(BOUNDS) + 1), 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.sum += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """(upper bound, how many up to it), as Prometheus wants them."""
        found, below = [], 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self.counts, strict=True):
            below += count
            found.append((bound, float(below)))
        return found


class Metrics(Collector):
    """Counters of one server; `more` adds what others know when they are asked."""

    def __init__(self) -> None:
        self.latency: dict[str, Latency] = defaultdict(Latency)
        self.requests: dict[tuple[str, int], int] = defaultdict(int)
        self.predictions: dict[tuple[str, str, str, str], int] = defaultdict(int)
        self.alerts: dict[str, int] = defaultdict(int)
        self.shed: dict[str, int] = defaultdict(int)
        self.in_flight = 0
        self.more: list[Callable[[], Iterable[Metric]]] = []
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def answered(self, route: str, status: int, seconds: float) -> None:
        self.latency[route].observe(seconds)
        self.requests[route, status] += 1

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        latency = HistogramMetricFamily(
            "penstock_request_seconds", "from the first byte to the answer", labels=["route"]
        )
        for route, one in list(self.latency.items()):
            latency.add_metric([route], one.buckets(), one.sum)
        yield latency
        yield _counter("penstock_requests", "by status", ("route", "status"), self.requests)
        yield _counter(
            "penstock_predictions",
            "rows scored; the arm `shadow` is never returned",
            ("project", "model", "arm", "scorer"),
            self.predictions,
        )
        yield _counter("penstock_alerts", "answers that were alerts", ("project",), self.alerts)
        yield _counter("penstock_shed", "requests turned away, by reason", ("reason",), self.shed)
        yield GaugeMetricFamily(
            "penstock_in_flight", "events that are being answered", value=self.in_flight
        )
        for ask in self.more:
            yield from ask()


def _counter(name: str, says: str, labels: tuple[str, ...], counts: dict[Any, int]) -> Metric:
    family = CounterMetricFamily(name, says, labels=labels)
    for key, count in list(counts.items()):
        values = key if isinstance(key, tuple) else (key,)
        family.add_metric([str(value) for value in values], count)
    return family


def gauge(name: str, says: str, values: dict[tuple[str, ...], float], *labels: str) -> Metric:
    """A gauge with labels."""
    family = GaugeMetricFamily(name, says, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key), value)
    return family
