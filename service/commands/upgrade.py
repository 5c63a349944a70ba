"""`shenpi upgrade`: bring a database to this release's schema."""

import click

from adapters.sql import schema
from service.assembly import assemble
from service.commands.settings import DATABASE, settings_of, usable
from service.founding import Brought, provide_definitions, provide_policies
from service.settings import Settings

SAID = {
    Brought.PUBLISHED: "new, published as version {version}",
    Brought.DRAFTED: "this release's text is version {version}, a draft to compare and publish",
    Brought.WAITS: "draft {version} is open: publish or reject it, then upgrade again for this release's text",
}


@click.command("upgrade", short_help="Bring a database to this release's schema.")
@DATABASE
def command(database: str | None) -> None:
    """Run the migrations that are missing, all in one transaction. Stop the service before, and make a backup.

    Policies that this release brings are set as shipped; what the county has set stays. Procedures that it brings are
    published; a new text of one that the county has becomes a draft, for its own people to compare and publish.
    """
    settings = settings_of(database=database)
    before, after = usable(lambda: schema.upgrade(settings.database))
    policies, procedures = usable(lambda: _provide(settings))
    is_done = before == after and not policies and not procedures
    click.echo(f"version {after}, nothing to do" if is_done else f"version {before} → {after}")
    for key in policies:
        click.echo(f"policy {key} set as shipped")
    for key, version, brought in procedures:
        click.echo(f"procedure {key}: {SAID[brought].format(version=version)}")


def _provide(settings: Settings) -> tuple[list[str], list[tuple[str, int, Brought]]]:
    assembly = assemble(settings)
    try:
        return provide_policies(assembly), list(provide_definitions(assembly.publishing))
    finally:
        assembly.close()
