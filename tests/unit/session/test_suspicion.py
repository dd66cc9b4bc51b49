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
