"""What words alone call for: a silent alarm under a threat, a human for a fraud that is no errand yet, a question about the payee."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guitai.dialogue.questions import party
from guitai.messages import bank, business, cash, face, handover, voice
from guitai.messages.risk import RecordRisk
from guitai.messages.touch import Entered
from guitai.view import view

from .world import World

SCAM = voice.ScamSignal(0.97, "strong", "investment", ("秘方",))
HINT = voice.ScamSignal(0.6, "weak", "coached", ("继续",))
TOLD = "人工柜员报警警察诈骗骗子"


def opened() -> World:
    world = World()
    world.open()
    world.insert_card()
    return world


def said(world: World) -> str:
    shown = view(world.state, "")
    return shown.lead + shown.more + "".join(effect.text for effect in world.all(voice.Speak))


@pytest.mark.parametrize("before", [True, False])
def test_under_a_threat_nothing_moves_and_nothing_shows(before: bool) -> None:
    world = opened()
    if not before:
        world.say("取两万", "withdraw_cash", amount="20000")
    world.say("快取，取不出来我弄死你", "withdraw_cash")
    alarm = world.last(handover.Escalate)
    assert (alarm.bundle.silent, alarm.bundle.why) == (True, "risk")
    assert alarm.bundle.headline.startswith("无声报警")
    if before:
        world.say("我……我取两万", "withdraw_cash", amount="20000")
    shown = view(world.state, "")
    assert (shown.screen, shown.lead, shown.teller_name) == ("processing", "*处理中*，请稍候。", "")
    assert shown.bar[0].enabled  # as on any screen: a grey button would tell that somebody was called
    assert "柜员" not in said(world)
    decision = world.last(RecordRisk).decision
    assert (decision.level, "human" in decision.actions, "prompt" in decision.actions) == ("medium", True, False)
    assert len(world.all(handover.Escalate)) == 1
    assert not world.all(cash.Dispense) + world.all(bank.ReserveDebit)


def test_a_teller_who_was_told_silently_is_neither_seen_nor_heard() -> None:
    world = opened()
    world.say("敢喊试试，把钱转过来", "transfer")
    world.say("给他转一万", "transfer", amount="10000")
    alarm = world.last(handover.Escalate)
    before = len(world.all(voice.Speak))
    world.happen(handover.TellerJoined(alarm.escalation_id, "t1", "林柜员", 600_000))
    world.happen(handover.TellerSaid(alarm.escalation_id, "t1", "我们已经报警"))
    assert view(world.state, "").screen == "processing"
    assert len(world.all(voice.Speak)) == before
    world.happen(handover.TellerDecided(alarm.escalation_id, "t1", "reject", ""))
    world.happen(handover.TellerLeft(alarm.escalation_id, "t1"))
    assert world.state.stage == "ending"
    assert world.state.card == "offered"
    assert not world.all(handover.WithdrawEscalation) + world.all(bank.PostTransfer)


def test_what_a_teller_lets_stand_after_a_silent_alarm_goes_on() -> None:
    world = opened()
    world.say("别耍花样", "chitchat", p=0.4)
    world.say("取两百", "withdraw_cash", amount="200")
    alarm = world.last(handover.Escalate)
    world.happen(handover.TellerJoined(alarm.escalation_id, "t1", "林柜员", 600_000))
    world.happen(handover.TellerDecided(alarm.escalation_id, "t1", "approve", "一家人说笑"))
    world.happen(handover.TellerLeft(alarm.escalation_id, "t1"))
    assert world.state.stage == "confirm"


def test_when_nobody_comes_after_a_silent_alarm_the_card_comes_back_and_the_alarm_stands() -> None:
    world = opened()
    world.say("不许报警，快取钱", "withdraw_cash")
    world.say("取五千", "withdraw_cash", amount="5000")
    world.time_out()
    assert world.state.card == "offered"
    assert not world.all(handover.WithdrawEscalation)
    assert not any(word in said(world) for word in ("柜员", "96110", "报警"))


def test_rough_words_count_only_while_somebody_stands_close() -> None:
    world = opened()
    world.say("给我老实按", "chitchat", p=0.4)
    assert not world.all(handover.Escalate)
    world.happen(face.SecondPerson(True))
    world.say("给我老实按", "chitchat", p=0.4)
    assert world.last(handover.Escalate).bundle.silent


@pytest.mark.parametrize("text", ["一个疗程九千八，我买那个秘方", "先交九千八就能办下来", "老师让我投九千八进平台"])
def test_a_fraud_that_wants_a_sum_brings_a_human_whatever_the_errand_sounded_like(text: str) -> None:
    world = opened()
    world.say(text, "out_of_scope", p=0.6, scam=SCAM, amount="9800")
    assert world.state.stage == "waiting"
    assert world.state.task is not None
    assert world.state.task.amount() == 980_000
    record = world.last(RecordRisk)
    assert (record.decision.level, record.errand) == ("medium", 1)
    assert "柜员先来陪您" in said(world)


def test_whoever_asks_whether_it_is_a_fraud_is_answered_and_the_decision_recorded() -> None:
    world = opened()
    world.say("让我转九千八到安全账户，是不是骗子", "fraud_help", scam=SCAM, amount="9800")
    assert world.state.stage == "result"
    assert not world.all(handover.Escalate)
    assert world.last(RecordRisk).decision.level == "medium"


@pytest.mark.parametrize("text", ["够，那继续", "好的", "别急别急"])
def test_words_that_only_move_the_dialogue_are_no_weak_sign(text: str) -> None:
    world = opened()
    world.say("转三百给陈浩然", "transfer", amount="300", payee="陈浩然")
    assert world.state.stage == "confirm"
    world.say(text, "affirm", p=0.6, scam=HINT)
    assert world.state.stage == "confirm"
    assert world.state.scam.strength == "none"


def test_what_is_said_while_a_human_is_on_the_way_is_noted_for_them() -> None:
    world = opened()
    world.say("老师带我转钱去平台", "transfer", scam=SCAM)
    assert world.state.stage == "waiting"
    first = world.last(RecordRisk)
    world.say("转两万", "transfer", amount="20000")
    assert world.state.stage == "waiting"
    assert world.state.task is not None
    assert world.state.task.slot("amount") == "2000000"
    last = world.last(RecordRisk)
    assert (last.context.amount, last.errand) == (2_000_000, first.errand)


def frequent(world: World) -> World:
    """Bring the customer to a third large transfer of a day."""
    world.say("转两万给陈浩然", "transfer", amount="20000", payee="陈浩然")
    return world


class Busy(World):
    def answers(self, effect: object) -> list[object]:
        told = super().answers(effect)
        if isinstance(effect, bank.LookUpCustomer):
            assert isinstance(told[0], bank.CustomerKnown)
            return [replace(told[0], large_transfers_24h=2)]
        return told


@pytest.mark.parametrize("by_touch", [True, False])
def test_after_frequent_large_transfers_the_payee_is_asked_about_by_a_question_of_its_own(by_touch: bool) -> None:
    world = Busy()
    world.open()
    world.insert_card()
    frequent(world)
    assert world.state.stage == "question"
    assert world.state.saying.key == "question_counterparty"
    targets = [option.target for part in view(world.state, "").parts for option in getattr(part, "options", ())]
    assert targets == ["party:family", "party:friend", "party:business", "party:other"]
    if by_touch:
        world.press("party:business")
    else:
        world.say("是我进货的供应商", "chitchat", p=0.5)
    assert world.last(RecordRisk).context.counterparty == "business"
    assert world.state.stage == "sms"


def test_a_deposit_brings_a_human_before_the_notes_where_the_words_are_surely_a_fraud_s() -> None:
    world = opened()
    world.say("老师让我存进来再转去平台", "deposit_cash", scam=SCAM)
    assert world.state.stage == "waiting"
    assert "hold" not in world.last(RecordRisk).decision.actions
    assert not [effect for effect in world.effects if type(effect).__name__ == "StartCashIn"]


def test_own_money_is_weighed_and_held_where_the_account_is_listed() -> None:
    from guitai.messages.risk import AccountWatched

    world = opened()
    world.happen(AccountWatched("card", "stale"))
    world.say("改手机号，改成13800138000", "change_phone", phone="13800138000")
    if world.state.stage == "slot":
        world.happen(Entered("phone", "", "v1|0000|11"))
    orders = world.all(business.PlaceOrder)
    assert [order.mode for order in orders] == ["hold"]
    assert world.state.stage == "held"


def test_a_corrected_amount_leaves_a_saved_payee_saved_and_a_corrected_payee_does_not() -> None:
    world = opened()
    world.say("转六百给陈浩然", "transfer", amount="600", payee="陈浩然")
    first = world.last(RecordRisk).decision
    world.say("不对，转五百", "transfer", amount="500", correction=True)
    assert world.state.stage == "confirm"
    assert world.last(RecordRisk).context.amount == 50_000
    assert not world.last(RecordRisk).context.first_payee
    assert world.last(RecordRisk).decision.r_hundredths <= first.r_hundredths
    world.say("不对，转给李国强", "transfer", payee="李国强", correction=True)
    world.happen(Entered("account", "", "v1|9999|19"))
    assert world.last(RecordRisk).context.first_payee


def test_what_a_human_let_stand_is_not_another_payee_nor_a_larger_sum() -> None:
    world = opened()
    world.say("老师让我转八百给陈浩然", "transfer", scam=SCAM, amount="800", payee="陈浩然")
    called = world.last(handover.Escalate)
    world.happen(handover.TellerJoined(called.escalation_id, "t1", "林柜员", 600_000))
    world.happen(handover.TellerDecided(called.escalation_id, "t1", "approve", ""))
    world.happen(handover.TellerLeft(called.escalation_id, "t1"))
    world.press("met:yes")
    assert world.state.stage == "confirm"
    world.say("不对，转七百", "transfer", amount="700", correction=True)
    assert world.state.stage == "confirm"
    world.say("不对，转九千", "transfer", amount="9000", correction=True)
    assert world.state.stage == "waiting"


def test_a_payee_that_is_an_office_brings_a_human_though_nothing_was_said() -> None:
    world = opened()
    world.press("start:transfer")
    world.say("银监解冻专员", "out_of_scope", p=0.4, payee="银监解冻专员")
    assert world.state.stage == "waiting"
    context = world.last(RecordRisk).context
    assert (context.scam_strength, context.scam_evidence) == ("strong", ("银监解冻专员",))
    assert context.scam_score < 0.5  # R tells the words alone


@pytest.mark.parametrize(
    ("who", "texts"),
    [
        ("family", ("我妈", "俺娘", "我闺女", "是我老公", "给我儿子的", "外公", "丈母娘", "我大姐", "孙女", "my wife")),
        ("business", ("给公司进货", "是个公司", "孙老板", "老板娘", "奶茶店老板", "交房租，房东", "my landlord")),
        ("friend", ("我女朋友", "这儿的一个朋友", "女同事", "一个哥们", "a friend")),
        (None, ("一会儿再说", "小姑娘", "不告诉你")),
    ],
)
def test_who_the_payee_is_goes_by_the_whole_word(who: str | None, texts: tuple[str, ...]) -> None:
    assert {text: party(text) for text in texts} == dict.fromkeys(texts, who)


def test_a_large_sum_a_fraud_wants_brings_a_human_while_the_payee_is_still_asked_for() -> None:
    world = opened()
    world.say("警察让我转二十八万到安全账户", "transfer", amount="280000", scam=SCAM)
    assert (world.state.stage, world.state.asking) == ("slot", "payee")
    assert [one.decision.level for one in world.all(RecordRisk)] == ["medium"]  # a saved payee may be meant
    called = world.last(handover.Escalate)
    assert (called.bundle.why, called.bundle.silent) == ("risk", False)
    world.say("给李专员", "transfer", payee="李专员", scam=SCAM)
    assert len(world.all(handover.Escalate)) == 1
    world.happen(handover.TellerJoined(called.escalation_id, "t1", "林柜员", 600_000))
    world.happen(handover.TellerDecided(called.escalation_id, "t1", "reject", ""))
    world.happen(handover.TellerLeft(called.escalation_id, "t1"))
    assert (world.state.task, world.state.outcome) == (None, "transfer.refused")
    assert not world.all(bank.PostTransfer)


def test_what_a_teller_lets_stand_before_the_payee_is_known_covers_no_payee() -> None:
    world = opened()
    world.say("警察让我转二十八万到安全账户", "transfer", amount="280000", scam=SCAM)
    called = world.last(handover.Escalate)
    world.happen(handover.TellerJoined(called.escalation_id, "t1", "林柜员", 600_000))
    world.happen(handover.TellerDecided(called.escalation_id, "t1", "approve", ""))
    world.happen(handover.TellerLeft(called.escalation_id, "t1"))
    assert world.state.task is None
    assert [one.slot("helped") for one in world.state.later] == [None]
    assert not world.all(bank.PostTransfer)


def test_who_asks_for_a_human_after_that_waits_for_the_one_the_fraud_wants() -> None:
    world = opened()
    world.say("警察让我转二十八万到安全账户", "transfer", amount="280000", scam=SCAM)
    world.say("我要找人工", "human_agent")
    assert world.state.stage == "waiting"
    assert [one.bundle.why for one in world.all(handover.Escalate)] == ["risk", "risk"]
    assert len(world.all(handover.WithdrawEscalation)) == 1
    world.say("不等了，我自己办", "transfer")
    assert world.state.stage == "waiting"
