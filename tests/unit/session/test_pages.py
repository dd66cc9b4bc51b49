"""More choices than fit on the screen: pages, each of which a finger reaches, and the first one again."""

from __future__ import annotations

import pytest

from guitai.dialogue.parts import MOST_FACTS
from guitai.dialogue.services import INQUIRIES
from guitai.messages.view import ChoicePart, ListPart
from guitai.view import view

from .host import Host, sample


def options(host: Host) -> list[str]:
    parts = view(host.state, "").parts
    return [one.target for part in parts if isinstance(part, ChoicePart) for one in part.options]


def host_with(count: int) -> Host:
    """A customer who breaks a deposit before its time and has so many."""
    fields = INQUIRIES["deposits"].rows
    rows = tuple(
        tuple((name, f"d-{row}" if name == "deposit_id" else sample(name, row)) for name in fields)
        for row in range(count)
    )
    host = Host(rows={"deposits": rows})
    host.open()
    host.insert_card()
    host.press("start:early_withdraw")
    assert host.state.asking == "deposit"
    return host


@pytest.mark.parametrize("count", [2, 6, 7, 8, 11, 12, 23])
def test_every_row_is_on_a_page(count: int) -> None:
    host = host_with(count)
    seen: list[str] = []
    for _ in range(count):
        shown = options(host)
        assert len([one for one in shown if one.startswith(("pick:", "further:"))]) <= 6
        seen += [one for one in shown if one.startswith("pick:")]
        turn = next((one for one in shown if one.startswith("further:")), "further:0")
        host.press(turn)
        if turn == "further:0":
            break
    assert seen == [f"pick:d-{row}" for row in range(count)]
    if count > 6:
        assert "pick:d-0" in options(host), "the last page leads back to the first"


def test_the_seventh_is_picked_by_a_finger() -> None:
    host = host_with(7)
    host.press("further:5")
    host.press("pick:d-6")
    assert host.state.task.slot("deposit") == "d-6"


def test_a_question_asked_anew_begins_on_its_first_page() -> None:
    host = host_with(9)
    host.press("further:5")
    host.press("pick:d-8")
    host.press("change")
    assert (host.state.stage, host.state.asking) == ("slot", "deposit")
    assert "pick:d-0" in options(host)


@pytest.mark.parametrize("target", ["further:", "further:x", "further:999", "further:-1"])
def test_a_page_there_is_not_breaks_nothing(target: str) -> None:
    host = host_with(9)
    host.press(target)
    view(host.state, "")
    host.press("further:0")
    assert "pick:d-0" in options(host)


CURRENCIES = tuple((("currency", f"C{row}"), ("buy", "1.00"), ("sell", "2.00")) for row in range(8))


def facts(host: Host) -> list[str]:
    return [row.label for part in view(host.state, "").parts if isinstance(part, ListPart) for row in part.rows]


@pytest.mark.parametrize("large", [False, True])
def test_every_fact_of_a_result_is_on_a_page(large: bool) -> None:
    host = Host(rows={"exchange_rates": CURRENCIES})
    host.open()
    if large:
        host.press("large")
    host.press("start:exchange_rates")
    assert host.state.stage == "result"
    seen: list[str] = []
    for _ in CURRENCIES:
        assert 0 < len(facts(host)) <= MOST_FACTS[large]
        seen += facts(host)
        turn = next(one for one in options(host) if one.startswith("further:"))
        host.press(turn)
        if turn == "further:0":
            break
    assert seen[1:] == [dict(row)["currency"] for row in CURRENCIES]
    assert facts(host)[0] == seen[0], "the last page leads back to the first"
