"""Moves of what stands at the customer's desk: barcode reader, document camera, guide lights, operator panel."""

from __future__ import annotations

from guitai.cli.devices.walk import Walk

LIT = {"flashRate": "continuous", "color": "green", "direction": "entry"}
DARK = {"flashRate": "off"}


async def barcode_reader(walk: Walk) -> None:
    """Read any code; only its kind is shown."""
    walk.tell("show_code")
    done = await walk.do("BarcodeReader.Read", {}, for_people=True)
    if done is not None:
        kinds = [str(one.get("symbology", "")) for one in done.payload.get("readOutput") or ()]
        if kinds:
            walk.good("code_read", kind=", ".join(kinds))
        else:
            walk.bad("code_empty")


async def camera(walk: Walk) -> None:
    """Take a picture with each camera; none is kept."""
    for name in walk.value("camera", "cameras") or {}:
        await walk.enter("lay_document", camera=name)
        done = await walk.do("Camera.TakePicture", {"camera": name})
        if done is not None:
            walk.judge(bool(done.payload.get("pictureFile")), "picture_taken", "picture_empty")


async def lights(walk: Walk) -> None:
    """Light each lamp in turn."""
    for name, places in (walk.link.status.get("lights") or {}).items():
        place = next(iter(places or {"default": None}))
        if await walk.do("Lights.SetLight", {name: {place: LIT}}) is None:
            continue
        walk.judge(await walk.yes("light_on", name=name), "light_is_on", "light_is_dark")
        await walk.do("Lights.SetLight", {name: {place: DARK}})


async def panel(walk: Walk) -> None:
    """Write on the operator's panel."""
    if not walk.offers("TextTerminal.Write"):
        walk.tell("nothing_to_move")
        return
    wanted = {"mode": "absolute", "posX": 0, "posY": 0, "text": "GUITAI 12345"}
    if await walk.do("TextTerminal.Write", wanted) is not None:
        walk.judge(await walk.yes("panel_text", text=wanted["text"]), "panel_shows", "panel_dark")
    if walk.offers("TextTerminal.ClearScreen"):
        await walk.do("TextTerminal.ClearScreen", {})
