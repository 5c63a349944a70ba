"""Printed documents of a case from what is kept of it: its fields, the record of opinions, who signs."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from adapters import shipped
from adapters.documents.paper import CELLS_MAX, Opinion, Paper, Seal, Sheet
from adapters.sql.directory import CaseFacts
from adapters.sql.histories import digest_at, history, load
from adapters.sql.numbering import DocumentNumber, document_numbers
from adapters.sql.rows import title
from adapters.sql.sight import case_named
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

WORDS = ("opinions", "record", "step", "opinion", "person", "time", "verify", "digest", "printed", "revision", "colon")


@cache
def kinds() -> Mapping[str, Kind]:
    """Give every kind of document by its code."""
    return read_kinds(shipped.table(DOCUMENTS))


def token_of(case: Case, kind: Kind, digest: str) -> str:
    """Give what the address of a document's proof ends with; only who has the paper knows it."""
    return f"{case.id}.{kind.code}.{case.revision}.{digest[:TOKEN_DIGITS]}"


TOKEN_DIGITS = 32
EMPTY: tuple[Json, ...] = (None, "", [])
OFFICES = frozenset({"county", "department", "township"})
"""Kinds of units that issue documents in their own name."""

CODES = re.compile(r"^(?:D\d+[ab]?|\d+ ?★) |(?:\uff08| \()D\d+[ab]?(?:\uff09|\))$")
"""Our own numbers of documents and sections in the titles of fields: they help to fill in, and say nothing on paper."""

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
        signer = self._signer(kind)
        values = {
            "issuer": self._issuer(signer),
            "number": number,
            "document": self.reader.says(kind.title),
            "code": case.code,
            "item": self._subject(connection),
            "unit": self.reader.unit(case.unit),
        }
        frame = partial(self._frame, kind, values)
        return Paper(
            number=number,
            given_number=str(case.data.get(kind.numbered_by) or ""),
            is_letter=kind.is_letter,
            title=self._t("about", **values) if kind.is_letter else values["document"],
            issuer=frame("issuer"),
            language=self.reader.language,
            rows=(*self._head(kind, values), *(row for one in plain for row in self._told(kind, one, values["item"]))),
            tables=(*self._sheets(fields), *money),
            opinions=tuple(self._opinions(records, kind)),
            seals=(self._end(values["issuer"], signer, frame),)
            if kind.is_letter
            else tuple(self._seal(kind, state, frame) for state in kind.seals),
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

    def _signer(self, kind: Kind) -> Mark | None:
        """Give who decided last in the steps that sign, None while nobody has: what the system did signs nothing."""
        marks = [self.case.actors[state] for state in kind.seals if state in self.case.actors]
        return max((one for one in marks if one.user != SYSTEM.id), key=lambda one: one.at, default=None)

    def _issuer(self, signer: Mark | None) -> str:
        """Give the office in whose name somebody signs, or is to sign; the county where no office is known."""
        directory = self.reader.rendering.directory
        person = directory.people.get(signer.user if signer is not None else self._next())
        unit = directory.units.get(person.unit if person is not None else self.case.unit)
        while unit is not None and unit.kind not in (OFFICES if person is not None else {"county"}) and unit.parent:
            unit = directory.units.get(unit.parent)
        if unit is None:
            return self.reader.unit(self.case.unit)
        return self._t("government", unit=unit.name) if unit.kind == "township" else unit.name

    def _next(self) -> str:
        """Give somebody whose turn it is, if it is anybody's."""
        for task in self.case.tasks:
            kind, _, name = task.principal.partition(":")
            role, _, unit = name.partition("@")
            holders = (name,) if kind == "u" else self.reader.rendering.directory.holders.get((role, unit), ())
            if holders:
                return holders[0]
        return ""

    def _subject(self, connection: Connection) -> str:
        """Name what a document is about: the project that a case stands beside, else the case itself."""
        parent = self.definition.parent
        code = self.case.data.get(parent.field) if parent is not None else None
        found = case_named(connection, code) if isinstance(code, str) else None
        if parent is None or found is None:
            return title(self.case, self.definition)
        above = load(connection, found)
        name = above.data.get("name")
        return name if isinstance(name, str) and name else above.code

    def _head(self, kind: Kind, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Tell whose item it is; a letter does not tell who typed it in."""
        case = self.case
        yield self._t("item"), case.code
        yield self._t("unit_beside" if self.definition.parent is not None else "unit"), values["unit"]
        if not kind.is_letter:
            yield self._t("initiator"), self.reader.person(case.initiator)
        due = [task.due_at for task in case.tasks if task.due_at is not None] if case.state == kind.due_in else []
        if due:
            yield self._t("due"), self._day(min(due))

    def _label(self, field: Field) -> str:
        return CODES.sub("", self.reader.says(field.title))

    def _told(self, kind: Kind, field: Field, subject: str) -> Iterator[tuple[str, str]]:
        """Tell a field; an amount that is decided on is written out as well, as vouchers in Chinese have it."""
        title, value, parent = self._label(field), self.case.data[field.name], self.definition.parent
        is_above = parent is not None and field.name == parent.field
        yield title, f"{subject} ({value})" if is_above and subject != value else said(self.reader, field, value)
        is_written = field.name in kind.in_words and self.reader.language == "zh"
        if is_written and isinstance(value, int):
            yield self.reader.t("papers.in_words", title=title), amount_in_words(value)

    def _facts(self, connection: Connection) -> CaseFacts:
        return CaseFacts(self.reader.rendering.directory, connection)

    def _t(self, name: str, **values: str) -> str:
        return self.reader.t(f"papers.{name}", **values)

    def _day(self, at: datetime) -> str:
        """Give a local day as official papers write it (GB/T 9704): no noughts before month and day."""
        on = at.astimezone(CHINA).date()
        return self._t("day", year=str(on.year), month=str(on.month), day=str(on.day))

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
                    self._label(one),
                    tuple(map(self._label, filled)),
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
        """Tell a decision; what follows from votes is nobody's own."""
        step = self.definition.states.get(state)
        found = step.actions.get(action) if step is not None else None
        ballots = [event.action for event in record.events if isinstance(event, events.Voted)]
        is_own = not ballots or action in ballots
        person = self.reader.rendering.directory.people.get(record.actor) if is_own else None
        return Opinion(
            step=self.reader.says(step.title) if step is not None else state,
            decision=self.reader.says(found.title) if found is not None else action,
            comment=comment,
            person=self.reader.person(record.actor) if is_own else "",
            unit=self.reader.unit(person.unit) if person is not None else "",
            at=self.formats.moment(record.at),
        )

    def _seal(self, kind: Kind, state: str, frame: Callable[..., str]) -> Seal:
        """Give the box of a form for a step."""
        mark: Mark | None = self.case.actors.get(state)
        line = frame("seal", step=self.reader.says(kind.sealed_as.get(state, self.definition.states[state].title)))
        if mark is None or mark.user == SYSTEM.id:
            return Seal(line, "", "")
        return Seal(line, self.reader.person(mark.user), self._day(mark.at))

    def _end(self, issuer: str, signer: Mark | None, frame: Callable[..., str]) -> Seal:
        """Give the end of a letter: who issues it, and the day of the decision."""
        day = self._t("day_blank") if signer is None else self._day(signer.at)
        return Seal(frame("seal", step=issuer), "", day)
