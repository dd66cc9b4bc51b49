"""Finds the reviewed answer to a question; never makes one up."""

from __future__ import annotations

from dataclasses import dataclass

from guitai.dialogue.data import FACTS


@dataclass(frozen=True, slots=True)
class Answer:
    """A reviewed answer with where it comes from."""

    id: str
    lead: str
    more: str
    source: str


def answer(intent: str, text: str, language: str) -> Answer | None:
    """Return the entry of the intent's group whose words occur in `text`, else the group's default, else None."""
    group = [fact for fact in FACTS if fact["intent"] == intent]
    chosen = next((f for f in group if any(word in text for word in f.get("any", ()))), None)
    chosen = chosen or next((f for f in group if "any" not in f), None)
    if chosen is None:
        return None
    suffix = "_en" if language == "en" else ""
    return Answer(chosen["id"], chosen[f"lead{suffix}"], chosen[f"more{suffix}"], chosen["source"])
