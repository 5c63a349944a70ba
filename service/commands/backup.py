"""`shenpi backup`: a verified copy of database and files, made while the service runs."""

import shutil
from pathlib import Path

import click

from adapters.files.local import LocalFiles
from adapters.files.storage import DamagedFileError, MissingFileError
from adapters.sql.opening import open_database, sqlite_file
from adapters.sql.sqlite.backup import copy
from adapters.sql.uploads import files_in_use
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import refuse
from service.settings import Settings

DATABASE_FILE, FILES_FOLDER = "shenpi.sqlite", "files"


@click.command("backup", short_help="Copy database and files, verified, while the service runs.")
@DATABASE
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="Folder to make.")
def command(database: str | None, target: Path) -> None:
    """Copy a SQLite database and the stored files into a new folder. PostgreSQL has its own: pg_basebackup, pg_dump."""
    settings = settings_of(database=database)
    source = sqlite_file(settings.database)
    if source is None:
        refuse("backup copies SQLite; for PostgreSQL use pg_basebackup or pg_dump, and copy the files folder")
    usable(lambda: open_database(settings.database, owner=False)).close()
    try:
        target.mkdir(parents=True)
    except OSError as error:
        refuse(f"{target}: {error.strerror}: name a folder that is not there yet")
    usable(lambda: copy(source, target / DATABASE_FILE, _tell))
    count = _copy_files(settings, target)
    click.echo(f"{target}: database and {count} files")


def _tell(left: int, every: int) -> None:
    click.echo(f"\r{100 * (every - left) // max(every, 1)} %", nl=left == 0, err=True)


def _copy_files(settings: Settings, target: Path) -> int:
    """Copy the files that the copied database names, reading each through on the way."""
    copied = usable(lambda: open_database(f"sqlite:///{target / DATABASE_FILE}", owner=False))
    with copied.read() as connection:
        digests = list(files_in_use(connection))
    copied.close()
    source, kept = LocalFiles(settings.files_folder), LocalFiles(target / FILES_FOLDER)
    for digest in digests:
        try:
            with source.open(digest) as stream:
                kept.put(stream)
            kept.check(digest)
        except (MissingFileError, DamagedFileError) as error:
            refuse(f"{error}; the backup in {target} is not complete")
    shutil.rmtree(target / FILES_FOLDER / "incoming", ignore_errors=True)
    return len(digests)
