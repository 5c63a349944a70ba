"""`shenpi import`: what people have filled in elsewhere."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import click

from adapters.documents.spreadsheet import SpreadsheetError
from engine.definition import Definition
from engine.refusal import NotFound
from service.assembly import Assembly, assemble
from service.commands.definitions import import_definition
from service.commands.exporting import DEFINITION
from service.commands.importing_calendar import import_calendars
from service.commands.importing_ledger import import_ledger
from service.commands.importing_office import import_roles, import_units, import_users
from service.commands.mappings import ENCODING, EXISTING, SHEET, mapping_of, passed_over
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import CHECK_FAILED, refuse
from service.http.problems import Wording
from service.importing import Imported, digest_of, judged, open_drafts, plan_of, read_proposals
from service.texts import Language
from workflows.proposals import Reading
from workflows.table_mapping import PlanFaulty


@click.group("import", short_help="Bring in proposals from a table, or a procedure from another language.")
def command() -> None:
    """Bring in what was filled in or drawn elsewhere."""


command.add_command(import_definition)
command.add_command(import_ledger)
command.add_command(import_units)
command.add_command(import_users)
command.add_command(import_roles)
command.add_command(import_calendars)


@command.command("projects", short_help="Open a draft for each row of an XLSX or CSV file.")
@click.argument("file", type=EXISTING)
@DATABASE
@DEFINITION
@click.option("--mapping", type=EXISTING, help="YAML: which heading is which field.")
@ENCODING
@SHEET
@click.option("--unit", help="Unit of rows that name none.")
@click.option("--as", "starter", help="User whose drafts they become; default: the unit's first applicant.")
@click.option("--good-rows", is_flag=True, help="Import the good rows although others are bad. Default: all or none.")
@click.option("--check", "only_check", is_flag=True, help="Say what is wrong and import nothing.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Of the messages; default: SHENPI_LANGUAGE.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_projects(file: Path, database: str | None, definition: str, **how: Any) -> None:  # noqa: ANN401  # options
    """Open a draft for each row, and name every bad row with row and column.

    Importing the same file again gives the same drafts. Exit code 1 when rows are bad.
    """
    settings = settings_of(database=database)
    assembly = usable(lambda: assemble(settings, owner=False))
    try:
        reading, done = _import(assembly, file, definition, how)
    finally:
        assembly.close()
    language = cast("Language", how["language"] or assembly.language)
    _report(file, reading, done, Wording(assembly.catalogue, language), as_json=how["as_json"])


def _import(assembly: Assembly, file: Path, key: str, how: Mapping[str, Any]) -> tuple[Reading, Imported]:
    try:
        definition = assembly.library.get(key).definition
    except NotFound as error:
        refuse(f"{error}: no published definition of that key")
    reading = _read(assembly, file, definition, how)
    with file.open("rb") as source:
        digest = digest_of(source)
    reading = judged(assembly, definition, reading, digest, how["starter"])
    if how["only_check"] or (reading.faults and not how["good_rows"]):
        return reading, Imported({}, ())
    count = len(reading.proposals)

    def tell(done: int) -> None:
        click.echo(f"\r{done}/{count}", nl=done == count, err=True)

    return reading, open_drafts(assembly, definition, reading.proposals, digest, how["starter"], tell)


def _read(assembly: Assembly, file: Path, definition: Definition, how: Mapping[str, Any]) -> Reading:
    directory = assembly.organisation.now()
    if how["unit"] and how["unit"] not in directory.units:
        refuse(f"--unit {how['unit']}: there is no such unit")
    try:
        plan = plan_of(definition, mapping_of(how["mapping"]) if how["mapping"] else None)
        with file.open("rb") as source:
            return read_proposals(source, definition, plan, directory, how["unit"], how["encoding"], how["sheet"])
    except PlanFaulty as error:
        refuse(f"{how['mapping']}: {error}")
    except SpreadsheetError as error:
        return Reading((), (error.refusal,))


def _report(file: Path, reading: Reading, done: Imported, wording: Wording, *, as_json: bool) -> None:
    faults = (*reading.faults, *done.faults)
    if as_json:
        click.echo(json.dumps(_as_json(file, reading, done, wording), ensure_ascii=False))
    else:
        for fault in faults:
            click.echo(f"{fault.where or file}: {wording.sentence(fault)}")
        for line in passed_over(reading.left_out, reading.totals, reading.notes):
            click.echo(line)
        good = len(reading.proposals)
        click.echo(f"{good} good rows, {len(faults)} faults, {len(done.receipts)} drafts opened")
    if faults:
        raise SystemExit(CHECK_FAILED)


def _as_json(file: Path, reading: Reading, done: Imported, wording: Wording) -> dict[str, object]:
    faults = (*reading.faults, *done.faults)
    return {
        "file": str(file),
        "imported": [
            {"row": row, "id": receipt.case_id, "code": receipt.code} for row, receipt in sorted(done.receipts.items())
        ],
        "sheets_left_out": list(reading.left_out),
        "totals_left_out": list(reading.totals),
        "notes_left_out": list(reading.notes),
        "faults": [{"where": one.where, "code": one.code, "message": wording.sentence(one)} for one in faults],
    }
