"""The case file on the command line: everything of an item is in it, and the program inside finds what was changed."""

import hashlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.documents.casefile_verifier import main
from tests.service.test_cli import ROOT, shenpi
from tests.service.web.county import Service
from tests.service.web.test_papers import approved, text_of, unbroken

D12, D42 = "documents/D12 项目立项审批表.pdf", "documents/D42 储备项目申报表.pdf"


@pytest.fixture(scope="module")
def exported(county: Service, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The case file of an approved project, unpacked, and its number; without its attachments none is written."""
    case, folder = approved(county), tmp_path_factory.mktemp("casefile")
    target = folder / "case.zip"
    settings = county.assembly.settings
    words = ("export", "case", case.code, "--database", settings.database, "--out", str(target))
    lost = shenpi(*words)
    assert (lost.returncode, lost.stderr.count("\n"), target.exists()) == (2, 1, False)
    where = {**os.environ, "SHENPI_FILES_FOLDER": str(settings.files_folder)}
    command = [sys.executable, "-m", "service.cli", *words]
    answer = subprocess.run(command, cwd=ROOT, env=where, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    with ZipFile(target) as archive:
        archive.extractall(folder / "case")
    return folder / "case", case.code


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the program of a case file, without this project's packages."""
    words = [sys.executable, "-I", "-S", "verify.py"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def test_everything_is_in_it_and_proved(exported: tuple[Path, str]) -> None:
    """Data, history, definition and documents; the program needs nothing but Python."""
    folder, code = exported
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    paths = {entry["path"] for entry in manifest["files"]}
    assert {"case.json", "history.jsonl", "definition.yaml", "verify.py", "卷内目录.pdf", D12, D42} <= paths
    assert manifest["code"] == code
    assert any(path.startswith("attachments/") for path in paths)
    assert (folder / D12).read_bytes().startswith(b"%PDF")
    listed = unbroken(text_of((folder / "卷内目录.pdf").read_bytes()))
    assert "（未编号）" not in listed
    assert all(unbroken(path) in listed for path in paths if path.startswith(("documents/", "attachments/")))
    answer = verify(folder)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "whole and unchanged" in answer.stdout


@pytest.mark.parametrize("how", ["changed", "missing", "added", "shortened", "rewritten", "broken"])
def test_whatever_is_done_to_it_is_found(exported: tuple[Path, str], tmp_path: Path, how: str) -> None:
    """Also when the manifest was made to fit: the history no longer chains to the hash of the case."""
    source, _ = exported
    for path in source.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    history = tmp_path / "history.jsonl"
    if how == "changed":
        (tmp_path / "case.json").write_text("{}", "utf-8")
    elif how == "missing":
        (tmp_path / D12).unlink()
    elif how == "added":
        (tmp_path / "documents" / "D99.pdf").write_bytes(b"x")
    elif how == "broken":
        (tmp_path / "manifest.json").write_text("[]", "utf-8")
    else:
        lines = history.read_text("utf-8").splitlines(keepends=True)
        kept = lines[:-1] if how == "shortened" else [lines[0].replace("a", "b", 1), *lines[1:]]
        history.write_text("".join(kept), "utf-8")
        refit(tmp_path)
    answer = verify(tmp_path)
    assert answer.returncode == (2 if how == "broken" else 1), answer.stdout + answer.stderr
    assert answer.stdout or how == "broken"


def zipped(entries: list[tuple[str, bytes]], target: Path) -> Path:
    """Write a ZIP with these files, names and all as they are given."""
    with ZipFile(target, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in entries:
            archive.writestr(name, content)
    return target


def test_each_file_is_guarded(exported: tuple[Path, str], tmp_path: Path) -> None:
    """Of every file a byte changed, the end cut off, the file gone, under another name, there twice: each is found."""
    folder, _ = exported
    whole = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    target = tmp_path / "case.zip"
    assert main([str(zipped(list(whole.items()), target))]) == 0
    for name, content in whole.items():
        middle, others = len(content) // 2, [(other, told) for other, told in whole.items() if other != name]
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        for how in ([(name, flipped)], [(name, content[:-1])], [], [(f"x{name}", content)], [(name, content)] * 2):
            assert main([str(zipped([*others, *how], target))]) in (1, 2), (name, len(how))


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "..\\evil", "C:\\evil", "documents/../../evil", "evil/"])
def test_names_that_lead_out_of_the_folder_are_found(exported: tuple[Path, str], tmp_path: Path, name: str) -> None:
    """Nothing is unpacked to look at it, and whatever is not of the case is named."""
    folder, _ = exported
    whole = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    assert main([str(zipped([*whole, (name, b"evil")], tmp_path / "case.zip"))]) == 1


def test_another_hand_is_found_by_its_key(exported: tuple[Path, str]) -> None:
    """Who signs a forged file anew has not the office's key: `--key` is that of the certificate."""
    folder, _ = exported
    key = json.loads((folder / "manifest.json").read_text("utf-8"))["signed_with"]
    assert main([str(folder), f"--key={key}"]) == 0
    assert main([str(folder), f"--key={'0' * 64}"]) == 1
    assert main([str(folder), "--key="]) == 0


def refit(folder: Path) -> None:
    """Make the manifest fit the changed history, as a forger would who cannot change the case's hash elsewhere."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    content = (folder / "history.jsonl").read_bytes()
    for entry in manifest["files"]:
        if entry["path"] == "history.jsonl":
            entry["sha256"] = hashlib.sha256(content).hexdigest()
    manifest["revision"] = len(content.splitlines())
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_an_item_that_is_not_there_is_refused_in_one_line(county: Service, tmp_path: Path) -> None:
    """And no file is begun."""
    target = tmp_path / "none.zip"
    answer = shenpi("export", "case", "none", "--database", county.assembly.settings.database, "--out", str(target))
    assert (answer.returncode, answer.stderr.count("\n"), target.exists()) == (2, 1, False)
