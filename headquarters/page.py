"""What browsers may keep: the console's built files, whose names change with their contents, for good; everything else never."""

from __future__ import annotations

import os
import re
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

IMMUTABLE = "public, max-age=31536000, immutable"
NO_STORE = "no-store"
HASHED = re.compile(r"assets/[^/]+-[A-Za-z0-9_-]{8}\.[a-z0-9]+")
"""How Vite names a file after its contents."""


class ConsolePage(StaticFiles):
    """The built page. Its index is asked for each time and names the files that belong to it."""

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file, with how long it may be kept."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        if HASHED.fullmatch(self.get_path(scope)):
            answer.headers["Cache-Control"] = IMMUTABLE
        return answer


class NothingKept:
    """Says ``no-store`` on every answer that does not say otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Cache-Control", NO_STORE)
            await send(message)

        await self._app(scope, receive, said if scope["type"] == "http" else send)
