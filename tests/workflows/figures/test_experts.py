"""Use of experts (R-18): a figure of its own, since it reads seats and closed rounds of scoring."""

from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from engine.case import Ballot
from engine.counting import Choosing
from tests.workflows.figures.small_county import SmallCounty, counted, made, values
from tests.workflows.guards.trial import NOW
from workflows.figures.cells import tenth
from workflows.scoring import POINTS_MAX, severity


def test_experts_are_counted_by_their_seats_and_compared_with_the_others() -> None:
    """If a seat that was left counted as joined, or an open round were read, R-18 would tell scores too soon."""
    project = made("1", "reserved")
    sheets = tuple(
        Ballot("t", "", voter, Choosing.PASS, NOW, form={**POINTS_MAX, "c1": POINTS_MAX["c1"] - less})
        for voter, less in (("e1", 0), ("e2", 9), ("e3", 3))
    )
    project = replace(project, rounds={"expert_scoring": sheets}, ballots=sheets[:1])
    older = made(
        "2", "reserved", panel_members=[{"expert": "e1", "standing": "active"}, {"expert": "e4", "standing": "recused"}]
    )
    paid: dict[str, Any] = {"hours": 4, "fee": 1_200_00}
    seats = [
        made("s1", "paid", "expert-panel", project=project.code, expert="e1", **paid),
        made("s2", "replaced", "expert-panel", project=project.code, expert="e2"),
        made("s3", "invited", "expert-panel", project=project.code, expert="e3"),
    ]
    found = {
        str(line["expert"].value): values(line) for line in counted("experts", SmallCounty([project, older, *seats]))
    }
    assert {name: (one["seats"], one["joined"], one["away"]) for name, one in found.items()} == {
        "e1": (2, 2, 0),
        "e2": (1, 0, 1),
        "e3": (1, 0, 0),
        "e4": (1, 0, 1),
    }
    above = severity([100], [Fraction(94)])
    assert found["e1"]["severity"] == tenth(above) > 0 > found["e2"]["severity"]
    assert found["e4"]["severity"] is None
    assert (found["e1"]["hours"], found["e1"]["fees"]) == (4, 1_200_00)
