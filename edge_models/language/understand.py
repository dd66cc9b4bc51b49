"""The language step: one sentence in, intents, entities, feeling and scam signal out. One thread, no clock, no chance."""

from __future__ import annotations

import re
from pathlib import Path

import structlog

from edge_models.language import (
    clauses,
    corrections,
    english,
    entities,
    grams,
    intents,
    moves,
    orders,
    retrieval,
    scam,
    sentiment,
    withdrawn,
)
from edge_models.language.clauses import Part
from edge_models.language.corrections import Corrected
from edge_models.language.encoder import Encoder, Vector
from edge_models.language.heads import Heads
from edge_models.language.spans import Span
from guitai.errors import GuitaiError
from guitai.messages.voice import Clause, Entity, IntentGuess, Understanding

_log = structlog.get_logger()
_SURELY_SILENT = 0.6
"""Probability above which a sentence without an errand loses its entities; an answer such as 五千 keeps them."""

_SURE, _LIKELY = 0.7, 0.4
"""Below the one a guess is not acted upon; above the other, words of their own are likelier than the doubtful whole."""

_NOTHING = Understanding((IntentGuess("out_of_scope", 1.0),))
_SPACED = re.compile(
    r"(?<=[转给取存汇打付交还充])[ \u3000]+(?=[一-鿿\d])|(?<=[一-鿿])[ \u3000]+(?=[转给汇打\d])|(?<=\d)[ \u3000]+(?=[一-鿿])"
)
"""Spaces beside a number or a word of moving money: 转 2000 给 赵敏 is typed so. Others part names: 给王芳 李强 各转五百."""

LONGEST_CHARS = 400
"""Longer text is cut; nobody says that in one breath."""


class Understander:
    """Understands sentences. Without the encoder's files it goes on with the n-grams alone, less exactly."""

    def __init__(self, models: Path, state: Path | None = None) -> None:
        """Load; the knowledge pack in use is looked for below `state`, else the shipped one is taken."""
        self._heads = Heads()
        self._encoder = _encoder(models)
        self._models, self._state = models, state
        self._pack = "" if state is None else retrieval.name_in_use(state)
        self._retrieval = retrieval.load(models, state)

    def renew(self) -> None:
        """Find answers in the pack that is in use now. A sentence being understood meanwhile keeps the one before."""
        if self._state is None or (pack := retrieval.name_in_use(self._state)) == self._pack:
            return
        self._retrieval, self._pack = retrieval.load(self._models, self._state), pack

    @property
    def degraded(self) -> bool:
        """True when the encoder is missing."""
        return self._encoder is None

    def understand(self, text: str) -> Understanding:
        """Return what the sentence means. Any text is allowed; the empty one is out of scope."""
        text = _SPACED.sub("", text[:LONGEST_CHARS])
        if not grams.tokens(text):
            return _NOTHING
        sentence = self._encoder.see(text) if self._encoder else None
        features = self._heads.measure(text, sentence.vector if sentence else None)
        guesses = intents.guess(self._heads, features)
        if named := english.errand(text, guesses[0]):
            guesses = intents.instead(guesses, named)
        feeling, emotion = sentiment.feel(self._heads, features)
        found = (*entities.spans(text), *entities.details_of(text))
        signal = scam.judge(self._heads, text, features, found)
        corrected = corrections.correct(text, found)
        parts: tuple[Part, ...] = ()
        if corrected:
            found = corrected.spans
            guesses = self._meant(text, corrected, guesses)
        elif withdrawn.withdrawn(text) and guesses[0].name not in withdrawn.KEPT:
            guesses = intents.instead(guesses, "cancel")
        elif meant := self._instead(text, guesses[0]):
            guesses = meant
        elif orders.pays(text, guesses[0], found, signal):
            guesses = intents.instead(guesses, orders.PAY)
            if signal.strength == "none":  # 我先存两千，再转一千给她
                parts = clauses.split(self._heads, self._encode, text, orders.PAY)
        else:
            parts = clauses.split(self._heads, self._encode, text, guesses[0].name)
        errands = tuple(self._clause(text, part, found) for part in parts)
        return Understanding(
            intents=intents.with_clauses(guesses, errands),
            entities=_entities(text, guesses[0], found, corrected=corrected is not None),
            sentiment=feeling,
            emotion=emotion,
            scam=signal,
            clauses=errands,
            correction=corrected is not None,
            move=moves.move(text),
            answers=self._retrieval.find(text, sentence, guesses),
        )

    def _encode(self, text: str) -> Vector | None:
        return self._encoder.encode(text) if self._encoder else None

    def _meant(self, text: str, corrected: Corrected, guesses: tuple[IntentGuess, ...]) -> tuple[IntentGuess, ...]:
        """不是转账，是取款 is a denial to the model; the errand that is meant instead goes first."""
        if corrected.meant is None or guesses[0].name not in clauses.NO_ERRAND:
            return guesses
        said = text[slice(*corrected.meant)]
        instead = intents.guess(self._heads, self._heads.measure(said, self._encode(said)))
        return guesses if instead[0].name in clauses.NO_ERRAND else instead

    def _instead(self, text: str, top: IntentGuess) -> tuple[IntentGuess, ...]:
        """算了，一次还清 wants something: what stands after the words that give something up, where the whole is unsure."""
        start = withdrawn.instead(text) if top.name == "cancel" or top.probability < _SURE else 0
        if not start:
            return ()
        said = text[start:]
        guesses = intents.guess(self._heads, self._heads.measure(said, self._encode(said)))
        return guesses if guesses[0].name not in clauses.NO_ERRAND and guesses[0].probability > _LIKELY else ()

    def _clause(self, text: str, part: Part, found: tuple[Span, ...]) -> Clause:
        inside = tuple(span for span in found if part.start <= span.start and span.end <= part.end)
        return Clause(text[part.start : part.end], intents.of_scores(self._heads, part.scores), _plain(text, inside))


def _entities(text: str, top: IntentGuess, found: tuple[Span, ...], *, corrected: bool) -> tuple[Entity, ...]:
    marked = tuple(span for span in found if span.type in entities.TYPES)
    if not corrected and top.name in entities.SILENT_INTENTS and top.probability >= _SURELY_SILENT:
        # An answer such as 五千 or 我儿子 has no errand either, but is little else than its value.
        marked, found = (spans if 2 * _said(spans) >= len(text) else () for spans in (marked, found))
    return _plain(text, (*marked, *(span for span in found if span.type not in entities.TYPES)))


def _said(found: tuple[Span, ...]) -> int:
    return len({at for span in found for at in range(span.start, span.end)})


def _plain(text: str, found: tuple[Span, ...]) -> tuple[Entity, ...]:
    return tuple(Entity(span.type, text[span.start : span.end], span.norm) for span in found)


def _encoder(models: Path) -> Encoder | None:
    try:
        return Encoder(models)
    except GuitaiError as error:
        _log.warning("language.degraded", code=error.code)
        return None
