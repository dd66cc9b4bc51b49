"""The queue as Prometheus metrics, read from the tables at each scrape."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from headquarters.console import calls, queue
from headquarters.console.staff import colleagues
from headquarters.engine import Engine


class Calls(Collector):
    """Who waits and who is there."""

    def __init__(self, engine: Engine, now_ms: int) -> None:
        self._engine, self._now_ms = engine, now_ms

    def collect(self) -> Iterable[Metric]:
        """Yield every metric family, also those without a sample."""
        found, staff = calls.open_calls(self._engine, self._now_ms), colleagues(self._engine, self._now_ms)
        waiting = GaugeMetricFamily("guitai_calls_waiting", "Customers who wait for a human.", labels=("branch",))
        longest = GaugeMetricFamily("guitai_calls_longest_wait_seconds", "Of those who wait.", labels=("branch",))
        alarm = GaugeMetricFamily("guitai_calls_alarm", "1 while nobody accepts.", labels=("branch",))
        for branch in sorted({call.branch for call in found}):
            here = [call for call in found if call.branch == branch and call.state == "waiting"]
            waiting.add_metric((branch,), len(here))
            longest.add_metric((branch,), max((self._now_ms - call.at_ms for call in here), default=0) / 1000)
            alarm.add_metric((branch,), int(any(queue.alarming(call, staff, self._now_ms) for call in here)))
        held = GaugeMetricFamily("guitai_calls_held", "Customers a teller talks to.")
        held.add_metric((), sum(call.held for call in found))
        ready = GaugeMetricFamily("guitai_tellers_ready", "People who would take a call now.")
        ready.add_metric((), sum(one.state == "ready" for one in staff))
        return (waiting, longest, alarm, held, ready)
