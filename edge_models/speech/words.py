"""jieba's dictionary, loaded once from a cache of our own."""

from __future__ import annotations

import logging
from pathlib import Path

import jieba


def load_dictionary(cache: Path) -> None:
    """Load the dictionary (half a second, once a process). jieba would trust a file of a known name in the shared /tmp."""
    jieba.setLogLevel(logging.WARNING)
    cache.mkdir(parents=True, exist_ok=True)
    jieba.dt.tmp_dir = str(cache)
    jieba.initialize()
