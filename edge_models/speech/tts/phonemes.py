"""Text to Kokoro's phonemes: misaki for Han characters, espeak-ng's IPA for English words, letters by name."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from edge_models.speech.tts import Language
from edge_models.speech.tts.english import aloud as aloud_in_english
from edge_models.speech.tts.reading import aloud
from edge_models.speech.words import load_dictionary
from guitai.errors import GuitaiError

_LETTER_NAMES = (
    "ˈA bˈi sˈi dˈi ˈi ˈɛf ʤˈi ˈAʧ ˈI ʤˈA kˈA ˈɛl ˈɛm ˈɛn ˈO pˈi kjˈu ˈɑɹ ˈɛs tˈi jˈu vˈi dˈʌbᵊlju ˈɛks wˈI zˈi"
)
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _LETTER_NAMES.split(), strict=True))
_WORDS = frozenset(("APP", "OK", "PIN", "SIM", "WIFI"))
"""Written in capitals, yet said as words."""

_SPELLED = 5
"""Capitals up to so many are spelled: ATM, U, VIP."""

_LATIN = re.compile(r"[A-Za-zÀ-ž]+(?:['’&-][A-Za-zÀ-ž]+)*(?:[ ,]+[A-Za-zÀ-ž]+(?:['’&-][A-Za-zÀ-ž]+)*)*")
_HAN = re.compile(r"[\u3400-\u9fff]+")

_ESPEAK_TIMEOUT_S = 5.0
_TO_KOKORO = (
    # Kokoro writes English diphthongs and affricates as single letters (misaki's en notation).
    ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("eɪ", "A"), ("aɪ", "I"), ("ɔɪ", "Y"), ("aʊ", "W"), ("oʊ", "O"), ("əʊ", "Q"),
    ("ɚ", "əɹ"), ("ɝ", "ɜɹ"), ("ɐ", "ə"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɬ", "l"), ("e", "A"), ("ː", ""), ("ɪ̈", "ɪ"),
)  # fmt: skip


class Phonemes:
    """Both languages, also in one clause; the first Han characters load jieba's dictionary (about half a second)."""

    def __init__(self, cache: Path) -> None:
        load_dictionary(cache)
        from misaki.zh import ZHG2P

        self._convert: Any = ZHG2P()

    def __call__(self, clause: str, language: Language) -> str:
        """Return the phonemes of a clause. Raises GuitaiError ``speech.voice_failed`` where espeak-ng breaks."""
        if language == "en":
            return _woven(aloud_in_english(clause), _HAN, self._mandarin, english)
        return _woven(aloud(clause), _LATIN, _latin, self._mandarin)

    def _mandarin(self, text: str) -> str:
        return str(self._convert(text)[0])


def is_english(text: str) -> bool:
    """Return whether a text has English words and no Han character."""
    return not _HAN.search(text) and any(len(word) > 1 and not word.isupper() for word in re.findall("[A-Za-z]+", text))


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


def _latin(text: str) -> str:
    """Return the phonemes of English words inside a Mandarin clause."""
    out = [_word(word) for word in re.split(r"[ ,]+", text)]
    return " ".join(out)


def _word(word: str) -> str:
    capitals = word.isascii() and word.isalpha() and word.isupper()
    if (capitals and len(word) <= _SPELLED and word not in _WORDS) or shutil.which("espeak-ng") is None:
        return "".join(_LETTERS[c] for c in word.upper() if c in _LETTERS)
    return english(word.lower() if word in _WORDS else word)


def _woven(text: str, pattern: re.Pattern[str], inside: Any, outside: Any) -> str:
    """Return `inside` of what matches and `outside` of the rest, in order."""
    out, at = [], 0
    for match in pattern.finditer(text):
        out += [outside(text[at : match.start()]) if text[at : match.start()].strip() else "", inside(match[0])]
        at = match.end()
    out.append(outside(text[at:]) if text[at:].strip() else "")
    return " ".join(part.strip() for part in out if part.strip())
