"""Writes the index (Packages) of a folder of Debian packages, so that apt installs from it without a network."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path


def index(folder: Path) -> str:
    """Return the text of `Packages` for every ``*.deb`` in `folder`. Raises CalledProcessError for a broken package."""
    return "\n".join(_paragraph(file) for file in sorted(folder.glob("*.deb"))) + "\n"


def _paragraph(file: Path) -> str:
    control = subprocess.run(["dpkg-deb", "-f", str(file)], check=True, capture_output=True, text=True).stdout
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return f"{control.rstrip()}\nFilename: ./{file.name}\nSize: {file.stat().st_size}\nSHA256: {digest}\n"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    (target / "Packages").write_text(index(target), encoding="utf-8")
