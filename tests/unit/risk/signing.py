"""Keys and signed files for the tests of rules and watch list."""

from __future__ import annotations

from pathlib import Path

from guitai.risk.rules import shipped_text
from guitai.wire.commands import load_private, sign
from guitai.wire.signed import RulesFile
from headquarters.pki import provision


def make_keys(folder: Path) -> Path:
    keys = folder / "keys"
    provision(keys, "kiosk-001")
    (keys / "card_token.key").write_text("5a" * 32 + "\n")
    return keys


def text_of(version: int, semantic: int = 1700) -> str:
    text = shipped_text().replace("version = 1", f"version = {version}", 1)
    text = text.replace("weight = 1800", f"weight = {3500 - semantic}", 1)
    before, after = text.split("[weights.semantic]")
    return f"{before}[weights.semantic]" + after.replace("weight = 1700", f"weight = {semantic}", 1)


def signed(folder: Path, keys: Path, version: int, text: str | None = None, by: str = "test") -> Path:
    body = RulesFile(version=version, made_ms=1, approved_by=by, text=text or text_of(version))
    path = folder / f"v{version}-{by}.json"
    path.write_bytes(sign(body, load_private(keys / "command.key")))
    return path
