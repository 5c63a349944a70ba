"""`shenpi verify`: is everything as the history says, and is every stored file what it was?"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

import click
import msgspec

from adapters.clock import SystemClock
from adapters.documents.certificate import NoCertificate, certificate_in
from adapters.files.local import LocalFiles
from adapters.files.storage import DamagedFileError, MissingFileError
from adapters.sql.anchors import anchors_at
from adapters.sql.database import Database
from adapters.sql.office_log import CHANGES
from adapters.sql.opening import open_database
from adapters.sql.publishing import Publishing
from adapters.sql.sign_in_log import SIGN_INS
from adapters.sql.uploads import files_in_use
from adapters.sql.verify import Verdict, verify
from adapters.sql.verify_invariants import verify_money
from service.commands.drawing import verify_draw
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import CHECK_FAILED, refuse
from service.rules import GUARDS
from service.settings import Settings

CERTIFICATE_BYTES_MAX = 64 << 20
"""Largest certificate that is read."""


@click.group(
    "verify", invoke_without_command=True, short_help="Prove that rows equal the history and nothing was tampered with."
)
@DATABASE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--certificate", type=click.File("rb"), help="An earlier one: was anything cut off or rewritten since?")
@click.pass_context
def command(context: click.Context, database: str | None, certificate: BinaryIO | None, *, as_json: bool) -> None:
    """Follow every case's chain of records, rebuild it, and compare it with its rows; read every stored file through.

    The certificate is what GET /api/v1/audit/verification answered, or its PDF, kept elsewhere. Works beside a running
    service.
    Exit code 1 when anything differs; the first faults are named.
    """
    if context.invoked_subcommand is not None:
        return
    settings, kept = settings_of(database=database), None if certificate is None else _certificate(certificate)
    opened = usable(lambda: open_database(settings.database, owner=False))
    try:
        library = Publishing(opened, GUARDS, SystemClock())
        verdict = verify(opened, library, _tell_progress)
        ledger = verify_money(opened, library, SystemClock().now())
        office = [*_of_the_logs(opened), *(() if kept is None else _since(opened, kept))]
        files = _damaged_files(opened, settings)
    finally:
        opened.close()
    clean = verdict.is_clean and not files and not ledger.faults and not office
    if as_json:
        found = _as_json(verdict, files) | {
            "clean": clean,
            "office_faults": office,
            "ledgers": ledger.ledgers,
            "ledger_entries": ledger.entries,
            "ledger_faults": [{"where": one.where, "what": one.what} for one in ledger.faults],
        }
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo("", err=True)
        for what in office:
            click.echo(what)
        for fault in ledger.faults:
            click.echo(f"ledger {fault.where}: {fault.what}")
        click.echo(f"{ledger.ledgers} ledgers, {ledger.entries} entries")
        _print(verdict, files, is_clean=clean)
    if not clean:
        raise SystemExit(CHECK_FAILED)


class _Certificate(msgspec.Struct):
    """What is needed of a certificate."""

    at: datetime
    items_anchor: str
    ledgers_anchor: str
    office_anchor: str
    sign_ins_anchor: str | None = None


def _certificate(file: BinaryIO) -> _Certificate:
    """Read a certificate: JSON, or the PDF that has it inside."""
    content = file.read(CERTIFICATE_BYTES_MAX)
    try:
        kept = certificate_in(content) if content.startswith(b"%PDF") else content
        return msgspec.json.decode(kept, type=_Certificate)
    except (msgspec.DecodeError, NoCertificate) as error:
        refuse(f"--certificate {file.name}: {error}")


def _since(database: Database, kept: _Certificate) -> Iterator[str]:
    """Say which chains had other ends, at the moment of a certificate, than it says."""
    with database.snapshot() as connection:
        found = anchors_at(connection, kept.at)
    pairs = (
        ("items", found.items, kept.items_anchor),
        ("ledgers", found.ledgers, kept.ledgers_anchor),
        ("the office's log", found.office, kept.office_anchor),
        ("the log of signing in", found.sign_ins, kept.sign_ins_anchor or found.sign_ins),
    )
    for name, now, then in pairs:
        if now != then:
            yield f"{name}: not what the certificate of {kept.at} saw: records are gone or were written anew"


def _of_the_logs(database: Database) -> Iterator[str]:
    """Say which entries of the logs are not as they were written."""
    broken_at = CHANGES.verify(database).broken_at
    if broken_at is not None:
        yield f"the office's log, change {broken_at}: not as it was written"
    broken_at = SIGN_INS.verify(database).broken_at
    if broken_at is not None:
        yield f"the log of signing in, entry {broken_at}: not as it was written"


def _tell_progress(verdict: Verdict) -> None:
    click.echo(f"\r{verdict.cases} cases, {verdict.records} records", nl=False, err=True)


def _damaged_files(database: Database, settings: Settings) -> list[str]:
    """Read all files through; a folder that holds none of them is the wrong folder, and said once."""
    storage, problems, missing = LocalFiles(settings.files_folder), list[str](), 0
    with database.read() as connection:
        files = files_in_use(connection)
    for digest, (code, name) in files.items():
        try:
            storage.check(digest)
        except (MissingFileError, DamagedFileError) as error:
            missing += isinstance(error, MissingFileError)
            problems.append(f"{code}, {name}: {error}")
    if missing > 1 and missing == len(files):
        folder = settings.files_folder.resolve()
        return [f"{folder} has none of the {missing} files: say with SHENPI_FILES_FOLDER where they are"]
    return problems


def _as_json(verdict: Verdict, files: list[str]) -> dict[str, object]:
    return {
        "clean": verdict.is_clean and not files,
        "cases": verdict.cases,
        "records": verdict.records,
        "faults": [{"case": fault.case_id, "seq": fault.seq, "what": fault.what} for fault in verdict.faults],
        "files": files,
    }


def _print(verdict: Verdict, files: list[str], *, is_clean: bool) -> None:
    for fault in verdict.faults:
        click.echo(f"case {fault.case_id}, record {fault.seq}: {fault.what}")
    for problem in files:
        click.echo(problem)
    click.echo(f"{verdict.cases} cases, {verdict.records} records: {'clean' if is_clean else 'NOT CLEAN'}")


command.add_command(verify_draw)
