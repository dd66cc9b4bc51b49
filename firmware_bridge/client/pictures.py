"""Pictures of people and papers: they stay in this process's memory, everybody else gets a reference."""

from __future__ import annotations

import secrets
from collections import OrderedDict

KEPT = 4


class Pictures:
    """The newest few pictures of the customer who is served."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, picture: bytes) -> str:
        """Return the reference of a picture; of no bytes at all it is empty."""
        if not picture:
            return ""
        reference = secrets.token_hex(8)
        self._kept[reference] = picture
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return reference

    def get(self, reference: str) -> bytes | None:
        """Return a picture, or None when it is forgotten."""
        return self._kept.get(reference)

    def drop(self, reference: str) -> None:
        """Forget one."""
        self._kept.pop(reference, None)

    def forget(self) -> None:
        """Forget all."""
        self._kept.clear()
