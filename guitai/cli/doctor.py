"""guitai doctor: looks the machine over and says what is wrong, what customers notice, and what to do."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import click
import orjson
import structlog

from guitai import config as configuration
from guitai.cli.versions import unusable
from guitai.errors import GuitaiError
from guitai.health.examine import CHECKS, examine, mend
from guitai.health.finding import Finding, Language, finding

SIGN = {"stop": "■", "watch": "▲"}
LABELS: dict[str, dict[Language, str]] = {
    "customers": {"zh": "客户：", "en": "customers: "},
    "next": {"zh": "下一步：", "en": "next: "},
    "repairable": {"zh": "可自动修复：guitai doctor --repair", "en": "can be mended: guitai doctor --repair"},
    "mended": {"zh": "已修复：", "en": "mended: "},
    "not_mended": {"zh": "没有修好：", "en": "not mended: "},
    "bundle": {"zh": "支持包，只有总部能打开", "en": "the support bundle; headquarters alone can open it"},
    "well": {"zh": "● 一切正常（查了 {n} 项）。", "en": "● All is well ({n} checks)."},
}


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended without harm, then look again.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a support bundle, scrubbed and sealed for headquarters, to a file.",
)
@click.pass_obj
def doctor(files: tuple[Path, ...], repair: bool, lang: Language, as_json: bool, bundle: Path | None) -> None:
    """Look this machine over; exits 1 when customers cannot be served in full."""
    # It speaks in sentences of its own; what the parts it asks would log stands between them.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    found, mended = _examined(files, repair)
    if bundle is not None:
        from guitai.support.bundle import make  # with psutil and archives: for this alone
        from guitai.wire.whole import write_whole

        write_whole(bundle, make(configuration.load(files), found))
        click.echo(f"{bundle}: {LABELS['bundle'][lang]}", err=True)
    if as_json:
        print(orjson.dumps({"findings": [one.data() for one in found], "checks": [*CHECKS, "versions"]}).decode())
    else:
        for one, failed in mended:
            assert one.repair is not None
            label = LABELS["not_mended" if failed else "mended"][lang]
            print(f"{label}{one.repair.says[lang]}" + (f" ({failed})" if failed else ""))
        for one in found:
            _print(one, lang)
        if not found:
            print(LABELS["well"][lang].format(n=len(CHECKS) + 1))
    sys.exit(1 if any(one.level == "stop" for one in found) else 0)


def _examined(files: tuple[Path, ...], repair: bool) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    try:
        config = configuration.load(files)
    except GuitaiError as error:
        return [finding("configuration.bad", reason=error.english())], []
    found = asyncio.run(examine(config))
    mended = mend(found) if repair else []
    if mended:
        found = asyncio.run(examine(config))
    if trouble := unusable(config):
        found.append(finding("versions.unusable", reason=trouble))
    return found, mended


def _print(one: Finding, lang: Language) -> None:
    print(f"{SIGN[one.level]} {one.what[lang]}")
    print(f"    {LABELS['customers'][lang]}{one.customers[lang]}")
    print(f"    {LABELS['next'][lang]}{one.then[lang]}")
    if one.repair is not None:
        print(f"    {LABELS['repairable'][lang]}")
