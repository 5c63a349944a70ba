"""`shenpi export case`: a whole case to take to the archive, with the means to prove it unchanged."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

import click
import msgspec

from adapters.documents import report
from adapters.documents.casefile import Attachment, CaseFile, write_case_file
from adapters.documents.file_name import clean_name
from adapters.documents.paper import pdf
from adapters.encoding import GENESIS
from adapters.files.storage import MissingFileError
from adapters.sql.histories import digest_at, load, payloads
from adapters.sql.numbering import number_document
from adapters.sql.secrets import SEAL, secret
from adapters.sql.sight import case_named
from adapters.sql.statements import Connection
from adapters.sql.uploads import files_of
from engine.case import Case
from service.assembly import Assembly, assemble
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wording import reader_of
from service.commands.wrong_use import refuse
from service.printing import Printer, kinds
from service.texts import Language
from service.web.formats import Formats
from service.web.site import CHINA
from service.web.views.reader import Reader
from workflows.documents import offered

DIGITS = 16
"""Of a digest, on paper; the manifest has all of it."""


@click.command("case", short_help="Write the case file (ZIP) of an item, with a program that checks it offline.")
@click.argument("item")
@DATABASE
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: the item's number, .zip.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of the documents.")
def export_case(item: str, database: str | None, out: Path | None, language: str) -> None:
    """Write everything that is kept of an item, named by its number or id: data, history, documents, attachments.

    `python verify.py` inside needs nothing but Python and says whether all of it is whole and unchanged.
    """
    settings = settings_of(database=database)
    assembly = usable(lambda: assemble(settings, owner=False))
    try:
        case_file, number = _gathered(assembly, item, cast("Language", language))
        target = out or Path(f"{number.replace('/', '-')}.zip")
        try:
            with target.open("wb") as stream:
                seal = write_case_file(case_file, assembly.files, secret(assembly.database, SEAL), stream)
        except OSError as error:
            refuse(f"{target}: {error.strerror}")
        except MissingFileError as error:
            target.unlink()
            refuse(f"{error}: set SHENPI_FILES_FOLDER to where the attachments are")
    finally:
        assembly.close()
    click.echo(f"{target}: {seal.files} files, {target.stat().st_size} bytes")
    click.echo(f"seal {seal.digest}, signed with the key {seal.key}")


def _numbered(assembly: Assembly, item: str) -> str:
    """Give the id of an item whose documents are printed now: each has a number from then on."""
    with assembly.database.read() as connection:
        case_id = case_named(connection, item)
        if case_id is None:
            refuse(f"{item}: there is no such item")
        printed = offered(kinds().values(), load(connection, case_id))
    for kind in printed:
        number_document(assembly.database, kind.code, case_id, assembly.clock.now())
    return case_id


def _gathered(assembly: Assembly, item: str, language: Language) -> tuple[CaseFile, str]:
    """Read everything in one snapshot; gives it with the item's number."""
    case_id = _numbered(assembly, item)
    with assembly.database.snapshot() as connection:
        case = load(connection, case_id)
        edition = assembly.publishing.edition(case.definition, case.version)
        facts = {"code": case.code, "id": case.id, "definition": case.definition, "version": case.version}
        attachments = tuple(
            Attachment(number, one.name, one.digest, one.by, one.at.isoformat())
            for number, one in enumerate(files_of(connection, case_id), 1)
        )
        made = CaseFile(
            facts=facts | {"state": case.state, "exported_at": assembly.clock.now().isoformat()},
            data=msgspec.to_builtins(case),
            genesis=GENESIS.hex(),
            last_hash=digest_at(connection, case_id, case.revision) or "",
            records=payloads(connection, case_id),
            definition=edition.source,
            papers=_papers(assembly, connection, case, attachments, reader_of(language, assembly.organisation.now())),
            attachments=attachments,
        )
    return made, case.code


def _papers(
    assembly: Assembly, connection: Connection, case: Case, attachments: Sequence[Attachment], reader: Reader
) -> dict[str, bytes]:
    """Print every document there is of the case, and the list of all that is in the file."""
    printer = Printer(case, assembly.runtime.process_of(case).definition, reader, assembly.settings.origin)
    papers = [(kind, printer.paper(connection, kind)) for kind in offered(kinds().values(), case)]
    paths = [f"documents/{clean_name(f'{kind.code} {reader.says(kind.title)}.pdf')}" for kind, _ in papers]
    listed = [(path, paper.name, paper.number) for path, (_, paper) in zip(paths, papers, strict=True)]
    contents = {f"{reader.t('casefile.title')}.pdf": _list(case, reader, listed, attachments, connection)}
    return contents | {path: pdf(paper) for path, (_, paper) in zip(paths, papers, strict=True)}


def _list(
    case: Case,
    reader: Reader,
    papers: Sequence[tuple[str, ...]],
    attachments: Sequence[Attachment],
    connection: Connection,
) -> bytes:
    """Print what is in the file, for people: documents and attachments by name."""
    t, formats = reader.t, Formats(reader.t, CHINA)
    handed_in = [
        (one.path, reader.person(one.by), formats.moment(datetime.fromisoformat(one.at)), one.digest[:DIGITS])
        for one in attachments
    ]
    sheets = (
        ("documents", ("path", "name", "number"), papers),
        ("attachments", ("path", "by", "at", "digest"), handed_in),
    )
    return report.pdf(
        report.PrintedReport(
            number=case.code,
            title=f"{t('casefile.title')} {case.code}",
            issuer=reader.unit(case.unit),
            language=reader.language,
            as_of=formats.moment(reader.now),
            digest=digest_at(connection, case.id, case.revision) or "",
            filters=(),
            sheets=tuple(
                report.PrintedSheet(
                    title=t(f"casefile.{name}"),
                    columns=tuple(t(f"casefile.{column}") for column in columns),
                    numeric=(False,) * len(columns),
                    rows=tuple(rows),
                    sums=(),
                )
                for name, columns, rows in sheets
            ),
            words={name: t(f"casefile.{name}") for name in ("as_of", "digest", "none")} | {"colon": t("papers.colon")},
            footer=t("casefile.proof"),
        )
    )
