"""Text to Kokoro's phonemes: misaki for Mandarin, espeak-ng's IPA for English; letters in Mandarin are spelled."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from edge_models.speech.words import load_dictionary
from guitai.errors import GuitaiError

_LETTER_NAMES = "诶 必 西 弟 伊 艾弗 吉 艾尺 艾 杰 开 艾勒 艾姆 恩 欧 批 丘 阿 艾丝 提 优 微 达不溜 艾克斯 歪 贼"
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _LETTER_NAMES.split(), strict=True))
_LATIN = re.compile(r"[A-Za-z]+")

_ESPEAK_TIMEOUT_S = 5.0
_TO_KOKORO = (
    # Kokoro writes English diphthongs and affricates as single letters (misaki's en notation).
    ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("eɪ", "A"), ("aɪ", "I"), ("ɔɪ", "Y"), ("aʊ", "W"), ("oʊ", "O"), ("əʊ", "Q"),
    ("ɚ", "əɹ"), ("ɝ", "ɜɹ"), ("ɐ", "ə"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɬ", "l"), ("e", "A"), ("ː", ""), ("ɪ̈", "ɪ"),
)  # fmt: skip


class Mandarin:
    """misaki's Mandarin front end; the first call loads jieba's dictionary (about half a second)."""

    def __init__(self, cache: Path) -> None:
        load_dictionary(cache)
        from misaki.zh import ZHG2P

        self._convert: Any = ZHG2P()

    def __call__(self, text: str) -> str:
        """Return the phonemes of a clause whose figures are already written out."""
        spelled = _LATIN.sub(lambda m: "".join(_LETTERS[c] for c in m[0].upper()), text)
        phonemes, _ = self._convert(spelled)
        return str(phonemes)


def english(text: str) -> str:
    """Return the phonemes of an English clause. Raises GuitaiError ``speech.voice_failed`` without espeak-ng."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise GuitaiError("speech.voice_failed", engine="kokoro", reason="espeak-ng is not installed")
    done = subprocess.run(
        [program, "-q", "--ipa", "-v", "en-us", "--stdin"],
        input=text.encode(),
        capture_output=True,
        timeout=_ESPEAK_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise GuitaiError("speech.voice_failed", engine="kokoro", reason=f"espeak-ng ended with {done.returncode}")
    phonemes = " ".join(done.stdout.decode().split())
    for theirs, ours in _TO_KOKORO:
        phonemes = phonemes.replace(theirs, ours)
    closing = text.rstrip()[-1:]
    return phonemes + (closing if closing in ".,!?;:" else "")
