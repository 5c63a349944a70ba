"""`shenpi restore`: put a backup in place, after it has been verified."""

from pathlib import Path

import click

from adapters.files.local import LocalFiles
from adapters.sql.opening import open_database, sqlite_file
from adapters.sql.sqlite.backup import copy
from service.commands.backup import DATABASE_FILE, FILES_FOLDER
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import refuse


@click.command("restore", short_help="Put a backup in place.")
@DATABASE
@click.option("--from", "source", required=True, type=click.Path(path_type=Path), help="Folder that backup made.")
def command(database: str | None, source: Path) -> None:
    """Copy a backup to where nothing is yet: the database, and the files into the files folder. Then verify."""
    settings = settings_of(database=database)
    target, kept = sqlite_file(settings.database), source / DATABASE_FILE
    if target is None:
        refuse("restore puts back SQLite; for PostgreSQL use pg_basebackup or pg_restore")
    if not kept.is_file():
        refuse(f"{source}: there is no {DATABASE_FILE}: name a folder that `shenpi backup` made")
    usable(lambda: open_database(f"sqlite:///{kept}", owner=False)).close()
    usable(lambda: copy(kept, target))
    files, into = LocalFiles(source / FILES_FOLDER), LocalFiles(settings.files_folder)
    digests = list(files.digests())
    for digest in digests:
        with files.open(digest) as stream:
            into.put(stream)
    click.echo(f"{settings.database}: restored with {len(digests)} files; `shenpi verify` proves it")
