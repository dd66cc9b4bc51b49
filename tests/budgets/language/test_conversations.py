"""Whole conversations with the real model: what the accumulated signal must not fall below."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge_models.language.understand import Understander
from guitai.cli.conversations import figures, listen

DIALOGUES = Path(__file__).resolve().parents[3] / "data" / "own" / "scam_dialogues_zh.jsonl"
pytestmark = pytest.mark.models


def test_scam_dialogues_are_heard_and_honest_ones_mostly_left_alone(models_dir: Path) -> None:
    understander = Understander(models_dir)
    rows = [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines()]
    found = figures(rows, [listen(row["turns"], lambda text: understander.understand(text).scam) for row in rows])
    assert found["recall"] >= 0.8
    assert found["false_alarm"] <= 0.45
    assert found["false_alarm"] <= found["false_alarm_at_any_turn"]
