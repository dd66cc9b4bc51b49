"""Events, effects and outbox in one encrypted SQLite file; only core opens it."""

from __future__ import annotations

from guitai.journal.history import Unfinished
from guitai.journal.recording import Recorded
from guitai.journal.steps import Step
from guitai.journal.store import Journal

__all__ = ["Journal", "Recorded", "Step", "Unfinished"]
