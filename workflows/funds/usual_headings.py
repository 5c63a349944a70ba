"""What a table of payments says by its headings alone, where nobody says which is which.

Only headings that are usual are taken, each column from one heading; how its dates and amounts are written is told by
the cells, as far as they leave no doubt. Whoever reads the result is told what was taken for what.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import normalize

from workflows.funds.listing import AMOUNTS, NUMBERS, HeadingPlan
from workflows.proposal_cells import Manner, Order, Words, cell_text
from workflows.table_heading import Headed, Line, headed

_NEEDED = ("payee", "on")
_IN_PARTS = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b")
_MONTHS_MAX = 12
_SIGNS = ("£", "$", "€", "HK$", "US$", "A$")
"""Signs of money that stand before amounts elsewhere; all amounts of a table have the same one, or none."""


def usual_plan(table: Sequence[Line], usual: Mapping[str, Sequence[str]], words: Words) -> HeadingPlan | None:
    """Tell by its headings which column is which; None where whom, when or how much is not among them.

    `usual` has the headings of each column, the surest first.
    """
    if not table:
        return None
    named = {heading: column for column, headings in usual.items() for heading in headings}
    found = headed(table, list(named), words, [heading for heading, column in named.items() if column in NUMBERS])
    chosen = _chosen(found, usual)
    if not all(column in chosen for column in _NEEDED) or not any(column in chosen for column in AMOUNTS):
        return None
    amounts = [chosen[column] for column in AMOUNTS if column in chosen]
    manner = Manner(order=_order(_texts(found, [chosen["on"]])), signs=_sign(_texts(found, amounts)))
    return HeadingPlan({heading: column for column, heading in chosen.items()}, manner=manner)


def _chosen(found: Headed, usual: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give the heading of each column: the surest that stands there once. An amount goes before two columns of it."""
    taken: dict[str, str] = {}
    for column, headings in usual.items():
        there = (one for one in headings if len(found.columns.get(one, ())) == 1 and one not in taken.values())
        if (heading := next(there, None)) is not None:
            taken[column] = heading
    is_sided = "paid_in" in taken and "paid_out" in taken
    without = ("amount", "direction") if is_sided else ("paid_in", "paid_out")
    return {column: heading for column, heading in taken.items() if column not in without}


def _texts(found: Headed, headings: Iterable[str]) -> list[str]:
    places = [found.columns[heading][0] for heading in headings]
    return [text for line in found.rows for place in places if (text := cell_text(line.cell(place)).strip())]


def _order(dates: Sequence[str]) -> Order | None:
    """Tell the order of day and month where some date has only one reading, and none has only the other."""
    parts = [(int(found[1]), int(found[2])) for text in dates if (found := _IN_PARTS.match(normalize("NFKC", text)))]
    day_first, month_first = any(first > _MONTHS_MAX for first, _ in parts), any(two > _MONTHS_MAX for _, two in parts)
    if day_first == month_first:
        return None
    return Order.DAY_FIRST if day_first else Order.MONTH_FIRST


def _sign(amounts: Sequence[str]) -> tuple[str, ...]:
    """Give the one sign of money that the amounts have; none where there are several."""
    there = [sign for sign in _SIGNS if any(text.lstrip("-( ").startswith(sign) for text in amounts)]
    return tuple(there) if len(there) == 1 else ()
