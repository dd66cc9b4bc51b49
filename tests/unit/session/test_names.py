"""Whoever reads a transcript elsewhere reads surnames alone, of errands that are over and of names heard otherwise, too."""

from __future__ import annotations

import pytest

from guitai.messages import handover, touch
from guitai.messages.voice import Entity

from .host import Host
from .test_instead import opened


def called(desk: Host) -> str:
    ask = desk.all(handover.Escalate)[-1]
    return "\n".join(line.text for line in ask.bundle.transcript)


@pytest.mark.parametrize("saved", [(), ("慕容雪雁",)])
def test_a_payee_of_a_transfer_that_is_over_has_a_surname(saved: tuple[str, ...]) -> None:
    desk = opened(*saved)
    entities = (Entity("recipient", "慕容雪雁", "慕容雪雁"), Entity("amount", "五百", "500.00"))
    desk.hear("给慕容雪雁转五百", ("transfer", 0.99), entities=entities)
    for _ in range(8):
        if desk.state.stage == "result":
            break
        if desk.state.asking == "account":
            desk.happen(touch.Entered("account", "尾号 4471", "v9"))
        desk.go()
    desk.hear("查一下余额", ("query_balance", 0.99))
    desk.press("human")
    words = called(desk)
    assert "慕**雁" in words
    assert "慕容雪雁" not in words


def test_a_name_that_was_heard_as_another_has_its_surname_alone() -> None:
    desk = opened("池海波")
    entities = (Entity("recipient", "吃还不", "吃还不"), Entity("amount", "五百", "500.00"))
    desk.hear("给吃还不转五百", ("transfer", 0.99), entities=entities)
    desk.press("human")
    words = called(desk)
    assert "吃还不" not in words
    assert "池海波" not in words
