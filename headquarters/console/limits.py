"""Rate limits and sizes: a bucket of tokens for each person and each address that logs in, and no long bodies."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from guitai.clock import Clock
from guitai.errors import GuitaiError
from headquarters.console.faults import answer

MOST_BODY_BYTES = 64 * 1024
BOUNDED = ("/api/", "/auth/")
"""Uploads have bounds of their own."""

MOST_KEYS = 10_000
NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, so many at once."""

    per_s: float
    burst: int


PERSON = Rate(20, 100)
LOGIN = Rate(10, 200)
"""For an address: a whole office may stand behind one."""


class Buckets:
    """Token buckets by key, in this process. Raises GuitaiError ``hq.too_many`` when one is empty."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate, self._clock = rate, clock
        self._left: dict[str, tuple[float, int]] = {}

    def spend(self, key: str) -> None:
        """Take a token."""
        now = self._clock.monotonic_ns()
        if len(self._left) >= MOST_KEYS:
            self._left = {one: kept for one, kept in self._left.items() if self._filled(*kept, now) < self._rate.burst}
        left = self._filled(*self._left.get(key, (float(self._rate.burst), now)), now)
        if left < 1:
            raise GuitaiError("hq.too_many")
        self._left[key] = (left - 1, now)

    def _filled(self, left: float, at_ns: int, now_ns: int) -> float:
        return min(float(self._rate.burst), left + (now_ns - at_ns) / NS * self._rate.per_s)


class BoundedBodies:
    """Refuses a long body before a byte of it is read; one that does not tell its length is refused, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["path"].startswith(BOUNDED) and _too_long(dict(scope["headers"])):
            await answer(GuitaiError("hq.too_large"))(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _too_long(headers: dict[bytes, bytes]) -> bool:
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or not length.isdigit() or int(length) > MOST_BODY_BYTES
