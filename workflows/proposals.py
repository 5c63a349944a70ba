"""Project proposals from a table: headings to fields, cells to values, every fault with its row and column.

Pure: the table comes as lines that know their addresses, the words that people use come from `proposal_words.yaml`.
A row becomes the data of a draft; tables and files of the form are filled in later, in the browser.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from engine.definition import Definition, Field, FieldType
from engine.fields import check_form
from engine.refusal import Refusal, Refused
from engine.texts import Text
from engine.values import Json
from workflows.guards.reading import yuan
from workflows.proposal_cells import NUMBERS, Manner, Unreadable, Words, cell_text, read_cell
from workflows.table_heading import Headed, Line, headed, plain
from workflows.table_mapping import WRITTEN, PlanFaulty, filled, holes_in, manner_from, patterns_from

ROWS_MAX = 2_000
"""Most proposals of one table."""

NOT_IN_A_ROW = frozenset({FieldType.TABLE, FieldType.FILE, FieldType.FILES, FieldType.PERSON, FieldType.PERSONS})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value stands: under which headings (any of them), and how it is written there."""

    headings: tuple[str, ...]
    field: str
    manner: Manner = Manner()  # noqa: RUF009  # frozen


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows become proposals.

    `composed` fills fields from patterns such as `{Programme} {ID}`, read in the usual `manner`; `values` are the same
    for all rows; `distinct` names a heading whose cells may not repeat; `unit` the headings of the applying unit (none:
    one unit for all).
    """

    sources: tuple[Source, ...]
    composed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Json] = field(default_factory=dict)
    distinct: str | None = None
    unit: tuple[str, ...] = ()
    is_strict: bool = False
    manner: Manner = Manner()  # noqa: RUF009  # frozen


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
    rows that only sum up others, `notes` of those that are no data either.
    """

    proposals: tuple[Proposal, ...]
    faults: tuple[Refusal, ...]
    left_out: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()


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
    """Read a mapping file: `columns`, `composed`, `values`, `distinct`, `unit`, and how cells are written.

    Raises `PlanFaulty`.
    """
    known = {one.name for one in offered(definition)}
    unknown = data.keys() - {"columns", "composed", "values", "distinct", "unit", *WRITTEN}
    if unknown:
        allowed = ", ".join(("columns", "composed", "values", "distinct", "unit", *WRITTEN))
        raise PlanFaulty(f"{', '.join(sorted(map(str, unknown)))}: a mapping has {allowed}")
    for place in ("columns", "values"):
        if not isinstance(data.get(place, {}), Mapping):
            raise PlanFaulty(f"{place}: must be a mapping")
    usual, composed = manner_from(data), patterns_from(data)
    sources = tuple(_source(plain(str(heading)), how, usual) for heading, how in data.get("columns", {}).items())
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
        manner=usual,
    )


def _source(heading: str, how: object, usual: Manner) -> Source:
    """Read one column: a field's name, or the field and how it is written, such as `{field:, dates: day-first}`."""
    if isinstance(how, str):
        return Source((heading,), how, usual)
    if not isinstance(how, Mapping) or "field" not in how or how.keys() - {"field", *WRITTEN}:
        raise PlanFaulty(f"columns.{heading}: write a field's name, or field with {', '.join(WRITTEN)}")
    return Source((heading,), str(how["field"]), manner_from(how, f"columns.{heading}.", usual))


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
        wide = found.too_wide(line)
        wrong: list[Refusal] = [] if wide is None else [wide]
        proposal = reader.proposal(line, wrong) if wide is None else None
        faults += wrong
        proposals += [] if wrong or proposal is None else [proposal]
    return Reading(tuple(proposals), tuple(faults), totals=found.totals, notes=found.notes)


def _is_number(definition: Definition, source: Source) -> bool:
    return definition.fields[source.field].type in NUMBERS


def _shape(plan: Plan, table: Headed, words: Words) -> Iterator[Refusal]:
    """Give what is wrong with the table as a whole."""
    if not table.rows:
        yield Refusal("proposal.no_rows")
        return
    if len(table.rows) > ROWS_MAX:
        yield Refusal("proposal.too_many_rows", params={"most": ROWS_MAX, "found": len(table.rows)})
    heading, columns = table.heading, table.columns
    wanted = [] if plan.is_strict else [*_named_in(plan), *plan.unit]
    for name, places in columns.items():
        if len(places) > 1 and (plan.is_strict or name in wanted):
            yield Refusal("proposal.heading_twice", heading.address(places[1]), {"heading": name})
    yield from (
        Refusal("proposal.no_heading", heading.address(0), {"heading": name, "found": table.names()})
        for name in wanted
        if name not in columns
    )
    if plan.is_strict:
        known = {name for source in plan.sources for name in source.headings} | set(plan.unit) | words.passed_over
        for name, places in columns.items():
            if name not in known:
                yield Refusal("proposal.unknown_heading", heading.address(places[0]), {"heading": name})


def _named_in(plan: Plan) -> list[str]:
    own = [name for source in plan.sources for name in source.headings]
    holes = [name for pattern in plan.composed.values() for name in holes_in(pattern)]
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
        places |= {
            name: self.table.columns[first][0]
            for name, pattern in self.plan.composed.items()
            for first in islice(holes_in(pattern), 1)
        }
        data |= {name: self._composed(name, pattern, line, wrong) for name, pattern in self.plan.composed.items()}
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
            manner = replace(source.manner, times=source.manner.times or self.table.times_of(place))
            data[source.field] = read_cell(target, line.cell(place), self.words, manner)
        except Unreadable as fault:
            wrong.append(Refusal(fault.code, line.address(place), fault.params))

    def _composed(self, name: str, pattern: str, line: Line, wrong: list[Refusal]) -> Json:
        """Fill a pattern's `{Heading}` from the row, and read what comes of it as the field's value."""
        places = {heading: self.table.columns[heading][0] for heading in holes_in(pattern)}
        text = filled(pattern, {heading: self._text(line, place, wrong) for heading, place in places.items()})
        try:
            return read_cell(self.definition.fields[name], text, self.words, self.plan.manner)
        except Unreadable as fault:
            wrong.append(Refusal(fault.code, line.address(next(iter(places.values()), 0)), fault.params))
            return None

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
            return [*lacking, *(self._at_cell(one, line, places) for one in refused.reasons)]
        return lacking

    def _at_cell(self, reason: Refusal, line: Line, places: Mapping[str, int]) -> Refusal:
        """Give a reason of the form at its cell, with the heading that stands above it, and amounts in yuan."""
        name = reason.where.partition("[")[0]
        place = places.get(name, places.get("name", 0))
        heading = next((one for one, columns in self.table.columns.items() if place in columns), name)
        is_money = name in self.definition.fields and self.definition.fields[name].type is FieldType.MONEY
        params = {
            key: yuan(value) if is_money and isinstance(value, int) else value for key, value in reason.params.items()
        }
        return Refusal(reason.code, line.address(place), {**params, "where": heading}, reason.text)
