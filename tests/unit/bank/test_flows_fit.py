"""Every business of the kiosk, by touch alone, with the real simulator behind it instead of an obedient bank."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from guitai.messages import bank, business, card, identity
from guitai.messages.business import PERSON, PIN, PIN_AGAIN, VAULT, Inquired, OrderOutcome, paired
from guitai.messages.codec import convert
from headquarters.bank.customers import Customer, person_token
from headquarters.bank.host import Bank
from tests.fixtures.hq.clock import StandingClock
from tests.unit.bank.kinds import RICH, told
from tests.unit.bank.world import made_bank
from tests.unit.flows.counter import Desk
from tests.unit.flows.scripts import SCRIPTS, Script
from tests.unit.flows.test_each_flow import through

SUITED: dict[str, dict[str, Any]] = {
    "account_upgrade": {"account_class": "II"},
    "account_unfreeze": {"account_status": "restricted"},
    "cancel_loss": {"card_status": "lost"},
    "activate_card": {"card_status": "inactive"},
    "close_account": {"deposit": [], "credit_card": None, "loan": [], "holding": [], "sent": [], "balance_fen": 0},
}
REVEALED = {"phone": "13900001234", "user_no": "3301000628", "id_card": "330102199001011234"}


@dataclass
class RealDesk(Desk):
    """The bank knows the customer by the tokens alone that core would ask with."""

    host: Bank | None = None
    token: str = ""
    person: str = ""
    pin_key: bytes = b""

    def insert_card(self) -> list[Any]:
        return self.happen(card.CardInserted(self.token, "3802"))

    def answers(self, effect: Any) -> list[object]:
        assert self.host is not None
        match effect:
            case identity.ReadIdCard(request_id):
                return [
                    identity.IdCardRead(request_id, self.person, "张**", "330***12", "adult", False, "2030-01-01", "")
                ]
            case bank.LookUpCustomer(request_id, token):
                return [convert({"request_id": request_id, **self.host.profile(token)}, bank.CustomerKnown)]
            case business.Inquire(request_id, kind, token):
                asked = {name: self.revealed(name, value) for name, value in effect.params}
                answer = self.host.business.inquire(kind, token, asked)
                return [convert({"request_id": request_id, **paired(answer)}, Inquired)]
            case business.PlaceOrder(request_id, kind, token):
                params = {name: self.revealed(name, value) for name, value in effect.params}
                outcome = self.host.business.order(
                    request_id, kind, token, params, effect.mode, effect.approved_by, effect.risk_ref
                )
                return [convert({"request_id": request_id, **paired(outcome)}, OrderOutcome)]
        return super().answers(effect)

    def revealed(self, name: str, value: str) -> str:
        if value in (PIN, PIN_AGAIN):
            return told("change_pin", self.pin_key)["pin_block"]
        return REVEALED[name] if value.startswith((VAULT, PERSON)) else value


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.kind)
def test_every_business_is_done_with_the_real_bank(tmp_path: Path, script: Script) -> None:
    customer = Customer.model_validate({**RICH, **SUITED.get(script.kind, {})})
    host = made_bank(tmp_path, StandingClock(), [customer])
    keys = {name: bytes.fromhex((tmp_path / "keys" / f"{name}.key").read_text()) for name in ("pin", "card_token")}
    person = person_token(customer.id_number, keys["card_token"])
    desk = RealDesk(host=host, token=host.token_of(customer.card), person=person, pin_key=keys["pin"])
    desk.open()
    desk.find(script.kind)
    through(desk, script)
    if script.then:
        desk.tap(script.then)
        through(desk, script)
    assert desk.state.stage == script.ends, desk.shown
    placed = [(order.kind, host.business.ordered(order.request_id)) for order in desk.orders]
    assert [kind for kind, _ in placed] == list(script.orders)
    assert all(outcome["status"] == "done" for _, outcome in placed), placed
    if script.ends == "result":
        assert desk.state.outcome == f"{script.kind}.done"
