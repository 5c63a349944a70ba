"""Year beside year: whether the county gets better at it.

Source: continuous improvement, level up, overall uplift (domain S66, S69 c, S95 c) [D].
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from engine.case import Case
from engine.definition import ActionKind
from workflows.figures.basis import Basis
from workflows.figures.cells import NOTHING, Cell, Counted, count, mean, share
from workflows.figures.goals import decimal, goals
from workflows.funds.papers import PROJECT

FIRST, NOT_SENT = "draft", frozenset({"draft"})
POOL = "reserve_notice"
COMPARED = ("days", "returns", "pass_rate", "score", "satisfaction", "uplift")
"""Columns that are held against the year before."""

CLOSED = frozenset({"closed"})


def years(it: Basis) -> Iterator[Counted]:
    """Give the projects begun in each year: how long, how often returned, how good; and the change since the last."""
    before: Counted = {}
    for year, begun in it.by_year.items():
        sent = [case for case in begun if case.state not in NOT_SENT]
        if sent:
            line = _year(it, year, sent)
            yield {"year": Cell(year), **line, **{f"{name}_change": _change(line, before, name) for name in COMPARED}}
            before = line


def _change(line: Counted, before: Counted, name: str) -> Cell:
    now, then = line[name], before.get(name, NOTHING)
    if now.value is None or then.value is None:
        return NOTHING
    return Cell(Decimal(str(now.value)) - Decimal(str(then.value)), now.behind)


def _year(it: Basis, year: int, sent: list[Case]) -> Counted:
    over = [(case, ended) for case in sent if (ended := decided(it, case)) is not None]
    measures = [one for one in it.cases("improvement") if it.opened(one).year == year]
    return {
        "applications": count(sent),
        "days": mean((case, days) for case, (is_in, days) in over if is_in),
        "returns": mean((case, _returns(it, case)) for case in sent),
        "pass_rate": share([case for case, (is_in, _) in over if is_in], [case for case, _ in over]),
        "score": mean(
            (case, points) for case in sent if (points := decimal(case.data.get("evaluation_score"))) is not None
        ),
        "satisfaction": mean(
            (case, points) for case in sent if (points := decimal(case.data.get("satisfaction"))) is not None
        ),
        "uplift": mean((case, goal.uplift) for case in sent for goal in goals(it, case) if goal.uplift is not None),
        "measures": count(measures),
        "measures_closed": count(one for one in measures if one.state in CLOSED),
    }


def _returns(it: Basis, case: Case) -> int:
    return sum(it.outcome(move) is ActionKind.RETURN for move in it.moves.get(case.id, ()))


def decided(it: Basis, case: Case) -> tuple[bool, Fraction] | None:
    """Say whether a project was admitted to the pool (or turned down), and how many working days after it was sent."""
    moves = it.moves.get(case.id, [])
    sent = next((move.left for move in moves if move.state == FIRST and move.left is not None), None)
    end = next((move for move in moves if move.left is not None and move.to == POOL), None)
    is_in = end is not None
    if end is None:
        end = next((move for move in moves if it.outcome(move) is ActionKind.NEGATIVE), None)
    if sent is None or end is None or end.left is None:
        return None
    return is_in, it.ground.working_days(PROJECT, sent, end.left)
