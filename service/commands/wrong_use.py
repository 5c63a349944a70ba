"""One way to say that something is wrong with what the user gave: one line on stderr, exit code 2, nothing changed."""

from typing import NoReturn

import click

WRONG_USE = 2
CHECK_FAILED = 1


def refuse(message: str) -> NoReturn:
    """Say it and stop."""
    click.echo(f"shenpi: {message}", err=True)
    raise SystemExit(WRONG_USE)
