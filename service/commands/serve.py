"""`shenpi serve`: the service itself."""

import click

from adapters.sql.opening import open_database, sqlite_file
from service.app import build
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import refuse
from service.serving import serve, serve_in_processes
from service.settings import Settings


@click.command("serve", short_help="Run the service.")
@DATABASE
@click.option("--host", help="Address to listen on; default: SHENPI_HOST.")
@click.option("--port", type=int, help="Port to listen on; default: SHENPI_PORT.")
@click.option("--workers", type=int, help="Processes that answer, on PostgreSQL; default: SHENPI_WORKERS.")
def command(database: str | None, host: str | None, port: int | None, workers: int | None) -> None:
    """Answer requests until stopped. On PostgreSQL, several of these may share one database."""
    settings = settings_of(database=database, host=host, port=port, workers=workers)
    if settings.workers == 1:
        serve(usable(lambda: build(settings)), settings, lambda: click.echo(f"Shenpi: {settings.origin}"))
    else:
        _serve_in_processes(settings)


def _serve_in_processes(settings: Settings) -> None:
    if sqlite_file(settings.database) is not None:
        refuse(f"{settings.workers} workers need PostgreSQL, which many processes can serve: a SQLite file has one")
    usable(lambda: open_database(settings.database)).close()
    serve_in_processes(build, settings, lambda: click.echo(f"Shenpi: {settings.origin}, {settings.workers} processes"))
