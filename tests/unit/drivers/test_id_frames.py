"""Frames of the ID-card reader against published captures."""

from __future__ import annotations

import pytest

from firmware_bridge.drivers.id_frames import (
    FIND,
    FOUND,
    OK,
    READ,
    READ_FAILED,
    READER_REJECTS,
    SELECT,
    Answer,
    Answers,
    Damaged,
    frame,
    split_read,
)


@pytest.mark.parametrize(
    ("command", "sent"),
    [(FIND, "AAAAAA96690003200122"), (SELECT, "AAAAAA96690003200221"), (READ, "AAAAAA96690003300132")],
)
def test_commands_are_as_captured(command: bytes, sent: str):
    assert frame(command) == bytes.fromhex(sent)


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        ("AAAAAA9669000800009F0000000097", Answer(FOUND, bytes(4))),
        ("AAAAAA9669000C00009000000000000000009C", Answer(OK, bytes(8))),
        ("AAAAAA9669000400004145", Answer(READ_FAILED)),
        ("AAAAAA9669000400003236", Answer(READER_REJECTS)),
    ],
)
def test_captured_answers_are_understood(received: str, answer: Answer):
    assert Answers().feed(bytes.fromhex(received)) == [answer]


def test_the_longest_read_has_the_captured_length():
    data = (256).to_bytes(2, "big") + (1024).to_bytes(2, "big") + bytes(256 + 1024)
    whole = frame(bytes([0, 0, OK]) + data)
    assert len(whole) == 1295
    assert Answers().feed(whole) == [Answer(OK, data)]
    assert split_read(data) == (bytes(256), bytes(1024))


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x00", bytes.fromhex("00010001aa"), bytes.fromhex("00010001aabbcc")])
def test_lengths_that_do_not_fit_are_no_card(data: bytes):
    assert split_read(data) is None


def test_a_wrong_checksum_is_told_and_what_follows_is_found():
    wrong = bytes.fromhex("AAAAAA9669000400004146")
    right = bytes.fromhex("AAAAAA9669000400004145")
    assert Answers().feed(wrong + right) == [Damaged(), Answer(READ_FAILED)]


def test_a_frame_too_short_for_a_status_is_damaged():
    assert Answers().feed(frame(b"\x00")) == [Damaged()]


def test_data_of_an_answer_is_never_shown():
    assert repr(Answer(OK, "李桂英".encode("utf-16-le"))) == "Answer(90, 6 bytes)"
