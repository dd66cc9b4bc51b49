"""Vosk (Kaldi): streams partial words, and takes a closed grammar for yes/no, digits and amounts.

The Mandarin model is not in any registry: a technician puts ``vosk-model-small-cn`` into the models folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from edge_models.speech.asr import Transcript
from edge_models.speech.audio import RATE_HZ, Samples
from guitai.errors import GuitaiError
from guitai.messages.voice import ListenMode

GRAMMARS: dict[ListenMode, tuple[str, ...]] = {
    "yes_no": (
        "是",
        "是的",
        "对",
        "对的",
        "好",
        "好的",
        "可以",
        "确认",
        "需要",
        "不",
        "不是",
        "不对",
        "不要",
        "不用",
        "取消",
        "没有",
    ),
    "digits": tuple("零一二三四五六七八九幺"),
    "amount": tuple("零一二两三四五六七八九十百千万亿元块角毛分整半"),
}
UNKNOWN = "[unk]"
PARTS = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/Gr.fst",
    "graph/HCLr.fst",
    "graph/phones/word_boundary.int",
)
"""What a small model consists of; the two graphs apart are what lets it take a closed grammar."""


class _Word(msgspec.Struct):
    conf: float = 0.0


class _Result(msgspec.Struct):
    text: str = ""
    partial: str = ""
    result: list[_Word] = []


class Vosk:
    """The engine. `grammars` replaces the Mandarin ones where the model speaks another language."""

    name = "vosk"

    def __init__(
        self, folder: Path, grammars: dict[ListenMode, tuple[str, ...]] | None = None, spaced: bool = False
    ) -> None:
        check(folder)
        import vosk

        vosk.SetLogLevel(-1)
        self._vosk: Any = vosk
        self._grammars = GRAMMARS if grammars is None else grammars
        self._gap = " " if spaced else ""
        try:
            self._model: Any = vosk.Model(str(folder))
        except Exception as error:  # vosk raises bare Exception
            raise GuitaiError("speech.recogniser_failed", engine=self.name, reason=str(error)) from error

    def transcribe(self, utterance: Samples, mode: ListenMode) -> Transcript:
        """Return the words of a whole utterance."""
        stream = self.stream(mode)
        stream.feed(utterance)
        return stream.finish()

    def stream(self, mode: ListenMode) -> VoskStream:
        """Begin an utterance."""
        grammar = self._grammars.get(mode)
        if grammar is None:
            kaldi = self._vosk.KaldiRecognizer(self._model, RATE_HZ)
        else:
            words = msgspec.json.encode([*grammar, UNKNOWN]).decode()
            kaldi = self._vosk.KaldiRecognizer(self._model, RATE_HZ, words)
        kaldi.SetWords(True)
        return VoskStream(kaldi, self._gap)


class VoskStream:
    """One utterance. Vosk may end a sentence by itself inside it: the parts are joined."""

    def __init__(self, kaldi: Any, gap: str) -> None:
        self._kaldi, self._gap = kaldi, gap
        self._done: list[_Result] = []

    def feed(self, samples: Samples) -> str:
        """Take more samples, return the words so far."""
        if self._kaldi.AcceptWaveform(samples.astype("<i2").tobytes()):
            self._done.append(_read(self._kaldi.Result()))
            return self._join([r.text for r in self._done])
        return self._join([*(r.text for r in self._done), _read(self._kaldi.PartialResult()).partial])

    def finish(self) -> Transcript:
        """Return the words of everything fed."""
        parts = [*self._done, _read(self._kaldi.FinalResult())]
        text = self._join([r.text for r in parts])
        scores = [word.conf for r in parts for word in r.result]
        return Transcript(text, sum(scores) / len(scores) if scores and text else 0.0)

    def _join(self, parts: list[str]) -> str:
        words = [w for part in parts for w in part.split() if w != UNKNOWN]
        return self._gap.join(words)


def check(folder: Path) -> None:
    """Raise GuitaiError ``speech.recogniser_failed`` naming the first part of a small model `folder` lacks.

    Vosk itself writes to stderr and says only that it failed; a folder inside the unpacked folder is the usual slip.
    """
    for part in PARTS:
        if not (folder / part).is_file():
            nested = next((inner.parent.parent for inner in sorted(folder.glob(f"*/{PARTS[0]}"))), None)
            hint = f"move what is in {nested.name} up" if nested else "unpack vosk-model-small-cn-0.22 there"
            raise GuitaiError("speech.recogniser_failed", engine=Vosk.name, reason=f"{folder} has no {part}: {hint}")


def _read(text: str) -> _Result:
    return msgspec.json.decode(text, type=_Result)
