"""One sequence over all that is written: every transaction adds an entry that names each row it wrote, changed or deleted.

An entry is a list of changes, each a list that begins with its kind:

| change | means |
|---|---|
| ``meta, key, value`` | a row of `meta` was set |
| ``event, session, seq, hash, unfinished, closed`` | a step: its hash covers event and effects; ``unfinished`` has a digit per effect, 1 for a committed one; ``closed`` is 1 when it ends the session |
| ``session, session, seq, hash, closed`` | where a session stood when its later events were taken over from a damaged file, then where it goes on |
| ``settled, session, seq, n`` | an effect's outcome is known |
| ``lane, lane, sequence, hash`` | where a lane stood when it was taken over from elsewhere |
| ``queued, lane, sequence, hashes`` | rows were queued, the last of them with this sequence |
| ``out, lane, hash`` | the lane's next row was queued (files before version 5) |
| ``gone, lane, sequence`` | rows up to there were acknowledged and deleted; the lane's own row is the last of them |
| ``vault, session, key, tag`` | a value was kept; ``tag`` is an HMAC: a code of six digits must not be guessed from it |
| ``wiped, session`` | the session's values were deleted |
| ``counter, name, value`` | a counter was set |
| ``checkpoint, n, hash`` | a signed checkpoint over entry ``n`` was kept |
| ``destroyed, class, days`` | the keys of a class of personal fields of these days were about to be destroyed |

Entries are chained by SHA-256, so that anyone can check them; the last one carries a seal (HMAC under a key derived from
the journal's), which whoever cuts the end off cannot make for an earlier one: only the newest seal is kept, in the last
entry's own row, so that a commit writes no page for it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from guitai.journal.chain import GENESIS, canonical
from guitai.journal.database import Connection, transaction

Changes = list[list[Any]]

SCHEMA = """
CREATE TABLE entry(n INTEGER PRIMARY KEY, changes BLOB NOT NULL, chain TEXT NOT NULL, seal TEXT) STRICT;
CREATE TABLE checkpoint(n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, chain TEXT NOT NULL, signature BLOB NOT NULL) STRICT;
"""


def derive(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose (HMAC-SHA256 as a pseudorandom function; the journal's key is 32 random bytes)."""
    return hmac.digest(key, b"guitai.journal " + purpose.encode(), "sha256")


def chain(previous: str, n: int, changes: bytes) -> str:
    """Return an entry's hash: SHA-256 (hex) over the previous hash, its number and its changes, a newline between."""
    return hashlib.sha256(b"%b\n%d\n%b" % (previous.encode(), n, changes)).hexdigest()


@dataclass(frozen=True, slots=True)
class Keys:
    """What is derived from the journal's key to seal heads and to tag what the vault keeps."""

    seal: bytes
    tag: bytes

    @classmethod
    def of(cls, key: bytes) -> Keys:
        """Derive them."""
        return cls(derive(key, "seal"), derive(key, "tag"))

    def seal_of(self, n: int, hash_: str) -> str:
        """Return the seal of an entry that is the last one."""
        return hmac.digest(self.seal, b"%d\n%b" % (n, hash_.encode()), "sha256").hex()

    def tag_of(self, session_id: str, name: str, value: bytes) -> str:
        """Return the tag of a kept value."""
        return hmac.digest(self.tag, canonical([session_id, name, value.hex()]), "sha256").hex()


class Ledger:
    """Writes entries. Heads are remembered between transactions, as core alone writes: what is rolled back never was."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection, self.keys = connection, keys
        self._head: tuple[int, str] | None = None
        self.forgetting: list[Callable[[], None]] = []
        """Called when a transaction came to nothing: whoever remembers what stands in the file asks it again."""

    @contextmanager
    def writing(self) -> Iterator[Changes]:
        """Run the block as one transaction that ends with an entry of the changes the block put into the list."""
        try:
            with transaction(self._connection):
                changes: Changes = []
                yield changes
                self.add(changes)
        except BaseException:
            self._head = None
            for forget in self.forgetting:
                forget()
            raise

    def add(self, changes: Changes) -> None:
        """Add an entry, inside a transaction; no changes, no entry."""
        if not changes:
            return
        last, previous = self.head()
        body = canonical(changes)
        digest = chain(previous, last + 1, body)
        self._connection.execute("UPDATE entry SET seal = NULL WHERE n = ?", (last,))
        self._connection.execute(
            "INSERT INTO entry VALUES(?, ?, ?, ?)", (last + 1, body, digest, self.keys.seal_of(last + 1, digest))
        )
        self._head = (last + 1, digest)

    def head(self) -> tuple[int, str]:
        """Return the last entry's number and hash."""
        if self._head is None:
            row = self._connection.execute("SELECT n, chain FROM entry ORDER BY n DESC LIMIT 1").fetchone()
            self._head = (row[0], row[1]) if row else (0, GENESIS)
        return self._head
