"""Prints the folders of the models that a kiosk needs, one a line: those of the default group, and what was prepared."""

from __future__ import annotations

import sys

from edge_models.store import Store
from guitai.config import load

PREPARED = "knowledge"
"""Sentence vectors of the answers, made by `guitai knowledge prepare`."""

if __name__ == "__main__":
    entries = Store(load(()).paths.models).entries()
    wanted = [name for name, entry in entries.items() if entry.group == "default"]
    sys.stdout.write("\n".join([*wanted, PREPARED]) + "\n")
