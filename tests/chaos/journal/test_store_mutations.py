"""10,000 random mutations of headquarters' store by somebody who has its database: every one is found."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from headquarters.audit import verify
from headquarters.store import Store
from tests.unit.hq import mutations
from tests.unit.hq.test_audit import fill

MUTATIONS = 10_000


@pytest.mark.long
@pytest.mark.timeout(0)
def test_every_one_of_ten_thousand_is_found(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    with closing(Store(tmp_path / "hq.sqlite3")) as store:
        fill(store)
        missed = mutations.unnoticed(store.connection, MUTATIONS, 17, lambda: verify(store.connection).fault)
    record_property("mutations", MUTATIONS)
    record_property("found", MUTATIONS - len(missed))
    assert missed == []
