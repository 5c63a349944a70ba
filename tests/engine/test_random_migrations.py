"""Random pairs of versions: what a dry run says of a case is what putting it on the version does."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.memory.store import MemoryStore
from engine.case import Case
from engine.commands import SYSTEM, Migrate, RollBack, Start
from engine.definition import Definition
from engine.evolution import fold
from engine.guards import GuardBook
from engine.impact import effect, impact
from engine.process import compile_process
from engine.refusal import Conflict, Refused
from engine.runtime import Runtime, Shelf
from tests.engine.desk import Hands
from tests.engine.random_definitions import FACTS, actor, procedures
from tests.engine.verbs.test_any_procedure import check
from tests.engine.verbs.wishes import Try, tries

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
PHASES = (Phase.explicit, Phase.generate)


def second(definition: Definition) -> Definition:
    """Give another procedure as the next version of the same one."""
    return replace(definition, version=2)


def migrate(old: Definition, new: Definition, wishes: Sequence[Try], states: dict[str, str]) -> None:
    """Work on a case, then put it on the other version, if it can go; what was said is what was done."""
    clock, store = Hands(), MemoryStore(FACTS)
    first, next_one = (compile_process(one, GuardBook()) for one in (old, second(new)))
    runtime = Runtime(store, Shelf(first), clock)
    try:
        runtime.execute(Start(case_id="c", actor=actor("ann"), definition="random", code="1", unit="county"))
    except Refused:
        return
    for wish in wishes:
        before = store.load("c")
        clock.at = wish.moment(before, clock.at)
        try:
            runtime.execute(wish.command(old, before))
        except (Refused, Conflict):
            continue
    runtime = Runtime(store, Shelf(first, next_one), clock)
    before = store.load("c")
    said = impact(first.definition, next_one, before, store.facts, clock.now(), states)
    command = Migrate(case_id="c", actor=SYSTEM, version=2, states=states)
    if said.reasons:
        with pytest.raises(Refused) as refused:
            runtime.execute(command)
        assert refused.value.reasons == said.reasons
        assert store.load("c") == before
        return
    runtime.execute(command)
    after = store.load("c")
    assert effect(before, after) == said
    assert fold(store.history("c")) == after
    check(next_one.definition, after)
    assert after.data.keys() <= next_one.definition.fields.keys()
    rolled_back(runtime, store, before)


def rolled_back(runtime: Runtime, store: MemoryStore, before: Case) -> None:
    """Take it back: the case stands where it stood, on its version, with its data, votes and clock."""
    runtime.execute(RollBack(case_id="c", actor=SYSTEM))
    after = store.load("c")
    assert fold(store.history("c")) == after
    for name in ("version", "state", "data", "ballots", "clock", "path", "visits", "hands", "times"):
        assert getattr(after, name) == getattr(before, name), name
    assert sorted(task.principal for task in after.tasks) == sorted(task.principal for task in before.tasks)


MAPPINGS = st.dictionaries(st.sampled_from(["s2", "s3", "s4"]), st.sampled_from(["s0", "s1"]), max_size=2)


@settings(max_examples=200, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=CHECKS)
@given(procedures(), procedures(), st.lists(tries, max_size=12), MAPPINGS)
def test_the_dry_run_says_what_happens(
    old: Definition, new: Definition, wishes: list[Try], states: dict[str, str]
) -> None:
    """In CI's size."""
    migrate(old, new, wishes, states)


@pytest.mark.long
@pytest.mark.timeout(7200)
@settings(max_examples=10_000, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(procedures(), procedures(), st.lists(tries, max_size=25), MAPPINGS)
def test_the_dry_run_says_what_happens_in_ten_thousand(
    old: Definition, new: Definition, wishes: list[Try], states: dict[str, str]
) -> None:
    """In full size."""
    migrate(old, new, wishes, states)
