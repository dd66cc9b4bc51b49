"""The scripted customers: the held-out ones are as they were committed."""

from __future__ import annotations

import hashlib
from pathlib import Path

SCENARIOS = Path(__file__).parents[3] / "data/scenarios"


def test_held_out_files_are_as_they_were_committed():
    committed = dict(reversed(line.split("  ")) for line in (SCENARIOS / "held_out.sha256").read_text().splitlines())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (SCENARIOS / "held_out").iterdir()}
    assert found == committed
