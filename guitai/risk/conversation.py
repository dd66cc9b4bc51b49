"""Scam signals over a whole conversation: what each customer turn adds, as log-odds that fade. Pure and exact.

One sentence rarely decides. Each customer turn brings a calibrated probability; its log-odds above `NEUTRAL` are added
to a sum that fades from turn to turn, so that weak cues of one story grow into a strong one. The answer to the question
what the money is for weighs more. An answer in whole words that sounds honest takes weak suspicion away. It never takes
a strong one away: the coached are taught what to answer. The kiosk's own words are never counted.

Log-odds are integers, ten-thousandths of a nat, from `decimal`, so that a replay gives the same bits on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Context, Decimal
from functools import cache

from guitai.messages.risk import Cue
from guitai.messages.voice import ScamSignal, Strength

UNIT = 10_000
"""Ten-thousandths of a nat in one nat."""

NEUTRAL = 0.45
"""The calibrated probability at which a sentence speaks neither for nor against a scam."""

WEAK, STRONG = 0.70, 0.90
"""Calibrated probability of the conversation from which its signal is weak or strong."""

QUIET = 0.60
"""A weak signal ends when the conversation's probability has faded below this."""

KEPT_TENTHS = 8
"""How much of the sum is left after one more turn."""

PURPOSE_TENTHS = 15
"""Weight of the answer to the purpose question; any other turn weighs 10."""

OTHER_STORY_TENTHS = 5
"""Weight of a weak cue that tells another story than the cues before it."""

MOST = 3 * UNIT
"""One turn adds no more than this, and a sentence of a known strength counts on its own beside the sum."""

MOST_RELIEF = UNIT
"""An honest answer takes away no more than this, and never leaves less than nothing said: -1 nat."""

SHORT_CHARS = 8
"""Fewer characters explain nothing: an amount, a name, a yes."""

CUES = 8
"""How many cues are kept for the teller, the heaviest."""

WORDS = 3

_MEANS = frozenset({"coached", "secrecy", "screen_sharing", "safe_account"})
"""Means that every story uses."""

_STORIES: tuple[frozenset[str], ...] = (
    frozenset({"police_impersonation", "medical_social_security", "kidnapping_threat", "mule_account"}),
    frozenset({"customer_service_refund", "ticket_refund", "credit_repair", "fake_loan", "game_account"}),
    frozenset({"investment", "romance", "brush_order", "fake_platform_deposit", "mule_account", "elder_scam"}),
    frozenset({"relative_impersonation", "boss_impersonation", "rent_house", "kidnapping_threat", "game_account"}),
    frozenset({"prize", "relief_subsidy", "elder_scam", "medical_social_security", "fake_loan", "brush_order"}),
)
"""Kinds of fraud that are one story told from different ends; a kind may belong to several."""

STRENGTHS: tuple[Strength, ...] = ("none", "weak", "strong")
_EXACT = Context(prec=28)
_SURE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the customer's turns so far add up to."""

    turn: int = 0
    """Customer turns heard."""

    total: int = 0
    """Log-odds above `NEUTRAL`, ten-thousandths of a nat."""

    highest: float = 0.0
    """Highest score of a single sentence."""

    strong: float = 0.0
    """Highest score of a sentence that was strong by itself, 0 if none was. Nothing lowers it."""

    strength: Strength = "none"
    cues: tuple[Cue, ...] = ()
    """The turns that spoke for a scam, in their order."""

    def graver_than(self, other: Conversation) -> bool:
        """Whether this one's signal is of a higher strength."""
        return STRENGTHS.index(self.strength) > STRENGTHS.index(other.strength)


def heard(
    before: Conversation, signal: ScamSignal, text: str, *, purpose: bool = False, idle: bool = False
) -> Conversation:
    """Return the conversation with one more customer turn.

    Args:
        before: The conversation so far.
        signal: The sentence's own signal, its score a calibrated probability.
        text: The sentence.
        purpose: Whether it answers the question what the money is for, or for whom.
        idle: Whether it only moves the dialogue (好的，继续) and tells nothing: no weak signal of it counts.
    """
    if idle and not purpose and signal.strength != "strong":
        return replace(before, turn=before.turn + 1)
    now = replace(before, turn=before.turn + 1, highest=max(before.highest, signal.score))
    weight = _log_odds(signal.score) - _log_odds(NEUTRAL)
    if signal.strength != "none":
        weight = max(weight, 1)  # the model's own threshold may lie below NEUTRAL; its cue is kept all the same
    tenths = PURPOSE_TENTHS if purpose else 10
    if weight > 0:
        if not _fits(signal, before.cues):
            tenths = tenths * OTHER_STORY_TENTHS // 10
        added = min(weight, MOST) * tenths // 10
        cue = Cue(now.turn, added, signal.type, signal.evidence)
        now = replace(now, total=before.total * KEPT_TENTHS // 10 + added, cues=_heaviest((*before.cues, cue)))
    elif len(text) >= SHORT_CHARS:
        relief = max(weight, -MOST_RELIEF) * tenths // 10 if purpose else 0
        now = replace(now, total=max(before.total * KEPT_TENTHS // 10 + relief, -MOST_RELIEF))
    if signal.strength == "strong":
        now = replace(now, strong=max(before.strong, signal.score))
    return replace(now, strength=_strength(before, now, signal))


def signal_of(conversation: Conversation) -> ScamSignal:
    """Return the conversation's signal: its probability, strength, kind, and the words of its heaviest cues."""
    cues = sorted(conversation.cues, key=lambda cue: -cue.weight)
    kind = next((cue.type for cue in cues if cue.type is not None), None)
    words = tuple(dict.fromkeys(word for cue in cues for word in cue.words))[:WORDS]
    if conversation.strength == "none":
        return ScamSignal(_score(conversation), "none")
    return ScamSignal(_score(conversation), conversation.strength, kind, words)


def _strength(before: Conversation, now: Conversation, signal: ScamSignal) -> Strength:
    reached = now.total + _log_odds(NEUTRAL)
    if signal.strength == "strong" or before.strength == "strong" or reached >= _log_odds(STRONG):
        return "strong"
    if signal.strength == "weak" or reached >= _log_odds(WEAK):
        return "weak"
    return "weak" if before.strength == "weak" and reached >= _log_odds(QUIET) else "none"


def _score(conversation: Conversation) -> float:
    total = conversation.total
    if total > 0:
        told = _probability(_log_odds(NEUTRAL) + total)
    else:
        # Nothing speaks for a scam: what is left is the likeliest sentence, less what the honest answer took away.
        told = min(conversation.highest, NEUTRAL)
        told = told if total == 0 else _probability(_log_odds(told) + total)
    return max(conversation.strong, told)


def _fits(signal: ScamSignal, cues: tuple[Cue, ...]) -> bool:
    kinds = [cue.type for cue in cues if cue.type is not None]
    if signal.strength != "weak" or signal.type is None or not kinds:
        return True
    return any(_compatible(signal.type, kind) for kind in kinds)


def _compatible(one: str, other: str) -> bool:
    return one == other or bool({one, other} & _MEANS) or any({one, other} <= story for story in _STORIES)


def _heaviest(cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    if len(cues) <= CUES:
        return cues
    lightest = min(cues, key=lambda cue: cue.weight)
    return tuple(cue for cue in cues if cue is not lightest)


@cache
def _log_odds(probability: float) -> int:
    p = min(max(Decimal(repr(probability)), _SURE), 1 - _SURE)
    return int((_EXACT.ln(_EXACT.divide(p, 1 - p)) * UNIT).to_integral_value())


def _probability(log_odds: int) -> float:
    odds = _EXACT.exp(Decimal(log_odds) / UNIT)
    return float(_EXACT.divide(odds, 1 + odds).quantize(_SURE))
