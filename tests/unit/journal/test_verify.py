"""Whole-journal integrity: whatever is changed, taken out, put in or moved is found, and nothing is found where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.journal import Journal
from guitai.journal.ledger import Keys
from guitai.journal.verify import verify
from tests.unit.journal import mutations
from tests.unit.journal.conftest import KEY
from tests.unit.journal.sample import fill

MUTATIONS = 300


def test_an_untouched_journal_has_no_fault(journal: Journal) -> None:
    assert journal.verify().fault == ""
    fill(journal)
    found = journal.verify()
    assert (found.fault, found.events > 10, found.waiting > 5, found.checkpoints) == ("", True, True, 0)


def test_every_mutation_is_found(journal: Journal) -> None:
    fill(journal)
    assert mutations.unnoticed(journal._connection, MUTATIONS, 1, lambda: journal.verify().fault) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE event SET at_ms = at_ms + 1 WHERE session_id = 's1' AND place % 1024 = 2", "event s1 2 or one of its effects was changed"),
        ("DELETE FROM event WHERE session_id = 's1' AND place % 1024 = 1", "event s1 2 does not follow the event before it"),
        ("UPDATE event SET effects = CAST('[]' AS BLOB) WHERE session_id = 's1' AND place % 1024 = 2", "event s1 2 or one of its effects was changed"),
        ("DELETE FROM unfinished", "unfinished effect s1 5 1 s1-n is missing"),
        ("INSERT INTO unfinished SELECT 'r', place, 0 FROM event WHERE session_id = 's1' LIMIT 1", "unfinished effect s1 1 0 r was never written"),
        ("INSERT INTO unfinished SELECT 'r', place, n FROM unfinished LIMIT 1", "unfinished effect s1 5 1 r was never written"),
        ("UPDATE lane SET sequence = sequence + 1 WHERE lane = 'money'", "lane money was changed"),
        ("DELETE FROM outbox WHERE place = (SELECT max(place) FROM outbox WHERE place >> 40 = 2)", "outbox row money"),
        ("DELETE FROM vault", "kept value s4 account is missing"),
        ("DELETE FROM entry WHERE n = 3", "entry 3 of the ledger is missing"),
        ("DELETE FROM entry WHERE n = (SELECT max(n) FROM entry)", "its end was cut off"),
        ("UPDATE counter SET value = 0", "counter debug_dropped was changed"),
    ],
)  # fmt: skip
def test_the_first_fault_is_named_in_words(journal: Journal, statement: str, words: str) -> None:
    fill(journal)
    journal._connection.execute(statement)
    assert words in journal.verify().fault


def test_a_journal_that_was_replaced_by_an_older_copy_of_itself_is_found_by_what_is_known_of_it(path: Path) -> None:
    first = Journal.open(path, KEY, "kiosk-001")
    fill(first)
    before = mutations.read(first._connection)
    fill(first, sessions=("s7", "s8"))
    anchor = first._ledger.head()
    with first._ledger.writing():
        mutations.write(first._connection, before)
    keys = Keys.of(KEY)
    assert verify(first._connection, keys).fault == ""
    assert "older copy" in verify(first._connection, keys, anchor=anchor).fault
    first.close()
