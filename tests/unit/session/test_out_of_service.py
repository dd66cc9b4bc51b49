"""Out of service says why, and where to go instead."""

from __future__ import annotations

from guitai.config import Kiosk
from guitai.dialogue.out_of_service import out_of_service
from guitai.messages.view import ListPart, TextPart

NEAREST = {"name": "中山路支行", "minutes": 6, "metres": 450, "open_until": "17:00", "note": "能取现金，有人工柜台"}


def test_the_nearest_branch_stands_below_the_reason() -> None:
    kiosk = Kiosk.model_validate({"nearest": NEAREST})
    shown = out_of_service("card_reader", kiosk)
    heading, places = shown.parts
    assert isinstance(heading, TextPart)
    assert isinstance(places, ListPart)
    assert heading.text == "最近的网点　中山路支行"
    assert [(row.label, row.note) for row in places.rows] == [
        ("走路 6 分钟", "450 米"), ("今天开到 17:00", "能取现金，有人工柜台"),
    ]  # fmt: skip


def test_without_one_only_the_reason_is_said() -> None:
    assert out_of_service("door", Kiosk()).parts == ()
