"""`shenpi import projects` and `shenpi export template`, as an official uses them."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from adapters.documents.spreadsheet import read_tables
from service.assembly import assemble
from service.cli import main
from service.importing import open_drafts, plan_of, read_proposals, template
from service.settings import Settings
from tests.workflows.procedure import procedure
from tests.workflows.rehearsal import rehearsal
from tests.workflows.test_proposals import MELBOURNE

MAPPING = Path(__file__).parents[1] / "workflows" / "melbourne.yaml"
HEADING = "申报单位,项目名称,投资估算\n"
GOOD = "星禾镇便民服务中心,数据共享,12.50\n"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with the demonstration's county in it."""
    folder = tmp_path_factory.mktemp("county")
    with rehearsal(folder):
        pass
    return f"sqlite:///{folder / 'demo.db'}"


def shenpi(*words: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, words)


def imported(county: str, file: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Run the command; gives its exit code and what it printed."""
    answer = shenpi("import", "projects", str(file), "--database", county, "--json", *words)
    assert answer.stdout, answer.stderr
    return answer.exit_code, json.loads(answer.stdout)


def codes_of(county: str) -> set[str]:
    """Give the codes of all drafts."""
    assembly = assemble(Settings(database=county), owner=False)
    try:
        with assembly.database.read() as connection:
            return {
                case.code
                for case in assembly.organisation.facts(connection).peers("township-project", "name", "数据共享")
            }
    finally:
        assembly.close()


def test_a_bad_row_keeps_all_out_unless_the_good_ones_are_asked_for(county: str, tmp_path: Path) -> None:
    """Row and column of what is bad; nothing opened; then the good row; then the same row gives the same draft."""
    file = tmp_path / "proposals.csv"
    file.write_text(f"{HEADING}{GOOD}财神庙,路灯,很多\n", "utf-8")
    code, told = imported(county, file)
    assert code == 1
    assert [(fault["where"], fault["code"]) for fault in told["faults"]] == [
        ("C3", "proposal.not_a_number"),
        ("A3", "proposal.unit_unknown"),
    ]
    assert "财神庙" in told["faults"][1]["message"]
    assert told["imported"] == []
    assert codes_of(county) == set()
    code, told = imported(county, file, "--good-rows")
    assert (code, [one["row"] for one in told["imported"]]) == (1, [2])
    again = imported(county, file, "--good-rows")[1]
    assert again["imported"] == told["imported"]
    assert codes_of(county) == {told["imported"][0]["code"]}


def test_a_good_table_is_imported_in_english_too(county: str, tmp_path: Path) -> None:
    """Exit code 0; the draft belongs to the unit's applicant."""
    file = tmp_path / "one.csv"
    file.write_text("Unit,Project name,Costs as of\nT02-SVC,Lamps,2026-05-01\n", "utf-8")
    assert imported(county, file, "--language", "en")[0] == 0
    assembly = assemble(Settings(database=county), owner=False)
    try:
        with assembly.database.read() as connection:
            (case,) = assembly.organisation.facts(connection).peers("township-project", "name", "Lamps")
    finally:
        assembly.close()
    assert (case.state, case.initiator, case.unit) == ("draft", "t02-apply", "T02-SVC")


def test_a_file_that_is_no_table_is_told_in_one_sentence(county: str, tmp_path: Path) -> None:
    """Neither a trace nor a draft."""
    file = tmp_path / "picture.xlsx"
    file.write_bytes(b"PK\x03\x04 not a workbook")
    code, told = imported(county, file)
    assert (code, told["imported"], len(told["faults"])) == (1, [], 1)


@pytest.mark.parametrize(
    ("mapping", "told"), [("columns: [", "mapping.yaml"), ("columns: {FFC: sum}", "sum: no field"), ("- x", "holds")]
)
def test_a_wrong_mapping_file_is_wrong_use(county: str, tmp_path: Path, mapping: str, told: str) -> None:
    """Exit code 2, and the line says what is allowed."""
    file, how = tmp_path / "one.csv", tmp_path / "mapping.yaml"
    file.write_text(f"{HEADING}{GOOD}", "utf-8")
    how.write_text(mapping, "utf-8")
    answer = shenpi("import", "projects", str(file), "--database", county, "--mapping", str(how))
    assert answer.exit_code == 2
    assert told in answer.stderr


def test_the_template_is_read_back_as_it_was_filled_in(county: str, tmp_path: Path) -> None:
    """Written by the command, filled in by hand, read without a fault."""
    file = tmp_path / "template.xlsx"
    answer = shenpi("export", "template", "--database", county, "--out", str(file))
    assert answer.exit_code == 0, answer.stderr
    sheet, help_page = read_tables(BytesIO(file.read_bytes()))
    assert sheet.rows[0].cells[:3] == ("申报单位", "项目名称", "建设性质")
    assert len(help_page.rows) > len(sheet.rows[0].cells) - 2
    assert read_tables(BytesIO(template(procedure(), "en")))[0].rows[0].cells[:2] == ("Unit", "Project name")


def test_without_a_database_the_template_follows_the_shipped_definition(tmp_path: Path) -> None:
    """A newcomer gets a template as well, and is told what it follows."""
    file = tmp_path / "template.xlsx"
    nowhere = f"sqlite:///{tmp_path / 'none.sqlite'}"
    answer = shenpi("export", "template", "--database", nowhere, "--out", str(file))
    assert answer.exit_code == 0
    assert "shipped" in answer.stderr
    assert file.stat().st_size > 5_000


def test_445_real_projects_become_drafts(tmp_path: Path) -> None:
    """435 drafts through the engine, ten rows named by their cell."""
    if not MELBOURNE.is_file():
        pytest.skip(f"no {MELBOURNE.name}: set SHENPI_SHARED_DATA to the folder of shared data")
    with rehearsal(tmp_path) as played:
        assembly = assemble(Settings(database=f"sqlite:///{tmp_path / 'demo.db'}"), owner=False, durable=False)
        try:
            definition = played.runtime.process_of(played.case("T01-0001")).definition
            plan = plan_of(definition, mapping())
            directory = played.organisation.now()
            with MELBOURNE.open("rb") as file:
                reading = read_proposals(file, definition, plan, directory, "T03-SVC")
            counted: list[int] = []
            done = open_drafts(assembly, definition, reading.proposals, "0" * 64, None, counted.append)
        finally:
            assembly.close()
    assert (len(done.receipts), len(reading.faults), done.faults) == (435, 10, ())
    assert counted == list(range(1, 436))
    assert {receipt.state for receipt in done.receipts.values()} == {"draft"}


def mapping() -> dict[str, Any]:
    """Give the mapping of the real projects."""
    return dict(yaml.safe_load(MAPPING.read_text("utf-8")))


def test_all_or_none_holds_for_the_rules_of_the_engine_too(county: str, tmp_path: Path) -> None:
    """One row of a unit in which the person may not start keeps the others out."""
    file = tmp_path / "two.csv"
    file.write_text("Unit,Project name\nT03-SVC,Weir\nT04-SVC,Weir\n", "utf-8")
    code, told = imported(county, file, "--as", "t03-apply")
    assert (code, told["imported"]) == (1, [])
    assert [(one["where"], one["code"]) for one in told["faults"]] == [("A3", "permission.may_not_start")]
    code, told = imported(county, file, "--as", "t03-apply", "--good-rows")
    assert (code, [one["row"] for one in told["imported"]]) == (1, [2])


def test_a_name_that_the_unit_has_is_noticed(county: str, tmp_path: Path) -> None:
    """In an earlier row, and in a project that another file made; the first file itself may be run again."""
    file, other = tmp_path / "first.csv", tmp_path / "second.csv"
    file.write_text("Unit,Project name\nT05-SVC,Bridge\nT05-SVC,Bridge\n", "utf-8")
    told = imported(county, file, "--good-rows")[1]
    (made,) = told["imported"]
    assert [(one["where"], one["code"]) for one in told["faults"]] == [("A3", "proposal.exists")]
    other.write_text("Unit,Project name\nT05-SVC,Bridge\nT06-SVC,Bridge\n", "utf-8")
    told = imported(county, other)[1]
    assert told["imported"] == []
    assert [(one["where"], one["code"]) for one in told["faults"]] == [("A2", "proposal.exists")]
    assert made["code"] in told["faults"][0]["message"]
    assert imported(county, file, "--good-rows")[1]["imported"] == [made]
