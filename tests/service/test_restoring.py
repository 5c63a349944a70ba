"""Backups that are damaged, not whole or not ours, and places that have no room: all is restored, or nothing."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest
from click.testing import CliRunner, Result

from service.commands import backup, restore
from service.settings import Settings
from tests.faults.test_failing_statements import no_room
from tests.service.conftest import Desk
from tests.service.test_files import PDF, TEXT, send


@pytest.fixture
def kept(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of an office with two files, made while its service runs; a restore puts it into an empty folder."""
    ann = desk.sign_in("ann")
    item = ann.start()
    for name, content in (("plan.txt", TEXT), ("plan.pdf", PDF)):
        assert send(ann, item, name, content).status_code == 201
    monkeypatch.setenv("SHENPI_FILES_FOLDER", str(desk.settings.files_folder))
    made = run(backup.command, desk.settings, "--to", str(tmp_path / "backup"))
    assert made.exit_code == 0, made.output
    (tmp_path / "new").mkdir()
    monkeypatch.setenv("SHENPI_FILES_FOLDER", str(tmp_path / "new" / "files"))
    return tmp_path / "backup"


def run(command: object, settings: Settings, *words: str) -> Result:
    """Run a command on the database of some settings."""
    return CliRunner().invoke(command, ["--database", settings.database, *words])  # type: ignore[arg-type]  # a command


def restored(kept: Path) -> Result:
    """Restore a backup into the empty folder."""
    settings = replace(Settings(), database=f"sqlite:///{kept.parent / 'new' / 'office.sqlite'}")
    return run(restore.command, settings, "--from", str(kept))


def files_of(kept: Path) -> list[Path]:
    """The files of a backup."""
    return sorted(path for path in (kept / "files").rglob("*") if path.is_file())


def lose_a_file(kept: Path) -> None:
    """One file is gone."""
    files_of(kept)[0].unlink()


def change_a_file(kept: Path) -> None:
    """One file has lost a byte."""
    (victim, *_) = files_of(kept)
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes()[:-1])


def lose_all_files(kept: Path) -> None:
    """Only the database was taken along."""
    shutil.rmtree(kept / "files")


def damage_the_database(kept: Path) -> None:
    """Every other page of the database holds noise."""
    with (kept / "shenpi.sqlite").open("r+b") as file:
        for page in range(3, 200, 2):
            file.seek(page * 4096)
            file.write(os.urandom(4096))


def cut_the_database_off(kept: Path) -> None:
    """Half of the database was taken along."""
    size = (kept / "shenpi.sqlite").stat().st_size
    os.truncate(kept / "shenpi.sqlite", size // 2)


def make_it_newer(kept: Path) -> None:
    """A newer release made it."""
    with closing(sqlite3.connect(kept / "shenpi.sqlite")) as driver, driver:
        driver.execute("UPDATE alembic_version SET version_num = '9999'")


def put_another_there(kept: Path) -> None:
    """Other software made it."""
    (kept / "shenpi.sqlite").unlink()
    with closing(sqlite3.connect(kept / "shenpi.sqlite")) as driver, driver:
        driver.execute("CREATE TABLE letter (words TEXT)")


SPOILT: tuple[tuple[Callable[[Path], None], str], ...] = (
    (lose_a_file, "there is no file"),
    (change_a_file, "has changed"),
    (lose_all_files, "2 files"),
    (damage_the_database, "damaged|malformed"),
    (cut_the_database_off, "damaged|malformed"),
    (make_it_newer, "install a newer shenpi"),
    (put_another_there, "not made by shenpi"),
)


@pytest.mark.parametrize(("spoil", "words"), SPOILT, ids=lambda value: getattr(value, "__name__", ""))
def test_a_spoilt_backup_is_refused(kept: Path, spoil: Callable[[Path], None], words: str) -> None:
    """In one line that says what, exit code 2, and nothing is put in place; the next one can be tried at once."""
    whole = kept.with_name("whole")
    shutil.copytree(kept, whole)
    spoil(kept)
    answer = restored(kept)
    assert answer.exit_code == 2, answer.output
    assert re.search(words, answer.output), answer.output
    assert answer.output.count("\n") == 1
    assert [path.name for path in (kept.parent / "new").iterdir() if path.is_file()] == []
    assert restored(whole).exit_code == 0


def test_the_log_of_a_lost_database_is_not_taken_into_a_restored_one(kept: Path) -> None:
    """SQLite takes the log of a killed service for that of whatever file comes to stand beside it."""
    log = kept.parent / "new" / "office.sqlite-wal"
    log.write_bytes(b"x" * 5_000)
    answer = restored(kept)
    assert answer.exit_code == 2
    assert str(log) in answer.output
    log.unlink()
    assert restored(kept).exit_code == 0


def test_a_restore_that_found_no_room_is_done_again(kept: Path) -> None:
    """Nothing is in its place that is not whole."""
    with no_room():
        answer = restored(kept)
    assert answer.exit_code == 2
    assert [path.name for path in (kept.parent / "new").iterdir() if path.is_file()] == []
    assert restored(kept).exit_code == 0


def test_a_backup_that_failed_leaves_nothing(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a full disk nor a file that is gone leaves a folder that looks like a backup."""
    ann = desk.sign_in("ann")
    assert send(ann, ann.start(), "plan.txt", TEXT).status_code == 201
    monkeypatch.setenv("SHENPI_FILES_FOLDER", str(desk.settings.files_folder))
    target = tmp_path / "backup"
    with no_room():
        assert run(backup.command, desk.settings, "--to", str(target)).exit_code == 2
    assert not target.exists()
    (file,) = files_of(desk.settings.files_folder.parent)
    file.rename(tmp_path / "away")
    answer = run(backup.command, desk.settings, "--to", str(target))
    assert (answer.exit_code, target.exists()) == (2, False)
    assert "there is no file" in answer.output


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write to a folder, as on a medium that was burnt."""
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0 or which("mount") is None, reason="only root mounts")
def test_a_backup_is_restored_from_a_medium_that_nobody_writes_to(kept: Path) -> None:
    """Neither SQLite nor we leave anything beside it."""
    with read_only(kept):
        answer = restored(kept)
    assert answer.exit_code == 0, answer.output
