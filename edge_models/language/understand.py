"""The language step: one sentence in, intents, entities, feeling and scam signal out. One thread, no clock, no chance."""

from __future__ import annotations

from pathlib import Path

import structlog

from edge_models.language import entities, grams, intents, scam, sentiment
from edge_models.language.encoder import Encoder
from edge_models.language.heads import Heads
from guitai.errors import GuitaiError
from guitai.messages.voice import Entity, IntentGuess, Understanding

_log = structlog.get_logger()
_SURELY_SILENT = 0.6
"""Probability above which a sentence without an errand loses its entities; an answer such as 五千 keeps them."""

_NOTHING = Understanding((IntentGuess("out_of_scope", 1.0),))
LONGEST_CHARS = 400
"""Longer text is cut; nobody says that in one breath."""


class Understander:
    """Understands sentences. Without the encoder's files it goes on with the n-grams alone, less exactly."""

    def __init__(self, models: Path) -> None:
        self._heads = Heads()
        self._encoder = _encoder(models)

    @property
    def degraded(self) -> bool:
        """True when the encoder is missing."""
        return self._encoder is None

    def understand(self, text: str) -> Understanding:
        """Return what the sentence means. Any text is allowed; the empty one is out of scope."""
        text = text[:LONGEST_CHARS]
        if not grams.tokens(text):
            return _NOTHING
        vector = self._encoder.encode(text) if self._encoder else None
        features = self._heads.measure(text, vector)
        guesses = intents.guess(self._heads, text, features)
        feeling, emotion = sentiment.feel(self._heads, features)
        return Understanding(
            intents=guesses,
            entities=_entities(text, guesses[0].name, guesses[0].probability),
            sentiment=feeling,
            emotion=emotion,
            scam=scam.judge(self._heads, text, features),
        )


def _entities(text: str, intent: str, probability: float) -> tuple[Entity, ...]:
    found = entities.find(text)
    said = sum(len(entity.value) for entity in found)
    if intent in entities.SILENT_INTENTS and probability >= _SURELY_SILENT and 2 * said < len(text):
        return ()
    return found


def _encoder(models: Path) -> Encoder | None:
    try:
        return Encoder(models)
    except GuitaiError as error:
        _log.warning("language.degraded", code=error.code)
        return None
