"""The bill of materials names everything that is locked, and nothing is shipped under a licence that may not be."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace

import pytest

from tests.fixtures.scripts import script
from tests.unit.setup.test_lock import PINS, REPOSITORY

sbom = script("sbom")


@pytest.fixture(scope="module")
def parts():
    return sbom.parts()


def test_every_locked_part_is_named(parts):
    named = {(part.kind, part.name) for part in parts}
    catalogue = tomllib.loads((REPOSITORY / "edge_models/catalog.toml").read_text())
    lock = json.loads((REPOSITORY / "headquarters/console_web/package-lock.json").read_text())["packages"]
    debian = [line for line in (REPOSITORY / "script/debian.txt").read_text().splitlines() if not line.startswith("#")]
    assert {name for kind, name in named if kind == "python"} == set(PINS)
    assert {name for kind, name in named if kind == "npm"} == {
        path.rpartition("node_modules/")[2] for path in lock if path
    }
    assert {name for kind, name in named if kind == "debian"} == set(filter(None, debian))
    assert {name for kind, name in named if kind == "model"} == set(catalogue)


def test_whatever_the_project_depends_on_is_shipped_and_its_tests_are_not(parts):
    shipped = {part.name for part in parts if part.shipped and part.kind == "python"}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {one.partition("=")[0].partition("[")[0] for one in project} <= shipped
    assert {"numpy", "starlette", "psycopg-binary"} <= shipped  # asked for by what is asked for
    assert not shipped & {"pytest", "mypy", "ruff", "hypothesis", "playwright", "oidc-provider-mock"}


def test_nothing_is_shipped_under_a_licence_that_may_not_be(parts):
    assert sbom.faults(parts) == []


@pytest.mark.parametrize(
    "licence", ["", "AGPL-3.0-only", "GPL-3.0-or-later", "MIT AND SSPL-1.0", "Other/Proprietary License"]
)
def test_a_forbidden_licence_is_found(parts, licence):
    bad = replace(next(part for part in parts if part.name == "numpy"), licence=licence)
    assert len(sbom.faults([bad])) == 1
    assert sbom.faults([replace(bad, shipped=False)]) == []


def test_expressions_are_read():
    for expression, holds in (
        ("MIT OR GPL-3.0-only", True), ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", True), ("MIT AND (GPL-3.0-only)", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
    ):  # fmt: skip
        assert sbom.allowed(expression) is holds, expression


def test_the_document_is_cyclonedx_and_the_same_each_time(parts, tmp_path):
    assert sbom.main(tmp_path) == 0
    text = (tmp_path / "sbom.cdx.json").read_text()
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    references = [one["bom-ref"] for one in bill["components"]]
    assert len(references) == len(parts)
    assert all(one["hashes"] for one in bill["components"] if one["purl"].startswith(("pkg:pypi", "pkg:generic")))
    assert json.dumps(sbom.bill(sbom.parts(), "0.1.0"), indent=1, ensure_ascii=False) + "\n" == text
    assert (tmp_path / "licences.md").read_text().count("\n| ") == len(parts) + 1
