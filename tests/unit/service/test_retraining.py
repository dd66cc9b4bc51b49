"""Sentences for retraining: exported with their origin, labelled only by proof, cleaned so that nobody is in them."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.cli.main import cli
from guitai.dialogue.data import filed_words
from guitai.messages.risk import Contribution, RecordRisk, RiskDecision
from guitai.messages.session import CloseSession, SessionOpened
from guitai.messages.voice import CustomerSaid, Entity, IntentGuess, Understanding
from guitai.risk.rules import FACTORS
from headquarters.quality.read import start_ms
from headquarters.service.cleaning import clean
from headquarters.service.dialogues import sentences
from headquarters.service.personal import left_in

from .desk import Headquarters, Kiosk, order, question

DAY = "2026-11-25"
NOON = start_ms(DAY) + 12 * 3_600_000
ALWAYS = (0, 2**62)


def say(
    kiosk: Kiosk, session: str, seq: int, text: str, intent: str, p: float = 0.95, entities=(), language="zh"
) -> None:
    heard = Understanding((IntentGuess(intent, p),), tuple(entities))
    kiosk.tell(CustomerSaid(text, 0.9, heard, language), session, NOON + seq, f"{session}.{seq}")


def visit(kiosk: Kiosk, session: str, outcome: str, satisfied: bool | None, *said: tuple) -> None:
    kiosk.tell(
        SessionOpened(session, kiosk.name, kiosk.branch, "浙江杭州", True, 10, "rules-1", models_hash="m-1"),
        session,
        NOON,
    )
    for seq, one in enumerate(said, 1):
        say(kiosk, session, seq, *one)
    kiosk.tell(CloseSession(session, "done", outcome, satisfied), session, NOON + 100)


def labels(hq: Headquarters) -> list[tuple[str, str, str, str]]:
    return [(one.text, one.label, one.labelled_by, one.solution) for one in sentences(hq.store.connection, *ALWAYS)]


def test_only_a_solved_errand_or_staff_make_a_label(hq):
    visit(hq.kiosk, "S1", "transactions.done", True, ("看看这个月花了多少", "query_transactions"), ("对", "affirm"))
    visit(hq.kiosk, "S2", "transactions.done", None, ("查流水", "query_transactions"))
    visit(hq.kiosk, "S3", "transactions.done", True, ("流水", "query_transactions", 0.6), ("打出来", "print_statement"))
    visit(hq.kiosk, "S4", "transactions.done", True, ("上个月的明细", "query_transactions"))
    hq.kiosk.tell(order("S4-1-refused", cause="refused", subcategory="transfer"), "S4", NOON)
    visit(hq.kiosk, "S5", "none", None, ("鸭子怎么办", "out_of_scope"))
    hq.kiosk.tell(question("S5-2-question"), "S5", NOON + 1, "S5.1.0")
    hq.desk.questions.label("kiosk-001", "S5-2-question", "fee_query", "0218")
    assert labels(hq) == [
        ("看看这个月花了多少", "query_transactions", "outcome", "self_service"), ("对", "", "", ""),
        ("查流水", "", "", ""), ("流水", "", "", ""), ("打出来", "", "", ""), ("上个月的明细", "", "", ""),
        ("鸭子怎么办", "fee_query", "staff", "self_service"),
    ]  # fmt: skip
    assert list(sentences(hq.store.connection, 0, NOON)) == []


def test_a_question_labelled_later_comes_with_the_path_of_its_work_order(hq):
    visit(hq.kiosk, "S1", "answered.fee-1", None, ("要多少手续费", "fee_query"))
    hq.kiosk.tell(question("S1-9-question", why="unsolved", text="要多少手续费"), "S1", NOON + 5, "S1.2.0")
    hq.kiosk.tell(order("S1-1-unsolved", subcategory="deposit_rate", solution="answer_again"), "S1", NOON + 5)
    hq.desk.questions.label("kiosk-001", "S1-9-question", "deposit_rate", "0218")
    assert labels(hq) == [("要多少手续费", "", "", ""), ("要多少手续费", "deposit_rate", "staff", "answer_again")]
    cleaned = clean(sentences(hq.store.connection, *ALWAYS), [])
    [line] = cleaned.kept
    assert (line["category"], line["intent"], line["solution"]) == ("deposit", "deposit_rate", "answer_again")
    assert filed_words("deposit", "deposit_rate", "answer_again") == "储蓄存款–存款利率–知识补充后回访"
    assert cleaned.dropped == {"double": 1}


def test_every_sentence_says_where_it_comes_from(hq):
    visit(hq.kiosk, "S1", "none", None, ("查流水", "query_transactions"))
    [one] = sentences(hq.store.connection, *ALWAYS)
    [event] = [row for row in hq.store.events("S1") if row["type"] == "voice.said"]
    assert one.id == "kiosk-001/S1.1"
    assert (one.origin.kiosk, one.origin.session_id, one.origin.event_id, one.origin.hash) == (
        "kiosk-001", "S1", "S1.1", event["hash"],
    )  # fmt: skip
    assert (one.origin.at_ms, one.origin.rules_hash, one.origin.models_hash) == (NOON + 1, "rules-1", "m-1")


def test_cleaning_drops_doubles_the_known_and_what_contradicts_itself(hq):
    visit(hq.kiosk, "S1", "transactions.done", True, ("查这个月的流水", "query_transactions"))
    visit(hq.kiosk, "S2", "statement.done", True, ("查这个月的流水！", "print_statement"))
    visit(hq.kiosk, "S3", "transactions.done", True, ("查 流水", "query_transactions"), ("今天天气", "chitchat"))
    visit(hq.kiosk, "S4", "none", None, ("hello there", "greet", 0.9, (), "en"), ("嗯", "affirm"))
    cleaned = clean(sentences(hq.store.connection, *ALWAYS), ["查流水。"])
    assert cleaned.kept == ()
    assert [(one["text"], one["said"]) for one in cleaned.to_label] == [
        ("查这个月的流水", ["print_statement", "query_transactions"]), ("今天天气", []),
    ]  # fmt: skip
    assert cleaned.dropped == {"double": 1, "known": 1, "length": 1, "not_chinese": 1}


@pytest.mark.parametrize(
    ("level", "fraud", "dropped"), [("medium", None, 1), ("low", 1, 1), ("low", 0, 0), ("low", None, 0)]
)
def test_nothing_is_learned_from_a_session_in_which_somebody_may_have_been_deceived(hq, level, fraud, dropped):
    visit(hq.kiosk, "S1", "transfer.posted", True, ("给我儿子转三千", "transfer"))
    parts = tuple(Contribution(name, 1000, 1000, "x") for name in FACTORS)
    hq.kiosk.tell(RecordRisk("S1-risk", RiskDecision(1000, level, parts, (), (), "h")), "S1", NOON + 1)
    if fraud is not None:
        hq.store.connection.execute("INSERT INTO risk_labels VALUES('S1-risk', 'complaint', ?, 'auditor', 1)", (fraud,))
    cleaned = clean(sentences(hq.store.connection, *ALWAYS), [])
    assert (cleaned.dropped.get("suspected", 0), len(cleaned.kept)) == (dropped, 1 - dropped)


def test_placeholders_become_plain_words(hq):
    entities = (Entity("payee", "张伟"), Entity("amount", "五千块", "5000"), Entity("account", "6222021234567890123"))
    visit(hq.kiosk, "S1", "none", None, ("给张伟的6222021234567890123转五千块", "transfer", 0.9, entities))
    [one] = clean(sentences(hq.store.connection, *ALWAYS), []).to_label
    assert one["text"] == "给朋友的这个账号转五千块"


@pytest.mark.parametrize(
    ("text", "counted", "left"),
    [
        ("转五千块给我妈", (), ""), ("取20000元", ("20000元",), ""), ("取20000元", (), "number"), ("尾号3802那张卡", (), ""),
        ("我的密码是123456", ("123456",), "secret"), ("密码一二三四五六", (), "secret"), ("验证码 4 7 1 1", (), "secret"),
        ("我的密码忘了，想取5000", (), "secret"), ("我的密码忘了", (), ""), ("〔已隐去〕", (), "secret"), ("号码是幺三八零零幺三八零零零", (), "number"),
        ("１３８００１３８０００", (), "number"), ("138 0013 8000", (), "number"), ("***0123", (), "number"),
        ("微信wx123abc", (), "handle"), ("发到a@b.cn", (), "handle"), ("寄到幸福路12号", (), "address"), ("我住3栋", (), "address"),
        ("我叫小明", (), "name"), ("李警官让我转的", (), "name"), ("给王小二转三千", (), "name"), ("给欧阳明月转三千", (), "name"),
        ("给我儿子转三千", (), ""), ("那张卡丢了怎么办", (), ""), ("存三年定期利息高吗", (), ""), ("99999999999999999999", ("9" * 20,), "number"),
    ],
)  # fmt: skip
def test_what_is_left_in_a_sentence(text, counted, left):
    assert left_in(text, counted) == left


PEOPLE = (
    "张伟 王秀英 李娜 刘洋 陈浩然 杨丽 赵磊 黄晓明 周杰 吴建国 徐静 孙丽华 马超 朱红 胡军 郭涛 何平 高翔 林峰 罗敏 郑爽 梁宏 谢娜 宋佳 "
    "唐嫣然 许晴 韩雪 冯远征 邓超 曹颖 欧阳娜 司马懿 诸葛亮 王子涵 李梓轩 张雨欣 陈思远 刘淑珍 王桂兰 赵德福 孙翠花 周志强 吴海燕"
)
NAMES = PEOPLE.split()
FRAMES = (
    "给{}转五千", "把钱打给{}", "转给{}三千块", "我叫{}", "{}的卡丢了", "帮{}查余额", "{}那张卡密码忘了", "我是{}来办卡的", "收款人是{}",
    "汇款到{}账户", "替我爱人{}交电费", "我和{}一起开的户", "户主{}", "{}要取两万", "这钱还{}",
)  # fmt: skip
digits = st.text("0123456789", min_size=7, max_size=19)
spoken = st.text("零一二三四五六七八九幺", min_size=7, max_size=18)
pin = st.text("0123456789", min_size=6, max_size=6)


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    frame=st.sampled_from(FRAMES),
    number=st.one_of(digits, spoken, digits.map(" ".join)),
    secret=pin,
    tagged=st.booleans(),
    as_amount=st.booleans(),
    before=st.text("啊嗯那个，我要办", max_size=6),
)
def test_no_number_name_or_pin_survives(name, frame, number, secret, tagged, as_amount, before):
    entities = [Entity("payee", name)] if tagged else []
    entities += [Entity("amount", number, number), Entity("amount", secret, secret)] if as_amount else []
    said = [
        before + frame.format(name),
        f"{before}账号{number}查一下",
        f"{before}密码是{secret}",
        f"{frame.format(name)}，{number}",
    ]
    with tempfile.TemporaryDirectory() as folder:
        hq = Headquarters(Path(folder) / "hq.sqlite3")
        visit(hq.kiosk, "S1", "transfer.posted", True, *((text, "transfer", 0.9, entities) for text in said))
        cleaned = clean(sentences(hq.store.connection, *ALWAYS), [])
        hq.store.close()
    for line in (*cleaned.kept, *cleaned.to_label):
        text = line["text"]
        assert name not in text
        assert secret not in text
        assert not re.search(r"\d(?:[ ,.，、-]?\d){4,}", text)
        assert not re.search("[零一二三四五六七八九幺]{5,}", text)
        assert "*" not in text
        assert "〔" not in text


def test_export_and_clean_write_what_training_reads(hq, tmp_path, monkeypatch):
    for name, value in hq.environment.items():
        monkeypatch.setenv(name, value)
    visit(hq.kiosk, "S1", "transactions.done", True, ("看看这个月花了多少", "query_transactions"))
    visit(
        hq.kiosk,
        "S2",
        "none",
        None,
        ("给王秀英转", "transfer"),
        ("查流水", "query_transactions"),
        ("打印机坏了", "device_help"),
    )
    data = tmp_path / "data"
    (data / "own").mkdir(parents=True)
    run = CliRunner()
    export = tmp_path / "2026-11.jsonl"
    done = run.invoke(cli, ["service", "export", str(export), "--since", DAY, "--until", DAY], catch_exceptions=False)
    assert done.output.strip().endswith("4 sentences; labelled by nobody 3, outcome 1")
    refused = run.invoke(cli, ["service", "clean", str(export), "--into", str(data)])
    assert refused.exception.code == "hq.no_training_data"
    (data / "own" / "intents_zh.jsonl").write_text(
        '{"text": "查流水", "intent": "query_transactions"}\n', encoding="utf-8"
    )
    for _ in range(2):  # the second time finds its own file and makes the same
        done = run.invoke(cli, ["service", "clean", str(export), "--into", str(data)], catch_exceptions=False)
    assert "1 kept, 1 to label, dropped: known 1, name 1" in done.output
    [line] = map(json.loads, (data / "extra" / "collected_2026-11.jsonl").read_text(encoding="utf-8").splitlines())
    assert (line["text"], line["intent"], line["category"], line["solution"]) == (
        "看看这个月花了多少", "query_transactions", "account", "self_service",
    )  # fmt: skip
    assert line["origin"]["event_id"] == "S1.1"
    manifest = json.loads((data / "manifest_2026-11.json").read_text(encoding="utf-8"))
    assert manifest["export"]["sentences"] == manifest["kept"] + manifest["to_label"] + sum(
        manifest["dropped"].values()
    )
    assert "王秀英" not in "".join(file.read_text(encoding="utf-8") for file in data.rglob("*.json*"))
    bad = run.invoke(cli, ["service", "clean", str(tmp_path / "none.jsonl"), "--into", str(data)])
    assert bad.exception.code == "hq.bad_export"


def test_the_command_lists_work_orders(hq, monkeypatch):
    for name, value in hq.environment.items():
        monkeypatch.setenv(name, value)
    hq.kiosk.tell(order())
    hq.desk.orders.route_batch()
    told = CliRunner().invoke(cli, ["service", "orders", "--state", "open"], catch_exceptions=False).output
    assert "S1-1-unsolved  open     call_back  转账汇款–转账–电话回访" in told
