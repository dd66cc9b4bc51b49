"""A teller's console without its pages, as a process that can be killed: does what stdin says, and beats for the call it holds.

Lines in: {"path", "body"} is posted (or got, without a body), {"hold": id} has it beat every five seconds, {"hold": ""} no more.
Lines out: {"status", "body"} to each post, {"beat": id, "at": unix seconds} for each beat that headquarters took.
"""

from __future__ import annotations

import http.client
import json
import ssl
import sys
import threading
import time
from typing import Any
from urllib.parse import quote

BEAT_S = 5.0
PATIENCE_S = 12.0


class Line:
    """One connection to headquarters, made anew when it broke."""

    def __init__(self, port: int, authority: str, headers: dict[str, str]) -> None:
        self._port, self._headers = port, headers
        self._context = ssl.create_default_context(cafile=authority)
        self._line: http.client.HTTPSConnection | None = None

    def ask(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Return status and JSON; status 0 when headquarters is away."""
        try:
            if self._line is None:
                self._line = http.client.HTTPSConnection(
                    "127.0.0.1", self._port, context=self._context, timeout=PATIENCE_S
                )
            sent = None if body is None else json.dumps(body)
            self._line.request(method, path, sent, {**self._headers, "Content-Type": "application/json"})
            answer = self._line.getresponse()
            told = answer.read()
            return answer.status, json.loads(told) if told[:1] in (b"{", b"[") else None
        except (OSError, http.client.HTTPException, ValueError):
            if self._line is not None:
                self._line.close()
            self._line = None
            return 0, None


class Console:
    """Answers to stdin on one thread, beats on another, as a page does."""

    def __init__(self, port: int, authority: str, headers: dict[str, str]) -> None:
        self._deeds, self._beats = Line(port, authority, headers), Line(port, authority, headers)
        self._held = ""
        self._now = threading.Event()

    def serve(self) -> None:
        threading.Thread(target=self._beat, daemon=True).start()
        for line in sys.stdin:
            wanted = json.loads(line)
            if "hold" in wanted:
                self._held = wanted["hold"]
                self._now.set()
                continue
            body = wanted["body"]
            status, told = self._deeds.ask("GET" if body is None else "POST", wanted["path"], body)
            _say({"status": status, "body": told})

    def _beat(self) -> None:
        while True:
            self._now.wait(BEAT_S)
            self._now.clear()
            if held := self._held:
                at = time.time()
                status, told = self._beats.ask("POST", f"/api/escalations/{quote(held)}/beat", {})
                if status == 200:
                    _say({"beat": held, "at": at})
                    if told["state"] == "lost":
                        self._beats.ask("POST", f"/api/escalations/{quote(held)}/rejoin", {})


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    Console(int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])).serve()
