"""Finds secrets in files, as gitleaks does in small: private keys, tokens of known services, long random words given to a secret's name.

python script/leaks.py [FILE...]        every file git knows, if none is named; exit 1 if something is found
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

KNOWN = {
    "private key": re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{40,}"),
    "AWS key": re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b"),
    "GitLab token": re.compile(rb"\bglpat-[A-Za-z0-9_-]{20}\b"),
    "Slack token": re.compile(rb"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    "Google key": re.compile(rb"\bAIza[0-9A-Za-z_-]{35}\b"),
    "API key": re.compile(rb"\bsk-[A-Za-z0-9_-]{32,}\b"),
    "Alibaba key": re.compile(rb"\bLTAI[A-Za-z0-9]{12,20}\b"),
    "Tencent key": re.compile(rb"\bAKID[A-Za-z0-9]{13,40}\b"),
    "PyPI token": re.compile(rb"\bpypi-[A-Za-z0-9_-]{60,}"),
    "JSON web token": re.compile(rb"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}"),
    "password in an address": re.compile(rb"://[^\s/:@'\"{}<>$%]+:[^\s/@'\"{}<>$%*]{6,}@[a-z0-9.-]+\.[a-z]{2,}"),
}
GIVEN = re.compile(
    rb"(?i)(?:secret|passw(?:or)?d|token|api_?key|private_?key)[\w.-]*['\"]?\s*[:=]\s*['\"]([A-Za-z0-9+/=_-]{20,})['\"]"
)
"""A secret's name, and the word it is given."""

HEAD_BYTES = 8192
RANDOM_BITS = 3.7
"""Bits a character: words of people have less."""

SAFE = re.compile(rb"leaks: ok")
"""A line that says this is looked at."""


def leaks(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield line number and kind of what looks like a secret."""
    for kind, pattern in KNOWN.items():
        for found in pattern.finditer(content):
            yield _line(content, found.start()), kind
    for found in GIVEN.finditer(content):
        if _bits(found[1]) >= RANDOM_BITS and any(48 <= one <= 57 for one in found[1]):
            yield _line(content, found.start()), "random word given to a secret's name"


def scan(files: list[Path]) -> list[str]:
    """Return what looks like a secret, as ``FILE:LINE: KIND``, without the secret."""
    told = []
    for file in files:
        content = file.read_bytes()
        if b"\0" in content[:HEAD_BYTES]:  # a picture, a model: no text stands in it
            continue
        lines = content.splitlines()
        for number, kind in leaks(content):
            if not SAFE.search(lines[number - 1]):
                told.append(f"{file}:{number}: {kind}")
    return sorted(told)


def known_to_git(root: Path = ROOT) -> list[Path]:
    """Return every file that is committed, or would be: what is ignored never leaves this machine."""
    said = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    ).stdout
    return [file for name in said.decode().split("\0") if name and (file := root / name).is_file()]


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1


def _bits(word: bytes) -> float:
    counts = Counter(word)
    return -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())


if __name__ == "__main__":
    found = scan([Path(name) for name in sys.argv[1:]] or known_to_git())
    print("\n".join(found) or "nothing that looks like a secret")
    sys.exit(1 if found else 0)
