"""guitai bench link measures with everything real, and gives its figures. No timings."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from guitai.cli.bench import bench

pytestmark = [pytest.mark.broker, pytest.mark.long, pytest.mark.timeout(300)]


def test_the_figures_are_there() -> None:
    result = CliRunner().invoke(
        bench, ["link", "--json", "--rows", "10000", "--escalations", "2", "--round-trip-ms", "5"], obj=()
    )
    found = json.loads(result.stdout)
    assert found["bars"].keys() == {"drain_per_s", "escalation_p95_s"}
    assert {"escalation_p50_s", "sync_cpu_percent", "sync_rss_mb"} <= found["figures"].keys()
    assert found["n"] == 10000
