"""The risk rules a kiosk decides by: the signed version in use, a challenger beside it; shipped ones as fallback.

They lie in the store of versions. The signature is verified again whenever a session begins: what does not verify is not used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import structlog

from guitai.errors import GuitaiError
from guitai.risk.rules import Rules, parse, shipped
from guitai.versions import Loaded, Store
from guitai.wire.commands import load_public
from guitai.wire.signed import RulesFile, signed_body

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


class Rulebook:
    """The versions of signed rules. `keys` is the folder that holds command.pub."""

    def __init__(self, state: Path, keys: Path) -> None:
        self._keys = keys
        self.store: Store[RulesFile] = Store(state, "rules", self._verified)

    def current(self) -> InForce:
        """Return what is in force now. Never raises: what cannot be verified is logged and not used."""
        try:
            champion = _text(self.store.current())
        except GuitaiError as error:
            log.warning("signed risk rules not usable, the shipped ones decide", code=error.code)
            return InForce()
        try:
            challenger = _text(self.store.trial())
        except GuitaiError as error:
            log.warning("challenger's risk rules not usable", code=error.code)
            challenger = ""
        return InForce(champion, challenger)

    def use(self, file: Path, why: str, at_ms: int) -> int:
        """Take a signed file into use from the next session on; return its version.

        Raises GuitaiError ``risk.bad_signature``, ``risk.not_signed_file``, ``risk.bad_rules``, ``risk.older``,
        ``risk.other_of_version``, ``versions.*``.
        """
        whole, body = self._kept(file, why, at_ms)
        self.store.use(whole, body.approved_by, why, at_ms)
        return body.version

    def try_out(self, file: Path, why: str, at_ms: int) -> int:
        """Let a signed file decide beside the one in use, recorded and without effect. Raises as `use` does."""
        whole, body = self._kept(file, why, at_ms)
        self.store.try_out(whole, body.approved_by, why, at_ms)
        return body.version

    def number(self, whole: str) -> int:
        """Return the number of a version by its hash; empty is what ships."""
        return int(self.store.find(whole).label) if whole else shipped().version

    def _kept(self, file: Path, why: str, at_ms: int) -> tuple[str, RulesFile]:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise GuitaiError("risk.unreadable", path=file, reason=error.strerror) from error
        body = self._verified(data, file)
        current = self.number(self.store.in_use())
        if body.version <= current:
            raise GuitaiError("risk.older", path=file, version=body.version, current=current)
        whole = hashlib.sha256(data).hexdigest()
        if any(made.label == str(body.version) and made.id != whole for made in self.store.versions()):
            raise GuitaiError("risk.other_of_version", path=file, version=body.version)
        return self.store.keep(data, body.approved_by, why, at_ms, str(body.version)), body

    def _verified(self, data: bytes, file: Path = Path("rules")) -> RulesFile:
        body = signed_body(data, RulesFile, load_public(self._keys / "command.pub"), file)
        if (version := parse(body.text, file.name).version) != body.version:
            reason = f"its text is version {version}, its signature version {body.version}"
            raise GuitaiError("risk.not_signed_file", path=file, reason=reason)
        return body


def _text(loaded: Loaded[RulesFile] | None) -> str:
    return "" if loaded is None else loaded.content.text
