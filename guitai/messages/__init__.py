"""What crosses a boundary: one domain per file, frozen dataclasses that turn into plain data and back.

An *event* is what the session sees, an *effect* what it asks for. Both are registered under a dotted name
(``card.inserted``) by `guitai.messages.codec`. Importing this package registers every domain.
"""

from __future__ import annotations

from guitai.messages import (
    bank,
    branch,
    business,
    card,
    cash,
    cash_in,
    device,
    document,
    face,
    handover,
    health,
    identity,
    phrasing,
    recording,
    risk,
    service,
    session,
    takeover,
    touch,
    view,
    voice,
)

__all__ = [
    "bank",
    "branch",
    "business",
    "card",
    "cash",
    "cash_in",
    "device",
    "document",
    "face",
    "handover",
    "health",
    "identity",
    "phrasing",
    "recording",
    "risk",
    "service",
    "session",
    "takeover",
    "touch",
    "view",
    "voice",
]
