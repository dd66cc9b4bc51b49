"""The smaller tokenizer cuts our languages exactly as the published one does."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer

from edge_models.language.encoder import PREFIX, TOKENIZER
from edge_models.language.pieces import Pieces
from edge_models.store import Store

OWN = Path(__file__).resolve().parents[3] / "data" / "own" / "scam_zh.jsonl"


def test_same_cuts(models_dir: Path) -> None:
    file = Store(models_dir).path(TOKENIZER)
    whole, ours = Tokenizer.from_file(str(file)), Pieces(file)
    texts = [json.loads(line)["text"] for line in OWN.read_text(encoding="utf-8").splitlines()]
    for text in [*texts, "what is my balance, please?", "转３，２００元…", ""]:
        assert ours.cut(PREFIX + text).tolist() == whole.encode(PREFIX + text).ids
