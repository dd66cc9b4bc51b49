"""The risk rules a kiosk decides by: the signed set in use, a challenger beside it, the way back; shipped as fallback.

Below the state folder, ``rules/NNNNNN.json`` are the signed files and ``rules/place.json`` says which are in use. Every
file is verified again whenever a session begins: what does not verify is not used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import orjson
import structlog

from guitai.errors import GuitaiError
from guitai.risk.rules import Rules, parse, shipped
from guitai.wire.commands import load_public
from guitai.wire.signed import RulesFile, read_signed
from guitai.wire.whole import write_whole

FOLDER = "rules"
PLACE = "place.json"
CHALLENGER_NAME = "challenger"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class InForce:
    """What a session is opened with."""

    champion: str = ""
    """Text of the rules; empty: those that ship with this version."""

    challenger: str = ""
    """Text of rules that are only tried out; empty: none."""

    def rules(self) -> Rules:
        """Return the champion's rules."""
        return parse(self.champion) if self.champion else shipped()

    def identity(self, others: str) -> str:
        """Return what a session's ``rules_hash`` is, `others` being the hash of flows, replies and shipped rules."""
        if not self.champion and not self.challenger:
            return others
        whole = "\0".join((others, self.champion, self.challenger))
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """Versions by their part."""

    used: tuple[int, ...] = ()
    """In use last, those before it in their order; empty: what ships."""

    challenger: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One signed file of the folder, for the list."""

    version: int
    part: str
    """``in use``, ``before``, ``challenger`` or nothing."""

    made_ms: int
    approved_by: str
    hash: str
    fault: str = ""


class Rulebook:
    """The folder of signed rules. `keys` is the folder that holds command.pub."""

    def __init__(self, state: Path, keys: Path) -> None:
        self._folder, self._keys = state / FOLDER, keys

    def current(self) -> InForce:
        """Return what is in force now. Never raises: what cannot be verified is logged and not used."""
        try:
            place = self._place()
            champion = self._text(place.used[-1]) if place.used else ""
        except GuitaiError as error:
            log.warning("signed risk rules not usable, the shipped ones decide", code=error.code)
            return InForce()
        try:
            challenger = self._text(place.challenger) if place.challenger is not None else ""
        except GuitaiError as error:
            log.warning("challenger's risk rules not usable", code=error.code)
            challenger = ""
        return InForce(champion, challenger)

    def use(self, file: Path) -> int:
        """Take a signed file into use from the next session on; return its version.

        Raises GuitaiError ``risk.bad_signature``, ``risk.not_signed_file``, ``risk.bad_rules``, ``risk.older``.
        """
        body, place = self._checked(file), self._place()
        self._keep(file, body.version)
        challenger = None if place.challenger == body.version else place.challenger
        self._put(Place((*place.used, body.version), challenger))
        return body.version

    def try_out(self, file: Path) -> int:
        """Let a signed file decide beside the one in use, recorded and without effect. Raises as `use` does."""
        body, place = self._checked(file), self._place()
        self._keep(file, body.version)
        self._put(Place(place.used, body.version))
        return body.version

    def stop_trying(self) -> None:
        """Let no challenger decide."""
        self._put(Place(self._place().used))

    def rollback(self) -> int | None:
        """Go back to what was in use before; return its version, None for what ships.

        Raises GuitaiError ``risk.nothing_before``.
        """
        place = self._place()
        if not place.used:
            raise GuitaiError("risk.nothing_before")
        used = place.used[:-1]
        if used:
            self._text(used[-1])  # refuse now rather than fall back at the next session
        self._put(Place(used, place.challenger))
        return used[-1] if used else None

    def rows(self) -> list[Row]:
        """Return every signed file of the folder, oldest version first."""
        place = self._place()
        return [self._row(path, place) for path in sorted(self._folder.glob("[0-9]*.json"))]

    def _row(self, path: Path, place: Place) -> Row:
        version = int(path.stem)
        part = "in use" if place.used[-1:] == (version,) else "before" if version in place.used else ""
        part = CHALLENGER_NAME if place.challenger == version else part
        try:
            body = self._verified(path)
        except GuitaiError as error:
            return Row(version, part, 0, "", "", error.english())
        return Row(version, part, body.made_ms, body.approved_by, parse(body.text, path.name).hash)

    def _checked(self, file: Path) -> RulesFile:
        body = self._verified(file)
        current = self._place().used[-1:] or (shipped().version,)
        if body.version <= current[0]:
            raise GuitaiError("risk.older", path=file, version=body.version, current=current[0])
        kept = self._path(body.version)
        if kept.exists() and kept.read_bytes() != file.read_bytes():
            raise GuitaiError("risk.other_of_version", path=file, version=body.version)
        return body

    def _verified(self, file: Path) -> RulesFile:
        body = read_signed(file, RulesFile, load_public(self._keys / "command.pub"))
        rules = parse(body.text, file.name)
        if rules.version != body.version:
            reason = f"its text is version {rules.version}, its signature version {body.version}"
            raise GuitaiError("risk.not_signed_file", path=file, reason=reason)
        return body

    def _text(self, version: int) -> str:
        return self._verified(self._path(version)).text

    def _path(self, version: int) -> Path:
        return self._folder / f"{version:06d}.json"

    def _keep(self, file: Path, version: int) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._path(version), file.read_bytes())

    def _place(self) -> Place:
        path = self._folder / PLACE
        if not path.exists():
            return Place()
        try:
            data = orjson.loads(path.read_bytes())
            return Place(tuple(int(one) for one in data["used"]), data["challenger"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise GuitaiError("risk.unreadable", path=path, reason=repr(error)) from error

    def _put(self, place: Place) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = {"used": place.used, "challenger": place.challenger}
        write_whole(self._folder / PLACE, orjson.dumps(data))
