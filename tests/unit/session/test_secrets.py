"""A PIN or a code said aloud: the customer is asked not to, and served all the same."""

from __future__ import annotations

import pytest

from guitai.dialogue.seen import secret
from guitai.messages.spoken_secrets import REDACTED
from guitai.money import yuan


@pytest.mark.parametrize(
    ("text", "key"),
    [(f"密码是{REDACTED}", "never_say_pin"), (f"验证码 {REDACTED}", "never_say_code"), (f"the code is {REDACTED}", "never_say_code")],
)  # fmt: skip
def test_only_the_warning_is_said(host, text, key):
    host.say(text, "pin_reset")
    assert (host.state.saying.key, host.state.task) == (key, None)


def test_an_errand_in_the_same_breath_is_begun_after_the_warning(host):
    host.say(f"取五百，密码是{REDACTED}", "withdraw_cash", amount="500")
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(500))
    assert any(line.text.startswith("请不要说出密码") for line in host.state.transcript)


def test_digits_alone_are_a_secret_while_one_is_asked_for(host):
    assert not secret(host.state)
    assert secret(host.state.but(stage="sms"))
    assert secret(host.state.but(stage="still_there", before_warning="pin"))
