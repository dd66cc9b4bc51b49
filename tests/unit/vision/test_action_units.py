"""The muscles' evidence: bounded, in the right direction, and never more than a tie-break for a sure network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.vision.action_units import evidence, weighed
from edge_models.vision.looks import LABELS
from edge_models.vision.mesh import BLENDSHAPES

AT_REST = dict.fromkeys(BLENDSHAPES, 0.0)


def moved(**muscles):
    """A face at rest but for the muscles named; `smile` stands for both sides of mouthSmile, and so on."""
    both = {name + side: value for name, value in muscles.items() for side in ("Left", "Right", "")}
    return AT_REST | {name: value for name, value in both.items() if name in AT_REST}


FACES = {
    "happy": moved(mouthSmile=0.8),
    "angry": moved(browDown=0.6, mouthPress=0.4),
    "sad": moved(browInnerUp=0.6, mouthFrown=0.4),
    "disgust": moved(mouthUpperUp=0.6, noseSneer=0.3),
    "fear": moved(browInnerUp=0.7, browDown=0.4, mouthStretch=0.5, jawOpen=0.25),
    "surprise": moved(jawOpen=0.6, browInnerUp=0.8, browOuterUp=0.8),
}


@pytest.mark.parametrize("label", FACES)
def test_each_prototype_speaks_most_for_its_own(label):
    said = evidence(FACES[label])
    assert max(said, key=said.get) == label


def test_a_frown_of_the_brows_settles_angry_against_sad():
    torn = dict.fromkeys(LABELS, 0.02) | {"sad": 0.46, "angry": 0.44}
    after = weighed(torn, FACES["angry"])
    assert after["angry"] > after["sad"]


def test_a_sure_network_is_not_overruled_by_brows():
    sure = dict.fromkeys(LABELS, 0.005) | {"happy": 0.97}
    after = weighed(sure, moved(browDown=0.6, mouthSmile=0.5))
    assert max(after, key=after.get) == "happy"


@given(st.lists(st.floats(0, 1), min_size=52, max_size=52), st.lists(st.floats(0.001, 1), min_size=7, max_size=7))
def test_bounded_and_a_distribution(scores, shares):
    shapes = dict(zip(BLENDSHAPES, scores, strict=True))
    assert all(abs(value) <= 2 for value in evidence(shapes).values())
    after = weighed({label: share / sum(shares) for label, share in zip(LABELS, shares, strict=True)}, shapes)
    assert sum(after.values()) == pytest.approx(1)
    assert all(0 <= value <= 1 for value in after.values())
