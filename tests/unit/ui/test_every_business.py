"""Every business laid out in every mode, step by step: nothing finds no room, no word is cut, every step can be pressed."""

from __future__ import annotations

from itertools import product

import pytest

from tests.wire.ui.paper import Paper
from tests.wire.ui.walk import SIZES, scripts, walk

MODES = list(product(SIZES, ("zh", "en"), (False, True)))
FULL = ["account_info", "open_deposit", "credit_card_bill", "loan_query", "utility_payment"]
"""Businesses with the fullest screens."""


@pytest.mark.parametrize("mode", [("landscape", "en", True), ("landscape", "zh", True)])
def test_the_fullest_screens_have_room(mode, measure):
    walked(mode, FULL, measure)


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES)
def test_every_screen_of_every_business_has_room(mode, measure):
    walked(mode, [], measure)


def walked(mode, kinds, measure):
    orientation, language, large = mode
    paper = Paper(measure, SIZES[orientation])
    for script in scripts(kinds):
        walk(paper, script, {"language": language, "large": large})
    assert paper.left_out == set()
