"""`shenpi serve`: the service itself."""

import click

from service.app import build
from service.commands.settings import DATABASE, settings_of, usable
from service.serving import serve


@click.command("serve", short_help="Run the service.")
@DATABASE
@click.option("--host", help="Address to listen on; default: SHENPI_HOST.")
@click.option("--port", type=int, help="Port to listen on; default: SHENPI_PORT.")
def command(database: str | None, host: str | None, port: int | None) -> None:
    """Answer requests until stopped. On PostgreSQL, several of these may share one database."""
    settings = settings_of(database=database, host=host, port=port)
    application = usable(lambda: build(settings))
    serve(application, settings, lambda: click.echo(f"Shenpi: {settings.origin}"))
