"""Work orders and unanswered questions, derived by the pure session: when, how filed, once each, masked."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai import session as core
from guitai.dialogue.data import FLOWS, INTENTS, filed_words, filing, subtype_of
from guitai.dialogue.filing import Filing
from guitai.dialogue.state import Task
from guitai.journal.mask import mask
from guitai.messages import bank, voice
from guitai.messages.codec import effect_from, to_data
from guitai.messages.service import UnansweredQuestion, WorkOrder
from guitai.messages.session import Occurred
from guitai.messages.voice import Entity, IntentGuess
from tests.unit.session.host import Host
from tests.unit.session.world import understood


def orders(host: Host) -> list[tuple[str, str, str, str]]:
    return [(o.cause, o.category, o.subcategory, o.solution) for o in host.all(WorkOrder)]


def questions(host: Host) -> list[tuple[str, str, str]]:
    return [(q.why, q.text, q.answer_id) for q in host.all(UnansweredQuestion)]


def test_an_errand_that_is_not_solved_files_one_order_and_asks_for_knowledge(host):
    host.say("我还有多少钱", "query_balance")
    assert host.state.stage == "result"
    host.press("solved:no")
    assert orders(host) == [("unsolved", "account", "query_balance", "call_back")]
    assert questions(host) == [("unsolved", "我还有多少钱", "")]
    host.press("solved:no")
    assert len(orders(host)) == 1


def test_two_errands_of_a_kind_are_two_orders(host):
    for _ in range(2):
        host.say("我还有多少钱", "query_balance")
        host.press("solved:no")
    assert [o.order_id for o in host.all(WorkOrder)] == ["S1-1-unsolved", "S1-2-unsolved"]


def test_what_is_solved_files_nothing(host):
    host.say("我还有多少钱", "query_balance")
    host.press("solved:yes")
    assert orders(host) == questions(host) == []


def test_a_refused_order_is_filed_with_the_banks_reason_and_without_numbers(host):
    host.outcome = "refused"
    host.say("存一万定期", "fixed_deposit", amount="10000")
    host.press("pick:P1Y")
    host.press("confirm")
    assert orders(host) == [("refused", "deposit", "fixed_deposit", "explain_refusal")]
    order = host.last(WorkOrder)
    assert order.reason == "现在不行"
    assert order.host_request == host.orders[0].request_id
    assert order.entities["amount"] == "10,000.00 元"
    host.press("solved:no")
    assert [cause for cause, *_ in orders(host)] == ["refused", "unsolved"]


def test_a_refused_debit_is_filed():
    host = Host(obeys=False)
    host.open()
    task = Task("withdraw", (("amount", "50000"),), request_id="d1", number=1)
    host.state = host.state.but(stage="working", errands=1, task=task, pending=(("d1", "debit"),))
    host.happen(bank.DebitOutcome("d1", "refused", "余额不足，卡号6222021234567890123"))
    assert orders(host) == [("refused", "cash", "withdraw_cash", "explain_refusal")]
    assert host.last(WorkOrder).reason == "余额不足，卡号***************0123"


def test_a_complaint_is_filed_as_one(host):
    host.say("我要投诉你们", "complaint")
    host.say("我要投诉你们", "complaint")
    found = [one for one in orders(host) if one[0] == "complaint"]
    assert found == [("complaint", "complaint", "complaint", "open_complaint")]


def test_a_handover_nobody_answers_is_filed_and_one_that_was_answered_is_not(host):
    host.press("human")
    host.time_out()
    assert orders(host) == [("no_teller", "other", "human_agent", "call_back")]
    other = Host()
    other.open()
    other.press("human")
    other.press("end")
    assert orders(other) == []


def test_not_understood_is_recorded_without_who_and_which_account(host):
    said = voice.CustomerSaid(
        "帮张小芳那个6222021234567890123的鸭子办一下",
        0.9,
        voice.Understanding(
            (IntentGuess("out_of_scope", 0.8), IntentGuess("transfer", 0.1)), (Entity("payee", "张小芳"),)
        ),
    )
    host.happen(said)
    assert questions(host) == [("not_understood", "帮〔姓名〕那个***************0123的鸭子办一下", "")]
    assert [g.name for g in host.last(UnansweredQuestion).intents] == ["out_of_scope", "transfer"]


@pytest.mark.parametrize("reaction", ["negative", "human", "deny", "again"])
def test_an_answer_that_does_not_satisfy_is_recorded_with_its_id(reaction):
    host = Host()
    host.open()
    host.say("转账手续费多少", "fee_query")
    given_id = host.state.outcome.removeprefix("answered.")
    match reaction:
        case "negative":
            host.say("你说的什么呀", "chitchat", sentiment="negative")
        case "human":
            host.press("human")
        case "deny":
            host.say("不是这个", "deny")
        case "again":
            host.say("转账手续费多少", "fee_query")
    kind = "unsolved" if reaction == "deny" else "not_satisfied"
    assert questions(host) == [(kind, "转账手续费多少", given_id)]


def test_an_answer_that_satisfies_is_not_recorded():
    host = Host()
    host.open()
    host.say("转账手续费多少", "fee_query")
    host.say("好的谢谢", "thanks_bye")
    assert questions(host) == []


def test_an_errand_begun_by_touch_is_not_blamed_on_words_before_it(host):
    host.say("转账手续费多少", "fee_query")
    host.press("start:balance")
    host.press("solved:no")
    assert questions(host) == []
    assert orders(host) == [("unsolved", "account", "query_balance", "call_back")]


def test_payees_and_accounts_are_masked_in_the_order_itself(host):
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.say("我要投诉", "complaint")
    order = host.last(WorkOrder)
    assert order.entities == {"payee": "陈*然", "amount": "500.00 元", "account": "尾号4471"}
    assert effect_from(to_data(order)) == order
    masked = mask(to_data(order))
    assert (masked["order_id"], masked["entities"]["amount"]) == (order.order_id, "500.00 元")


def test_every_flow_is_filed_and_every_path_has_words():
    for kind in FLOWS:
        subtype = subtype_of(kind)
        for cause in filing().paths:
            label = filed_words(filing().type_of(subtype), subtype, filing().solution_of(cause, subtype))
            assert label.count("–") == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data["types"]["card"]["intents"].append("transfer"), "transfer is filed twice"),
        (lambda data: data["types"]["card"]["intents"].remove("pin_reset"), "pin_reset is filed nowhere"),
        (lambda data: data["types"]["card"]["intents"].append("tea"), "tea stands neither"),
        (lambda data: data["paths"].pop("dispute"), "dispute is missing"),
        (lambda data: data["paths"]["dispute"].clear(), "the last path"),
        (lambda data: data["paths"]["failed"].append({"where": ["card"], "solution": "call_back"}), "the last path"),
        (lambda data: data["paths"]["failed"][0].update(where=["tea"]), "tea is no intent"),
        (lambda data: data["paths"]["failed"][0].update(solution="tea"), "no solution tea"),
    ],
)
def test_a_mistake_in_the_file_is_named(change, told):
    data = filing().model_dump(mode="python")
    data = {key: _lists(value) for key, value in data.items()}
    change(data)
    assert any(told in words for _, words in Filing(**data).mistakes(INTENTS))


def _lists(value):
    if isinstance(value, dict):
        return {key: _lists(one) for key, one in value.items()}
    return [_lists(one) for one in value] if isinstance(value, tuple) else value


DEEDS = st.sampled_from(
    [
        ("say", "我还有多少钱", "query_balance"), ("say", "给陈浩然转五百", "transfer"), ("say", "我要投诉", "complaint"),
        ("say", "转账手续费多少", "fee_query"), ("say", "嗯啊", "out_of_scope"), ("say", "不对", "deny"), ("say", "算了", "cancel"),
        ("press", "solved:no"), ("press", "solved:yes"), ("press", "confirm"), ("press", "human"), ("press", "met:no"),
        ("press", "pick:P1Y"), ("time",), ("say", "存一万定期", "fixed_deposit"),
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(DEEDS, max_size=14), st.sampled_from(["done", "refused", "delayed"]))
def test_whatever_happens_nothing_is_filed_twice_and_nothing_long_or_named_gets_out(deeds, outcome):
    host = Host(outcome=outcome)
    host.open()
    host.insert_card()
    for deed in deeds:
        match deed:
            case ("say", text, intent):
                host.happen(voice.CustomerSaid(text, 0.9, understood(intent, payee="陈浩然", amount="500")))
            case ("press", target):
                host.press(target)
            case ("time",):
                host.time_out()
    filed = [order.order_id for order in host.all(WorkOrder)]
    assert len(filed) == len(set(filed))
    for told in (*host.all(WorkOrder), *host.all(UnansweredQuestion)):
        assert "陈浩然" not in str(told)
        assert not re.search(r"\d{7}", str(mask(to_data(told))).replace("S1-", ""))
    again = core.initial()
    for occurred, effects in host.record:
        again, same = core.step(again, Occurred(occurred.seq, occurred.at_ms, occurred.event))
        assert same == effects
