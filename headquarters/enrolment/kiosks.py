"""What headquarters knows of enrolled kiosks: where they are, what they shall do next, and what they left here."""

from __future__ import annotations

from typing import Any

import orjson

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.wire.enrolment import Kind
from headquarters.engine import Engine
from headquarters.enrolment.store import LOCK, Profile, digest_of
from headquarters.enrolment.tables import SCHEMA, Listed

MOST_KEPT = 20
"""Documents of a kind and kiosk; the oldest go first. Proofs of destruction all stay."""


class Kiosks:
    """Over the same tables as `Enrolments`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        engine.executescript(SCHEMA)

    def of(self, kiosk: str) -> tuple[str, Profile, str, bool]:
        """Return branch, profile, the branch it shall move to, and whether it shall be decommissioned.

        Raises GuitaiError ``enrolment.no_kiosk``.
        """
        row = self._engine.execute("SELECT * FROM enrolment_kiosks WHERE kiosk = ?", (kiosk,)).fetchone()
        if row is None:
            raise GuitaiError("enrolment.no_kiosk", kiosk=kiosk)
        return row["branch"], orjson.loads(row["profile"]), row["move_to"], bool(row["decommission"])

    def move(self, kiosk: str, branch: str) -> None:
        """Want a kiosk in another branch. Raises GuitaiError ``enrolment.no_kiosk``."""
        self._want(kiosk, "move_to = ?", branch)

    def decommission(self, kiosk: str) -> None:
        """Want a kiosk to destroy its keys. Raises GuitaiError ``enrolment.no_kiosk``."""
        self._want(kiosk, "decommission = ?", 1)

    def keep(self, kiosk: str, kind: Kind, body: dict[str, Any]) -> str:
        """Keep a document, on the disk when this returns; again is harmless. Return its digest."""
        digest = digest_of(body)
        with self._engine.transaction():
            self._engine.lock([LOCK])
            self._engine.execute(
                "INSERT INTO enrolment_documents VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (kiosk, kind, self._clock.unix_ms(), digest, orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()),
            )
            if kind != "decommission":
                self._engine.execute(
                    "DELETE FROM enrolment_documents WHERE kiosk = ?1 AND kind = ?2 AND sha256 NOT IN (SELECT sha256 FROM "
                    "enrolment_documents WHERE kiosk = ?1 AND kind = ?2 ORDER BY at_ms DESC, sha256 LIMIT ?3)",
                    (kiosk, kind, MOST_KEPT),
                )
        return digest

    def document(self, kiosk: str, kind: Kind) -> dict[str, Any]:
        """Return the newest document of a kind. Raises GuitaiError ``enrolment.no_document``."""
        row = self._engine.execute(
            "SELECT body FROM enrolment_documents WHERE kiosk = ? AND kind = ? ORDER BY at_ms DESC, sha256 LIMIT 1",
            (kiosk, kind),
        ).fetchone()
        if row is None:
            raise GuitaiError("enrolment.no_document", kiosk=kiosk, kind=kind)
        found: dict[str, Any] = orjson.loads(row["body"])
        return found

    def forget(self, kiosk: str, kind: Kind) -> None:
        """Remove what was for one use."""
        self._engine.execute("DELETE FROM enrolment_documents WHERE kiosk = ? AND kind = ?", (kiosk, kind))

    def listed(self) -> list[Listed]:
        """Return every kiosk that has or had a code or a certificate, by name."""
        now = self._clock.unix_ms()
        codes = {
            row["kiosk"]: row
            for row in self._engine.execute(
                "SELECT kiosk, branch, expires_ms FROM enrolment_claims WHERE used_ms IS NULL AND withdrawn_ms IS NULL "
                "AND expires_ms > ?",
                (now,),
            )
        }
        ends = {
            row["kiosk"]: row["ends_ms"]
            for row in self._engine.execute("SELECT kiosk, ends_ms FROM enrolment_certificates WHERE state = 'live'")
        }
        came: dict[tuple[str, str], int] = {
            (row["kiosk"], row["kind"]): row["at_ms"]
            for row in self._engine.execute(
                "SELECT kiosk, kind, MAX(at_ms) AS at_ms FROM enrolment_documents GROUP BY kiosk, kind"
            )
        }
        known = {row["kiosk"]: row for row in self._engine.execute("SELECT * FROM enrolment_kiosks")}
        out = []
        for kiosk in sorted({*codes, *known}):
            row, code = known.get(kiosk), codes.get(kiosk)
            gone = "decommissioned" if (kiosk, "decommission") in came else "revoked"
            state: Any = "live" if kiosk in ends else "claimed" if code is not None else gone
            branch = row["branch"] if row is not None else code["branch"]  # type: ignore[index]  # one of the two is there
            out.append(
                Listed(
                    kiosk, branch, state, code["expires_ms"] if code is not None else None, ends.get(kiosk),
                    came.get((kiosk, "acceptance")), row["move_to"] if row is not None else "",
                )
            )  # fmt: skip
        return out

    def gone(self) -> set[str]:
        """Return the kiosks that were enrolled and have no live certificate: revoked, decommissioned, or not come again yet."""
        return {one.kiosk for one in self.listed() if one.state != "live"}

    def _want(self, kiosk: str, change: str, value: str | int) -> None:
        done = self._engine.execute(f"UPDATE enrolment_kiosks SET {change} WHERE kiosk = ?", (value, kiosk))  # noqa: S608 - our own words
        if not done.rowcount:
            raise GuitaiError("enrolment.no_kiosk", kiosk=kiosk)
