"""What the muscles of a face say about its expression, as bounded evidence beside the network's opinion.

Ekman and Friesen's EMFACS in MediaPipe's blendshapes: a smile (AU 12) for happy; lowered brows whose inner ends stay down
(AU 4 without 1) for angry and against sad; raised inner brows and drawn down corners of the mouth (AU 1, 15) for sad; a
lifted upper lip or a wrinkled nose without a smile (AU 9, 10) for disgust; raised brows and a dropped jaw (AU 2, 26) for
surprise; stretched lips, or brows raised and drawn together at once (AU 20, 1 with 4), for fear. The weights are set by hand and small: they settle doubts between expressions and cannot overrule a sure network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from edge_models.vision.looks import LABELS, Label

FLOOR = 1e-3
"""Added to a probability before its logarithm is taken."""


def weighed(shares: Mapping[Label, float], blendshapes: Mapping[str, float]) -> dict[Label, float]:
    """Return the network's probabilities after the muscles had their say; they sum to 1."""
    said = evidence(blendshapes)
    raw = {label: (shares[label] + FLOOR) * math.exp(said.get(label, 0.0)) for label in LABELS}
    total = sum(raw.values())
    return {label: value / total for label, value in raw.items()}


def evidence(blendshapes: Mapping[str, float]) -> dict[Label, float]:
    """Return what to add to the logarithm of a probability, by label; each within ±2."""

    def mean(name: str) -> float:
        return (blendshapes[name + "Left"] + blendshapes[name + "Right"]) / 2

    smile, raised = mean("mouthSmile"), blendshapes["browInnerUp"]
    serious = 1 - smile
    lowered = min(blendshapes["browDownLeft"], blendshapes["browDownRight"])  # a turned head lowers one of them
    furrow = _over(lowered - raised, 0.15) * serious
    return {
        "fear": (2 * _over(mean("mouthStretch"), 0.15) + 2 * _over(min(raised, mean("browDown")), 0.1)) * serious,
        "happy": 4 * _over(smile, 0.3) - 2 * max(0.0, 1 - smile / 0.15),
        "angry": 4 * furrow,
        "sad": 2 * _over(mean("mouthFrown"), 0.1) + 2 * _over(raised - mean("browOuterUp"), 0.1) - 2 * furrow,
        "disgust": (2 * _over(mean("mouthUpperUp"), smile + 0.2) + 2 * _over(mean("noseSneer"), 0.1)) * serious,
        "surprise": (2 * _over(blendshapes["jawOpen"], 0.2) + 2 * _over(mean("browOuterUp"), 0.3)) * serious,
    }


def _over(value: float, threshold: float) -> float:
    """Return by how much a value is over its threshold, 0.4 at most."""
    return min(0.4, max(0.0, value - threshold))
