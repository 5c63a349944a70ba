"""Project proposals from a table: headings to fields, cells to values, every fault with its row and column.

Pure: the table comes as lines that know their addresses, the words that people use come from `proposal_words.yaml`.
A row becomes the data of a draft; tables and files of the form are filled in later, in the browser.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.definition import Definition, Field, FieldType
from engine.fields import check_form
from engine.refusal import Refusal, Refused
from engine.texts import Text
from engine.values import Json
from workflows.proposal_cells import Order, Unreadable, Words, cell_text, read_cell
from workflows.table_heading import Line, columns_of, from_heading, plain

ROWS_MAX = 2_000
"""Most proposals of one table."""

NOT_IN_A_ROW = frozenset({FieldType.TABLE, FieldType.FILE, FieldType.FILES, FieldType.PERSON, FieldType.PERSONS})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value stands: under which headings (any of them), and how it is read."""

    headings: tuple[str, ...]
    field: str
    order: Order | None = None
    is_rounded: bool = False


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
    """What a table came to: good rows, and the faults of the others by address."""

    proposals: tuple[Proposal, ...]
    faults: tuple[Refusal, ...]


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
    """Read one column: the name of a field, or `{field:, dates: day-first | month-first, round: true}`."""
    if isinstance(how, str):
        return Source((heading,), how)
    if not isinstance(how, Mapping) or "field" not in how or how.keys() - {"field", "dates", "round"}:
        raise PlanFaulty(f"columns.{heading}: write a field's name, or field with dates and round")
    dates = how.get("dates")
    try:
        order = None if dates is None else Order(dates)
    except ValueError as error:
        raise PlanFaulty(f"columns.{heading}.dates: write {' or '.join(Order)}") from error
    return Source((heading,), str(how["field"]), order, is_rounded=how.get("round") is True)


def read(definition: Definition, plan: Plan, table: Sequence[Line], words: Words, units: Mapping[str, str]) -> Reading:
    """Read a table from its heading on. `units` gives ids by name and by id; "" is the usual one."""
    table = from_heading(table, [*_named_in(plan), *plan.unit])
    faults = list(_shape(plan, table))
    if faults:
        return Reading((), tuple(faults))
    reader = _Reader(definition, plan, columns_of(table[0]), words, units)
    proposals = []
    for line in table[1:]:
        wrong: list[Refusal] = []
        proposal = reader.proposal(line, wrong)
        faults += wrong
        proposals += [] if wrong else [proposal]
    return Reading(tuple(proposals), tuple(faults))


def _shape(plan: Plan, table: Sequence[Line]) -> Iterator[Refusal]:
    """Give what is wrong with the table as a whole."""
    if len(table) < 2:  # noqa: PLR2004  # headings and one row
        yield Refusal("proposal.no_rows")
        return
    if len(table) - 1 > ROWS_MAX:
        yield Refusal("proposal.too_many_rows", params={"most": ROWS_MAX, "found": len(table) - 1})
    heading, columns = table[0], columns_of(table[0])
    for name, places in columns.items():
        if len(places) > 1:
            yield Refusal("proposal.heading_twice", heading.address(places[1]), {"heading": name})
    wanted = [] if plan.is_strict else [*_named_in(plan), *plan.unit]
    yield from (
        Refusal("proposal.no_heading", heading.address(0), {"heading": name}) for name in wanted if name not in columns
    )
    if plan.is_strict:
        known = {name for source in plan.sources for name in source.headings} | set(plan.unit)
        for name, places in columns.items():
            if name not in known:
                yield Refusal("proposal.unknown_heading", heading.address(places[0]), {"heading": name})


def _named_in(plan: Plan) -> list[str]:
    own = [name for source in plan.sources for name in source.headings]
    return [*own, *([plan.distinct] if plan.distinct else [])]


@dataclass(slots=True)
class _Reader:
    """Reads rows one after the other and remembers what may not repeat."""

    definition: Definition
    plan: Plan
    columns: Mapping[str, list[int]]
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
        data |= {name: self._composed(pattern, line) for name, pattern in self.plan.composed.items()}
        unit = self._unit(line, wrong)
        self._check_distinct(line, wrong)
        wrong += self._unfit(line, data, places)
        return Proposal(line.number, line.address(0), unit, {k: v for k, v in data.items() if v is not None})

    def _place(self, headings: Sequence[str]) -> int | None:
        return next((self.columns[name][0] for name in headings if name in self.columns), None)

    def _read(self, line: Line, place: int, source: Source, data: dict[str, Json], wrong: list[Refusal]) -> None:
        target = self.definition.fields[source.field]
        try:
            data[source.field] = read_cell(
                target, line.cell(place), self.words, source.order, rounded=source.is_rounded
            )
        except Unreadable as fault:
            wrong.append(Refusal(fault.code, line.address(place), fault.params))

    def _composed(self, pattern: str, line: Line) -> str:
        """Fill a pattern's `{Heading}` from the row."""
        text = pattern
        for name, places in self.columns.items():
            text = text.replace(f"{{{name}}}", cell_text(line.cell(places[0])))
        return text.strip()

    def _unit(self, line: Line, wrong: list[Refusal]) -> str:
        place = self._place(self.plan.unit)
        name = "" if place is None else cell_text(line.cell(place)).strip()
        found = self.units.get(name)
        if found is None:
            code = "proposal.unit_unknown" if name else "proposal.empty"
            wrong.append(Refusal(code, line.address(place or 0), {"value": name}))
        return found or ""

    def _check_distinct(self, line: Line, wrong: list[Refusal]) -> None:
        if self.plan.distinct is None:
            return
        place = self.columns[self.plan.distinct][0]
        value = cell_text(line.cell(place)).strip()
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
