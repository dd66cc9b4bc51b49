"""Resampling, WAV files, the echo reference and the echo canceller, by their numbers."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.sound.blocks import BLOCK_NS, SPEAKER_BLOCK, Samples, to_int16
from firmware_bridge.sound.microphone import FileSource, Hands
from firmware_bridge.sound.reference import Reference
from firmware_bridge.sound.resample import Resampler, resample
from firmware_bridge.sound.wav import WavRecorder, read_wav
from guitai.errors import GuitaiError
from guitai.wire.rings import AUDIO_BLOCK


def sine(hz: float, rate: int, seconds: float, level: float = 10_000) -> Samples:
    return to_int16(level * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate))


def power_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-9))


@pytest.mark.parametrize(
    ("a", "b"), [(16_000, 48_000), (24_000, 48_000), (22_050, 48_000), (48_000, 16_000), (44_100, 16_000)]
)
def test_a_tone_stays_the_same_tone_at_another_rate(a: int, b: int) -> None:
    out = resample(sine(1000, a, 1), a, b)
    wanted = sine(1000, b, 1)
    middle = slice(len(wanted) // 10, len(wanted) * 9 // 10)
    assert abs(len(out) - len(wanted)) <= 1
    out = out[: len(wanted)]
    assert power_db(wanted[middle]) - power_db(out[middle] - wanted[middle]) > 35


def test_what_16_khz_cannot_carry_is_taken_out() -> None:
    out = resample(sine(9_500, 48_000, 1), 48_000, 16_000)
    assert power_db(sine(9_500, 48_000, 1)) - power_db(out[1000:-1000]) > 50


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=20),
    st.sampled_from([(22_050, 48_000), (48_000, 16_000), (16_000, 16_000)]),
)
def test_blocks_leave_no_seams(sizes: list[int], rates: tuple[int, int]) -> None:
    samples = np.random.default_rng(1).integers(-20_000, 20_000, sum(sizes)).astype(np.int16)
    whole = Resampler(*rates).feed(samples)
    stream = Resampler(*rates)
    parts = [stream.feed(part) for part in np.split(samples, np.cumsum(sizes)[:-1])]
    assert np.allclose(np.concatenate(parts), whole, atol=0.01)


def test_wav_files_of_any_rate_and_two_channels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(np.repeat(sine(500, 24_000, 0.5), 2).tobytes())
    assert abs(len(read_wav(path)) - 8000) <= 1
    assert power_db(read_wav(path)[800:-800]) == pytest.approx(power_db(sine(500, 16_000, 0.4)), abs=0.1)


@pytest.mark.parametrize("content", [b"", b"RIFFxxxx", b"not sound at all"])
def test_what_is_no_wav_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    for path in (tmp_path / "a.wav", tmp_path / "none.wav"):
        with pytest.raises(GuitaiError, match=r"bad_wav"):
            read_wav(path)


def test_a_recording_is_whole_after_every_block(tmp_path: Path) -> None:
    recorder = WavRecorder(tmp_path / "out.wav")
    recorder.write(np.ones(SPEAKER_BLOCK, np.int16))
    assert len(read_wav(tmp_path / "out.wav")) == AUDIO_BLOCK
    recorder.close()
    with pytest.raises(GuitaiError, match=r"bad_wav"):
        WavRecorder(tmp_path / "no" / "out.wav")


def test_a_file_is_heard_once_then_silence(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.arange(1, 401, dtype="<i2").tobytes())
    source = FileSource(tmp_path / "a.wav")
    heard = np.concatenate([source.read(0) for _ in range(3)])
    assert heard.tolist() == [*range(1, 401), *[0] * 560]


def test_hands_make_a_quiet_room_and_mix_voices() -> None:
    hands = Hands()
    room = np.concatenate([hands.read(n) for n in range(100)])
    assert power_db(room) - power_db(np.array([32_768])) == pytest.approx(-60, abs=0.5)
    first, second = sine(400, 16_000, 0.1), sine(700, 16_000, 0.05)
    hands.read(1_000)
    assert hands.feed(first) == 1_000 + 100_000_000
    hands.feed(second)
    heard = np.concatenate([hands.read(n) for n in range(6)]).astype(int)
    wanted = np.zeros(6 * AUDIO_BLOCK, int)
    wanted[:1600] += first
    wanted[:800] += second
    assert power_db(heard - wanted) < power_db(room) + 1


def test_the_reference_of_a_block_is_what_was_playing_then() -> None:
    reference = Reference(48_000)
    played = sine(300, 48_000, 1)
    for n in range(40):
        reference.put(played[n * 960 : (n + 1) * 960], n * BLOCK_NS, 960)
    taken = np.concatenate([reference.take(n * BLOCK_NS) for n in range(5, 35)])
    lead = 256 - 12  # 16 ms early, less the resampler's lag
    wanted = sine(300, 16_000, 1)[5 * 320 + lead :][: len(taken)]
    assert power_db(wanted) - power_db(taken.astype(int) - wanted) > 25


def test_a_silent_loudspeaker_leaves_no_reference_and_jitter_moves_nothing() -> None:
    reference = Reference(48_000)
    for n in range(5):
        reference.put(None, n * BLOCK_NS, 960)
    assert reference.take(0) is None
    loud = np.full(960, 1000, np.int16)
    for n in range(5, 50):
        reference.put(loud, n * BLOCK_NS + (n % 3) * 5_000_000, 960)
    blocks = [reference.take(n * BLOCK_NS - (n % 2) * 7_000_000) for n in range(1, 40)][9:]
    assert all(block is not None and block.min() > 990 for block in blocks)


def test_a_stamp_gone_astray_moves_nothing_and_a_lasting_jump_realigns() -> None:
    reference = Reference(48_000)
    ramp = np.arange(0, 32_000, 32_000 / 96_000)  # 2 s: the sample tells its time

    def put(n: int, late_ns: int = 0) -> None:
        reference.put(ramp[n * 960 :][:960].astype(np.int16), n * BLOCK_NS + late_ns, 960)

    def place(n: int, late_ns: int = 0) -> float:
        block = reference.take(n * BLOCK_NS + late_ns)
        assert block is not None
        return float(block[160])

    for n in range(20):
        put(n, late_ns=300_000_000 if n == 9 else 0)
    in_step = [place(n, late_ns=-100_000_000 if n == 12 else 0) for n in range(10, 18)]
    assert np.allclose(np.diff(in_step), 320, atol=2)
    for n in range(20, 40):
        put(n, late_ns=200_000_000)  # the device stood still for 0.2 s
    assert place(44) == pytest.approx(place(45) - 320, abs=2)
    assert place(46) == pytest.approx(36 * 320 + 160 + 244, abs=20)
