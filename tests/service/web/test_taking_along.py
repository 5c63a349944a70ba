"""What an auditor takes along: the result of a search as a ZIP that proves itself, and is written into the log."""

import json
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from tests.service.conftest import Desk, Visitor
from tests.service.web.test_administration import last
from tests.service.web.test_definition_pages import send, show


def taken(visitor: Visitor, query: str) -> dict[str, bytes]:
    """Take a search along; gives the files of the ZIP."""
    answer = show(visitor, f"/audit/export{query}")
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verified(files: dict[str, bytes], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the program that lies in it, without anything of the product."""
    folder = folder / "taken"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = [sys.executable, "-I", str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_search_is_taken_along_and_proves_itself(desk: Desk, tmp_path: Path) -> None:
    """Only what was found, with the whole log behind it; its seal stands in the log; one changed byte is told."""
    adam, audrey = desk.sign_in("adam"), desk.sign_in("audrey")
    send(adam, "/admin/people/ann", name="Ann Other", unit="xinghe")
    send(adam, "/admin/units", id="lake", name="Lake", kind="office", parent="xinghe")
    files = taken(audrey, "?what=person")
    (line,) = [json.loads(one) for one in files["found.jsonl"].splitlines()]
    assert (line["before"]["name"], line["after"]["name"]) == ("Ann", "Ann Other")
    manifest = json.loads(files["manifest.json"])
    assert (manifest["asked"], manifest["is_whole"]) == ({"what": "person"}, True)
    assert len(files["history.jsonl"].splitlines()) == manifest["revision"]
    proved = verified(files, tmp_path)
    assert proved.returncode == 0, proved.stdout
    seal = re.search(r"seal (\w+)", proved.stdout)
    assert seal is not None
    assert last(desk) == ("audit.exported", "audrey", f"export:{seal[1]}")
    for name in ("found.jsonl", "history.jsonl"):
        forged = {**files, name: files[name].replace(b"Ann Other", b"Ann Honest")}
        assert name in verified(forged, tmp_path).stdout


def test_what_was_done_to_items_is_shown_and_taken_with_before_and_after(desk: Desk) -> None:
    """To auditors; who reads the log learns who did what, and not what was written."""
    ann, audrey, auden = desk.sign_in("ann"), desk.sign_in("audrey"), desk.sign_in("auden")
    item = ann.start(cost=900_00)
    ann.ask("PATCH", f"/items/{item['id']}", json={"data": {"cost": 700_00}}, revision=item["revision"])
    shown = show(audrey, "/audit?view=items&actor=ann").text
    assert '<span class="quiet">Cost</span> <del>¥900.00</del> → <ins>¥700.00</ins>' in shown
    line = json.loads(taken(audrey, "?view=items&actor=ann")["found.jsonl"].splitlines()[0])
    assert line["before"] == {"cost": 900_00}
    assert "700.00" not in show(auden, "/audit?view=items").text
    secret = taken(auden, "?view=items")["found.jsonl"]
    assert b"70000" not in secret
    assert item["code"].encode() in secret
    assert show(ann, "/audit/export").status_code == 403
