"""The keys a kiosk makes itself: of the journal and of recordings; the journal's goes into the TPM where there is one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import orjson

from guitai.errors import GuitaiError
from guitai.keys import DEVICE_KEY, read_key
from guitai.keyseal import recovery, stored, tpm
from guitai.keyseal.device import seal_device_key
from guitai.keyseal.stored import PLAIN, POLICIES, POLICY_KEY, RECOVERY, RECOVERY_KEY, SEALED
from guitai.provisioning.board import board_key
from guitai.provisioning.est import Headquarters
from guitai.wire.whole import write_whole

KEY_BYTES = 32
OWN_KEYS = (PLAIN, "recording.key")
"""Of the journal's file; of the keys of recordings (双录)."""

BOARD = "board.key"


def make_own_keys(folder: Path) -> list[str]:
    """Make those that are not there; return their names. Raises OSError."""
    made = []
    for name in OWN_KEYS:
        if (folder / name).exists() or (name == PLAIN and (folder / SEALED).exists()):
            continue
        write_whole(folder / name, secrets.token_hex(KEY_BYTES).encode() + b"\n")
        made.append(name)
    return made


def shred(path: Path) -> None:
    """Overwrite and remove a file; flash may keep a copy until the block is reused."""
    with open(path, "r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def seal_keys(folder: Path, kiosk: str) -> str:
    """Seal the keys of journal and device to this board; return why not, or an empty string.

    Nothing is sealed without headquarters' recovery key: a broken board would take the events with it.
    """
    if not (folder / PLAIN).exists() and not (folder / DEVICE_KEY).exists():
        return ""
    if missing := [name for name in (POLICY_KEY, POLICIES, RECOVERY_KEY) if not (folder / name).exists()]:
        return f"headquarters gave no {', '.join(missing)}"
    if not tpm.present():
        return "no TPM answers"
    try:
        if (folder / PLAIN).exists():
            key = read_key(folder / PLAIN)
            write_whole(folder / RECOVERY, recovery.wrap(key, kiosk, folder / RECOVERY_KEY), 0o644)
            stored.seal(folder, key)
        if (folder / DEVICE_KEY).exists():
            seal_device_key(folder)
    except GuitaiError as error:
        return error.english()
    for name in (PLAIN, DEVICE_KEY):
        if (folder / name).exists():
            shred(folder / name)
    return ""


def mend_board(folder: Path, kiosk: str, headquarters: Headquarters, command_key: Path) -> None:
    """Get the journal's key back if another board's TPM sealed it.

    Raises GuitaiError ``enrolment.board_waits`` until headquarters has given it with its offline key, ``keys.*``.
    """
    if not _of_other_board(folder):
        return
    path = folder / BOARD
    public = board_key(path)
    if (folder / RECOVERY).exists():
        headquarters.leave("recovery", orjson.loads((folder / RECOVERY).read_bytes()), command_key)
    headquarters.leave("board", {"public": public}, command_key)
    try:
        wrapped = orjson.dumps(headquarters.fetch("recovered"))
        write_whole(folder / "board.recovery", wrapped)
        _, key = recovery.unwrap(folder / "board.recovery", path)
    except GuitaiError as error:
        if error.code in ("enrolment.no_document", "keys.other_recovery_key"):  # none yet, or one for a board before
            raise GuitaiError("enrolment.board_waits", kiosk=kiosk) from error
        raise
    write_whole(folder / PLAIN, key.hex().encode() + b"\n")
    (folder / SEALED).unlink()
    (folder / "board.recovery").unlink()
    shred(path)


def _of_other_board(folder: Path) -> bool:
    if (folder / PLAIN).exists() or not (folder / SEALED).exists():
        return False
    try:
        stored.journal_key(folder)
    except GuitaiError as error:
        if error.code == "keys.other_board":
            return True
        raise
    return False
