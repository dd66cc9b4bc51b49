"""A small folder of knowledge, without mistakes, for tests to break."""

from __future__ import annotations

from guitai.knowledge.compile import Compiled, compile_pack

TODAY = "2026-11-26"
INTENTS = frozenset({"deposit_rate", "fixed_deposit"})

GRAPH = """@prefix k: <https://guitai.example/knowledge/> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

k:deposit-insurance a schema:GovernmentService ;
  skos:prefLabel "存款保险"@zh ;
  skos:prefLabel "deposit insurance"@en ;
  k:limitYuan 500000 .
"""
SOURCES = 'rule: {title: {zh: 条例, en: Rule}, valid_until: "2027-01-01"}\n'
TERMS = "deposit-insurance: [银行倒闭]\n"
ANSWERS = """domain: savings
title: {zh: 储蓄, en: Savings}
reviewed_by: somebody
reviewed_on: 2026-11-20
answers:
- id: limit
  intents: [fixed_deposit]
  zh: [存款保险赔多少, 银行破产怎么办]
  en: [how much is insured]
  lead: "最高*50万元*。"
  more: "同一人同一银行合并计算。"
  lead_en: "Up to *500,000 yuan*."
  more_en: "Per person and bank."
  source: rule
  about: [deposit-insurance]
  facts: {deposit-insurance.limitYuan: 500000}
"""
SECOND = """- id: second
  intents: [fixed_deposit]
  zh: [存款保险是多少]
  en: [what is insured]
  lead: "最高*50万元*。"
  more: "就这些。"
  lead_en: "Up to *500,000 yuan*."
  more_en: "That is all."
  source: rule
  about: [deposit-insurance]
  facts: {deposit-insurance.limitYuan: 500000}
"""


def files(answers: str = ANSWERS, **others: str) -> dict[str, str]:
    texts = {"graph.ttl": GRAPH, "sources.yaml": SOURCES, "terms.yaml": TERMS, "answers/savings.yaml": answers}
    return texts | {name.replace("_", "."): text for name, text in others.items()}


def compiled(answers: str = ANSWERS, **others: str) -> Compiled:
    return compile_pack(files(answers, **others), INTENTS, TODAY)


def mistakes(answers: str = ANSWERS, **others: str) -> list[str]:
    return [str(mistake) for mistake in compiled(answers, **others).mistakes]
