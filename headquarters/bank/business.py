"""Inquiries and orders of the simulated bank, by kind; what each takes and gives is in guitai/dialogue/services.yaml."""

from __future__ import annotations

from typing import Any

from guitai.errors import GuitaiError


class Business:
    """Answers inquiries and carries out orders."""

    def inquire(self, kind: str, card: str, params: dict[str, str]) -> dict[str, Any]:
        """Return ``fields`` and ``rows``. Raises GuitaiError ``bank.unknown_business``."""
        raise GuitaiError("bank.unknown_business", kind=kind)

    def order(
        self, request_id: str, kind: str, card: str, params: dict[str, str], mode: str, approved_by: str
    ) -> dict[str, Any]:
        """Do something once; the same id again returns the same answer. Raises GuitaiError ``bank.unknown_business``."""
        raise GuitaiError("bank.unknown_business", kind=kind)

    def ordered(self, request_id: str) -> dict[str, Any]:
        """Return what became of an order. Raises GuitaiError ``bank.absent``."""
        raise GuitaiError("bank.absent", request_id=request_id)
