"""Who signed in, or tried to: written down in a chain, shown to auditors, and proved with all other chains."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner

from adapters.documents.certificate import certificate_in
from adapters.identity.second_factor import number_at
from adapters.sql.sign_in_log import SIGN_INS
from service.cli import main
from tests.service.conftest import Desk, Visitor
from tests.service.office import PASSWORD
from tests.service.web.test_definition_pages import show


def tried(auditor: Visitor, **asked: str) -> list[tuple[str | None, str]]:
    """What the log tells, the first first: who, and how it ended."""
    answer = auditor.get("/audit/sign-ins", params=asked)
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["sign_ins"]
    return [(one["user"]["id"] if one["user"] else None, one["outcome"]) for one in reversed(entries)]


def knock(desk: Desk, name: str, password: str) -> int:
    """Try to sign in by the interface."""
    return desk.client.post("/api/v1/session", json={"username": name, "password": password}).status_code


def test_every_ending_is_written_down(desk: Desk) -> None:
    """Success, wrong password, unknown name, disabled account; the failure that locks says so, later ones are none."""
    adam, audrey = desk.sign_in("adam"), desk.sign_in("audrey")
    adam.ask("PATCH", "/people/bob", json={"enabled": False, "reason": "left"})
    assert knock(desk, "bob", PASSWORD) == knock(desk, "canary-4711", PASSWORD) == 401
    desk.sign_in("ann")
    for _ in range(desk.settings.login_failures_max + 2):
        knock(desk, "amy", "wrong")
    told = tried(audrey)
    assert told[:5] == [
        ("adam", "password"),
        ("audrey", "password"),
        ("bob", "disabled"),
        (None, "wrong_password"),
        ("ann", "password"),
    ]
    assert told[5:] == [*[("amy", "wrong_password")] * desk.settings.login_failures_max, ("amy", "locked")]
    assert tried(audrey, actor="bob") == [("bob", "disabled")]
    page = show(audrey, "/audit?view=sign_ins&actor=amy").text
    assert ("Locked for too many failures" in page, "Bob" in page) == (True, False)
    assert "canary-4711" not in show(audrey, "/audit?view=sign_ins").text
    assert tried(desk.sign_in("auden"))[-1] == ("auden", "password")
    assert desk.sign_in("sepp").get("/audit/sign-ins").status_code == 403


def test_the_second_proof_and_the_word_of_another_service_are_written_down(desk: Desk) -> None:
    """Half a session, the number that was wrong, the one that was right; vouched for, and nobody's name."""
    audrey, signing_in, now = desk.sign_in("audrey"), desk.assembly.signing_in, desk.clock.now()
    factor = signing_in.second.offer("ann")
    signing_in.second.take("ann", number_at(factor, now), now)
    desk.clock.advance(minutes=2)
    half = desk.client.post("/api/v1/session", json={"username": "ann", "password": PASSWORD}).json()["token"]
    for code in ("000000", number_at(factor, desk.clock.now())):
        desk.client.post("/api/v1/session/otp", json={"token": half, "code": code})
    signing_in.sign_in_vouched("amy", "10.0.0.1", desk.clock.now(), "")
    assert tried(audrey)[1:] == [
        ("ann", "half"),
        ("ann", "wrong_code"),
        ("ann", "second_proof"),
        ("amy", "vouched"),
    ]


def test_a_changed_entry_is_found(desk: Desk, tmp_path: Path) -> None:
    """A row stays as it is; who takes the guard away is found by the command, the page and an earlier certificate."""
    audrey, path = desk.sign_in("audrey"), desk.settings.database.removeprefix("sqlite:///")
    knock(desk, "amy", "wrong")
    kept = tmp_path / "kept.pdf"
    kept.write_bytes(show(audrey, "/audit/verify/certificate.pdf").content)
    verify = ["verify", "--database", desk.settings.database, "--certificate", str(kept)]
    assert CliRunner().invoke(main, verify).exit_code == 0
    with sqlite3.connect(path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="never changed or deleted"):
            connection.execute("DELETE FROM sign_in_entry")
        connection.execute("DROP TRIGGER sign_in_entry_no_update")
        connection.execute("UPDATE sign_in_entry SET user = 'rita' WHERE number = 2")
    connection.close()
    done = CliRunner().invoke(main, verify)
    assert (done.exit_code, "the log of signing in, entry 2: not as it was written" in done.output) == (1, True)
    found = audrey.get("/audit/verification").json()
    assert (found["clean"], found["sign_ins_broken_at"]) == (False, 2)
    assert "differs from number 2 on" in show(audrey, "/audit/verify?run=1").text
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER sign_in_entry_no_delete")
        connection.execute("DELETE FROM sign_in_entry WHERE number = 2")
    connection.close()
    done = CliRunner().invoke(main, verify)
    assert (done.exit_code, "the log of signing in: not what the certificate" in done.output) == (1, True)


def test_the_certificate_is_printed_with_itself_inside(desk: Desk) -> None:
    """The PDF says what the page says, in the reader's language, and holds the same as data."""
    audrey = desk.sign_in("audrey")
    desk.sign_in("ann").start()
    answer = show(audrey, "/audit/verify/certificate.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    text = "".join(one.get_textpage().get_text_range() for one in document)
    words = "".join(text.replace("\u200b", "").split())
    inside = json.loads(certificate_in(answer.content))
    assert inside.keys() == audrey.get("/audit/verification").json().keys()
    for name in ("items_anchor", "ledgers_anchor", "office_anchor", "sign_ins_anchor", "digest"):
        assert inside[name] in words, name
    assert inside["digest"][:8] + " " + inside["digest"][8:16] in text, "a hash is read in groups"
    for said in ("Certificateofthechainsofrecords", "Allrecordsareaswritten", "青禾县", "Checkedby", "1record"):
        assert said in words, said


def test_what_was_found_is_taken_along_with_its_own_chain(desk: Desk) -> None:
    """The ZIP of this view proves the log of signing in."""
    audrey = desk.sign_in("audrey")
    knock(desk, "amy", "wrong")
    with zipfile.ZipFile(io.BytesIO(show(audrey, "/audit/export?view=sign_ins&actor=amy").content)) as archive:
        (line,) = archive.read("found.jsonl").splitlines()
        history = archive.read("history.jsonl").decode().splitlines()
    assert json.loads(line)["outcome"] == "wrong_password"
    with desk.assembly.database.read() as connection:
        assert history == SIGN_INS.payloads(connection)[0]
