"""Notices as a table an admin fills in: a row a day with its date, its kind (off or working) and its name.

Headings and kinds may be Chinese or English (``words.yaml``), the columns in any order. Every bad cell is reported
with its address; a table with a bad cell changes nothing.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import IO, Literal

import yaml

from adapters.calendars.notice import Day, Notice, Year, notices_of
from adapters.documents.spreadsheet import Cell, Row, read_tables
from adapters.documents.workbook import Column, Kind, Table
from engine.calendar import YEAR_FIRST, YEAR_LAST
from engine.refusal import Refusal, Refused

NAME_LENGTH_MAX = 100
"""Longest name of a day."""

REASONS_MAX = 100
"""Most bad cells that are reported at once."""

VALUE_SHOWN_MAX = 40
"""Characters of a bad cell that are shown."""

ROWS_LOOKED_AT = 10
"""Of these first rows, one is the heading; titles may stand above it."""

_DATE = re.compile(
    r"(?:(\d{4})\D(\d{1,2})\D(\d{1,2})\D?|(\d{4})(\d{2})(\d{2}))(?:[ T]0?0:00(?::00)?|\s*\D{2,5})?",
    re.ASCII,
)
"""A midnight or the day of the week may follow."""

_HEADINGS = ("day", "kind", "name")
_NEEDED = frozenset({"day", "kind"})

Language = Literal["zh", "en"]


class Problem(StrEnum):
    """What can be wrong with a table of days; ``texts.yaml`` has the sentences."""

    NO_ROWS = "calendar.no_rows"
    NO_HEADING = "calendar.no_heading"
    BAD_DATE = "calendar.bad_date"
    BAD_KIND = "calendar.bad_kind"
    LISTED_TWICE = "calendar.listed_twice"
    NAME_TOO_LONG = "calendar.name_too_long"


def read_days(file: IO[bytes], source: str) -> tuple[Notice, ...]:
    """Read an XLSX or CSV table of days as the announced notices of its years, oldest first.

    Raises:
        Refused: with every bad cell, at most `REASONS_MAX`.
        SpreadsheetError: the file is no table that can be read.

    """
    rows = next((sheet.rows for sheet in read_tables(file) if sheet.rows), ())
    if len(rows) < 2:  # noqa: PLR2004  # a heading and one day
        raise Refused(Refusal(Problem.NO_ROWS))
    at = next((at for at, row in enumerate(rows[:ROWS_LOOKED_AT]) if _known(row).keys() >= _NEEDED), 0)
    places = _places(rows[at])
    reasons: list[Refusal] = []
    days: dict[date, Day] = {}
    first_seen: dict[date, str] = {}
    for row in rows[at + 1 :]:
        day = _day(row, places, reasons)
        if day is None:
            continue
        if day.on in days:
            seen = {"value": str(day.on), "first": first_seen[day.on]}
            reasons.append(Refusal(Problem.LISTED_TWICE, row.address(places["day"]), seen))
        days.setdefault(day.on, day)
        first_seen.setdefault(day.on, row.address(places["day"]))
    if reasons:
        raise Refused(*reasons[:REASONS_MAX])
    return notices_of(days.values(), source)


def days_table(years: Iterable[Year], name: str, language: Language = "zh") -> Table:
    """Return the years as a table that ``read_days`` takes; without years it is the empty form to fill in."""
    words = _words()
    headings = [words["headings"][heading][language][0] for heading in _HEADINGS]
    kinds = [words["kinds"][kind][language][0] for kind in ("off", "working")]
    day_title, kind_title, name_title = headings
    return Table(
        name,
        (Column(day_title, Kind.DAY, 14), Column(kind_title, choices=tuple(kinds)), Column(name_title, width=40)),
        [(day.on, kinds[day.working], day.name) for year in years for day in year.days],
    )


def _places(heading: Row) -> dict[str, int]:
    """Return the column of each heading."""
    found = _known(heading)
    missing = [name for name in _HEADINGS if name not in found and name in _NEEDED]
    if missing:
        shown = (_words()["headings"][name]["zh"][0] for name in missing)
        raise Refused(*(Refusal(Problem.NO_HEADING, heading.address(0), {"heading": word}) for word in shown))
    return found


def _known(heading: Row) -> dict[str, int]:
    known = _lookup("headings")
    return {known[word]: place for place, cell in enumerate(heading.cells) if (word := _word(cell)) in known}


def _day(row: Row, places: dict[str, int], reasons: list[Refusal]) -> Day | None:
    """Return the day of a row, or None after saying what is wrong with it."""
    on, kind = _date(row.cell(places["day"])), _lookup("kinds").get(_word(row.cell(places["kind"])))
    name = str(row.cell(places["name"]) or "") if "name" in places else ""
    before = len(reasons)
    if on is None:
        reasons.append(_bad(Problem.BAD_DATE, row, places["day"]))
    if kind is None:
        reasons.append(_bad(Problem.BAD_KIND, row, places["kind"]))
    if len(name) > NAME_LENGTH_MAX:
        limit = {"characters_max": NAME_LENGTH_MAX}
        reasons.append(Refusal(Problem.NAME_TOO_LONG, row.address(places["name"]), limit))
    return Day(on, kind == "working", name) if on and len(reasons) == before else None


def _date(cell: Cell) -> date | None:
    """Return the date of a cell: a date itself, 2026-10-01, 2026/10/1, 20261001, or with words between."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DATE.fullmatch(str(cell).strip()) if isinstance(cell, str | int) else None
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day) if YEAR_FIRST <= year <= YEAR_LAST else None
    except ValueError:
        return None


def _word(cell: Cell) -> str:
    return str(cell or "").strip().lower()


def _bad(problem: Problem, row: Row, place: int) -> Refusal:
    """Say what stands in a cell, or why it has no value."""
    cell = row.cell(place)
    if isinstance(cell, Refusal):
        return cell
    return Refusal(problem, row.address(place), {"value": "" if cell is None else str(cell)[:VALUE_SHOWN_MAX]})


def _lookup(part: str) -> dict[str, str]:
    return {word: name for name, languages in _words()[part].items() for words in languages.values() for word in words}


def words_of(part: str) -> dict[str, dict[str, list[str]]]:
    """Give the words of one part of ``words.yaml``, by what they mean and by language."""
    return _words()[part]


@cache
def _words() -> dict[str, dict[str, dict[str, list[str]]]]:
    words: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(
        Path(__file__).with_name("words.yaml").read_text("utf-8")
    )
    return words
