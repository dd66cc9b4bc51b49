"""Is every model file what the catalogue says?"""

from __future__ import annotations

import asyncio

from edge_models.store import Store
from guitai.config import Config
from guitai.health.finding import Finding, Repair, finding

KIOSK = "default"
"""The group of the models a kiosk needs."""


async def models(config: Config) -> list[Finding]:
    """Files that are damaged or missing."""
    store = Store(config.paths.models)
    names = [name for name, entry in store.entries().items() if entry.group == KIOSK]
    verified = await asyncio.to_thread(store.verify, names)
    return damaged(store, [name for name, error in verified.items() if error is not None])


def damaged(store: Store, wrong: list[str]) -> list[Finding]:
    """Return the finding that these models are not what the catalogue says."""
    if not wrong:
        return []
    repair = Repair({"zh": "重新取回", "en": "pull them again"}, lambda: store.pull(wrong, lambda *_: None))
    return [finding("models.damaged", repair, names=", ".join(wrong), first=wrong[0])]
