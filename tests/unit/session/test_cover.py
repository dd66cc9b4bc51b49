"""While somebody stands close no amount, name or account stands on the screen, until the customer asks for it."""

from __future__ import annotations

from guitai.dialogue.cover import COVER, covered
from guitai.messages.face import SecondPerson
from guitai.messages.touch import Entered
from guitai.messages.view import AmountPart, ChoicePart, ListPart, Option, Row, TextPart, View
from guitai.view import view

from .test_sessions import medium_transfer
from .world import World


def test_figures_names_and_accounts_are_covered_and_buttons_stay() -> None:
    yes = Option("confirm", "对，转账", style="primary")
    view = View(
        screen="confirm",
        lead="给他转 5,000.00 元，对吗？",
        parts=(
            AmountPart("转出金额", "5,000.00", "元", "伍仟元整"),
            ListPart((Row("转给", "刘 * 芳", "户名由收款银行返回"), Row("账号", "尾号 3308"))),
            TextPart("24 小时后到账"),
            ChoicePart((yes,), "pair"),
        ),
    )
    shown = covered(view, "给我看")
    words = repr(shown)
    for secret in ("5,000", "伍仟", "刘", "3308"):
        assert secret not in words
    assert COVER in shown.lead
    targets = [option.target for part in shown.parts if isinstance(part, ChoicePart) for option in part.options]
    assert targets == ["uncover", "confirm"]


def test_a_screen_without_anything_private_stays_as_it_is() -> None:
    view = View(screen="conversation", lead="您好，想办什么？", parts=(TextPart("说出来或点一下都行"),))
    assert covered(view, "给我看") == view


def test_who_stands_close_sees_no_amount_until_the_customer_wishes() -> None:
    world = World()
    medium_transfer(world)
    world.press("met:yes")
    world.happen(Entered("sms", "", "v2"))
    assert world.state.stage == "confirm"
    plain = view(world.state, "")
    assert COVER not in repr(plain)
    world.happen(SecondPerson(True))
    assert COVER in repr(view(world.state, ""))
    assert "5,000" not in repr(view(world.state, ""))
    world.press("uncover")
    assert view(world.state, "") == plain
    world.happen(SecondPerson(False))
    world.happen(SecondPerson(True))
    assert COVER in repr(view(world.state, ""))


def test_the_next_customer_finds_usual_colours_and_heights() -> None:
    world = World()
    world.open()
    world.press("contrast")
    world.press("low")
    shown = view(world.state, "")
    assert (shown.high_contrast, shown.low) == (True, True)
    world.press("end")
    shown = view(world.state, "")
    assert (shown.screen, shown.high_contrast, shown.low) == ("attract", False, False)
