"""Versions: a second person's review, and one command back."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.cli.knowledge_versions import Versions
from guitai.errors import GuitaiError
from guitai.tables import KNOWLEDGE_IN_USE
from tests.unit.knowledge.folder import ANSWERS, SECOND, compiled

FIRST, OTHER = compiled().data, compiled(ANSWERS + SECOND).data


def code(error: pytest.ExceptionInfo[GuitaiError]) -> str:
    return error.value.code


def test_use_and_roll_back(tmp_path: Path):
    versions = Versions(tmp_path)
    one = versions.add(FIRST, "甲", "", 1)
    two = versions.add(OTHER, "甲", "second", 2)
    assert [version.id for version in versions.all()] in ([one.id, two.id], [two.id, one.id])
    versions.use(one.id, "乙")
    versions.use(two.id[:6], "乙")
    assert (tmp_path / KNOWLEDGE_IN_USE).read_bytes() == OTHER
    assert versions.rollback().id == one.id
    assert (tmp_path / KNOWLEDGE_IN_USE).read_bytes() == FIRST
    assert versions.rollback() is None
    assert not (tmp_path / KNOWLEDGE_IN_USE).exists()
    with pytest.raises(GuitaiError) as error:
        versions.rollback()
    assert code(error) == "knowledge.nothing_before"


def test_the_same_bytes_are_the_same_version(tmp_path: Path):
    versions = Versions(tmp_path)
    assert versions.add(FIRST, "甲", "", 1) == versions.add(FIRST, "丙", "again", 1)


def test_nobody_reviews_what_he_built(tmp_path: Path):
    versions = Versions(tmp_path)
    one = versions.add(FIRST, "甲", "", 1)
    with pytest.raises(GuitaiError) as error:
        versions.use(one.id, " 甲 ")
    assert code(error) == "knowledge.same_person"


def test_a_damaged_version_is_not_put_to_use(tmp_path: Path):
    versions = Versions(tmp_path)
    one = versions.add(FIRST, "甲", "", 1)
    versions.path(one.id).write_bytes(FIRST[:-40])
    with pytest.raises(GuitaiError) as error:
        versions.use(one.id, "乙")
    assert code(error) == "knowledge.bad_pack"
    assert versions.history() == []


@pytest.mark.parametrize("name", ["", "ffff"])
def test_unknown_versions(tmp_path: Path, name: str):
    with pytest.raises(GuitaiError) as error:
        Versions(tmp_path).get(name)
    assert code(error) == "knowledge.unknown_version"
