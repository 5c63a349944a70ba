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
    digests: list[str] = []
    try:
        usable(lambda: copy(source, target / DATABASE_FILE, _tell, lambda copied: digests.extend(named(copied))))
        _copy_files(digests, settings.files_folder, target / FILES_FOLDER)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    click.echo(f"{target}: database and {len(digests)} files")


def _tell(left: int, every: int) -> None:
    click.echo(f"\r{100 * (every - left) // max(every, 1)} %", nl=left == 0, err=True)


def named(copied: Path) -> list[str]:
    """Give the files that a copied database names; ends the command when it is not ours or not of this release."""
    opened = usable(lambda: open_database(f"sqlite:///{copied}", owner=False))
    with opened.read() as connection:
        digests = list(files_in_use(connection))
    opened.close()
    return digests


def _copy_files(digests: list[str], source: Path, target: Path) -> None:
    """Copy the files that the copied database names, reading each through on the way; nothing is left of a failure."""
    try:
        files, kept = LocalFiles(source), LocalFiles(target)
        for digest in digests:
            with files.open(digest) as stream:
                kept.put(stream)
            kept.check(digest)
    except (MissingFileError, DamagedFileError, OSError) as error:
        refuse(f"{error}; nothing was kept in {target.parent}")
    shutil.rmtree(target / "incoming", ignore_errors=True)
