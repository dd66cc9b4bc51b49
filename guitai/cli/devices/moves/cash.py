"""A cash machine's moves: shutters, reset, sensors. It pays nothing: only the bank host may authorise that."""

from __future__ import annotations

from typing import Any

from guitai.cli.devices.walk import Walk


async def cash(walk: Walk) -> None:
    """Open and shut the shutter of each position, then reset; never touches a note that lies somewhere."""
    walk.tell("cash_pays_nothing")
    if not _is_empty(walk):
        walk.bad("cash_not_empty")
        return
    walk.good("cash_empty")
    if walk.offers("CashManagement.OpenShutter"):
        for position in _positions(walk):
            await _shutter(walk, position)
    if walk.offers("CashManagement.Reset"):
        await _reset(walk)
    walk.judge(_is_empty(walk), "cash_still_empty", "cash_not_empty")


async def _reset(walk: Walk) -> None:
    if await walk.yes("hands_off") and await walk.do("CashManagement.Reset", {}) is not None:
        walk.good("cash_reset")


def _parts(walk: Walk) -> list[dict[str, Any]]:
    return [walk.link.status.get(part) or {} for part in ("cashDispenser", "cashAcceptor")]


def _is_empty(walk: Walk) -> bool:
    stackers = {part.get("intermediateStacker", "empty") for part in _parts(walk)}
    places = {one.get("positionStatus", "empty") for part in _parts(walk) for one in part.get("positions") or ()}
    return stackers | places == {"empty"}


def _positions(walk: Walk) -> list[str]:
    found = [
        str(one["position"]) for part in _parts(walk) for one in part.get("positions") or () if one.get("position")
    ]
    return list(dict.fromkeys(found))


async def _shutter(walk: Walk, position: str) -> None:
    if await walk.do("CashManagement.OpenShutter", {"position": position}) is None:
        return
    walk.judge(await walk.yes("shutter_open", position=position), "shutter_opened", "shutter_stayed")
    if await walk.do("CashManagement.CloseShutter", {"position": position}) is None:
        return
    walk.judge(await walk.yes("shutter_closed", position=position), "shutter_shut", "shutter_stayed_open")
