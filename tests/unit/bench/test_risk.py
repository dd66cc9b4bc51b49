"""guitai bench risk: the shape of its answer, and that replayed decisions have the same bits. No timings."""

from __future__ import annotations

import json

from click.testing import CliRunner

from guitai.cli.bench import bench
from guitai.tables import AT_LEAST, BARS


def test_shape_and_replays() -> None:
    result = CliRunner().invoke(bench, ["risk", "--json"], obj=())
    assert result.exit_code in (0, 1), result.exception
    found = json.loads(result.stdout)
    assert found["n"] == 10_000
    assert found["figures"]["replays_different"] == 0
    for key, limit in BARS["risk"].items():
        value = found["figures"][key]
        assert found["bars"][key] == {"limit": limit, "holds": value >= limit if key in AT_LEAST else value <= limit}
