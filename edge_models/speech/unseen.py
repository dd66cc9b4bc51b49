"""Clips nothing was tuned on: ``python -m edge_models.speech.unseen MODELS SENTENCES.jsonl FOLDER`` writes them with a manifest.

Sentences marked validation, by two voices, in a room and in a noise that are used nowhere else, and the same sentences in
places that are used for tuning, to tell where an error comes from. Score them with ``guitai eval asr FOLDER/manifest.tsv``.
"""

from __future__ import annotations

import json
import re
import sys
import wave
from pathlib import Path

import numpy as np

from edge_models.speech.audio import RATE_HZ, Samples, to_float, to_int16
from edge_models.speech.customer import Customer
from edge_models.speech.rooms import SEEN, UNSEEN, heard

UNSEEN_VOICES = ("zm_yunyang", "zf_xiaoni")
"""Never tuned on. Even people make out little of the second one."""

SEEN_VOICES = ("zf_xiaoxiao", "zm_yunxi")
SPEEDS = (1.0, 0.9, 1.1)
PLACES = {"hall": UNSEEN, "booth": SEEN[0]}
COUNT = 48
SEED = 23
_TAIL_S = 0.25
_MANDARIN = re.compile(r"[\u4e00-\u9fff，。？！、]{4,24}")


def sentences(lines: list[str]) -> list[str]:
    """Return `COUNT` Mandarin sentences of those marked validation, always the same ones."""
    rows = [json.loads(line) for line in lines if line.strip()]
    fit = [row["text"] for row in rows if row.get("split") == "validation" and _MANDARIN.fullmatch(row["text"])]
    order = np.random.default_rng(SEED).permutation(len(texts := sorted(set(fit))))
    return [texts[i] for i in order[:COUNT]]


def make(models: Path, texts: list[str], folder: Path) -> None:
    """Write a clip per sentence and place into `folder`, and manifest.tsv with the columns file, text, group."""
    folder.mkdir(parents=True, exist_ok=True)
    customer = Customer(models, folder)
    voices = (*UNSEEN_VOICES, *SEEN_VOICES)
    rows = ["file\ttext\tgroup"]
    for number, text in enumerate(texts):
        voice = voices[number % len(voices)]
        spoken = to_float(customer.say(text, voice, SPEEDS[number % len(SPEEDS)], None).samples)
        for name, place in PLACES.items():
            file = f"{number:03}_{name}.wav"
            _write(folder / file, to_int16(heard(np.pad(spoken, (0, int(_TAIL_S * RATE_HZ))), place)))
            rows.append(f"{file}\t{text}\t{voice}_{name}")
    (folder / "manifest.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _write(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.astype("<i2").tobytes())


def main() -> None:
    """Make the clips."""
    models, lines, folder = (Path(name) for name in sys.argv[1:4])
    make(models, sentences(lines.read_text(encoding="utf-8").splitlines()), folder)


if __name__ == "__main__":
    main()
