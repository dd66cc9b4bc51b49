"""Opens a journal, or, when it is damaged, puts it aside and opens the one begun with what could be saved of it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from guitai.errors import GuitaiError
from guitai.journal import salvage
from guitai.journal.checkpoints import Anchor, Signing, read_anchor
from guitai.journal.store import Journal
from guitai.messages.branch import JournalDamaged
from guitai.messages.session import Occurred
from guitai.tables import branch_record


def open_or_rebuild(
    path: Path, key: bytes, kiosk_id: str, debug_rows: int, signing: Signing | None, keyring: Path, now_ms: int
) -> Journal:
    """Open the journal at `path`; a damaged one goes to the quarantine folder beside it and is never deleted.

    An older copy of the journal, which does not know the newest checkpoint, is taken as it is, and the branch's record says
    that something is missing. A wrong key, another kiosk's file, a newer version and a lost keyring are refused as ever,
    not repaired. Raises what `Journal.open` raises, ``journal.corrupt`` excepted.
    """
    salvage.finish(path)
    folder = path.parent / salvage.QUARANTINE / f"journal-{now_ms}"
    anchor = _anchor(signing)
    try:
        journal = Journal.open(path, key, kiosk_id, debug_rows, signing, keyring)
    except GuitaiError as error:
        if error.code != "journal.corrupt":
            raise
        with _room(path):
            _rebuild(path, key, kiosk_id, signing, keyring, folder, now_ms)
        return Journal.open(path, key, kiosk_id, debug_rows, signing, keyring)
    if anchor is not None and signing is not None and not journal.holds(anchor.n, anchor.chain):
        record = branch_record(kiosk_id)
        alarm = JournalDamaged(f"{folder.parent.name}/{folder.name}", 0, 0, complete=False)
        with _room(path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(signing.anchor, folder / signing.anchor.name)  # first: the alarm may bring a newer one
            journal.append(record, Occurred(journal.next_seq(record), now_ms, alarm), ())
            if _anchor(signing) == anchor:
                signing.anchor.unlink()
    return journal


@contextlib.contextmanager
def _room(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GuitaiError("journal.disk_full", path=path) from error


def _anchor(signing: Signing | None) -> Anchor | None:
    if signing is not None:
        with contextlib.suppress(GuitaiError):  # unreadable: then only the file itself can say where lanes stood
            return read_anchor(signing.anchor)
    return None


def _rebuild(
    path: Path, key: bytes, kiosk_id: str, signing: Signing | None, keyring: Path, folder: Path, now_ms: int
) -> None:
    anchor = _anchor(signing)
    saved = salvage.read(path, key, anchor.lanes if anchor else {})
    building = path.with_name(path.name + "-building")
    for part in salvage.PARTS:
        building.with_name(building.name + part).unlink(missing_ok=True)
    journal = Journal.open(building, key, kiosk_id, keyring=keyring)
    journal.take_over(saved, f"{folder.parent.name}/{folder.name}", now_ms)
    journal.close()
    for part in ("-keyid", "-ballast"):
        building.with_name(building.name + part).unlink(missing_ok=True)
    building.replace(salvage.rebuilt_path(path))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if anchor is None or signing is None:
        salvage.put_aside(path, folder)
        return
    shutil.copy2(signing.anchor, folder / signing.anchor.name)
    salvage.put_aside(path, folder)
    # It is of the ledger that is put aside. Last: whoever starts after a break needs it to know where lanes stood.
    signing.anchor.unlink()
