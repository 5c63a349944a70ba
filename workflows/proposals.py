"""Project proposals from a table: headings to fields, cells to values, every fault with its row and column.

Pure: the table comes as lines that know their addresses, the words that people use come from `proposal_words.yaml`.
A row becomes the data of a draft; tables and files of the form are filled in later, in the browser.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.definition import Definition, Field, FieldType
from engine.fields import check_form
from engine.refusal import Refusal, Refused
from engine.texts import Text
from engine.values import Json
from workflows.proposal_cells import Manner, Order, Unreadable, Words, cell_text, read_cell
from workflows.table_heading import Headed, Line, headed, plain

ROWS_MAX = 2_000
"""Most proposals of one table."""

TIMES_MAX = 100_000_000
"""Most that amounts of a column may be multiplied with."""

_HOLE = re.compile(r"\{([^{}]+)\}")
"""A heading in a pattern, to be filled from the row."""

NOT_IN_A_ROW = frozenset({FieldType.TABLE, FieldType.FILE, FieldType.FILES, FieldType.PERSON, FieldType.PERSONS})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value stands: under which headings (any of them), and how it is read.

    Amounts are multiplied with `times`; None: as the table itself says, else not.
    """

    headings: tuple[str, ...]
    field: str
    order: Order | None = None
    is_rounded: bool = False
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows become proposals.

    `composed` fills texts from patterns such as `{Programme} {ID}`; `values` are the same for all rows; `distinct`
    names a heading whose cells may not repeat; `unit` the headings of the applying unit (none: one unit for all).
    """

    sources: tuple[Source, ...]
    composed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Json] = field(default_factory=dict)
    distinct: str | None = None
    unit: tuple[str, ...] = ()
    is_strict: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row that can be opened as a draft."""

    row: int
    address: str
    unit: str
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table came to: good rows, and the faults of the others by address.

    `left_out` names the other sheets of the workbook, which have rows and were not read; `totals` are the numbers of
    rows that only sum up others.
    """

    proposals: tuple[Proposal, ...]
    faults: tuple[Refusal, ...]
    left_out: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()


class PlanFaulty(Exception):
    """The mapping file can not be used; the message says where and what is allowed."""


def offered(definition: Definition) -> tuple[Field, ...]:
    """Give the fields that a row can hold: those of the initial form that are no tables, files or people."""
    editable = definition.states[definition.initial].form.edit
    ordered = [name for section in definition.sections for name in section.fields if name in editable]
    fields = [definition.fields[name] for name in ordered or editable]
    return tuple(one for one in fields if one.type not in NOT_IN_A_ROW and one.computed is None)


def needed(definition: Definition) -> frozenset[str]:
    """Give the fields that sending the form off requires, among those a row can hold."""
    actions = definition.states[definition.initial].actions.values()
    required = {name for action in actions for name in action.form.require}
    return frozenset(one.name for one in offered(definition) if one.name in required)


def usual_plan(definition: Definition, unit: Text) -> Plan:
    """Plan for the template: each field under its own title, in either language."""
    sources = tuple(Source((one.title.zh, one.title.en, one.name), one.name) for one in offered(definition))
    return Plan(sources, unit=(unit.zh, unit.en), is_strict=True)


def plan_from(data: Mapping[str, Any], definition: Definition) -> Plan:
    """Read a mapping file: `columns`, `composed`, `values`, `distinct`, `unit`. Raises `PlanFaulty`."""
    known = {one.name for one in offered(definition)}
    unknown = data.keys() - {"columns", "composed", "values", "distinct", "unit"}
    if unknown:
        raise PlanFaulty(f"{', '.join(sorted(unknown))}: a mapping has columns, composed, values, distinct and unit")
    for place in ("columns", "composed", "values"):
        if not isinstance(data.get(place, {}), Mapping):
            raise PlanFaulty(f"{place}: must be a mapping")
    sources = tuple(_source(plain(str(heading)), how) for heading, how in data.get("columns", {}).items())
    composed = {str(name): str(pattern) for name, pattern in data.get("composed", {}).items()}
    for name in [*(source.field for source in sources), *composed, *data.get("values", {})]:
        if name not in known:
            raise PlanFaulty(f"{name}: no field that a row can hold; there are {', '.join(sorted(known))}")
    unit = data.get("unit")
    distinct = data.get("distinct")
    return Plan(
        sources,
        composed,
        dict(data.get("values", {})),
        None if distinct is None else plain(str(distinct)),
        () if unit is None else (plain(str(unit)),),
    )


def _source(heading: str, how: object) -> Source:
    """Read one column: the name of a field, or `{field:, dates: day-first | month-first, round: true, times: 10}`."""
    if isinstance(how, str):
        return Source((heading,), how)
    if not isinstance(how, Mapping) or "field" not in how or how.keys() - {"field", "dates", "round", "times"}:
        raise PlanFaulty(f"columns.{heading}: write a field's name, or field with dates, round and times")
    dates = how.get("dates")
    try:
        order = None if dates is None else Order(dates)
    except ValueError as error:
        raise PlanFaulty(f"columns.{heading}.dates: write {' or '.join(Order)}") from error
    times = None if how.get("times") is None else times_from(how["times"], f"columns.{heading}.times")
    return Source((heading,), str(how["field"]), order, how.get("round") is True, times)


def times_from(given: object, where: str) -> int:
    """Read what amounts are to be multiplied with. Raises `PlanFaulty`."""
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given <= TIMES_MAX:
        raise PlanFaulty(
            f"{where}: write a whole number from 1 to {TIMES_MAX}, such as 10000 where amounts are in ten thousands"
        )
    return given


def read(definition: Definition, plan: Plan, table: Sequence[Line], words: Words, units: Mapping[str, str]) -> Reading:
    """Read a table from its heading on. `units` gives ids by name and by id; "" is the usual one."""
    if not table:
        return Reading((), (Refusal("proposal.no_rows"),))
    wanted = [*_named_in(plan), *plan.unit]
    numbers = [name for one in plan.sources if _is_number(definition, one) for name in one.headings]
    found = headed(table, wanted, words, numbers)
    faults = list(_shape(plan, found, words))
    if faults:
        return Reading((), tuple(faults))
    reader = _Reader(definition, plan, found, words, units)
    proposals = []
    for line in found.rows:
        wrong: list[Refusal] = []
        proposal = reader.proposal(line, wrong)
        faults += wrong
        proposals += [] if wrong else [proposal]
    return Reading(tuple(proposals), tuple(faults), totals=found.totals)


def _is_number(definition: Definition, source: Source) -> bool:
    return definition.fields[source.field].type in (FieldType.MONEY, FieldType.INTEGER, FieldType.DECIMAL)


def _shape(plan: Plan, table: Headed, words: Words) -> Iterator[Refusal]:
    """Give what is wrong with the table as a whole."""
    if not table.rows:
        yield Refusal("proposal.no_rows")
        return
    if len(table.rows) > ROWS_MAX:
        yield Refusal("proposal.too_many_rows", params={"most": ROWS_MAX, "found": len(table.rows)})
    heading, columns = table.heading, table.columns
    for name, places in columns.items():
        if len(places) > 1:
            yield Refusal("proposal.heading_twice", heading.address(places[1]), {"heading": name})
    wanted = [] if plan.is_strict else [*_named_in(plan), *plan.unit]
    yield from (
        Refusal("proposal.no_heading", heading.address(0), {"heading": name}) for name in wanted if name not in columns
    )
    if plan.is_strict:
        known = {name for source in plan.sources for name in source.headings} | set(plan.unit) | words.passed_over
        for name, places in columns.items():
            if name not in known:
                yield Refusal("proposal.unknown_heading", heading.address(places[0]), {"heading": name})


def _named_in(plan: Plan) -> list[str]:
    own = [name for source in plan.sources for name in source.headings]
    holes = [plain(name) for pattern in plan.composed.values() for name in _HOLE.findall(pattern)]
    return [*own, *holes, *([plan.distinct] if plan.distinct else [])]


@dataclass(slots=True)
class _Reader:
    """Reads rows one after the other and remembers what may not repeat."""

    definition: Definition
    plan: Plan
    table: Headed
    words: Words
    units: Mapping[str, str]
    _seen: dict[str, int] = field(default_factory=dict)

    def proposal(self, line: Line, wrong: list[Refusal]) -> Proposal:
        """Read one row; its faults go to `wrong`."""
        places: dict[str, int] = {}
        data: dict[str, Json] = dict(self.plan.values)
        for source in self.plan.sources:
            place = self._place(source.headings)
            if place is not None:
                places[source.field] = place
                self._read(line, place, source, data, wrong)
        data |= {name: self._composed(pattern, line, wrong) for name, pattern in self.plan.composed.items()}
        unit = self._unit(line, wrong)
        self._check_distinct(line, wrong)
        known = {one.where for one in wrong}
        wrong += [one for one in self._unfit(line, data, places) if one.where not in known]
        return Proposal(line.number, line.address(0), unit, {k: v for k, v in data.items() if v is not None})

    def _place(self, headings: Sequence[str]) -> int | None:
        return next((self.table.columns[name][0] for name in headings if name in self.table.columns), None)

    def _read(self, line: Line, place: int, source: Source, data: dict[str, Json], wrong: list[Refusal]) -> None:
        target = self.definition.fields[source.field]
        try:
            manner = Manner(source.order, source.is_rounded, source.times or self.table.times_of(place))
            data[source.field] = read_cell(target, line.cell(place), self.words, manner)
        except Unreadable as fault:
            wrong.append(Refusal(fault.code, line.address(place), fault.params))

    def _composed(self, pattern: str, line: Line, wrong: list[Refusal]) -> str:
        """Fill a pattern's `{Heading}` from the row."""
        columns = self.table.columns
        return _HOLE.sub(lambda hole: self._text(line, columns[plain(hole[1])][0], wrong), pattern).strip()

    def _text(self, line: Line, place: int, wrong: list[Refusal]) -> str:
        """Read a cell as it stands there; why it can not be read goes to `wrong`."""
        try:
            return cell_text(line.cell(place)).strip()
        except Unreadable as fault:
            wrong.append(Refusal(fault.code, line.address(place), fault.params))
            return ""

    def _unit(self, line: Line, wrong: list[Refusal]) -> str:
        place = self._place(self.plan.unit)
        before = len(wrong)
        name = "" if place is None else self._text(line, place, wrong)
        found = self.units.get(name)
        if found is None and len(wrong) == before:
            code = "proposal.unit_unknown" if name else "proposal.empty"
            wrong.append(Refusal(code, line.address(place or 0), {"value": name}))
        return found or ""

    def _check_distinct(self, line: Line, wrong: list[Refusal]) -> None:
        if self.plan.distinct is None:
            return
        place = self.table.columns[self.plan.distinct][0]
        value = self._text(line, place, wrong)
        if value in self._seen:
            wrong.append(Refusal("proposal.twice", line.address(place), {"value": value, "row": self._seen[value]}))
        self._seen.setdefault(value, line.number)

    def _unfit(self, line: Line, data: Mapping[str, Json], places: Mapping[str, int]) -> list[Refusal]:
        """Give what the form itself has against the row, each at its cell, and the name that a draft can not lack."""
        first = places.get("name", 0)
        lacking = [] if data.get("name") else [Refusal("proposal.empty", line.address(first))]
        editable = self.definition.states[self.definition.initial].form.edit
        try:
            check_form(self.definition, editable, data)
        except Refused as refused:
            reasons = (
                Refusal(one.code, line.address(places.get(one.where.partition("[")[0], first)), one.params, one.text)
                for one in refused.reasons
            )
            return [*lacking, *reasons]
        return lacking
