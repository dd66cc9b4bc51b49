"""Signals of single turns add up, fade, are explained away when weak, and are never forgotten when strong."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from guitai.messages.voice import ScamSignal
from guitai.risk.conversation import CUES, NEUTRAL, STRONG, WEAK, Conversation, heard, signal_of

ORDER = ("none", "weak", "strong")
LONG = "这是一句说得完整的话"
QUIET = ScamSignal(0.05, "none")
HINT = ScamSignal(0.65, "weak", "coached", ("照他说的",))
CERTAIN = ScamSignal(0.96, "strong", "police_impersonation", ("安全账户",))

SIGNALS = st.builds(
    ScamSignal,
    st.integers(0, 10_000).map(lambda n: n / 10_000),
    st.sampled_from(ORDER),
    st.sampled_from([None, "coached", "prize", "romance"]),
    st.just(("话",)),
)
TURNS = st.lists(st.tuples(SIGNALS, st.sampled_from(["对", LONG]), st.booleans()), max_size=12)


def talk(*turns: tuple[ScamSignal, str, bool]) -> Conversation:
    conversation = Conversation()
    for signal, text, purpose in turns:
        conversation = heard(conversation, signal, text, purpose=purpose)
    return conversation


@given(SIGNALS)
def test_one_sentence_keeps_its_own_score(signal: ScamSignal) -> None:
    assume(signal.strength == "none" or signal.score > NEUTRAL)
    told = signal_of(talk((signal, LONG, False)))
    assert ORDER.index(told.strength) >= ORDER.index(signal.strength)
    if signal.score <= NEUTRAL or signal.strength == "strong":
        assert told.score == signal.score
    else:
        assert told.score <= signal.score + 1e-4


@given(TURNS)
def test_the_signal_is_a_probability_with_evidence_and_the_same_again(
    turns: list[tuple[ScamSignal, str, bool]],
) -> None:
    conversation = talk(*turns)
    told = signal_of(conversation)
    assert 0 <= told.score <= 1
    assert len(conversation.cues) <= CUES
    assert conversation.turn == len(turns)
    assert told.strength == "none" or told.evidence
    assert talk(*turns) == conversation


@given(TURNS, TURNS)
def test_nothing_takes_a_strong_signal_away(
    before: list[tuple[ScamSignal, str, bool]], after: list[tuple[ScamSignal, str, bool]]
) -> None:
    told = signal_of(talk(*before, (CERTAIN, LONG, False), *after))
    assert told.strength == "strong"
    assert told.score >= CERTAIN.score


def test_a_cue_below_neutral_still_counts() -> None:
    told = signal_of(talk((ScamSignal(0.3, "weak", "coached", ("照他说的",)), LONG, False)))
    assert (told.strength, told.evidence) == ("weak", ("照他说的",))


def test_weak_cues_of_one_story_add_up_to_a_strong_one() -> None:
    hint = ScamSignal(0.8, "weak", "coached", ("照他说的",))
    assert signal_of(talk((hint, LONG, False))).strength == "weak"
    told = signal_of(talk((hint, LONG, False), (hint, LONG, False), (hint, LONG, False)))
    assert told.strength == "strong"
    assert told.score >= STRONG


def test_cues_of_other_stories_add_up_more_slowly() -> None:
    first = ScamSignal(0.7, "weak", "romance", ("网上认识的",))
    other = ScamSignal(0.7, "weak", "prize", ("中奖",))
    same = talk((first, LONG, False), (first, LONG, False))
    assert talk((first, LONG, False), (other, LONG, False)).total < same.total


def test_a_means_fits_every_story() -> None:
    first = ScamSignal(0.7, "weak", "romance", ("网上认识的",))
    means = ScamSignal(0.7, "weak", "secrecy", ("别告诉家里",))
    same = talk((first, LONG, False), (first, LONG, False))
    assert talk((first, LONG, False), (means, LONG, False)).total == same.total


def test_the_answer_to_the_purpose_question_weighs_more() -> None:
    assert talk((HINT, LONG, True)).total > talk((HINT, LONG, False)).total


def test_an_honest_explanation_takes_a_weak_signal_away() -> None:
    assert signal_of(talk((HINT, LONG, False), (QUIET, "给我儿子交学费", True))).strength == "weak"  # too short
    explained = signal_of(talk((HINT, LONG, False), (QUIET, "给我儿子交这学期的学费", True)))
    assert explained.strength == "none"
    assert explained.score < NEUTRAL


def test_a_name_an_amount_or_a_yes_changes_nothing() -> None:
    before = talk((HINT, LONG, False))
    after = talk((HINT, LONG, False), (QUIET, "张伟", False), (QUIET, "五千", False), (QUIET, "对", True))
    assert signal_of(after) == signal_of(before)


def test_a_weak_signal_fades_while_other_things_are_talked_about() -> None:
    turns = [(ScamSignal(WEAK, "weak", "coached", ("照他说的",)), LONG, False)]
    assert signal_of(talk(*turns, (QUIET, LONG, False))).strength == "weak"
    assert signal_of(talk(*turns, *[(QUIET, LONG, False)] * 4)).strength == "none"


def test_evidence_names_turn_and_words_the_heaviest_first() -> None:
    conversation = talk((HINT, LONG, False), (QUIET, LONG, False), (CERTAIN, LONG, False))
    assert [(cue.turn, cue.words) for cue in conversation.cues] == [(1, ("照他说的",)), (3, ("安全账户",))]
    told = signal_of(conversation)
    assert (told.type, told.evidence) == ("police_impersonation", ("安全账户", "照他说的"))
