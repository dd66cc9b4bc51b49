"""The floors the language step's figures must not fall below; its time is `guitai bench language`'s."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from edge_models.language.understand import Understander

OWN = Path(__file__).resolve().parents[3] / "data" / "own"


def validation(name: str) -> list[dict]:
    rows = [json.loads(line) for line in (OWN / name).read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["split"] == "validation"]


@pytest.fixture(scope="module")
def understander(models_dir: Path) -> Understander:
    return Understander(models_dir)


def test_intents_of_held_out_sentences(understander: Understander) -> None:
    rows = validation("intents_zh.jsonl")
    right = [understander.understand(row["text"]).intents[0].name == row["intent"] for row in rows]
    inside = [row["intent"] != "out_of_scope" for row in rows]
    assert np.mean([yes for yes, counted in zip(right, inside, strict=True) if counted]) >= 0.82
    assert np.mean([yes for yes, counted in zip(right, inside, strict=True) if not counted]) >= 0.75


def test_the_deceived_of_held_out_sentences(understander: Understander) -> None:
    rows = validation("scam_zh.jsonl")
    heard = np.array([understander.understand(row["text"]).scam.strength != "none" for row in rows])
    truth = np.array([row["scam"] for row in rows])
    assert heard[truth].mean() >= 0.78
    assert heard[~truth].mean() <= 0.2
