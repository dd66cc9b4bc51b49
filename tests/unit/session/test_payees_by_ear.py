"""A payee's name that a recogniser wrote as it sounds: the saved payee it is, the question which one, or nobody's but the customer's own words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai import session as core
from guitai.dialogue import slots
from guitai.dialogue.likeness import Meant, meant
from guitai.dialogue.payees import OTHER, settled
from guitai.dialogue.state import Session, Task
from guitai.messages import bank, voice
from guitai.messages.spoken_secrets import REDACTED
from guitai.messages.voice import Entity
from guitai.money import yuan
from guitai.view import view

from .host import Host
from .world import understood

CLEAR = [
    ("给我妹妹陪旧英转两间平时老转的", "裴秀英"),
    ("给腾开转六千", "滕凯"),
    ("给单老师单月紧转四千五", "单月琴"),
    ("转三千一给文军", "闻军"),
    ("给干儿子吃还不打三千六", "池海波"),
    ("给游小风转两千块", "尤晓峰"),
    ("转给警民花六百", "井明华"),
    ("我要转账给五立军", "毋立军"),
    ("给机大勇打四百块", "嵇大勇"),
    ("转一半给验情", "晏清"),
    ("出门在外转三万给媳妇三红没", "桑红梅"),
    ("给应素真转一千一", "应素珍"),
    ("打给工长行质强", "邢志强"),
    ("我哥新大林在医院陪床", "辛大林"),
    ("说动来", "佘东来"),
    ("给龙新发，四千六", "龙兴发"),
    ("转五百给欧阳海兰", "欧阳海岚"),
]
"""What recognisers wrote, and who was said."""

UNSURE = [
    ("给文进汇一千九", "闻静"),
    ("给吉老师几年", "汲敏"),
    ("给东来转五百", "佘东来"),
    ("给李敏转五百", "李明"),
]
NOBODY = [
    ("转账为什么这么慢", "张伟"),
    ("麻烦转一千", "马凡"),
    ("给张三转五百", "张伟"),
    ("给王建军转六百", "王建国"),
    ("给赫西转一千", "赫东"),
    ("我给你打个电话", "倪达"),
    ("给我打两千", "沃达"),
    ("to Andy", "安迪"),
    ("查一下明细", "明熙"),
]


@pytest.mark.parametrize(("text", "name"), CLEAR)
@pytest.mark.parametrize("others", [(), ("王芳", "张建国", "兴隆建材经营部")])
def test_one_that_sounds_so_is_meant(text: str, name: str, others: tuple[str, ...]) -> None:
    assert meant((*others, name), text) == Meant(name)


@pytest.mark.parametrize(("text", "name"), UNSURE)
def test_one_that_may_be_meant_is_asked_about(text: str, name: str) -> None:
    assert meant((name, "张建国"), text) == Meant(None, (name,))


@pytest.mark.parametrize(("text", "name"), NOBODY)
def test_other_words_mean_nobody(text: str, name: str) -> None:
    assert meant((name,), text) == Meant()


def test_two_that_sound_alike_are_asked_about() -> None:
    assert set(meant(("茅桂兰", "毛桂兰", "王芳"), "给毛归兰转三百").perhaps) == {"茅桂兰", "毛桂兰"}


def test_another_name_that_was_heard_is_no_longer_guessed_at() -> None:
    """几年 may be 汲敏 only where no name was heard; 习文 is not 习武."""
    assert meant(("习武",), "给习文转五百", "习文") == Meant()
    assert meant(("闻静",), "给文进转五百", "文进").perhaps == ("闻静",)


@pytest.mark.parametrize(
    ("text", "heard", "expected"),
    [
        ("说动来说让我给王小明转五百", "王小明", Meant(None, ("佘东来",))),
        ("给王小明转五百，跟上次给说动来的一样", "王小明", Meant(None, ("佘东来",))),
        ("给说动来转五百", "说动", Meant("佘东来")),
        ("给我哥说动来转五百", "我哥", Meant("佘东来")),
    ],
)
def test_one_that_sounds_so_beside_another_name_is_asked_about(text: str, heard: str, expected: Meant) -> None:
    assert meant(("佘东来", "张建国"), text, heard) == expected


NAMES = st.lists(
    st.text(st.sampled_from("王李张刘陈杨赵黄周吴东西南北伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂"), min_size=2, max_size=4),
    min_size=1, max_size=6, unique=True,
)  # fmt: skip
WORDS = st.text(st.sampled_from("给转到是的王李说动来东龙新兴发一两三千百块钱，。我妈妹妹a1 "), max_size=24)


@settings(max_examples=150, deadline=None)
@given(NAMES, WORDS)
def test_nobody_is_ever_invented(names: list[str], text: str) -> None:
    found = meant(names, text)
    assert {found.name, *found.perhaps} - {None} <= set(names)
    assert meant((), text) == Meant()


SAVED = ("佘东来", "闻静", "茅桂兰", "毛桂兰", "滕凯", "王芳")


class Counter(Host):
    saved = SAVED

    def answers(self, effect: Any) -> list[object]:
        if isinstance(effect, bank.LookUpCustomer):
            payees = tuple(bank.Payee(name, f"{4471 + n}", "本行", f"p-{n}") for n, name in enumerate(self.saved))
            return [bank.CustomerKnown(effect.request_id, "刘*芳", self.region, "fair", 3, yuan(800), 4, 0, payees)]
        return super().answers(effect)

    @property
    def payee(self) -> str | None:
        return self.state.task.slot("payee")


def counter(*, card_in: bool = True) -> Counter:
    host = Counter(balance=yuan(9000), fields={"available": {"available_fen": "900000"}})
    host.open()
    if card_in:
        host.insert_card()
    return host


@pytest.mark.parametrize("card_in", [True, False])
@pytest.mark.parametrize("entities", [{}, {"payee": "说动来"}])
def test_a_saved_payee_is_taken_in_its_own_writing(card_in: bool, entities: dict[str, str]) -> None:
    host = counter(card_in=card_in)
    host.say("给说动来转五百", "transfer", amount="500", **entities)
    host.insert_card()
    assert (host.payee, host.state.task.slot("saved"), host.state.stage) == ("佘东来", "yes", "confirm")
    host.press("confirm")
    assert (host.last(bank.PostTransfer).payee_name, host.last(bank.PostTransfer).payee_ref) == ("佘东来", "p-0")


class Shorter(Counter):
    saved = ("李周",)


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(("heard", "text"), [("李周周", "给李周周转两千"), ("李周应", "给李周应付两千")])
def test_a_saved_name_that_may_go_on_in_the_next_word_is_asked_about(heard: str, text: str, typed: bool) -> None:
    host = Shorter(balance=yuan(9000), fields={"available": {"available_fen": "900000"}})
    host.open()
    host.insert_card()
    host.happen(voice.CustomerSaid(text, 0.9, understood("transfer", amount="2000", payee=heard), typed=typed))
    assert (host.state.stage, host.state.asking, host.state.saying.key) == ("slot", "payee", "payee_meant")
    host.say("不是", "deny")
    assert (host.payee, host.state.asking) == (heard, "account")


def asked_about_wenjing() -> Counter:
    host = counter()
    host.say("给文进转五百", "transfer", amount="500", payee="文进")
    assert (host.state.stage, host.state.asking, host.state.saying.key) == ("slot", "payee", "payee_meant")
    assert "闻静" in host.shown
    assert host.last(voice.Listen).mode == "yes_no"
    return host


@pytest.mark.parametrize("text", ["对", "对的", "是的", "是", "嗯", "就是她", "没错", "对，就是她", "闻静", "对，闻静"])
def test_a_yes_takes_who_was_asked_about(text: str) -> None:
    host = asked_about_wenjing()
    host.hear(text, ("out_of_scope", 0.6))
    assert (host.payee, host.state.stage) == ("闻静", "confirm")


@pytest.mark.parametrize("text", ["不是", "不对", "不是她", "不是的", "没有"])
def test_a_no_lets_stand_what_was_heard_and_asks_no_more(text: str) -> None:
    host = asked_about_wenjing()
    host.say(text, "deny")
    assert (host.payee, host.state.task.slot("saved"), host.state.asking) == ("文进", None, "account")


def test_another_name_takes_the_place_of_the_one_asked_about() -> None:
    host = asked_about_wenjing()
    host.say("不是，是滕凯", "deny", correction=True, payee="滕凯")
    assert (host.payee, host.state.stage) == ("滕凯", "confirm")


@pytest.mark.parametrize(("target", "payee"), [("pick:闻静", "闻静"), ("none", "文进")])
def test_a_finger_answers_too(target: str, payee: str) -> None:
    host = asked_about_wenjing()
    assert target in host.shown
    host.press(target)
    assert host.payee == payee
    assert host.state.saying.key != "payee_meant"


def test_who_is_asked_about_can_be_dropped() -> None:
    host = asked_about_wenjing()
    host.say("算了不转了", "cancel")
    assert host.state.task is None


@pytest.mark.parametrize(("text", "payee"), [("第一个", 0), ("第二个", 1), ("下面那个", 1)])
def test_of_two_one_is_named_by_its_place(text: str, payee: int) -> None:
    host = counter()
    host.say("给毛归兰转三百", "transfer", amount="300")
    assert host.state.saying.key == "payee_which"
    both = [value for key, value in host.state.saying.params if key in ("one", "other")]
    host.hear(text, ("out_of_scope", 0.6))
    assert host.payee == both[payee]


@pytest.mark.parametrize("name", SAVED)
def test_a_name_as_the_book_has_it_is_that_payee(name: str) -> None:
    host = counter()
    host.say(f"给{name}转三百", "transfer", amount="300", payee=name)
    assert (host.payee, host.state.stage) == (name, "confirm")


def test_the_question_for_whom_is_answered_by_sound() -> None:
    host = counter()
    host.say("转五百", "transfer", amount="500")
    host.hear("给腾开", ("out_of_scope", 0.5))
    assert (host.payee, host.state.stage) == ("滕凯", "confirm")


def test_a_payee_at_the_confirmation_is_corrected_by_sound() -> None:
    host = counter()
    host.say("给王芳转五百", "transfer", amount="500", payee="王芳")
    host.say("不对，是给社东来", "deny", correction=True)
    assert (host.payee, host.state.stage) == ("佘东来", "confirm")


def test_typed_words_are_taken_as_they_are_written() -> None:
    host = counter()
    host.happen(
        voice.CustomerSaid("给说动来转五百", 1.0, understood("transfer", amount="500", payee="说动来"), typed=True)
    )
    assert (host.payee, host.state.asking) == ("说动来", "account")


def test_who_is_chosen_by_account_is_never_matched() -> None:
    host = counter()
    host.say("转五百", "transfer", amount="500")
    host.press(f"pick:{OTHER}")
    assert (host.payee, host.state.asking) == (OTHER, "account")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("转五百，不是给说动来，是给王小明", "王小明"),
        ("给王小明转五百，不是说动来", "王小明"),
        ("不给说动来转，给王小明转五百", "王小明"),
        ("别转给说动来，转给王小明", "王小明"),
        ("转五百，不要给说动来", None),
        ("转五百，不是佘东来", None),
    ],
)
def test_who_is_denied_is_never_taken(said: str, heard: str | None) -> None:
    host = counter()
    host.say(said, "transfer", amount="500", **({} if heard is None else {"payee": heard}))
    assert host.payee == heard


def test_who_is_asked_for_in_a_question_is_not_denied() -> None:
    host = counter()
    host.say("你看是不是佘东来", "transfer", amount="500")
    assert host.payee == "佘东来"


NEW = st.text(
    st.sampled_from("赵钱孙李周吴郑冯蒋沈韩杨朱秦何吕施孔曹严金魏姜国建志文小大红玉春华雪梅光辉"),
    min_size=2,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(NEW)
def test_a_name_that_sounds_like_nobody_in_the_book_stays_as_it_was_heard(name: str) -> None:
    host = counter()
    unknown = meant(SAVED, f"给{name}转三百", name) == Meant()
    host.say(f"给{name}转三百", "transfer", amount="300", payee=name)
    assert host.payee in ((name,) if unknown else (name, *SAVED))


@pytest.mark.parametrize("text", ["两件事", "两间四", "要两件四", "两件事块钱"])
def test_a_sum_that_was_asked_for_is_read_by_its_sound(text: str) -> None:
    host = counter()
    host.say("给王芳转账", "transfer", payee="王芳")
    assert host.state.asking == "amount"
    host.hear(text, ("out_of_scope", 0.6))
    assert (host.state.task.amount(), host.state.stage) == (yuan(2400), "confirm")
    assert "2,400" in host.last(voice.Speak).text, "it is read back before a finger confirms"


@pytest.mark.parametrize("text", ["等一下", "两间吧", "有件事", "不知道", "两件衣服", "随便", "一位", "八点"])
def test_other_words_are_no_sum(text: str) -> None:
    host = counter()
    host.say("给王芳转账", "transfer", payee="王芳")
    host.hear(text, ("out_of_scope", 0.6))
    assert host.state.task.slot("amount") is None


def test_a_sum_is_not_guessed_at_where_none_was_asked_for_nor_where_it_was_typed() -> None:
    host = counter()
    host.hear("两件事", ("out_of_scope", 0.6))
    assert host.state.task is None
    host.say("给王芳转账", "transfer", payee="王芳")
    host.happen(voice.CustomerSaid("两件事", 1.0, understood("out_of_scope", 0.6), typed=True))
    assert host.state.task is not None
    assert host.state.task.slot("amount") is None


@pytest.mark.parametrize("asked", ["payee", "amount"])
def test_a_pin_said_where_a_name_or_a_sum_is_asked_for_fills_nothing(asked: str) -> None:
    host = counter()
    host.say("转账", "transfer", **({} if asked == "payee" else {"payee": "王芳"}))
    assert host.state.asking == asked
    before = host.state.task.slots
    host.hear(f"密码是{REDACTED}", ("out_of_scope", 0.6))
    assert host.state.task.slots == before
    assert host.state.saying.key == "never_say_pin"


class Crowd(Counter):
    saved = tuple(f"{family}小{given}" for family in "王李张刘" for given in "明芳")


def test_every_saved_payee_can_be_reached_by_touch() -> None:
    host = Crowd(balance=yuan(9000), fields={"available": {"available_fen": "900000"}})
    host.open()
    host.insert_card()
    host.press("start:transfer")
    seen: list[str] = []
    for _ in range(4):
        options = [
            one.target for part in view(host.state, "").parts if hasattr(part, "options") for one in part.options
        ]
        assert f"pick:{OTHER}" in options
        seen += [one.removeprefix("pick:") for one in options if one.startswith("pick:") and OTHER not in one]
        turn = next(one for one in options if one.startswith("further:"))
        if turn == "further:0":
            break
        host.press(turn)
    assert seen == list(Crowd.saved)
    host.press(f"pick:{seen[-1]}")
    assert host.payee == seen[-1]


@settings(max_examples=80, deadline=None)
@given(NAMES, st.data(), st.booleans())
def test_a_name_as_it_is_written_is_never_another(names: list[str], data: st.DataObject, by_ear: bool) -> None:
    name = data.draw(st.sampled_from(names))
    payees = tuple(bank.Payee(one, "4471", "本行", "p") for one in names)
    known = bank.CustomerKnown("q", "刘*芳", "浙江杭州", "fair", 3, yuan(800), 4, 0, payees)
    session = Session(stage="open", by_ear=by_ear, customer=known)
    said = (Entity("recipient", name, name),)
    assert slots.heard(session, Task("transfer"), "payee", f"给{name}转三百", said) == name
    assert settled(session, Task("transfer", (("payee", name),))).slots == (("payee", name),)


@settings(max_examples=80, deadline=None)
@given(NAMES, NEW)
def test_typed_words_are_never_matched_by_sound(names: list[str], new: str) -> None:
    payees = tuple(bank.Payee(one, "4471", "本行", "p") for one in names)
    known = bank.CustomerKnown("q", "刘*芳", "浙江杭州", "fair", 3, yuan(800), 4, 0, payees)
    task = Task("transfer", (("payee", new),), f"给{new}转三百")
    assert settled(Session(stage="open", customer=known), task) == task


def test_a_session_with_names_by_sound_replays_to_the_same_effects() -> None:
    host = asked_about_wenjing()
    host.say("对", "affirm")
    host.press("confirm")
    state = core.initial()
    for occurred, effects in host.record:
        state, again = core.step(state, occurred)
        assert again == effects
    assert state == host.state
