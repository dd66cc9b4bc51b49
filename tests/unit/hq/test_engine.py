"""Transactions within each other, on both databases: what is undone inside is undone alone, and nothing is there before the outer one ends."""

from __future__ import annotations

from headquarters.engine import Engine, Where, open_engine

SCHEMA = "CREATE TABLE IF NOT EXISTS told(word TEXT PRIMARY KEY);"


class Undone(Exception):
    """Somebody thinks better of it."""


def tell(engine: Engine, word: str, *, undone: bool = False) -> None:
    with engine.transaction():
        engine.execute("INSERT INTO told VALUES(?)", (word,))
        if undone:
            raise Undone


def words(engine: Engine) -> list[str]:
    return [row["word"] for row in engine.execute("SELECT word FROM told ORDER BY word")]


def test_an_inner_transaction_ends_with_the_outer_one(place: Where) -> None:
    engine, other = open_engine(place, SCHEMA), open_engine(place)
    try:
        with engine.transaction():
            tell(engine, "a")
            try:
                tell(engine, "b", undone=True)
            except Undone:
                tell(engine, "c")
            assert words(other) == []
        assert words(other) == ["a", "c"]
        try:
            with engine.transaction():
                tell(engine, "d")
                raise Undone
        except Undone:
            pass
        assert words(engine) == ["a", "c"]
        tell(engine, "e")
        assert words(other) == ["a", "c", "e"]
    finally:
        engine.close()
        other.close()
