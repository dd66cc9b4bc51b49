"""multilingual-e5-small: a sentence to a vector of 384 (Wang et al. 2024, arXiv:2402.05672), ONNX Runtime, one thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from edge_models.store import Store

MODEL, TOKENIZER = "e5-small", "e5-tokenizer"
PREFIX = "query: "
"""E5 was trained with it; without it the vectors mean less."""

LONGEST_TOKENS = 96
"""A longer utterance is cut: the time of the encoder grows with its length."""

Vector = npt.NDArray[np.float32]


class Encoder:
    """Loads the verified files of the store."""

    def __init__(self, models: Path) -> None:
        store = Store(models)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(store.path(MODEL)), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(store.path(TOKENIZER)))

    def encode(self, text: str) -> Vector:
        """Return the unit vector of the sentence, float32 (384,)."""
        ids = np.array([self._tokenizer.encode(PREFIX + text).ids[:LONGEST_TOKENS]], np.int64)
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(vectors[0], np.float32)
