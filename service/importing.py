"""Project proposals from a table into drafts, and the template that such a table is made from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import sha256
from typing import IO, Any

from adapters import shipped
from adapters.documents.spreadsheet import chosen, read_tables
from adapters.documents.workbook import Column, HelpPage, Kind, Table, workbook
from adapters.sql.directory import Directory
from adapters.sql.histories import situation
from adapters.sql.numbering import next_code
from adapters.sql.reads.cases import codes_by_title
from adapters.sql.statements import Connection
from engine.assignment import RoleIn
from engine.commands import Actor, Start
from engine.decision import decide
from engine.definition import Definition, Field, FieldType
from engine.ports import Receipt
from engine.refusal import NotFound, Refusal, Refused
from engine.texts import Text
from service.assembly import Assembly
from service.texts import Language
from workflows.proposal_cells import words_from
from workflows.proposals import Plan, Proposal, Reading, needed, offered, plan_from, read, usual_plan
from workflows.shipped import PROPOSAL_WORDS

ROLE_USUAL = "applicant"
"""Who starts projects where the definition does not say."""

_KINDS = {
    FieldType.MONEY: Kind.MONEY,
    FieldType.DATE: Kind.DAY,
    FieldType.INTEGER: Kind.NUMBER,
    FieldType.DECIMAL: Kind.NUMBER,
}
_WIDE, _USUAL = 40, 18
_NO_CODE = "-"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: a receipt for each draft by its row, and the faults by address."""

    receipts: Mapping[int, Receipt]
    faults: tuple[Refusal, ...]


def plan_of(definition: Definition, mapping: Mapping[str, Any] | None) -> Plan:
    """Give the plan of a mapping file, or of the template. Raises `PlanFaulty`."""
    words = shipped.table(PROPOSAL_WORDS)
    return usual_plan(definition, Text(**words["unit"])) if mapping is None else plan_from(mapping, definition)


def read_proposals(
    file: IO[bytes],
    definition: Definition,
    plan: Plan,
    directory: Directory,
    unit: str | None,
    encoding: str | None = None,
    name: str | None = None,
) -> Reading:
    """Read the sheet of that name or the first that has rows; `unit` is for rows that name none.

    The template's own page of help is no sheet left out. Raises `SpreadsheetError`.
    """
    sheet, others = chosen(read_tables(file, encoding), name)
    words = shipped.table(PROPOSAL_WORDS)
    reading = read(definition, plan, sheet.rows, words_from(words), dict(_unit_names(directory, unit)))
    return replace(reading, left_out=tuple(one for one in others if one not in words["help"].values()))


def _unit_names(directory: Directory, usual: str | None) -> Iterator[tuple[str, str]]:
    """Give the ids of units by id and by name; a name that two units share names neither."""
    names = [unit.name for unit in directory.units.values()]
    for id, unit in directory.units.items():
        yield id, id
        if names.count(unit.name) == 1:
            yield unit.name, id
    if usual is not None:
        yield "", usual


def judged(assembly: Assembly, definition: Definition, reading: Reading, source: str, starter: str | None) -> Reading:
    """Let the decider judge each good row before any is opened, so that all or none holds for its rules as well.

    Rows whose unit has a project of that name, there or in an earlier row, are faults; those that this file made
    before are good.
    """
    good: list[Proposal] = []
    faults = list(reading.faults)
    with assembly.database.read() as connection:
        taken = codes_by_title(connection, definition.key)
        for proposal in reading.proposals:
            try:
                _judge(assembly, connection, definition, proposal, source, starter, taken)
                good.append(proposal)
            except Refused as refused:
                faults += _at(proposal, refused)
    return replace(reading, proposals=tuple(good), faults=tuple(faults))


def _judge(
    assembly: Assembly,
    connection: Connection,
    definition: Definition,
    proposal: Proposal,
    source: str,
    starter: str | None,
    taken: dict[tuple[str, str], str],
) -> None:
    """Raise `Refused` when a row would not become a draft; afterwards its name is taken."""
    name = str(proposal.data.get("name", ""))
    actor = _starter(definition, assembly.organisation.now(), proposal.unit, starter, assembly)
    command = _command(assembly, definition, proposal, actor, source, _NO_CODE)
    if situation(connection, command).answer is not None:
        return
    code = taken.get((proposal.unit, name))
    if code is not None:
        raise Refused(Refusal("proposal.exists", params={"value": name, "code": code}))
    decide(
        assembly.library.get(definition.key),
        None,
        command,
        assembly.organisation.facts(connection),
        assembly.clock.now(),
    )
    taken[proposal.unit, name] = proposal.address


def _at(proposal: Proposal, refused: Refused) -> Iterator[Refusal]:
    return (Refusal(one.code, proposal.address, one.params, one.text) for one in refused.reasons)


def open_drafts(
    assembly: Assembly,
    definition: Definition,
    proposals: Iterable[Proposal],
    source: str,
    starter: str | None,
    tell: Callable[[int], None],
) -> Imported:
    """Open a draft for each proposal, in the name of `starter` or of the unit's first applicant.

    `source` is the file's digest: importing the same rows again gives the same drafts. `tell` hears how many are done.
    """
    receipts: dict[int, Receipt] = {}
    faults: list[Refusal] = []
    directory = assembly.organisation.now()
    for count, proposal in enumerate(proposals, 1):
        try:
            actor = _starter(definition, directory, proposal.unit, starter, assembly)
            code = _code(assembly, definition, proposal.unit)
            command = _command(assembly, definition, proposal, actor, source, code)
            receipts[proposal.row] = assembly.runtime.execute(command)
        except Refused as refused:
            faults += _at(proposal, refused)
        tell(count)
    return Imported(receipts, tuple(faults))


def _starter(definition: Definition, directory: Directory, unit: str, starter: str | None, assembly: Assembly) -> Actor:
    role = definition.starters.role if isinstance(definition.starters, RoleIn) else ROLE_USUAL
    holders = directory.holders.get((role, unit), ())
    person = starter or next(iter(holders), None)
    try:
        return directory.actor(person or "", assembly.clock.now())
    except NotFound as error:
        raise Refused(Refusal("proposal.nobody", params={"unit": unit, "role": role})) from error


def _code(assembly: Assembly, definition: Definition, unit: str) -> str:
    today = assembly.organisation.now().calendars[definition.calendar].local_day(assembly.clock.now())
    return next_code(assembly.database, definition.numbering, unit, today)


def _command(
    assembly: Assembly, definition: Definition, proposal: Proposal, actor: Actor, source: str, code: str
) -> Start:
    return Start(
        case_id=assembly.ids.new(),
        actor=actor,
        definition=definition.key,
        code=code,
        unit=proposal.unit,
        data=proposal.data,
        key=f"import-{source[:32]}-{proposal.row}",
        digest=source,
    )


def digest_of(file: IO[bytes]) -> str:
    """Give the SHA-256 of a file and go back to its beginning."""
    found = sha256()
    while piece := file.read(1 << 20):
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def template(definition: Definition, language: Language) -> bytes:
    """Make the workbook that proposals are entered in: a column for each field, its choices, and a page of help."""
    words = shipped.table(PROPOSAL_WORDS)
    wanted = needed(definition)
    fields = offered(definition)
    columns = [Column(words["unit"][language], width=_WIDE), *(_column(one, language) for one in fields)]
    lines = tuple((_said(one.title, language), _hint(one, words, language, one.name in wanted)) for one in fields)
    page = HelpPage(words["help"][language], lines)
    return workbook([Table(_said(definition.title, language), tuple(columns))], UTC, page)


def _column(field: Field, language: Language) -> Column:
    """Give a column; several choices are typed, one is picked."""
    kind = _KINDS.get(field.type, Kind.TEXT)
    choices = tuple(_said(choice.title, language) for choice in field.of) if field.type is FieldType.CHOICE else ()
    width = _WIDE if field.type in (FieldType.TEXT, FieldType.LONG_TEXT) else _USUAL
    note = "" if field.help is None else _said(field.help, language)
    return Column(_said(field.title, language), kind, width, choices, note)


def _hint(field: Field, words: Mapping[str, Any], language: Language, is_needed: bool) -> str:  # noqa: FBT001  # a line of help
    """Say whether a field is needed, what it may hold and how it is filled in."""
    choices = [_said(choice.title, language) for choice in field.of]
    parts = [
        words["needed" if is_needed else "optional"][language],
        words["hints"].get(field.type, {}).get(language, ""),
        " / ".join(choices),
        "" if field.help is None else _said(field.help, language),
    ]
    return str(words["between"][language]).join(part for part in parts if part)


def _said(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en
