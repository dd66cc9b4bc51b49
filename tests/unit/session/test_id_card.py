"""Known by the ID card alone: the host's own card token is used from there on, and a card in the slot comes first."""

from __future__ import annotations

from typing import Any

import pytest

from guitai.messages import bank, business
from guitai.money import yuan
from tests.unit.session.host import Host


class Slow(Host):
    """The bank's look-ups are answered by hand."""

    def answers(self, effect: Any) -> list[object]:
        return [] if isinstance(effect, bank.LookUpCustomer) else super().answers(effect)

    def known(self, request_id: str, card_token: str) -> None:
        self.happen(
            bank.CustomerKnown(request_id, "刘*芳", "浙江杭州", "fair", 3, yuan(800), 4, 0, card_token=card_token)
        )


@pytest.fixture
def host() -> Slow:
    host = Slow()
    host.open()
    host.say("我的卡丢了", "report_loss")
    assert host.last(bank.LookUpCustomer).card_token == "ptok"
    return host


def test_what_follows_is_asked_with_the_hosts_own_card_token(host: Slow) -> None:
    host.known(host.last(bank.LookUpCustomer).request_id, "host-token")
    assert host.state.card_token == host.last(business.Inquire).card_token == "host-token"


def test_an_old_recording_without_it_keeps_the_token_it_had(host: Slow) -> None:
    host.known(host.last(bank.LookUpCustomer).request_id, "")
    assert host.state.card_token == "ptok"


def test_a_card_put_in_while_the_bank_looks_the_id_card_up_is_looked_up_itself(host: Slow) -> None:
    of_the_id_card = host.last(bank.LookUpCustomer).request_id
    host.insert_card()
    again = host.last(bank.LookUpCustomer)
    assert (again.card_token, again.request_id != of_the_id_card) == ("token", True)
    host.known(of_the_id_card, "of somebody else")
    assert (host.state.customer, host.state.card_token) == (None, "token")
    host.known(again.request_id, "token")
    assert host.last(business.Inquire).card_token == "token"
