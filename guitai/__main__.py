"""python -m guitai: the command."""

from __future__ import annotations

from guitai.cli.main import main

main()
