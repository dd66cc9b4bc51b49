"""Many kiosks come back at once after an outage of 72 hours, and the broker dies in the middle: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.chaos, pytest.mark.broker, pytest.mark.postgres]
RESULTS = Path(__file__).resolve().parents[3] / "build" / "fleet"


def storm(kiosks: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "guitai", "bench", "fleet", "--kiosks", str(kiosks), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{kiosks}.json").write_text(done.stdout)
    figures = json.loads(done.stdout)["figures"]
    assert figures["lost"] == figures["duplicated"] == figures["broken_chains"] == 0
    return figures


@pytest.mark.timeout(600)
def test_a_hundred_kiosks() -> None:
    storm(100)


@pytest.mark.long
def test_the_cost_grows_no_faster_than_the_fleet() -> None:
    small, middle, large = (storm(kiosks) for kiosks in (100, 300, 1000))
    for less, more in ((small, middle), (middle, large)):
        times = more["kiosks"] / less["kiosks"]
        for cost in ("converged_s", "hq_cpu_s", "fleet_cpu_s", "hq_rss_mb", "broker_rss_mb", "fleet_rss_mb"):
            assert more[cost] <= 1.25 * times * less[cost], cost  # the quarter is the machine's noise
