"""A flow file's author is told every mistake with its line; the shipped files have none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from guitai.cli.flows import flows
from guitai.dialogue.book import shipped_files
from guitai.dialogue.check_book import check_files
from guitai.knowledge.answers import shipped
from guitai.yaml_lines import Mistake

NAME = "flows/open_deposit.yaml"
GOOD = shipped_files()[NAME]


def found(old: str, new: str) -> tuple[Mistake, ...]:
    assert old in GOOD
    return mistakes_of(GOOD.replace(old, new, 1))


def mistakes_of(text: str) -> tuple[Mistake, ...]:
    return tuple(one for one in check_files({**shipped_files(), NAME: text}, shipped().entries) if one.file == NAME)


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(GOOD.splitlines(), 1) if words in line)


def test_the_shipped_files_are_without_mistakes():
    run = CliRunner().invoke(flows, ["check"], obj=())
    assert run.exit_code == 0, run.output


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("  - identify: pin\n", "  - identify: pim\n", "identify", "'pin'"),
        ("  - ask: term\n", "  - aks: term\n", "- ask: term", "aks"),
        ("  - ask: term\n", "  - ask: terms\n", "- ask: term", "there is no slot terms"),
        ("  - order: open_deposit\n", "  - order: open_depot\n", "- order: open_deposit", "no order open_depot"),
        ("  ask_term:\n", "  ask_trem:\n", "ask: ask_term", "there is no text ask_term"),
        ('zh: "{rate_bp}"', 'zh: "{rat_bp}"', "rate_bp", "nothing gives {rat_bp}; is rate_bp meant?"),
        ("intents: [fixed_deposit]", "intents: [transfer]", "intents", "already starts transfer"),
        ("intents: [fixed_deposit]", "intents: [fixed_depot]", "intents", "there is no intent"),
        ("least_fen: 5000\n", "least_fen: fifty\n", "least_fen", "a whole number is wanted"),
        ("kind: open_deposit", "kind: Open deposit", "kind", "pattern"),
        ("  - ask: term\n", "  - ask：term\n", "- ask: term", "Chinese punctuation"),
        ("  - ask: term\n", "\t- ask: term\n", "- ask: term", "a tab"),
        ("  - ask: term\n", "   - ask: term\n", "- ask: term", "begin it below its dashes"),
        ("  - ask: term\n", "  - ask:term\n", "- ask: term", "keys with values are wanted"),
        ("kind: open_deposit", "kind:open_deposit", "kind", "a space is missing"),
        ("zh: 一年", "zh: 1", "一年", 'put it in quotes, "1"'),
        ("least_fen: 5000", "leats_fen: 5000", "least_fen", "is least_fen meant?"),
        ("least_fen: 5000", "least_fen: 10000", "From 50 yuan", "no slot gives 50 yuan"),
        ("    listen: amount\n", "    listen: amount\n    listen: amount\n", "least_fen", "written twice"),
        ("intents: [fixed_deposit]", "intents: [fixed_deposit，transfer]", "intents", "， is Chinese punctuation"),
        ("      - {value: P6M, zh: 六个月", "      - {value: P3M, zh: 六个月", "choices:", "P3M comes twice"),
    ],
)
def test_a_mistake_is_named_with_its_line(old, new, at, said):
    mistakes = found(old, new)
    assert any(mistake.line == line_of(at) and said in mistake.what for mistake in mistakes), mistakes


def test_money_does_not_move_without_a_finger():
    begin, end = GOOD.index("  - confirm:"), GOOD.index("  - order:")
    mistakes = mistakes_of(GOOD[:begin] + GOOD[end:])
    assert any("a confirm step has to stand before it" in mistake.what for mistake in mistakes)


@pytest.mark.parametrize(
    ("order", "moves"), [("open_deposit", "money"), ("pay_utility", "money"), ("change_phone", "a right")]
)
def test_neither_money_nor_a_right_moves_without_risk(order, moves):
    mistakes = mistakes_of(GOOD.replace("  - risk: true\n", "", 1).replace("order: open_deposit", f"order: {order}"))
    assert any(f"{order} moves {moves}: a risk step has to stand before it" in mistake.what for mistake in mistakes)


def test_cash_is_not_taken_in_without_risk():
    taken = shipped_files()["flows/deposit.yaml"].replace("  - risk: true\n", "")
    assert any("deposit moves money: a risk step" in mistake.what for mistake in mistakes_of(taken))


def test_a_teller_s_business_is_not_done_without_a_teller():
    assert any("an approve step" in mistake.what for mistake in found("order: open_deposit", "order: close_account"))


@pytest.mark.parametrize("key", ["unseen", "out_of_use", "text", "plain", "missing"])
def test_a_text_about_a_paper_has_to_be_there(key: str):
    name = "flows/show_document.yaml"
    paper = re.sub(rf"(  {key}): \w+", r"\1: nowhere", shipped_files()[name])
    told = [one.what for one in check_files({**shipped_files(), name: paper}) if one.file == name]
    assert any(f".{key}: there is no text nowhere" in what for what in told), told


def test_a_text_about_a_paper_may_be_one_that_all_flows_share():
    name = "flows/show_document.yaml"
    files = {**shipped_files(), name: re.sub(r"(  missing): \w+", r"\1: not_there", shipped_files()[name])}
    files["replies.yaml"] += '\nnot_there: {zh: {lead: "没有写到。"}, en: {lead: "It does not say."}}\n'
    assert not [one for one in check_files(files) if "not_there" in one.what]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("asked: early_withdrew", "there is no flow early_withdrew; is early_withdraw meant?"),
        ("means: {transfer: transfr}", "cancel, same or a flow, not transfr; is transfer meant?"),
        ("means: {transfr: same}", "there is no intent transfr; is transfer meant?"),
        ("answers: {transfer_status: transfer-mode}", "there is no answer transfer-mode; is transfer-modes meant?"),
        ("answers: {transfer_statsu: transfer-modes}", "there is no intent transfer_statsu; is transfer_status meant?"),
    ],
)
def test_what_other_errands_words_mean_here_has_to_be_there(key: str, said: str):
    mistakes = found("\nsteps:\n", f"\n{key}\nsteps:\n")
    assert any(said in mistake.what and mistake.line == line_of("steps:") for mistake in mistakes), mistakes


def test_what_is_no_yaml_is_named_with_its_line(tmp_path: Path):
    file = tmp_path / "broken.yaml"
    file.write_text("kind: x\nslots: [\n", encoding="utf-8")
    run = CliRunner().invoke(flows, ["check", str(file)], obj=())
    assert run.exit_code == 1
    assert f"{file}:2:" in run.output
