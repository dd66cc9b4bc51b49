"""Which of the 70 errands a sentence is about, with the calibrated probability that design.md calls Sim."""

from __future__ import annotations

from edge_models.language.heads import Features, Floats, Heads
from guitai.messages.voice import Clause, IntentGuess

HEAD = "intent"
MOST_GUESSES = 5
_LEAST_PROBABILITY = 0.02
DECIDED = 0.9
"""Probability of an errand that a rule beside the heads is sure of."""


def guess(heads: Heads, features: Features) -> tuple[IntentGuess, ...]:
    """Return the likely errands, best first."""
    return of_scores(heads, heads.probabilities(HEAD, features))


def with_clauses(guesses: tuple[IntentGuess, ...], clauses: tuple[Clause, ...]) -> tuple[IntentGuess, ...]:
    """Return the guesses of a sentence with the errands of its clauses among them; the sentence's own best stays first."""
    if not clauses:
        return guesses
    whole = {one.name: one.probability for one in guesses}
    for clause in clauses:
        top = clause.intents[0]
        whole[top.name] = max(whole.get(top.name, 0.0), top.probability)
    first = guesses[0].name
    whole[first] = max(whole.values())
    return _ranked(whole, first)


def instead(guesses: tuple[IntentGuess, ...], name: str) -> tuple[IntentGuess, ...]:
    """Return the guesses with an errand first that the words decide, whatever the heads hear; the rest is hardly likely."""
    rest = tuple(IntentGuess(one.name, min(one.probability, 1 - DECIDED)) for one in guesses if one.name != name)
    return (IntentGuess(name, DECIDED), *rest)[:MOST_GUESSES]


def of_scores(heads: Heads, scores: Floats) -> tuple[IntentGuess, ...]:
    """Return the likely errands by the probabilities of the head, as `clauses` has them."""
    return _ranked(dict(zip(heads.labels(HEAD), scores.tolist(), strict=True)))


def _ranked(whole: dict[str, float], best: str = "") -> tuple[IntentGuess, ...]:
    ranked = sorted(whole, key=lambda name: (-whole[name], name != best))
    kept = [name for name in ranked if whole[name] >= _LEAST_PROBABILITY][:MOST_GUESSES] or ranked[:1]
    return tuple(IntentGuess(name, round(whole[name], 4)) for name in kept)
