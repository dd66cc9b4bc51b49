"""The order in which customers are seen, and by whom: pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from headquarters.console.calls import Call
from headquarters.console.people import Person, Skill
from headquarters.console.staff import Colleague

PROMISE_S = 180
"""A human comes within three minutes (design.md section 5)."""

ALARM_S = 60
"""Nobody accepted for so long: the alarm. Two minutes are left to do something about it."""

RISES_AFTER_S = 90
"""Who has waited so long is put a class higher, so that nobody waits for ever behind urgent ones."""

KEPT_FOR_MS = 30_000
"""So long a call that was passed to a colleague is theirs alone; then anybody may take it."""

REACTION_S = 10
"""Between a free teller's seeing a call and taking it."""

TALK_S = 240
"""How long a talk takes while none has been measured."""

WEALTH = frozenset({"wealth_products", "wealth_redeem", "bond_gold_fund", "securities_custody", "insurance"})
UPSET = frozenset({"negative", "complaint"})
LATIN_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer stands."""

    position: int
    """1 is next."""

    wait_s: int
    """Expected from now."""


def priority(call: Call, now_ms: int) -> int:
    """Return the class: 0 danger, 1 risk or upset, 2 everybody else; one better after a long wait."""
    bundle = call.bundle
    level = (bundle.get("risk") or {}).get("level")
    if bundle.get("silent") or level == "high":
        return 0
    found = (
        1
        if level == "medium" or bundle.get("why") in UPSET | {"dispute", "device"} or call.passed_ms is not None
        else 2
    )
    return max(0, found - int(now_ms - call.at_ms >= RISES_AFTER_S * 1000))


def skills(call: Call) -> tuple[Skill, ...]:
    """Return what whoever takes the call should be good at."""
    if call.skill is not None:
        return (call.skill,)
    bundle, found = call.bundle, []
    if bundle.get("why") == "risk" or bundle.get("silent"):
        found.append("risk_desk")
    if bundle.get("why") in UPSET:
        found.append("senior")
    if WEALTH.intersection(bundle.get("intents") or ()):
        found.append("wealth")
    if _foreign(bundle):
        found.append("language")
    return tuple(found)  # type: ignore[arg-type]  # each is a Skill


def for_me(call: Call, who: Person | Colleague, now_ms: int) -> bool:
    """Tell whether a waiting call is this person's to take before others."""
    if call.branch and who.branches and call.branch not in who.branches:
        return False
    if kept_for_another(call, who.id, now_ms):
        return False
    if call.for_teller == who.id:
        return True
    return who.id not in call.declined_by and set(skills(call)) <= set(who.skills)


def kept_for_another(call: Call, who_id: str, now_ms: int) -> bool:
    """Tell whether a colleague passed the call to somebody else who may still take it."""
    fresh = call.passed_ms is not None and now_ms - call.passed_ms < KEPT_FOR_MS
    return call.for_teller not in (None, who_id) and fresh


def ordered(calls: Collection[Call], now_ms: int) -> list[Call]:
    """Return those that wait, next first."""
    waiting = [call for call in calls if call.state == "waiting"]
    return sorted(waiting, key=lambda call: (priority(call, now_ms), call.at_ms, call.id))


def places(calls: Sequence[Call], staff: Sequence[Colleague], talk_s: float | None, now_ms: int) -> dict[str, Place]:
    """Return each waiting call's place and expected wait.

    A free teller is there after `REACTION_S`. Otherwise one of the `busy` tellers becomes free every talk time / busy on average, as
    talks end independently of how long they have lasted (exponential); with nobody at work the promise is all there is.
    """
    busy = len({call.teller_id for call in calls if call.held})
    ready = {colleague.id for colleague in staff if colleague.state == "ready"}
    free = len(ready - {call.teller_id for call in calls if call.held})
    found = {}
    for position, call in enumerate(ordered(calls, now_ms), 1):
        wait_s = REACTION_S
        if position > free:
            wait_s = PROMISE_S if not busy else math.ceil((position - free) * (talk_s or TALK_S) / busy) + REACTION_S
        found[call.id] = Place(position, wait_s)
    return found


def alarming(call: Call, staff: Sequence[Colleague], now_ms: int) -> bool:
    """Tell whether nobody accepts: for too long, or because nobody is there who could."""
    if call.state != "waiting":
        return False
    somebody = any(one.state == "ready" and (not one.branches or call.branch in one.branches) for one in staff)
    waited_ms = now_ms - max(call.at_ms, call.passed_ms or 0)
    return waited_ms >= ALARM_S * 1000 or not somebody


def _foreign(bundle: dict[str, Any]) -> bool:
    """Tell whether the customer speaks with Latin letters for the most part."""
    said = "".join(line["text"] for line in bundle.get("transcript") or () if line.get("who") == "customer")
    letters = [letter for letter in said if letter.isalpha()]
    return bool(letters) and sum(letter.isascii() for letter in letters) / len(letters) >= LATIN_SHARE
