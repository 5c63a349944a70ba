"""What mapping files of all tables have in common: how cells are written, and values put together of several."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from workflows.proposal_cells import Manner, Months, Order
from workflows.table_heading import plain

TIMES_MAX = 100_000_000
"""Most that amounts of a column may be multiplied with."""

EMPTY_MAX = 50
"""Most words that stand for an empty cell."""

WRITTEN = ("dates", "months", "currency", "decimals", "empty", "times", "round")
"""Keys that say how cells are written: of the whole table, or of a column."""

Kind = TypeVar("Kind", bound=StrEnum)

_HOLE = re.compile(r"\{([^{}]+)\}")
"""A heading in a pattern, to be filled from the row."""


class PlanFaulty(Exception):
    """The mapping file can not be used; the message says where and what is allowed."""


def manner_from(how: Mapping[str, Any], place: str = "", usual: Manner = Manner()) -> Manner:  # noqa: B008  # frozen
    """Read how cells are written; what is not said is as in `usual`. `place` is where, such as `columns.FFC.`.

    `dates` day-first or month-first, `months` first-day or last-day (the day meant where a date names none), `currency`
    a sign before amounts, `decimals: comma`, `empty` what stands for an empty cell, `times` what amounts are multiplied
    with, `round` whether they are rounded to the fen. Raises `PlanFaulty`.
    """
    manner = replace(
        usual,
        order=_one_of(Order, how.get("dates"), f"{place}dates") or usual.order,
        months=_one_of(Months, how.get("months"), f"{place}months") or usual.months,
        times=usual.times if how.get("times") is None else _times(how["times"], f"{place}times"),
        is_rounded=_yes(how.get("round", usual.is_rounded), f"{place}round"),
    )
    if how.get("currency"):
        manner = replace(manner, signs=(str(how["currency"]),))
    if "decimals" in how:
        manner = replace(manner, has_comma=_is_comma(how["decimals"], f"{place}decimals"))
    return replace(manner, empty=_words(how["empty"], f"{place}empty")) if "empty" in how else manner


def _one_of(kinds: type[Kind], given: object, place: str) -> Kind | None:
    found = next((kind for kind in kinds if kind == given), None)
    if given is not None and found is None:
        raise PlanFaulty(f"{place}: write {' or '.join(kinds)}")
    return found


def _yes(given: object, place: str) -> bool:
    if not isinstance(given, bool):
        raise PlanFaulty(f"{place}: write true or false")
    return given


def _is_comma(given: object, place: str) -> bool:
    if given not in ("comma", "point"):
        raise PlanFaulty(f"{place}: write comma (1.234,50) or point (1,234.50)")
    return given == "comma"


def _words(given: object, place: str) -> tuple[str, ...]:
    words = [given] if isinstance(given, str) else given
    if not isinstance(words, list) or len(words) > EMPTY_MAX or not all(isinstance(one, str) and one for one in words):
        raise PlanFaulty(f"{place}: write up to {EMPTY_MAX} texts in quotes, such as ['-', 'n/a', 'Exempt*']")
    return tuple(words)


def _times(given: object, place: str) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given <= TIMES_MAX:
        raise PlanFaulty(
            f"{place}: write a whole number from 1 to {TIMES_MAX}, such as 10000 where amounts are in ten thousands"
        )
    return given


def patterns_from(data: Mapping[str, Any]) -> dict[str, str]:
    """Read `composed`: patterns such as `{Year}-{Month}-{Day}` by what they are of. Raises `PlanFaulty`."""
    given = data.get("composed", {})
    if not isinstance(given, Mapping):
        raise PlanFaulty("composed: must be a mapping")
    return {str(name): str(pattern) for name, pattern in given.items()}


def holes_in(pattern: str) -> Iterator[str]:
    """Give the headings that a pattern is filled from."""
    return (plain(name) for name in _HOLE.findall(pattern))


def filled(pattern: str, texts: Mapping[str, str]) -> str:
    """Fill a pattern with the texts of a row by their headings; where all of them are empty, so is the whole."""
    if texts and not any(texts.values()):
        return ""
    return _HOLE.sub(lambda hole: texts[plain(hole[1])], pattern).strip()
