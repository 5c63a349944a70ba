"""A report as `reports.yaml` declares it, as values. A mistake in the file is a `ValueError` that names it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.texts import Text

KINDS = frozenset(
    [
        *("case", "field", "row", "place", "books", "project", "contract", "source", "budget", "beside", "total"),
        *("milestone", "fact", "figure"),
    ]
)
"""What a column's name may begin with."""

KEYS = frozenset(
    ["title", "of", "rows", "balances", "facts", "figure", "where", "year", "columns", "sums", "group"],
)
"""What a sheet may say."""

Where = Mapping[str, frozenset[object]]
"""Columns, and the values one of which each must have."""


class Take(StrEnum):
    """What is made of many lines."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Gathered:
    """A column of a grouped sheet: the number, sum or mean of the lines that are so, or how many in a hundred are."""

    take: Take
    title: Text
    of: str
    where: Where


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. Either `columns` of each line, or `group` columns and what is `gathered` of the lines they share."""

    title: Text
    of: tuple[str, ...]
    rows: str
    balances: tuple[str, ...]
    facts: str
    figure: str
    where: Where
    year: str
    columns: tuple[str, ...]
    sums: tuple[str, ...]
    group: tuple[str, ...]
    gathered: tuple[Gathered, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `by`: the roles that may have it, None for everybody who may have reports; `word`: also as Word."""

    code: str
    title: Text
    sheets: tuple[Sheet, ...]
    by: frozenset[str] | None
    word: bool

    def allows(self, roles: frozenset[str]) -> bool:
        """Say whether one of a person's roles is enough."""
        return self.by is None or not self.by.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All reports by code, and the titles of columns that no procedure titles."""

    reports: Mapping[str, Report]
    titles: Mapping[str, Text]


def read_catalogue(table: Mapping[str, Any]) -> Catalogue:
    """Read the declarations."""
    titles = {name: Text(**title) for name, title in table["titles"].items()}
    reports = {code: _report(code, one) for code, one in table["reports"].items()}
    found = Catalogue(reports, titles)
    untitled = sorted({name for one in reports.values() for name in _named(one) if _needs_title(name)} - titles.keys())
    if untitled:
        raise ValueError(f"no title: {', '.join(untitled)}")
    return found


def _needs_title(name: str) -> bool:
    return not name.startswith(("field.", "row."))


def _report(code: str, one: Mapping[str, Any]) -> Report:
    title = Text(**one["title"])
    sheets = tuple(_sheet(code, each, title) for each in one["sheets"])
    by = frozenset(one["by"]) if "by" in one else None
    return Report(code, title, sheets, by, bool(one.get("word")))


def _sheet(code: str, one: Mapping[str, Any], title: Text) -> Sheet:
    group = tuple(one.get("group", ()))
    sheet = Sheet(
        title=Text(**one["title"]) if "title" in one else title,
        of=tuple(one.get("of", ())),
        rows=one.get("rows", ""),
        balances=tuple(one.get("balances", ())),
        facts=one.get("facts", ""),
        figure=one.get("figure", ""),
        where=_where(one.get("where", {})),
        year=one.get("year", "case.opened"),
        columns=() if group else tuple(one["columns"]),
        sums=tuple(one.get("sums", ())),
        group=group,
        gathered=tuple(map(_gathered, one["columns"])) if group else (),
    )
    unknown = one.keys() - KEYS
    wrong = [name for name in _of_sheet(sheet) if name.partition(".")[0] not in KINDS]
    if unknown or wrong or not set(sheet.sums) <= set(sheet.columns):
        raise ValueError(f"{code}: {sorted(unknown)} {wrong} or sums that are no columns")
    return sheet


def _where(spelled: Mapping[str, Sequence[object]]) -> Where:
    return {name: frozenset(values) for name, values in spelled.items()}


def _gathered(one: Mapping[str, Any]) -> Gathered:
    return Gathered(Take(one["take"]), Text(**one["title"]), one.get("of", ""), _where(one.get("where", {})))


def _named(report: Report) -> Iterator[str]:
    for sheet in report.sheets:
        yield from (*sheet.columns, *sheet.group)


def _of_sheet(sheet: Sheet) -> Iterator[str]:
    yield from (*sheet.columns, *sheet.group, *sheet.where, sheet.year)
    for one in sheet.gathered:
        yield from (*((one.of,) if one.of else ()), *one.where)
