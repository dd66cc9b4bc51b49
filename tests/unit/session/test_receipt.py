"""At the end of an errand the customer has a receipt printed, scans it, or wants none; a paper that is the errand just comes."""

from __future__ import annotations

import pytest

from guitai import session as core
from guitai.messages import device, face, voice
from guitai.messages.session import SessionOpened
from guitai.messages.touch import Entered
from guitai.messages.view import ChoicePart, QrPart, TextPart
from guitai.view import view

from .world import World, understood

URL = "https://bank.example/r/"


class Branch(World):
    """A world whose bank shows receipts to phones, if it has an address for it."""

    url = URL
    seed = "0f" * 16

    def open(self):
        opened = SessionOpened(
            "S1", "kiosk-001", "heping", "浙江杭州", True, 10, "rules", receipts_url=self.url, receipt_seed=self.seed
        )
        return self.happen(opened)


def transferred(world: World) -> World:
    world.open()
    world.say("我想给张伟转五千块", "transfer", payee="张伟", amount="5000")
    world.insert_card()
    world.happen(Entered("account", "", "v1|6688|19"))
    world.press("met:yes")
    world.happen(Entered("sms", "", "v2"))
    world.press("confirm")
    assert world.state.stage == "result"
    return world


def targets(world: World) -> list[str]:
    parts = view(world.state, "").parts
    return [option.target for part in parts if isinstance(part, ChoicePart) for option in part.options]


def code(world: World) -> QrPart:
    return next(part for part in view(world.state, "").parts if isinstance(part, QrPart))


def test_nothing_is_printed_before_the_customer_chooses_and_once_then() -> None:
    world = transferred(Branch())
    assert targets(world)[-3:] == ["receipt:paper", "receipt:phone", "receipt:none"]
    assert not world.all(device.PrintReceipt)
    world.press("receipt:paper")
    world.press("receipt:paper")
    assert [slip.title for slip in world.all(device.PrintReceipt)] == ["转账回单"]
    assert "receipt:paper" not in targets(world)
    world.press("solved:yes")
    assert len(world.all(device.PrintReceipt)) == 1


def test_who_wants_none_is_not_asked_again() -> None:
    world = transferred(Branch())
    world.press("receipt:none")
    assert not [target for target in targets(world) if target.startswith("receipt:")]
    world.press("receipt:paper")  # a late finger
    assert world.state.stage == "result"
    world.press("solved:yes")
    assert world.state.stage == "ending"


def test_the_code_holds_a_reference_and_nothing_of_the_customers() -> None:
    world = transferred(Branch())
    world.press("receipt:phone")
    shown = view(world.state, "")
    assert shown.screen == "receipt"
    text = code(world).text
    offered = world.last(device.OfferReceipt)
    assert text == URL + offered.reference
    assert offered.title == "转账回单"
    assert len(offered.reference.replace("-", "")) == 16
    for personal in ("张伟", "6688", "5000", "5,000", "S1", "token", "3802"):
        assert personal not in text
    world.press("receipt:done")
    assert world.state.stage == "result"
    world.press("receipt:phone")
    assert code(world).text == text
    assert len(world.all(device.OfferReceipt)) == 1


def test_the_reference_cannot_be_guessed_from_the_session() -> None:
    one, other = transferred(Branch()), Branch()
    other.seed = "f0" * 16
    transferred(other)
    for world in (one, other):
        world.press("receipt:phone")
    assert code(one).text != code(other).text


@pytest.mark.parametrize("leave", ["time", "away", "back"])
def test_the_code_goes_when_nobody_takes_it(leave: str) -> None:
    world = transferred(Branch())
    world.press("receipt:phone")
    if leave == "time":
        world.time_out()
    elif leave == "away":
        world.happen(face.CustomerLeft())
        assert view(world.state, "").lead.startswith("您刚才走开了") or world.state.veiled
    else:
        world.press("back")
    assert world.state.stage == "result"
    assert not [part for part in view(world.state, "").parts if isinstance(part, QrPart)]


def test_more_time_keeps_the_code() -> None:
    world = transferred(Branch())
    world.press("receipt:phone")
    before = world.state.timer_ends_ms
    world.now_ms += 20_000
    world.press("more_time")
    assert world.state.stage == "receipt"
    assert world.state.timer_ends_ms > before


@pytest.mark.parametrize(
    ("words", "chosen"),
    [("给我打一张回单", "paper"), ("扫码存吧", "phone"), ("回单不要了", "none"), ("不用打小票", "none")],
)
def test_words_choose_too(words: str, chosen: str) -> None:
    world = transferred(Branch())
    world.happen(voice.CustomerSaid(words, 0.9, understood("out_of_scope", 0.4)))
    assert world.state.task is not None
    assert world.state.task.receipt is not None
    assert world.state.task.receipt.chosen == chosen


def test_saying_that_it_is_saved_leads_back_to_the_result() -> None:
    world = transferred(Branch())
    world.press("receipt:phone")
    world.happen(voice.CustomerSaid("存好了", 0.9, understood("affirm", 0.9)))
    assert world.state.stage == "result"


def test_a_bank_that_shows_none_offers_no_code() -> None:
    world = Branch()
    world.url = ""
    transferred(world)
    assert targets(world)[-2:] == ["receipt:paper", "receipt:none"]
    world.press("receipt:phone")
    assert world.state.stage == "result"
    assert not world.all(device.OfferReceipt)


def test_a_printer_that_fails_is_told_of_and_the_code_is_left() -> None:
    world = transferred(Branch())
    world.obeys = False
    world.press("receipt:paper")
    world.happen(device.PrintFailed(world.last(device.PrintReceipt).request_id, "device.paper_out"))
    assert world.last(voice.Speak).text == "回单没打出来。"
    assert targets(world)[-2:] == ["receipt:phone", "receipt:none"]


def test_without_printer_and_code_nobody_is_asked() -> None:
    world = Branch()
    world.url = ""
    world.open()
    world.happen(device.DeviceState("printer", False, "device.paper_out"))
    world.say("我想给张伟转五千块", "transfer", payee="张伟", amount="5000")
    world.insert_card()
    world.happen(Entered("account", "", "v1|6688|19"))
    world.press("met:yes")
    world.happen(Entered("sms", "", "v2"))
    world.press("confirm")
    assert world.state.saying.key == "transfer_posted_no_paper"
    assert not [target for target in targets(world) if target.startswith("receipt:")]
    assert not [p for p in view(world.state, "").parts if isinstance(p, TextPart) and p.text == "要回单吗？"]


def test_a_replay_makes_the_same_reference() -> None:
    world = transferred(Branch())
    world.press("receipt:phone")
    again = core.initial()
    for occurred, _ in world.record:
        again, _ = core.step(again, occurred)
    assert again == world.state
