"""10,000 random mutations of a signed journal by somebody with its key: every one is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guitai.journal import Journal, audit
from guitai.journal.checkpoints import EVERY_MS, Signing
from guitai.keys import device_check
from headquarters.pki import provision
from tests.chaos.journal.writer import KEY
from tests.unit.journal import mutations
from tests.unit.journal.sample import START_MS, fill

MUTATIONS = 10_000


@pytest.mark.long
@pytest.mark.timeout(0)
def test_every_one_of_ten_thousand_is_found(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    keys, path = tmp_path / "keys", tmp_path / "journal.db"
    provision(keys, "kiosk-001")
    journal = Journal.open(path, KEY, "kiosk-001", signing=Signing.of(keys, keys / "journal.anchor"))
    for n in range(3):
        fill(journal, sessions=[f"s{n}-{m}" for m in range(3)], start_ms=START_MS + n * EVERY_MS)
    journal.close()
    check = device_check(keys / "kiosk.crt")
    with audit.opened(path, KEY, "kiosk-001") as opened:
        missed = mutations.unnoticed(
            opened.connection, MUTATIONS, 11, lambda: opened.verify(check, keys / "journal.anchor").fault
        )
    record_property("mutations", MUTATIONS)
    record_property("found", MUTATIONS - len(missed))
    assert missed == []
