"""guitai hands, second part: ID card, code, document, paper, the cabinet's sensors, the operator panel."""

from __future__ import annotations

from pathlib import Path

import click

from guitai.cli.hand import do

_PRINTERS = click.Choice(["printer", "statement_printer"])


@click.command()
@click.argument("name")
@click.argument("number")
@click.option("--valid-from", default="2020-01-01", show_default=True)
@click.option("--valid-to", help="YYYY-MM-DD; left out: the card has no end (长期).")
@click.option("--address")
@click.option("--photo", type=click.Path(exists=True, dir_okay=False))
@click.pass_obj
def lay_id_card(
    files: tuple[Path, ...],
    /,
    name: str,
    number: str,
    valid_from: str,
    valid_to: str | None,
    address: str | None,
    photo: str | None,
) -> None:
    """Lay a made-up ID card on the glass; the birthday is the one in its number."""
    birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    more = {"valid_to": valid_to, "address": address, "photo": photo and str(Path(photo).resolve())}
    given = {key: value for key, value in more.items() if value}
    do(files, lambda h: h.lay_id_card(name, number, birth, valid_from, **given))


@click.command()
@click.pass_obj
def take_id_card(files: tuple[Path, ...]) -> None:
    """Take the ID card off the glass."""
    do(files, lambda h: h.take_id_card())


@click.command()
@click.argument("text")
@click.option("--symbology", default="qrCode", show_default=True)
@click.pass_obj
def show_code(files: tuple[Path, ...], text: str, symbology: str) -> None:
    """Hold a code before the barcode reader."""
    do(files, lambda h: h.show_code(text, symbology))


@click.command()
@click.pass_obj
def take_code(files: tuple[Path, ...]) -> None:
    """Take the code away."""
    do(files, lambda h: h.take_code())


@click.command()
@click.argument("picture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def lay_document(files: tuple[Path, ...], picture: Path) -> None:
    """Lay what a picture file shows under the document camera."""
    do(files, lambda h: h.lay_document(picture.resolve()))


@click.command()
@click.pass_obj
def take_document(files: tuple[Path, ...]) -> None:
    """Empty the document camera's tray."""
    do(files, lambda h: h.take_document())


@click.command()
@click.argument("printer", type=_PRINTERS, default="printer")
@click.pass_obj
def take_paper(files: tuple[Path, ...], printer: str) -> None:
    """Take the paper from a printer's exit."""
    do(files, lambda h: h.take_paper(printer))


@click.command()
@click.argument("printer", type=_PRINTERS, default="printer")
@click.pass_obj
def load_paper(files: tuple[Path, ...], printer: str) -> None:
    """Put in a new roll or fill the tray."""
    do(files, lambda h: h.load_paper(printer))


@click.command()
@click.argument("sensor")
@click.argument("value")
@click.pass_obj
def set_sensor(files: tuple[Path, ...], sensor: str, value: str) -> None:
    """Open a door, turn the operator's switch, shake the safe: `set-sensor safe_door open`."""
    do(files, lambda h: h.set_sensor(sensor, value))


@click.command()
@click.pass_obj
def lift_handset(files: tuple[Path, ...]) -> None:
    """Take the handset off its hook: what is said goes there."""
    do(files, lambda h: h.lift_handset())


@click.command()
@click.pass_obj
def hang_up(files: tuple[Path, ...]) -> None:
    """Hang the handset up."""
    do(files, lambda h: h.hang_up())


@click.command()
@click.pass_obj
def plug_headphones(files: tuple[Path, ...]) -> None:
    """Put the headphones' plug into the socket."""
    do(files, lambda h: h.plug_headphones())


@click.command()
@click.pass_obj
def pull_headphones(files: tuple[Path, ...]) -> None:
    """Pull the headphones' plug out."""
    do(files, lambda h: h.pull_headphones())


@click.command()
@click.argument("wanted", type=click.Choice(["enter", "leave"]))
@click.pass_obj
def press_mode_key(files: tuple[Path, ...], wanted: str) -> None:
    """Press the operator panel's key for the maintenance mode."""
    do(files, lambda h: h.press_mode_key(wanted == "enter"))


COMMANDS: tuple[click.Command, ...] = (
    lay_id_card,
    take_id_card,
    show_code,
    take_code,
    lay_document,
    take_document,
    take_paper,
    load_paper,
    set_sensor,
    lift_handset,
    hang_up,
    plug_headphones,
    pull_headphones,
    press_mode_key,
)
