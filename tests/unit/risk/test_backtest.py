"""guitai risk backtest: other rules on the same events; what they would have changed is counted by kind."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from guitai.cli.main import cli
from guitai.errors import GuitaiError
from guitai.messages.risk import RiskContext
from guitai.money import yuan
from guitai.risk.backtest import changes, figures, verdict
from guitai.risk.decision import assess
from guitai.risk.measures import wilson
from guitai.risk.rules import FACTORS, parse, shipped

from .signing import make_keys, text_of

HONEST = RiskContext(yuan(500), "浙江杭州", "浙江杭州", False, yuan(800), 0, 0.0, "none", None, (), "good")
SCAM = replace(HONEST, scam_strength="strong", scam_score=0.9, scam_evidence=("安全账户",))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path / "state"))
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(make_keys(tmp_path)))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> dict:
        result = CliRunner().invoke(cli, ["risk", "backtest", *arguments, "--json"], catch_exceptions=False)
        assert result.exit_code == 0
        return json.loads(result.stdout)

    return call


def test_contexts_are_decided_with_their_floors() -> None:
    assert verdict(SCAM, shipped()).level == assess(SCAM, shipped()).level == "medium"
    r = {str(name): Decimal(0) for name in FACTORS}
    assert verdict(r, shipped()).level == "low"


def test_figures_and_changes() -> None:
    before = [verdict(case, shipped()) for case in (HONEST, SCAM)]
    found = figures(before, [False, True])
    assert (found["acc"], found["false_alarm"], found["acc_high"]) == (1, 0, 0)
    assert found["acc_from"] < 1
    other = [verdict(case, shipped()) for case in (SCAM, HONEST)]
    assert changes(before, other, [False, True]) == {
        "frauds_lifted": 0, "frauds_lowered": 1, "honest_lifted": 1, "honest_lowered": 0,
    }  # fmt: skip


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_interval_holds_the_share(hits: int, more: int) -> None:
    low, high = wilson(hits, hits + more)
    assert 0 <= low <= high <= 1
    if hits + more:
        assert low <= hits / (hits + more) + 1e-9
        assert high >= hits / (hits + more) - 1e-9


def test_csv_and_jsonl(run, tmp_path: Path) -> None:
    rows = [",".join((*FACTORS, "label")), "10,10,10,0,10,10,0", "80,80,80,10,10,10,1"]
    (tmp_path / "e.csv").write_text("\n".join(rows))
    (tmp_path / "mine.toml").write_text(text_of(2, 2500), encoding="utf-8")
    whole = run("e.csv", "--challenger", "mine.toml")
    assert (whole["n"], whole["figures"]["champion_auc"], whole["figures"]["challenger_acc"]) == (2, 1, 1)
    assert "s_per_100k_events" not in whole["figures"]  # two events say nothing of many
    assert parse(text_of(2, 2500)).weights["semantic"] == 2500
    lines = [{"context": msgspec.to_builtins(case), "label": label} for case, label in ((HONEST, 0), (SCAM, 1))]
    (tmp_path / "e.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    whole = run("e.jsonl")
    assert whole["figures"]["champion_acc"] == 1
    assert "challenger_acc" not in whole["figures"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("{", "line"),
        ('{"label": 2}', "label"),
        ('{"label": 1}', "context"),
        ('{"label": 1, "context": {"amount": "x"}}', "context"),
    ],
)
def test_a_bad_line_is_named(run, tmp_path: Path, line: str, column: str) -> None:
    good = json.dumps({"context": msgspec.to_builtins(HONEST), "label": 0})
    (tmp_path / "e.jsonl").write_text(f"{good}\n{line}\n")
    with pytest.raises(GuitaiError, match=rf"line 2, column \(?{column}"):
        run("e.jsonl")
