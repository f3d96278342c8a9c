"""Metrics in Prometheus' text format. This module imports prometheus_client and is imported late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sarv_sync.monitoring.metrics import gauges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.monitoring.metrics import Check


class Exposition(Collector):
    """The metrics of one check, as the library collects them.

    Its own gauges would do too, but they keep their values in files where PROMETHEUS_MULTIPROC_DIR is set.
    """

    def __init__(self, check: Check) -> None:
        self._check = check

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every metric, each with the label `configuration`."""
        path = label_text(self._check.configuration)
        for gauge in gauges(self._check):
            labels = ["configuration", *([gauge.label] if gauge.label else [])]
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=labels)
            for value, number in gauge.values.items():
                family.add_metric([path, value][: len(labels)], number)
            yield family


def exposition(check: Check) -> bytes:
    """Return the metrics of `check` as a text of UTF-8."""
    return generate_latest(Exposition(check))


def label_text(text: str) -> str:
    """Return `text` as a label may be: a path can hold bytes that are no UTF-8, and they show as replaced."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
