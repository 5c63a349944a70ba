"""Histories of procedures that hypothesis makes up: for each kind of event and command some that hold it."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.memory.store import MemoryStore
from engine.case import Case
from engine.commands import SYSTEM, Copy, Migrate, Start
from engine.definition import Definition
from engine.events import Record
from engine.guards import GuardBook
from engine.process import compile_process
from engine.refusal import Conflict, Refused
from engine.runtime import Runtime, Shelf
from tests.engine.desk import Hands
from tests.engine.random_definitions import FACTS, PEOPLE, actor, procedures
from tests.engine.verbs.wishes import Try, tries

WALKS, EACH = 1_500, 8
"""So many are tried; one is kept while it holds something that fewer than so many of those kept hold."""

History = tuple[Case, tuple[Record, ...]]


def walk(definition: Definition, wishes: Sequence[Try]) -> History | None:
    """Open a case, try everything in turn, and put it on the next version; None when it can not be opened."""
    clock, store = Hands(), MemoryStore(FACTS)
    versions = (compile_process(one, GuardBook()) for one in (definition, replace(definition, version=2)))
    runtime = Runtime(store, Shelf(*versions), clock)
    start = Start(case_id="c", actor=actor("ann"), definition="random", code="1", unit="county", version=1)
    try:
        runtime.execute(start)
    except Refused:
        return None
    for wish in wishes:
        before = store.load("c")
        clock.at = wish.moment(before, clock.at)
        with suppress(Refused, Conflict):
            runtime.execute(wish.command(definition, before))
    for last in (Copy(case_id="c", actor=SYSTEM, to=(PEOPLE[0],)), Migrate(case_id="c", actor=SYSTEM, version=2)):
        with suppress(Refused, Conflict):
            runtime.execute(last)
    return store.load("c"), store.history("c")


def holds(history: History) -> set[str]:
    """Name the kinds of events and commands of a history."""
    return {name for record in history[1] for name in (record.command, *(type(one).__name__ for one in record.events))}


def walks() -> list[History]:
    """Give those that are kept, the same each time."""
    seen, kept = Counter[str](), list[History]()

    @settings(
        max_examples=WALKS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(procedures(), st.lists(tries, min_size=15, max_size=40))
    def collect(definition: Definition, wishes: list[Try]) -> None:
        history = walk(definition, wishes)
        if history is not None and any(seen[name] < EACH for name in holds(history)):
            seen.update(holds(history))
            kept.append(history)

    collect()
    return kept
