"""Points suggested for cost and return: against the median of the kind, as the plan's formula says."""

from typing import Any

import pytest

from tests.workflows.guards.trial import case, passes, situation
from workflows.screening.cost_and_return import suggested_points

OWN: dict[str, Any] = {"amount": 100_00, "beneficiaries": 10, "categories": ["software"]}
CALLS = {"calls": [{"code": "2026-2", "opens_on": "2026-01-01", "closes_on": "2026-12-31", "categories": ["software"]}]}


def other(number: int, amount: int, state: str = "prelim_review", **more: Any) -> Any:  # noqa: ANN401  # a case
    """Another application of the call, for ten people a year."""
    return case(f"other{number}", state, OWN | {"batch": "2026-2", "amount": amount, **more})


@pytest.mark.parametrize(
    ("amounts", "points"),
    [
        ((100_00, 100_00, 100_00), 8),  # r = 1: 8 x (1.5 - 0.5)
        ((50_00, 50_00, 50_00), 4),  # r = 2: 8 x 0.5
        ((25_00, 25_00, 25_00), 0),  # r = 4: nothing
        ((200_00, 200_00, 200_00), 8),  # r = 0.5 is no more than the full points
        ((75_00, 75_00, 75_00), 7),  # r = 4/3: 6.67, half up
    ],
)
def test_points_follow_from_the_median_of_the_kind(amounts: tuple[int, ...], points: int) -> None:
    """Cheap is worth the full points, twice the median half of them, three times nothing."""
    peers = tuple(other(number, amount) for number, amount in enumerate(amounts))
    found = suggested_points(situation(passes("sheet_complete", before=OWN, data=OWN, peers=peers, policies=CALLS)))
    assert found == points


def test_without_enough_of_its_kind_nothing_is_suggested() -> None:
    """Drafts, other kinds and those that serve nobody do not count."""
    peers = (
        other(1, 50_00),
        other(2, 50_00),
        other(3, 50_00, state="draft"),
        other(4, 50_00, categories=["network"]),
        other(5, 50_00, beneficiaries=0),
    )
    assert (
        suggested_points(situation(passes("sheet_complete", before=OWN, data=OWN, peers=peers, policies=CALLS))) is None
    )
