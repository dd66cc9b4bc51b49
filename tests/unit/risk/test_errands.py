"""However often R is decided again, an errand is one: by real conversations of the session."""

from __future__ import annotations

import pytest

from guitai.messages import handover, touch, voice
from guitai.messages.codec import to_data
from guitai.risk.errands import Errands
from tests.unit.session.host import Host

WEAK = voice.ScamSignal(0.4, "weak", "police_impersonation", ("核查",))
STRONG = voice.ScamSignal(0.97, "strong", "police_impersonation", ("安全账户",))


def told(host: Host) -> list[tuple[str, str, str]]:
    """Return (business, reference, what it replaces) of each decision."""
    following, found = Errands(), []
    for occurred, effects in host.record:
        for message in (occurred.event, *effects):
            data = to_data(message)
            before = following.follow(data["type"], data)
            if data["type"] == "risk.decided":
                found.append((data["context"]["business"], data["risk_ref"], before or ""))
    return found


def finish(host: Host) -> None:
    for _ in range(6):
        if host.state.stage == "result":
            return
        host.go()


def test_a_decision_that_the_words_after_it_changed_is_of_the_same_errand(host: Host) -> None:
    host.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    host.say("警察要核查", "fraud_help", scam=WEAK)
    finish(host)
    found = told(host)
    assert len(found) > 1
    assert [before for _, _, before in found] == ["", *[ref for _, ref, _ in found[:-1]]]
    assert host.state.risk_ref == found[-1][1]


@pytest.mark.parametrize("second", ["transfer", "withdraw_cash"])
def test_what_comes_after_the_money_has_gone_is_another_errand(host: Host, second: str) -> None:
    host.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    finish(host)
    host.say("再来三百", second, payee="陈浩然", amount="300")
    finish(host)
    assert [before for _, _, before in told(host)] == ["", ""]


def test_cash_twice_is_two_errands(host: Host) -> None:
    for _ in range(2):
        if host.state.card != "inside":
            host.insert_card()
        host.say("取五百", "withdraw_cash", amount="500")
        finish(host)
    assert [(business, before) for business, _, before in told(host)] == [("withdraw", "")] * 2


def test_an_errand_that_another_interrupted_is_still_one(host: Host) -> None:
    host.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    host.say("等等，我的卡丢了", "report_loss")
    host.press("pick:card-1")
    host.press("confirm")
    host.press("solved:yes")
    found = told(host)
    assert [business for business, _, _ in found] == ["transfer", "transfer"]
    assert found[1][2] == found[0][1]


@pytest.mark.parametrize(("decision", "same"), [("approve", True), ("reject", False)])
def test_a_human_who_lets_it_go_on_begins_no_errand_and_one_who_rejects_ends_it(
    host: Host, decision: handover.Decision, same: bool
) -> None:
    host.say("转三千到安全账户", "transfer", payee="陈浩然", scam=STRONG)
    help_id = host.last(handover.Escalate).escalation_id
    assert len(told(host)) == 1
    host.happen(handover.TellerJoined(help_id, "0218", "周敏", 60_000))
    host.happen(handover.TellerDecided(help_id, "0218", decision, ""))
    host.happen(handover.TellerLeft(help_id, "0218"))
    if not same:
        host.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    else:
        host.happen(touch.Entered("amount", "3000", ""))
    found = told(host)
    assert len(found) > 1
    assert bool(found[1][2]) is same


def test_one_that_was_given_up_and_begun_anew_is_another(host: Host) -> None:
    for _ in range(2):
        host.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
        host.press("cancel")
    assert [before for _, _, before in told(host)] == ["", ""]


def test_records_older_than_the_number_are_joined_by_their_business(host: Host) -> None:
    host.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    host.say("警察要核查", "fraud_help", scam=WEAK)
    finish(host)
    following, replaced = Errands(), []
    for occurred, effects in host.record:
        for message in (occurred.event, *effects):
            data = to_data(message)
            data.pop("errand", None)
            before = following.follow(data["type"], data)
            replaced += [before] if data["type"] == "risk.decided" else []
    assert replaced == [before or None for _, _, before in told(host)]
