"""The mixer: order, priority, hush, and not one sample lost or doubled."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.sound.blocks import SPEAKER_BLOCK, SPEAKER_RATE_HZ
from firmware_bridge.sound.mixer import FADE, MAX_WAITING_S, Mixer, Note
from guitai.errors import GuitaiError

A, B, T = (1, "a"), (1, "b"), (2, "t")
RATE = SPEAKER_RATE_HZ


def tone(value: int, blocks: float) -> bytes:
    return np.full(int(SPEAKER_BLOCK * blocks), value, "<i2").tobytes()


def play(mixer: Mixer, key: tuple[int, str], value: int, blocks: float, priority: str = "prompt") -> None:
    mixer.start(key, RATE, priority)
    mixer.chunk(key, tone(value, blocks))
    mixer.end(key)


def drain(mixer: Mixer, blocks: int) -> tuple[list[int], list[Note]]:
    samples: list[int] = []
    notes: list[Note] = []
    for _ in range(blocks):
        block, new = mixer.read()
        samples += [0] * SPEAKER_BLOCK if block is None else block.tolist()
        notes += new
    return samples, notes


def test_plays_of_one_priority_follow_each_other_without_a_gap() -> None:
    mixer = Mixer()
    play(mixer, A, 100, 1.5)
    play(mixer, B, 200, 1)
    samples, notes = drain(mixer, 3)
    assert samples == [100] * 1440 + [200] * 960 + [0] * 480
    assert notes == [Note(A, "began", 0), Note(A, "played", 480), Note(B, "began", 480), Note(B, "played", 480)]


def test_the_teller_goes_first_and_the_prompt_goes_on_after() -> None:
    mixer = Mixer()
    play(mixer, A, 100, 2)
    drain(mixer, 1)
    play(mixer, T, 300, 1, "teller")
    samples, notes = drain(mixer, 2)
    assert samples == [300] * 960 + [100] * 960
    assert notes == [Note(T, "began", 0), Note(T, "played", 960), Note(A, "played", 960)]


def test_a_teller_who_is_silent_does_not_hold_prompts_up() -> None:
    mixer = Mixer()
    mixer.start(T, RATE, "teller")
    play(mixer, A, 100, 1)
    assert drain(mixer, 1)[0] == [100] * 960


def test_silence_is_told_from_sound_so_that_it_costs_nothing() -> None:
    mixer = Mixer()
    assert mixer.read() == (None, [])
    assert mixer.idle
    mixer.start(A, RATE, "prompt")
    assert not mixer.idle
    assert mixer.read() == (None, [])


def test_hush_fades_within_5_ms_and_the_rest_is_dropped() -> None:
    mixer = Mixer()
    play(mixer, A, 1000, 50)
    play(mixer, B, 2000, 50)
    drain(mixer, 1)
    mixer.hush(lambda key: key[0] == 1)
    samples, notes = drain(mixer, 2)
    assert samples[0] == 1000
    assert all(x >= y for x, y in itertools.pairwise(samples[:FADE]))
    assert not any(samples[FADE:])
    assert notes == [Note(A, "played", FADE, interrupted=True), Note(B, "played", FADE, interrupted=True)]
    mixer.chunk(A, tone(1, 1))
    mixer.end(A)
    assert mixer.read() == (None, [])


def test_a_play_hushed_before_it_began_makes_no_sound() -> None:
    mixer = Mixer()
    play(mixer, A, 1000, 5)
    mixer.hush(lambda key: key == A)
    assert mixer.read() == (None, [Note(A, "played", 0, interrupted=True)])


def test_an_empty_play_is_over_at_once_and_a_starving_one_waits() -> None:
    mixer = Mixer()
    mixer.start(A, RATE, "prompt")
    mixer.chunk(A, tone(7, 0.5))
    play(mixer, B, 9, 1)
    assert drain(mixer, 2)[0] == [7] * 480 + [0] * 1440
    mixer.end(A)
    samples, notes = drain(mixer, 1)
    assert samples == [9] * 960
    assert notes == [Note(A, "played", 0), Note(B, "began", 0), Note(B, "played", 960)]


@pytest.mark.parametrize("odd", [b"\0", b"\0\0\0"])
def test_half_a_sample_and_a_second_start_are_refused(odd: bytes) -> None:
    mixer = Mixer()
    mixer.start(A, RATE, "prompt")
    with pytest.raises(GuitaiError, match=r"bad_play"):
        mixer.chunk(A, odd)
    with pytest.raises(GuitaiError, match=r"bad_play"):
        mixer.start(A, RATE, "teller")


def test_no_client_can_make_us_hold_more_than_two_minutes() -> None:
    mixer = Mixer()
    mixer.start(A, 8000, "prompt")
    for _ in range(MAX_WAITING_S + 1):
        mixer.chunk(A, bytes(16_000))
    with pytest.raises(GuitaiError, match=r"waiting"):
        mixer.chunk(A, bytes(16_000))


@given(st.lists(st.tuples(st.integers(0, 2000), st.booleans()), max_size=30))
def test_no_sample_is_lost_or_doubled(chunks: list[tuple[int, bool]]) -> None:
    mixer = Mixer()
    mixer.start(A, RATE, "prompt")
    sent, heard, at = [], [], 1
    for size, read in chunks:
        part = [(at + n) % 30_000 + 1 for n in range(size)]
        at += size
        sent += part
        mixer.chunk(A, np.array(part, "<i2").tobytes())
        if read:
            heard += drain(mixer, 1)[0]
    mixer.end(A)
    heard += drain(mixer, len(sent) // SPEAKER_BLOCK + 2)[0]
    assert [x for x in heard if x] == sent


def private(mixer: Mixer, key: tuple[int, str], value: int, blocks: float) -> None:
    mixer.start(key, RATE, "prompt", private=True)
    mixer.chunk(key, tone(value, blocks))
    mixer.end(key)


def test_what_only_the_customer_hears_never_reaches_the_loudspeaker() -> None:
    mixer = Mixer()
    private(mixer, A, 100, 2)
    assert mixer.read() == (None, [Note(A, "played", 0, interrupted=True)])  # there is no handset
    mixer.fit(True)
    private(mixer, A, 100, 2)
    assert mixer.read() == (None, [Note(A, "played", 0, interrupted=True)])  # it is on its hook
    mixer.route("handset")
    private(mixer, A, 100, 3)
    play(mixer, B, 200, 1)
    assert mixer.read() == (None, [])
    block, notes = mixer.read("handset")
    assert (set(block.tolist()), notes) == ({100}, [Note(A, "began", 0)])
    mixer.route("loudspeaker")
    assert mixer.read("handset") == (None, [])
    block, notes = mixer.read()
    assert set(block.tolist()) == {200}
    assert notes[:2] == [Note(A, "played", 0, interrupted=True), Note(B, "began", 0)]


def test_a_handset_that_is_pulled_out_drops_what_was_private_and_the_rest_goes_on_aloud() -> None:
    mixer = Mixer()
    mixer.route("handset")
    assert mixer.output == "loudspeaker"
    mixer.fit(True)
    private(mixer, A, 100, 2)
    play(mixer, T, 300, 2, "teller")
    assert set(mixer.read("handset")[0].tolist()) == {300}
    mixer.fit(False)
    samples, notes = drain(mixer, 3)
    assert samples == [300] * 960 + [0] * 1920
    assert Note(A, "played", 0, interrupted=True) in notes
    assert mixer.idle


DEEDS = ["lift", "hang", "pull", "plug", "say", "begin", "more", "hush", "read"]


@given(st.lists(st.sampled_from(DEEDS), max_size=40))
def test_no_turn_of_events_lets_the_loudspeaker_play_what_is_private_and_each_play_is_told_once(
    deeds: list[str],
) -> None:
    mixer, numbers, keys = Mixer(), itertools.count(), [(1, "begun")]
    told: list[Note] = []
    for deed in deeds:
        match deed:
            case "lift" | "hang":
                mixer.route("handset" if deed == "lift" else "loudspeaker")
            case "plug" | "pull":
                mixer.fit(deed == "plug")
            case "say":
                private(mixer, (1, str(next(numbers))), 100, 1.3)
            case "begin":  # it is never ended
                keys.append((1, str(next(numbers))))
                mixer.start(keys[-1], RATE, "prompt", private=True)
            case "more":  # also to one that was dropped
                mixer.chunk(keys[-1], tone(100, 0.7))
            case "hush":
                mixer.hush(lambda key: key == keys[-1])
            case _:
                told += mixer.read("handset")[1]
        block, notes = mixer.read()
        assert block is None
        told += notes
    mixer.hush(lambda _: True)
    told += mixer.read("handset")[1] + mixer.read()[1]
    over = [note.key for note in told if note.what == "played"]
    assert sorted(over) == sorted({(1, str(n)) for n in range(next(numbers))})
