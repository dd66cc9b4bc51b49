"""Voice: what the customer said and what it means; what the kiosk says and how it listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event

ListenMode = Literal["free", "digits", "amount", "name", "yes_no", "off"]
"""Tells the endpoint how long a pause may be and the recogniser what to expect. ``off`` shuts the microphone."""

READING, GUIDE = "reading", "guide"
"""Stand for the ids of what is read out to a customer by ear: at a key of theirs, or of each screen by itself."""

Strength = Literal["none", "weak", "strong"]


@dataclass(frozen=True, slots=True)
class IntentGuess:
    """One intent of intents.csv with its calibrated probability (Sim of design.md section 5)."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in the text. `norm` is canonical: fen are NOT used here, amounts are in the currency's unit."""

    type: str
    value: str
    norm: str | None = None


@dataclass(frozen=True, slots=True)
class ScamSignal:
    """What in the words sounds like a customer who is being deceived."""

    score: float
    strength: Strength
    type: str | None = None
    evidence: tuple[str, ...] = ()


Move = Literal["", "wait", "skip", "repeat", "back", "continue", "unsure"]
"""What a customer does to the dialogue itself, beside any errand; empty when the sentence is no such move."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One of several errands named in a sentence, in the order spoken, understood on its own."""

    text: str
    intents: tuple[IntentGuess, ...]
    """Best first, never empty."""

    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerGuess:
    """A reviewed answer of the knowledge pack that the sentence may ask for, with its calibrated probability."""

    id: str
    probability: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """The language step's whole answer to one sentence."""

    intents: tuple[IntentGuess, ...]
    """Best first, never empty; out_of_scope is one of them."""

    entities: tuple[Entity, ...] = ()
    sentiment: Literal["negative", "neutral", "positive"] = "neutral"
    emotion: str = "neutral"
    scam: ScamSignal = ScamSignal(0.0, "none")
    clauses: tuple[Clause, ...] = ()
    """Two or more when several errands were asked for, else empty."""

    correction: bool = False
    """The customer takes something back; of each type the last entity is the one meant."""

    move: Move = ""
    answers: tuple[AnswerGuess, ...] = ()
    """Best first; empty when no answer is likely."""


@dataclass(frozen=True, slots=True)
class Prosody:
    """How an utterance was said, beside the same customer's first utterances of this session. Manner only, never R."""

    known: int
    """How many utterances the usual way was learnt from; with 0 there is nothing to compare with."""

    pitch_cents: int = 0
    """Median pitch above the usual, in hundredths of a semitone."""

    spread_cents: int = 0
    """How much wider the pitch moves than usual."""

    level_cb: int = 0
    """Loudness above the usual, in tenths of a decibel."""

    rate_percent: int = 100
    """Syllables per second, the usual being 100."""

    pause_percent: int = 0
    """Share of the utterance that is pause."""

    jitter_permille: int = 0
    """How much less steady the pitch is than usual, frame by frame."""


@event("voice.started")
@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The customer began to speak."""


@event("voice.partial")
@dataclass(frozen=True, slots=True)
class SpeechPartial:
    """Words so far, for the caption; never acted upon."""

    text: str


@event("voice.said")
@dataclass(frozen=True, slots=True)
class CustomerSaid:
    """A finished utterance, repaired and understood; spoken PINs are already redacted."""

    text: str
    confidence: float
    understanding: Understanding
    language: Literal["zh", "en"] = "zh"
    typed: bool = False
    speech_end_ns: int = 0
    """CLOCK_MONOTONIC of the last voiced sample; 0 when typed."""

    final_ns: int = 0
    """CLOCK_MONOTONIC when text and understanding were ready."""

    prosody: Prosody | None = None
    """None when typed, when too little was voiced, and in recordings older than it."""


@event("voice.unclear")
@dataclass(frozen=True, slots=True)
class SpeechUnclear:
    """Somebody spoke but the words are not certain enough to act upon."""

    reason: Literal["low_confidence", "empty", "too_long"]


@event("voice.spoken")
@dataclass(frozen=True, slots=True)
class Spoken:
    """The loudspeaker finished a text, or was interrupted."""

    speak_id: str
    interrupted: bool = False
    sounded_ns: int = 0
    """CLOCK_MONOTONIC of its first sample; 0 when nothing was to be heard, and in recordings older than it."""


@effect("voice.speak")
@dataclass(frozen=True, slots=True)
class Speak:
    """Say a text. Clauses are spoken one by one; a later Speak waits for this one."""

    speak_id: str
    text: str
    language: Literal["zh", "en"] = "zh"
    interruptible: bool = True
    speed_percent: int = 100
    """Pace of the voice; less than 100 is slower."""

    private: bool = False
    """Whether handset or headphones alone may say it."""


@effect("voice.hush")
@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking at once."""


@effect("voice.listen")
@dataclass(frozen=True, slots=True)
class Listen:
    """Set how the speech process listens from now on."""

    mode: ListenMode
