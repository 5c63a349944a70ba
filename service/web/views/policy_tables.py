"""Policy values that are tables: as rows of typed cells to be edited, and back as the rules read them.

A value is a list of rows (`[{"from": 21, "colour": "yellow"}]`) or names with what each has (`{"T1": 10}`), of which a
table has two columns. Columns and kinds of cells are those of the rows there are; what a county may begin with
nothing of is said here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from engine.values import Json
from service.texts import Speech
from service.web.fields import Choice, Field, Kind, Problem, with_rows
from workflows.guards.reading import lines_in

NAME = "rows"
CODES: Mapping[str, tuple[str, ...]] = {
    "colour": ("blue", "yellow", "orange", "red"),
    "criterion": ("a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4", "b5", "c1", "c2", "c3", "c4"),
    "part": ("execution", "output", "benefit", "satisfaction", "process"),
    "dimension": ("quantity", "quality", "timeliness", "cost", "economic", "social", "ecological", "lasting"),
    "direction": ("higher", "lower", "equal", "range", "level", "yes_no"),
    "tag": ("efficiency", "business", "livelihood"),
    "part_of_likeness": ("name", "goal", "functions", "objects", "categories", "amount"),
    "part_of_index": ("total", "readiness", "urgency", "equity"),
}
"""Cells that hold one of some codes, which people see in words."""

CODES_OF: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("screening.negative_list", "item"): (
        "server_room",
        "rebuild",
        "office_devices",
        "display",
        "vanity",
        "compulsion",
    ),
}
"""The same for a cell of one table: elsewhere it holds other things."""

KEYED: Mapping[str, tuple[str, str, Json]] = {
    "annual_ceilings": ("year", "amount", 0),
    "screening.township_population": ("unit", "people", 0),
    "screening.panel_composition": ("tier", "specialties", [""]),
    "surveys.sampling_error_percent": ("tier", "percent", 0),
    "screening.tag_points": ("tag", "points", 0),
    "screening.index_percent": ("part_of_index", "percent", 0),
    "screening.likeness_weights": ("part_of_likeness", "weight", 0),
}
"""Values that give each name one thing: what the name and the thing are called, and of which kind the thing is."""

BEGINNINGS: Mapping[str, Mapping[str, Json]] = {
    "barred_units": {"unit": "", "until": "2026-01-01", "cause": ""},
    "screening.experts": {"expert": "", "specialty": "", "employer": "", "interests": [""]},
    "funds.flags.insiders": {"person": "", "account": "", "employer": "", "since": "2026-01-01"},
    "screening.annual_plan": {"year": 2026, "item": "", "document": "", "amount": 0, "project": ""},
    "evaluations.standard_indicators": {"part": "", "dimension": ""},
    "screening.negative_list": {"item": "", "words": [""], "categories": [""], "source": ""},
}
"""Rows of which a county may have none; cells that may lack in every row there is."""

OPTIONAL = frozenset({"interests", "categories", "account", "since", "document", "project", "dimension"})
SEVERAL = frozenset({"interests", "categories", "words", "specialties"})
"""Cells that hold several words, with a separator between them."""

SUBJECTS = ("hardware", "software", "network", "data", "security", "finance", "business")
ON_SUBJECTS = frozenset({"categories", "specialty", "specialties"})
"""Codes of project categories and experts' specialties, and cells that hold them, in words; other words stay."""

SUMS: Mapping[str, tuple[str, int]] = {
    "screening.standard_weights": ("weight", 100),
    "screening.index_percent": ("percent", 100),
    "screening.likeness_weights": ("weight", 100),
    "evaluations.standard_indicators": ("weight", 100),
}
"""A column that must add up."""

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SEPARATORS = re.compile(r"[\u3001,\uff0c;\uff1b\n]")
LONG = frozenset({"scale", "source", "cause"})
TEXT_LENGTH_MAX = 500


def is_table(key: str, value: Json) -> bool:
    """Say whether a parameter is edited as a table."""
    if key in KEYED:
        return isinstance(value, dict)
    rows = value if isinstance(value, list) else []
    is_flat = all(isinstance(row, dict) and all(map(_fits, row.values())) for row in rows)
    return isinstance(value, list) and is_flat and bool(rows or key in BEGINNINGS)


def _fits(value: Json) -> bool:
    is_words = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return is_words or (isinstance(value, str | int) and not isinstance(value, bool))


def table_field(key: str, value: Json, t: Speech) -> Field:
    """Show a value as a table to be edited."""
    rows = _rows(key, value)
    columns = tuple(_column(key, name, sample, t) for name, sample in _samples(key, rows).items())
    cells = [{name: _cell(name, one, t) for name, one in row.items()} for row in rows]
    table = Field(NAME, t("county.value"), "table", columns=columns, ordered=isinstance(value, list))
    return with_rows(table, cells)


def _rows(key: str, value: Json) -> Sequence[Mapping[str, Json]]:
    if isinstance(value, dict):
        name, thing, _ = KEYED[key]
        return [{name: one, thing: what} for one, what in value.items()]
    return lines_in(value)


def _samples(key: str, rows: Iterable[Mapping[str, Json]]) -> dict[str, Json]:
    """Give a value of each column, in the order of the rows' own cells."""
    found: dict[str, Json] = dict(BEGINNINGS.get(key, {}))
    if key in KEYED:
        name, thing, sample = KEYED[key]
        found = {name: "", thing: sample}
    for row in rows:
        for name, value in row.items():
            found.setdefault(name, value)
    return found


def _column(key: str, name: str, sample: Json, t: Speech) -> Field:
    codes = _codes(key, name)
    kind = "choice" if codes else _kind(name, sample)
    return Field(
        name,
        t(f"county.cell.{name}"),
        kind,
        required=name not in OPTIONAL,
        choices=[Choice(one, t(f"county.{name}.{one}")) for one in codes],
        length_max=TEXT_LENGTH_MAX if kind in {"text", "long_text"} else None,
        totalled=SUMS.get(key, ("",))[0] == name or kind == "money",
        grouped=name != "year",
    )


def _codes(key: str, name: str) -> tuple[str, ...]:
    return CODES_OF.get((key, name), CODES.get(name, ()))


def _kind(name: str, sample: Json) -> Kind:
    if isinstance(sample, int):
        return "money" if name == "amount" else "integer"
    if isinstance(sample, str) and DAY.fullmatch(sample):
        return "date"
    return "long_text" if name in SEVERAL | LONG else "text"


def _cell(name: str, value: Json, t: Speech) -> Any:  # noqa: ANN401  # by the kind of the cell
    if name in ON_SUBJECTS:
        said = {code: t(f"county.subject.{code}") for code in SUBJECTS}
        value = [said.get(str(one), one) for one in value] if isinstance(value, list) else said.get(str(value), value)
    if isinstance(value, list):
        return t("forms.list_separator").join(map(str, value))
    return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else value


def table_value(key: str, table: Field, t: Speech) -> Json:
    """Give what an edited table stands for; empty rows are left out. Call it only when `table_problems` finds none."""
    rows = [_row(row, t) for row in _filled(table)]
    if key in KEYED:
        name, thing, _ = KEYED[key]
        return {str(row[name]): row.get(thing) for row in rows}
    return [*rows]


def _filled(table: Field) -> list[Sequence[Field]]:
    return [row for row in table.rows if any(cell.value not in (None, "") or cell.raw for cell in row)]


def _row(row: Sequence[Field], t: Speech) -> dict[str, Json]:
    named = ((cell.name.rpartition("-")[2], cell) for cell in row)
    return {name: _plain(name, cell, t) for name, cell in named if cell.value is not None}


def _plain(name: str, cell: Field, t: Speech) -> Json:
    codes = {t(f"county.subject.{code}").casefold(): code for code in SUBJECTS} if name in ON_SUBJECTS else {}
    if name in SEVERAL:
        several = [one.strip() for one in SEPARATORS.split(str(cell.value)) if one.strip()]
        return [codes.get(one.casefold(), one) for one in several]
    if codes:
        only = str(cell.value).strip()
        return codes.get(only.casefold(), only)
    return cell.value.isoformat() if isinstance(cell.value, date) else cell.value


def table_problems(key: str, table: Field, t: Speech) -> list[Problem]:
    """Say what an edited table lacks: cells, names that stand once, a sum."""
    found = []
    for number, row in enumerate(_filled(table), 1):
        found += [
            Problem(cell.error or t("county.cell_missing", number=number, label=cell.label), cell.id)
            for cell in row
            if cell.error or (cell.required and cell.value is None)
        ]
    if key in KEYED and not found:
        names = [str(row[0].value) for row in _filled(table)]
        twice = sorted({one for one in names if names.count(one) > 1})
        found += [Problem(t("county.cell_twice", name=one), table.id) for one in twice]
    if key in SUMS and not found:
        column, wanted = SUMS[key]
        total = table.totals[column]
        label = next(one.label for one in table.columns if one.name == column)
        words = t("county.wrong_sum", label=label, wanted=wanted, total=total)
        found += [Problem(words, table.id)] if total != wanted else []
    return found
