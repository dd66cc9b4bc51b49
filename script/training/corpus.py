"""Reads the training sentences: data/own and data/extra, and public English sets if they lie in the data folder."""

from __future__ import annotations

import csv
import json
import zlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

EMOTIONS = ("neutral", "anxious", "confused", "angry", "impatient", "sad", "fearful", "happy")
SENTIMENTS = ("negative", "neutral", "positive")
FOLDS = 8
HELD_OUT_FOLD = 0
"""The part the adapter never sees; the heads are calibrated on it."""

ENGLISH_PER_INTENT = 100
ENGLISH_OUT_OF_SCOPE = 320
MAYBE_DECEIVED = frozenset({"fraud_help", "fraud_unauthorized", "transfer_recall"})
"""Sentences of these intents may tell of a fraud, so they do not serve as honest examples."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One example; None where its source does not say."""

    text: str
    source: str
    split: str
    intent: str | None = None
    more_intents: tuple[str, ...] = ()
    sentiment: str | None = None
    emotion: str | None = None
    scam: bool | None = None
    scam_type: str | None = None
    neighbour: bool = False
    """An honest sentence written to resemble a fraud."""

    entities: tuple[dict, ...] = field(default=(), repr=False)
    file: str = ""
    """Name of the file under data/extra, if it stands there."""

    @property
    def fold(self) -> int:
        """Which part of the cross-validation holds this sentence out."""
        return zlib.crc32(self.text.encode()) % FOLDS


def read(data: Path, intents_csv: Path) -> list[Sentence]:
    """Return every sentence, in a fixed order."""
    rows = list(csv.DictReader(intents_csv.open(encoding="utf-8")))
    found = [_intent(row, "own") for row in _lines(data / "own" / "intents_zh.jsonl")]
    found += [_scam(row, "scam") for row in _lines(data / "own" / "scam_zh.jsonl")]
    for file in sorted((data / "extra").glob("*.jsonl")):
        rows_of_file = (_scam(row, "extra") if "scam" in row else _intent(row, "extra") for row in _lines(file))
        found += [replace(sentence, file=file.name) for sentence in rows_of_file]
    found += _english(data, rows)
    names = {row["intent"] for row in rows}
    unknown = {sentence.intent for sentence in found if sentence.intent} - names
    if unknown:
        raise SystemExit(f"intents that intents.csv does not know: {sorted(unknown)}")
    return found


def _lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _intent(row: dict, source: str) -> Sentence:
    return Sentence(
        row["text"],
        source,
        row.get("split", "train"),
        row["intent"],
        tuple(row.get("intents", ())),
        row.get("sentiment"),
        row.get("emotion"),
        None if row["intent"] in MAYBE_DECEIVED else False,
        entities=tuple(row.get("entities", ())),
    )


def _scam(row: dict, source: str) -> Sentence:
    return Sentence(
        row["text"],
        source,
        row.get("split", "train"),
        row.get("intent"),
        scam=row["scam"],
        scam_type=row.get("scam_type"),
        neighbour=not row["scam"] and bool(row.get("resembles")),
    )


def _english(data: Path, rows: list[dict]) -> list[Sentence]:
    by_intent: dict[str, set[str]] = defaultdict(set)
    banking = data / "banking77_en" / "train.csv"
    if banking.exists():
        intent_of = _mapping(rows, "banking77")
        for row in csv.DictReader(banking.open(encoding="utf-8")):
            if row["category"] in intent_of:
                by_intent[intent_of[row["category"]]].add(row["text"])
    clinc = data / "clinc150_en" / "data_train_val.json"
    if clinc.exists():
        intent_of = _mapping(rows, "clinc150")
        for part in json.loads(clinc.read_text(encoding="utf-8")).values():
            for text, label in part:
                by_intent[intent_of.get(label, "out_of_scope")].add(text)
    found = []
    for intent, texts in sorted(by_intent.items()):
        limit = ENGLISH_OUT_OF_SCOPE if intent == "out_of_scope" else ENGLISH_PER_INTENT
        picked = sorted(texts, key=lambda text: (zlib.crc32(text.encode()), text))[:limit]
        found += [Sentence(text, "english", "train", intent) for text in picked]
    return found


def _mapping(rows: list[dict], column: str) -> dict[str, str]:
    return {label: row["intent"] for row in rows for label in (row[column] or "").split(";") if label}
