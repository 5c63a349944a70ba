"""Separation of duties, whatever people try: by delegation, return, added signers, claims, transfers and jumps."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from adapters.memory.store import MemoryStore
from engine.case import Case
from engine.commands import SYSTEM, Actor, Standing, Start
from engine.definition import Definition, Invariant, InvariantKind, StateKind
from engine.guards import GuardBook
from engine.process import compile_process
from engine.refusal import Conflict, Refused
from engine.runtime import Runtime, Shelf
from tests.engine.desk import Hands
from tests.engine.random_definitions import FACTS, PEOPLE, actor, procedures
from tests.engine.verbs.wishes import Try, tries


@st.composite
def separated(draw: st.DrawFn) -> Definition:
    """Give a random procedure in which two steps are never decided by the same people."""
    definition = draw(procedures())
    working = st.sampled_from([name for name, state in definition.states.items() if state.kind is not StateKind.END])
    one, other = draw(working), draw(working)
    rules = [Invariant(InvariantKind.SEPARATION, one, other, "…")] if one != other else []
    return replace(definition, always=(*definition.always, *rules))


def stand_in(name: str, giver: str) -> Actor:
    """Give somebody who stands for another person in everything."""
    own, lent = actor(name), actor(giver).principals
    given = {principal: (Standing("S-1", giver),) for principal in lent - own.principals}
    return structs.replace(own, principals=own.principals | given.keys(), standing_for=given)


def walk(definition: Definition, wishes: Sequence[Try]) -> None:
    """Try everything in turn, a third of it for somebody else; see after each that nobody decided both."""
    clock, store = Hands(), MemoryStore(FACTS)
    runtime = Runtime(store, Shelf(compile_process(definition, GuardBook())), clock)
    runtime.execute(Start(case_id="c", actor=actor("ann"), definition="random", code="1", unit="county"))
    for wish in wishes:
        case = store.load("c")
        clock.at = wish.moment(case, clock.at)
        command = wish.command(definition, case)
        if command.actor != SYSTEM and sum(wish.picks) % 3 == 0:
            taker = PEOPLE[sum(wish.picks) // 3 % len(PEOPLE)]
            command = structs.replace(command, actor=stand_in(taker, command.actor.id))
        try:
            runtime.execute(command)
        except (Refused, Conflict):
            continue
        check(definition, store.load("c"))


def check(definition: Definition, case: Case) -> None:
    """No person, themself or through another, decided in two steps that are kept apart."""
    for rule in definition.always:
        both = set(case.hands.get(rule.subject, ())) & set(case.hands.get(rule.other, ()))
        assert rule.kind is not InvariantKind.SEPARATION or not both, (rule, both)
    for name, state in definition.states.items():
        if "initiator" in state.exclude:
            assert case.initiator not in case.hands.get(name, ())
    marks = [mark for mark in case.actors.values() if mark.under is not None]
    assert all(mark.behalf_of is not None and mark.user != case.initiator for mark in marks)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(separated(), st.lists(tries, min_size=10, max_size=30))
def test_nobody_decides_both(definition: Definition, wishes: list[Try]) -> None:
    """Random procedures, random wishes, random stand-ins."""
    walk(definition, wishes)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(separated(), st.lists(tries, min_size=40, max_size=100))
def test_nobody_decides_both_for_long(definition: Definition, wishes: list[Try]) -> None:
    """The same, many and long."""
    walk(definition, wishes)
