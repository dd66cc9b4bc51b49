"""The anxiety index in [0, 1]: words, voice, touch and face fused late, smoothed over the session's own clock. Pure.

Each modality keeps a level of its own. An observation moves it half of the way (exponential smoothing), time without one
lets it fade with a half-life of `HALF_LIFE_MS`. The index is the weighted mean of the modalities observed so far; a
missing one leaves its weight to the others. All values are integers per 10,000, so that a replay gives the same bits.

The index changes manner only: slower speech, calmer words, a human offered. The risk sum never sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

from guitai.messages.bank import SmsChecked
from guitai.messages.card import PinChecked
from guitai.messages.face import AttentionChanged, ExpressionChanged
from guitai.messages.manner import Modality, Mood, Share
from guitai.messages.session import TimerFired
from guitai.messages.touch import Entered, Pressed
from guitai.messages.voice import CustomerSaid, Prosody, Understanding

WHOLE = 10_000

WEIGHTS: dict[Modality, int] = {"words": 3_500, "voice": 3_000, "touch": 2_000, "face": 1_500}
"""Fixed. Words say it outright; the voice's pitch and pace are the best known correlates of arousal; hesitation has many
other reasons; a face needs consent and is read least surely, in old customers least of all."""

HALF_LIFE_MS = 60_000
GENTLE_FROM, GENTLE_UNTIL = 3_500, 2_000
"""The manner turns gentle at the first and back at the second, so that it does not flutter."""

MOODS = 20

_EMOTIONS = {"fearful": 10_000, "anxious": 9_000, "angry": 8_000, "impatient": 7_000, "confused": 5_000, "sad": 5_000}
_NEGATIVE = 4_000
_FACES = {"fear": 10_000, "angry": 8_000, "sad": 6_000, "disgust": 5_000, "surprise": 3_000}

_LOOKED_AWAY = 3_000

_PITCH_CENTS = (100, 500)
_RATE_PERCENT = (115, 160)
_LEVEL_CB = (20, 80)
_PAUSE_PERCENT = (25, 65)
_JITTER_PERMILLE = (2, 8)
"""From where a difference counts, and where it counts in full."""

_HESITATION_MS = (10_000, 40_000)
"""A finger that comes this long after the kiosk's last word."""

_STEPS_BACK = {"back": 6_000, "cancel": 6_000, "repeat": 4_000, "more_time": 4_000}
_REFUSED_ENTRY = 7_000
_WRONG_CODE = 6_000
_TIME_RAN_OUT = 5_000


@dataclass(frozen=True, slots=True)
class Level:
    """One modality's smoothed level and when it was last observed."""

    modality: Modality
    value: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Anxiety:
    """What has been observed of the customer's feelings in this session."""

    levels: tuple[Level, ...] = ()
    """One for each modality observed, in the order of `WEIGHTS`."""

    gentle: bool = False
    emotion: str = "neutral"
    moods: tuple[Mood, ...] = ()
    """After each utterance, oldest first."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What of the session an observation is judged by."""

    at_ms: int
    quiet_since_ms: int
    """When the kiosk last spoke or the customer last did something; 0 when no timer runs."""

    entry_refused: bool
    """The screen is asking again because the last entry did not fit."""


def felt(before: Anxiety, event: object, moment: Moment) -> Anxiety:
    """Return the anxiety after an event; most events say nothing and leave it as it is."""
    seen = _observed(before, event, moment)
    if not seen:
        return before
    after = before
    for modality, value in seen:
        after = replace(after, levels=_moved(after.levels, modality, value, moment.at_ms))
    if isinstance(event, CustomerSaid):
        after = replace(after, emotion=event.understanding.emotion)
    mood = mood_at(after, moment.at_ms)
    gentle = mood.anxiety >= (GENTLE_UNTIL if before.gentle else GENTLE_FROM)
    moods = (*after.moods, mood)[-MOODS:] if isinstance(event, CustomerSaid) else after.moods
    return replace(after, gentle=gentle, moods=moods)


def mood_at(anxiety: Anxiety, at_ms: int) -> Mood:
    """Return the index at a time, with what each modality brings to it."""
    total = sum(WEIGHTS[level.modality] for level in anxiety.levels)
    shares = []
    for level in anxiety.levels:
        weight = WEIGHTS[level.modality]
        faded = _faded(level, at_ms)
        shares.append(Share(level.modality, faded, weight * WHOLE // total, weight * faded // total))
    return Mood(at_ms, anxiety.emotion, sum(share.contribution for share in shares), tuple(shares))


def _observed(before: Anxiety, event: object, moment: Moment) -> tuple[tuple[Modality, int], ...]:
    match event:
        case CustomerSaid(understanding=understanding, prosody=prosody):
            words: tuple[tuple[Modality, int], ...] = (("words", _words(understanding)),)
            return words if prosody is None or prosody.known == 0 else (*words, ("voice", _voice(prosody)))
        case ExpressionChanged(label, score):
            return (("face", _FACES.get(label, 0) * round(score * 100) // 100),)
        case AttentionChanged(looking=False):
            # An expression comes only with consent, and only with consent does looking away count; it adds, never soothes.
            face = next((level for level in before.levels if level.modality == "face"), None)
            return () if face is None or _faded(face, moment.at_ms) >= _LOOKED_AWAY else (("face", _LOOKED_AWAY),)
        case Pressed(target):
            return (("touch", max(_STEPS_BACK.get(target, 0), _hesitation(moment))),)
        case Entered():
            return (("touch", _REFUSED_ENTRY if moment.entry_refused else _hesitation(moment)),)
        case PinChecked(right=False) | SmsChecked(right=False):
            return (("touch", _WRONG_CODE),)
        case TimerFired():
            return (("touch", _TIME_RAN_OUT),)
        case _:
            return ()


def _words(understanding: Understanding) -> int:
    negative = _NEGATIVE if understanding.sentiment == "negative" else 0
    return max(_EMOTIONS.get(understanding.emotion, 0), negative)


def _voice(prosody: Prosody) -> int:
    parts = (
        (35, _ramp(prosody.pitch_cents, *_PITCH_CENTS)),
        (25, _ramp(prosody.rate_percent, *_RATE_PERCENT)),
        (15, _ramp(prosody.level_cb, *_LEVEL_CB)),
        (15, _ramp(prosody.pause_percent, *_PAUSE_PERCENT)),
        (10, _ramp(prosody.jitter_permille, *_JITTER_PERMILLE)),
    )
    return sum(weight * value for weight, value in parts) // 100


def _hesitation(moment: Moment) -> int:
    if not moment.quiet_since_ms:
        return 0
    return _ramp(moment.at_ms - moment.quiet_since_ms, *_HESITATION_MS)


def _ramp(value: int, none: int, full: int) -> int:
    return min(max(value - none, 0), full - none) * WHOLE // (full - none)


def _moved(levels: tuple[Level, ...], modality: Modality, value: int, at_ms: int) -> tuple[Level, ...]:
    known = {level.modality: level for level in levels}
    faded = _faded(known[modality], at_ms) if modality in known else 0
    known[modality] = Level(modality, (faded + value) // 2, at_ms)
    return tuple(known[name] for name in get_args(Modality) if name in known)


def _faded(level: Level, at_ms: int) -> int:
    """Return the level after the time since: halved each half-life, straight lines between."""
    halves, rest = divmod(max(at_ms - level.at_ms, 0), HALF_LIFE_MS)
    return (level.value >> min(halves, 32)) * (2 * HALF_LIFE_MS - rest) // (2 * HALF_LIFE_MS)
