"""`guitai bench speech`: how soon words are there and how soon a reply sounds, in real time, with the models that ship.

Heard utterances come from Kokoro voices; they measure time, not accuracy. Whisper runs in INT8 as it ships and in FP32;
Kokoro is published in INT8 only.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from edge_models.alone import alone
from edge_models.speech import engines
from edge_models.speech.audio import RATE_HZ, Samples
from edge_models.speech.customer import Customer, Utterance
from edge_models.speech.tts.speaker import Speaker
from edge_models.speech.vad import FRAME
from edge_models.speech.words import load_dictionary
from edge_models.store import Store
from guitai.config import Config

HEARD = (
    "麻烦您帮我看一下卡里的钱", "我想给我妹妹转两千六百块钱", "请问周六下午你们开不开门", "我这张卡昨天丢在公交车上了",
    "存三年定期的利息怎么算的", "取一千五百块钱要现金", "我儿子让我来打一份流水单", "手机号换了怎么改一下",
)  # fmt: skip
"""Two to four seconds each; said nowhere else in the project."""

VOICES = ("zf_xiaoyi", "zm_yunxi", "zf_xiaoxiao", "zm_yunjian")
NEVER_SAID = (
    "刘女士您好，我看到您的申请了。", "这边查到您上个月有一笔退款。", "稍后会有同事把材料送过来。", "您先别着急，我们一起核对一下。",
    "这个号码不是我们银行的客服。", "麻烦您把身份证正面朝上放好。",
)  # fmt: skip
"""As a teller might type them: nothing of it can have been kept."""

VAD_FRAMES = 300


@dataclass(frozen=True, slots=True)
class Heard:
    """One recogniser over all utterances, in a process of its own: times of whole decodes."""

    spent_s: tuple[float, ...]
    rss_mb: float


def measure(config: Config, replies: Sequence[str], utterances: int) -> dict[str, float]:
    """Hear `utterances` and speak `replies`.

    Returns:
        ``final_p50_s``, ``final_p95_s``, ``final_p99_s``: from the endpoint to the final text as the kiosk listens, which
        decodes in the pause already. ``decode_p50_s`` and so on: a whole decode, nothing ahead; ``recogniser_rtf`` and
        ``recogniser_rss_mb``; these again with ``float_`` before them, and ``recogniser_speedup``. ``first_sound_p50_s`` and ``_p95_s`` of `replies` as a branch in use says them, what
        never changes kept; the same with ``first_sound_new_`` for texts of which nothing is kept, ``voice_rtf`` of
        these. ``vad_p50_ms``, ``vad_p95_ms`` a 32 ms frame. ``rss_mb``: all of it in one process, as it ships.

    Raises:
        GuitaiError: ``models.*`` or ``speech.*``.
    """
    for name in ("whisper-base", "kokoro", "kokoro-vocab", "kokoro-voices", "silero-vad"):
        Store(config.paths.models).path(name)  # an error of the store cannot come back from the processes below
    with tempfile.TemporaryDirectory(prefix="guitai-bench-") as folder:
        paths = config.paths.model_copy(update={"state": Path(folder)})
        config = config.model_copy(update={"paths": paths})
        sounds = alone(_customers, config, utterances)
        int8, full = (alone(_hear, config, sounds, kind) for kind in ("int8", "float32"))
        figures = _recogniser("", int8, sounds) | _recogniser("float_", full, sounds)
        figures |= _spread("final", alone(_listen, config, sounds))
        figures["recogniser_speedup"] = sum(full.spent_s) / sum(int8.spent_s)
        figures |= alone(_speak, config, tuple(replies)) | alone(_vad, config, sounds[0])
        return {name: round(value, 4) for name, value in figures.items()}


def _customers(config: Config, count: int) -> list[Samples]:
    customer = Customer(config.paths.models, config.paths.state, config.speech.threads)
    return [customer.say(HEARD[i % len(HEARD)], VOICES[i % len(VOICES)]).samples for i in range(count)]


def _hear(config: Config, sounds: list[Samples], kind: str) -> Heard:
    from edge_models.speech.asr.whisper import Whisper
    from edge_models.speech.listen import repaired

    load_dictionary(config.paths.state / "jieba")
    folder = Store(config.paths.models).path("whisper-base")
    whisper = Whisper(folder, config.speech.threads)
    if kind != "int8":
        from faster_whisper import WhisperModel

        threads = config.speech.threads
        # The shipped recogniser offers no choice: nobody should run it slower.
        whisper._model = WhisperModel(  # noqa: SLF001
            str(folder), device="cpu", compute_type=kind, cpu_threads=threads, local_files_only=True
        )
    repaired(whisper, sounds[0])
    spent = []
    for sound in sounds:
        began = time.perf_counter()
        repaired(whisper, sound)
        spent.append(time.perf_counter() - began)
    return Heard(tuple(spent), psutil.Process().memory_info().rss / 1e6)


def _recogniser(prefix: str, heard: Heard, sounds: list[Samples]) -> dict[str, float]:
    rtf = sum(heard.spent_s) / (sum(len(sound) for sound in sounds) / RATE_HZ)
    values = {f"{prefix}recogniser_rtf": rtf, f"{prefix}recogniser_rss_mb": heard.rss_mb}
    return _spread(f"{prefix}decode", heard.spent_s) | values


def _spread(name: str, times_s: Sequence[float]) -> dict[str, float]:
    p50, p95, p99 = np.percentile(times_s, (50, 95, 99))
    return {f"{name}_p50_s": float(p50), f"{name}_p95_s": float(p95), f"{name}_p99_s": float(p99)}


def _listen(config: Config, sounds: list[Samples]) -> tuple[float, ...]:
    """Return the seconds from the endpoint's decision to the final text, each sound heard as the process hears it."""
    from edge_models.language.understand import Understander
    from edge_models.speech.bench import listen
    from edge_models.speech.ear import Ear
    from edge_models.speech.listen import Recognition

    load_dictionary(config.paths.state / "jieba")
    understander = Understander(config.paths.models)
    recognition = Recognition(engines.recogniser(config), understander.understand)
    ear = Ear(engines.vad(config))
    return tuple(listen(ear, recognition, Utterance("", sound, ())).after_end_s for sound in sounds)


def _speak(config: Config, replies: tuple[str, ...]) -> dict[str, float]:
    # As the speech process is when it speaks: the recogniser loaded beside the voice.
    recogniser = engines.recogniser(config)
    recogniser.transcribe(np.zeros(RATE_HZ, dtype=np.int16), "free")
    speaker = engines.speaker(config)
    return asyncio.run(_sound(speaker, replies)) | {"rss_mb": psutil.Process().memory_info().rss / 1e6}


async def _sound(speaker: Speaker, replies: tuple[str, ...]) -> dict[str, float]:
    await _say(speaker, "您好。")
    new = [await _say(speaker, text) for text in NEVER_SAID]
    await speaker.prepare(replies, "zh")
    kept = [await _say(speaker, filled(text)) for text in replies]
    figures = {"voice_rtf": sum(spent for _, spent, _ in new) / sum(sound for *_, sound in new)}
    for name, said in (("first_sound", kept), ("first_sound_new", new)):
        p50, p95 = np.percentile([first for first, *_ in said], (50, 95))
        figures |= {f"{name}_p50_s": float(p50), f"{name}_p95_s": float(p95)}
    return figures


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "三"


def filled(text: str) -> str:
    """Return a reply with words in the place of its placeholders."""
    words = {"payee": "张伟", "amount": "5,000.00", "hotline": "95500", "case": "A20391", "teller": "王芳"}
    return text.format_map(_Words(words))


async def _say(speaker: Speaker, text: str) -> tuple[float, float, float]:
    """Return seconds to the first clause's sound, to the last one's, and of sound."""
    began = time.perf_counter()
    first_s = sound_s = 0.0
    async with contextlib.aclosing(speaker.say(text, "zh", 1.0)) as sounds:
        async for sound in sounds:
            first_s = first_s or time.perf_counter() - began
            sound_s += len(sound.samples) / speaker.rate_hz
    return first_s, time.perf_counter() - began, sound_s


def _vad(config: Config, sound: Samples) -> dict[str, float]:
    vad = engines.vad(config)
    spent = []
    for number in range(VAD_FRAMES):
        at = number * FRAME % (len(sound) - FRAME)
        began = time.perf_counter()
        vad(sound[at : at + FRAME])
        spent.append((time.perf_counter() - began) * 1000)
    p50, p95 = np.percentile(spent, (50, 95))
    return {"vad_p50_ms": float(p50), "vad_p95_ms": float(p95)}
