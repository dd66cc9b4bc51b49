"""What `guitai knowledge check` finds, with file and line."""

from __future__ import annotations

import pytest

from tests.unit.knowledge.folder import ANSWERS, GRAPH, SECOND, SOURCES, TERMS, compiled, mistakes


def test_a_folder_without_mistakes_compiles():
    found = compiled()
    assert (found.mistakes, found.answers, found.nodes) == ((), 1, 1)
    assert found.data


def test_mistakes_keep_a_pack_from_being_made():
    assert compiled(ANSWERS.replace("source: rule", "source: nothing")).data == b""


@pytest.mark.parametrize(
    ("answers", "line", "what"),
    [
        (ANSWERS.replace("50万元", "60万元"), 6, "different figures (only in zh: 600000; only in en: 500000)"),
        (ANSWERS.replace("Yuan: 500000", "Yuan: 600000"), 6, "contradicts the graph, which says 500000"),
        (ANSWERS.replace("Yuan: 500000", "Yuan: 600000"), 6, "does not stand in the zh text"),
        (ANSWERS.replace('  lead_en: "Up to *500,000 yuan*."\n', ""), 6, "limit: lead_en: this key is missing"),
        (ANSWERS.replace("reviewed_by: somebody\n", ""), 5, "nobody has reviewed it"),
        (ANSWERS.replace("source: rule", "source: rule\n  valid_until: 2026-11-25"), 6, "stale since 2026-11-25"),
        (ANSWERS.replace("[fixed_deposit]", "[nothing]"), 6, "intent nothing does not exist"),
        (ANSWERS.replace("about: [deposit", "about: [other, deposit"), 6, "node other is not in the graph"),
        (ANSWERS.replace("*50万元*", "*50万元"), 6, "must have two asterisks or none"),
        (ANSWERS.replace("合并计算", "合并{how}"), 6, "placeholders ({usd_sell}) and hot"),
        (ANSWERS.replace("source: rule", "source: rule\n  hot: rates"), 6, "placeholders ({usd_sell}) and hot"),
        (ANSWERS.replace("最高", "最" * 40), 6, "longer than the screen's line"),
        (
            ANSWERS.replace("  source: rule", "  sauce: rule"),
            14,
            "limit: sauce: there is no such key; is source meant?",
        ),
        (ANSWERS + SECOND.replace("id: second", "id: limit"), 17, "the id is taken by answers/savings.yaml:6"),
        (ANSWERS + SECOND.replace("存款保险是多少", "存款保险赔多少"), 17, "also asks for limit"),
        (ANSWERS.replace("  about", "    about"), 15, "not YAML"),
    ],
)
def test_mistakes_of_answers(answers: str, line: int, what: str):
    found = mistakes(answers)
    assert any(one.startswith(f"answers/savings.yaml:{line}: ") and what in one for one in found), found


def test_two_answers_that_differ_name_each_other():
    second = SECOND.replace("50万元", "60万元").replace("500,000", "600,000").replace("500000", "600000")
    found = mistakes(ANSWERS + second)
    assert any("is 600000 here and 500000 in limit (answers/savings.yaml:6)" in one for one in found), found


def test_stale_sources_make_answers_stale():
    found = mistakes(sources_yaml=SOURCES.replace("2027", "2026"))
    assert any("stale since 2026-01-01 (valid_until of rule)" in one for one in found), found


def test_orphans():
    node = 'k:other a schema:Thing ; skos:prefLabel "别的"@zh ; skos:prefLabel "other"@en .\n'
    assert "graph.ttl:9: other is an orphan: no answer is about it" in mistakes(graph_ttl=GRAPH + node)
    extra = 'unused: {title: {zh: 一, en: a}, valid_until: "2027-01-01"}\n'
    assert "sources.yaml:2: unused is an orphan: no answer comes from it" in mistakes(sources_yaml=SOURCES + extra)
    assert "terms.yaml:2: nowhere is not in the graph" in mistakes(terms_yaml=TERMS + "nowhere: [词]\n")


def test_mistakes_of_the_graph():
    assert any(one.startswith("graph.ttl:5: ") for one in mistakes(graph_ttl=GRAPH.replace("a schema", "a a schema")))
    assert "graph.ttl:5: deposit-insurance has no name in en" in mistakes(graph_ttl=GRAPH.replace("@en", "@fr"))


def test_a_reason_for_different_figures_is_accepted_and_must_be_needed():
    reason = ANSWERS.replace("source: rule", "source: rule\n  figures_differ: words")
    assert any("figures_differ is given but" in one for one in mistakes(reason))
    assert mistakes(reason.replace("Per person", "2 per person")) == []
