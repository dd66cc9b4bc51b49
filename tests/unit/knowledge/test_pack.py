"""The pack: the same bytes from the same knowledge, and the shipped one up to date."""

from __future__ import annotations

import random

import pytest

from guitai.cli.knowledge import PACKAGE, known_intents
from guitai.knowledge import answers
from guitai.knowledge.compile import compile_pack
from guitai.knowledge.pack import pack, read
from tests.unit.knowledge.folder import ANSWERS, SECOND, TODAY, compiled


def test_bytes_do_not_depend_on_the_order():
    found = read(compiled(ANSWERS + SECOND).data)
    entries = list(found.entries.values())
    random.Random(1).shuffle(entries)
    assert pack(tuple(entries), tuple(found.nodes.values())) == compiled(ANSWERS + SECOND).data


def test_everyday_words_become_names_of_the_node():
    assert read(compiled().data).nodes["deposit-insurance"].zh == ("存款保险", "银行倒闭")


@pytest.mark.parametrize("data", [b'{"format":2,"answers":0,"nodes":0}\n', b'{"format":1,"answers":1,"nodes":0}\n'])
def test_other_bytes_are_refused(data: bytes):
    with pytest.raises(ValueError, match="knowledge pack"):
        read(data)


def test_the_shipped_pack_is_what_the_sources_give():
    names = ["graph.ttl", "sources.yaml", "terms.yaml", *(f"answers/{p.name}" for p in PACKAGE.glob("answers/*.yaml"))]
    texts = {name: (PACKAGE / name).read_text(encoding="utf-8") for name in names}
    found = compile_pack(texts, known_intents(), TODAY)
    assert found.mistakes == ()
    assert found.data == (PACKAGE / "pack.jsonl").read_bytes(), "run guitai knowledge build --shipped"


def test_there_are_enough_answers_in_both_languages():
    entries = answers.shipped().entries.values()
    assert len(entries) >= 300
    assert len({entry.domain for entry in entries}) >= 10
    assert all(entry.lead and entry.more and entry.lead_en and entry.more_en for entry in entries)
