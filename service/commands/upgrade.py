"""`shenpi upgrade`: bring a database to this release's schema."""

import click

from adapters.sql import schema
from service.assembly import assemble
from service.commands.settings import DATABASE, settings_of, usable
from service.founding import provide_policies
from service.settings import Settings


@click.command("upgrade", short_help="Bring a database to this release's schema.")
@DATABASE
def command(database: str | None) -> None:
    """Run the migrations that are missing, all in one transaction. Stop the service before, and make a backup.

    Policies that this release brings are set as shipped; what the county has set stays.
    """
    settings = settings_of(database=database)
    before, after = usable(lambda: schema.upgrade(settings.database))
    new = usable(lambda: _policies(settings))
    is_done = before == after and not new
    click.echo(f"version {after}, nothing to do" if is_done else f"version {before} → {after}")
    for key in new:
        click.echo(f"policy {key} set as shipped")


def _policies(settings: Settings) -> list[str]:
    assembly = assemble(settings)
    try:
        return provide_policies(assembly)
    finally:
        assembly.close()
