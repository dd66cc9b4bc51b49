"""What the server offers, in the shape of Wyoming's ``info`` event."""

from __future__ import annotations

from typing import Any

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    Info,
    IntentModel,
    IntentProgram,
    TtsProgram,
    TtsVoice,
)

from edge_models.speech.tts import Engine

VERSION = "0.1.0"
_GUITAI = Attribution(name="Guitai", url="")


def info(recogniser: str, voice: Engine | None) -> dict[str, Any]:
    """Return the data of the ``info`` event."""
    common: dict[str, Any] = {"attribution": _GUITAI, "installed": True, "version": VERSION}
    heard = AsrModel(name=recogniser, description=f"{recogniser} recogniser", languages=["zh", "en"], **common)
    asr = AsrProgram(name="guitai", description="Recognition", models=[heard], **common)
    meant = IntentModel(name="guitai", description="Bank intents", languages=["zh", "en"], **common)
    intent = IntentProgram(name="guitai", description="Understanding", models=[meant], **common)
    tts = []
    if voice is not None:
        voices = [
            TtsVoice(name=voice.voice(language), description=voice.name, languages=[language], **common)
            for language in voice.languages()
        ]
        program = TtsProgram(
            name="guitai", description="Synthesis", voices=voices, supports_synthesize_streaming=True, **common
        )
        tts = [program]
    data: dict[str, Any] = Info(asr=[asr], tts=tts, intent=[intent]).event().data
    return data
