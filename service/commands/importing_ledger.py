"""`shenpi import ledger`: a table of payments or a bank statement from elsewhere."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from adapters.documents.spreadsheet import SpreadsheetError
from engine.commands import Actor
from service.assembly import Assembly, assemble
from service.commands.mappings import ENCODING, EXISTING, SHEET, mapping_of, passed_over
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import CHECK_FAILED, refuse
from service.http.problems import Wording
from service.importing import digest_of
from service.statements import Taken, read_elsewhere, read_listing, statement_plan, take_statement
from service.texts import LANGUAGES
from service.texts.foreign import all_texts
from workflows.funds.listing import COLUMNS, HeadingPlan, Listing, mapping_from
from workflows.funds.papers import ACCOUNT
from workflows.guards.reading import yuan
from workflows.table_mapping import PlanFaulty

SHOWN_MAX = 10
"""Groups and faults that are listed for people; programs get all."""


@click.command("ledger", short_help="Read a table of payments or a bank statement, and say what stands out.")
@click.argument("file", type=EXISTING)
@DATABASE
@click.option("--mapping", type=EXISTING, help=f"YAML: which heading is {', '.join(COLUMNS)}.")
@ENCODING
@SHEET
@click.option(
    "--account", help="Code of the special account whose statement this is: its lines are opened and matched."
)
@click.option("--as", "person", help="User in whose name lines are opened; needed with --account.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh", help="Of the messages.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_ledger(file: Path, database: str | None, mapping: Path | None, **how: Any) -> None:  # noqa: ANN401  # options
    """Count rows, sum, amounts below zero and groups that look like one payment made twice; name every bad row.

    A table with other headings than the template's is read by those that are usual (it is said which was taken for
    what), unless its lines are to be opened. Exit code 1 when rows are bad. A line that an earlier statement had is
    not opened again.
    """
    listing = _read(file, mapping, how)
    taken = Taken((), (), ())
    if how["account"] and not listing.faults:
        assembly = usable(lambda: assemble(settings_of(database=database), owner=False))
        try:
            taken = _take(assembly, file, listing, how)
        finally:
            assembly.close()
    _report(file, listing, taken, Wording(all_texts(), how["language"]), as_json=how["as_json"])


def _read(file: Path, mapping: Path | None, how: Mapping[str, Any]) -> Listing:
    try:
        plan: HeadingPlan = statement_plan() if mapping is None else mapping_from(mapping_of(mapping))
        with file.open("rb") as source:
            if mapping is None and not how["account"]:
                return read_elsewhere(source, how["encoding"], how["sheet"])
            return read_listing(source, plan, how["encoding"], how["sheet"])
    except PlanFaulty as error:
        refuse(f"{mapping}: {error}")
    except SpreadsheetError as error:
        return Listing((), (error.refusal,))


def _take(assembly: Assembly, file: Path, listing: Listing, how: Mapping[str, Any]) -> Taken:
    with assembly.database.read() as connection:
        account = assembly.organisation.facts(connection).case(how["account"])
    if account is None or account.definition != ACCOUNT:
        refuse(f"--account {how['account']}: there is no special account of that code")
    actor = _actor(assembly, how["person"])
    with file.open("rb") as source:
        digest = digest_of(source)
    count = len(listing.rows)

    def tell(done: int) -> None:
        if done % 100 == 0 or done == count:
            click.echo(f"\r{done}/{count}", nl=done == count, err=True)

    return take_statement(assembly, account, listing.rows, actor, digest, tell)


def _actor(assembly: Assembly, person: str | None) -> Actor:
    directory = assembly.organisation.now()
    if person is None or person not in directory.people:
        refuse(f"--as {person or ''}: name a user who keeps the account")
    return directory.actor(person, assembly.clock.now())


def _report(file: Path, listing: Listing, taken: Taken, wording: Wording, *, as_json: bool) -> None:
    faults = (*listing.faults, *taken.faults)
    if as_json:
        found = {
            "file": str(file),
            "rows": len(listing.rows),
            "sum": yuan(listing.total),
            "negatives": len(listing.negatives),
            "duplicate_groups": [[row.row for row in group] for group in listing.doubles],
            "opened": list(taken.opened),
            "matched": list(taken.matched),
            "columns": dict(listing.columns),
            "sheets_left_out": list(listing.left_out),
            "totals_left_out": list(listing.totals),
            "notes_left_out": list(listing.notes),
            "faults": [{"where": one.where, "code": one.code, "message": wording.sentence(one)} for one in faults],
        }
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        if listing.columns:
            click.echo(
                f"taken by their headings: {', '.join(f'{name} = {what}' for name, what in listing.columns.items())}"
            )
        for group in listing.doubles[:SHOWN_MAX]:
            rows = ", ".join(str(row.row) for row in group)
            click.echo(f"rows {rows}: {group[0].payee} {yuan(group[0].amount)} {group[0].on}")
        for fault in faults[:SHOWN_MAX]:
            click.echo(f"{fault.where or file}: {wording.sentence(fault)}")
        for line in passed_over(listing.left_out, listing.totals, listing.notes):
            click.echo(line)
        figures = f"sum {yuan(listing.total)}, {len(listing.negatives)} below zero"
        groups = f"{len(listing.doubles)} groups that look like one payment made twice"
        click.echo(f"{len(listing.rows)} rows, {figures}, {groups}, {len(faults)} faults")
        if taken.opened:
            click.echo(f"{len(taken.opened)} lines opened, {len(taken.matched)} matched")
    if faults:
        raise SystemExit(CHECK_FAILED)
