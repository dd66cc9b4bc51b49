"""The bandwidth cap: a token bucket. What is urgent passes at once and is paid for by what comes after it. Pure."""

from __future__ import annotations

LEAST_BURST_BYTES = 16 * 1024
"""So that one batch fits, however low the cap."""

S_NS = 1_000_000_000


class Bucket:
    """Fills with `bytes_per_s` up to one second's worth; 0 means that nothing is held back."""

    def __init__(self, bytes_per_s: int, now_ns: int) -> None:
        self._filled_ns = now_ns
        self._tokens = 0.0
        self.bytes_per_s = 0
        self.set_rate(bytes_per_s)

    def set_rate(self, bytes_per_s: int) -> None:
        """Take another cap; what was sent too much under the old one stays owed."""
        self.bytes_per_s = bytes_per_s
        self._most = float(max(bytes_per_s, LEAST_BURST_BYTES))
        self._tokens = min(self._tokens, self._most) if self._tokens < 0 else self._most

    def take(self, size: int, now_ns: int, *, urgent: bool = False) -> bool:
        """Tell whether `size` bytes may go now, and count them if so.

        A message larger than the bucket may go when the bucket is full; an urgent one always may.
        """
        if not self.bytes_per_s:
            return True
        self._fill(now_ns)
        if not urgent and self._tokens < min(size, self._most):
            return False
        self._tokens -= size
        return True

    def wait_s(self, size: int, now_ns: int) -> float:
        """Return how long until `take` lets `size` bytes go."""
        if not self.bytes_per_s:
            return 0.0
        self._fill(now_ns)
        return max(0.0, (min(size, self._most) - self._tokens) / self.bytes_per_s)

    def _fill(self, now_ns: int) -> None:
        self._tokens = min(self._most, self._tokens + (now_ns - self._filled_ns) * self.bytes_per_s / S_NS)
        self._filled_ns = now_ns
