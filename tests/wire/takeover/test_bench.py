"""guitai bench takeover measures with everything real, and gives its figures. No timings."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from guitai.cli.bench import bench
from guitai.tables import BARS

pytestmark = [pytest.mark.broker, pytest.mark.long, pytest.mark.timeout(300)]


def test_the_figures_are_there() -> None:
    result = CliRunner().invoke(bench, ["takeover", "--json", "--n", "2"], obj=())
    assert result.exit_code in (0, 1), result.exception
    found = json.loads(result.stdout)
    assert found["bars"].keys() == BARS["takeover"].keys()
    assert {"answered_p50_s", "pictures_per_s", "rss_mb", "sound_in_p95_ms", "sound_out_p95_ms"} <= found[
        "figures"
    ].keys()
    assert found["n"] == 2
