"""Core's bank client against the real HTTPS host: every effect gets its event, certificates are demanded."""

from __future__ import annotations

import ssl
from dataclasses import replace

import httpx
import pytest

from guitai.bank.client import HttpBankHost, open_bank
from guitai.errors import GuitaiError
from guitai.messages import bank as b
from guitai.messages.card import PinChecked
from guitai.money import Fen, yuan
from headquarters.bank.customers import person_token
from headquarters.pki import issue
from tests.wire.bank.conftest import LOCAL, REMOTE, Branch

pytestmark = pytest.mark.broker

LOCAL_PERSON = "330106196803160022"
ACCOUNT = "6222021208003456688"


def transfer(request_id: str, card: str, amount: Fen, mode: str = "now") -> b.PostTransfer:
    return b.PostTransfer(request_id, card, "张伟", "v1", amount, mode, "r1")


async def test_knows_the_customer_masked(branch: Branch) -> None:
    known = await branch.host.look_up(b.LookUpCustomer("q1", branch.local))
    assert isinstance(known, b.CustomerKnown)
    assert (known.request_id, known.masked_name, known.card_region) == ("q1", "刘*芳", "浙江杭州")
    assert known.payees == (b.Payee("陈浩然", "4471", "本行", "p-chen"),)
    old = await branch.host.look_up(b.LookUpCustomer("q2", branch.remote))
    assert isinstance(old, b.CustomerKnown)
    assert (old.card_region, old.elderly) == ("广东揭阳", True)
    assert await branch.balance(branch.remote) == yuan(250_000)


async def test_an_id_card_says_which_card_is_theirs_and_serves_for_nothing_else(branch: Branch) -> None:
    person = person_token(LOCAL_PERSON, branch.key("card_token"))
    known = await branch.host.look_up(b.LookUpCustomer("q1", person))
    assert isinstance(known, b.CustomerKnown)
    assert (known.card_token, known.masked_name) == (branch.local, "刘*芳")
    assert known == await branch.host.look_up(b.LookUpCustomer("q1", branch.local))
    assert await branch.host.balance(b.AskBalance("q2", person)) == b.BankUnreachable("q2")
    nobody = person_token("330106196803160030", branch.key("card_token"))
    assert await branch.host.look_up(b.LookUpCustomer("q3", nobody)) == b.BankUnreachable("q3")


async def test_an_unknown_card_is_no_customer_and_moves_nothing(branch: Branch) -> None:
    assert await branch.host.look_up(b.LookUpCustomer("q1", "0" * 32)) == b.BankUnreachable("q1")
    refused = await branch.host.transfer(transfer("t1", "0" * 32, yuan(1)), ACCOUNT)
    assert isinstance(refused, b.TransferOutcome)
    assert refused.status == "refused"
    assert await branch.host.ask_transfer(b.AskTransfer("t1")) == b.TransferOutcome("t1", "absent")


async def test_a_transfer_moves_money_once(branch: Branch) -> None:
    before = await branch.balance(branch.local)
    for _ in range(3):
        posted = await branch.host.transfer(transfer("t1", branch.local, yuan(5_000)), ACCOUNT)
        assert posted == b.TransferOutcome("t1", "posted")
    assert await branch.balance(branch.local) == before - yuan(5_000)
    assert await branch.host.ask_transfer(b.AskTransfer("t1")) == b.TransferOutcome("t1", "posted")
    reused = await branch.host.transfer(transfer("t1", branch.local, yuan(6_000)), ACCOUNT)
    assert isinstance(reused, b.TransferOutcome)
    assert reused.status == "refused"
    assert await branch.balance(branch.local) == before - yuan(5_000)
    saved = replace(transfer("t2", branch.local, yuan(100)), payee_ref="p-chen")
    assert await branch.host.transfer(saved, "") == b.TransferOutcome("t2", "posted")
    poor = await branch.host.transfer(transfer("t3", branch.poor, yuan(1_000_000)), ACCOUNT)
    assert poor == b.TransferOutcome("t3", "refused", "余额不足")


async def test_a_hold_stops_what_goes_out_and_leaves_the_balance(branch: Branch) -> None:
    before = await branch.balance(branch.remote)
    held = await branch.host.transfer(transfer("t1", branch.remote, yuan(180_000), "hold"), ACCOUNT)
    assert held == b.TransferOutcome("t1", "held", "", "GT000001")
    assert await branch.balance(branch.remote) == before
    other = await branch.host.transfer(transfer("t2", branch.remote, yuan(10)), ACCOUNT)
    assert other == b.TransferOutcome("t2", "refused", "账户有一笔转账正在核实")
    debit = await branch.host.reserve(b.ReserveDebit("d1", branch.remote, yuan(100)))
    assert isinstance(debit, b.DebitOutcome)
    assert debit.status == "refused"
    for _ in range(2):
        decided = await branch.host.decide_hold(b.DecideHold("x1", "t1", "reject", "0218"))
        assert isinstance(decided, b.TransferOutcome)
        assert (decided.request_id, decided.status) == ("x1", "refused")
    after = await branch.host.transfer(transfer("t3", branch.remote, yuan(10)), ACCOUNT)
    assert after == b.TransferOutcome("t3", "posted")


async def test_a_released_hold_is_posted(branch: Branch) -> None:
    await branch.host.transfer(transfer("t1", branch.remote, yuan(180_000), "hold"), ACCOUNT)
    decided = await branch.host.decide_hold(b.DecideHold("x1", "t1", "release", "0218"))
    assert isinstance(decided, b.TransferOutcome)
    assert decided.status == "posted"
    assert await branch.balance(branch.remote) == yuan(70_000)


async def test_a_delayed_transfer_leaves_the_balance_and_can_be_recalled(branch: Branch) -> None:
    before = await branch.balance(branch.local)
    delayed = await branch.host.transfer(transfer("t1", branch.local, yuan(5_000), "delay_24h"), ACCOUNT)
    assert isinstance(delayed, b.TransferOutcome)
    assert delayed.status == "delayed"
    assert await branch.balance(branch.local) == before - yuan(5_000)
    await branch.host.decide_hold(b.DecideHold("x1", "t1", "reject", "0218"))
    assert await branch.balance(branch.local) == before


async def test_a_debit_is_reserved_gets_one_token_and_is_settled(branch: Branch) -> None:
    before = await branch.balance(branch.local)
    assert await branch.host.ask_debit(b.AskDebit("d1")) == b.DebitOutcome("d1", "absent")
    assert await branch.host.reserve(b.ReserveDebit("d1", branch.local, yuan(500))) == b.DebitOutcome("d1", "reserved")
    token = await branch.host.token("d1", "A1B2C3D4", yuan(500))
    assert token == await branch.host.token("d1", "A1B2C3D4", yuan(500))
    for nonce, amount in (("A1B2C3D5", 500), ("A1B2C3D4", 600)):
        with pytest.raises(GuitaiError, match=r"bank\.refused"):
            await branch.host.token("d1", nonce, yuan(amount))
    settled = await branch.host.settle(b.SettleDebit("s1", "d1", "commit", yuan(500)))
    assert settled == b.DebitOutcome("s1", "committed")
    late = await branch.host.settle(b.SettleDebit("s2", "d1", "reverse", Fen(0)))
    assert late == b.DebitOutcome("s2", "committed")
    assert await branch.balance(branch.local) == before - yuan(500)


@pytest.mark.parametrize(
    ("result", "taken", "status", "left"),
    [
        ("commit", 500, "committed", -500),
        ("commit", 300, "disputed", -500),
        ("reverse", 0, "reversed", 0),
        ("reverse", 100, "disputed", -500),
        ("dispute", 200, "disputed", -500),
    ],
)
async def test_what_was_taken_is_debited_or_disputed(
    branch: Branch, result: str, taken: int, status: str, left: int
) -> None:
    before = await branch.balance(branch.local)
    await branch.host.reserve(b.ReserveDebit("d1", branch.local, yuan(500)))
    settled = await branch.host.settle(b.SettleDebit("s1", "d1", result, yuan(taken)))
    assert settled == b.DebitOutcome("s1", status)
    assert await branch.balance(branch.local) == before + yuan(left)


async def test_three_wrong_pins_lock_it_and_a_repeated_question_counts_once(branch: Branch) -> None:
    right, wrong = branch.pin_block(LOCAL, "135790"), branch.pin_block(LOCAL, "000000")
    assert await branch.host.verify_pin("p1", branch.local, right) == PinChecked("p1", True, 3)
    for _ in range(3):
        assert await branch.host.verify_pin("p2", branch.local, wrong) == PinChecked("p2", False, 2)
    await branch.host.verify_pin("p3", branch.local, wrong)
    other_card = branch.pin_block(REMOTE, "135790")
    assert await branch.host.verify_pin("p4", branch.local, other_card) == PinChecked("p4", False, 0)
    assert await branch.host.verify_pin("p5", branch.local, right) == PinChecked("p5", False, 0)


async def test_an_sms_code_is_good_once(branch: Branch) -> None:
    sent = await branch.host.send_sms(b.SendSms("m1", branch.local))
    assert sent == b.SmsSent("m1", "0628")
    async with branch.world.client() as client:
        code = (await client.get("/bank/v1/sim/sms/m1")).json()["code"]
    wrong = "000000" if code != "000000" else "111111"
    assert await branch.host.check_sms(b.CheckSms("c1", "m1"), wrong) == b.SmsChecked("c1", False, 2)
    assert await branch.host.check_sms(b.CheckSms("c2", "m1"), code) == b.SmsChecked("c2", True, 2)
    again = await branch.host.check_sms(b.CheckSms("c3", "m1"), code)
    assert isinstance(again, b.SmsChecked)
    assert not again.right


async def test_without_a_certificate_of_ours_there_is_no_bank(branch: Branch) -> None:
    keys, url = branch.world.config.paths.keys, branch.world.config.bank.url
    async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=str(keys / "ca.crt")), timeout=60) as nobody:
        refused = await nobody.get(url + "/health")
        assert (refused.status_code, refused.json()["code"]) == (401, "bank.no_certificate")
    foreign = branch.world.folder / "foreign"
    foreign.mkdir()
    issue(foreign, "kiosk", "kiosk-001")
    context = ssl.create_default_context(cafile=str(keys / "ca.crt"))
    context.load_cert_chain(foreign / "kiosk.crt", foreign / "kiosk.key")
    async with httpx.AsyncClient(verify=context, timeout=60) as stranger:
        with pytest.raises(httpx.TransportError):
            await stranger.get(url + "/health")


async def test_only_absent_is_an_answer_to_what_became_of_it(branch: Branch) -> None:
    await branch.host.transfer(transfer("t1", branch.local, yuan(5)), ACCOUNT)
    await branch.host.reserve(b.ReserveDebit("d1", branch.local, yuan(500)))
    keys = branch.world.config.paths.keys
    nobody = HttpBankHost(branch.world.config.bank.url, ssl.create_default_context(cafile=str(keys / "ca.crt")), 5)
    # Turned away at the door, which says nothing of the money.
    assert await nobody.ask_transfer(b.AskTransfer("t1")) == b.BankUnreachable("t1")
    assert await nobody.ask_debit(b.AskDebit("d1")) == b.BankUnreachable("d1")
    await nobody.close()
    assert await branch.host.ask_transfer(b.AskTransfer("t1")) == b.TransferOutcome("t1", "posted")
    assert await branch.host.ask_debit(b.AskDebit("d1")) == b.DebitOutcome("d1", "reserved")


async def test_bad_bodies_are_refused_by_name(branch: Branch) -> None:
    async with branch.world.client() as client:
        body = {"card_token": branch.local, "amount_fen": -1, "pin": "135790"}
        answer = await client.put("/bank/v1/debits/d1", json=body)
        assert answer.status_code == 422
        assert {tuple(fault["loc"]) for fault in answer.json()["detail"]} == {("body", "amount_fen"), ("body", "pin")}


async def test_a_host_that_is_away_is_unreachable(branch: Branch) -> None:
    away = open_bank(branch.world.config.model_copy(update={
        "bank": branch.world.config.bank.model_copy(update={"url": "https://127.0.0.1:1/bank/v1"})
    }))  # fmt: skip
    assert not await away.reachable()
    assert await away.transfer(transfer("t1", branch.local, yuan(1)), ACCOUNT) == b.BankUnreachable("t1")
    assert await away.token("d1", "A1B2C3D4", yuan(1)) == b.BankUnreachable("d1")
    await away.close()
