"""Which fields of a message are personal, and of which class of JR/T 0171-2020. Pure; from the messages' own types.

C3 tells people apart by their body or manner, C2 is who somebody is, what they have and what they said; the rest is C1.
A free text or an amount of money is C2 unless it is named here as something else: what is new is encrypted until somebody
has thought about it.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from typing import Any, Literal

from guitai.messages.codec import EFFECTS, EVENTS
from guitai.money import Fen

DataClass = Literal["C2", "C3"]
DATA_CLASSES: tuple[DataClass, ...] = ("C2", "C3")

NOBODYS = (
    "branch.",
    "device.",
    "health.",
    "session.",
    "knowledge.",
    "risk.rules_sent",
    "risk.watch_list_sent",
    "service.work_order",
)
"""Messages that speak of the machine, not of a person."""

C3_TYPES = ("face.expression", "face.identity", "face.liveness", "manner.")
C3_FIELDS = frozenset({"prosody", "strokes"})
C2_TYPES = frozenset({"bank.customer"})
"""What a bank knows of somebody: the counts, too."""

HANDLES = frozenset(
    {
        "approval_id", "card_token", "case_number", "debit_id", "escalation_id", "host_request", "kiosk_id", "listener_id", "order_id", "payee_ref", "question_id", "reference",
        "request_id", "risk_ref",
        "rules_hash", "models_hash", "flows_hash", "answers_hash", "session_id", "sms_id", "speak_id", "teller_id", "transfer_id", "type", "unfinished", "vault_key", "viewer_id",
    }
)  # fmt: skip
"""Fields that name things, not people: headquarters joins on them, so their digits stay. All else is masked."""

PLAIN = HANDLES | {
    "answer_id", "code", "currency", "deposit_id", "device", "digest", "field", "kind", "language", "photo", "picture", "place",
    "reason", "recording_id", "sensor", "sha256", "symbology", "target", "template", "unit", "version",
}  # fmt: skip
"""Fields that name machines, kinds and reasons."""


@functools.cache
def classes_of(type_name: str) -> dict[str, DataClass]:
    """Return the personal fields of a message type, each with its class."""
    kind = EVENTS.get(type_name) or EFFECTS.get(type_name)
    if kind is None or type_name.startswith(NOBODYS):
        return {}
    hints = typing.get_type_hints(kind, include_extras=True)
    found: dict[str, DataClass] = {}
    for field in dataclasses.fields(kind):
        if field.name in HANDLES:
            continue
        if type_name.startswith(C3_TYPES) or field.name in C3_FIELDS:
            found[field.name] = "C3"
        elif type_name in C2_TYPES or (field.name not in PLAIN and _personal(hints[field.name])):
            found[field.name] = "C2"
    return found


def _personal(hint: Any) -> bool:
    """Tell whether a value of this type may hold a free text or an amount of money."""
    if hint in (str, Fen, dict, object, Any):
        return True
    if typing.get_origin(hint) in (tuple, list, dict, frozenset, typing.Union, types.UnionType):
        return any(_personal(part) for part in typing.get_args(hint) if part is not Ellipsis)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return any(name not in PLAIN and _personal(part) for name, part in hints.items())
    return False
