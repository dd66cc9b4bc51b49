"""Updates broken off at random points on a real store of files: a whole version is always what would start, and it ends well."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.updates.interrupted import interrupt
from tests.fixtures.updates import shared_keys

ROOT = os.geteuid() == 0


@pytest.mark.parametrize("cause", ["kill", "power", "download"])
def test_a_few_interruptions(cause, tmp_path: Path) -> None:
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        assert interrupt(folder, shared_keys(), cause, seed).interrupted


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_at_least_two_hundred_interruptions_leave_a_version_that_works(tmp_path: Path, record_property) -> None:
    causes = ["kill", "power", "download", *(["disk"] if ROOT else [])]
    count = Counter[str]()
    ended = Counter[str]()
    for seed in range(60):
        for cause in causes:
            folder = tmp_path / f"{cause}{seed}"
            folder.mkdir()
            result = interrupt(folder, shared_keys(), cause, seed)
            count[cause] += result.interrupted
            ended[result.status] += 1
    for name, number in (count | ended).items():
        record_property(name, number)
    assert sum(count.values()) >= 200
    assert ended["SUCCEEDED"]
    assert ended["FAILED"]
