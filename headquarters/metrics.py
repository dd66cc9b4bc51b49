"""Prometheus metrics of headquarters and its fleet, read from the tables at each scrape; on loopback only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from guitai.clock import SystemClock
from guitai.config import LOOPBACK
from headquarters import dead_letters, fleet
from headquarters.console.gauges import Calls
from headquarters.engine import Engine

router = APIRouter()
REGISTRY = CollectorRegistry()
"""What this process counts itself; beside it stands what the tables say, which every headquarters process says alike."""

STORED = Counter("guitai_events_stored", "Events stored for the first time.", registry=REGISTRY)
AGAIN = Counter("guitai_events_again", "Events that came again after they were stored.", registry=REGISTRY)
REFUSED = Counter(
    "guitai_events_refused", "Messages and rows refused, and rows that do not join the one before.", registry=REGISTRY
)
COMMITS = Histogram(
    "guitai_commit_seconds", "From a batch taken off the broker to its commit.", registry=REGISTRY,
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)  # fmt: skip


class Fleet(Collector):
    """The tables as metrics."""

    def __init__(self, connection: Engine, now_ms: int) -> None:
        self._connection, self._now_ms = connection, now_ms

    def collect(self) -> Iterable[Metric]:
        """Yield every metric family, also those without a sample."""
        found = fleet.kiosks(self._connection)
        yield from self._of_kiosks(found)
        yield self._alarms(found)
        yield self._findings(found)
        yield from self._of_lanes()
        letters = GaugeMetricFamily("guitai_dead_letters", "Messages kept as dead letters.", labels=("code",))
        for code, count in dead_letters.counts(self._connection).items():
            letters.add_metric((code,), count)
        yield letters

    def _of_kiosks(self, found: list[fleet.Kiosk]) -> Iterator[Metric]:
        for name, text, value in (
            ("online", "1 while its line is up.", lambda one: int(one.online)),
            ("heard_age_seconds", "Since its state topic last said something.", lambda one: self._age_s(one.heard_ms)),
            ("clock_skew_seconds", "Its clock against ours.", lambda one: _thousandth(one.skew_ms)),
            ("outbox_waiting_rows", "Rows that wait for our acknowledgement.", lambda one: one.waiting_rows),
            ("outbox_stuck_seconds", "How long rows have waited without one.", lambda one: one.stuck_s),
            ("disk_used_ratio", "Of the disk its journal is on.", lambda one: _hundredth(one.disk_percent)),
        ):
            family = GaugeMetricFamily(f"guitai_kiosk_{name}", text, labels=("kiosk", "branch"))
            for one in found:
                if (number := value(one)) is not None:
                    family.add_metric((one.kiosk, one.branch), number)
            yield family

    def _alarms(self, found: list[fleet.Kiosk]) -> Metric:
        family = GaugeMetricFamily(
            "guitai_kiosk_alarm", "1 for what is wrong now.", labels=("kiosk", "branch", "alarm")
        )
        for one in found:
            given = set(fleet.alarms(one, self._now_ms))
            for alarm in fleet.ALARMS:
                family.add_metric((one.kiosk, one.branch, alarm), int(alarm in given))
        return family

    def _findings(self, found: list[fleet.Kiosk]) -> Metric:
        family = GaugeMetricFamily(
            "guitai_kiosk_finding", "1 for what its own checks find wrong.", labels=("kiosk", "branch", "code", "level")
        )
        for one in found:
            for code, level in {(each.code, each.level) for each in one.findings}:
                family.add_metric((one.kiosk, one.branch, code, level), 1)
        return family

    def _of_lanes(self) -> Iterator[Metric]:
        marks = GaugeMetricFamily("guitai_lane_watermark", "Stored and verified up to.", labels=("kiosk", "lane"))
        gaps = GaugeMetricFamily("guitai_lane_gap_seconds", "How long an event is missing.", labels=("kiosk", "lane"))
        for row in self._connection.execute("SELECT kiosk, lane, sequence, gap_since_ms FROM watermarks"):
            marks.add_metric((row["kiosk"], row["lane"]), row["sequence"])
            since = row["gap_since_ms"]
            gaps.add_metric((row["kiosk"], row["lane"]), 0 if since is None else self._age_s(since))
        yield marks
        yield gaps

    def _age_s(self, at_ms: int) -> float:
        return max(0.0, (self._now_ms - at_ms) / 1000)


def text(connection: Engine, now_ms: int) -> bytes:
    """Return every metric in Prometheus' text format."""
    tables = CollectorRegistry()
    tables.register(Fleet(connection, now_ms))
    tables.register(Calls(connection, now_ms))
    return generate_latest(REGISTRY) + generate_latest(tables)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Answer a scrape from this machine."""
    if request.client is None or request.client.host not in LOOPBACK:
        return Response(status_code=403)
    connection: Engine = request.app.state.services.store.connection
    return Response(text(connection, SystemClock().unix_ms()), media_type=CONTENT_TYPE_LATEST)


def _thousandth(value: int | None) -> float | None:
    return None if value is None else value / 1000


def _hundredth(value: int | None) -> float | None:
    return None if value is None else value / 100
