"""Is the journal what was written? Follows the ledger from its first entry and compares every row with what it says."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from guitai.journal.chain import GENESIS, canonical, link_bodies
from guitai.journal.database import Connection
from guitai.journal.ledger import Keys, chain
from guitai.journal.places import BITS, LANE_OF_NUMBER, MASK
from guitai.journal.steps import request_id_of
from guitai.messages.sync import chain_hash_of

Signed = Callable[[int, int, str, bytes], bool]
"""(n, at_ms, chain, signature) -> whether the device signed it."""


class Found(Exception):  # noqa: N818 - what is looked for, not an error of the program
    """The first row that is not what was written, in words."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and the first fault."""

    entries: int
    events: int
    waiting: int
    checkpoints: int
    fault: str = ""
    """Empty: everything is as it was written."""


@dataclass(slots=True)
class Expected:
    """What the ledger says the tables hold."""

    meta: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, list[Any]] = field(default_factory=dict)
    """Session: number, sequence and hash where it began here, whether it is closed."""

    events: dict[tuple[str, int], str] = field(default_factory=dict)
    starts: dict[str, str] = field(default_factory=dict)
    """What a session's first event follows, where it is not the beginning."""

    unfinished: set[tuple[str, int, int]] = field(default_factory=set)
    """Session, sequence and number of every effect without an outcome."""

    lanes: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Where each lane stands."""

    lane_rows: dict[str, tuple[int, str]] = field(default_factory=dict)
    """What a lane's own row says: the last row that is gone, or where it stood when it was taken over."""

    outbox: dict[str, dict[int, str]] = field(default_factory=dict)
    """Lane: hash of each row that waits, in sequence."""

    vault: dict[tuple[str, str], str] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    checkpoints: dict[int, str] = field(default_factory=dict)

    def follow(self, change: list[Any]) -> None:
        """Take one change in. Raises ValueError if there is no such change."""
        match change:
            case ["event", session, seq, hash_, unfinished, closed]:
                self.events[session, seq] = hash_
                self.unfinished |= {(session, seq, n) for n, digit in enumerate(unfinished) if digit == "1"}
                known = self.sessions.setdefault(session, [len(self.sessions) + 1, 0, GENESIS, 0])
                known[3] = max(known[3], closed)
            case ["session", session, seq, hash_, closed]:
                if session not in self.sessions:
                    self.starts[session] = hash_
                number = self.sessions.get(session, [len(self.sessions) + 1])[0]
                self.sessions[session] = [number, seq, hash_, closed]
            case ["settled", session, seq, n]:
                self.unfinished.discard((session, seq, n))
            case ["queued", lane, last, hashes]:
                self.outbox.setdefault(lane, {}).update(enumerate(hashes, start=last - len(hashes) + 1))
                self.lanes[lane] = (last, hashes[-1])
            case ["out", lane, hash_]:
                sequence = self.lanes.get(lane, (0, GENESIS))[0] + 1
                self.lanes[lane] = (sequence, hash_)
                self.outbox.setdefault(lane, {})[sequence] = hash_
            case ["gone", lane, sequence]:
                waiting = self.outbox.get(lane, {})
                for number in tuple(itertools.takewhile(lambda one: one <= sequence, waiting)):
                    hash_ = waiting.pop(number)
                    if number > self.lane_rows.get(lane, (0,))[0]:
                        self.lane_rows[lane] = (number, hash_)
            case ["lane", lane, sequence, hash_]:
                self.lanes[lane] = self.lane_rows[lane] = (sequence, hash_)
            case ["vault", session, key, tag]:
                self.vault[session, key] = tag
            case ["wiped", session]:
                self.vault = {key: tag for key, tag in self.vault.items() if key[0] != session}
            case ["counter", name, value]:
                self.counters[name] = value
            case ["meta", key, value]:
                self.meta[key] = value
            case ["checkpoint", n, digest]:
                self.checkpoints[n] = digest
            case ["destroyed", _, _]:
                pass
            case _:
                raise ValueError(change)


def verify(
    connection: Connection, keys: Keys, signed: Signed | None = None, anchor: tuple[int, str] | None = None
) -> Verified:
    """Check everything; never raises for what is found.

    Args:
        connection: The open journal. All of it is read as one snapshot.
        keys: Derived from the journal's key.
        signed: Checks a checkpoint's signature; None: signatures are not looked at.
        anchor: Number and hash of an entry that is known from elsewhere to have been written.
    """
    check = _Check(connection, keys, signed, anchor)
    own = not connection.in_transaction
    if own:
        connection.execute("BEGIN")
    try:
        check.run()
        fault = ""
    except Found as found:
        fault = str(found)
    finally:
        if own:
            connection.execute("ROLLBACK")
    expected = check.expected
    return Verified(
        check.entries, len(expected.events), sum(map(len, expected.outbox.values())), len(expected.checkpoints), fault
    )


def checkpoint_digest(at_ms: int, hash_: str, signature: bytes) -> str:
    """Return what an entry says of a kept checkpoint."""
    return hashlib.sha256(canonical([at_ms, hash_, signature.hex()])).hexdigest()


@dataclass(slots=True)
class _Check:
    connection: Connection
    keys: Keys
    signed: Signed | None
    anchor: tuple[int, str] | None
    expected: Expected = field(default_factory=Expected)
    entries: int = 0
    chains: dict[int, str] = field(default_factory=dict)
    """Hashes of the entries that checkpoints stand on."""

    def run(self) -> None:
        self._ledger()
        self._checkpoints()
        self._plain("meta", "SELECT key, value FROM meta ORDER BY key", self.expected.meta)
        self._sessions()
        self._events()
        self._outbox()
        self._lanes()
        self._vault()
        self._plain("counter", "SELECT name, value FROM counter ORDER BY name", self.expected.counters)

    def _ledger(self) -> None:
        wanted = {n for (n,) in self.connection.execute("SELECT n FROM checkpoint")} | (
            {self.anchor[0]} if self.anchor else set()
        )
        hash_ = GENESIS
        last = None
        for n, changes, digest, seal in self.connection.execute("SELECT n, changes, chain, seal FROM entry ORDER BY n"):
            if n != self.entries + 1:
                raise Found(f"entry {self.entries + 1} of the ledger is missing")
            hash_ = chain(hash_, n, bytes(changes))
            if hash_ != digest:
                raise Found(f"entry {n} of the ledger was changed")
            if last is not None:
                raise Found(f"entry {self.entries} of the ledger has a seal, and is not the last")
            self.entries, last = n, seal
            if n in wanted:
                self.chains[n] = hash_
            try:
                for change in orjson.loads(changes):
                    self.expected.follow(change)
            except ValueError as error:
                raise Found(f"entry {n} of the ledger says what no version of the journal writes") from error
        self._end(hash_, last)

    def _end(self, hash_: str, seal: str | None) -> None:
        if seal is None:
            raise Found(f"the ledger's last entry {self.entries} has no seal: its end was cut off")
        if seal != self.keys.seal_of(self.entries, hash_):
            raise Found(f"the seal of the ledger's last entry {self.entries} does not fit it")
        if self.anchor and self.chains.get(self.anchor[0]) != self.anchor[1]:
            raise Found(
                f"the ledger is not the one of which entry {self.anchor[0]} was signed: an older copy was put in its place"
            )

    def _checkpoints(self) -> None:
        def content(at_ms: int, hash_: str, signature: bytes) -> str:
            return checkpoint_digest(at_ms, hash_, bytes(signature))

        rows = self.connection.execute("SELECT n, at_ms, chain, signature FROM checkpoint ORDER BY n").fetchall()
        self._compare(
            "checkpoint",
            {(n,): content(*rest) for n, *rest in rows},
            {(n,): d for n, d in self.expected.checkpoints.items()},
        )
        for n, at_ms, hash_, signature in rows:
            if self.chains.get(n) != hash_:
                raise Found(f"checkpoint {n} is not of entry {n} of this ledger")
            if self.signed is not None and not self.signed(n, at_ms, hash_, bytes(signature)):
                raise Found(f"checkpoint {n} was not signed by this device")

    def _sessions(self) -> None:
        rows = self.connection.execute(
            "SELECT session_id, number, base_seq, base_hash, closed FROM session ORDER BY number"
        )
        self._compare(
            "session", {(row[0],): list(row[1:]) for row in rows}, {(k,): v for k, v in self.expected.sessions.items()}
        )

    def _events(self) -> None:
        seen: dict[str, str] = {}
        unfinished: dict[tuple[str, int, int, str], bool] = {}
        count = 0
        for at, session, at_ms, body, effects, previous, digest in self.connection.execute(
            "SELECT place, session_id, at_ms, body, effects, previous_hash, hash FROM event ORDER BY place"
        ):
            seq = at & MASK
            name = f"event {session} {seq}"
            if (session, seq) not in self.expected.events or at >> BITS != self.expected.sessions[session][0]:
                raise Found(f"{name} was never written")
            if previous != (seen.get(session) or self.expected.starts.get(session, GENESIS)):
                raise Found(f"{name} does not follow the event before it")
            if (
                link_bodies(previous, seq, at_ms, bytes(body), bytes(effects)) != digest
                or digest != self.expected.events[session, seq]
            ):
                raise Found(f"{name} or one of its effects was changed")
            _parsed(body, name)
            for n, effect in enumerate(_parsed(effects, name, list)):
                if (session, seq, n) in self.expected.unfinished:
                    unfinished[session, seq, n, request_id_of(effect)] = True
            seen[session] = digest
            count += 1
        if count != len(self.expected.events):
            there = {
                (session, at & MASK) for session, at in self.connection.execute("SELECT session_id, place FROM event")
            }
            session, seq = min(set(self.expected.events) - there)
            raise Found(f"event {session} {seq} is missing")
        names = {number: session for session, (number, *_) in self.expected.sessions.items()}
        rows = self.connection.execute("SELECT place, n, request_id FROM unfinished")
        found = {(names.get(at >> BITS, ""), at & MASK, n, request_id): True for at, n, request_id in rows}
        self._compare("unfinished effect", found, unfinished)

    def _lanes(self) -> None:
        rows = self.connection.execute("SELECT lane, sequence, hash FROM lane ORDER BY lane")
        self._compare(
            "lane",
            {(lane,): tuple(rest) for lane, *rest in rows},
            {(k,): v for k, v in self.expected.lane_rows.items()},
        )

    def _outbox(self) -> None:
        rows = [
            (LANE_OF_NUMBER.get(at >> BITS, ""), at & MASK, *rest)
            for at, *rest in self.connection.execute(
                "SELECT place, id, type, session_id, at_ms, previous_hash, hash, body FROM outbox ORDER BY place"
            )
        ]
        waiting = {(lane, n): hash_ for lane, ones in self.expected.outbox.items() for n, hash_ in ones.items()}
        self._compare("outbox row", {row[:2]: row[7] for row in rows}, waiting)
        for lane, sequence, id_, type_, session, at_ms, previous, digest, body in rows:
            name = f"outbox row {lane} {sequence}"
            _parsed(body, name)
            if chain_hash_of(previous, lane, sequence, id_, type_, session, at_ms, bytes(body)) != digest:
                raise Found(f"{name} was changed")

    def _vault(self) -> None:
        rows = self.connection.execute("SELECT session_id, key, value FROM vault ORDER BY session_id, key")
        found = {(session, key): self.keys.tag_of(session, key, bytes(value)) for session, key, value in rows}
        self._compare("kept value", found, self.expected.vault)

    def _plain(self, table: str, query: str, expected: Mapping[str, Any]) -> None:
        self._compare(
            table, {(k,): v for k, v in self.connection.execute(query)}, {(k,): v for k, v in expected.items()}
        )

    def _compare(self, table: str, found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> None:
        if found == expected:
            return
        for key in sorted(found.keys() | expected.keys()):
            name = " ".join(map(str, (table, *key)))
            if key not in expected:
                raise Found(f"{name} was never written")
            if key not in found:
                raise Found(f"{name} is missing")
            if found[key] != expected[key]:
                raise Found(f"{name} was changed")


def _parsed(body: bytes, name: str, kind: type[Any] = dict) -> Any:
    """Return a body's data. Raises Found if it is not exactly as the journal writes."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Found(f"{name} was changed") from error
    if not isinstance(data, kind) or canonical(data) != bytes(body):
        raise Found(f"{name} was changed")
    return data
