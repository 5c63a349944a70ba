"""One line of a report: what each of its columns is. Raw for filters and sums, in words for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from engine.case import Case
from engine.definition import Definition, Field, FieldType, StateKind
from engine.values import Json
from workflows.figures.cells import DAYS as FIGURE_DAYS
from workflows.figures.cells import MONEY as FIGURE_MONEY
from workflows.figures.cells import NOTHING, Counted
from workflows.figures.cells import TEXTS as FIGURE_TEXTS
from workflows.funds.papers import ACCOUNT, BUDGET, CONTRACT, PAYMENT, PROJECT, RECEIPT, RED_FLAG, SOURCES, lines_of
from workflows.guards.reading import Row, day_in, number_in, text_in
from workflows.reports.figures import At, figure
from workflows.reports.ground import Ground, Words
from workflows.screening.calls import CALL

Raw = str | int | Decimal | bool | date | None
"""What a column is, before it is put into words. Money is in fen."""


class Kind(StrEnum):
    """How a column is shown."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"


_FIELD_KINDS = {
    FieldType.MONEY: Kind.MONEY,
    FieldType.INTEGER: Kind.NUMBER,
    FieldType.DECIMAL: Kind.NUMBER,
    FieldType.DATE: Kind.DAY,
}
_NUMBERS = frozenset(
    [
        *("case.days", "case.late", "case.progress", "case.reports", "place.year", "books.rate"),
        *("milestone.late", "fact.number"),
    ]
)
_DAYS = frozenset(["case.opened", "case.closed", "case.due", "milestone.due_on", "milestone.accepted_on"])
_MONEY = frozenset(["budget.total"])


def kind_of(name: str, titled: Field | None) -> Kind:
    """Give how a column is shown; `titled` is the field that it shows, if it shows one."""
    if titled is not None:
        return _FIELD_KINDS.get(titled.type, Kind.TEXT)
    kind, _, rest = name.partition(".")
    if kind == "figure":
        return _figure_kind(rest)
    if name in _NUMBERS or name.startswith("beside."):
        return Kind.NUMBER
    if name in _DAYS:
        return Kind.DAY
    return Kind.MONEY if name in _MONEY or name.startswith(("books.", "total.")) else Kind.TEXT


def _figure_kind(name: str) -> Kind:
    if name in FIGURE_TEXTS:
        return Kind.TEXT
    if name in FIGURE_DAYS:
        return Kind.DAY
    return Kind.MONEY if name in FIGURE_MONEY else Kind.NUMBER


class Index:
    """The cases of a ground by what they name, each looked up once."""

    def __init__(self, ground: Ground) -> None:
        """Look into this ground."""
        self.ground = ground
        self._by_field: dict[tuple[str, str], dict[Json, list[Case]]] = {}

    def naming(self, definition: str, name: str, value: str) -> list[Case]:
        """Give the cases of a procedure that have a text in a field."""
        key = definition, name
        if key not in self._by_field:
            found: dict[Json, list[Case]] = {}
            for case in self.ground.cases(definition):
                found.setdefault(str(case.data.get(name) or ""), []).append(case)
            self._by_field[key] = found
        return self._by_field[key].get(value, [])

    @cached_property
    def by_code(self) -> Mapping[str, Case]:
        """Give what lines refer to, by code: projects, contracts, sources."""
        return {case.code: case for key in (PROJECT, CONTRACT, *SOURCES) for case in self.ground.cases(key)}


@dataclass(frozen=True)
class Line:
    """A case, perhaps a row of one of its tables, or a place of its ledger; a fact that no case holds; or a figure."""

    index: Index
    case: Case | None = None
    row: Row = field(default_factory=dict)
    place: At = field(default_factory=dict)
    fact: Mapping[str, str | int] = field(default_factory=dict)
    counted: Counted = field(default_factory=dict)

    def raw(self, name: str) -> Raw:
        """Give what a column is."""
        kind, _, rest = name.partition(".")
        if kind == "fact":
            return self.fact.get(rest)
        if kind == "figure":
            return self.counted.get(rest, NOTHING).value
        assert self.case is not None
        readers: Mapping[str, Callable[[str], Raw]] = {
            "case": self.of_case,
            "field": lambda field: plain(self._field(field), self._case.data.get(field)),
            "row": lambda column: plain(None, self.row.get(column)),
            "place": self.place.get,
            "books": self._figure,
            "beside": lambda path: len(self._beside(path)),
            "total": self._total,
            "milestone": self._milestone,
        }
        reader = readers.get(kind)
        return reader(rest) if reader is not None else self._other(kind, rest)

    @property
    def _case(self) -> Case:
        assert self.case is not None
        return self.case

    def _field(self, name: str) -> Field | None:
        return self.definition.fields.get(name)

    @property
    def definition(self) -> Definition:
        """Give the procedure of the line's case."""
        return self.index.ground.definition(self._case.definition, self._case.version)

    @property
    def project(self) -> str:
        """Give the code of the project the line is about; empty when it is about none."""
        return self._case.code if self._case.definition == PROJECT else text_in(self._case.data, "project")

    def of_case(self, name: str) -> Raw:
        """Give what a column of the item itself is."""
        return OF_CASE[name](self, self._case)

    def day(self, at: datetime) -> date:
        """Give the local day of a moment."""
        return self.index.ground.day(at)

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything about the item."""
        state = self.definition.states.get(self._case.state)
        return state is None or state.kind is not StateKind.WORK

    @property
    def due_on(self) -> date | None:
        """Give the day by which the step is to be done."""
        return self.day(self._case.clock.due_at) if self._case.clock is not None else None

    @property
    def late(self) -> int | None:
        """Give the days by which the step is late; None when it is not."""
        due, today = self.due_on, self.index.ground.today
        return (today - due).days if due is not None and due < today and not self.is_over else None

    def title_of(self, case: Case) -> str:
        """Give the name of an item: the first text of its summary that is not the project's number."""
        names = self.index.ground.definition(case.definition, case.version).summary
        texts = (text_in(case.data, name) for name in names if name != "project")
        return next(filter(None, texts), case.code)

    def _figure(self, name: str) -> Raw:
        case, key = self._case, self._case.definition
        if key == ACCOUNT:
            both = (*self.index.naming(RECEIPT, "bank", case.code), *self.index.naming(PAYMENT, "bank", case.code))
            projects = sorted({text_in(one.data, "project") for one in both})
            found = [figure(name, self.index.ground.books(project), {"bank": case.code}) for project in projects]
            return sum(one for one in found if one is not None)
        at: dict[str, str | int] = dict(self.place)
        if key == CONTRACT:
            at["contract"] = case.code
            if "milestone" in self.row:
                at["milestone"] = text_in(self.row, "milestone")
        elif key in SOURCES:
            at["source"] = case.code
        return figure(name, self.index.ground.books(self.project), at)

    def _beside(self, path: str) -> list[Case]:
        definition, _, rest = path.partition("/")
        name, _, state = rest.partition("/")
        found = self.index.naming(definition, name or "project", self._case.code)
        return [one for one in found if state in ("", one.state)]

    def _total(self, path: str) -> int:
        beside, _, amount = path.rpartition("/")
        return sum(number_in(one.data, amount) for one in self._beside(beside))

    def _other(self, kind: str, name: str) -> Raw:
        """Give something of another case that the line names."""
        if kind == "budget":
            first = next(iter(self.index.naming(BUDGET, "project", self.project)), None)
            return number_in(first.data, name) or None if first is not None else None
        codes = {"project": self.project, "contract": self._contract, "source": str(self.place.get("source", ""))}
        other = self.index.by_code.get(codes[kind])
        match name:
            case "code":
                return codes[kind]
            case "title":
                return self.title_of(other) if other is not None else ""
            case "case":
                return other.definition if other is not None else ""
        return text_in(other.data, name) if other is not None else ""

    @property
    def _contract(self) -> str:
        if self._case.definition == CONTRACT:
            return self._case.code
        return str(self.place.get("contract", "")) or text_in(self._case.data, "contract")

    def _milestone(self, name: str) -> Raw:
        contract = self.index.by_code.get(self._contract)
        wanted = str(self.place.get("milestone", "")) or text_in(self.row, "milestone")
        if contract is None:
            return None
        table = "acceptances" if name == "accepted_on" else "milestones"
        column = "accepted_on" if name == "accepted_on" else "due_on"
        days = (day_in(row, column) for row in lines_of(contract.data, table) if row.get("milestone") == wanted)
        on = next(days, None)
        if name not in ("late", "is_late"):
            return on
        today = self.index.ground.today
        if name == "is_late":
            return on is not None and on < today
        return (today - on).days if on is not None and on < today else None

    def sources(self) -> set[str]:
        """Give the ways to money that the line's project has; only the line's own where it is of one source."""
        if self._case.definition in SOURCES:
            return {self._case.definition}
        if "source" in self.place:
            return {str(self._other("source", "case"))}
        return {key for key in SOURCES if self.index.naming(key, "project", self.project)}


def plain(titled: Field | None, value: Json) -> Raw:
    """Give a value of a case's data as filters and sums take it; of rows whose column is not known, by its look."""
    match value:
        case bool() | int() | None:
            return value
        case str() if titled is not None and titled.type is FieldType.DATE:
            return date.fromisoformat(value)
        case str() if titled is not None and titled.type is FieldType.DECIMAL:
            return Decimal(value)
        case str():
            return value
        case dict():
            return str(value.get("name", ""))
    return "|".join(str(one.get("name", "") if isinstance(one, dict) else one) for one in value)


def _phase(line: Line, case: Case) -> str:
    state = line.definition.states.get(case.state)
    return state.phase if state is not None else ""


def _progress(_: Line, case: Case) -> int | None:
    rows = lines_of(case.data, "milestones")
    return sum(number_in(row, "weight") for row in rows if day_in(row, "accepted_on")) if rows else None


OF_CASE: Mapping[str, Callable[[Line, Case], Raw]] = {
    "code": lambda _, case: case.code,
    "title": Line.title_of,
    "procedure": lambda _, case: case.definition,
    "township": lambda line, case: line.index.ground.township(case.unit),
    "state": lambda _, case: case.state,
    "phase": _phase,
    "opened": lambda line, case: line.day(case.opened_at),
    "closed": lambda line, case: line.day(case.entered_at) if line.is_over else None,
    "due": lambda line, _: line.due_on,
    "days": lambda line, case: (line.index.ground.today - line.day(case.entered_at)).days,
    "late": lambda line, _: line.late,
    "is_late": lambda line, _: line.late is not None,
    "is_open": lambda line, _: not line.is_over,
    "progress": _progress,
    "reports": lambda _, case: len(lines_of(case.data, "reports")),
}
"""What `case.NAME` is."""


def _state_title(line: Line, raw: str, words: Words) -> str:
    state = line.definition.states.get(raw)
    return words.says(state.title) if state is not None else raw


def _case_title(line: Line, raw: str, words: Words) -> str:
    """Say the choice that an item is called by in words."""
    fields = (line.definition.fields[name] for name in line.definition.summary)
    called = next((field for field in fields if any(one.name == raw for one in field.of)), None)
    return words.said(called, raw) if called is not None else raw


def _procedure_title(line: Line, raw: str, words: Words) -> str:
    return words.says(line.index.ground.definition(raw).title)


def _step_title(line: Line, raw: str, words: Words) -> str:
    state = line.index.ground.definition(PROJECT).states.get(raw)
    return words.says(state.title) if state is not None else raw


def _rule_title(line: Line, raw: str, words: Words) -> str:
    return words.said(line.index.ground.definition(RED_FLAG).fields["rule"], raw)


def _criterion_title(line: Line, raw: str, words: Words) -> str:
    table = line.index.ground.definition(CALL).fields["weights"]
    return words.said(next(one for one in table.columns if one.name == "criterion"), raw)


def _category_title(line: Line, raw: str, words: Words) -> str:
    return words.said(line.index.ground.definition(PROJECT).fields["categories"], [raw])


def _grade_title(line: Line, raw: str, words: Words) -> str:
    return words.said(line.index.ground.definition(PROJECT).fields["evaluation_grade"], raw)


def _size_title(line: Line, raw: str, words: Words) -> str:
    field = line.index.ground.definition(CONTRACT).fields.get("supplier_size")
    return words.said(field, raw) if field is not None else raw


IN_WORDS: Mapping[str, Callable[[Line, str, Words], str]] = {
    "case.title": _case_title,
    "case.procedure": _procedure_title,
    "source.case": _procedure_title,
    "case.township": lambda _, raw, words: words.unit(raw),
    "figure.township": lambda _, raw, words: words.unit(raw),
    "figure.step": _step_title,
    "figure.rule": _rule_title,
    "figure.way": _procedure_title,
    "contract.supplier_size": _size_title,
    "figure.criterion": _criterion_title,
    "figure.office": lambda _, raw, words: words.unit(raw),
    "figure.category": _category_title,
    "figure.admitted_by": lambda _, raw, words: words.person(raw),
    "figure.result_grade": _grade_title,
    "figure.expert": lambda _, raw, words: words.person(raw),
    "figure.banker": lambda _, raw, words: words.person(raw),
    "case.state": _state_title,
    "case.phase": lambda line, raw, words: words.says(line.definition.phases[raw].title),
}
"""Columns that people know by another name than rules do."""


def shown(line: Line, name: str, titled: Field | None, words: Words) -> Raw:
    """Give a column as people see it: typed where it is a number, an amount or a day, else in words."""
    kind, _, rest = name.partition(".")
    if kind in ("field", "row"):
        return _shown_field(line, kind, rest, titled, words)
    raw = line.raw(name)
    worded = IN_WORDS.get(name)
    return worded(line, raw, words) if worded is not None and isinstance(raw, str) and raw else raw


def _shown_field(line: Line, kind: str, name: str, titled: Field | None, words: Words) -> Raw:
    assert line.case is not None
    value = line.case.data.get(name) if kind == "field" else line.row.get(name)
    if titled is None or value in (None, "", []):
        return None
    own = plain(titled, value)
    return own if titled.type in _FIELD_KINDS else words.said(titled, value)
