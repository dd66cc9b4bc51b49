"""guitai eval on small files: figures, predictions, and lines it must refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guitai.cli.evaluate import evaluate, f1
from guitai.errors import GuitaiError


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(tmp_path / "none"))

    def start(*arguments: str) -> Result:
        return CliRunner().invoke(evaluate, arguments, obj=())

    return start


def lines(path: Path, *rows: dict) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def figures(result: Result) -> dict:
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)


def test_intent(run, tmp_path: Path) -> None:
    file = lines(
        tmp_path / "i.jsonl",
        {"text": "查一下余额", "intent": "query_balance", "extra": [1]},
        {"text": "我要投诉", "intent": "complaint"},
        {"text": "今天天气怎么样", "intent": "out_of_scope"},
        {"text": "查一下余额", "intent": "pin_reset"},
    )
    answer = figures(run("intent", file, "--json", "--predictions", str(tmp_path / "p.jsonl")))
    assert answer["name"] == "intent"
    assert answer["n"] == 4
    assert answer["figures"]["in_scope_accuracy"] == pytest.approx(2 / 3, abs=1e-3)
    assert answer["figures"]["oos_recall"] == answer["figures"]["complaint_recall"] == 1
    assert answer["bars"]["in_scope_accuracy"] == {"limit": 0.91, "holds": False}
    predictions = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [set(one) for one in predictions] == [{"intent", "confidence"}] * 4


def test_scam_entities_sentiment(run, tmp_path: Path) -> None:
    scam = lines(
        tmp_path / "s.jsonl", {"text": "我要把十八万转到安全账户", "scam": True}, {"text": "查余额", "scam": False}
    )
    assert figures(run("scam", scam, "--json"))["figures"]["recall"] == 1
    amount = {"type": "amount", "value": "五千块", "norm": "5000.00"}
    entities = lines(
        tmp_path / "e.jsonl", {"text": "转五千块", "entities": [amount]}, {"text": "查余额", "entities": []}
    )
    assert figures(run("entities", entities, "--json"))["figures"] == {"f1": 1.0, "f1_with_value": 1.0}
    mood = lines(tmp_path / "m.jsonl", {"text": "查余额", "sentiment": "neutral", "emotion": "neutral"})
    assert figures(run("sentiment", mood, "--json"))["figures"] == {"accuracy": 1.0, "emotion_accuracy": 1.0}
    assert "n = 1" in run("sentiment", mood).stdout


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ('{"text": "好", "intent": "affirm"}\n{"text": \n', "language.not_json", 2),
        ("[1]\n", "language.not_json", 1),
        ('\n{"text": 3, "intent": "affirm"}\n', "language.missing_field", 2),
        ('{"text": "好"}\n', "language.missing_field", 1),
        ("\n\n", "language.empty", None),
    ],
)
def test_bad_lines_are_refused_by_number(run, tmp_path: Path, content: str, code: str, line: int | None) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(content, encoding="utf-8")
    error = run("intent", str(file)).exception
    assert isinstance(error, GuitaiError)
    assert (error.code, error.params.get("line")) == (code, line)


def test_unreadable_and_unwritable(run, tmp_path: Path) -> None:
    assert getattr(run("intent", str(tmp_path / "no.jsonl")).exception, "code", "") == "language.unreadable"
    (tmp_path / "bin.jsonl").write_bytes(b"\xff\xfe\x00")
    assert getattr(run("intent", str(tmp_path / "bin.jsonl")).exception, "code", "") == "language.unreadable"
    file = lines(tmp_path / "i.jsonl", {"text": "好", "intent": "affirm"})
    result = run("intent", file, "--predictions", str(tmp_path / "no" / "p.jsonl"))
    assert getattr(result.exception, "code", "") == "language.cannot_write"


def test_f1_counts_repeated_entities() -> None:
    assert f1([[("a",), ("a",)]], [[("a",)]]) == pytest.approx(2 / 3, abs=1e-4)
    assert f1([[]], [[]]) == 1.0


def test_scam_conversations(run, tmp_path: Path) -> None:
    strong = [{"who": "customer", "text": "我要把十八万转到安全账户"}, {"who": "kiosk", "text": "请问用途？"}]
    honest = [{"who": "customer", "text": "查余额"}, {"who": "kiosk", "text": "有人让您转到安全账户吗？"}]
    file = lines(
        tmp_path / "c.jsonl",
        {"turns": strong, "scam": True, "first_turn_with_signal": 1},
        {"turns": honest, "scam": False},
    )
    answer = figures(run("scam", "--conversations", file, "--json", "--predictions", str(tmp_path / "p.jsonl")))
    assert answer["figures"] == {
        "recall": 1, "false_alarm": 0, "strong_recall": 1, "strong_false_alarm": 0, "false_alarm_at_any_turn": 0,
        "in_time": 1,
    }  # fmt: skip
    first, second = (json.loads(line) for line in (tmp_path / "p.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["scam"], first["first_turn"], second["scam"]) == (True, 1, False)
    assert first["cues"][0]["turn"] == 1
    bad = lines(tmp_path / "b.jsonl", {"turns": [{"text": "查余额"}], "scam": False})
    assert isinstance(run("scam", "--conversations", bad).exception, GuitaiError)
