"""Every state and every action of the procedure, taken through the real engine by the people it is for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.evolution import fold
from tests.workflows.detours import PROJECTS, detours
from tests.workflows.procedure import procedure
from tests.workflows.rehearsal import TODAY, Rehearsal, rehearsal

IN_ADJUSTMENTS = {"reserved.reconfirm", "reserved.rerank"}
"""Taken in `screening/test_pool_adjustment.py`, where adjustments of the pool stand beside the projects."""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The ways that the demonstration does not take."""
    folder: Path = tmp_path_factory.mktemp("ways")
    with rehearsal(folder, TODAY, detours(TODAY)) as done:
        yield done


def test_every_way_leads_where_it_should(walked: Rehearsal) -> None:
    """Exits, returns, second rounds, terminations; and a project of each tier from draft to closed."""
    assert {project: case.state for project, case in walked.cases.items()} == {
        told["id"]: told["stands"] for told in PROJECTS
    }


def test_a_project_of_each_tier_goes_from_draft_to_closed(walked: Rehearsal, played: Rehearsal) -> None:
    """T1 by its mayor, T2 by the head, T3 by two heads, T4 by the lead group."""
    closed = [case for case in (*walked.cases.values(), *played.cases.values()) if case.state == "closed"]
    deciders = {case.data["tier"]: case for case in closed}
    assert set(deciders) == {"T1", "T2", "T3", "T4"}
    who = {tier: {ballot.voter for ballot in case.rounds["approval_decide"]} for tier, case in deciders.items()}
    assert {voter.partition("-")[2] for voter in who["T1"]} == {"leader"}
    assert who["T2"] == {"cty-head"}
    assert who["T3"] == {"cty-head", "fin-head"}
    assert who["T4"] == {"lead-1"}


def test_every_state_is_visited(walked: Rehearsal, played: Rehearsal) -> None:
    """All 37, by the engine and not by inserting rows."""
    visited = {state for one in (walked, played) for case in one.cases.values() for state in case.visits}
    assert visited == set(procedure().states)


def test_every_action_is_taken(walked: Rehearsal, played: Rehearsal) -> None:
    """No button of the procedure is there that nobody could ever press."""
    taken = {action for one in (walked, played) for case in one.cases.values() for action in case.times}
    taken |= IN_ADJUSTMENTS
    assert taken == {f"{state.name}.{action}" for state in procedure().states.values() for action in state.actions}


def test_histories_fold_to_their_cases(walked: Rehearsal) -> None:
    """Also on the crooked ways."""
    for case in walked.cases.values():
        assert fold(walked.store.history(case.id)) == case


def test_the_review_clock_stands_still_while_the_applicant_corrects(played: Rehearsal) -> None:
    """What was left when a project was returned is left when it comes back, three working days at least."""
    case = played.case("T07-0010")
    moments = {
        event.action: record.at
        for record in played.store.history(case.id)
        for event in record.events
        if hasattr(event, "action")
    }
    assert moments["return"] < moments["resubmit"] < moments["pass"]
    assert case.visits["prelim_review"] >= 2
