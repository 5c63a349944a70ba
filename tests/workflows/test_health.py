"""The lights of projects."""

import pytest

from tests.workflows.procedure import procedure
from workflows.health import LATE_RED_DAYS, MILESTONES, QUIET_DAYS, Health, Signs, worst


@pytest.mark.parametrize(
    ("signs", "health"),
    [
        (Signs(None, 0, is_resting=False), "green"),
        (Signs(-3.0, 0, is_resting=False), "green"),
        (Signs(-2.0, 0, is_resting=False), "amber"),
        (Signs(0.5, 0, is_resting=False), "amber"),
        (Signs(float(LATE_RED_DAYS), 0, is_resting=False), "red"),
        (Signs(-1.0, 0, is_resting=True), "green"),
        (Signs(None, QUIET_DAYS + 1, is_resting=False), "amber"),
        (Signs(None, QUIET_DAYS + 1, is_resting=True), "green"),
        (Signs(-20.0, QUIET_DAYS + 1, is_resting=False), "green"),
        (Signs(None, 0, is_resting=False, colours={"blue"}), "green"),
        (Signs(None, 0, is_resting=False, colours={"blue", "yellow"}), "amber"),
        (Signs(None, 0, is_resting=False, colours={"orange"}), "amber"),
        (Signs(-9.0, 0, is_resting=False, colours={"red"}), "red"),
    ],
)
def test_a_light_is_what_its_signs_say(signs: Signs, health: str) -> None:
    """What blocks is red, what is going to is amber; who has time until a deadline is not stuck."""
    assert signs.health == health


def test_the_worst_light_stands_for_all() -> None:
    """And none for nobody."""
    assert worst([Health.GREEN, Health.RED, Health.AMBER]) is Health.RED
    assert worst([]) is None


def test_milestones_are_states_of_the_procedure() -> None:
    """Every phase that goes forward leads to a milestone that there is."""
    definition = procedure()
    phases = [phase for phases, _ in MILESTONES for phase in phases]
    assert sorted(phases) == sorted(set(definition.phases) - {"exits"})
    assert all(goal <= set(definition.states) for _, goal in MILESTONES)
