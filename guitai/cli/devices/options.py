"""Options that several sub-commands of guitai devices share."""

from __future__ import annotations

import click

language_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the sentences."
)
