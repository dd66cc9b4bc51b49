"""What several turns add up to: a graver answer is weighed again, weak cues together become a strong one."""

from __future__ import annotations

from guitai.messages import bank, handover, voice
from guitai.messages.risk import RecordRisk
from guitai.messages.touch import Entered

from .world import World

SCAM = voice.ScamSignal(0.96, "strong", "police_impersonation", ("安全账户",))


def test_a_strong_answer_to_the_question_is_weighed_again_and_held() -> None:
    world = World()
    world.open()
    world.say("我要转十八万给李国强", "transfer", amount="180000", payee="李国强")
    world.insert_card()
    world.happen(Entered("account", "", "v1|9999|19"))
    world.press("confirm")
    assert world.state.stage == "question"
    world.say("没见过，警官让我转到安全账户的", "deny", scam=SCAM)
    assert world.state.stage == "held"
    assert [effect.decision.level for effect in world.all(RecordRisk)] == ["medium", "high"]
    assert not [post for post in world.all(bank.PostTransfer) if post.mode != "hold"]


def test_weak_cues_of_several_turns_count_together_and_reach_the_teller() -> None:
    hint = voice.ScamSignal(0.8, "weak", "coached", ("照他说的",))
    world = World()
    world.open()
    world.say("他让我照他说的办", "chitchat", p=0.5, scam=hint)
    assert not world.all(handover.Escalate)
    world.say("他说照他说的做就行", "chitchat", p=0.5, scam=hint)
    assert world.state.scam.strength == "strong"
    assert [cue.turn for cue in world.last(handover.Escalate).bundle.cues] == [1, 2]


def test_an_order_of_who_and_how_much_is_no_answer_to_the_question_and_takes_no_suspicion_away() -> None:
    hint, nothing = voice.ScamSignal(0.88, "weak", "boss_impersonation", ("垫钱",)), voice.ScamSignal(0.09, "none")
    for text, strength in (
        ("十六万转给李国强", "weak"),
        ("好，十六万转给李国强", "weak"),
        ("不认识，李国强，转十六万", "weak"),
        ("认识的，给李国强转十六万", "none"),
        ("见过，李国强，转十六万", "none"),
        ("我认识他，是我表弟，盖房子用", "none"),
    ):
        world = World()
        world.open()
        world.say("领导让我先垫钱给李国强", "transfer", amount="10000", payee="李国强", scam=hint)
        world.insert_card()
        world.happen(Entered("account", "", "v1|9999|19"))
        assert world.state.stage == "question"
        told = {"amount": "160000", "payee": "李国强"} if "李国强" in text else {"relation": "表弟"}
        world.say(text, "transfer", scam=nothing, **told)
        assert world.state.scam.strength == strength


def test_words_that_only_sound_like_a_fraud_are_weighed_while_values_are_still_asked_for() -> None:
    hint = voice.ScamSignal(0.8, "weak", "credit_repair", ("征信",))
    world = World()
    world.open()
    world.insert_card()
    world.say("我要转账，对方说不注销会上征信", "transfer", scam=hint)
    assert (world.state.stage, world.state.risk) == ("slot", None)  # the flow's own step decides again
    decided = world.last(RecordRisk).decision
    assert (decided.level, [one.floor for one in decided.floors]) == ("medium", ["weak_cue"])
    assert not world.all(handover.Escalate)


def test_who_is_upset_and_pressed_by_a_fraud_gets_a_human_who_sees_why() -> None:
    for scam, why in ((SCAM, "risk"), (voice.ScamSignal(0.1, "none"), "negative")):
        world = World()
        world.open()
        world.say("他一直催我，烦死了", "out_of_scope", p=0.4, sentiment="negative")
        world.say("不转到安全账户就抓我", "out_of_scope", p=0.4, sentiment="negative", scam=scam)
        assert world.last(handover.Escalate).bundle.why == why
