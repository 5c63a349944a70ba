"""Procedures of other languages on the command line: check, import, export, as a person types them."""

import json
from pathlib import Path

import pytest

from tests.adapters.exchange.models import bpmn
from tests.service.test_cli import SOUND, shenpi

STUCK = ("start > xor1 > A > and1 > end", "xor1 > B > and1")


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """A model that gets stuck."""
    path = tmp_path / "stuck.bpmn"
    path.write_text(bpmn(*STUCK), "utf-8")
    return path


def test_a_model_is_judged_like_a_definition(stuck: Path, tmp_path: Path) -> None:
    """One line a file, the same shape, exit code 1; a file that is no model at all has that for its problem."""
    fine, none = tmp_path / "fine.bpmn", tmp_path / "none.bpmn"
    fine.write_text(bpmn("start > A > end"), "utf-8")
    none.write_text("<html/>", "utf-8")
    answer = shenpi("check", str(fine), str(stuck), str(none), "--json")
    assert answer.returncode == 1, answer.stderr
    verdicts = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [verdict["sound"] for verdict in verdicts] == [True, False, False]
    problem = verdicts[1]["problems"][0]
    assert (problem["code"], problem["path"], problem["trace"]) == ("deadlock", "and1", ["start", "xor1", "A"])
    assert problem["where"] == f"{stuck}: and1"
    assert "and1" in problem["message"]
    assert verdicts[2]["problems"][0]["code"] == "not_known"
    assert shenpi("check", str(fine)).returncode == 0


def test_a_model_becomes_a_definition(tmp_path: Path) -> None:
    """The text passes our own check; what is not said is told on the error stream, with its element and id."""
    model, made = tmp_path / "model.bpmn", tmp_path / "made.yaml"
    model.write_text(
        bpmn("start > A > and1 > B > and2 > end", "and1 > C > and2").replace("userTask", "scriptTask", 1), "utf-8"
    )
    answer = shenpi("import", "definition", str(model), "--out", str(made))
    assert answer.returncode == 0, answer.stderr
    assert f"{model}: scriptTask A: " in answer.stderr
    assert shenpi("check", str(made)).returncode == 0
    told = json.loads(shenpi("import", "definition", str(model), "--json").stdout)
    assert told["definition"] == made.read_text("utf-8")
    assert {gap["why"] for gap in told["gaps"]} == {"done_by_hand", "nobody_named"}
    assert 0 < told["expressed"] < told["constructs"]


def test_what_can_not_be_imported_is_refused_in_one_line(stuck: Path, tmp_path: Path) -> None:
    """No such process, a file that is no model: exit code 2; a model that gets stuck: 1, with its problems."""
    none = tmp_path / "none.xml"
    none.write_text("<html/>", "utf-8")
    for words in (("import", "definition", str(none)), ("import", "definition", str(stuck), "--process", "x")):
        answer = shenpi(*words)
        assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    answer = shenpi("import", "definition", str(stuck))
    assert answer.returncode == 1
    assert "stuck" in answer.stderr


def test_a_definition_becomes_a_model_with_its_picture(tmp_path: Path) -> None:
    """And is sound as a model; a definition that can not be read is told with its line."""
    source, out = tmp_path / "leave.yaml", tmp_path / "leave.bpmn"
    source.write_text(SOUND, "utf-8")
    answer = shenpi("export", "definition", str(source), "--bpmn", str(out), "--language", "en")
    assert answer.returncode == 0, answer.stderr
    assert 'name="Leave"' in out.read_text("utf-8")
    assert "BPMNShape" in out.read_text("utf-8")
    assert shenpi("check", str(out)).returncode == 0
    source.write_text("workflow: x\n", "utf-8")
    assert shenpi("export", "definition", str(source), "--bpmn", str(out)).returncode == 1
