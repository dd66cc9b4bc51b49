"""guitai review: what a timer and the person who approves call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from guitai.cli.main import cli
from headquarters.pki import provision
from headquarters.store import Store

from .branches import labels, outcomes, stored


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path))
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("GUITAI__PATHS__KEYRING", str(tmp_path))
    provision(tmp_path / "keys", "kiosk-001")

    def call(*arguments: str) -> str:
        return CliRunner().invoke(cli, ["review", *arguments], catch_exceptions=False).stdout

    return call


def test_from_labels_to_signed_rules(run, tmp_path: Path) -> None:
    store = Store(tmp_path / "headquarters.sqlite3")
    some = outcomes(1500, 1)
    stored(store, some)
    store.close()
    assert run("sample", "--share", "1").count("\n") > 100
    assert "1500 labels" in run("label", str(labels(tmp_path, some)))
    outcome = json.loads(run("run", "--json"))
    assert outcome["verdict"] == "proposed"
    assert f"guitai review approve {outcome['run']}" in run("status")
    assert "version 2, approved by 王敏" in run("approve", outcome["run"], "--by", "王敏")
    assert (tmp_path / "risk-rules-000002.json").exists()
    assert json.loads(run("status", "--json"))["champion"]["version"] == 2
    assert "weights" in run("run")
