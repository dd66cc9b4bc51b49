"""guitai eval risk: exact at the thresholds, honest about what a file cannot tell, and strict with its rows."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from guitai.cli.evaluate import evaluate
from guitai.cli.evaluate_risk import figures_of
from guitai.errors import GuitaiError
from guitai.risk.decision import decide, level_of
from guitai.risk.factors import injected, weighed
from guitai.risk.rules import FACTORS, shipped

HEADER = ",".join((*FACTORS, "label"))
VALUES = st.fixed_dictionaries({name: st.integers(0, 10_000) for name in FACTORS})


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "events.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def run(path: Path, *more: str) -> dict:
    result = CliRunner().invoke(evaluate, ["risk", str(path), "--json", *more], obj=(), catch_exceptions=False)
    return json.loads(result.stdout)


def same(r: str, label: int) -> str:
    return ",".join([*[r] * 6, str(label)])


@pytest.mark.parametrize(
    ("r", "level"),
    [("0", "low"), ("29.99", "low"), ("29.999999", "low"), ("30.00", "medium"), ("30", "medium"), ("59.99", "medium"),
     ("59.9999", "medium"), ("60.00", "high"), ("60.0", "high"), ("100", "high")],
)  # fmt: skip
def test_thresholds_fall_where_they_must(tmp_path: Path, r: str, level: str) -> None:
    predictions = tmp_path / "p.jsonl"
    run(written(tmp_path, same(r, 1), same("0", 0)), "--predictions", str(predictions))
    first = json.loads(predictions.read_text(encoding="utf-8").splitlines()[0])
    assert first == {"r": float(r), "level": level}


@given(VALUES)
def test_the_exact_sum_is_the_decisions_own(r: dict) -> None:
    decision = decide(injected(r, shipped()), (), shipped())
    total = weighed({name: Decimal(value) / 100 for name, value in r.items()}, shipped())
    assert total == sum(part.millionths() for part in decision.contributions)
    assert level_of(total) == decision.level


def test_figures(tmp_path: Path) -> None:
    rows = [same("20", 0), same("40", 0), same("10", 0), same("70", 1), same("35", 1), same("10.5", 1)]
    whole = run(written(tmp_path, *rows))
    figures = whole["figures"]
    assert (whole["name"], whole["n"]) == ("risk", 6)
    assert figures["auc"] == pytest.approx(6 / 9, abs=1e-4)
    assert (figures["acc"], figures["acc_high"]) == (0.6667, 0.3333)
    assert (figures["false_alarm"], figures["false_alarm_high"]) == (0.3333, 0.0)
    assert whole["bars"]["acc"] == {"limit": 0.953, "holds": False}
    assert set(figures) >= {"brier", "ece", "precision", "brier_of_base_rate", "fraud_rate_low"}


def test_a_file_of_one_kind_has_no_auc(tmp_path: Path) -> None:
    whole = run(written(tmp_path, same("20", 0), same("40", 0)))
    assert "auc" not in whole["figures"]
    assert set(whole["bars"]) == {"false_alarm"}


def test_other_columns_order_and_a_byte_order_mark_are_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("\ufeffid,label,credit,device,semantic,frequency,amount,login,note\na,1,1,2,3,4,5,80,x\n", "utf-8")
    assert run(path)["n"] == 1


@pytest.mark.parametrize(
    ("row", "line", "column"),
    [
        ("1,2,3,4,5,6,2", 3, "label"),
        ("1,2,3,4,5,,0", 3, "credit"),
        ("1,2,abc,4,5,6,0", 3, "frequency"),
        ("1,nan,3,4,5,6,0", 3, "amount"),
        ("1,2,3,101,5,6,0", 3, "semantic"),
        ("-1,2,3,4,5,6,0", 3, "login"),
        ("1,2,3,4,1e999999999,6,0", 3, "device"),
        ("1,2,3,4,5,6", 3, "label"),
        ("1,2,3,4,5,6,0,7", 3, "row"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_column(tmp_path: Path, row: str, line: int, column: str) -> None:
    with pytest.raises(GuitaiError, match=rf"line {line}, column \(?{column}"):
        run(written(tmp_path, same("1", 0), row))


@pytest.mark.parametrize("header", ["login,amount", HEADER + ",label", ""])
def test_a_bad_header_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(GuitaiError, match=r"risk\.no_column"):
        run(written(tmp_path, same("1", 0), header=header))


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GuitaiError, match=r"risk\.unreadable"):
        run(path)
    with pytest.raises(GuitaiError, match=r"risk\.unreadable"):
        run(tmp_path / "absent.csv")
    with pytest.raises(GuitaiError, match=r"risk\.no_events"):
        run(written(tmp_path))


@given(st.lists(st.tuples(st.integers(0, 100_000_000), st.booleans()), min_size=1, max_size=30))
def test_every_figure_is_a_share(events: list[tuple[int, bool]]) -> None:
    figures = figures_of([total for total, _ in events], [fraud for _, fraud in events])
    assert all(0 <= value <= 1 for value in figures.values())
