"""Desired and reported settings of every kiosk: what headquarters wants, what each kiosk goes by, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import orjson

from guitai.errors import GuitaiError
from guitai.wire.remote import MOST_KEYS, Desired, Reported, Value
from headquarters.engine import Engine

SCHEMA = """
CREATE TABLE IF NOT EXISTS desired(
  kiosk TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reported(
  kiosk TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


class Settings:
    """The documents. Every edit gives a kiosk's a version that no document of it had before."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        engine.executescript(SCHEMA)

    def set(self, kiosk: str, key: str, value: Value) -> Desired:
        """Want `value` for a key. Raises GuitaiError ``remote.too_many_keys``."""
        with self._editing(kiosk):
            return self._write(kiosk, {**self._values(kiosk), key: value})

    def delete(self, kiosk: str, key: str) -> Desired:
        """Want nothing for a key: the kiosk goes by its files."""
        with self._editing(kiosk):
            return self._write(kiosk, {name: value for name, value in self._values(kiosk).items() if name != key})

    def desired(self, kiosk: str) -> Desired | None:
        """Return what is wanted, None if nothing ever was."""
        row = self._engine.execute("SELECT version, value FROM desired WHERE kiosk = ?", (kiosk,)).fetchone()
        return Desired(kiosk=kiosk, version=row["version"], values=orjson.loads(row["value"])) if row else None

    def reported(self, kiosk: str) -> Reported | None:
        """Return what the kiosk last told."""
        row = self._engine.execute("SELECT body FROM reported WHERE kiosk = ?", (kiosk,)).fetchone()
        return Reported.model_validate_json(row["body"]) if row else None

    def heard(self, kiosk: str, reported: Reported) -> bool:
        """Keep what a kiosk told; tell whether the desired document has to be sent again.

        A kiosk that is ahead of us, or has another document under the same version, has seen what we lost: ours becomes
        the newer one.
        """
        return kiosk in self.heard_all({kiosk: reported})

    def heard_all(self, told: Mapping[str, Reported]) -> list[str]:
        """Keep what several kiosks told, in one commit; return those whose desired document has to be sent again."""
        with self._editing(*told):
            self._engine.executemany(
                "INSERT INTO reported VALUES(?, ?, ?) ON CONFLICT(kiosk) DO UPDATE SET version = excluded.version, "
                "body = excluded.body",
                [(kiosk, reported.version, reported.model_dump_json()) for kiosk, reported in sorted(told.items())],
            )
            behind = [one for one in self._all_desired(told) if _differ(one, told[one.kiosk])]
            for one in behind:
                if told[one.kiosk].version >= one.version:
                    self._write(one.kiosk, one.values)
        return [one.kiosk for one in behind]

    def differ(self, kiosk: str) -> bool:
        """Tell whether a kiosk has still to take up what is desired."""
        return kiosk in self.differing([kiosk])

    def differing(self, kiosks: Iterable[str]) -> list[str]:
        """Return those of some kiosks that have still to take up what is desired."""
        return [one.kiosk for one in self._all_desired(kiosks) if _differ(one, self.reported(one.kiosk))]

    def _all_desired(self, kiosks: Iterable[str]) -> list[Desired]:
        """Return what is wanted of some kiosks, in the order of their names; nothing of those of which nothing ever was."""
        names = sorted(set(kiosks))
        given = ", ".join("?" * len(names))
        rows = self._engine.execute(
            f"SELECT kiosk, version, value FROM desired WHERE kiosk IN ({given}) ORDER BY kiosk",  # noqa: S608 - placeholders
            names,
        )
        return [Desired(kiosk=row["kiosk"], version=row["version"], values=orjson.loads(row["value"])) for row in rows]

    @contextmanager
    def _editing(self, *kiosks: str) -> Iterator[None]:
        """A transaction that no other edit of the same kiosks runs beside."""
        with self._engine.transaction():
            self._engine.lock(f"settings {kiosk}" for kiosk in kiosks)
            yield

    def _values(self, kiosk: str) -> dict[str, Value]:
        desired = self.desired(kiosk)
        return desired.values if desired else {}

    def _write(self, kiosk: str, values: dict[str, Value]) -> Desired:
        if len(values) > MOST_KEYS:
            raise GuitaiError("remote.too_many_keys", kiosk=kiosk, most=MOST_KEYS)
        last = self._engine.execute(
            "SELECT COALESCE((SELECT version FROM desired WHERE kiosk = ?1), 0) AS ours, "
            "COALESCE((SELECT version FROM reported WHERE kiosk = ?1), 0) AS theirs",
            (kiosk,),
        ).fetchone()
        desired = Desired(kiosk=kiosk, version=max(last["ours"], last["theirs"]) + 1, values=values)
        self._engine.execute(
            "INSERT INTO desired VALUES(?, ?, ?) ON CONFLICT(kiosk) DO UPDATE SET version = excluded.version, "
            "value = excluded.value",
            (kiosk, desired.version, orjson.dumps(values).decode()),
        )
        return desired


def _differ(desired: Desired, reported: Reported | None) -> bool:
    if reported is None or desired.version != reported.version:
        return True
    followed = {key: value for key, value in desired.values.items() if key not in reported.refused}
    return followed != reported.values
