"""The command line as a person meets it: real processes, their output and exit codes."""

import csv
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shenpi(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command and wait for it."""
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


SOUND = """
workflow: leave
title: {zh: 请假, en: Leave}
phases: {all: {zh: 全部, en: All}}
states:
  draft:
    title: {zh: 草稿, en: Draft}
    phase: all
    who: initiator
    actions:
      submit: {title: {zh: 提交, en: Submit}, to: done}
  done: {title: {zh: 完成, en: Done}, phase: all, kind: end}
"""


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A definition file with nothing wrong."""
    path = tmp_path / "leave.yaml"
    path.write_text(SOUND, "utf-8")
    return path


def test_help_lists_the_commands() -> None:
    """Everything that can be done is in the help."""
    answer = shenpi("--help")
    assert answer.returncode == 0
    assert "replay" in answer.stdout
    assert "check" in answer.stdout


def test_a_sound_definition_passes(sound: Path) -> None:
    """Exit code 0 and sound: true."""
    answer = shenpi("check", str(sound), "--json")
    assert answer.returncode == 0, answer.stderr
    verdict = json.loads(answer.stdout)
    assert (verdict["sound"], verdict["problems"]) == (True, [])


def test_a_broken_definition_fails_with_line_and_path(sound: Path) -> None:
    """Exit code 1, and the problem names where it is."""
    sound.write_text(SOUND.replace("to: done", "to: don"), "utf-8")
    answer = shenpi("check", str(sound), "--json")
    assert answer.returncode == 1
    (problem,) = json.loads(answer.stdout)["problems"]
    assert problem["path"] == "states.draft.actions.submit.to"
    assert problem["line"] == 11
    assert "done" in problem["message"]


def test_whether_somebody_is_there_is_judged_over_a_database(sound: Path, tmp_path: Path) -> None:
    """Without one, that it was not judged is said plainly; over an empty county, that nobody may start a case."""
    role = SOUND.replace("who: initiator", "who: {role: checker, in: item.county}", 1)
    sound.write_text(role, "utf-8")
    alone = json.loads(shenpi("check", str(sound), "--json").stdout)
    assert "people_not_judged" in {note["code"] for note in alone["notes"]}
    assert "--database" in shenpi("check", str(sound)).stdout
    url = f"sqlite:///{tmp_path / 'county.sqlite'}"
    assert shenpi("init", "--database", url).returncode == 0
    answer = shenpi("check", str(sound), "--database", url, "--json")
    over = json.loads(answer.stdout)
    codes = {one["code"] for one in (*over["problems"], *over["notes"])}
    assert "people_not_judged" not in codes
    assert codes & {"nobody_may_start", "nobody_anywhere"}, over
    gone = shenpi("check", str(sound), "--database", f"sqlite:///{tmp_path / 'gone.sqlite'}")
    assert (gone.returncode, gone.stderr.count("\n"), gone.stdout) == (2, 1, "")


@pytest.mark.parametrize("words", [("check", "missing.yaml"), ("check",), ("replay",), ("nonsense",)])
def test_wrong_use_is_one_line_and_exit_code_2(words: tuple[str, ...]) -> None:
    """A file that is not there, and words that are wrong."""
    answer = shenpi(*words)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_a_log_is_replayed_into_a_table(shared_data: Path, tmp_path: Path) -> None:
    """The municipality's log through the mined machine: 1,370 of 1,434 cases accepted."""
    folder, out = shared_data / "receipt-wabo", tmp_path / "verdicts.csv"
    words = (
        "replay",
        "--definition",
        str(folder / "receipt_fsm.json"),
        "--log",
        str(folder / "receipt.csv"),
        "--out",
        str(out),
    )
    answer = shenpi(*words, "--json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {"cases": 1_434, "accepted": 1_370, "left_out": {}}
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sum(row["accepted"] == "1" for row in rows) == 1_370
    assert {row["first_bad_step"] for row in rows if row["accepted"] == "1"} == {""}


def test_a_new_county_is_made_once(tmp_path: Path) -> None:
    """The first time makes everything and prints a made-up password once; the second time changes nothing."""
    url = f"sqlite:///{tmp_path / 'county.sqlite'}"
    first = shenpi("init", "--database", url, "--admin", "first")
    assert first.returncode == 0, first.stderr
    assert "administrators first, sec-admin, aud-admin" in first.stdout
    assert "shown this once" in first.stdout
    for names in (("--admin", "aud-admin"), ("--county-id", "a/b"), ("--security-admin", "a b")):
        assert shenpi("init", "--database", url, *names).returncode == 2
    again = shenpi("init", "--database", url)
    assert again.returncode == 2
    assert "not empty" in again.stderr
    assert "nothing to do" in shenpi("upgrade", "--database", url).stdout


def test_an_upgrade_brings_the_policies_of_the_release(tmp_path: Path) -> None:
    """A county founded before a policy was shipped gets it; a value it has set stays."""
    path = tmp_path / "county.sqlite"
    url = f"sqlite:///{path}"
    assert shenpi("init", "--database", url).returncode == 0
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM policy_value WHERE key = 'screening.urgent_days'")
        raw.execute("UPDATE policy_value SET value = '77' WHERE key = 'screening.pass_points'")
    told = shenpi("upgrade", "--database", url).stdout
    assert told.splitlines()[1:] == ["policy screening.urgent_days set as shipped"]
    with sqlite3.connect(path) as raw:
        keys = ("screening.pass_points", "screening.urgent_days")
        found = raw.execute("SELECT key, value FROM policy_value WHERE key IN (?, ?) ORDER BY key", keys).fetchall()
    assert found == [("screening.pass_points", "77"), ("screening.urgent_days", "90")]


def test_an_upgrade_brings_the_procedures_of_the_release(tmp_path: Path) -> None:
    """One that is new begins; a new text of one that is there is a draft, and waits while another is open."""
    path = tmp_path / "county.sqlite"
    url = f"sqlite:///{path}"
    assert shenpi("init", "--database", url).returncode == 0
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM definition WHERE key = 'lesson'")
        raw.execute("UPDATE definition SET digest = 'older', source = source || '# older' WHERE key = 'risk'")
    told = shenpi("upgrade", "--database", url).stdout.splitlines()[1:]
    assert sorted(line.partition(",")[0] for line in told) == [
        "procedure lesson: new",
        "procedure risk: this release's text is version 2",
    ]
    with sqlite3.connect(path) as raw:
        found = "SELECT key, version, status FROM definition WHERE key IN ('lesson', 'risk') ORDER BY key, version"
        assert raw.execute(found).fetchall() == [
            ("lesson", 1, "published"),
            ("risk", 1, "published"),
            ("risk", 2, "draft"),
        ]
        raw.execute("UPDATE definition SET digest = 'ours' WHERE key = 'risk' AND version = 2")
    assert "draft 2 is open" in shenpi("upgrade", "--database", url).stdout
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM definition WHERE key = 'risk' AND version = 2")
    assert "version 2, a draft" in shenpi("upgrade", "--database", url).stdout
    assert "nothing to do" in shenpi("upgrade", "--database", url).stdout


def test_a_weak_password_or_a_missing_database_is_refused(tmp_path: Path) -> None:
    """Nothing is made with a password that breaks the rules; serving nothing is refused in one line."""
    path, password = tmp_path / "county.sqlite", tmp_path / "password"
    password.write_text("secret\n", "utf-8")
    weak = shenpi("init", "--database", f"sqlite:///{path}", "--password-file", str(password))
    assert weak.returncode == 2
    assert not path.exists()
    none = shenpi("serve", "--database", f"sqlite:///{path}")
    assert none.returncode == 2
    assert none.stderr.count("\n") == 1
    for word in ("init", "upgrade"):
        away = shenpi(word, "--database", "postgresql://shenpi:x@127.0.0.1:1/shenpi")
        assert (away.returncode, away.stderr.count("\n")) == (2, 1)
        assert "does not answer" in away.stderr
