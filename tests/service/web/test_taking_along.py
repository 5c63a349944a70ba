"""What an auditor takes along: the result of a search as a ZIP that proves itself, and is written into the log."""

import json
import re
import secrets
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from adapters.documents.casefile_verifier import is_signed
from adapters.documents.signature import public_key, sign
from tests.service.conftest import Desk, Visitor
from tests.service.web.test_administration import last
from tests.service.web.test_definition_pages import send, show


def taken(visitor: Visitor, query: str) -> dict[str, bytes]:
    """Take a search along; gives the files of the ZIP."""
    answer = show(visitor, f"/audit/export{query}")
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verified(files: dict[str, bytes], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program that lies in it, without anything of the product."""
    folder = folder / "taken"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = [sys.executable, "-I", str(folder / "verify.py"), *words]
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


def test_what_is_taken_along_is_signed(desk: Desk, tmp_path: Path) -> None:
    """With the key on the certificate: a forged file with its manifest, another key, a missing signature is told."""
    audrey = desk.sign_in("audrey")
    files = taken(audrey, "")
    shown = re.search(r"<code>([0-9a-f]{64})</code>", show(audrey, "/audit/verify").text)
    assert shown is not None
    key = f"--key={shown[1]}"
    assert json.loads(taken(audrey, "")["manifest.sig"])["public_key"] == shown[1]
    assert shown[1] in show(audrey, "/audit/verify?run=1").text
    proved = verified(files, tmp_path, key)
    assert (proved.returncode, f"signed with the key {shown[1]}" in proved.stdout) == (0, True), proved.stdout
    forged = json.loads(files["manifest.json"])
    changed = files["found.jsonl"] + b"{}\n"
    for entry in forged["files"]:
        if entry["path"] == "found.jsonl":
            entry["sha256"] = sha256(changed).hexdigest()
    manifest = json.dumps(forged).encode()
    resealed = {**files, "found.jsonl": changed, "manifest.json": manifest}
    assert "manifest.sig: is not of manifest.json" in verified(resealed, tmp_path, key).stdout
    own = secrets.token_bytes(32)
    manifest = json.dumps({**forged, "signed_with": public_key(own).hex()}).encode()
    other = {"algorithm": "Ed25519", "public_key": public_key(own).hex(), "signature": sign(own, manifest).hex()}
    resigned = {**resealed, "manifest.json": manifest, "manifest.sig": json.dumps(other).encode()}
    assert "is of another key" in verified(resigned, tmp_path, key).stdout
    (tmp_path / "taken" / "manifest.sig").unlink()
    unsigned = {name: content for name, content in files.items() if name != "manifest.sig"}
    assert "manifest.sig: is missing" in verified(unsigned, tmp_path).stdout


def test_signatures_are_those_of_rfc_8032() -> None:
    """The first three examples of its section 7.1; a changed message, signature or key is refused."""
    for secret, public, message, signature in EXAMPLES:
        parts = tuple(map(bytes.fromhex, (secret, public, message, signature)))
        assert public_key(parts[0]) == parts[1]
        assert sign(parts[0], parts[2]) == parts[3]
        assert is_signed(*parts[1:])
        assert not is_signed(parts[1], parts[2] + b"x", parts[3])
        assert not is_signed(parts[1], parts[2], parts[3][:-1] + bytes([parts[3][-1] ^ 1]))
        assert not is_signed(parts[1][:-1], parts[2], parts[3])
        assert not is_signed(bytes(32 * [255]), parts[2], parts[3])


EXAMPLES = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
)
