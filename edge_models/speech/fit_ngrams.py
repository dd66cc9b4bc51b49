"""Fits the character trigrams: ``python -m edge_models.speech.fit_ngrams DATA_DIR...`` reads the ``*.jsonl`` files there.

Every line with a ``text`` whose ``split`` is not validation counts once; punctuation is left out. Deterministic.
"""

from __future__ import annotations

import sys
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from edge_models.speech.fit import plain_text, training_rows
from edge_models.speech.ngrams import END, ORDER, START, WEIGHTS, steps

_RARE = 2
"""A character written less often is not offered as what was meant."""


def fit(sentences: Iterable[str]) -> dict[str, np.ndarray]:
    """Return counts of n-grams and of their contexts, by ascending CRC-32 (as `steps` writes it), and the characters, the commonest first."""
    grams: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for sentence in sorted(set(sentences)):
        words = plain_text(sentence)
        characters.update(c for c in words if "\u4e00" <= c <= "\u9fff")
        padded = START * (ORDER - 1) + words + END
        for i in range(ORDER - 1, len(padded)):
            grams.update(padded[i - size : i + 1] for size in range(ORDER))
    totals: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for gram, count in grams.items():
        totals[gram[:-1]] += count
        kinds[gram[:-1]] += 1
    keys, counts = _by_key(grams)
    contexts, sums = _by_key(totals)
    return {
        "keys": steps(keys),
        "counts": counts.astype(np.uint16),
        "contexts": steps(contexts),
        "totals": sums,
        "kinds": _by_key(kinds)[1].astype(np.uint16),
        "characters": np.array([ord(c) for c, n in characters.most_common() if n >= _RARE], dtype=np.uint16),
    }


def _by_key(counts: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
    by_key = {zlib.crc32(gram.encode()): count for gram, count in sorted(counts.items())}
    keys = sorted(by_key)
    return np.array(keys, dtype=np.uint32), np.array([by_key[k] for k in keys], dtype=np.uint32)


def main() -> None:
    """Fit and write the counts beside this module."""
    rows = training_rows(Path(name) for name in sys.argv[1:])
    stored: dict[str, Any] = fit(row["text"] for row in rows)
    np.savez_compressed(Path(__file__).parent / WEIGHTS, **stored)


if __name__ == "__main__":
    main()
