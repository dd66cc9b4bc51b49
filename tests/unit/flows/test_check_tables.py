"""Slips of the pen in the tables beside the flows: each is told with its line, what is wrong and what is likely meant."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from guitai.cli.flows import flows
from guitai.dialogue.book import TABLES, bind, make, shipped, shipped_files, unbind
from guitai.dialogue.check_book import check_files
from guitai.dialogue.check_tables import check_table
from guitai.dialogue.check_words import amounts
from guitai.errors import GuitaiError
from guitai.shell.books import read_book
from guitai.yaml_lines import Mistake, document

FILES = shipped_files()


def told(table: str, old: str, new: str) -> tuple[list[Mistake], int]:
    """Return the mistakes of a table with one change, and the line of the change."""
    text = FILES[f"{table}.yaml"]
    assert old in text, old
    found = document(f"{table}.yaml", text.replace(old, new, 1))
    book = shipped()
    return list(check_table(table, found, book.flows, book.intents, book)), text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("table", TABLES)
def test_the_shipped_tables_are_without_mistakes(table: str) -> None:
    assert told(table, "", "")[0] == []


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("replies", "\ngreet:", "\ngret:", "nothing uses gret; is greet meant?"),
        ("replies", "{what}", "{waht}", "nothing gives {waht}; is what meant?"),
        ("replies", "还差*{what}*", "还差*｛what｝*", "｛ is a Chinese brace"),
        ("replies", "还差*{what}*", "还差*{what*", "a brace is not closed"),
        ("replies", '{lead: "{lead}"', '{led: "{lead}"', "there is no such key; is lead meant?"),
        ("replies", "*请再说一遍*", "*请再说一遍", "an asterisk is missing"),
        ("replies", '"对不起，我没听清，*请再说一遍*。"', "“对不起，我没听清，*请再说一遍*。”", "Chinese quotation marks"),
        ("replies", '  en: {lead: "Sorry, I didn\'t catch that.", more: "Please say it again."}\n', "", "en: this key is missing"),
        ("replies", "一次最多 20,000 元", "一次最多 30,000 元", "nothing gives 30,000 yuan"),
        ("replies", "more: \"走近一点", "more: 5, x: \"走近一点", "text is wanted and this is a number"),
        ("labels", "human: [", "humann: [", "nothing uses humann; is human meant?"),
        ("labels", '["人工", "Teller"]', '["人工"]', "two texts are wanted"),
        ("labels", '["人工", "Teller"]', "[人工, 1]", "two texts are wanted"),
        ("labels", '"{value} 元 × {count} 张"', '"{value} 元 × {cuont} 张"', "nothing gives {cuont}; is count meant?"),
        ("labels", "\nback: [", "\nhuman: [x, y]\nback: [", "human is written twice"),
        ("intents", "\ntransfer: [", "\ntransfers: [", "nothing uses transfers; is transfer meant?"),
        ("codes", "\nstatus:", "\nstatsu:", "nothing uses statsu; is status meant?"),
        ("codes", "[借记卡, debit card]", "[借记卡]", "two texts are wanted"),
        ("codes", "  debit: [", "  debt: [", "debit is missing: the kiosk needs it; is debt meant?"),
        ("menu", "[transfer, utility_payment", "[transfr, utility_payment", "there is no flow transfr; is transfer meant?"),
        ("menu", "[withdraw, deposit", "[withdraw, balance, deposit", "balance stands on the page account already"),
        ("menu", ", loan_quote]", "]", "loan_quote stands on no page"),
        ("menu", ", bond_gold_fund", ", bond_gold_fnud", "no answer is given to bond_gold_fnud; is bond_gold_fund meant?"),
        ("menu", "icon: cash", "icon: cahs", "there is no icon cahs; is cash meant?"),
        ("menu", "zh: 现金和存款,", "zh：现金和存款,", "is Chinese punctuation"),
        ("offers", "flow: replace_card", "flow: replace_crad", "there is no flow replace_crad; is replace_card meant?"),
        ("offers", "{reason}。要现在", "{reson}。要现在", "nothing gives {reson}; is reason meant?"),
        ("offers", "\nbill_due:", "\nbill_deu:", "nothing uses bill_deu; is bill_due meant?"),
        ("work_orders", "intents: [complaint]", "intents: [complaint, transfer]", "transfer is filed twice"),
        ("work_orders", ", pin_reset", "", "pin_reset is filed nowhere"),
        ("work_orders", "solution: open_complaint", "solution: open_complant", "no solution open_complant; is open_complaint"),
        ("work_orders", "{zh: 投诉受理, steps", "{zh: 投诉受理, step", "there is no such key; is steps meant?"),
        ("work_orders", "\nsubtypes:", "\n\tsubtypes:", "a tab at the beginning"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line(table: str, old: str, new: str, said: str) -> None:
    found, line = told(table, old, new)
    assert any(said in mistake.what for mistake in found), found
    if not any(words in said for words in ("missing", "nowhere", "no page")):  # those belong to what is around them
        assert any(said in mistake.what and abs(mistake.line - line) <= 1 for mistake in found), (line, found)


def test_a_file_that_is_missing_or_too_many_is_told() -> None:
    files = {name: text for name, text in FILES.items() if name != "replies.yaml"} | {"reply.yaml": ""}
    found = [(one.file, one.what) for one in check_files(files) if one.file in ("replies.yaml", "reply.yaml")]
    assert found == [
        ("replies.yaml", "the file is missing: `guitai flows copy` gives all of them; is reply.yaml meant?"),
        ("reply.yaml", "no such file is used; is replies.yaml meant?"),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("withdraw", "kind: withdraw", "kind: withdrew", "the business withdraw is missing"),
        ("transfer", "  payee:", "  payees:", "payee is missing: the program itself goes by it; is payees meant?"),
        ("balance", "device: balance", "human: asked", "the step `device: balance` is missing"),
        ("balance", "\nicon: ", "\nicon: x", "there is no icon x"),
    ],
)
def test_what_the_program_itself_goes_by_may_not_go(name: str, old: str, new: str, said: str) -> None:
    text = FILES[f"flows/{name}.yaml"]
    assert old in text
    found = check_files({**FILES, f"flows/{name}.yaml": text.replace(old, new, 1)})
    assert any(said in one.what and one.file == f"flows/{name}.yaml" for one in found), found


def test_a_business_the_bank_does_not_do_may_be_left_out() -> None:
    files = {name: text for name, text in FILES.items() if name != "flows/u_key.yaml"}
    files["menu.yaml"] = files["menu.yaml"].replace(", u_key", "")
    assert check_files(files) == ()


def test_figures_of_money_are_found_as_they_are_written() -> None:
    said = (
        "From 1,000 to 5,000,000 yuan, 一次最多 20,000 元, 2 万元到 3.5 万元, 一百元的整数, ¥50; 96110, 15 日, 一元复始"
    )
    assert dict(amounts(said)) == {
        "1,000": 100_000, "5,000,000": 500_000_000, "20,000": 2_000_000, "2万": 2_000_000, "3.5万": 3_500_000,
        "50": 5_000, "一百": 10_000, "一": 100,
    }  # fmt: skip


def test_a_book_is_the_same_bytes_however_its_files_are_ordered() -> None:
    data = bind(dict(reversed(FILES.items())))
    assert data == bind(FILES)
    assert unbind(data) == FILES
    assert make(FILES).hash == shipped().hash == read_book(data).hash


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]\n", b'{"format":"guitai.flows/1"}\n{"file":1}', b"\xff", bind({"menu.yaml": "x"})]
)
def test_what_is_no_book_is_refused(data: bytes) -> None:
    with pytest.raises(GuitaiError, match=r"dialogue\.(bad_book|mistakes)"):
        read_book(data)


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path) -> None:
    file = tmp_path / "replies.yaml"
    file.write_bytes("greet:\n  zh: {lead: 您好}\n".encode("gbk"))
    result = CliRunner().invoke(flows, ["check", str(file)], obj=())
    assert "line 2 is not UTF-8" in str(result.exception)
