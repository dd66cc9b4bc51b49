"""Routes, models, services.yaml and rooms know the same kinds, and every answer is what services.yaml says."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.dialogue.services import INQUIRIES, ORDERS
from guitai.errors import GuitaiError
from headquarters.app import bare_app
from headquarters.bank.business import FOR_ANYBODY, NEEDS_TELLER
from headquarters.bank.customers import Customer
from headquarters.bank.host import Bank
from headquarters.bank.kinds import INQUIRY_BODIES, ORDER_BODIES
from tests.fixtures.hq.clock import StandingClock
from tests.unit.bank.kinds import ASKED, LEADS_UP, NOT_FOR_THE_RICH, RICH, TOLD, told
from tests.unit.bank.world import made_bank


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return made_bank(tmp_path, StandingClock(), [Customer.model_validate(RICH)])


@pytest.fixture
def card(bank: Bank) -> str:
    return bank.token_of(RICH["card"])


@pytest.fixture
def pin_key(bank: Bank, tmp_path: Path) -> bytes:
    return bytes.fromhex((tmp_path / "keys" / "pin.key").read_text())


def test_rooms_and_routes_are_those_of_services_yaml(bank: Bank) -> None:
    assert set(bank.business.inquiries) == set(INQUIRIES) == set(INQUIRY_BODIES)
    assert set(bank.business.orders) == set(ORDERS) == set(ORDER_BODIES)
    assert {*INQUIRIES, *ORDERS} >= FOR_ANYBODY
    paths = set(bare_app().openapi()["paths"])
    assert {f"/bank/v1/inquiries/{kind}" for kind in INQUIRIES} <= paths
    assert {f"/bank/v1/orders/{kind}/{{request_id}}" for kind in ORDERS} <= paths
    assert "/bank/v1/orders/{request_id}" in paths


@pytest.mark.parametrize("kind", INQUIRIES)
def test_an_inquiry_answers_what_services_yaml_says(bank: Bank, card: str, kind: str) -> None:
    answer = bank.business.inquire(kind, card, ASKED.get(kind, {}))
    assert answer["refused"] == ""
    assert set(answer["fields"]) == set(INQUIRIES[kind].fields)
    assert all(set(row) == set(INQUIRIES[kind].rows) for row in answer["rows"])
    assert bool(answer["rows"]) == bool(INQUIRIES[kind].rows)
    parts = {name: answer[name] for name in ("fields", "rows") if answer[name]}
    INQUIRY_BODIES[kind].answered.model_validate(parts)


@pytest.mark.parametrize("kind", ORDERS)
def test_an_order_answers_what_services_yaml_says_and_is_done_once(
    bank: Bank, card: str, pin_key: bytes, kind: str
) -> None:
    for n, before in enumerate(LEADS_UP.get(kind, ())):
        bank.business.order(f"before-{n}", before, card, TOLD[before], "now", "")
    approved = "0218" if ORDERS[kind].by == "teller" else ""
    asked = "o-1", kind, card, told(kind, pin_key), "now", approved
    first = bank.business.order(*asked)
    after = bank.ledger.balances()
    assert bank.business.order(*asked) == first == bank.business.ordered("o-1")
    assert bank.ledger.balances() == after
    assert (first["status"] == "refused") == (kind in NOT_FOR_THE_RICH), first
    if first["status"] == "done":
        assert set(first["fields"]) == set(ORDERS[kind].fields)
    ORDER_BODIES[kind].answered.model_validate({name: value for name, value in first.items() if value})


@pytest.mark.parametrize("kind", [kind for kind, service in ORDERS.items() if service.by == "teller"])
def test_what_a_kiosk_may_not_do_alone_is_refused_and_changes_nothing(
    bank: Bank, card: str, pin_key: bytes, kind: str
) -> None:
    before = list(bank.ledger.connection.iterdump())
    outcome = bank.business.order("o-1", kind, card, told(kind, pin_key), "now", "")
    assert (outcome["status"], outcome["reason"]) == ("refused", NEEDS_TELLER)
    after = list(bank.ledger.connection.iterdump())
    changed = {line for line in {*after} - {*before} if "INSERT" in line}
    assert all('INTO "orders"' in line or 'INTO "requests"' in line for line in changed)


@pytest.mark.parametrize("kind", sorted(FOR_ANYBODY))
def test_what_anybody_may_ask_needs_no_card(bank: Bank, pin_key: bytes, kind: str) -> None:
    if kind in INQUIRIES:
        assert bank.business.inquire(kind, "", ASKED.get(kind, {}))["refused"] == ""
    else:
        assert bank.business.order("o-1", kind, "", told(kind, pin_key), "now", "0218")["status"] == "done"


@pytest.mark.parametrize("kind", sorted({*INQUIRIES, *ORDERS} - FOR_ANYBODY))
def test_the_rest_needs_one(bank: Bank, pin_key: bytes, kind: str) -> None:
    if kind in INQUIRIES:
        assert "插卡" in bank.business.inquire(kind, "", ASKED.get(kind, {}))["refused"]
    else:
        outcome = bank.business.order("o-1", kind, "", told(kind, pin_key), "now", "0218")
        assert (outcome["status"], "插卡" in outcome["reason"]) == ("refused", True)


def test_unknown_kinds_cards_and_values_are_named(bank: Bank, card: str) -> None:
    with pytest.raises(GuitaiError, match=r"bank\.unknown_business"):
        bank.business.inquire("weather", card, {})
    with pytest.raises(GuitaiError, match=r"bank\.bad_params"):
        bank.business.order("o-1", "open_deposit", card, {"amount_fen": "1", "tenor": "P1Y"}, "now", "")
    with pytest.raises(GuitaiError, match=r"bank\.no_card"):
        bank.business.inquire("deposits", "0" * 32, {})
    with pytest.raises(GuitaiError, match=r"bank\.absent"):
        bank.business.ordered("o-1")
    bank.business.order("o-1", "open_deposit", card, TOLD["open_deposit"], "now", "")
    with pytest.raises(GuitaiError, match=r"bank\.request_reused"):
        bank.business.order("o-1", "open_deposit", card, {**TOLD["open_deposit"], "term": "P3M"}, "now", "")
