"""guitai ui: look at the window's screens without a kiosk."""

from __future__ import annotations

from pathlib import Path

import click

COLUMNS = {"portrait": 10, "landscape": 6}
TILE_PX = {"portrait": 216, "landscape": 384}


@click.group()
def ui() -> None:
    """Look at the window's screens without a kiosk."""


@ui.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the pictures.")
@click.option(
    "--scale", type=click.FloatRange(0.3, 1.0), default=1.0, show_default=True, help="Of 1080 x 1920 and 1280 x 800."
)
def gallery(out: Path, scale: float) -> None:
    """Render every screen, in both languages, normal and large print, portrait and landscape, and a contact sheet of each.

    Pictures are OUT/LANGUAGE_MODE_ORIENTATION/SCREEN.png, sheets OUT/LANGUAGE_MODE_ORIENTATION.png.
    """
    from kiosk_ui.gallery import run
    from kiosk_ui.sheet import write_sheet

    out.mkdir(parents=True, exist_ok=True)
    count = run(out, scale)
    for folder in sorted(path for path in out.iterdir() if path.is_dir()):
        orientation = folder.name.rsplit("_", 1)[-1]
        if orientation in COLUMNS:
            pictures = {path.stem: path for path in sorted(folder.glob("*.png"))}
            write_sheet(out / f"{folder.name}.png", pictures, COLUMNS[orientation], TILE_PX[orientation])
    click.echo(f"{count} pictures in {out}")
