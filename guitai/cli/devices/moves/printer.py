"""A printer's moves: put paper in if it needs some, print a test piece, hand it out."""

from __future__ import annotations

from typing import Any

from guitai.cli.devices.walk import Walk

FORMS = {"Printer": ("GuitaiReceipt", "Receipt", True), "StatementPrinter": ("GuitaiStatement", "A4", False)}
"""Form, medium and whether it is cut, by the role of the printer."""

MOST_LINES = 4


async def printer(walk: Walk) -> None:
    """Print a piece that a person looks at."""
    paper = (walk.value("printer", "paper") or {}).get("upper")
    if paper in {"low", "out"}:
        await walk.enter("load_paper")
        if walk.offers("Printer.SupplyReplenish"):
            await walk.do("Printer.SupplyReplenish", {"upper": True})
    role = "StatementPrinter" if "StatementPrinter" in walk.link.interfaces else "Printer"
    form, medium, cut = FORMS[role]
    lines = [walk.say(f"exercise.print_line_{number}") for number in range(1, MOST_LINES + 1)]
    wanted: dict[str, Any] = {
        "formName": form,
        "mediaName": medium,
        "fields": {"title": walk.say("exercise.print_title"), "lines": lines},
        "mediaControl": {"move": "eject", **({"cut": True} if cut else {})},
    }
    if await walk.do("Printer.PrintForm", wanted) is None:
        return
    walk.good("printed")
    if walk.value("printer", "media") in {"entering", "present"}:
        walk.tell("take_paper")
        await walk.event("Printer.MediaTakenEvent", "paper_gone", "paper_left")
    walk.judge(await walk.yes("print_clear"), "print_is_clear", "print_is_not_clear")
