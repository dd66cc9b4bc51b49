"""The console's live line: says that something is new, never what. Cookie and origin are checked before it opens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, WebSocket

from guitai.errors import GuitaiError
from headquarters.console.guard import Services, login_of, services_of
from headquarters.console.people import Person, Role
from headquarters.live import Notice, Topic

NOT_LOGGED_IN = 4401
SLOW = 4408
UNASKED = 1003
MOST_LINES = 12
"""Of one person at this process: a page has one."""

CHECK_LOGIN_S = 15.0
"""So often an open line looks whether its login still holds."""

_DESK: frozenset[Role] = frozenset({"teller", "supervisor", "risk_officer"})
MAY: dict[Topic, frozenset[Role]] = {
    "queue": _DESK, "escalation": _DESK, "approval": _DESK, "transcript": _DESK,
    "fleet": frozenset({"supervisor", "technician", "administrator"}),
}  # fmt: skip
router = APIRouter()


@router.websocket("/api/live")
async def live(socket: WebSocket) -> None:
    """Send ``{"topic": …, "id": …}`` whenever something is new that this person may see."""
    here = services_of(socket)
    if socket.headers.get("origin") != here.origin:
        await socket.close()  # before it is accepted: the browser is told 403
        return
    try:
        login = login_of(socket, here, by_itself=True)
    except GuitaiError:
        login = None
    if login is not None and here.live.lines(login.person.id) >= MOST_LINES:
        await socket.close()  # before it is accepted: a page that is refused so comes back ever more slowly
        return
    await socket.accept()
    if login is None or login.second_factor == "needed":
        await socket.close(NOT_LOGGED_IN)
        return
    with here.live.listen(_wanted(login.person), login.person.id) as notices:
        await _until_gone(socket, notices, here)


def _wanted(who: Person) -> Callable[[Notice], bool]:
    return lambda notice: not MAY[notice.topic].isdisjoint(who.roles) and who.sees(notice.branch)


async def _until_gone(socket: WebSocket, notices: asyncio.Queue[Notice | None], here: Services) -> None:
    gone = asyncio.create_task(socket.receive())
    try:
        while True:
            notice = asyncio.create_task(notices.get())
            done, _ = await asyncio.wait({gone, notice}, timeout=CHECK_LOGIN_S, return_when=asyncio.FIRST_COMPLETED)
            if notice not in done:
                notice.cancel()
            if gone in done:
                if gone.result()["type"] == "websocket.receive":  # nothing is ever asked over this line
                    await socket.close(UNASKED)
                return
            try:
                login_of(socket, here, by_itself=True)
            except GuitaiError:
                await socket.close(NOT_LOGGED_IN)
                return
            if notice in done:
                if (news := notice.result()) is None:
                    await socket.close(SLOW)
                    return
                await socket.send_json({"topic": news.topic, "id": news.id})
    finally:
        gone.cancel()
