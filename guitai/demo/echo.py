"""Whether the kiosk hears a customer and not itself: its own voice in simulated rooms, through canceller, ear and recogniser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from edge_models.language.understand import Understander
from edge_models.speech import engines
from edge_models.speech.audio import RATE_HZ, Samples
from edge_models.speech.bench import listen
from edge_models.speech.clips import load
from edge_models.speech.customer import Utterance
from edge_models.speech.ear import Ear
from edge_models.speech.endpoint import Signal
from edge_models.speech.listen import Recognition
from edge_models.speech.scoring import cer
from edge_models.speech.words import load_dictionary
from firmware_bridge.sound import bench as sound
from firmware_bridge.sound.blocks import SPEAKER_RATE_HZ
from firmware_bridge.sound.echo import find_canceller
from firmware_bridge.sound.room import ROOMS, Room
from guitai.config import Config
from guitai.demo.latency import PLAIN, SPEEDS, VOICES
from guitai.demo.voices import Line, prepare
from guitai.errors import GuitaiError

SAID = (
    "挂失请马上打九五五零零。电话里口头挂失立即生效，也可以请柜员现在帮您办。",
    "在这里转账、取现都不收手续费。他行卡取现每笔三元，其他收费请看墙上的公示。",
    "一年定期年利率百分之零点九五。三个月百分之零点六五，三年百分之一点二五。以当天挂牌为准。",
    "柜员现在都在忙。钱没有动，卡先还给您。单子上有凭证号和电话。",
    "没关系，账号再核对一下。一般是十六到十九位。不方便念，可以点人工。",
)
"""Long replies of the kiosk: first said alone, then again with a customer speaking over each."""

CLEAN_DB = -90.0
SPOKEN_OVER_S = 0.7
"""After a reply's beginning the customer speaks."""

AROUND = int(0.4 * RATE_HZ)


@dataclass(slots=True)
class Result:
    """What was measured, room by room."""

    errand: Callable[[str], str]
    """What a sentence asks for."""

    erle_db: dict[str, float] = field(default_factory=dict)
    converged_s: list[float] = field(default_factory=list)
    cpu_percent: list[float] = field(default_factory=list)
    false_starts: int = 0
    alone: list[tuple[str, str]] = field(default_factory=list)
    """Customers with the kiosk silent: what was said, what was heard."""

    over_kiosk: list[tuple[str, str]] = field(default_factory=list)


def measure(folder: Path, config: Config, rooms: int) -> Result:
    """Say and hear everything in the first `rooms` rooms. Raises GuitaiError ``sound.no_canceller``, ``models.*``, ``speech.*``."""
    kiosk = tuple(Line(text, config.speech.voice_zh, 1.0, CLEAN_DB) for text in SAID)
    customers = tuple(
        Line(text, VOICES[i % len(VOICES)], SPEEDS[i % len(SPEEDS)], CLEAN_DB) for i, text in enumerate(PLAIN)
    )[: 2 * len(SAID)]
    voices = folder / "voices"
    prepare(kiosk + customers, voices, config.paths.models, folder / "state")
    load_dictionary(folder / "state" / "jieba")
    understand = Understander(config.paths.models).understand
    ears = Ears(Ear(engines.vad(config)), Recognition(engines.recogniser(config), understand))
    replies = [load(line.file(voices)) for line in kiosk]
    result = Result(errand=lambda text: understand(text).intents[0].name)
    for number, room in enumerate(ROOMS[:rooms]):
        chosen = [customers[(number * len(SAID) + i) % len(customers)] for i in range(len(SAID))]
        _visit(room, replies, [Utterance(line.text, load(line.file(voices)), ()) for line in chosen], ears, result)
    return result


@dataclass(frozen=True, slots=True)
class Ears:
    """As the speech process hears."""

    ear: Ear
    recognition: Recognition

    def words(self, heard: Samples, voice: sound.Voice) -> str:
        """Return what was understood of `voice` in what stands in the ring."""
        first, last = int(voice.at_s * RATE_HZ), int(voice.at_s * RATE_HZ) + len(voice.samples)
        piece = heard[max(first - AROUND, 0) : last + AROUND]
        return "".join(listen(self.ear, self.recognition, Utterance("", piece, ())).texts)

    def starts(self, heard: Samples) -> int:
        """Return how often somebody seemed to begin to speak."""
        self.ear.reset()
        return sum(signal.signal is Signal.STARTED for signal in self.ear.feed(heard, 0))


def figures(result: Result) -> dict[str, float]:
    """Return the worst room's figures, each room's echo return loss, and the error rates of all customers."""
    alone, over = cer(result.alone), cer(result.over_kiosk)
    understood = [result.errand(heard) == result.errand(truth) for truth, heard in result.over_kiosk]
    out = {
        "residual_db": -min(result.erle_db.values()),
        "converged_s": max(result.converged_s),
        "false_starts": float(result.false_starts),
        "cer_alone": alone,
        "cer_over_kiosk": over,
        "cer_rise": over - alone,
        "not_understood": 1 - sum(understood) / len(understood),
        "cpu_percent": max(result.cpu_percent),
    }
    out |= {f"erle_{name}_db": value for name, value in result.erle_db.items()}
    return {key: round(value, 3) for key, value in out.items()}


def _visit(room: Room, replies: list[Samples], customers: list[Utterance], ears: Ears, result: Result) -> None:
    canceller = find_canceller()
    if canceller is None:
        raise GuitaiError("sound.no_canceller")
    first = sound.spoken(replies)
    alone_s = len(first) / SPEAKER_RATE_HZ
    played = np.concatenate([first, first])
    starts_s = alone_s + np.cumsum([0.0] + [len(reply) / RATE_HZ + sound.GAP_S for reply in replies[:-1]])
    voices = [
        sound.Voice(float(at_s) + SPOKEN_OVER_S, said.samples) for at_s, said in zip(starts_s, customers, strict=True)
    ]
    cleaned = sound.hear(played, sound.microphone(played, voices, room), room, canceller)
    canceller.close()
    echo = sound.hear(played, sound.microphone(played, [], room), room, None).samples
    quiet = sound.hear(played, sound.microphone(played, voices, room, kiosk=False), room, None).samples
    result.erle_db[room.name] = sound.erle_db(echo, cleaned.samples, sound.SETTLED_S, alone_s)
    result.converged_s.append(sound.converged_s(echo, cleaned.samples))
    result.cpu_percent.append(cleaned.cpu_percent)
    result.false_starts += ears.starts(cleaned.samples[sound.SETTLED_S * RATE_HZ : int(alone_s * RATE_HZ)])
    for voice, said in zip(voices, customers, strict=True):
        result.alone.append((said.text, ears.words(quiet, voice)))
        result.over_kiosk.append((said.text, ears.words(cleaned.samples, voice)))
