"""What is secret in an event goes into the vault whole; the event keeps a reference."""

from __future__ import annotations

import pytest

from guitai.messages.touch import Entered
from guitai.messages.voice import CustomerSaid, Entity, IntentGuess, Understanding
from guitai.shell.intake import take_in

ID_NUMBER = "33010619560412803X"


def kept(event: object) -> tuple[object, list[str]]:
    vault: list[str] = []

    def keep(value: str) -> str:
        vault.append(value)
        return f"v{len(vault)}"

    return take_in(event, keep), vault


@pytest.mark.parametrize("typed", [ID_NUMBER, ID_NUMBER.lower(), "330106 19560412 803X"])
def test_an_id_number_keeps_its_x(typed):
    event, vault = kept(Entered("id_number", typed))
    assert vault == [ID_NUMBER]
    assert event == Entered("id_number", "", "v1|803X|18")


def test_a_spoken_account_leaves_only_its_tail():
    entity = Entity("account", "6222 0212 3456 7890", "6222021234567890")
    said = CustomerSaid("转到6222021234567890", 0.9, Understanding((IntentGuess("transfer", 0.9),), (entity,)))
    event, vault = kept(said)
    assert vault == ["6222021234567890"]
    assert "6222021234567890" not in str(event)
