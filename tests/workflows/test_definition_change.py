"""The change of a definition as states with deadlines, against the plan it was written from."""

from datetime import UTC, datetime

import pytest

from adapters.sql.publishing import OPEN
from engine.calendar import WorkingCalendar
from tests.workflows.test_processes import plans
from workflows.definition_change import DUE_WORKING_DAYS, OF_STATUS, WAY, Stage, progress, stage_of

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_the_stages_are_those_of_the_plan() -> None:
    """With the plan's deadlines."""
    plan = plans()["WFD"]["states"]
    assert [stage.value for stage in Stage] == list(plan)
    assert {stage.value: days for stage, days in DUE_WORKING_DAYS.items()} == {
        name: state["due"] for name, state in plan.items() if isinstance(state["due"], int)
    }
    assert WAY[0].value == plans()["WFD"]["initial"]


@pytest.mark.parametrize(
    ("status", "is_sound", "stage"),
    [
        ("draft", False, Stage.EDITING),
        ("draft", True, Stage.TESTING),
        ("review", True, Stage.APPROVING),
        ("published", True, Stage.PUBLISHED),
        ("retired", True, Stage.RETIRED),
        ("rejected", False, Stage.REJECTED),
    ],
)
def test_the_stage_of_a_version(status: str, is_sound: bool, stage: Stage) -> None:
    """A draft is edited until it is sound; every other status has its stage."""
    assert stage_of(status, is_sound=is_sound) is stage
    assert set(OPEN) - {"draft"} < set(OF_STATUS)


def test_the_deadline_is_in_working_days_of_the_county() -> None:
    """The usual days without a policy, the county's with one; nobody waits for a published version."""
    calendar = WorkingCalendar("cn")
    usual = progress(Stage.APPROVING, MONDAY, calendar, lambda _: None)
    longer = progress(Stage.APPROVING, MONDAY, calendar, {"definitions.approving_working_days": 10}.get)
    assert usual.due_at is not None
    assert longer.due_at is not None
    assert (usual.due_at.day, longer.due_at.day) == (26, 7)
    assert usual.is_late(longer.due_at)
    assert not usual.is_late(MONDAY)
    assert progress(Stage.PUBLISHED, MONDAY, calendar, lambda _: 3).due_at is None
