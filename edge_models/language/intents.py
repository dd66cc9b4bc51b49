"""Which of the 70 errands a sentence is about, with the calibrated probability that design.md calls Sim."""

from __future__ import annotations

import re

from edge_models.language.heads import Features, Floats, Heads
from guitai.messages.voice import Clause, IntentGuess

HEAD = "intent"
MOST_GUESSES = 5
_LEAST_PROBABILITY = 0.02
_ORDER = re.compile(r"[把将].{1,12}(?:转|汇|打|挪)[到给进入去]|[转汇打]到.{0,6}账[户号]")
_TOLD = re.compile(r"[让叫说骗吗？?假]|是不是|怎么|咋|真的|要求|可信|别")


def guess(heads: Heads, text: str, features: Features) -> tuple[IntentGuess, ...]:
    """Return the likely errands, best first."""
    labels = heads.labels(HEAD)
    whole = dict(zip(labels, heads.probabilities(HEAD, features).tolist(), strict=True))
    best = max(whole, key=lambda name: whole[name])
    if best in ("fraud_help", "transfer") and _ORDER.search(text) and not _TOLD.search(text):
        # Who orders a transfer without a doubt asks for no help, however deceived it sounds: the scam signal says that.
        whole["transfer"] += whole["fraud_help"]
        whole["fraud_help"] = 0.0
    return _ranked(whole)


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


def of_part(heads: Heads, scores: Floats) -> tuple[IntentGuess, ...]:
    """Return the likely errands of a clause."""
    return _ranked(dict(zip(heads.labels(HEAD), scores.tolist(), strict=True)))


def _ranked(whole: dict[str, float], best: str = "") -> tuple[IntentGuess, ...]:
    ranked = sorted(whole, key=lambda name: (-whole[name], name != best))
    kept = [name for name in ranked if whole[name] >= _LEAST_PROBABILITY][:MOST_GUESSES] or ranked[:1]
    return tuple(IntentGuess(name, round(whole[name], 4)) for name in kept)
