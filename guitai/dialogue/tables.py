"""The form of two tables beside the flows: the menu's pages and the offers."""

from __future__ import annotations

from guitai.dialogue.schema import Texts, Words


class Group(Words):
    """A page of the menu: its words, its icon, and the flows that stand on it."""

    icon: str
    flows: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    """Intents whose answer (`guitai.knowledge.answers.by_touch`) is given by touch."""


class Offer(Texts):
    """What is proposed, and the flow that does it."""

    flow: str
