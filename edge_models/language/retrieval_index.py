"""The index of a knowledge pack: every way to ask, every answer's text and every name of the graph, as word n-grams."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from edge_models.language.grams import tokens
from edge_models.language.retrieval_wanted import said

_PLAIN = (
    ("咋样", "怎么样"), ("咋", "怎么"), ("啥时候", "什么时候"), ("几时", "什么时候"), ("啥", "什么"), ("顶多", "最多"),
    ("如何", "怎么"), ("多长时间", "多久"), ("能不能", "能"), ("可以", "能"), ("可不可以", "能"), ("行不行", "吗"),
    ("行不", "吗"), ("好不好", "吗"), ("要不要", "要"), ("收不收", "收"), ("有没有", "有"), ("是不是", "是"),
    ("多少钱", "多少"), ("美金", "美元"), ("户头", "账户"), ("帐户", "账户"), ("票子", "钞票"), ("手机上", "手机银行"),
    ("信用记录", "征信"), ("信用报告", "征信报告"), ("过世", "去世"), ("手续费", "费"), ("收费", "费"),
)  # fmt: skip
"""Colloquial words that say the same; names of products and terms stand in the pack."""

_HOTLINE = re.compile(r"(?<!\d)\d{5}(?!\d)")
"""Numbers are all one sign to `tokens`; a telephone number is a name."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

LONGEST = 3
"""Tokens in the longest n-gram."""

SATURATION = 1.2
"""k1 of BM25 (Robertson & Zaragoza 2009): how soon a word counts no more when it comes again."""

_LENGTH = 0.6
"""b of BM25: how much a long text is held back."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the index holds of a pack."""

    hash: str
    answers: tuple[str, ...]
    intents: tuple[tuple[str, ...], ...]
    """Of each answer."""

    phrases: tuple[str, ...]
    """Ways to ask; then each answer's own text, in the order of `answers`."""

    owners: Ints
    """Row of `answers` each phrase belongs to."""

    asked: int
    """How many of `phrases` are ways to ask."""

    names: dict[str, tuple[int, ...]]
    """Names of the graph (lower case) with the answers about them."""

    said: Floats
    """How far each answer says each kind of thing, in Chinese and in English, float32 (2, answers, kinds)."""


def read(data: bytes) -> Asked:
    """Return what a pack (guitai/knowledge/pack.py) says about asking. Raises ValueError when it is none."""
    head, *lines = data.splitlines()
    counts = orjson.loads(head)
    rows = [orjson.loads(line) for line in lines]
    answers, nodes = rows[: counts["answers"]], rows[counts["answers"] :]
    asked = [(at, words) for at, one in enumerate(answers) for words in (*one["zh"], *one["en"])]
    texts = [
        f"{one['lead']}{one['more']} {one['lead_en']} {one['more_en']}".replace("*", "") for one in answers
    ]  # both languages in one document: a customer's words meet the half they are in
    return Asked(
        hash=hashlib.sha256(data).hexdigest(),
        answers=tuple(one["id"] for one in answers),
        intents=tuple(tuple(one["intents"]) for one in answers),
        phrases=(*(words for _, words in asked), *texts),
        owners=np.array([*(at for at, _ in asked), *range(len(answers))], np.int32),
        asked=len(asked),
        names=_names(answers, nodes),
        said=np.stack(
            [
                [said(one["lead"].replace("*", ""), one["more"]) for one in answers],
                [said(one["lead_en"].replace("*", ""), one["more_en"]) for one in answers],
            ]
        ),
    )


def _names(answers: list[dict[str, list[str]]], nodes: list[dict[str, list[str]]]) -> dict[str, tuple[int, ...]]:
    about: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(answers):
        for name in one["about"]:
            about[name].append(at)
    found: dict[str, set[int]] = defaultdict(set)
    for node in nodes:
        for name in (*node["zh"], *node["en"]):
            found[name.lower()].update(about[str(node["id"])])
    return {name: tuple(sorted(rows)) for name, rows in found.items() if rows}


class Lexicon:
    """Word n-grams: cosine of tf-idf with the ways to ask, BM25 with the answers' own texts."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        counts = [Counter(_grams(phrase)) for phrase in asked.phrases]
        texts = counts[asked.asked :]
        whole: list[Counter[str]] = [Counter() for _ in asked.answers]
        for owner, count in zip(asked.owners.tolist(), counts, strict=True):
            whole[owner].update(count)
        spread = Counter(gram for count in whole for gram in count)
        self._idf = {gram: float(np.log(1 + len(whole) / times)) for gram, times in spread.items()}
        self._cosine = self._postings([self._unit(count) for count in counts[: asked.asked]])
        lengths = np.array([sum(count.values()) for count in texts], np.float32)
        self._bm25 = self._postings(
            [
                self._weights(count, length / lengths.mean())
                for count, length in zip(texts, lengths.tolist(), strict=True)
            ]
        )

    def cosines(self, text: str) -> Floats:
        """Return the tf-idf cosine with every way to ask, float32 (asked,)."""
        return _summed(self._unit(Counter(_grams(text))), self._cosine, self._asked.asked)

    def coverage(self, text: str) -> Floats:
        """Return BM25 with every answer's text over the most the text could reach, 0 to about 1, float32 (answers,)."""
        grams = set(_grams(text))
        most = sum(self._idf.get(gram, self._unknown) for gram in grams) * (SATURATION + 1)
        weights = dict.fromkeys(grams, 1.0)
        return _summed(weights, self._bm25, len(self._asked.answers)) / np.float32(max(most, 1e-6))

    @property
    def _unknown(self) -> float:
        return float(np.log(1 + len(self._asked.answers)))

    def _unit(self, count: Counter[str]) -> dict[str, float]:
        weights = {gram: (1 + np.log(n)) * self._idf.get(gram, self._unknown) for gram, n in count.items()}
        length = float(np.sqrt(sum(weight * weight for weight in weights.values())))
        return {gram: weight / length for gram, weight in weights.items()} if length else {}

    def _weights(self, count: Counter[str], length: float) -> dict[str, float]:
        norm = SATURATION * (1 - _LENGTH + _LENGTH * length)
        return {gram: self._idf[gram] * n * (SATURATION + 1) / (n + norm) for gram, n in count.items()}

    @staticmethod
    def _postings(rows: list[dict[str, float]]) -> dict[str, tuple[Ints, Floats]]:
        found: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for at, row in enumerate(rows):
            for gram, weight in row.items():
                found[gram][0].append(at)
                found[gram][1].append(weight)
        return {gram: (np.array(rows_, np.int32), np.array(some, np.float32)) for gram, (rows_, some) in found.items()}


def _summed(weights: dict[str, float], postings: dict[str, tuple[Ints, Floats]], size: int) -> Floats:
    sums = np.zeros(size, np.float32)
    for gram, weight in weights.items():
        if gram in postings:
            rows, values = postings[gram]
            sums[rows] += np.float32(weight) * values
    return sums


def _grams(text: str) -> list[str]:
    for colloquial, plain in _PLAIN:
        text = text.replace(colloquial, plain)
    words = tokens(text)
    grams = [
        "\x1f".join(words[at : at + size]) for size in range(1, LONGEST + 1) for at in range(len(words) - size + 1)
    ]
    return grams + _HOTLINE.findall(text)
