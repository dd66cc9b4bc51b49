"""Regularised least squares over the ways to ask (Rifkin, Yeo & Poggio 2003): tells answers apart that lie close together.

`likeness` says how alike two sentences are. A sentence's score for an answer is the sum of its likeness to every way to
ask, each with a weight; the weights solve (K + `_RIDGE` I) weights = targets, 1 where a way asks for the answer, else 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

_WHITE, _OWN, _MIDDLE, _WORDS = 0.2, 0.2, 0.4, 0.2
"""Shares of the whitened vectors, of the encoder's own, of its middle layer's, and of the words; chosen on left-out ways
to ask."""

_SHARP = 3.0
_RIDGE = 0.1


def likeness(white: Floats, own: Floats, middle: Floats, words: Floats) -> Floats:
    """Return a kernel of four cosines of the same pairs of sentences, float32, 0 to 1.

    Args:
        white: Cosines of the whitened vectors.
        own: Cosines of the encoder's vectors without their mean.
        middle: Cosines of the whitened states of its middle layer.
        words: Cosines of the word n-grams.
    """
    parts = ((_WHITE, white), (_OWN, own), (_MIDDLE, middle))
    alike = sum(share * np.exp(_SHARP * (cosines - 1)) for share, cosines in parts) + _WORDS * words
    return np.asarray(alike, np.float32)


def weights(kernel: Floats, owners: Ints, answers: int) -> Floats:
    """Return every answer's weight of every way to ask, float32 (answers, asked).

    Args:
        kernel: Likeness of every pair of ways to ask, float32 (asked, asked); its diagonal is changed.
        owners: The answer each way asks for.
        answers: How many answers there are.
    """
    kernel.flat[:: len(kernel) + 1] += _RIDGE
    return np.ascontiguousarray(np.linalg.solve(kernel, _targets(owners, answers)).T, np.float32)


def left_out(kernel: Floats, owners: Ints, answers: int) -> Floats:
    """Return what each way to ask would score had it not been there, float32 (asked, answers), in closed form.

    Arguments are those of `weights`.
    """
    kernel.flat[:: len(kernel) + 1] += _RIDGE
    inverse = np.linalg.inv(kernel)
    targets = _targets(owners, answers)
    return np.asarray(targets - inverse @ targets / np.diag(inverse)[:, None], np.float32)


def _targets(owners: Ints, answers: int) -> Floats:
    targets = np.zeros((len(owners), answers), np.float32)
    targets[np.arange(len(owners)), owners] = 1
    return targets
