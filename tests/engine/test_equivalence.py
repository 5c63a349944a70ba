"""What is proved of a definition is what its runs show, both ways: all that the engine can do is tried and compared."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from engine.soundness.flow import Flow
from engine.soundness.proofs import endings, invariants
from engine.soundness.space import Space, explore
from tests.engine.weighed_definitions import LOOPS, Everything, compiled, weighed

PHASES = (Phase.explicit, Phase.generate)
"""A counterexample is shown as it was found: making it smaller would take long."""

AUTOMATIC = ".auto"
CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def compared(source: str) -> tuple[Flow, Space, Everything] | None:
    """Explore and try everything; None where that is too much, or the engine goes round by itself."""
    process = compiled(source)
    if process is None:
        return None
    space, runs = explore(process.definition), Everything(process)
    if not runs.is_whole or space.left_out or runs.refused & LOOPS:
        return None
    return Flow(process.definition), space, runs


def same_ends(source: str) -> None:
    """The states that cases come to, and whether one can be where no end is reached any more."""
    found = compared(source)
    if found is None:
        return
    _, space, runs = found
    assert {spot.state for spot in space.spots} == runs.states
    proved, lost = list(endings(space)), {case.state for case in runs.lost()}
    assert bool(proved) == bool(lost), (proved, lost)


def same_rule(source: str) -> None:
    """A rule is broken on some way exactly when the engine has to refuse something because of it.

    Left out: a first state that goes on by itself. What is given at the start is then judged at once by the engine,
    and not yet weighed by the proof.
    """
    found = compared(source)
    if found is None:
        return
    flow, space, runs = found
    first = flow.definition.states[flow.definition.initial]
    if any(action.automatic for action in first.actions.values()):
        return
    broken = list(invariants(flow, space))
    kept = {code for code in runs.refused if code.startswith("always.")}
    if broken and broken[0].trace[-2:][0].endswith(AUTOMATIC):
        return  # the engine tries such a step and leaves it, without a word
    assert bool(broken) == bool(kept), (broken, kept)


@settings(max_examples=20, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=CHECKS)
@given(weighed())
def test_ends_are_reached_as_proved(source: str) -> None:
    """In CI's size."""
    same_ends(source)


@settings(max_examples=20, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=CHECKS)
@given(weighed(ruled=True))
def test_rules_hold_as_proved(source: str) -> None:
    """In CI's size."""
    same_rule(source)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=1000, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(weighed())
def test_ends_are_reached_as_proved_in_a_thousand(source: str) -> None:
    """In full size."""
    same_ends(source)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=1000, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(weighed(ruled=True))
def test_rules_hold_as_proved_in_a_thousand(source: str) -> None:
    """In full size."""
    same_rule(source)
