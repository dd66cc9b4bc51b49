"""Packs: answers, flows and rules into their stores of versions, models into their folder. Each is checked by what reads it.

The stores are core's, and this runs as root: a store's folder is opened once, and everything is done through that descriptor, so that
a link put in its place meanwhile leads nowhere.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from edge_models.store import Store as Models
from guitai.errors import GuitaiError
from guitai.shell.books import flows_store
from guitai.shell.packs import answers_store
from guitai.shell.rulebook import Rulebook
from guitai.updates.folders import unpack
from guitai.versions import FOLDER, Kind, Store, folder_mode
from guitai.wire.releases import Release

BY = "updates"
OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


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
    match kind:
        case "models":
            _models(payload, models)
        case "answers":
            _into(answers_store(state), "answers", payload, release, state, now_ms)
        case "flows":
            _into(flows_store(state), "flows", payload, release, state, now_ms)
        case "rules":
            with _opened(state, "rules") as folder:
                book = Rulebook(state, keys)
                book.store = book.store.at(folder)
                if book.store.in_use() != hashlib.sha256(payload.read_bytes()).hexdigest():
                    book.use(payload, release.name, now_ms)
        case _:
            raise GuitaiError("updates.wrong_target", wanted=kind, here="a kiosk")


def _into(store: Store[Any], kind: Kind, payload: Path, release: Release, state: Path, now_ms: int) -> None:
    with _opened(state, kind) as folder:
        store = store.at(folder)
        whole = store.keep(payload.read_bytes(), BY, release.name, now_ms)
        if store.in_use() != whole:
            store.use(whole, BY, release.name, now_ms)


@contextmanager
def _opened(state: Path, kind: Kind) -> Iterator[Path]:
    """Give the folder of a store by its descriptor; what is made there is given to the owner of `state`. Raises OSError."""
    at = os.open(state, OPEN | os.O_DIRECTORY)
    try:
        owner = os.fstat(at)
        for name, mode in ((FOLDER, 0o755), (kind, folder_mode(kind))):
            with suppress(FileExistsError):
                os.mkdir(name, mode, dir_fd=at)
            inner = os.open(name, OPEN | os.O_DIRECTORY, dir_fd=at)
            os.close(at)
            at = inner
            _give(at, owner)
        try:
            yield Path(f"/proc/self/fd/{at}")
        finally:
            for name in os.listdir(at):  # noqa: PTH208 - a descriptor has no path
                _give_file(name, at, owner)
    finally:
        os.close(at)


def _give_file(name: str, folder: int, owner: os.stat_result) -> None:
    try:
        descriptor = os.open(name, OPEN, dir_fd=folder)
    except OSError:  # a link: not made here
        return
    try:
        about = os.fstat(descriptor)
        if stat.S_ISREG(about.st_mode) and about.st_nlink == 1:
            _give(descriptor, owner)
    finally:
        os.close(descriptor)


def _give(descriptor: int, owner: os.stat_result) -> None:
    """Leave what this process made to somebody else."""
    if os.fstat(descriptor).st_uid == os.geteuid() != owner.st_uid:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _models(payload: Path, models: Path) -> None:
    """Take models in whose files are what the catalogue of this software says; the old ones go at one rename each."""
    draft = models / ".incoming"
    unpack(payload, draft)
    try:
        _take(draft, models)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _take(draft: Path, models: Path) -> None:
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
