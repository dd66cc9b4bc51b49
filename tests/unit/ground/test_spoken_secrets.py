"""PINs and codes said aloud stand nowhere; what is told by its name stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.messages.spoken_secrets import REDACTED, redact


@pytest.mark.parametrize(
    "said",
    [
        "密码是{}",
        "我的密码{}，你直接给我办",
        "密码是 {}，你帮我输一下",
        "密码嘛，你记一下，好像是，哦对了，{}",
        "我念给你听，{}，是我密码",
        "{}，这个是短信验证码",
        "收到短信了，验证码是 {}",
        "验证码{}",
        "短信来了，上面写着验证码，是{}",
        "动态码 {} 收到了",
        "口令是{}",
        "my pin is {}",
        "the code is {}",
        "{} is my password",
    ],
)
@pytest.mark.parametrize("secret", ["660217", "6 6 0 2 1 7", "幺九八三零五", "一二三，四五六"])
def test_a_secret_is_taken_out(said: str, secret: str):
    assert redact(said.format(secret)) == said.format(REDACTED)


@pytest.mark.parametrize("secret", ["902174", "九零二一七四", "9021", "one two three four five six", "六个八"])
def test_digits_alone_are_secret_where_one_is_asked_for(secret: str):
    assert redact(f"好的，{secret}", asked=True) == f"好的，{REDACTED}"
    assert redact(f"好的，{secret}") == f"好的，{secret}"


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "我忘记密码了",
        "密码输错三次了",
        "密码一两天没用就忘了",
        "密码是六位的",
        "尾号三八零二，密码忘了",
        "我要改密码，尾号3802",
        "我要改密码，卡号6217000012340003802",
        "密码忘了，取100000块",
        "密码错了，要转123456元给王芳",
        "验证码没收到，手机号13800138000",
        "验证码没收到，手机尾号0066",
        "转五千给王芳",
        "支付密码和取款密码有什么不一样",
    ],
)
def test_what_is_no_secret_stays(text: str, asked: bool):
    assert redact(text, asked=asked) == text


@pytest.mark.parametrize("begun", ["密码是66", "密码六六零", "验证码 90", "my pin is one two"])
def test_a_caption_shows_no_beginning_of_a_secret(begun: str):
    assert redact(begun).endswith(REDACTED)


@given(
    st.text(alphabet="零一二三四五六七八九", min_size=6, max_size=6) | st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.sampled_from(["密码是", "我的密码", "密码，是", "验证码", "我收到验证码了，是", "pin码"]),
    st.sampled_from(["", "。", "，你帮我输", "，取五百"]),
)
def test_no_six_digits_pass(secret: str, before: str, after: str):
    assert secret not in redact(before + secret + after)


@pytest.mark.parametrize("said", ["密码是{}你帮我输一下", "验证码{}", "我的密码就是{}"])
def test_a_secret_said_as_one_number_is_hidden_and_a_sum_is_not(said: str) -> None:
    for number in ("六十六万零二百一十七", "一千二百三十四"):
        assert redact(said.format(number)) == said.format(REDACTED)
        assert redact(said.format(f"{number}块")) == said.format(f"{number}块")
