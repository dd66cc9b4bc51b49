"""A card reader's moves: take a card in, read it, give it back, keep one."""

from __future__ import annotations

from typing import Any

from guitai.cli.devices.walk import Walk

READ = "CardReader.ReadRawData"
TRACKS = {"track2": True}


async def card_reader(walk: Walk) -> None:
    """Read a test card and give it back; then, if wanted, keep it."""
    if walk.value("cardReader", "media") in {"present", "entering"}:
        walk.bad("card_inside")
        await _give_back(walk)
        return
    if not await _read(walk):
        return
    if walk.offers("CardReader.ChipPower") and await walk.yes("has_chip"):
        await _chip(walk)
    await _give_back(walk)
    bins = await _bins(walk)
    if bins and await walk.yes("try_retain"):
        await _retain(walk, *bins.popitem())


async def id_reader(walk: Walk) -> None:
    """Read an ID card; nothing of it is shown."""
    walk.tell("lay_id_card")
    if await walk.do(READ, {"chip": True}, for_people=True) is None:
        return
    walk.good("id_card_read")
    walk.tell("take_id_card")
    await walk.event("CardReader.MediaRemovedEvent", "id_card_gone", "id_card_left")


async def _read(walk: Walk) -> bool:
    walk.tell("insert_card")
    done = await walk.do(READ, TRACKS, for_people=True)
    if done is None:
        if walk.value("cardReader", "media") == "present":
            await _give_back(walk)
        return False
    has_data = bool((done.payload.get("track2") or {}).get("data"))
    walk.judge(has_data, "card_read", "card_empty")
    return True


async def _chip(walk: Walk) -> None:
    done = await walk.do("CardReader.ChipPower", {"chipPower": "cold"})
    if done is not None:
        walk.judge(bool(done.payload.get("chipData")), "chip_answers", "chip_empty")
        await walk.do("CardReader.ChipPower", {"chipPower": "off"})


async def _give_back(walk: Walk) -> None:
    if await walk.do("CardReader.Move", {"to": "exit"}) is None:
        return
    walk.tell("take_card")
    await walk.event("CardReader.MediaRemovedEvent", "card_gone", "card_left")


async def _retain(walk: Walk, unit: str, before: int) -> None:
    if not await _read(walk) or await walk.do("CardReader.Move", {"to": unit}) is None:
        return
    after = (await _bins(walk)).get(unit)
    walk.judge(after == before + 1, "card_kept", "card_not_counted")
    walk.tell("fetch_card")


async def _bins(walk: Walk) -> dict[str, int]:
    if not walk.offers("Storage.GetStorage"):
        return {}
    done = await walk.do("Storage.GetStorage")
    storage: dict[str, Any] = (done.payload.get("storage") or {}) if done else {}
    cards = {name: unit.get("card") or {} for name, unit in storage.items()}
    return {
        name: int((card.get("status") or {}).get("retainCount") or 0)
        for name, card in cards.items()
        if (card.get("capabilities") or {}).get("type") == "retain"
    }
