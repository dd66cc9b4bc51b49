"""A fresh journal and a short session to write into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guitai.journal import Journal

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal.open(path, KEY, "kiosk-001", debug_rows=5)
    yield opened
    opened.close()
