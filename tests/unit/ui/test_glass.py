"""A finger that rests and a part that feels nothing are told from touches alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_ui.glass import DEAD, ENOUGH, RESTING, RESTS_S, Glass, passed_by, to_keep
from kiosk_ui.glass import part_of as part
from kiosk_ui.glass_book import FILE, GlassBook, counts, written
from kiosk_ui.scene import Box, Scene, Target


def scene(*boxes: Box) -> Scene:
    return Scene("home", (1080, 1920), 1.0, "#FFFFFF", (), tuple(Target("t", box, "#000000", 0) for box in boxes))


def test_a_finger_that_stays_rests_until_it_leaves() -> None:
    glass = Glass().down("a", 4, 100.0, {4})
    assert glass.faults(100.0 + RESTS_S - 1) == ()
    assert glass.faults(100.0 + RESTS_S) == ((RESTING, 4),)
    assert glass.rests("a", 100.0 + RESTS_S)
    beside = glass.down("b", 5, 130.0, {4, 5}).up("b")
    assert beside.faults(130.0) == ((RESTING, 4),)
    assert beside.up("a").faults(500.0) == ()


def test_a_part_with_buttons_that_no_customer_ever_touches_is_dead() -> None:
    glass = Glass()
    for n in range(ENOUGH):
        assert glass.faults(n) == ()
        glass = glass.next_customer().down(n, 2, n, {2, 5}).up(n)
    assert glass.faults(ENOUGH) == ((DEAD, 5),)
    assert glass.down("x", 5, ENOUGH, {5}).up("x").faults(ENOUGH) == ()


def test_one_customer_is_counted_once_however_much_is_pressed() -> None:
    glass = Glass()
    for customer in range(ENOUGH):
        glass = glass.next_customer()
        for n in range(20):
            glass = glass.down(n, 2, n, {2, 5}).up(n)
        assert glass.missed == (0, 0, 0, 0, 0, customer + 1)
    touched = glass.down("x", 5, 30.0, {2, 5}).up("x").down("y", 2, 31.0, {2, 5})
    assert touched.missed == (0,) * 6  # once touched, its customer is not counted any more


def test_a_part_without_buttons_or_under_a_hand_is_not_dead() -> None:
    glass = Glass().down("hand", 5, 0.0, {5})
    for n in range(ENOUGH + 1):
        glass = glass.next_customer().down(n, 2, RESTS_S + n, {2, 5}).up(n)
    assert glass.faults(RESTS_S + ENOUGH) == ((RESTING, 5),)


def test_the_count_outlives_the_window(tmp_path) -> None:
    size, missed = (1080, 1920), Glass().missed
    for n in range(ENOUGH):  # every customer meets a new window
        glass = Glass(missed=counts(written(missed, size), size))
        assert glass.faults(n) == ()
        glass = glass.down(n, 2, n, {2, 5}).up(n).next_customer()
        assert to_keep(missed, glass.missed, gone=True)
        missed = glass.missed
    book = GlassBook(tmp_path, size)
    book.write(missed)
    book.close()
    assert Glass(missed=GlassBook(tmp_path, size).read()).faults(0) == ((DEAD, 5),)
    assert GlassBook(tmp_path, (1280, 800)).read() == (0,) * 6  # another glass


def test_counts_are_kept_when_a_customer_goes_and_at_once_where_a_part_has_felt_a_finger() -> None:
    kept = (0, 3, 0, 0, 0, 7)
    assert not to_keep(kept, kept, gone=True)
    assert not to_keep(kept, (1, 3, 0, 0, 0, 8), gone=False)
    assert to_keep(kept, (1, 3, 0, 0, 0, 8), gone=True)
    assert to_keep(kept, (1, 3, 0, 0, 0, 0), gone=False)


@pytest.mark.parametrize("damage", [b"", b"[]", b"\xff", b'{"missed": 3}', b'{"missed": [1, -1, 0, 0, 0, 0]}'])
def test_a_damaged_count_begins_anew(tmp_path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    assert GlassBook(tmp_path, (1080, 1920)).read() == (0,) * 6


def test_a_folder_that_cannot_be_written_keeps_no_window_from_its_work(tmp_path) -> None:
    book = GlassBook(tmp_path / "none", (1080, 1920))
    book.write((1,) * 6)
    book.close()
    assert book.read() == (0,) * 6


def test_who_types_or_writes_passes_no_button_by() -> None:
    names = {"key:1": Box(60, 1800, 100, 100), "sign:pad": Box(60, 900, 960, 200), "human": Box(60, 60, 100, 100)}
    shown = replace(scene(), targets=tuple(Target(name, box, "#000000", 0) for name, box in names.items()))
    assert [passed_by(shown, touched) for touched in (*names, "")] == [set(), set(), {0}, {0}]


@given(st.floats(-10, 1200), st.floats(-10, 2000))
def test_every_point_lies_in_a_part(x: float, y: float) -> None:
    assert 0 <= part(scene(), x, y) < 6


def test_parts_are_counted_from_the_top_left() -> None:
    assert [part(scene(), x, y) for x, y in ((10, 10), (900, 10), (10, 900), (900, 900), (10, 1900), (900, 1900))] == [
        *range(6)
    ]
    assert passed_by(scene(Box(0, 1800, 200, 100), Box(60, 900, 960, 200)), "t") == {4, 3}
