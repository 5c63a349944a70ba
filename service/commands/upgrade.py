"""`shenpi upgrade`: bring a database to this release's schema."""

import click

from adapters.sql import schema
from service.commands.settings import DATABASE, settings_of, usable


@click.command("upgrade", short_help="Bring a database to this release's schema.")
@DATABASE
def command(database: str | None) -> None:
    """Run the migrations that are missing, all in one transaction. Stop the service before, and make a backup."""
    settings = settings_of(database=database)
    before, after = usable(lambda: schema.upgrade(settings.database))
    click.echo(f"version {after}, nothing to do" if before == after else f"version {before} → {after}")
