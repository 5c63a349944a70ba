"""`shenpi export case`: a whole case to take to the archive, with the means to prove it unchanged."""

from pathlib import Path
from typing import cast

import click
import msgspec

from adapters.documents.casefile import Attachment, CaseFile, write_case_file
from adapters.documents.paper import pdf
from adapters.encoding import GENESIS
from adapters.files.storage import MissingFileError
from adapters.sql.histories import digest_at, load, payloads
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
from workflows.documents import offered


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
                count = write_case_file(case_file, assembly.files, stream)
        except OSError as error:
            refuse(f"{target}: {error.strerror}")
        except MissingFileError as error:
            target.unlink()
            refuse(f"{error}: set SHENPI_FILES_FOLDER to where the attachments are")
    finally:
        assembly.close()
    click.echo(f"{target}: {count} files, {target.stat().st_size} bytes")


def _gathered(assembly: Assembly, item: str, language: Language) -> tuple[CaseFile, str]:
    """Read everything in one snapshot; gives it with the item's number."""
    with assembly.database.snapshot() as connection:
        case_id = case_named(connection, item)
        if case_id is None:
            refuse(f"{item}: there is no such item")
        case = load(connection, case_id)
        edition = assembly.publishing.edition(case.definition, case.version)
        facts = {"code": case.code, "id": case.id, "definition": case.definition, "version": case.version}
        attachments = tuple(
            Attachment(one.id, one.name, one.kind, one.digest, one.by, one.at.isoformat())
            for one in files_of(connection, case_id)
        )
        made = CaseFile(
            facts=facts | {"state": case.state, "exported_at": assembly.clock.now().isoformat()},
            data=msgspec.to_builtins(case),
            genesis=GENESIS.hex(),
            last_hash=digest_at(connection, case_id, case.revision) or "",
            records=payloads(connection, case_id),
            definition=edition.source,
            papers=_papers(assembly, connection, case, language),
            attachments=attachments,
        )
    return made, case.code


def _papers(assembly: Assembly, connection: Connection, case: Case, language: Language) -> dict[str, bytes]:
    definition = assembly.runtime.process_of(case).definition
    printer = Printer(case, definition, reader_of(language, assembly.organisation.now()), assembly.settings.origin)
    return {f"{kind.code}.pdf": pdf(printer.paper(connection, kind)) for kind in offered(kinds().values(), case)}
