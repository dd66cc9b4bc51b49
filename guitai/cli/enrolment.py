"""guitai enrolment: claim codes, certificates and what kiosks left; on a machine of headquarters (docs/enrolment.md)."""

from __future__ import annotations

import base64
import getpass
import io
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from guitai import config as configuration

if TYPE_CHECKING:
    from headquarters.console.people import Person
    from headquarters.enrolment.desk import EnrolmentDesk

KIOSK = click.argument("kiosk")
STAYS = ("ca.key", "revoked.crl")
"""What stays in the authority's folder alone."""


@click.group()
def enrolment() -> None:
    """Let kiosks join, move and leave; at headquarters."""


@enrolment.command()
@click.option("--address", "addresses", multiple=True, help="Name or IP address kiosks reach us at; repeatable.")
@click.pass_obj
def init(files: tuple[Path, ...], addresses: tuple[str, ...]) -> None:
    """Make headquarters' keys and certificates that are missing: authority, broker, HTTPS, commands, bank host."""
    from firmware_bridge.simulator.keys import provision_keys
    from headquarters import pki

    config = configuration.load(files)
    folder = config.enrolment.authority or config.paths.keys
    made = pki.provision(folder, "", addresses)
    config.paths.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder != config.paths.keys:
        for path in folder.iterdir():
            if path.is_file() and path.name not in STAYS:
                shutil.copy(path, config.paths.keys / path.name)
    provision_keys(config.paths.keys)
    click.echo(f"{folder}: " + (f"made {', '.join(made)}" if made else "everything was there already"))


@enrolment.command()
@click.option("--branch", required=True, help="Branch the kiosk stands in.")
@click.option("--kiosk", required=True, help="Its id: lower-case letters, digits, hyphens.")
@click.option("--days", type=click.IntRange(1, 30), help="How long the code lives.")
@click.option("--profile", type=click.Path(path_type=Path), help="Its configuration (TOML): devices, language, theme.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and no QR code.")
@click.pass_obj
def new(
    files: tuple[Path, ...], branch: str, kiosk: str, days: int | None, profile: Path | None, as_json: bool
) -> None:
    """Make a claim code for a kiosk and show it once, to type and as a QR code."""
    from headquarters.enrolment.profile import checked, read_profile

    checked({"kiosk": {"id": kiosk, "branch": branch}}, "--kiosk, --branch")
    with _desk(files) as (desk, who):
        desk.audit.write(who, "enrolment.new", kiosk, {"branch": branch, "days": days})
        made = desk.new(kiosk, branch, read_profile(profile) if profile else {}, days, who.id)
    if as_json:
        told = {"kiosk": kiosk, "branch": branch, "shown": made.claim.text(), "scanned": made.claim.scanned()}
        click.echo(orjson.dumps({**told, "expires_ms": made.expires_ms}).decode())
        return
    click.echo(_qr(made.claim.scanned()))
    click.echo(f"{made.claim.text()}   {made.claim.address}")
    click.echo(f"{kiosk} in {branch}, until {_at(made.expires_ms)}; shown once. At the kiosk: guitai provision")


@enrolment.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def list_(files: tuple[Path, ...], as_json: bool) -> None:
    """List every kiosk that joined or has a code."""
    from dataclasses import asdict

    with _desk(files) as (desk, _):
        found = desk.kiosks.listed()
    if as_json:
        click.echo(orjson.dumps([asdict(one) for one in found]).decode())
        return
    for one in found:
        parts = [one.kiosk, one.branch, one.state]
        parts += [f"code until {_at(one.code_expires_ms)}"] if one.code_expires_ms else []
        parts += [f"certificate until {_at(one.certificate_ends_ms)}"] if one.certificate_ends_ms else []
        parts += [f"accepted {_at(one.accepted_ms)}"] if one.accepted_ms else []
        parts += [f"moves to {one.move_to}"] if one.move_to else []
        click.echo("  ".join(parts))


@enrolment.command()
@KIOSK
@click.option("--reason", default="revoked at headquarters", show_default=True)
@click.pass_obj
def revoke(files: tuple[Path, ...], kiosk: str, reason: str) -> None:
    """Shut KIOSK out: headquarters refuses and cuts it within seconds. A new code lets it in again."""
    with _desk(files) as (desk, who):
        desk.kiosks.of(kiosk)
        ended = desk.revoke(kiosk, reason, who)
    click.echo(f"{kiosk}: {ended} certificates ended; the running headquarters shuts them out")


@enrolment.command()
@click.pass_obj
def relist(files: tuple[Path, ...]) -> None:
    """Make the list of revoked certificates again, lost or older, from those that joined by a code and ended."""
    from headquarters.broker import reload
    from headquarters.pki import REVOCATIONS

    with _desk(files) as (desk, who):
        added = desk.relist(who)
        path = desk.authority.folder / REVOCATIONS
        told = reload(desk.config.paths.state / "broker")
    click.echo(f"{path}: {added} certificates added; the running headquarters shuts them out")
    if not told:
        click.echo("no broker runs here: have it read the list again")
    click.echo("revoked by hand, without a code: `guitai revoke CERTIFICATE` for each that the list had no copy of")


@enrolment.command()
@KIOSK
@click.option("--branch", required=True, help="Where to.")
@click.pass_obj
def move(files: tuple[Path, ...], kiosk: str, branch: str) -> None:
    """Move KIOSK to another branch; `guitai provision --renew` at the kiosk does it once its events are through."""
    from headquarters.enrolment.profile import checked

    checked({"kiosk": {"branch": branch}}, "--branch")
    with _desk(files) as (desk, who):
        desk.audit.write(who, "enrolment.move", kiosk, {"branch": branch})
        desk.kiosks.move(kiosk, branch)
    click.echo(f"{kiosk}: moves to {branch} at its next renewal")


@enrolment.command()
@KIOSK
@click.pass_obj
def decommission(files: tuple[Path, ...], kiosk: str) -> None:
    """Let KIOSK destroy its keys: `guitai provision --decommission` there, by somebody who stands before it."""
    with _desk(files) as (desk, who):
        desk.audit.write(who, "enrolment.decommission", kiosk)
        desk.kiosks.decommission(kiosk)
    click.echo(f"{kiosk}: may be decommissioned")


@enrolment.command()
@KIOSK
@click.pass_obj
def proof(files: tuple[Path, ...], kiosk: str) -> None:
    """Check KIOSK's proof that its keys were destroyed, and print it."""
    from cryptography import x509

    from headquarters.enrolment.leaving import check_proof

    with _desk(files) as (desk, _):
        found = desk.kiosks.document(kiosk, "decommission")
        certificate = x509.load_pem_x509_certificate(found["certificate"].encode())
        certificate.verify_directly_issued_by(desk.authority.certificate)
    check_proof(found, certificate, kiosk)
    click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


@enrolment.command()
@KIOSK
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def acceptance(files: tuple[Path, ...], kiosk: str, file: Path) -> None:
    """Write KIOSK's newest certificate of acceptance (PDF) to FILE."""
    with _desk(files) as (desk, _):
        file.write_bytes(base64.b64decode(desk.kiosks.document(kiosk, "acceptance")["pdf"]))
    click.echo(f"{file}: certificate of acceptance of {kiosk}")


@enrolment.command()
@KIOSK
@click.option("--key", "private", type=click.Path(path_type=Path), required=True, help="The offline recovery.key.")
@click.pass_obj
def recover(files: tuple[Path, ...], kiosk: str, private: Path) -> None:
    """Give the journal's key back to KIOSK's new board; `guitai provision` there takes it."""
    from guitai.errors import GuitaiError
    from guitai.provisioning.board import rewrap

    with _desk(files) as (desk, who):
        copy, board = desk.kiosks.document(kiosk, "recovery"), desk.kiosks.document(kiosk, "board")
        owner, wrapped = rewrap(orjson.dumps(copy), private, str(board["public"]).encode())
        if owner != kiosk:
            raise GuitaiError("enrolment.other_kiosk", kiosk=kiosk)
        desk.audit.write(who, "enrolment.recovered", kiosk)
        desk.kiosks.keep(kiosk, "recovered", orjson.loads(wrapped))
    click.echo(f"{kiosk}: the journal's key waits for the new board")


@contextmanager
def _desk(files: tuple[Path, ...]) -> Iterator[tuple[EnrolmentDesk, Person]]:
    from guitai.clock import SystemClock
    from headquarters.console.audit import Audit
    from headquarters.console.people import Person
    from headquarters.engine import where
    from headquarters.enrolment.desk import EnrolmentDesk
    from headquarters.store import Store

    config, clock = configuration.load(files), SystemClock()
    with closing(Store(where(config))) as store:
        engine = store.connection
        who = Person(f"local:{getpass.getuser()}", "local", ("administrator",))
        yield EnrolmentDesk(config, engine, Audit(engine, clock), None, clock), who


def _qr(text: str) -> str:
    import qrcode

    code = qrcode.QRCode(border=2)
    code.add_data(text)
    out = io.StringIO()
    code.print_ascii(out=out)
    return out.getvalue()


def _at(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
