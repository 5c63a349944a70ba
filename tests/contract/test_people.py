"""What the organisation and the tasks say of people: the same from every place that facts come from."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.memory.store import MemoryStore
from adapters.sql.directory import ZONE, CaseFacts, DirectoryCache
from adapters.sql.opening import open_database
from adapters.sql.organisation import Organisation, grant, save_person
from engine.commands import Act, Draw, Start
from engine.guards import GuardBook
from engine.loading import load
from engine.process import compile_process
from engine.refusal import Refused
from tests.contract.place import Place, account
from tests.engine.small import START, person

TURNS = """
workflow: turns
title: {zh: 甲, en: A}
phases: {p: {zh: 甲, en: A}}
states:
  draft: {title: {zh: 甲, en: A}, phase: p, who: initiator, actions: {send: {title: {zh: 甲, en: A}, to: work}}}
  work:
    title: {zh: 甲, en: A}
    phase: p
    who: WHO
    actions:
      on: {title: {zh: 甲, en: A}, to: end}
  end: {title: {zh: 甲, en: A}, phase: p, kind: end}
"""


def sent(place: Place, who: str, case_id: str) -> list[str]:
    """Send a case of the small procedure; gives who got the task."""
    definition = load(TURNS.replace("WHO", who), file="turns.yaml", book=GuardBook())
    place.library.add(compile_process(definition, GuardBook()))
    ann = person("ann")
    place.runtime.execute(Start(case_id=case_id, actor=ann, definition="turns", code=case_id, unit="town", data={}))
    receipt = place.runtime.execute(Act(case_id=case_id, actor=ann, action="send"))
    return [task.principal for task in receipt.tasks]


def test_turns_go_round(place: Place) -> None:
    """Who was picked is remembered over cases, whatever keeps them."""
    who = "{pick: in_turn, among: {role: expert, in: item.county}}"
    assert [sent(place, who, f"case{number}") for number in range(3)] == [["u:eli"], ["u:eva"], ["u:eli"]]


def test_the_least_loaded_is_counted(place: Place) -> None:
    """Open tasks of all cases count, the closed ones do not."""
    who = "{pick: least_loaded, among: {users: [eva, eli, rex]}}"
    assert [sent(place, who, f"case{number}") for number in range(3)] == [["u:eli"], ["u:eva"], ["u:rex"]]
    place.runtime.execute(Act(case_id="case1", actor=person("eva"), action="on"))
    assert sent(place, who, "case3") == ["u:eva"]


def test_everybody_of_a_unit_is_a_group(place: Place) -> None:
    """A unit's own people, with or without roles."""
    assert sent(place, "{unit: item.unit, each: true}", "case0") == ["u:ann"]
    assert sent(place, "{unit: item.county}", "case1") == ["g:*@county"]


def test_somebody_who_left_is_stood_in_for(place: Place) -> None:
    """By the head above: nobody's task waits for who is gone."""
    if isinstance(place.store, MemoryStore):
        pytest.skip("in memory nobody is kept who may not work")
    assert place.database is not None
    organisation = Organisation(place.database, DirectoryCache(), place.clock)
    organisation.change(save_person(replace(account("rex", "county"), enabled=False), START))
    assert sent(place, "{user: rex}", "case0") == ["u:head"]


def test_people_know_their_unit_as_a_group(office: Place) -> None:
    """So that a unit's tasks are in their queue."""
    assert office.database is not None
    directory = Organisation(office.database, DirectoryCache(), office.clock).now()
    assert directory.principals("ann") == {"u:ann", "g:*@town"}
    assert "g:expert@county" in directory.principals("eva")


def test_the_organisation_is_read_again_only_when_a_membership_turns(office: Place) -> None:
    """Days on which no role begins or ends go by; a role holds from its first day to its last."""
    assert office.database is not None
    day = START.astimezone(ZONE).date()
    on = [day + timedelta(days=number) for number in range(5)]
    change = Organisation(office.database, DirectoryCache(), office.clock).change
    change(grant("rex", "auditor", "county", on[2], on[3]))
    directory = DirectoryCache()
    with office.database.read() as connection:
        seen = [directory.get(connection, START + timedelta(days=number)) for number in (0, 1, 2, 3, 4, 0)]
    assert ["rex" in one.holders.get(("auditor", "county"), ()) for one in seen] == [0, 0, 1, 1, 0, 0]
    assert (seen[0] is seen[1], seen[2] is seen[3]) == (True, True)
    assert [(one.since, one.until) for one in seen[::2]] == [(on[0], on[1]), (on[2], on[3]), (on[4], date.max)]


def test_seeds_of_draws_stay_what_they_are(office: Place) -> None:
    """The same for a name after the database was opened again, another for another name."""
    assert office.database is not None
    organisation = Organisation(office.database, DirectoryCache(), office.clock)
    with office.database.read() as connection:
        facts = organisation.facts(connection)
        seeds = [facts.seed(name) for name in ("a", "a", "b")]
    again = open_database(office.url, owner=False)
    with again.read() as connection:
        kept = CaseFacts(organisation.now(), connection).seed("a")
    again.close()
    assert (seeds[0], seeds[0], len(seeds[0])) == (seeds[1], kept, 64)
    assert seeds[2] != seeds[0]


LOTS = "{draw: {role: expert, in: item.county}, count: 1, by: {user: rex}, recent: 2 months}"


def test_who_was_drawn_is_remembered(place: Place) -> None:
    """By whatever keeps cases: the next draw leaves them out, and the one after has nobody."""
    for number in range(2):
        assert sent(place, LOTS, f"case{number}") == ["u:rex"]
        (task,) = place.store.load(f"case{number}").tasks
        place.runtime.execute(Draw(case_id=f"case{number}", actor=person("rex"), task=task.id, word="six"))
    drawn = {place.store.load(f"case{number}").tasks[0].principal for number in range(2)}
    assert drawn == {"u:eva", "u:eli"}
    with pytest.raises(Refused, match=r"draw\.too_few"):
        sent(place, LOTS, "case2")
