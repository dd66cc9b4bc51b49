"""How the customer feels, by the words: negative, neutral or positive, and one of eight emotions."""

from __future__ import annotations

from typing import Literal, cast

from edge_models.language.heads import Features, Heads

SENTIMENT, EMOTION = "sentiment", "emotion"
Sentiment = Literal["negative", "neutral", "positive"]


def feel(heads: Heads, features: Features) -> tuple[Sentiment, str]:
    """Return sentiment and emotion; a neutral sentence has the neutral emotion."""
    sentiment = cast(Sentiment, _best(heads, SENTIMENT, features))
    return sentiment, _best(heads, EMOTION, features)


def _best(heads: Heads, name: str, features: Features) -> str:
    return heads.labels(name)[int(heads.probabilities(name, features).argmax())]
