"""How the script's words reach core: typed ones through the language step, spoken ones through a voice and the recogniser."""

from __future__ import annotations

from typing import Literal

from edge_models.language.understand import Understander
from edge_models.speech.listen import typed
from edge_models.speech.words import load_dictionary
from guitai.config import Config
from guitai.messages.voice import CustomerSaid
from guitai.scenarios.voices import Voices


class Hearing:
    """Holds the models; one for as many scenarios as there are."""

    def __init__(self, config: Config, *, speak: bool = False) -> None:
        self._understander = Understander(config.paths.models)
        load_dictionary(config.paths.state / "jieba")  # typed words are repaired as those of the recogniser are
        self.voices = Voices(config, self._understander.understand) if speak else None
        """Set when customers speak."""

    def typed(self, text: str, usual: Literal["zh", "en"] = "zh") -> CustomerSaid:
        """Return the event of typed words."""
        return typed(text, self._understander.understand, usual)
