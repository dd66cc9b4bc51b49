"""A session log: written, verified, run again; a changed byte is found with its line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.journal import Journal, recording
from guitai.messages.card import CardInserted, CardTaken, MoveCard
from guitai.messages.session import CloseSession, Occurred, SessionOpened
from guitai.messages.voice import Speak
from guitai.replay import Difference, replay

KEY = bytes(32)
OPENED = SessionOpened("s1", "kiosk-001", "heping", "浙江杭州", True, 10, "abc")
EVENTS = (OPENED, CardInserted("tok", "3802"), CardTaken())


@dataclass(frozen=True, slots=True)
class Toy:
    """The state of a toy session core."""

    cards: int = 0


def toy_step(state: Toy, occurred: Occurred) -> tuple[Toy, tuple[object, ...]]:
    """Greet, give every card back, close."""
    match occurred.event:
        case SessionOpened():
            return state, (Speak("k1", "您好"),)
        case CardInserted():
            return replace(state, cards=state.cards + 1), (MoveCard(f"r{state.cards + 1}", "exit"),)
        case _:
            return state, (CloseSession("s1", "done", f"{state.cards} cards"),)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    journal = Journal.open(folder / "journal.db", KEY, "kiosk-001")
    state = Toy()
    for n, event in enumerate(EVENTS, start=1):
        state, effects = toy_step(state, Occurred(n, n, event))
        journal.append("s1", Occurred(n, n, event), effects)
    journal.export("s1", folder / "s1.jsonl")
    journal.close()
    return folder / "s1.jsonl"


def test_a_log_says_where_it_comes_from_and_is_private(log: Path) -> None:
    read = recording.read(log)
    assert (read.session_id, read.kiosk_id, read.rules_hash) == ("s1", "kiosk-001", "abc")
    assert [s.occurred.event for s in read.steps] == list(EVENTS)
    assert log.stat().st_mode & 0o777 == 0o600
    assert not list(log.parent.glob("*.new"))


def test_the_same_program_decides_the_same(log: Path) -> None:
    assert replay(recording.read(log), Toy(), toy_step) is None


def test_the_first_difference_is_reported_with_its_line(log: Path) -> None:
    def other(state: Toy, occurred: Occurred) -> tuple[Toy, tuple[object, ...]]:
        state, effects = toy_step(state, occurred)
        return state, effects if isinstance(occurred.event, SessionOpened) else ()

    difference = replay(recording.read(log), Toy(), other)
    assert difference == Difference(3, "card.inserted", '{"request_id":"r1","to":"exit","type":"card.move"}', None)


def test_an_effect_too_many_is_a_difference(log: Path) -> None:
    def chatty(state: Toy, occurred: Occurred) -> tuple[Toy, tuple[object, ...]]:
        state, effects = toy_step(state, occurred)
        return state, (*effects, Speak("k2", "!"))

    difference = replay(recording.read(log), Toy(), chatty)
    assert difference is not None
    assert (difference.line, difference.expected) == (2, None)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_one_changed_byte_anywhere_is_reported_with_its_line(
    log: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(log.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    line = content[:at].count(b"\n") + 1
    content[at] ^= data.draw(st.integers(1, 255))
    _assert_altered(tmp_path_factory.getbasetemp() / "altered.jsonl", bytes(content), line)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_a_byte_less_or_more_is_reported_with_its_line(
    log: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = log.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    line = content[:at].count(b"\n") + 1
    path = tmp_path_factory.getbasetemp() / "altered.jsonl"
    _assert_altered(path, content[:at] + content[at + 1 :], line)
    _assert_altered(path, content[:at] + b" " + content[at:], line)


@pytest.mark.parametrize("keep", [0, 1, 3])
def test_lines_cut_off_the_end_are_missed(log: Path, tmp_path: Path, keep: int) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    _assert_altered(tmp_path / "short.jsonl", b"".join(lines[:keep]), max(1, keep))


def test_a_missing_log_and_an_unknown_session_are_plain_errors(tmp_path: Path) -> None:
    with pytest.raises(GuitaiError, match=r"log_unreadable"):
        recording.read(tmp_path / "none.jsonl")
    journal = Journal.open(tmp_path / "journal.db", KEY, "kiosk-001")
    with pytest.raises(GuitaiError, match=r"no_session"):
        journal.export("s9", tmp_path / "s9.jsonl")
    journal.close()


def _assert_altered(path: Path, content: bytes, line: int) -> None:
    path.write_bytes(content)
    with pytest.raises(GuitaiError, match=r"log_altered") as caught:
        recording.read(path)
    assert caught.value.params["line"] == line
