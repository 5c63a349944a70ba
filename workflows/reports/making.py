"""From a declared report to its tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.definition import Field
from engine.texts import Text
from workflows.figures.basis import Basis
from workflows.figures.cells import Counted
from workflows.figures.register import FIGURES
from workflows.funds.chart import CHART
from workflows.funds.papers import lines_of
from workflows.reports.declared import Catalogue, Gathered, Report, Sheet, Take, Where
from workflows.reports.ground import Wanted, Words
from workflows.reports.lines import Index, Kind, Line, Raw, kind_of, shown

PERCENT = 100
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column."""

    name: str
    title: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Made:
    """A sheet with its lines. `sums` has a value under each column that is added up, None under the others.

    `counted` is there for a sheet of figures, row by row: its cells with the items behind them.
    """

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Raw, ...], ...]
    sums: tuple[Raw, ...]
    counted: tuple[Counted, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Name each line of figures by its first cell; where that is not the first of its name, by its number too."""
        seen: Counter[str] = Counter()
        found = []
        for line in self.counted:
            first = str(next(iter(line.values())).value)
            seen[first] += 1
            found.append(first if seen[first] == 1 else f"{first}~{seen[first]}")
        return tuple(found)

    def behind(self, key: str, column: str) -> frozenset[str]:
        """Give the ids of the items behind a number, by its line (empty: all lines together) and its column."""
        return frozenset(
            id
            for one, line in zip(self.keys, self.counted, strict=True)
            if key in ("", one) and column in line
            for id in line[column].behind
        )


def make(report: Report, catalogue: Catalogue, basis: Basis, words: Words) -> tuple[Made, ...]:
    """Make every sheet of a report; reports that are made from one basis read everything once."""
    return tuple(_Maker(sheet, catalogue, basis, words).made() for sheet in report.sheets)


@dataclass(frozen=True)
class _Maker:
    """One sheet while it is made."""

    sheet: Sheet
    catalogue: Catalogue
    basis: Basis
    words: Words

    @property
    def index(self) -> Index:
        """Give the cases by what they name."""
        return self.basis.index

    @property
    def wanted(self) -> Wanted:
        """Give the filters."""
        return self.basis.wanted

    def made(self) -> Made:
        """Give the sheet."""
        lines = [line for line in self._lines() if self._is_wanted(line)]
        title = self.words.says(self.sheet.title)
        if self.sheet.of and not self._known:
            return Made(title, (), (), ())
        if self.sheet.group:
            return Made(title, *self._grouped(lines))
        fields = [self._titled(name) for name in self.sheet.columns]
        headings = tuple(self._heading(*both) for both in zip(self.sheet.columns, fields, strict=True))
        pairs = list(zip(self.sheet.columns, fields, strict=True))
        rows = tuple(tuple(shown(line, name, field, self.words) for name, field in pairs) for line in lines)
        counted = tuple(line.counted for line in lines) if self.sheet.figure else ()
        sums = tuple(
            _sum(row[place] for row in rows) if heading.name in self.sheet.sums else None
            for place, heading in enumerate(headings)
        )
        return Made(title, headings, rows, sums if self.sheet.sums else (), counted)

    @property
    def _known(self) -> list[str]:
        """Give the procedures of the sheet that are there at all."""
        return [key for key in self.sheet.of if self.index.ground.knows(key)]

    def _lines(self) -> Iterator[Line]:
        sheet, ground = self.sheet, self.index.ground
        if sheet.figure:
            yield from (Line(self.index, counted=counted) for counted in FIGURES[sheet.figure](self.basis))
        if sheet.facts:
            yield from (Line(self.index, fact=fact) for fact in ground.facts(sheet.facts))
        for key in self._known:
            for case in ground.cases(key):
                if sheet.rows:
                    yield from (Line(self.index, case, row) for row in lines_of(case.data, sheet.rows))
                elif sheet.balances:
                    places = {
                        tuple((name, getattr(balance.place, name)) for name in balance.account.key)
                        for account in sheet.balances
                        for balance in ground.books(case.code).each(CHART[account])
                        if balance.amount > 0
                    }
                    yield from (Line(self.index, case, place=dict(place)) for place in sorted(places))
                else:
                    yield Line(self.index, case)

    def _is_wanted(self, line: Line) -> bool:
        if line.case is None:
            return True
        year = self.wanted.year
        if year is not None and _year(line.raw(self.sheet.year)) != year:
            return False
        if self.wanted.source and self.wanted.source not in line.sources():
            return False
        return _fits(line, self.sheet.where)

    def _titled(self, name: str) -> Field | None:
        """Give the field that a column shows: of the first procedure that has it."""
        kind, _, rest = name.partition(".")
        if kind not in ("field", "row"):
            return None
        for key in self._known:
            fields = self.index.ground.definition(key).fields
            if kind == "field" and rest in fields:
                return fields[rest]
            if kind == "row" and self.sheet.rows in fields:
                columns = fields[self.sheet.rows].columns
                return next((column for column in columns if column.name == rest), None)
        return None

    def _heading(self, name: str, titled: Field | None) -> Heading:
        text: Text = titled.title if titled is not None else self.catalogue.titles[name]
        return Heading(name, self.words.says(text), kind_of(name, titled))

    def _grouped(
        self, lines: Sequence[Line]
    ) -> tuple[tuple[Heading, ...], tuple[tuple[Raw, ...], ...], tuple[Raw, ...]]:
        sheet = self.sheet
        fields = [self._titled(name) for name in sheet.group]
        headings = [self._heading(name, field) for name, field in zip(sheet.group, fields, strict=True)]
        headings += [self._gathered_heading(one, place) for place, one in enumerate(sheet.gathered)]
        groups: dict[tuple[str, ...], list[Line]] = {}
        for line in lines:
            groups.setdefault(tuple(str(line.raw(name) or "") for name in sheet.group), []).append(line)
        rows = tuple(
            (
                *(self._named(group[0], name, field) for name, field in zip(sheet.group, fields, strict=True)),
                *(_take(one, group) for one in sheet.gathered),
            )
            for _, group in sorted(groups.items(), key=lambda one: self._place(*one))
        )
        totals = (*(None for _ in sheet.group), *(_take(one, lines) for one in sheet.gathered))
        return tuple(headings), rows, totals if rows else ()

    def _place(self, key: tuple[str, ...], group: Sequence[Line]) -> list[tuple[int, str]]:
        """Give where a group stands: phases as the procedure goes through them, all else by its name."""
        phases = list(group[0].definition.phases)
        return [
            (phases.index(value) if name == "case.phase" else 0, value)
            for name, value in zip(self.sheet.group, key, strict=True)
        ]

    def _named(self, line: Line, name: str, field: Field | None) -> Raw:
        """Name a group; what its lines leave open is said, for a row without a name tells nothing."""
        found = shown(line, name, field, self.words)
        return self.words.says(self.catalogue.titles["group.open"]) if found in (None, "") else found

    def _gathered_heading(self, one: Gathered, place: int) -> Heading:
        kind = kind_of(one.of, self._titled(one.of)) if one.take is Take.SUM else Kind.NUMBER
        return Heading(f"{one.take}.{place + 1}", self.words.says(one.title), kind)


def _fits(line: Line, where: Where) -> bool:
    return all(line.raw(name) in values for name, values in where.items())


def _year(raw: Raw) -> int | None:
    if isinstance(raw, date):
        return raw.year
    if isinstance(raw, str):
        return int(raw[:4]) if raw[:4].isdecimal() else None
    return raw if isinstance(raw, int) else None


def _take(one: Gathered, lines: Sequence[Line]) -> Raw:
    fitting = [line for line in lines if _fits(line, one.where)]
    match one.take:
        case Take.COUNT:
            return len(fitting)
        case Take.PERCENT:
            return round(len(fitting) * PERCENT / len(lines)) if lines else None
        case Take.SUM:
            return _sum(line.raw(one.of) for line in fitting)
    values = [Decimal(raw) for line in fitting if isinstance(raw := line.raw(one.of), int | Decimal)]
    return (sum(values, Decimal()) / len(values)).quantize(TENTH) if values else None


def _sum(values: Iterable[Raw]) -> Raw:
    return sum((value for value in values if isinstance(value, int | Decimal)), 0)
