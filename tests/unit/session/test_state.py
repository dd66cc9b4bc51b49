"""The state's own copy is what dataclasses.replace makes."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from guitai.dialogue.state import Session

FIRST = Session(session_id="s1", language="en", errands=3, broken=("printer",))


@pytest.mark.parametrize("name", [field.name for field in fields(Session)])
def test_but_is_replace(name: str) -> None:
    other = object()
    changed = FIRST.but(**{name: other})
    assert changed == replace(FIRST, **{name: other})
    assert getattr(FIRST, name) is not other


def test_but_of_nothing_new_is_the_same() -> None:
    assert FIRST.but(errands=3, language="en") is FIRST
    assert FIRST.but(errands=4).but(errands=3) == FIRST


def test_a_field_nobody_knows_is_refused() -> None:
    with pytest.raises(AttributeError):
        FIRST.but(colour="red")
