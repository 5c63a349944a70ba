"""The county's past on its own rules and on changed ones: only what the rules change is told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters import shipped
from adapters.sql.backtests import all_backtests
from engine.backtesting import Replayed
from engine.checking import check
from engine.process import compile_process
from service.rules import GUARDS
from tests.workflows.rehearsal import Rehearsal, rehearsal

EVER = timedelta(days=3650)
SET_ASIDE_MAX = 0.15
"""Most decisions that may not be comparable; the demonstration has 6 % of them: closed calls, plans, panels."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The demonstration, played to its end."""
    with rehearsal(tmp_path_factory.mktemp("played")) as it:
        yield it


def past(played: Rehearsal, source: str) -> list[Replayed]:
    """Play all cases of a definition anew on a wording of it."""
    definition = check(source, file="changed.yaml", book=GUARDS, roles=shipped.role_codes()).definition
    assert definition is not None
    now, library = played.clock.now(), played.assembly.library
    return list(all_backtests(played.database, library, compile_process(definition, GUARDS), now, now - EVER))


SOURCES = {Path(name).stem: source for name, source in shipped.definitions()}


def test_the_shipped_rules_decide_the_past_as_they_did(played: Rehearsal) -> None:
    """Two hundred cases of thirty procedures, with draws, children, votes and the system's own starts; none differs."""
    found = [one for source in SOURCES.values() for one in past(played, source)]
    assert [(one.code, one.action, one.reasons) for one in found if one.differs] == []
    assert len(found) > 200
    assert sum(one.set_aside for one in found) <= SET_ASIDE_MAX * sum(one.decisions for one in found)


def test_a_changed_rule_is_told_and_nothing_else(played: Rehearsal) -> None:
    """A plan that is closed to big projects: those that were put into it, each at that decision, with their money."""
    rule = '{that: item.amount <= money("1000000.00"), else: {zh: 超过一百万元, en: above a million}}'
    before, after = "require: [annual_plan_item, ceiling_ok,", f"require: [{rule}, annual_plan_item, ceiling_ok,"
    source = SOURCES["township_project"]
    assert source.count(before) == 1
    found = past(played, source.replace(before, after))
    differing = [one for one in found if one.differs]
    assert {one.action for one in differing} == {"select"}
    assert {len(one.reasons) for one in differing} == {1}, "what today's world refuses as well is no news of the draft"
    assert all(one.amount > 1_000_000_00 for one in differing)
    big = [case for case in played.cases.values() if case.data.get("amount", 0) > 1_000_000_00]
    planned = {case.code for case in big if "plan_selected" in (*case.path, case.state)}
    assert planned
    assert {one.code for one in differing} == planned
