"""guitai bench documents: every figure with a budget is measured, and the page is read."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from guitai.cli.bench import bench
from guitai.tables import BARS


@pytest.mark.timeout(300)
def test_documents(models_dir, monkeypatch):
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(models_dir))
    result = CliRunner().invoke(bench, ["documents", "--json", "--pages", "1"], obj=())
    found = json.loads(result.stdout)
    assert set(found) == {"name", "figures", "bars", "n", "environment"}
    assert set(found["bars"]) == set(BARS["documents"])
    assert found["figures"]["wrong_clean"] < 0.05
    assert found["figures"]["wrong_photo"] < 0.1
