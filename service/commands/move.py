"""`shenpi move`: take everything to another database, as when a county outgrows its file."""

import click

from adapters.sql.moving import move
from adapters.sql.opening import open_database
from service.commands.settings import DATABASE, settings_of, usable


@click.command("move", short_help="Copy everything into another, empty database.")
@DATABASE
@click.option("--to", "target", required=True, help="The empty one: sqlite:///FILE or postgresql://…")
def command(database: str | None, target: str) -> None:
    """Copy every row of a database, from SQLite to PostgreSQL or the other way. Stop the service before.

    It is done whole or not at all. The source stays as it was, and so do the stored files, which both name.
    """
    source, target = settings_of(database=database).database, settings_of(database=target).database
    owned = usable(lambda: open_database(source))
    try:
        moved = usable(lambda: move(source, target))
    finally:
        owned.close()
    click.echo(f"{sum(moved.values()):,} rows of {len(moved)} tables moved; `shenpi verify` proves it")
