"""What words mean because of the errand under way: a flow's `means` says how another intent is to be taken there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from guitai.dialogue.data import FLOWS
from guitai.dialogue.later import CAN_WAIT
from guitai.dialogue.schema import Flow
from guitai.dialogue.state import Session, Task
from guitai.messages.voice import CustomerSaid, IntentGuess

CANCEL, SAME = "cancel", "same"


def reread(session: Session, event: CustomerSaid) -> CustomerSaid:
    """Return the utterance with its intents as the errand under way takes them."""
    task = session.task
    if task is None or session.stage not in CAN_WAIT or not (means := FLOWS[task.kind].means):
        return event
    intents = tuple(_taken(guess, FLOWS[task.kind], means) for guess in event.understanding.intents)
    return replace(event, understanding=replace(event.understanding, intents=intents))


def besides(kind: str, others: Iterable[tuple[Task, str]]) -> tuple[Task, ...]:
    """Return what else was asked for in one breath, each with the intent it was heard as, without what only goes with the first.

    剩下的接着存, said of a part of a deposit, opens no new one.
    """
    return tuple(task for task, intent in others if FLOWS[kind].means.get(intent) != SAME)


def carried(session: Session, wanted: Flow, values: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return an errand's values with those it takes over from the one it was named in: what would that cost a month?"""
    task = session.task
    if task is None or wanted.kind not in FLOWS[task.kind].means.values():
        return values
    given = {name for name, _ in values}
    over = tuple((name, value) for name, value in task.slots if name in wanted.slots and name not in given and value)
    return (*values, *over)


def _taken(guess: IntentGuess, flow: Flow, means: dict[str, str]) -> IntentGuess:
    meant = means.get(guess.name)
    if meant is None:
        return guess
    return IntentGuess(flow.intents[0] if meant == SAME else meant, guess.probability)
