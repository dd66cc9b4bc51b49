"""Every model has its card, and the page of cards says what the catalogue says."""

from __future__ import annotations

from click.testing import CliRunner

from edge_models.cards import DOCUMENT, cards, document
from edge_models.catalog import shipped
from guitai.cli.models import models


def test_every_learned_model_has_a_card():
    assert set(cards()) == {name for name, entry in shipped().items() if entry.capability != "picture"}


def test_the_page_of_cards_has_not_drifted():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run: python -m edge_models.cards"


def test_a_card_is_shown_with_level_and_hash():
    shown = CliRunner().invoke(models, ["card", "sface"])
    assert shown.exit_code == 0
    assert "red: a human confirms" in shown.output
    assert shipped()["sface"].files[0].sha256 in shown.output


def test_a_picture_has_none():
    shown = CliRunner().invoke(models, ["card", "astronaut"])
    assert shown.exit_code == 1
    assert "not a learned model" in shown.output
