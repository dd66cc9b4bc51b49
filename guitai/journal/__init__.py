"""Events, effects and outbox in one encrypted SQLite file; only core opens it."""

from __future__ import annotations

from guitai.journal.recording import Recorded
from guitai.journal.steps import Step
from guitai.journal.store import Journal, Unfinished

__all__ = ["Journal", "Recorded", "Step", "Unfinished"]
