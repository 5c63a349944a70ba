"""What is proved of a definition is what its runs show, both ways: all that the engine can do is tried and compared."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from engine.builtin_guards import BUILTIN
from engine.process import compile_process
from engine.soundness.flow import Flow
from engine.soundness.looks import explore
from engine.soundness.proofs import endings, invariants
from tests.engine.everything import LOOPS, Everything, Player
from tests.engine.walks import is_stuck, walk, walked
from tests.engine.weighed_definitions import loaded, weighed, without_rules

PHASES = (Phase.explicit, Phase.generate)
"""A counterexample is shown as it was found: making it smaller would take long."""

AUTOMATIC = (".auto", ".auto:refused")
CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def same(source: str) -> bool:
    """Prove, try everything without anybody keeping the rule, and compare; then try what the engine does to keep it.

    Gives whether that was possible: not where it is too much, or the engine goes round by itself.
    """
    definition = loaded(source)
    if definition is None:
        return False
    space, (rule,) = explore(definition), definition.always
    free = Everything(Player(without_rules(definition), rule), space.weighing)
    if not free.is_whole or space.left_out or free.player.refused & LOOPS:
        return False
    if not space.begins:
        assert not free.player.states
        return True
    broken, lost = list(invariants(Flow(definition), [space])), [case.state for case in free.lost()]
    proved = list(endings(space))
    assert {spot.state for spot in space.spots} == free.player.states
    assert bool(proved) == bool(lost), (proved, lost)
    assert bool(broken) == free.player.is_broken, broken
    keeping = Everything(Player(compile_process(definition, BUILTIN), rule), space.weighing).player
    kept = {code for code in keeping.refused if code.startswith("always.")}
    assert not keeping.is_broken or rule.subject == definition.initial
    if "first:" not in source:  # a step that finds nobody is refused for the rule as well
        assert bool(broken) or not kept, kept
    return True


def agrees(source: str, paths: int, steps: int) -> None:
    """Walk random paths and the ways that the proof shows; what either says of states, ends and the rule, both say."""
    definition = loaded(source)
    if definition is None:
        return
    space, (rule,) = explore(definition), definition.always
    player = Player(without_rules(definition), rule)
    random = Random(source)
    ends = [case for _ in range(paths) for case in list(walk(player, random, steps))[-1:]]
    if space.left_out or player.refused & LOOPS:
        return
    if not space.begins:
        assert not player.states
        return
    problems, broken = list(endings(space)), list(invariants(Flow(definition), [space]))
    assert player.states <= {spot.state for spot in space.spots}
    assert broken or not player.is_broken
    assert problems or not any(is_stuck(player, case) for case in ends)
    unseen = sorted({spot.state for spot in space.spots} - player.states)
    ways = {name: list(walked(player, space.trace(space.of(name)[0]))) for name in unseen}
    shown = [(problem, list(walked(player, problem.trace))) for problem in (*broken, *problems)]
    if player.refused & LOOPS:
        return
    assert all(ways.values()), ways
    assert player.is_broken or not broken, broken
    for problem, lost in shown[len(broken) :]:
        assert any(problem.code == "no_way_out" or is_stuck(player, case) for case in lost), problem


@settings(max_examples=20, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=CHECKS)
@given(weighed())
def test_all_runs_show_what_is_proved(source: str) -> None:
    """In CI's size."""
    same(source)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=1000, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(weighed())
def test_all_runs_show_what_is_proved_in_a_thousand(source: str) -> None:
    """In full size."""
    same(source)


@settings(max_examples=300, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=CHECKS)
@given(weighed())
def test_random_paths_show_what_is_proved(source: str) -> None:
    """Three hundred definitions, thirty paths of each."""
    agrees(source, 30, 8)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=1000, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(weighed())
def test_random_paths_show_what_is_proved_for_long(source: str) -> None:
    """A thousand definitions, a hundred paths of each."""
    agrees(source, 100, 20)
