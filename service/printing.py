"""Printed documents of a case from what is kept of it: its fields, the record of opinions, who signs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from adapters import shipped
from adapters.documents.paper import CELLS_MAX, Opinion, Paper, Seal, Sheet
from adapters.sql.directory import CaseFacts
from adapters.sql.histories import digest_at, history
from adapters.sql.numbering import DocumentNumber, document_numbers
from adapters.sql.rows import title
from adapters.sql.statements import Connection
from engine import events
from engine.case import Case, Mark
from engine.commands import SYSTEM
from engine.definition import Definition, Field, FieldType
from engine.events import Record
from engine.seeing import hidden_ballots
from engine.values import Json
from service.amount_in_words import amount_in_words
from service.county_texts import worded
from service.printed_money import money_sheets
from service.web.formats import Formats
from service.web.site import CHINA
from service.web.views.reader import Reader
from service.web.views.values import said
from workflows.documents import Kind, read_kinds
from workflows.shipped import DOCUMENTS

WORDS = ("opinions", "step", "opinion", "person", "time", "verify", "digest", "printed", "revision")


@cache
def kinds() -> Mapping[str, Kind]:
    """Give every kind of document by its code."""
    return read_kinds(shipped.table(DOCUMENTS))


def token_of(case: Case, kind: Kind, digest: str) -> str:
    """Give what the address of a document's proof ends with; only who has the paper knows it."""
    return f"{case.id}.{kind.code}.{case.revision}.{digest[:TOKEN_DIGITS]}"


TOKEN_DIGITS = 32
EMPTY: tuple[Json, ...] = (None, "", [])
TYPED_MONEY = frozenset({"funding_sources", "contracts", "payments", "refunds"})
"""Registers that were typed into projects: left out where cases and the ledger tell the same."""


def number_of(kind: Kind, given: Mapping[str, DocumentNumber]) -> str:
    """Give the number of a document of a case, empty while it has none."""
    found = given.get(kind.code)
    return kind.number(found.year, found.seq) if found is not None else ""


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints one case for one reader, in their language."""

    case: Case
    definition: Definition
    reader: Reader
    origin: str

    def paper(self, connection: Connection, kind: Kind) -> Paper:
        """Give a document as it is now; one that was never printed for anybody has no number yet."""
        case, formats = self.case, self.formats
        digest = digest_at(connection, case.id, case.revision) or ""
        records = history(connection, case.id)
        money = tuple(money_sheets(kind.beside, case, self._facts(connection), self.reader))
        told = [name for name in kind.fields if case.data.get(name) not in EMPTY]
        fields = [self.definition.fields[name] for name in told if not (money and name in TYPED_MONEY)]
        plain = [one for one in fields if one.type is not FieldType.TABLE]
        number = number_of(kind, document_numbers(connection, case.id)) or self._t("unnumbered")
        values = {
            "issuer": self.issuer,
            "number": number,
            "document": self.reader.says(kind.title),
            "code": case.code,
            "item": title(case, self.definition),
            "unit": self.reader.unit(case.unit),
        }
        frame = partial(self._frame, kind, values)
        return Paper(
            number=number,
            title=self.reader.says(kind.title),
            issuer=frame("issuer"),
            language=self.reader.language,
            rows=(
                (self._t("item"), case.code),
                (self._t("unit"), self.reader.unit(case.unit)),
                (self._t("initiator"), self.reader.person(case.initiator)),
                *(row for one in plain for row in self._told(kind, one, case.data[one.name])),
            ),
            tables=(*self._sheets(fields), *money),
            opinions=tuple(self._opinions(records, kind)),
            seals=tuple(self._seal(state, frame) for state in kind.seals),
            words={name: self._t(name) for name in WORDS},
            digest=digest,
            revision=case.revision,
            verify_url=f"{self.origin}/verify/{token_of(case, kind, digest)}",
            printed_at=formats.moment(self.reader.now),
            heading=frame("heading"),
            opening=frame("opening"),
            closing=frame("closing"),
            footer=frame("footer"),
        )

    def _frame(self, kind: Kind, values: Mapping[str, str], part: str, **more: str) -> str:
        """Give a part of what frames a document, as the county words it for this kind."""
        rendering, key = self.reader.rendering, f"papers.frame.{part}.{kind.code}"
        catalogue, language = rendering.wording.catalogue, self.reader.language
        return worded(catalogue, rendering.directory, language, key, {**values, **more})

    @property
    def formats(self) -> Formats:
        """How figures and times read."""
        return Formats(self.reader.t, CHINA)

    @property
    def issuer(self) -> str:
        """The county that the case's unit belongs to, else the unit itself."""
        units = self.reader.rendering.directory.units
        unit = units.get(self.case.unit)
        while unit is not None and unit.kind != "county" and unit.parent is not None:
            unit = units.get(unit.parent)
        return unit.name if unit is not None else self.reader.unit(self.case.unit)

    def _told(self, kind: Kind, field: Field, value: Json) -> Iterator[tuple[str, str]]:
        """Tell a field; an amount that is decided on is written out as well, as vouchers in Chinese have it."""
        title = self.reader.says(field.title)
        yield title, said(self.reader, field, value)
        is_written = field.name in kind.in_words and self.reader.language == "zh"
        if is_written and isinstance(value, int):
            yield self.reader.t("papers.in_words", title=title), amount_in_words(value)

    def _facts(self, connection: Connection) -> CaseFacts:
        return CaseFacts(self.reader.rendering.directory, connection)

    def _t(self, name: str) -> str:
        return self.reader.t(f"papers.{name}")

    def _sheets(self, fields: Sequence[Field]) -> Iterator[Sheet]:
        cells = 0
        for one in fields:
            value = self.case.data.get(one.name)
            if one.type is FieldType.TABLE and isinstance(value, list):
                lines = [row for row in value if isinstance(row, dict)]
                cells += len(lines) * len(one.columns)
                if cells > CELLS_MAX:
                    return
                filled = [each for each in one.columns if any(row.get(each.name) not in EMPTY for row in lines)]
                yield Sheet(
                    self.reader.says(one.title),
                    tuple(self.reader.says(column.title) for column in filled),
                    tuple(tuple(said(self.reader, column, row.get(column.name)) for column in filled) for row in lines),
                )

    def _opinions(self, records: Sequence[Record], kind: Kind) -> Iterator[Opinion]:
        """Give what people decided in the steps of a kind, in order; what was taken back, or is still blind, is not."""
        undone = {event.revision for record in records for event in record.events if isinstance(event, events.Undone)}
        blind = {ballot.task for ballot in hidden_ballots(self.definition, self.case, self.reader.id)}
        at = self.definition.initial
        for record in records:
            for event in record.events:
                taken = record.seq not in undone and record.actor != SYSTEM.id and kind.records(at)
                if isinstance(event, events.Voted) and taken and event.ballot.task not in blind:
                    yield self._opinion(at, event.action, event.ballot.comment, record)
                elif isinstance(event, events.Moved):
                    if taken and event.action:
                        yield self._opinion(at, event.action, event.comment, record)
                    at = event.target
                elif isinstance(event, events.Migrated):
                    at = event.target
                elif isinstance(event, events.Undone):
                    at = event.case.state

    def _opinion(self, state: str, action: str, comment: str, record: Record) -> Opinion:
        step = self.definition.states.get(state)
        found = step.actions.get(action) if step is not None else None
        person = self.reader.rendering.directory.people.get(record.actor)
        return Opinion(
            step=self.reader.says(step.title) if step is not None else state,
            decision=self.reader.says(found.title) if found is not None else action,
            comment=comment,
            person=self.reader.person(record.actor),
            unit=self.reader.unit(person.unit) if person is not None else "",
            at=self.formats.moment(record.at),
        )

    def _seal(self, state: str, frame: Callable[..., str]) -> Seal:
        mark: Mark | None = self.case.actors.get(state)
        line = frame("seal", step=self.reader.says(self.definition.states[state].title))
        if mark is None or mark.user == SYSTEM.id:
            return Seal(line, "", "")
        return Seal(line, self.reader.person(mark.user), self.formats.day(mark.at.astimezone(CHINA).date()))
