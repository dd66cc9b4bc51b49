"""Signed checkpoints: the device vouches for an entry of the ledger, headquarters is told, and the newest stands outside."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.journal.chain import canonical
from guitai.journal.database import Connection
from guitai.journal.ledger import Changes, Ledger
from guitai.journal.outbox import Outbox
from guitai.journal.verify import checkpoint_digest
from guitai.keys import Sign, device_certificate, device_signer
from guitai.messages.sync import OutboxRow
from guitai.tables import CHECKPOINT, Lane, branch_record
from guitai.wire.checkpoints import checkpoint_message, lanes_message
from guitai.wire.whole import write_whole

EVERY_ENTRIES = 1000
EVERY_MS = 300_000


@dataclass(frozen=True, slots=True)
class Signing:
    """How checkpoints are signed, and where the newest is kept outside the journal."""

    sign: Sign
    certificate: bytes
    """Of the key, PEM: it goes along, so that headquarters can check what was signed."""

    anchor: Path

    @classmethod
    def of(cls, keys: Path, anchor: Path) -> Signing:
        """Sign as the device whose key and certificate are in `keys`. Raises GuitaiError ``keys.*``."""
        return cls(device_signer(keys), device_certificate(keys), anchor)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint as it stands outside the journal."""

    n: int
    at_ms: int
    chain: str
    lanes: dict[Lane, tuple[int, str]]
    """Sequence and hash of each lane's last row then."""


def read_anchor(path: Path) -> Anchor | None:
    """Return what stands there, or None if nothing does. Raises GuitaiError ``journal.anchor_unreadable``."""
    try:
        data = orjson.loads(path.read_bytes())
        lanes = {lane: (int(at[0]), str(at[1])) for lane, at in data["lanes"].items()}
        return Anchor(int(data["n"]), int(data["at_ms"]), str(data["chain"]), lanes)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise GuitaiError("journal.anchor_unreadable", path=path) from error


class Checkpoints:
    """Keeps one every `EVERY_ENTRIES` entries or `EVERY_MS`, whichever is first, as the journal is written to."""

    def __init__(
        self, connection: Connection, ledger: Ledger, outbox: Outbox, kiosk_id: str, signing: Signing | None
    ) -> None:
        self._connection, self._ledger, self._outbox, self._kiosk_id = connection, ledger, outbox, kiosk_id
        self._signing = signing
        row = connection.execute("SELECT n, at_ms FROM checkpoint ORDER BY n DESC LIMIT 1").fetchone()
        self._last: tuple[int, int] = row or (0, 0)
        self._draft: dict[str, Any] = {}

    def keep(self, at_ms: int, changes: Changes, *, now: bool = False) -> tuple[OutboxRow, ...]:
        """Sign the last entry if that is due, inside a transaction that writes the next one; return the row queued.

        With `now` it is due unless the last entry is nothing but the checkpoint before.
        """
        self._draft = {}
        n, chain = self._ledger.head()
        since = n - self._last[0]
        if now:
            due = since > 1 or (since == 1 and not self._bare(n))
        else:
            due = since >= EVERY_ENTRIES or (since > 1 and at_ms - self._last[1] >= EVERY_MS)
        if self._signing is None or not due:
            return ()
        signature = self._signing.sign(checkpoint_message(self._kiosk_id, n, at_ms, chain))
        self._connection.execute("INSERT INTO checkpoint VALUES(?, ?, ?, ?)", (n, at_ms, chain, signature))
        changes.append(["checkpoint", n, checkpoint_digest(at_ms, chain, signature)])
        self._draft = {"n": n, "at_ms": at_ms, "chain": chain, "signature": signature.hex()}
        id_ = f"{self._kiosk_id}.checkpoint.{n}"
        told = self._draft | self._lanes(n, self._signing)
        return self._outbox.add([(id_, branch_record(self._kiosk_id), at_ms, CHECKPOINT, told)], changes)

    def _lanes(self, n: int, signing: Signing) -> dict[str, Any]:
        """Return what headquarters can compare with its own rows: where the lanes stood at the entry, signed."""
        lanes = self._stand()
        signature = signing.sign(lanes_message(self._kiosk_id, n, lanes))
        return {
            "lanes": lanes, "lanes_signature": signature.hex(), "certificate": signing.certificate.decode("ascii", "replace"),
        }  # fmt: skip

    def _stand(self) -> dict[str, tuple[int, str]]:
        return {str(lane): at for lane, at in self._outbox.heads().items()}

    def _bare(self, n: int) -> bool:
        """Tell whether the entry holds a checkpoint and its row for headquarters, and nothing else."""
        (changes,) = self._connection.execute("SELECT changes FROM entry WHERE n = ?", (n,)).fetchone()
        return [change[0] for change in orjson.loads(changes)] == ["checkpoint", "queued"]

    def kept(self) -> None:
        """The transaction is on disk: put the checkpoint outside, if there was one."""
        if not self._draft or self._signing is None:
            return
        draft, self._draft = self._draft, {}
        self._last = (draft["n"], draft["at_ms"])
        with contextlib.suppress(OSError):  # no room: the next one will say as much, and headquarters has this one
            write_whole(self._signing.anchor, canonical({**draft, "kiosk_id": self._kiosk_id, "lanes": self._stand()}))
