"""guitai update: installs what headquarters offered or a stick holds, shows how it stands, makes signed releases (docs/updates.md)."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from guitai import config as configuration
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.kept import keep, read_kept
from guitai.wire.releases import DESCRIPTOR, DESCRIPTOR_BYTES, SIGNATURE, Ended, Folder, Wanted, id_of, write_release

if TYPE_CHECKING:
    from guitai.updates.acts import Outcome
    from guitai.updates.machine import Updater

OPT = Path("/opt")
INCOMING = Path("/var/lib/guitai/sync/updates")
OUTCOMES, WANTED = "outcomes", "wanted.json"
CORE = Path("/var/lib/guitai/core")
AGAIN_S = 10.0


@click.group()
def update() -> None:
    """This machine's software, models and answers: two versions, one of which always works (docs/updates.md)."""


@update.command()
@click.option("--incoming", type=click.Path(path_type=Path), default=INCOMING, help="Where sync puts what it fetched.")
@click.pass_obj
def run(files: tuple[Path, ...], incoming: Path) -> None:
    """Carry on with what is wanted until nothing is; guitai-updates.service does that."""
    config = configuration.load(files)
    updater = _updater(config, lambda release_id: incoming / release_id)
    _carry_on(updater, lambda: read_kept(incoming / WANTED, Wanted), lambda: time.sleep(AGAIN_S))


@update.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--now", is_flag=True, help="Switch over at any hour; never while a customer is served.")
@click.option(
    "--offline", is_flag=True, help="The line is down: the doctor alone says whether the new version is well."
)
@click.pass_obj
def usb(files: tuple[Path, ...], folder: Path, now: bool, offline: bool) -> None:
    """Install the signed release that lies in FOLDER, judged by this machine's own key ring."""
    release_id = id_of(Folder(folder).read(DESCRIPTOR, DESCRIPTOR_BYTES))
    updater = _updater(configuration.load(files), lambda _: folder, now=now, offline=offline)
    under_way = updater.state.phase != "idle" and updater.state.release == release_id
    wanted = Wanted(job=updater.state.job if under_way else f"usb-{time.time_ns() // 1_000_000}", release=release_id)
    _carry_on(updater, lambda: wanted, lambda: time.sleep(AGAIN_S))
    last = updater.state.last
    if last is not None and last.status != "SUCCEEDED":
        raise click.ClickException(f"{last.status}: {last.reason}")


@update.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def show(files: tuple[Path, ...], as_json: bool) -> None:
    """Show what the slots hold and what is under way; changes nothing."""
    import msgspec

    from guitai.updates.machine import STATE
    from guitai.updates.slots import Updates

    path = configuration.load(files).updates.folder / STATE
    try:
        state = msgspec.json.decode(path.read_bytes(), type=Updates)
    except FileNotFoundError:
        click.echo("{}" if as_json else "nothing was ever updated here")
        return
    except (OSError, msgspec.DecodeError) as error:
        raise GuitaiError("updates.slots", reason=str(error)) from error
    if as_json:
        click.echo(orjson.dumps(asdict(state)).decode())
        return
    for slot in ("A", "B"):
        content = state.content(slot)
        told = ".".join(map(str, content.order))
        click.echo(f"{'*' if slot == state.good else ' '} {slot}  {content.standing:8} {content.name or '-'}  {told}")
    click.echo(f"  {state.phase}{f': {state.release[:12]}' if state.release else ''}")
    if state.last is not None:
        click.echo(f"  last: {state.last.release[:12]} {state.last.status} {state.last.reason}")


@update.command()
@click.argument("payload", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(["software", "models", "answers", "flows", "rules"]), required=True)
@click.option("--payload", "form", type=click.Choice(["rauc", "tar", "file"]), default="file", show_default=True)
@click.option("--name", required=True, help="Of software: the folder's name, guitai-VERSION-COMMIT.")
@click.option("--version", required=True)
@click.option("--build", type=int, required=True, help="Grows with every release.")
@click.option("--compatible", default="guitai-debian12-amd64", show_default=True)
@click.option("--certificate", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--key", type=click.Path(path_type=Path, exists=True), required=True)
def make(payload: Path, folder: Path, form: str, certificate: Path, key: Path, **about: object) -> None:
    """Cut PAYLOAD into chunks in FOLDER, describe and sign them."""
    from guitai.updates.signature import sign

    descriptor = write_release(payload, folder, {**about, "payload": form})
    (folder / SIGNATURE).write_bytes(sign(descriptor, certificate, key))
    click.echo(f"{id_of(descriptor)}  {folder}")


def _updater(config: Config, where: Callable[[str], Path], *, now: bool = False, offline: bool = False) -> Updater:
    from edge_models.places import taken
    from guitai.cli.update_gate import Gate
    from guitai.clock import SystemClock
    from guitai.updates.folders import Folders
    from guitai.updates.machine import Around, Updater
    from guitai.updates.packs import use_pack
    from guitai.updates.rauc import Rauc

    gate = Gate(config, now=now, offline=offline)
    folder, paths = config.updates.folder, config.paths
    click.get_current_context().call_on_close(gate.close)
    _alone(folder)
    machine = Rauc() if config.updates.slots == "rauc" else Folders(OPT, folder)

    def tell(outcome: Outcome) -> None:
        if outcome.job:
            (folder / OUTCOMES).mkdir(parents=True, exist_ok=True)
            path = folder / OUTCOMES / f"{outcome.job}.json"
            keep(path, Ended(release=outcome.release, status=outcome.status, reason=outcome.reason[:200]))
            path.chmod(0o644)

    around = Around(
        source=lambda release_id: Folder(where(release_id)),
        quiet=gate.quiet,
        examine=gate.examine,
        pack=lambda kind, path, release: use_pack(
            kind, path, release, CORE, paths.keys, taken(paths.models), SystemClock().unix_ms()
        ),
        tell=tell,
    )
    return Updater(folder, config.updates.ring, config.updates.compatible, machine, around)


def _alone(folder: Path) -> None:
    """Keep other updaters away as long as this process lives. Raises GuitaiError ``updates.busy``, ``updates.disk``."""
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise GuitaiError("updates.busy", phase="another process") from error
    except OSError as error:
        raise GuitaiError("updates.disk", reason=error.strerror or str(error)) from error


def _carry_on(updater: Updater, wanted: Callable[[], Wanted | None], wait: Callable[[], None]) -> None:
    """Go on until nothing is under way and nothing is wanted."""
    from guitai.updates import acts

    while True:
        updater.start()
        now = wanted()
        if now is not None:
            updater.happen(acts.Offered(now.release, now.job))
        elif updater.state.job:
            updater.happen(acts.Canceled())
        if updater.state.phase == "idle":
            return
        wait()
