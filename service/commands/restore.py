"""`shenpi restore`: put a backup in place, after it has been verified."""

from pathlib import Path

import click

from adapters.files.local import LocalFiles
from adapters.files.storage import DamagedFileError, MissingFileError
from adapters.sql.opening import sqlite_file
from adapters.sql.sqlite.backup import copy
from service.commands.backup import DATABASE_FILE, FILES_FOLDER, named
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import refuse


@click.command("restore", short_help="Put a backup in place.")
@DATABASE
@click.option("--from", "source", required=True, type=click.Path(path_type=Path), help="Folder that backup made.")
def command(database: str | None, source: Path) -> None:
    """Copy a backup to where nothing is yet: the files into the files folder, then the database. Then verify.

    A backup that is damaged, not whole or of another release is refused before anything is put in place.
    """
    settings = settings_of(database=database)
    target, kept = sqlite_file(settings.database), source / DATABASE_FILE
    if target is None:
        refuse("restore puts back SQLite; for PostgreSQL use pg_basebackup or pg_restore")
    if not kept.is_file():
        refuse(f"{source}: there is no {DATABASE_FILE}: name a folder that `shenpi backup` made")
    if not target.parent.is_dir():
        refuse(f"there is no folder {target.parent}: make it first")
    digests: list[str] = []

    def bring_files(copied: Path) -> None:
        digests.extend(named(copied))
        _bring(digests, source / FILES_FOLDER, settings.files_folder)

    usable(lambda: copy(kept, target, examine=bring_files, is_still=True))
    click.echo(f"{settings.database}: restored with {len(digests)} files; `shenpi verify` proves it")


def _bring(digests: list[str], source: Path, target: Path) -> None:
    """Copy files, all or none: each is read through before the first is copied, and again where it has come to."""
    if digests and not source.is_dir():
        refuse(f"{source}: there is no such folder, and the database names {len(digests)} files; nothing was restored")
    try:
        files = LocalFiles(source, is_read_only=True)
        for digest in digests:
            files.check(digest)
        into = LocalFiles(target)
        for digest in digests:
            with files.open(digest) as stream:
                into.put(stream)
            into.check(digest)
    except (MissingFileError, DamagedFileError) as error:
        refuse(f"{error}; the database was not restored")
