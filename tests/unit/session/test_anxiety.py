"""The anxiety index is exact, explained and bounded; it changes manner, and never R."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from guitai import session as core
from guitai.dialogue.anxiety import (
    GENTLE_FROM,
    GENTLE_UNTIL,
    HALF_LIFE_MS,
    WEIGHTS,
    WHOLE,
    Anxiety,
    Moment,
    felt,
    mood_at,
)
from guitai.dialogue.data import CALM, REPLIES
from guitai.dialogue.speak import CALM_SPEED_PERCENT
from guitai.messages.card import PinChecked
from guitai.messages.face import AttentionChanged, ExpressionChanged
from guitai.messages.handover import Escalate
from guitai.messages.manner import RecordManner
from guitai.messages.risk import RecordRisk
from guitai.messages.session import TimerFired
from guitai.messages.touch import Entered, Pressed
from guitai.messages.voice import CustomerSaid, IntentGuess, Prosody, Speak, Understanding
from guitai.view import view

from .world import World, understood

EMOTIONS = ("neutral", "anxious", "confused", "angry", "impatient", "sad", "fearful", "happy")
FACES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
SHAKEN = Prosody(3, 450, 200, 60, 150, 50, 6)
PROSODIES = st.none() | st.builds(
    Prosody,
    known=st.integers(0, 3),
    pitch_cents=st.integers(-2400, 2400),
    spread_cents=st.integers(-2400, 2400),
    level_cb=st.integers(-400, 400),
    rate_percent=st.integers(0, 900),
    pause_percent=st.integers(0, 100),
    jitter_permille=st.integers(-300, 300),
)


def said(emotion: str = "neutral", prosody: Prosody | None = None, sentiment: str = "neutral") -> CustomerSaid:
    meaning = Understanding((IntentGuess("chitchat", 0.5),), sentiment=sentiment, emotion=emotion)
    return CustomerSaid("话", 0.9, meaning, prosody=prosody)


EVENTS = st.one_of(
    st.builds(said, st.sampled_from(EMOTIONS), PROSODIES, st.sampled_from(["negative", "neutral", "positive"])),
    st.builds(ExpressionChanged, st.sampled_from(FACES), st.floats(0, 1)),
    st.builds(AttentionChanged, st.booleans()),
    st.sampled_from([Pressed("back"), Pressed("confirm"), Pressed("repeat"), Entered("account", "", "v1|1|1")]),
    st.sampled_from([TimerFired(1), PinChecked("r", False, 2), PinChecked("r", True, 3)]),
)
MOMENTS = st.lists(st.tuples(EVENTS, st.integers(0, 200_000), st.booleans()), max_size=15)


def follow(*events: tuple[Any, int, bool]) -> tuple[Anxiety, int]:
    anxiety, now_ms, quiet_ms = Anxiety(), 1_764_000_000_000, 0
    for event, after_ms, refused in events:
        quiet_ms, now_ms = now_ms, now_ms + after_ms
        anxiety = felt(anxiety, event, Moment(now_ms, quiet_ms, refused))
    return anxiety, now_ms


@given(MOMENTS, st.integers(0, 10**7))
def test_the_shares_sum_to_the_index_and_replay_to_the_same_bits(
    events: list[tuple[Any, int, bool]], later_ms: int
) -> None:
    anxiety, now_ms = follow(*events)
    mood = mood_at(anxiety, now_ms + later_ms)
    assert mood.anxiety == sum(share.contribution for share in mood.shares)
    assert 0 <= mood.anxiety <= WHOLE
    assert sum(share.weight for share in mood.shares) in ({0} if not mood.shares else range(WHOLE - 3, WHOLE + 1))
    assert mood.anxiety <= mood_at(anxiety, now_ms).anxiety
    assert follow(*events) == (anxiety, now_ms)


def test_the_weights_are_whole() -> None:
    assert sum(WEIGHTS.values()) == WHOLE


def test_a_missing_modality_leaves_its_weight_to_the_others() -> None:
    words, _ = follow((said("anxious"), 0, False))
    assert [(share.modality, share.weight) for share in words.moods[-1].shares] == [("words", WHOLE)]
    both, _ = follow((said("anxious", SHAKEN), 0, False))
    assert [share.modality for share in both.moods[-1].shares] == ["words", "voice"]


def test_a_voice_without_a_usual_one_says_nothing() -> None:
    anxiety, _ = follow((said("neutral", Prosody(0, 2400, 0, 400, 300, 90, 90)), 0, False))
    assert [share.modality for share in anxiety.moods[-1].shares] == ["words"]


def test_feelings_fade_by_half_in_a_half_life() -> None:
    anxiety, now_ms = follow((said("fearful"), 0, False))
    first = mood_at(anxiety, now_ms).anxiety
    assert mood_at(anxiety, now_ms + HALF_LIFE_MS).anxiety == first // 2
    assert mood_at(anxiety, now_ms + 50 * HALF_LIFE_MS).anxiety == 0


def test_looking_away_counts_only_where_a_face_may_be_read() -> None:
    alone, _ = follow((AttentionChanged(False), 0, False))
    assert not alone.levels
    consented, now_ms = follow((ExpressionChanged("neutral", 1.0), 0, False), (AttentionChanged(False), 1_000, False))
    assert mood_at(consented, now_ms).anxiety > 0
    afraid = (ExpressionChanged("fear", 1.0), 0, False)
    assert follow(afraid, (AttentionChanged(False), 0, False)) == follow(afraid)


def test_a_slow_finger_a_refused_entry_and_steps_back_are_felt() -> None:
    def touch(event: object, after_ms: int, refused: bool = False) -> int:
        anxiety, now_ms = follow((event, after_ms, refused))
        return mood_at(anxiety, now_ms).anxiety

    assert touch(Pressed("confirm"), 5_000) == 0
    assert touch(Pressed("confirm"), 20_000) < touch(Pressed("confirm"), 40_000)
    assert touch(Pressed("back"), 1_000) > 0
    assert touch(Entered("account", "", "v"), 1_000) < touch(Entered("account", "", "v"), 1_000, refused=True)


def test_the_manner_turns_gentle_and_does_not_flutter() -> None:
    world = World()
    world.open()
    world.happen(said("anxious"))
    assert world.last(RecordManner).gentle
    assert world.last(RecordManner).mood.anxiety >= GENTLE_FROM
    world.happen(said("neutral"))
    assert world.state.anxiety.gentle
    assert GENTLE_UNTIL <= world.state.anxiety.moods[-1].anxiety < GENTLE_FROM
    world.happen(said("neutral"))
    assert not world.state.anxiety.gentle
    assert [record.gentle for record in world.all(RecordManner)] == [True, False]


def test_a_gentle_kiosk_speaks_slower_in_calmer_words_and_offers_larger_ones() -> None:
    plain, worried = World(), World()
    for world, emotion in ((plain, "neutral"), (worried, "fearful")):
        world.open()
        meaning = replace(understood("transfer", payee="张伟", amount="5000"), emotion=emotion)
        world.happen(CustomerSaid("我想给张伟转五千块", 0.9, meaning))
        world.insert_card()
    assert worried.state.anxiety.gentle
    for world in (plain, worried):
        world.happen(Entered("account", "", "v1|6688|3"))
    assert [w.state.saying.key for w in (plain, worried)] == ["account_unfit", "account_unfit_calm"]
    assert [w.last(Speak).speed_percent for w in (plain, worried)] == [100, CALM_SPEED_PERCENT]
    assert view(worried.state, "").face == "calm"
    worried.press("back")
    assert "大字" in str(view(worried.state, "").parts)


def test_every_calm_reply_stands_for_a_plain_one() -> None:
    calm = [key for key in REPLIES if key.endswith(CALM)]
    assert calm
    for key in calm:
        assert key.removesuffix(CALM) in REPLIES


def test_the_teller_sees_the_feelings_over_time() -> None:
    world = World()
    world.open()
    world.happen(said("confused"))
    world.happen(said("anxious"))
    world.press("human")
    moods = world.last(Escalate).bundle.moods
    assert [mood.emotion for mood in moods] == ["confused", "anxious"]
    assert moods[0].anxiety < moods[1].anxiety


def test_two_negative_utterances_still_bring_a_human_with_the_history() -> None:
    world = World()
    world.open()
    world.happen(said("angry", sentiment="negative"))
    assert not world.all(Escalate)
    world.happen(said("angry", sentiment="negative"))
    bundle = world.last(Escalate).bundle
    assert bundle.why == "negative"
    assert [line.who for line in bundle.transcript].count("customer") == 2
    assert len(bundle.moods) == 2


FEELINGS = st.lists(
    st.one_of(
        st.builds(ExpressionChanged, st.sampled_from(FACES), st.floats(0, 1)),
        st.builds(AttentionChanged, st.booleans()),
        st.sampled_from([Pressed("repeat"), Pressed("large"), Pressed("more_time")]),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(FEELINGS, FEELINGS, st.sampled_from(EMOTIONS), PROSODIES, st.integers(0, 120_000))
def test_r_is_the_same_bits_with_any_anxiety(
    first: list[object], second: list[object], emotion: str, prosody: Prosody | None, slow_ms: int
) -> None:
    def decision(before: list[object], between: list[object], feeling: str, voice: Prosody | None, ms: int) -> object:
        world = World()
        world.open()
        for event in before:
            world.happen(event)
        meaning = replace(understood("transfer", payee="张伟", amount="5000"), emotion=feeling)
        world.happen(CustomerSaid("我想给张伟转五千块", 0.9, meaning, prosody=voice))
        world.insert_card()
        for event in between:
            world.happen(event)
        world.happen(Entered("account", "", "v1|6688|19"))
        world.now_ms += ms
        world.press("confirm")
        return world.last(RecordRisk).decision

    assert decision(first, second, emotion, prosody, slow_ms) == decision([], [], "neutral", None, 0)


def test_replaying_a_worried_session_gives_the_same_effects() -> None:
    world = World()
    world.open()
    for event in (said("anxious", SHAKEN), ExpressionChanged("fear", 0.83), Pressed("back"), said("sad"), said()):
        world.now_ms += 17_351
        world.happen(event)
    state = core.initial()
    for occurred, effects in world.record:
        state, again = core.step(state, occurred)
        assert again == effects
    assert state == world.state
