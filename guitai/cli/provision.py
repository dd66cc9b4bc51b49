"""`guitai provision`: let this kiosk join headquarters, renew its certificate, or destroy its keys (docs/enrolment.md)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guitai.config import ETC, Config, load
from guitai.errors import GuitaiError
from guitai.provisioning.own_keys import OWN_KEYS as OWN_KEYS
from guitai.provisioning.own_keys import make_own_keys

LANGUAGE = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language.")


@click.command()
@click.option("--config", "more", multiple=True, type=click.Path(path_type=Path, dir_okay=False), help="Repeatable.")
@click.option("--code", help="Claim code from headquarters, typed or scanned (CODE or CODE@HOST:PORT).")
@click.option("--headquarters", "address", default="", help="HOST:PORT, if the code came without.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--no-start", is_flag=True, help="Leave the units alone.")
@click.option("--no-test", is_flag=True, help="No self-test and no certificate of acceptance.")
@click.option("--test", is_flag=True, help="Test an enrolled kiosk again and leave a new certificate of acceptance.")
@click.option("--renew", is_flag=True, help="Renew the certificate if two thirds of its life are over, move if wanted.")
@click.option("--now", is_flag=True, help="With --renew: whatever its age.")
@click.option("--decommission", is_flag=True, help="Destroy this kiosk's keys and leave headquarters a proof.")
@click.option("--abandon", is_flag=True, help="Do not wait for events to reach headquarters: they may be lost.")
@click.option("--development", is_flag=True, help="Make keys and certificates of a development branch instead.")
@click.option("--etc", type=click.Path(path_type=Path), default=ETC, show_default=True, help="Folder of configuration.")
@LANGUAGE
@click.pass_obj
def provision(
    files: tuple[Path, ...] | None, more: tuple[Path, ...], code: str | None, address: str, yes: bool, no_start: bool,
    no_test: bool, test: bool, renew: bool, now: bool, decommission: bool, abandon: bool, development: bool, etc: Path, lang: str,
) -> None:  # fmt: skip
    """Let this kiosk join headquarters by a claim code; run again, it goes on where it stopped.

    Without --code it asks: the code, headquarters' address if the code came without, and a yes.
    """
    files = (*(files or ()), *more)
    try:
        if development:
            _development(files)
            return
        config = load(files, etc=etc)
        from guitai.provisioning import terminal

        desk = terminal.Desk(config, files, etc, lang, ask=not yes and a_person(), start=not no_start)
        if renew:
            desk.renew(now=now, abandon=abandon)
        elif test:
            desk.test(wait=False)
        elif decommission:
            desk.decommission(abandon=abandon)
        else:
            desk.join(code, address, test=not no_test)
    except GuitaiError as error:
        raise click.ClickException(f"{error.code}: {error.chinese()}\n{error.english()}") from error
    except OSError as error:
        code_ = GuitaiError("provision.folder", path=error.filename, reason=error.strerror)
        raise click.ClickException(f"{code_.chinese()}\n{code_.english()}") from error


def a_person() -> bool:
    """Tell whether somebody sits at the terminal."""
    return sys.stdin.isatty()


def _development(files: tuple[Path, ...]) -> None:
    """Make what is missing in paths.keys; what is already there stays."""
    config = load(files)
    made = provision_all(config)
    click.echo(f"{config.paths.keys}: " + (f"made {', '.join(made)}" if made else "everything was there already"))


def provision_all(config: Config) -> list[str]:
    """Make every missing key and certificate of a development branch; return the names of the files made. Raises OSError."""
    from firmware_bridge.simulator.keys import provision_keys
    from guitai.keyseal.box import make_pair
    from guitai.tables import SUPPORT_PUBLIC
    from headquarters.pki import provision as provision_certificates

    folder = config.paths.keys
    made = provision_certificates(folder, config.kiosk.id)
    before = {path.name for path in folder.iterdir()}
    provision_keys(folder)
    make_own_keys(folder)
    if not (folder / SUPPORT_PUBLIC).exists():
        make_pair(folder / SUPPORT_PUBLIC)
    return made + sorted({path.name for path in folder.iterdir()} - before)
