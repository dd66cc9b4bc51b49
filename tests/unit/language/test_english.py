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
def test_a_few_whole_sentences_are_that_however_sure_the_heads_are(text: str, heard: str, name: str) -> None:
    assert errand(text, IntentGuess(heard, 0.95)) == name


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("transfer 3000 to my brother to pay his loan", "transfer"),
        ("transfer 500 to my sister to pay her mortgage", "transfer"),
        ("send 200 to Anna, we split the dinner bill", "transfer"),
        ("check my balance, I have a loan to pay", "query_balance"),
        ("what is my balance after paying my mortgage", "query_balance"),
        ("What I want is to send 500 to my son for his school fees", "transfer"),
        ("Any chance I can transfer 500 to my son for school fees", "transfer"),
        ("do you know how to transfer 500 to Li Wei without cost", "transfer"),
        ("pay my friend's loan", "credit_card_repay"),
    ],
)
def test_sure_heads_are_overruled_by_no_word_in_a_sentence(text: str, heard: str) -> None:
    assert errand(text, IntentGuess(heard, 0.95)) is None


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to withdraw anything",
        "please do not transfer the money",
        "I no longer want to send money",
        "block the transfer to him now",
        "stop, do not pay him",
        "I dont need cash",
        "never send it to him",
        "I do not want a loan",
    ],
)
def test_what_is_denied_is_no_errand(text: str) -> None:
    assert errand(text, DOUBT) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("that payment is not mine", "fraud_unauthorized"), ("I can't remember my PIN", "pin_reset")],
)
def test_what_is_not_so_may_be_the_errand(text: str, name: str) -> None:
    assert errand(text, DOUBT) == name


@pytest.mark.parametrize(
    "text",
    [
        "customer service told me to transfer 5000 to get my refund",
        "They told me to pay 5000 before I get the loan",
        "the police asked me to send 8000",
        "I have to pay a fee of 3000 to release my loan",
        "I want to pay Tom the 3000 I borrowed",
        "pay John back the 400 I borrowed",
        "transfer 500 to my brother to pay his loan",
        "I want to withdraw 2000 to pay my mortgage",
        "withdraw cash to pay off my loan",
        "give me 300 for the water bill",
        "what is the fee if I send 5000 to my son",
        "Is there any way to withdraw 5000 without a card fee",
    ],
)
def test_a_sum_that_is_paid_for_something_or_at_anothers_word_is_left_to_the_heads(text: str) -> None:
    assert errand(text, DOUBT) is None


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("pay this money to my son's account", "deposit_cash"),
        ("my wallet was left at the restaurant, I need cash", "report_loss"),
        ("I left my card at home", "report_loss"),
        ("send my landlord the deposit of 3000", "deposit_cash"),
        ("transfer money to my brother to pay my loan", "loan_repay"),
    ],
)
def test_words_that_only_occur_name_nothing(text: str, never: str) -> None:
    assert errand(text, DOUBT) != never


@pytest.mark.parametrize("text", ["给李娜转一千", "no thanks", "yes, that's it", "no", "send"])
def test_other_words_are_left_to_the_heads(text: str) -> None:
    assert errand(text, IntentGuess("deny", 0.9)) is None
