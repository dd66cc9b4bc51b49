"""Which of the 70 errands a sentence is about, with the calibrated probability that design.md calls Sim."""

from __future__ import annotations

import re

from edge_models.language.encoder import Vector
from edge_models.language.heads import Features, Heads
from guitai.messages.voice import IntentGuess

HEAD = "intent"
MOST_GUESSES = 5
_LEAST_PROBABILITY = 0.02
_CLAUSE_IS_SURE = 0.7
_SHORTEST_CLAUSE = 3
_NOT_AN_ERRAND = frozenset(
    {"out_of_scope", "chitchat", "greet", "thanks_bye", "affirm", "deny", "cancel", "repeat_back", "complaint"}
)
_JOINT = re.compile(
    r"[，。；,;]|再(?=[转取查存打换开])|顺便|然后|还要|另外|完了?(?=[再转取查])|接着|\band\b|\bthen\b", re.IGNORECASE
)
_TWO_ERRANDS = re.compile(
    r"再|顺便|然后|还要|还想|另外|完了|接着|也|都要|顺带|，[转取查存打换开还]|\band\b|\bthen\b", re.IGNORECASE
)

_ORDER = re.compile(r"[把将].{1,12}(?:转|汇|打|挪)[到给进入去]|[转汇打]到.{0,6}账[户号]")
_TOLD = re.compile(r"[让叫说骗吗？?假]|是不是|怎么|咋|真的|要求|可信|别")


def guess(heads: Heads, text: str, features: Features) -> tuple[IntentGuess, ...]:
    """Return the likely errands, best first; two of them above one half each when the sentence asks for both."""
    labels = heads.labels(HEAD)
    whole = dict(zip(labels, heads.probabilities(HEAD, features).tolist(), strict=True))
    best = max(whole, key=lambda name: whole[name])
    if best in ("fraud_help", "transfer") and _ORDER.search(text) and not _TOLD.search(text):
        # Who orders a transfer without a doubt asks for no help, however deceived it sounds: the scam signal says that.
        whole["transfer"] += whole["fraud_help"]
        whole["fraud_help"] = 0.0
        best = "transfer"
    if best not in _NOT_AN_ERRAND and _TWO_ERRANDS.search(text):
        for name, probability in _second_errands(heads, text, best):
            whole[name] = max(whole[name], min(probability, whole[best]))
    ranked = sorted(whole, key=lambda name: (-whole[name], name != best))
    kept = [name for name in ranked if whole[name] >= _LEAST_PROBABILITY][:MOST_GUESSES] or ranked[:1]
    return tuple(IntentGuess(name, round(whole[name], 4)) for name in kept)


def _second_errands(heads: Heads, text: str, best: str) -> list[tuple[str, float]]:
    found = []
    clauses = [clause for clause in _JOINT.split(text) if len(clause) >= _SHORTEST_CLAUSE]
    for clause in clauses if len(clauses) > 1 else []:
        no_vector: Vector | None = None  # a second run of the encoder would double the time
        scores = heads.probabilities(HEAD, heads.measure(clause, no_vector))
        top = int(scores.argmax())
        name, probability = heads.labels(HEAD)[top], float(scores[top])
        if name != best and name not in _NOT_AN_ERRAND and probability >= _CLAUSE_IS_SURE:
            found.append((name, probability))
    return found
