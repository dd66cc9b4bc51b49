"""Real models on speech the project makes: voice activity, words, endpoint, and nothing out of silence and noise."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from edge_models.speech.asr.vosk import Vosk
from edge_models.speech.audio import RATE_HZ, resample, rms, to_float, to_int16
from edge_models.speech.bench import figures, listen
from edge_models.speech.customer import room_noise
from edge_models.speech.ear import Ear
from edge_models.speech.endpoint import Signal
from edge_models.speech.listen import Recognition
from edge_models.speech.vad import FRAME
from edge_models.store import Store
from guitai.messages.voice import IntentGuess, Understanding


def understand(_: str) -> Understanding:
    return Understanding((IntentGuess("query_balance", 0.9),))


def test_voice_activity_tells_speech_from_noise(vad, say):
    spoken = say("查一下余额", "zm_yunxi").samples
    heard = [vad(spoken[at : at + FRAME]) for at in range(0, len(spoken) - FRAME, FRAME)]
    vad.reset()
    noise = to_int16(room_noise(RATE_HZ * 2, -30.0))
    quiet = [vad(noise[at : at + FRAME]) for at in range(0, len(noise) - FRAME, FRAME)]
    assert np.mean([p > 0.5 for p in heard]) > 0.7
    assert max(quiet[8:]) < 0.5


def test_bank_sentences_are_understood_and_not_cut(vad, say, whisper):
    lines = [
        ("我想给张伟|0.9|转五千块", "zf_xiaoyi"),
        ("请帮我找一个人工柜员", "zm_yunxi"),
        ("转账手续费是多少", "zf_xiaoyi"),
    ]
    ear, recognition = Ear(vad), Recognition(whisper, understand)
    spoken = [say(text, voice, 1.0, -55.0) for text, voice in lines]
    results = [listen(ear, recognition, utterance) for utterance in spoken]
    found = figures(results, [bool(u.pauses_s) for u in spoken])
    assert found.cut_off_rate == 0.0
    assert found.cer <= 0.15
    assert all(0.0 < result.delay_s < 3.0 + result.asr_s for result in results)


@pytest.mark.parametrize("level_db", [None, -60.0, -35.0])
def test_no_words_out_of_silence_and_noise(whisper, level_db):
    wave = np.zeros(RATE_HZ * 2, dtype=np.float32) if level_db is None else room_noise(RATE_HZ * 2, level_db)
    assert whisper.transcribe(to_int16(wave), "free").text == ""


def test_a_cough_is_not_heard(vad):
    ear = Ear(vad)
    burst = np.random.default_rng(1).standard_normal(int(0.15 * RATE_HZ)).astype(np.float32) * 0.2
    sound = np.concatenate([np.zeros(RATE_HZ), burst, np.zeros(RATE_HZ)]).astype(np.float32)
    assert ear.feed(to_int16(sound), 3_000_000_000) == []


def test_times_are_those_of_the_samples(vad, say):
    spoken = say("转账手续费是多少", "zm_yunxi").samples
    sound = np.concatenate([np.zeros(RATE_HZ, np.int16), spoken, np.zeros(3 * RATE_HZ, np.int16)])
    ear, heard = Ear(vad), []
    start_ns = 77_000_000_000
    for at in range(0, len(sound) - 319, 320):
        heard += ear.feed(sound[at : at + 320], start_ns + (at + 320) * 62_500)
    ended = next(h for h in heard if h.signal is Signal.ENDED)
    true_ns = start_ns + (RATE_HZ + len(spoken)) * 62_500
    assert abs(ended.speech_end_ns - true_ns) < 150_000_000


def test_a_customer_is_loud_enough_and_pauses_where_told(say):
    plain, slow = say("查一下余额", "zm_yunxi"), say("查一下|1.0|余额", "zm_yunxi")
    assert slow.text == "查一下余额"
    assert slow.pauses_s == (1.0,)
    assert len(slow.samples) - len(plain.samples) > 0.7 * RATE_HZ
    assert rms(plain.samples) > 0.02


def test_vosk_streams_words_and_keeps_to_a_grammar(models_dir: Path, tmp_path: Path):
    engine = Vosk(Store(models_dir).path("vosk-ko"), {"yes_no": ("네", "아니요")}, spaced=True)
    for word in ("네", "아니요"):
        stream = engine.stream("yes_no")
        partials = [stream.feed(chunk) for chunk in np.array_split(_korean(word, tmp_path), 8)]
        found = stream.finish()
        assert found.text == word
        assert found.confidence > 0.9
        assert word in partials
    free = engine.transcribe(_korean("감사합니다", tmp_path), "free")
    assert free.text
    assert engine.transcribe(np.zeros(RATE_HZ, np.int16), "free").text == ""


def _korean(word: str, folder: Path):
    import wave

    file = folder / "word.wav"
    subprocess.run(["espeak-ng", "-v", "ko", "-s", "130", "-w", str(file), word], check=True)
    with wave.open(str(file)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        spoken = resample(to_float(samples), sound.getframerate(), RATE_HZ)
    return np.concatenate([to_int16(spoken), np.zeros(RATE_HZ // 2, np.int16)])
