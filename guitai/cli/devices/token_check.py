"""guitai devices token-check: runs token vectors that others made against the dispenser's own check."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import click

from guitai.errors import GuitaiError


@click.command("token-check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def token_check(file: Path, as_json: bool) -> None:
    """Say of each vector in FILE whether the dispenser would pay, and exit 1 unless all are as expected.

    FILE is JSON: hmacKeyHex and a list of vectors with deviceNonce, token, request {value, fraction, currency} and
    authorised. Each vector meets a fresh device; where nonce and token repeat directly they are spends of one token in
    parts, unless the expected answers fit only cases of their own.
    """
    from firmware_bridge.protocol.vectors import check

    verdicts = check(_read(file))
    agree = sum(verdict.agrees for verdict in verdicts)
    if as_json:
        rows = [{**asdict(one), "agrees": one.agrees} for one in verdicts]
        figures = {"n": len(rows), "agree": agree, "disagree": len(rows) - agree}
        click.echo(json.dumps({"name": "token-check", "figures": figures, "n": len(rows), "verdicts": rows}))
    else:
        for number, one in enumerate(verdicts, 1):
            said = "authorised" if one.authorised else f"refused: {one.reason}"
            notes = (" (a case of its own)" if one.alone else "") + ("" if one.agrees else "   (expected otherwise)")
            click.echo(f"{number}: {said}{notes}")
        click.echo(f"{agree} of {len(verdicts)} as expected")
    sys.exit(0 if agree == len(verdicts) else 1)


def _read(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise GuitaiError("xfs.bad_vectors", reason=f"{file} is not JSON") from error
