"""English errands by their own words, where the learned heads are in doubt."""

from __future__ import annotations

import pytest

from edge_models.language.english import errand
from guitai.messages.voice import IntentGuess

DOUBT, SURE = IntentGuess("out_of_scope", 0.3), IntentGuess("query_transactions", 0.95)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'd like to send fifteen hundred yuan to Li Na", "transfer"),
        ("how much have I got left in there", "query_balance"),
        ("I need to pay some cash into my account", "deposit_cash"),
        ("get some money out", "withdraw_cash"),
        ("put 50000 into a time deposit", "fixed_deposit"),
        ("break my fixed deposit early", "early_withdraw"),
        ("my wallet was stolen", "report_loss"),
        ("I found my card again", "cancel_loss"),
        ("are you open on Sunday", "branch_info"),
        ("get me a teller", "human_agent"),
        ("anything low risk to put my savings in", "wealth_products"),
    ],
)
def test_words_decide_where_the_heads_doubt(text: str, name: str) -> None:
    assert errand(text, DOUBT) == name


@pytest.mark.parametrize("text", ["I'd like to send fifteen hundred yuan to Li Na", "show me my statement of account"])
def test_the_heads_decide_where_they_are_sure(text: str) -> None:
    assert errand(text, SURE) is None


@pytest.mark.parametrize(
    ("text", "heard", "name"),
    [
        ("How much is left on my mortgage", "query_balance", "loan_query"),
        ("pay this month's mortgage", "credit_card_repay", "loan_repay"),
        ("What do you charge for sending money to another bank?", "transfer", "fee_query"),
        ("no, that's everything", "deny", "thanks_bye"),
    ],
)
def test_what_is_named_plainly_is_that_however_sure_the_heads_are(text: str, heard: str, name: str) -> None:
    assert errand(text, IntentGuess(heard, 0.95)) == name


@pytest.mark.parametrize("text", ["给李娜转一千", "no thanks", "yes, that's it", "no", "send"])
def test_other_words_are_left_to_the_heads(text: str) -> None:
    assert errand(text, IntentGuess("deny", 0.9)) is None
