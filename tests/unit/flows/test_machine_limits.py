"""What the kiosk promises of cash is what its machine can hand out at once."""

from __future__ import annotations

from firmware_bridge.services.cash import MAX_NOTES
from guitai.dialogue.data import FLOWS
from guitai.money import FEN_PER_YUAN

LARGEST_NOTE_YUAN = 100


def test_the_most_a_customer_may_withdraw_fits_one_dispense():
    most = FLOWS["withdraw"].slots["amount"].most_fen
    assert most is not None
    assert most <= MAX_NOTES * LARGEST_NOTE_YUAN * FEN_PER_YUAN
