"""The whole language step on sentences of the demo, with the encoder and without."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from edge_models.language import entities, orders
from edge_models.language.understand import Understander
from guitai.messages.voice import IntentGuess, ScamSignal, Understanding

ROOT = Path(__file__).resolve().parents[3]
SPINE = [
    ("我想给张伟转五千块", "transfer"), ("转给张伟五千", "transfer"), ("我要转账", "transfer"), ("取五百块钱", "withdraw_cash"), ("我要取五百", "withdraw_cash"),
    ("查一下余额", "query_balance"), ("手续费多少", "fee_query"), ("跨行转账要手续费吗", "fee_query"), ("你们几点关门", "branch_info"), ("营业时间", "branch_info"),
    ("我要把十八万转到安全账户", "transfer"), ("我要把十八万块钱转到安全账户", "transfer"), ("是的", "affirm"), ("对", "affirm"), ("好的", "affirm"),
    ("解决了", "affirm"), ("不是", "deny"), ("没有", "deny"), ("取消", "cancel"), ("转人工", "human_agent"), ("我要投诉", "complaint"), ("再说一遍", "repeat_back"),
    ("你好", "greet"), ("谢谢，再见", "thanks_bye"), ("今天天气怎么样", "out_of_scope"), ("what is my balance", "query_balance"),
    ("I want to transfer money", "transfer"), ("I want to speak to a human", "human_agent"), ("what time do you close", "branch_info"),
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(models_dir: Path) -> Understander:
    understander = Understander(models_dir)
    assert not understander.degraded
    return understander


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Understander:
    """No model was ever pulled here."""
    understander = Understander(tmp_path_factory.mktemp("none"))
    assert understander.degraded
    return understander


@pytest.mark.parametrize(("text", "intent"), SPINE)
def test_spine(whole: Understander, text: str, intent: str) -> None:
    best = whole.understand(text).intents[0]
    assert (best.name, best.probability >= 0.5) == (intent, True)


@pytest.mark.parametrize(("text", "intent"), SPINE)
def test_spine_without_the_encoder(alone: Understander, text: str, intent: str) -> None:
    assert alone.understand(text).intents[0].name == intent


def test_an_order_to_move_money_is_sure_to_be_a_transfer(whole: Understander) -> None:
    best = whole.understand("我要把十八万块钱转到安全账户。").intents[0]
    assert best.name == "transfer"
    assert best.probability >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "我要把十八万转到安全账户",
        "公安局的同志让我把钱转到安全账户",
        "他叫我不要挂电话，照他说的转",
        "警察说我涉嫌洗钱，让我把钱转过去核查",
    ],
)
def test_the_deceived_are_heard(whole: Understander, text: str) -> None:
    signal = whole.understand(text).scam
    assert signal.strength == "strong"
    assert signal.type
    assert signal.evidence
    assert all(words in text for words in signal.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "我想给张伟转五千块",
        "有人让我转安全账户，是不是骗子",
        "派出所让我来打流水，我被偷了要立案",
        "给我儿子转两千",
        "查一下余额",
        "五千",
        "是的",
        "六二一七零零一二三四五六七八九零一二三",
    ],
)
def test_honest_neighbours_are_left_alone(whole: Understander, text: str) -> None:
    assert whole.understand(text).scam.strength == "none"


def test_two_errands_in_one_sentence(whole: Understander) -> None:
    intents = whole.understand("取五百，取完再看看还剩多少").intents
    assert {guess.name for guess in intents if guess.probability > 0.5} == {"withdraw_cash", "query_balance"}


def test_feeling(whole: Understander) -> None:
    understood = whole.understand("等了两个小时没人管，太气人了，我要投诉你们")
    assert (understood.sentiment, understood.emotion) == ("negative", "angry")


def test_same_sentence_same_answer(whole: Understander, models_dir: Path) -> None:
    text = "我妈摔了住院，给医院打两万押金，快点"
    assert whole.understand(text) == whole.understand(text) == Understander(models_dir).understand(text)


@pytest.mark.parametrize("text", ["", "  ", "。。。", "…", "\x00", "😀"])
def test_nothing_said_is_out_of_scope(alone: Understander, text: str) -> None:
    assert alone.understand(text).intents[0].name == "out_of_scope"


def test_a_damaged_encoder_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "e5-small").mkdir()
    (tmp_path / "e5-small" / "model.onnx").write_bytes(b"flipped")
    assert Understander(tmp_path).degraded


def test_bare_values_keep_their_entities(alone: Understander) -> None:
    understood: Understanding = alone.understand("六二一七零零一二三四五六七八九零一二三")
    assert [entity.norm for entity in understood.entities] == ["6217001234567890123"]


def test_the_kiosk_needs_no_training_library() -> None:
    for file in (ROOT / "edge_models" / "language").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        names |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not names & {"sklearn", "scipy", "torch"}, file


def test_learned_parts_are_small() -> None:
    weights = ROOT / "edge_models" / "language" / "weights"
    assert sum(file.stat().st_size for file in weights.iterdir()) <= 8_000_000


def test_spaces_between_words_and_numbers_mean_nothing(whole: Understander) -> None:
    spaced, plain = whole.understand("转 2000 给 赵敏"), whole.understand("转2000给赵敏")
    assert spaced == plain
    assert ("payee", "赵敏") in {(one.type, one.norm) for one in spaced.entities}
    assert [one.type for one in whole.understand("卡号 6217 0000 1234 5678").entities] == ["account"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("转给王芳 水电费 300", {"王芳"}),
        ("转给王芳 房贷 3000", {"王芳"}),
        ("给王芳 李强 各转五百", {"王芳"}),
        ("给李周周转两千", {"李周周"}),
        ("给马小周转两千", {"马小周"}),
        ("转三千给肖梅周转", {"肖梅"}),
        ("转两千给肖梅周转一下", {"肖梅"}),
    ],
)
def test_a_name_ends_where_the_next_word_begins(whole: Understander, text: str, named: set[str]) -> None:
    assert {one.norm for one in whole.understand(text).entities if one.type in ("payee", "recipient")} == named


def test_who_has_been_warned_of_a_story_is_not_in_one(whole: Understander) -> None:
    honest = (
        "小区民警发的传单说不要相信安全账户，我就是来转一千二物业费的",
        "我听过讲座，安全账户都是假的，我转三千给我女儿",
    )
    assert [whole.understand(text).scam.strength for text in honest] == ["none", "none"]
    for text in ("他说不要相信银行，让我把钱转到安全账户", "民警让我把钱转到安全账户，还发了传单"):
        assert whole.understand(text).scam.strength == "strong"


def test_an_order_after_words_about_a_fraud_that_is_over_is_an_order(whole: Understander) -> None:
    told = ("刚才有个骗子打电话我挂了，现在给房东胡斐交房租三千五", "新闻里说好多人被骗了，我给女儿李婷转三千生活费")
    assert [whole.understand(text).intents[0].name for text in told] == ["transfer", "transfer"]
    for text in ("有个人说我中奖了，让我给张伟转三千", "有人说是网警，给张伟转三千能信吗", "我被骗了，给张伟转了三千"):
        found = (*entities.spans(text), *entities.details_of(text))
        assert not orders.pays(text, IntentGuess("fraud_help", 0.95), found, ScamSignal(0.1, "none"))


def test_a_court_that_wants_its_own_fee_is_no_sign_and_one_that_wants_money_moved_is(whole: Understander) -> None:
    for text in (
        "法院通知我交诉讼费两千三",
        "法院通知我交受理费两千六，转到法院的诉讼费专户，栖霞区人民法院",
        "法院让我把执行款五千交到法院账户",
        "派出所叫我交二十块工本费换身份证",
    ):
        assert whole.understand(text).scam.strength == "none"
    for text in (
        "法院的人让我把钱转到指定账户",
        "检察院让我把存款都转过去",
        "法院打电话让我交诉讼费八千，转给王法官",
        "法院的王法官让我交诉讼费一万二，转他卡上",
        "法院说要交执行款，让我转两万",
        "法院打电话让我交诉讼费八千，转到法院专户",
        "法院让我交案款三万，转到法院王法官账户",
        "警察叫我交罚单三千，转给张警官",
        "公安局叫我交工本费两千，转给李警官",
        "检察院让我交公证费，三万",
        "民警让我交罚款两万私了",
        "公安局让我交两千保证金",
    ):
        assert whole.understand(text).scam.strength == "strong"
