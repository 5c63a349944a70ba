"""`shenpi import units`, `users` and `roles`: the office from tables, as on the pages of the same names."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import click

from engine.refusal import Refused
from service.assembly import assemble
from service.commands.administrators import ROLE, by_administrator
from service.commands.mappings import EXISTING, SHEET, content_of, passed_over
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import CHECK_FAILED
from service.http.problems import Wording
from service.importing_people import PEOPLE
from service.importing_roles import ROLES
from service.importing_units import UNITS
from service.office_tables import (
    FILE_BYTES_MAX,
    Fate,
    OfficeRow,
    OfficeTable,
    Reading,
    Taken,
    read_rows,
    take_rows,
)
from service.texts import LANGUAGES, Language

AnyTable = OfficeTable[Any]


def _command(name: str, summary: str, text: str, table: AnyTable, role: str = ROLE) -> click.Command:
    """Make the command of a table; `role` is that of the administrator in whose name it is done."""
    options: list[Callable[[Any], Any]] = [
        click.argument("file", type=EXISTING),
        DATABASE,
        SHEET,
        click.option("--as", "administrator", required=True, help=f"In whose name it is done: holds the role {role}."),
        click.option("--reason", default="", help="Stands in the office's log."),
        click.option("--good-rows", is_flag=True, help="Take the good rows although others are bad. Default: none."),
        click.option("--check", "only_check", is_flag=True, help="Say what each row would do and change nothing."),
        click.option("--language", type=click.Choice(LANGUAGES), help="Of the messages; default: SHENPI_LANGUAGE."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
    ]
    work = partial(_import, table, role)
    for option in reversed(options):
        work = option(work)
    return click.command(name, short_help=summary, help=text)(work)


def _import(table: AnyTable, role: str, file: Path, database: str | None, **how: Any) -> None:  # noqa: ANN401  # options
    content = content_of(file, FILE_BYTES_MAX)
    assembly = usable(lambda: assemble(settings_of(database=database), owner=False))
    wording = Wording(assembly.catalogue, cast("Language", how["language"] or assembly.language))
    try:
        by = by_administrator(assembly, how["administrator"], how["reason"], role)
        reading = read_rows(assembly, table, content, how["sheet"])
        is_bad = any(row.reasons for row in reading.rows)
        waits = how["only_check"] or (is_bad and not how["good_rows"])
        taken = [] if waits else take_rows(assembly, by, reading)
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


def _report(reading: Reading[Any], taken: list[Taken[Any]], wording: Wording, *, as_json: bool) -> None:
    passwords = {one.row.number: one.password for one in taken if one.password}
    late = {one.row.number: one.reasons for one in taken if one.reasons}
    faults = [(row, (*row.reasons, *late.get(row.number, ()))) for row in reading.rows]
    lines = [
        {"row": row.number, "where": one.where, "code": one.code, "message": wording.sentence(one)}
        for row, reasons in faults
        for one in reasons
    ]
    if as_json:
        rows = [_as_json(reading, row, passwords.get(row.number)) for row in reading.rows]
        told = {"rows": rows, "taken": len(taken) - len(late), "sheets_left_out": reading.left_out, "faults": lines}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(f"{line['where'] or line['row']}: {line['message']}")
        for row in reading.rows:
            if row.number in passwords:
                id = reading.table.subject(row.value)[1]
                click.echo(f"{id}: first password, shown this once: {passwords[row.number]}")
        for left in passed_over(reading.left_out, ()):
            click.echo(left)
        counts = ", ".join(f"{sum(row.fate is fate for row in reading.rows)} {fate.value}" for fate in Fate)
        click.echo(f"{counts}; {len(taken) - len(late)} taken")
    if lines:
        raise SystemExit(CHECK_FAILED)


def _as_json(reading: Reading[Any], row: OfficeRow[Any], password: str | None) -> dict[str, object]:
    key = reading.table.columns[0]
    told: dict[str, object] = {"row": row.number, key: reading.table.subject(row.value)[1], "fate": row.fate.value}
    return told if password is None else {**told, "password": password}


import_units = _command(
    "units",
    "Add and change units by the rows of an XLSX or CSV file.",
    """Add each new unit below the one above it, change those that differ, and name every bad row with row and column.

    Columns: id, unit_name, kind, parent, head, or their Chinese headings. Exit code 1 when rows are bad.
    """,
    UNITS,
)
import_users = _command(
    "users",
    "Open and change accounts by the rows of an XLSX or CSV file.",
    """Open an account for each new name, change those that differ, and name every bad row with row and column.

    Columns: username, name, unit, email, phone, or their Chinese headings; roles are not among them. A new account's
    first password is printed once. Exit code 1 when rows are bad.
    """,
    PEOPLE,
)
import_roles = _command(
    "roles",
    "Give roles by the rows of an XLSX or CSV file.",
    """Give each person of the table the role, in the unit or in the person's own, and name every bad row.

    Columns: username, role, in, or their Chinese headings; roles that are not in the table stay. Exit code 1 when rows
    are bad.
    """,
    ROLES,
    "sec_admin",
)
