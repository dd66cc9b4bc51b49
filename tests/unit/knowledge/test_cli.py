"""A person with no Python changes an answer, is told what is wrong, has it reviewed, and takes it back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guitai.cli.knowledge import PACKAGE
from guitai.cli.main import cli
from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.shell.packs import take_into_use


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path / "state"))
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(tmp_path / "models"))
    for name in ("graph.ttl", "sources.yaml", "terms.yaml"):
        (tmp_path / "source").mkdir(exist_ok=True)
        shutil.copy(PACKAGE / name, tmp_path / "source" / name)
    shutil.copytree(PACKAGE / "answers", tmp_path / "source" / "answers")
    yield tmp_path / "source"
    answers.use(answers.shipped())


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["knowledge", *words])


def test_an_answer_is_changed_checked_reviewed_and_rolled_back(folder: Path):
    file = folder / "answers" / "service.yaml"
    text = file.read_text(encoding="utf-8")
    line = text[: text.index("- id: safe-box")].count("\n") + 1
    file.write_text(text.replace("小箱每年300元起", "小箱每年280元起"), encoding="utf-8")
    wrong = run("check", "--source", str(folder))
    assert wrong.exit_code == 1
    assert f"answers/service.yaml:{line}: safe-box: the two languages have different figures" in wrong.output
    refused = run("build", "--source", str(folder), "--by", "甲")
    assert isinstance(refused.exception, GuitaiError)
    assert refused.exception.code == "knowledge.mistakes"

    right = text.replace("小箱每年300元起", "小箱每年280元起").replace("300 yuan a year", "280 yuan a year")
    file.write_text(right.replace("safe-box.smallYearlyYuan: 300", "safe-box.smallYearlyYuan: 280"), encoding="utf-8")
    graph = folder / "graph.ttl"
    graph.write_text(graph.read_text(encoding="utf-8").replace("smallYearlyYuan 300", "smallYearlyYuan 280"), "utf-8")
    built = run("build", "--source", str(folder), "--by", "甲", "--note", "箱费")
    assert built.exit_code == 0, built.output
    version = built.output.split(":")[0]
    own = run("use", version, "--reviewed-by", " 甲 ")
    assert isinstance(own.exception, GuitaiError)
    assert own.exception.code == "knowledge.same_person"

    used = run("use", version, "--reviewed-by", "乙")
    assert used.exit_code == 0, used.output
    assert f"* {version}" in run("list").output
    take_into_use(folder.parent / "state")
    assert "280元" in answers.by_id("safe-box", "zh").more

    assert run("rollback").exit_code == 0
    take_into_use(folder.parent / "state")
    assert "300元" in answers.by_id("safe-box", "zh").more


def test_a_file_that_is_not_utf_8_is_named_with_its_line(folder: Path):
    file = folder / "answers" / "cash.yaml"
    file.write_bytes("domain: cash\ntitle: {zh: 现金}\n".encode("gbk"))
    result = run("check", "--source", str(folder))
    assert "cash.yaml" in str(result.exception)
    assert "line 2 is not UTF-8" in str(result.exception)


def test_the_mark_that_some_editors_write_first_is_no_mistake(folder: Path):
    for name in ("graph.ttl", "terms.yaml", "answers/cash.yaml"):
        file = folder / name
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert run("check", "--source", str(folder)).exit_code == 0


def test_a_folder_without_knowledge_is_named(tmp_path: Path):
    result = run("check", "--source", str(tmp_path))
    assert isinstance(result.exception, GuitaiError)
    assert result.exception.code == "knowledge.no_sources"


def test_questions_from_a_file_are_grouped(tmp_path: Path):
    file = tmp_path / "asked.jsonl"
    file.write_text('{"text": "保管箱多少钱"}\n{"text": "保管箱要多少钱"}\n{"text": "别的"}\n', encoding="utf-8")
    result = run("unsolved", "--file", str(file))
    assert result.output.splitlines()[0].strip().startswith("2  保管箱")
