"""What threat model, compliance map and the list of faults call a test is one, and every row of theirs has its answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guitai.health.finding import codes

REPOSITORY = Path(__file__).resolve().parents[3]
DOCS = REPOSITORY / "docs"
PAGES = ("threat-model.md", "compliance.md", "operations.md")
NAMED = re.compile(r"`((?:tests/)?[\w/.]*?(?:test_\w+\.py|tests/[\w/]+))(?:::\w+)?`")


def rows(page: str) -> list[list[str]]:
    """The cells of every table's rows, without heads and rules."""
    found, head = [], True
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            head = True
        elif set(line) <= set("|-"):
            head = False
        elif not head:
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def named_in(cell: str) -> list[Path]:
    """The files and folders a cell names; a bare file lies beside the one before it."""
    found: list[Path] = []
    for name in NAMED.findall(cell):
        path = REPOSITORY / name if name.startswith("tests/") else (found[-1].parent if found else DOCS) / name
        found.append(path)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_test_named_is_there(page: str) -> None:
    named = [path for row in rows(page) for cell in row for path in named_in(cell)]
    assert len(named) > 10
    assert [str(path) for path in named if not path.exists()] == []
    empty = [path for path in named if path.is_dir() and not list(path.rglob("test_*.py"))]
    assert empty == []


def test_every_threat_has_a_test_or_says_that_nothing_covers_it() -> None:
    open_ = [row[1] for row in rows("threat-model.md") if not named_in(row[3])]
    assert all(row[3].startswith(("—", "`guitai")) for row in rows("threat-model.md") if not named_in(row[3])), open_
    assert len(open_) <= 1  # the compositor on a real seat


def test_every_demand_has_a_test_or_says_what_is_open() -> None:
    bare = [row for row in rows("compliance.md") if not any(map(named_in, row)) and not row[-1]]
    assert bare == []


def test_the_faults_tried_have_words_and_include_those_that_were_asked_for() -> None:
    table = [row for row in rows("operations.md") if len(row) == 4 and named_in(row[2])]
    said = {code for row in table for code in re.findall(r"`([a-z]+\.[a-z_]+)`", row[1])}
    assert len(table) >= 20
    assert said <= set(codes())
    assert {
        "devices.stopped", "clock.wrong", "disk.full", "certificate.expired", "microphone.dead", "camera.covered",
        "models.damaged", "line.not_authorised",
    } <= said  # fmt: skip
