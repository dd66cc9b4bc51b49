"""Judges a turn: what was heard, decided, said and shown from it to the next against what the script expects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge_models.language.entities import find as find_entities
from guitai.dialogue.machine import wants_card
from guitai.dialogue.state import Session
from guitai.messages.bank import AskBalance, PostTransfer, ReserveDebit, SendSms
from guitai.messages.business import Inquire, PlaceOrder
from guitai.messages.cash import Dispense
from guitai.messages.cash_in import EndCashIn, StartCashIn
from guitai.messages.handover import Escalate
from guitai.messages.masking import mask_name
from guitai.messages.risk import RecordRisk
from guitai.messages.view import View
from guitai.messages.voice import CustomerSaid, Speak
from guitai.scenarios import inner
from guitai.scenarios.model import Expect
from guitai.scenarios.people import term_of
from guitai.scenarios.watch import Sight, effects_of, events_of, says, states_of, told, views_of

LEVELS = ("low", "medium", "high")
ACTION_OF_SCREEN = {
    "confirm": "second_confirm", "risk_question": "prompt", "sms_code": "sms", "hold": "freeze", "waiting": "human",
    "teller": "human",
}  # fmt: skip
ACTION_OF_DECISION = {
    "second_confirm": "second_confirm", "prompt": "prompt", "counterparty": "prompt", "sms": "sms",
    "delay_24h": "delay_24h", "hold": "freeze", "human": "human",
}  # fmt: skip
PAY_KINDS = {"min": "minimum", "least": "minimum", "最低": "minimum", "最低还款": "minimum", "最低还款额": "minimum", "all": "full", "全额": "full", "全部": "full"}  # fmt: skip
"""How else a script may call how much of a debt is paid."""

STANDS = frozenset({"hold", "waiting", "teller"})
INTERVENING = frozenset({"prompt", "sms", "delay_24h", "freeze", "human"})
HALTS = frozenset({"delay_24h", "freeze", "human"})
"""What a customer cannot meet by themselves within a turn."""

CARRIES_OUT = (ReserveDebit, Dispense, EndCashIn)
TELLS = (AskBalance, Inquire, StartCashIn)


@dataclass(frozen=True, slots=True)
class Miss:
    """One expectation that was not met."""

    turn: int
    """1 for the script's first; 0 for the outcome."""

    key: str
    wanted: str
    found: str

    def __str__(self) -> str:
        where = f"turn {self.turn}" if self.turn else "outcome"
        return f"{where}: {self.key}: wanted {self.wanted}, found {self.found}"


@dataclass(frozen=True, slots=True)
class Window:
    """What happened from one turn to the next."""

    turn: int
    before: Sequence[Sight]
    """Everything until the turn."""

    sights: Sequence[Sight]
    standing: View | None
    """The screen when the turn began."""


def judge(window: Window, expect: Expect) -> Iterator[Miss]:
    """Yield every expectation that was not met."""
    yield from (Miss(window.turn, key, wanted, found) for key, wanted, found in _misses(window, expect))


def level_of(sights: Sequence[Sight]) -> str:
    """Return the level of the last decision; low while nothing had to be decided."""
    decided = effects_of(sights, RecordRisk)
    return decided[-1].decision.level if decided else "low"


def highest_level(sights: Sequence[Sight]) -> str:
    """Return the highest level that was ever decided."""
    return max((one.decision.level for one in effects_of(sights, RecordRisk)), key=LEVELS.index, default="low")


def actions_of(sights: Sequence[Sight], standing: View | None = None) -> frozenset[str]:
    """Return what the kiosk does about a request: by its decision, its screens and what it carries out.

    Where nothing new is shown the screen that stood there before stands: what was held or handed over still is; a
    confirmation is where its words were said once more. A kiosk that neither says, shows nor does anything serves nobody,
    nor does one that called a human, held or delayed money before it let any go.
    """
    views = views_of(sights) or ([standing] if standing is not None and standing.screen in STANDS else [])
    found = {ACTION_OF_SCREEN[view.screen] for view in views if view.screen in ACTION_OF_SCREEN}
    if any(view.screen == "hold" for view in views):
        found.add("human")
    spoke = bool(effects_of(sights, Speak))
    if spoke and not views_of(sights) and standing is not None and standing.screen == "confirm":
        found.add("second_confirm")
    halted: set[str] = set()
    for record in effects_of(sights, RecordRisk):
        found |= {ACTION_OF_DECISION[action] for action in record.decision.actions}
        halted |= {ACTION_OF_DECISION[action] for action in record.decision.actions} & HALTS
    if effects_of(sights, SendSms):
        found.add("sms")
    for call in effects_of(sights, Escalate):
        found.add("human")
        if call.bundle.why != "approve":  # what a teller must always allow is no suspicion
            halted.add("human")
    kinds = CARRIES_OUT if "second_confirm" in found else (*CARRIES_OUT, *TELLS)
    carried_out = any(effects_of(sights, kind) for kind in kinds)
    moved = any(effects_of(sights, kind) for kind in CARRIES_OUT)
    asked: list[PostTransfer | PlaceOrder] = [*effects_of(sights, PostTransfer), *effects_of(sights, PlaceOrder)]
    for effect in asked:
        if isinstance(effect, PlaceOrder) and effect.kind == "freeze_account":
            found.add("freeze")
        elif effect.mode == "now":
            carried_out = moved = True
        else:
            found.add(ACTION_OF_DECISION[effect.mode])
            halted.add(ACTION_OF_DECISION[effect.mode])
    answered = spoke or carried_out or bool(views_of(sights))
    # Whoever met every measure within the turn was served.
    if (moved and not halted) or (answered and not found & INTERVENING and (carried_out or not found)):
        found.add("serve")
    return frozenset(found)


def _misses(window: Window, expect: Expect) -> Iterator[tuple[str, str, str]]:
    sights = window.sights
    yield from _understood(window, expect)
    asked = {inner.canonical(inner.asking(state)) for state in states_of(sights)} - {""}
    if expect.kiosk_asks is not None and inner.canonical(expect.kiosk_asks) not in asked:
        yield "kiosk_asks", expect.kiosk_asks, ", ".join(sorted(asked)) or "nothing asked"
    level = level_of((*window.before, *sights))
    if expect.risk_level is not None and level != expect.risk_level:
        yield "risk_level", expect.risk_level, level
    if expect.risk_level_min is not None and LEVELS.index(level) < LEVELS.index(expect.risk_level_min):
        yield "risk_level_min", expect.risk_level_min, level
    if expect.action is not None:
        actions = actions_of(sights, window.standing)
        fine = (expect.action, *(expect.action_also_ok or ()))
        if not actions & set(fine):
            yield "action", " or ".join(fine), ", ".join(sorted(actions))
    texts = told(sights, window.standing)
    for gist in expect.must_say or ():
        if not says(gist, texts):
            yield "must_say", gist, shortened(texts)
    for gist in expect.must_not or ():
        if said := next((one for one in gist.split("|") if one and says(one, texts)), None):
            yield "must_not", f"not {gist}", said


def _understood(window: Window, expect: Expect) -> Iterator[tuple[str, str, str]]:
    states = states_of(window.sights)
    if expect.intent is not None:
        heard = [one.understanding.intents[0].name for one in events_of(window.sights, CustomerSaid)]
        served = {intent for state in states for intent in inner.intents(state)} | taken_for(window.sights)
        if expect.intent not in served.union(heard):
            yield "intent", expect.intent, ", ".join(heard) or "nothing heard"
    if expect.slots is None:
        return
    entities = [entity for one in events_of(window.sights, CustomerSaid) for entity in one.understanding.entities]
    for name, wanted in expect.slots.model_dump(exclude_none=True).items():
        slot = inner.canonical(name)
        # What stood last in the errand counts; the errand may be over before the next turn.
        state = next(
            (one for one in reversed(states) if slot in inner.values(one)), states[-1] if states else Session()
        )
        value = inner.values(state).get(slot) or inner.heard(state, slot, entities)
        called = frozenset() if value is None else inner.names_of(state, slot, value)
        if not any(same(slot, wanted, one) for one in called):
            yield f"slots.{name}", str(wanted), "nothing" if value is None else value


def taken_for(sights: Sequence[Sight]) -> set[str]:
    """Return what words about the dialogue itself were taken for, by what the kiosk did: ended, dropped the errand, called a human."""
    states = states_of(sights)
    said = {state.saying.key for state in states}
    ended = any(state.stage in ("ending", "closed") for state in states)
    card_back = ended and any(wants_card(one.text) for one in events_of(sights, CustomerSaid))
    found = {"thanks_bye"} if ended else set()
    found |= {"cancel"} if "cancelled" in said or card_back else set()
    called = {one.bundle.why for one in effects_of(sights, Escalate)}
    found |= {"human_agent"} if "asked" in called else set()
    return found | ({"complaint"} if "complaint" in called else set())


def same(slot: str, wanted: object, found: str) -> bool:
    """Whether a slot's value is the one that was meant."""
    if str(wanted) == found:
        return True
    if slot == "payee" and "*" in found:
        return mask_name(str(wanted)) == found  # the bank does not tell a stranger's whole name
    if slot == "term" and term_of(wanted) is not None:
        return term_of(wanted) == term_of(found)
    if slot == "pay_kind":
        return PAY_KINDS.get(str(wanted).lower(), wanted) == found
    if slot == "period" and isinstance(wanted, str):
        return found in {one.norm for one in find_entities(wanted)}
    return (
        slot in ("payee", "account", "phone", "user_no")
        and found != ""
        and str(wanted).endswith(found[-4:])
        and len(found) >= 4
    )


def shortened(texts: Sequence[str], most: int = 120) -> str:
    """Return the beginning of what was said and shown."""
    whole = " / ".join(text for text in texts if text)
    return whole if len(whole) <= most else whole[:most] + "…"
