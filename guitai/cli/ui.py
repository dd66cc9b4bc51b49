"""guitai ui: look at the window's screens without a kiosk."""

from __future__ import annotations

from pathlib import Path

import click

COLUMNS = {"portrait": 10, "landscape": 6}
AGAIN_S = 5.0
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


@ui.command()
@click.option("--picture", type=click.Path(path_type=Path), help="Write the picture to a file (PNG) and return.")
@click.pass_obj
def closed(files: tuple[Path, ...], picture: Path | None) -> None:
    """Say on the bare screen that the kiosk is out of service, until ended; where the window cannot be shown.

    Drawn again every few seconds: a console that writes over it is outlived.
    """
    import signal

    from guitai import config as configuration
    from guitai.errors import GuitaiError
    from kiosk_ui import closed as out_of_service
    from kiosk_ui import fonts

    try:
        config = configuration.load(files)
    except GuitaiError:
        config = configuration.Config()  # what is wrong with it may be why we are here
    found = fonts.find(config.paths.state)
    said = out_of_service.lines(config)
    if picture is not None:
        out_of_service.draw(said, found, (config.window.width, config.window.height)).save(picture, "PNG")
        return
    screen = out_of_service.screen()
    drawn = out_of_service.draw(said, found, (screen.width, screen.height))
    stop = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    while True:
        out_of_service.put(drawn, screen)
        if signal.sigtimedwait(stop, AGAIN_S) is not None:
            return
