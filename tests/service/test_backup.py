"""Backup under use, restore, and verify: what comes back is what was there; damage is found and named."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from service import demo
from service.settings import Settings
from tests.service.test_cli import shenpi


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demonstration county's database and files."""
    folder = tmp_path_factory.mktemp("county")
    settings = replace(Settings(), database=f"sqlite:///{folder / 'county.sqlite'}", files_folder=folder / "files")
    demo.make(settings)
    return settings


@pytest.fixture(scope="module")
def brought_back(county: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the county's backup, and what was restored from it elsewhere."""
    folder = tmp_path_factory.mktemp("copies")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHENPI_FILES_FOLDER", str(county.files_folder))
        backup = shenpi("backup", "--database", county.database, "--to", str(folder / "backup"))
        assert backup.returncode == 0, backup.stderr
        environment.setenv("SHENPI_FILES_FOLDER", str(folder / "files"))
        url = f"sqlite:///{folder / 'restored.sqlite'}"
        answer = shenpi("restore", "--database", url, "--from", str(folder / "backup"))
        assert answer.returncode == 0, answer.stderr
    return folder


@pytest.fixture
def restored(brought_back: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The restored county, to spoil; the environment points to its files."""
    shutil.copytree(brought_back, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("SHENPI_FILES_FOLDER", str(tmp_path / "files"))
    return tmp_path / "restored.sqlite"


def test_a_restored_county_is_clean(county: Settings, restored: Path) -> None:
    """Forty projects with what stands beside them, every record and every file as before; exit code 0."""
    answer = shenpi("verify", "--database", f"sqlite:///{restored}", "--json")
    assert answer.returncode == 0, answer.stdout
    verdict = json.loads(answer.stdout)
    assert verdict["clean"]
    with closing(sqlite3.connect(county.database.removeprefix("sqlite:///"))) as driver:
        assert driver.execute("SELECT count(*) FROM cases").fetchone() == (verdict["cases"],)
    assert verdict["cases"] > 40
    assert verdict["records"] > 1_000


def test_a_tampered_record_is_named(restored: Path) -> None:
    """One changed letter in one record: exit code 1, case and record named."""
    with closing(sqlite3.connect(restored)) as driver, driver:
        case_id, payload = driver.execute("SELECT case_id, payload FROM record WHERE seq = 3 LIMIT 1").fetchone()
        changed = payload.replace("u", "v", 1) if isinstance(payload, str) else payload.replace(b"u", b"v", 1)
        driver.execute("UPDATE record SET payload = ? WHERE case_id = ? AND seq = 3", (changed, case_id))
    answer = shenpi("verify", "--database", f"sqlite:///{restored}", "--json")
    assert answer.returncode == 1
    fault = json.loads(answer.stdout)["faults"][0]
    assert (fault["case"], fault["seq"]) == (case_id, 3)


def test_a_damaged_file_is_named(restored: Path, tmp_path: Path) -> None:
    """A stored file that lost a byte is found."""
    victim = next(path for path in (tmp_path / "files").rglob("*") if path.is_file())
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes()[:-1])
    answer = shenpi("verify", "--database", f"sqlite:///{restored}", "--json")
    assert answer.returncode == 1
    (line,) = json.loads(answer.stdout)["files"]
    assert victim.name in line
    assert line.startswith(_code_of(restored, victim.name)), "it does not say whose file it is"


def _code_of(restored: Path, digest: str) -> str:
    asked = "SELECT code FROM cases JOIN file ON case_id = cases.id WHERE digest = ? ORDER BY file.id LIMIT 1"
    with closing(sqlite3.connect(restored)) as driver:
        return str(driver.execute(asked, (digest,)).fetchone()[0])


def test_the_wrong_folder_is_said_once(restored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database verified without its files tells of the folder, not of a thousand files."""
    monkeypatch.setenv("SHENPI_FILES_FOLDER", str(tmp_path / "elsewhere"))
    answer = shenpi("verify", "--database", f"sqlite:///{restored}", "--json")
    assert answer.returncode == 1
    (line,) = json.loads(answer.stdout)["files"]
    assert str(tmp_path / "elsewhere") in line
    assert "SHENPI_FILES_FOLDER" in line


def test_nothing_is_overwritten(county: Settings, restored: Path, tmp_path: Path) -> None:
    """A backup folder or a database that is there already stays as it is."""
    before = restored.read_bytes()
    assert shenpi("backup", "--database", county.database, "--to", str(tmp_path / "backup")).returncode == 2
    again = shenpi("restore", "--database", f"sqlite:///{restored}", "--from", str(tmp_path / "backup"))
    assert again.returncode == 2
    assert restored.read_bytes() == before
