"""Which of a session's decisions were about one errand: R is decided again when what it stands on changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DECIDED = "risk.decided"
_KINDS = {"bank.reserve": "withdraw", "cashin.end": "deposit"}
"""Effects that name no decision: what they carry out is the errand of this kind."""

FOLLOWED = (DECIDED, "bank.post_transfer", "bank.order", *_KINDS, "teller.decided")
"""Types that begin an errand, decide it again or end it."""


class Errands:
    """Follows one session. Decisions of one errand carry its number.

    Records older than the number are joined by their business: an errand then lasts until it is carried out or a teller
    rejects it, and one that was given up and begun anew counts as the same.
    """

    def __init__(self) -> None:
        self._numbered: dict[int, str] = {}
        self._open: dict[str, str] = {}
        self._latest = ""

    def follow(self, type_name: str, body: Mapping[str, Any]) -> str | None:
        """Take the session's next message; return the reference of the decision that it replaces, if it replaces one."""
        if type_name == DECIDED and body.get("errand"):
            before = self._numbered.get(body["errand"])
            self._numbered[body["errand"]] = body["risk_ref"]
            return before
        if type_name == DECIDED:
            business = str((body.get("context") or {}).get("business", ""))
            before = self._open.get(business)
            self._open[business] = self._latest = body["risk_ref"]
            return before
        if type_name in _KINDS:
            self._open.pop(_KINDS[type_name], None)
        elif type_name == "teller.decided":
            self._end(self._latest if body.get("decision") == "reject" else "")
        else:
            self._end(body.get("risk_ref"))
        return None

    def _end(self, risk_ref: object) -> None:
        self._open = {business: ref for business, ref in self._open.items() if ref != risk_ref}
