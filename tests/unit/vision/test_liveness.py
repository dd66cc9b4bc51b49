"""Liveness as a pure machine: acts in order, at rest before and after; another face begins anew; time runs out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.vision.liveness import Asked, Ended, Observation, State, step

STEP_NS = 66_000_000
BOX = (320.0, 200.0, 120.0)
POSES = {
    "rest": {},
    "blink": {"blink": 0.8},
    "open_mouth": {"jaw": 0.5},
    "turn_left": {"yaw": 0.4},
    "turn_right": {"yaw": -0.4},
}
CHALLENGES = ("blink", "open_mouth", "turn_left", "turn_right")


def play(challenges, script, limit_s=30.0):
    """Run a script of poses, `None` for no face, or observations; return what was told."""
    state, told, at_ns = State(tuple(challenges), round(limit_s * 1e9)), [], 0
    for pose in script:
        at_ns += STEP_NS
        match pose:
            case None:
                seen = Observation(at_ns)
            case str():
                seen = Observation(at_ns, BOX, **POSES[pose])
            case dict():
                seen = Observation(at_ns, **({"box": BOX} | pose))
        state, effects = step(state, seen)
        told += effects
    return told


def obedient(challenges):
    return [pose for challenge in challenges for pose in ("rest", "rest", challenge, challenge, "rest")]


@given(st.permutations(CHALLENGES))
def test_who_does_what_is_asked_passes(order):
    told = play(order, obedient(order))
    assert told == [*(Asked(one, i + 1, 4) for i, one in enumerate(order)), Ended(True, "passed")]


@given(st.permutations(CHALLENGES).flatmap(lambda order: st.tuples(st.just(order), st.permutations(order))))
def test_another_order_does_not_pass(orders):
    asked, done = orders
    ended = [effect for effect in play(asked, obedient(done)) if isinstance(effect, Ended)]
    assert (ended == [Ended(True, "passed")]) == (list(asked) == list(done))


@pytest.mark.parametrize("pose", POSES)
def test_a_still_picture_meets_nothing(pose):
    told = play(CHALLENGES, [pose] * 500, limit_s=20)
    assert told[0] == Asked("blink", 1, 4)
    assert told[-1] in (Ended(False, "too_slow"), Ended(False, "wrong_way"))
    assert len(told) == 2


def test_eyes_that_stay_shut_do_not_blink():
    told = play(["blink"], ["rest", *["blink"] * 40, "rest", "rest"], limit_s=10)
    assert told == [Asked("blink", 1, 1)]


def test_a_lost_face_begins_anew():
    told = play(["blink", "open_mouth"], [*obedient(["blink"]), *[None] * 15, *obedient(["open_mouth"])])
    assert told == [Asked("blink", 1, 2), Asked("open_mouth", 2, 2), Asked("blink", 1, 2)]


def test_a_face_lost_for_a_moment_goes_on():
    told = play(["blink", "open_mouth"], [*obedient(["blink"]), *[None] * 5, *obedient(["open_mouth"])])
    assert told[-1] == Ended(True, "passed")


@pytest.mark.parametrize("other", [{"box": (520.0, 200.0, 120.0)}, {"box": (320.0, 200.0, 60.0)}, {"stranger": True}])
def test_another_face_begins_anew(other):
    told = play(["blink", "open_mouth"], [*obedient(["blink"]), other, *obedient(["open_mouth"])])
    assert told == [Asked("blink", 1, 2), Asked("open_mouth", 2, 2), Asked("blink", 1, 2)]


def test_turning_the_wrong_way_is_forgiven_once():
    once = ["rest", "turn_right", "turn_right", "rest"]
    assert play(["turn_left"], [*once, *obedient(["turn_left"])])[-1] == Ended(True, "passed")
    assert play(["turn_left"], [*once, *once])[-1] == Ended(False, "wrong_way")


@pytest.mark.parametrize("missed", [1, 3])
def test_a_face_missed_in_the_last_pictures_alone_was_too_slow(missed):
    pictures = 40
    told = play(["blink"], [*["rest"] * (pictures - missed), *[None] * missed], limit_s=(pictures - 1) * STEP_NS / 1e9)
    assert told[-1] == Ended(False, "too_slow")


def test_nobody_there_ends_with_the_time():
    assert play(["blink"], [None] * 100, limit_s=3) == [Asked("blink", 1, 1), Ended(False, "face_lost")]


poses = st.lists(st.sampled_from([*POSES, None, {"stranger": True}]), max_size=200)


@given(st.lists(st.sampled_from(CHALLENGES), min_size=1, max_size=4), poses)
def test_whatever_happens_it_ends_once_and_passes_only_with_every_act(challenges, script):
    told = play(challenges, script, limit_s=8)
    ended = [i for i, effect in enumerate(told) if isinstance(effect, Ended)]
    assert ended in ([], [len(told) - 1])
    if ended and told[-1].passed:
        assert all(challenge in script for challenge in challenges)
    numbers = [effect.number for effect in told if isinstance(effect, Asked)]
    assert all(b in (1, a + 1) for a, b in pairwise(numbers))
