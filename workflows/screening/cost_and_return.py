"""Points that the system suggests for cost and return (C2): what a person served costs, against projects of its kind.

Source: §5.2.1 of the scoring model [D]. Running costs are not asked of an application, so what is compared is the
estimate by people served a year; an expert may give other points and says why.
"""

from collections.abc import Iterator
from fractions import Fraction
from statistics import median

from engine.case import Case
from engine.situation import Situation
from engine.values import Json
from workflows.funds.papers import PROJECT
from workflows.guards.reading import Row, number_in, today
from workflows.scoring import suggested_return_points
from workflows.screening.calls import all_calls
from workflows.screening.reserve import categories

COMPARED_MIN = 3
"""Fewest other projects of the kind by which points are suggested [D]."""

NOT_COMPARED = frozenset({"draft", "void", "withdrawn"})
CRITERION = "c2"


def suggestion(it: Situation) -> Fraction | None:
    """Suggest the points of a project, on the scale of eight; None where too few of its kind are known."""
    own = per_head(it.data)
    others = [found for one in _of_its_kind(it) if (found := per_head(one.data)) is not None]
    if own is None or len(others) < COMPARED_MIN:
        return None
    return suggested_return_points(own, median([own, *others]))


def per_head(data: Row) -> Fraction | None:
    """Give the estimate of a project by people served a year, in fen; None where either is not told."""
    cost, people = number_in(data, "amount"), number_in(data, "beneficiaries")
    return Fraction(cost, people) if cost and people else None


def _of_its_kind(it: Situation) -> Iterator[Case]:
    """Give the applications of all calls that share a category with the project under judgement."""
    own = frozenset(categories(it.case))
    for call in all_calls(it.facts, today(it)):
        for one in it.facts.peers(PROJECT, "batch", call.code):
            if one.code != it.case.code and one.state not in NOT_COMPARED and own & frozenset(categories(one)):
                yield one


def suggested_points(it: Situation) -> Json:
    """Give the suggested points in whole points, half up, as an expert can give them; nothing where there are none."""
    found = suggestion(it)
    return None if found is None else int(found + Fraction(1, 2))
