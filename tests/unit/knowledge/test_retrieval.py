"""Retrieval over the shipped pack without sentence vectors: words and graph alone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.language.retrieval import LEAST_PROBABILITY, MOST_GUESSES, Retrieval, load, pack_in_use
from edge_models.language.understand import Understander
from guitai.shell.packs import answers_store, take_into_use
from tests.unit.knowledge.folder import compiled

DATA = Path(__file__).parents[3] / "data" / "knowledge"
RETRIEVAL = Retrieval(pack_in_use(None))


def test_without_vectors_it_says_so():
    assert RETRIEVAL.degraded


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("存款保险最多赔多少", "insurance-limit"),
        ("二类卡一天能转多少", "class-two-limits"),
        ("钱放里面能赚多少", "interest-formula"),
        ("what is 96110", "fr-96110"),
    ],
)
def test_written_ways_to_ask_find_their_answer(question: str, answer: str):
    assert RETRIEVAL.find(question, None, ())[0].id == answer


@given(st.text(max_size=60))
def test_any_text_gets_few_probabilities_in_order(text: str):
    found = RETRIEVAL.find(text, None, ())
    assert len(found) <= MOST_GUESSES
    chances = [guess.probability for guess in found]
    assert chances == sorted(chances, reverse=True)
    assert all(LEAST_PROBABILITY <= chance <= 1 for chance in chances)


def in_use(state: Path) -> Path:
    store = answers_store(state)
    return store.path(store.use(store.keep(compiled().data, "甲", "", 0), "乙", "", 0))


def test_a_chosen_pack_takes_the_shipped_ones_place(tmp_path: Path):
    in_use(tmp_path)
    assert Retrieval(pack_in_use(tmp_path)).find("存款保险赔多少", None, ())[0].id == "limit"


@pytest.mark.parametrize("data", [b"", b"no pack", b"[]\n", compiled().data[:-40]])
def test_a_damaged_chosen_pack_keeps_no_process_from_starting(tmp_path: Path, data: bytes):
    in_use(tmp_path).write_bytes(data)
    assert load(tmp_path, tmp_path).asked.hash == RETRIEVAL.asked.hash
    assert take_into_use(tmp_path).hash == RETRIEVAL.asked.hash


def test_held_out_questions_are_frozen_and_nobody_wrote_them_into_the_pack():
    folder = DATA / "held_out"
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    known = set(RETRIEVAL.asked.phrases)
    for file in folder.glob("*.jsonl"):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == sums.pop(file.name)
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert len(rows) == 30
        for row in rows:
            assert row["question"] not in known
            assert set(row["answers"]) <= set(RETRIEVAL.asked.answers)
    assert sums == {}


def test_another_pack_is_followed(tmp_path: Path):
    understander = Understander(tmp_path, tmp_path)
    understander.renew()
    assert understander.understand("存款保险赔多少").answers[0].id == "insurance-limit"
    in_use(tmp_path)
    understander.renew()
    assert understander.understand("存款保险赔多少").answers[0].id == "limit"
    answers_store(tmp_path).roll_back("乙", "", 0)
    understander.renew()
    assert understander.understand("存款保险赔多少").answers[0].id == "insurance-limit"
