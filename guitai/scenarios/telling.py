"""Tells a played scenario turn by turn, for whoever looks for the reason of a miss."""

from __future__ import annotations

from collections.abc import Iterator

from guitai.messages.bank import PostTransfer
from guitai.messages.business import Inquire, PlaceOrder
from guitai.messages.codec import name_of
from guitai.messages.handover import Escalate
from guitai.messages.risk import RecordRisk
from guitai.messages.session import CloseSession, StartTimer, StopTimer
from guitai.messages.voice import CustomerSaid, Hush, Listen, Speak
from guitai.scenarios import inner
from guitai.scenarios.judge import Window, actions_of, level_of
from guitai.scenarios.model import Turn
from guitai.scenarios.play import Played
from guitai.scenarios.screen import targets
from guitai.scenarios.watch import Sight, Stepped, effects_of, events_of, states_of, views_of

QUIET = (StartTimer, StopTimer, Speak, Hush, Listen)
"""Effects that tell nothing of a decision."""


def tell(played: Played) -> Iterator[str]:
    """Yield lines."""
    scenario = played.scenario
    yield f"{scenario.id} {scenario.title}"
    for window, turn in zip(played.windows, scenario.turns, strict=False):
        yield f"── {window.turn} {_deed(turn)}"
        yield from _window(window)
        yield from (f"   MISS {miss}" for miss in played.misses if miss.turn == window.turn)
    yield "── the end"
    yield f"   resolved {played.resolved}, highest risk {played.level}, moved out {played.moved_out_fen} fen"
    if played.helped:
        yield f"   beside the script: {', '.join(played.helped)}"
    yield from (f"   MISS {miss}" for miss in played.misses if miss.turn == 0)
    yield from (f"   BROKE {what}" for what in played.broke)


def _window(window: Window) -> Iterator[str]:
    sights = window.sights
    for said in events_of(sights, CustomerSaid):
        top = ", ".join(f"{guess.name} {guess.probability:.2f}" for guess in said.understanding.intents[:2])
        found = ", ".join(f"{one.type}={one.norm or one.value}" for one in said.understanding.entities)
        scam = said.understanding.scam
        yield f"   heard    {said.text}  [{top}] [{found}] scam {scam.strength} {scam.score:.2f}"
    for sight in sights:
        if isinstance(sight, Stepped):
            yield from _step(sight)
    for view in views_of(sights)[-1:]:
        yield f"   screen   {view.screen}: {view.lead.replace('*', '')} {view.more}  {' '.join(targets(view))}"
    states = states_of(sights)
    if states:
        yield f"   errand   {inner.values(states[-1])} asking {inner.asking(states[-1]) or '-'}"
    yield f"   judged   risk {level_of((*window.before, *sights))}, actions {', '.join(sorted(actions_of(sights, window.standing)))}"


def _step(sight: Stepped) -> Iterator[str]:
    seen: tuple[Sight, ...] = (sight,)
    for spoken in effects_of(seen, Speak):
        yield f"   says     {spoken.text}"
    for effect in sight.effects:
        if not isinstance(effect, QUIET):
            yield f"   does     {_effect(effect)}"


def _effect(effect: object) -> str:
    match effect:
        case RecordRisk(decision=decision):
            floors = ", ".join(floor.floor for floor in decision.floors)
            r = f"R = {decision.r_hundredths / 100:.2f} {decision.level}"
            return f"risk.decided {r}; {', '.join(decision.actions)}{'; floors ' + floors if floors else ''}"
        case PostTransfer():
            return f"bank.post_transfer {effect.amount} fen to {effect.payee_name}, {effect.mode}"
        case PlaceOrder():
            return f"bank.order {effect.kind} {effect.params} {effect.mode}"
        case Inquire():
            return f"bank.inquire {effect.kind} {effect.params}"
        case Escalate():
            return f"handover.escalate {effect.bundle.why}: {effect.bundle.headline}"
        case CloseSession():
            return f"session.closed {effect.outcome} ({effect.reason}), satisfied {effect.satisfied}"
        case _:
            return name_of(effect)


def _deed(turn: Turn) -> str:
    value = f" {turn.value}" if turn.value is not None else ""
    return f"{turn.actor} {turn.do}{value}{'：' + turn.text if turn.text else ''}"
