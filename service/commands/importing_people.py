"""`shenpi import users`: accounts from a table, as on the page of the same name."""

import json
from pathlib import Path
from typing import Any, cast

import click

from engine.refusal import Refused
from service.assembly import assemble
from service.commands.administrators import by_administrator
from service.commands.mappings import EXISTING, SHEET, content_of, passed_over
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import CHECK_FAILED
from service.http.problems import Wording
from service.importing_people import FILE_BYTES_MAX, Fate, PeopleReading, PersonRow, Taken, read_people, take_people
from service.texts import LANGUAGES, Language


@click.command("users", short_help="Open and change accounts by the rows of an XLSX or CSV file.")
@click.argument("file", type=EXISTING)
@DATABASE
@SHEET
@click.option("--as", "administrator", required=True, help="System administrator in whose name it is done.")
@click.option("--reason", default="", help="Stands in the record of every account.")
@click.option("--good-rows", is_flag=True, help="Take the good rows although others are bad. Default: all or none.")
@click.option("--check", "only_check", is_flag=True, help="Say what each row would do and change nothing.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the messages; default: SHENPI_LANGUAGE.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_users(file: Path, database: str | None, **how: Any) -> None:  # noqa: ANN401  # options
    """Open an account for each new name, change those that differ, and name every bad row with row and column.

    Columns: username, name, unit, email, phone, or their Chinese headings; roles are not among them. A new account's
    first password is printed once. Exit code 1 when rows are bad.
    """
    content = content_of(file, FILE_BYTES_MAX)
    assembly = usable(lambda: assemble(settings_of(database=database), owner=False))
    wording = Wording(assembly.catalogue, cast("Language", how["language"] or assembly.language))
    try:
        by = by_administrator(assembly, how["administrator"], how["reason"])
        reading = read_people(assembly, content, how["sheet"])
        is_bad = any(row.reasons for row in reading.rows)
        waits = how["only_check"] or (is_bad and not how["good_rows"])
        taken = [] if waits else take_people(assembly, by, reading)
    except Refused as refused:
        _refuse_table(file, refused, wording, as_json=how["as_json"])
    finally:
        assembly.close()
    _report(reading, taken, wording, as_json=how["as_json"])


def _refuse_table(file: Path, refused: Refused, wording: Wording, *, as_json: bool) -> None:
    """Say why the table as a whole is none."""
    faults = [{"where": one.where or str(file), "message": wording.sentence(one)} for one in refused.reasons]
    if as_json:
        click.echo(json.dumps({"rows": [], "faults": faults}, ensure_ascii=False))
    else:
        for fault in faults:
            click.echo(f"{fault['where']}: {fault['message']}")
    raise SystemExit(CHECK_FAILED)


def _report(reading: PeopleReading, taken: list[Taken], wording: Wording, *, as_json: bool) -> None:
    passwords = {one.row.number: one.password for one in taken if one.password}
    late = {one.row.number: one.reasons for one in taken if one.reasons}
    faults = [(row, (*row.reasons, *late.get(row.number, ()))) for row in reading.rows]
    lines = [
        {"row": row.number, "where": one.where, "code": one.code, "message": wording.sentence(one)}
        for row, reasons in faults
        for one in reasons
    ]
    if as_json:
        rows = [_as_json(row, passwords.get(row.number)) for row in reading.rows]
        told = {"rows": rows, "taken": len(taken) - len(late), "sheets_left_out": reading.left_out, "faults": lines}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(f"{line['where'] or line['row']}: {line['message']}")
        for row in reading.rows:
            if row.number in passwords:
                click.echo(f"{row.person.username}: first password, shown this once: {passwords[row.number]}")
        for left in passed_over(reading.left_out, ()):
            click.echo(left)
        counts = ", ".join(f"{sum(row.fate is fate for row in reading.rows)} {fate.value}" for fate in Fate)
        click.echo(f"{counts}; {len(taken) - len(late)} taken")
    if lines:
        raise SystemExit(CHECK_FAILED)


def _as_json(row: PersonRow, password: str | None) -> dict[str, object]:
    told: dict[str, object] = {"row": row.number, "username": row.person.username, "fate": row.fate.value}
    return told if password is None else {**told, "password": password}
