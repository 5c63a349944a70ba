"""The reserve pool with the line of a limit: by hand on a handful of projects."""

from dataclasses import replace
from typing import Any

from engine.case import Case, Mark
from tests.workflows.guards.trial import LAST_WEEK, NOW, case
from tests.workflows.procedure import procedure
from workflows.screening.reserve import Place, Standing, Sums, of_call, out_of_order, what_if

YI = 100_00
ROW = {"class": "first", "index": "80.00", "points_a": "40.00", "cost_per_head": 5, "funded_per_head": 7}


def project(number: int, cost: int, state: str = "reserved", **data: Any) -> Case:  # noqa: ANN401  # fields
    """A project of the pool."""
    return case(f"P{number}", state, {"amount": cost, "categories": ["software"], **data})


def place(number: int, cost: int, standing: Standing = Standing.COMPETES) -> Place:
    """A project in its place."""
    return Place(project(number, cost), number, {}, standing)


def admitted(one: Case, hours: int) -> Case:
    """The project, admitted some hours after another."""
    one.actors["reserve_decision.admit"] = Mark("hal", LAST_WEEK.replace(hour=hours))
    return one


def test_the_line_is_drawn_strictly_in_order() -> None:
    """What comes after the first that does not fit is below, though it would fit; that it would is marked."""
    places = [place(1, 40), place(2, 30, Standing.ASIDE), place(3, 70), place(4, 50), place(5, 90)]
    found = what_if(places, 100, {"QH-2026-P1": "T01", "QH-2026-P4": "T02"})
    told = [(one.above, one.running, one.fits) for one in found.lines]
    assert told == [
        (True, 40, False),
        (False, None, False),
        (False, 110, False),
        (False, 160, True),
        (False, 250, False),
    ]
    assert (found.total, found.left) == (Sums(1, 40, 3, 210), 60)
    assert found.by_township == {"": Sums(0, 0, 2, 160), "T01": Sums(1, 40, 0, 0), "T02": Sums(0, 0, 1, 50)}
    assert found.by_category == {"software": Sums(1, 40, 3, 210)}


def test_a_limit_reaches_what_it_just_pays() -> None:
    """To the fen; nothing with no money, and everything with enough."""
    places = [place(1, 40), place(2, 60)]
    for limit, above in ((0, 0), (39, 0), (40, 1), (99, 1), (100, 2), (YI, 2)):
        assert what_if(places, limit, {}).total.above == above, limit


def test_a_tie_says_what_broke_it() -> None:
    """The first component that differs after class and index; none where those differ; hidden neighbours count."""
    rows = [
        ROW | {"project": "QH-2026-P1", "rank": 1},
        ROW | {"project": "QH-2026-P2", "rank": 2, "points_a": "39.00"},
        ROW | {"project": "QH-2026-P3", "rank": 3, "points_a": "39.00", "cost_per_head": 6},
        ROW | {"project": "QH-2026-P4", "rank": 4, "points_a": "39.00", "cost_per_head": 6, "submitted_at": "x"},
        ROW | {"project": "QH-2026-P5", "rank": 5, "index": "79.00"},
    ]
    call = case("call", "ranked", {"ranking": rows, "seed": "s"}, "application-call")
    projects = {one.code: one for one in (project(number, 1) for number in range(1, 6))}
    told = [(one.rank, one.tie) for one in of_call(call, projects, procedure())]
    assert told == [(1, ""), (2, "points_a"), (3, "cost_per_head"), (4, "submitted_at"), (5, "")]
    del projects["QH-2026-P1"]
    assert of_call(call, projects, procedure())[0].tie == "points_a"


def test_each_state_stands_somewhere() -> None:
    """Only what the next money may go to competes."""
    states = ("reserve_decision", "reserve_notice", "reserved", "frozen", "deferred", "approved", "removed", "rejected")
    rows = [ROW | {"project": f"QH-2026-P{number}", "rank": number} for number in range(len(states))]
    call = case("call", "ranked", {"ranking": rows, "seed": "s"}, "application-call")
    projects = {one.code: one for one in (project(number, 1, state) for number, state in enumerate(states))}
    found = [one.standing for one in of_call(call, projects, procedure())]
    assert found == [Standing.COMPETES] * 3 + [Standing.ASIDE] * 2 + [Standing.SELECTED] + [Standing.OUT] * 2


def test_who_came_first_out_of_order_is_told_with_the_reason() -> None:
    """Only admitted ones with a reason, and the better-ranked of the same ranking that still waited then."""
    ranked = {"ranking_version": "2026-1", "out_of_order_reason": " a flood has cut the village off "}
    late, waits = admitted(project(1, 1, rank=1, ranking_version="2026-1"), 9), project(2, 1, rank=2, **ranked)
    early, mine = (
        admitted(project(3, 1, rank=3, ranking_version="2026-1"), 1),
        admitted(project(4, 1, rank=4, **ranked), 4),
    )
    other = admitted(project(5, 1, rank=1, ranking_version="2025-2"), 9)
    places = [replace(place(1, 1), project=one) for one in (late, waits, early, mine, other)]
    (found,) = out_of_order(places)
    assert (found.project.code, found.rank, found.by) == ("QH-2026-P4", 4, "hal")
    assert found.reason == "a flood has cut the village off"
    assert found.ahead == ("QH-2026-P1", "QH-2026-P2")
    assert found.admitted_at < NOW
