"""Packs: answers, flows and rules into their stores of versions, models into their folder. Each is checked by what reads it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge_models.store import Store as Models
from guitai.errors import GuitaiError
from guitai.shell.books import flows_store
from guitai.shell.packs import answers_store
from guitai.shell.rulebook import Rulebook
from guitai.updates.folders import unpack
from guitai.versions import FOLDER, Store
from guitai.wire.releases import Release

BY = "updates"


def use_pack(kind: str, payload: Path, release: Release, state: Path, keys: Path, models: Path, now_ms: int) -> None:
    """Put a pack to use: from the next session on; models when their process starts next.

    Args:
        kind: ``answers``, ``flows``, ``rules`` or ``models``.
        payload: The pack; of models a tar of ``NAME/FILE…``.
        release: What was signed.
        state: Core's state folder; what is written there stays its owner's.
        keys: Where the key of the risk rules is.
        models: The folder of models.
        now_ms: The wall clock.

    Raises:
        GuitaiError: ``updates.wrong_target``, ``models.*``, or as the store's own check does. OSError.
    """
    if kind == "models":
        _models(payload, models)
        return
    stores: dict[str, Callable[[], Store[Any]]] = {
        "answers": lambda: answers_store(state),
        "flows": lambda: flows_store(state),
        "rules": lambda: Rulebook(state, keys).store,
    }
    if kind not in stores:
        raise GuitaiError("updates.wrong_target", wanted=kind, here="a kiosk")
    store = stores[kind]()
    whole = store.keep(payload.read_bytes(), BY, release.name, now_ms)
    if store.in_use() != whole:
        store.use(whole, BY, release.name, now_ms)
    _give(state / FOLDER, state)


def _models(payload: Path, models: Path) -> None:
    """Take models in whose files are what the catalogue of this software says; the old ones go at one rename each."""
    draft = models / ".incoming"
    unpack(payload, draft)
    names = sorted(path.name for path in draft.iterdir())
    catalogue = Models(draft)
    for name in names:
        catalogue.entry(name)
    for fault in catalogue.verify(names).values():
        if fault is not None:
            raise fault
    os.sync()
    for name in names:
        if (models / name).exists():
            shutil.rmtree(models / f".{name}.old", ignore_errors=True)  # left at a power cut
            (models / name).rename(models / f".{name}.old")
        (draft / name).rename(models / name)
        shutil.rmtree(models / f".{name}.old", ignore_errors=True)
    draft.rmdir()


def _give(folder: Path, like: Path) -> None:
    """Leave everything below `folder` to the owner of `like`."""
    about = like.stat()
    for path in [folder, *folder.rglob("*")]:
        # Core may have put a link to one of root's files there.
        os.chown(path, about.st_uid, about.st_gid, follow_symlinks=False)
