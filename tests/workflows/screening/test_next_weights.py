"""The weights proposed for the next call: what results say of each criterion, and how far that may go."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from workflows.scoring import DIMENSIONS, POINTS_MAX
from workflows.screening.next_weights import Limits, Outcome, Proposed, Reason, compare, propose

LIMITS = Limits()


def outcomes(count: int, **by_place: Sequence[int]) -> list[Outcome]:
    """Give projects of which each came out a little better than the one before; criteria have points as told."""
    return [
        Outcome(
            {name: Fraction(points[place]) for name, points in by_place.items()},
            dict.fromkeys(DIMENSIONS, Fraction(place, count)),
        )
        for place in range(count)
    ]


def found(proposed: list[Proposed]) -> dict[str, tuple[int, Reason]]:
    """Give what is proposed for each criterion, and why."""
    return {one.criterion: (one.proposed, one.reason) for one in proposed}


def test_pairs_of_projects_are_counted() -> None:
    """Of six pairs four agree and one opposes; that two have the same points speaks for nothing."""
    four = outcomes(4, a1=[3, 5, 4, 5])
    one = compare("a1", four)
    assert (one.projects, one.agreeing, one.opposing, one.correlation) == (4, 4, 1, Fraction(1, 2))
    assert compare("a1", [*four, Outcome({"a1": Fraction(9)}, {})]) == one, "no result, no comparison"
    assert not one.is_clear


def test_a_criterion_that_foretells_gains_within_its_dimension() -> None:
    """It gains what a year allows, one that misleads loses it, the rest of the dimension balances, others stay."""
    twelve = outcomes(12, a1=range(12), a2=range(12, 0, -1), a3=[1, 2] * 6, a4=[3] * 12, b1=[2, 1] * 6)
    new = found(propose(POINTS_MAX, twelve, LIMITS))
    assert (new["a1"], new["a2"]) == ((16, Reason.FORETELLS), (8, Reason.MISLEADS))
    assert new["b1"] == (6, Reason.UNCLEAR)
    assert new["c1"] == (10, Reason.FEW), "nobody's points are known"


def test_few_projects_and_chance_change_nothing() -> None:
    """Seven that agree in every pair are too few; twelve of which a third disagrees show no more than chance would."""
    few = propose(POINTS_MAX, outcomes(7, a1=range(7)), LIMITS)
    assert all((one.change, one.reason) == (0, Reason.FEW) for one in few)
    mixed = propose(POINTS_MAX, outcomes(12, a1=[4, 1, 6, 2, 9, 3, 5, 11, 7, 8, 0, 10]), LIMITS)
    assert found(mixed)["a1"] == (14, Reason.UNCLEAR)


def test_the_more_projects_the_further_it_goes() -> None:
    """If eight projects moved a weight as far as forty, a proposal would follow little more than chance."""
    free = Limits(change_max=20)
    eight, forty = (found(propose(POINTS_MAX, outcomes(count, a1=range(count)), free))["a1"][0] for count in (8, 40))
    assert 14 < eight < forty


def test_every_proposal_keeps_the_sums_and_the_limit() -> None:
    """On random results: each dimension's sum, the bounds of a call, the limit of a year, the same every time."""
    chance, moved = Random(7), 0
    for _ in range(200):
        count, limits = chance.randint(0, 40), Limits(5, chance.randint(1, 20), chance.randint(1, 9))
        biased = {name: chance.random() for name in POINTS_MAX}
        them = [
            Outcome(
                {name: Fraction(round(place * biased[name] + chance.random() * 9)) for name in POINTS_MAX},
                dict.fromkeys(DIMENSIONS, Fraction(place, 40)),
            )
            for place in range(count)
        ]
        proposed = propose(POINTS_MAX, them, limits)
        for dimension in DIMENSIONS:
            assert sum(one.change for one in proposed if one.criterion[0] == dimension) == 0
        assert all(1 <= one.proposed <= 60 and abs(one.change) <= limits.change_max for one in proposed)
        assert proposed == propose(POINTS_MAX, them[::-1], limits), "in whatever order projects are read"
        moved += any(one.change for one in proposed)
    assert moved > 50
