"""Edges out of looks: never two equal ones in a row, nothing from flicker, time only from the stamps."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from edge_models.vision.looks import LABELS, Face, Look
from edge_models.vision.smoothing import FaceEvent, State, forget_expression, observe, present
from guitai.messages.face import (
    AttentionChanged,
    CameraState,
    CustomerApproached,
    CustomerLeft,
    ExpressionChanged,
    PhoneAtEar,
    SecondPerson,
)

STEP_NS = 200_000_000
FRONT = ((20.0, 30.0), (60.0, 30.0), (40.0, 50.0), (25.0, 70.0), (55.0, 70.0))
ASIDE = ((20.0, 30.0), (60.0, 30.0), (75.0, 50.0), (25.0, 70.0), (55.0, 70.0))


def face(height, points=FRONT):
    return Face(0, 0, height * 0.8, height, points, 0.9)


NEAR, FAR, BEHIND = face(120), face(40), face(70)


def feeling(label, share=0.9):
    rest = (1 - share) / (len(LABELS) - 1)
    return {name: share if name == label else rest for name in LABELS}


def look(at_ns, *faces, scene="ok", expression=None, looking=False, hand=None):
    return Look(at_ns, scene, tuple(sorted(faces, key=lambda f: -f.height)), 480, looking, hand, expression)


def edges(looks, state=None):
    state, out = state or State(), []
    for one in looks:
        state, events = observe(state, one)
        out += [(one.at_ns, event) for event in events]
    return state, out


def every_step(count, *faces, start=0, **more):
    return [look((start + i) * STEP_NS, *faces, **more) for i in range(count)]


def names(out):
    return [event for _, event in out]


def test_one_customer_comes_and_goes():
    looks = every_step(10, FAR) + every_step(10, NEAR, start=10) + every_step(30, start=20)
    _, out = edges(looks)
    assert names(out) == [CameraState("ok"), CustomerApproached(), CustomerLeft()]
    came, left = out[1][0], out[2][0]
    assert came == 10 * STEP_NS + 600_000_000
    assert left == 20 * STEP_NS + 3_000_000_000


def test_a_passer_by_who_looks_away_is_not_greeted():
    _, out = edges(every_step(20, face(120, ASIDE)))
    assert names(out) == [CameraState("ok")]


def test_a_customer_who_looks_at_the_pin_pad_is_still_there():
    state, _ = edges(every_step(10, NEAR))
    _, out = edges(every_step(14, start=10) + every_step(20, face(60, ASIDE), start=24), state)
    assert out == []


def test_a_companion_is_told_and_an_empty_hall_has_none():
    state, out = edges(every_step(10, NEAR) + every_step(10, NEAR, BEHIND, start=10))
    assert names(out)[-1] == SecondPerson(True)
    assert SecondPerson(True) in present(state)
    _, out = edges(every_step(20, start=20), state)
    assert names(out) == [CustomerLeft(), SecondPerson(False)]


def test_somebody_far_behind_is_no_companion():
    _, out = edges(every_step(20, NEAR, FAR))
    assert SecondPerson(True) not in names(out)


def test_a_blind_camera_vouches_for_nobody():
    state, _ = edges(every_step(10, NEAR))
    _, out = edges(every_step(30, start=10, scene="covered"), state)
    assert names(out) == [CameraState("covered"), CustomerLeft()]


def test_a_frozen_camera_vouches_for_nobody():
    state, _ = edges(every_step(10, NEAR))
    _, out = edges(every_step(30, NEAR, start=10, scene="frozen"), state)
    assert set(names(out)) == {CameraState("frozen"), CustomerLeft()}


def test_a_gap_between_looks_proves_nothing():
    _, out = edges([look(0, NEAR), look(10_000_000_000, NEAR)])
    assert names(out) == [CameraState("ok")]


def test_an_expression_is_told_once_it_holds():
    state, out = edges(every_step(30, NEAR, expression=feeling("happy")))
    assert [event.label for event in names(out) if isinstance(event, ExpressionChanged)] == ["happy"]
    assert forget_expression(state).mood == State().mood


def test_one_grimace_is_no_expression():
    state, _ = edges(every_step(10, NEAR, expression=feeling("neutral")))
    looks = every_step(2, NEAR, start=10, expression=feeling("angry"))
    looks += every_step(20, NEAR, start=12, expression=feeling("neutral"))
    assert edges(looks, state)[1] == []


def test_attention_is_told_after_a_while_and_a_glance_aside_is_not():
    state, out = edges(every_step(10, NEAR, looking=True))
    assert names(out)[-1] == AttentionChanged(True)
    assert AttentionChanged(True) in present(state)
    state, out = edges(every_step(6, NEAR, start=10) + every_step(5, NEAR, start=16, looking=True), state)
    assert out == []
    _, out = edges(every_step(15, NEAR, start=21), state)
    assert names(out) == [AttentionChanged(False)]


def test_a_hand_at_the_ear_is_told_after_three_seconds_and_a_scratch_is_not():
    state, _ = edges(every_step(10, NEAR))
    scratch = every_step(10, NEAR, start=10, hand=0.9) + every_step(10, NEAR, start=20, hand=0.1)
    state, out = edges(scratch, state)
    assert out == []
    often_not_searched = [look((30 + i) * STEP_NS, NEAR, hand=None if i % 3 else 0.8) for i in range(20)]
    state, out = edges(often_not_searched, state)
    assert names(out) == [PhoneAtEar(True)]
    state, out = edges(every_step(20, NEAR, start=50, hand=0.55), state)  # less sure, yet still there
    assert out == []
    assert PhoneAtEar(True) in present(state)
    _, out = edges(every_step(20, start=70), state)
    assert set(names(out)) == {PhoneAtEar(False), CustomerLeft()}


def test_nothing_is_told_before_anything_is_known():
    assert present(State()) == ()


def test_a_look_from_the_past_changes_nothing():
    state, _ = edges(every_step(10, NEAR))
    assert observe(state, look(0, scene="missing")) == (state, ())


sizes = st.lists(st.sampled_from((30, 60, 75, 100, 140)), max_size=3)
moods = st.none() | st.sampled_from(LABELS).map(feeling)
scenes = st.sampled_from(("ok", "ok", "ok", "frozen", "covered", "missing"))
hands = st.sampled_from((None, 0.0, 0.6, 0.9))
steps = st.lists(st.tuples(st.integers(0, 40), sizes, moods, scenes, st.booleans(), hands), max_size=120)


def played(script):
    at, looks = 0, []
    for tenths, heights, mood, scene, looking, hand in script:
        at += tenths * 100_000_000
        seen = [face(height) for height in heights]
        looks.append(look(at, *seen, scene=scene, expression=mood, looking=looking, hand=hand))
    return edges(looks)[1]


@given(steps)
def test_never_two_equal_edges_in_a_row(script):
    edge_events = names(played(script))
    presence = [type(event) for event in edge_events if isinstance(event, CustomerApproached | CustomerLeft)]
    assert all(a != b for a, b in pairwise(presence))
    assert presence[:1] in ([], [CustomerApproached])
    for kind in (SecondPerson, CameraState, AttentionChanged, PhoneAtEar):
        of_kind = [event for event in edge_events if isinstance(event, kind)]
        assert all(a != b for a, b in pairwise(of_kind))
    _no_label_twice_for_one_customer(edge_events)


@given(steps)
def test_nothing_flaps(script):
    """What became true stays so for its while, unless the customer left, and so does what became false."""
    out = played(script)
    while_ns = {SecondPerson: (2, 1), AttentionChanged: (1.5, 0.5), PhoneAtEar: (3, 3)}
    left = {at for at, event in out if isinstance(event, CustomerLeft)}
    for kind, (true_s, false_s) in while_ns.items():
        told = [(at, event) for at, event in out if isinstance(event, kind)]
        for (at, event), (later, _) in pairwise(told):
            held = event in (SecondPerson(True), AttentionChanged(True), PhoneAtEar(True))
            assert later in left or later - at >= (true_s if held else false_s) * 1_000_000_000


def _no_label_twice_for_one_customer(events: list[FaceEvent]) -> None:
    label = "neutral"
    for event in events:
        if isinstance(event, CustomerLeft):
            label = "neutral"
        elif isinstance(event, ExpressionChanged):
            assert event.label != label
            label = event.label


@given(st.lists(st.booleans(), max_size=60), st.booleans())
def test_flicker_says_nothing(extra, there):
    """Whatever the state, a detector that changes its mind on every other look brings no edge."""
    state, _ = edges(every_step(20, *([NEAR] if there else [])))
    looks = []
    for i, twice in enumerate(extra):
        seen = [NEAR] if i % 2 else []
        looks += [seen] * (2 if twice else 1)
    _, out = edges([look((20 + i) * STEP_NS, *seen) for i, seen in enumerate(looks)], state)
    assert out == []
