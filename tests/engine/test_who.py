"""Every way a definition can say who acts gives a task to the right people."""

from dataclasses import replace

import pytest
from msgspec import structs

from adapters.memory.facts import MemoryFacts
from engine.commands import Act, Claim, Start
from engine.events import Picked, Replaced, Skipped
from engine.facts import Unit
from tests.engine.desk import COUNTY, HOMES, ROLES, Desk

UNITS = {
    **COUNTY,
    "county": Unit("county", "county", "County", None, "county/", head="head"),
    "office": Unit("office", "office", "Office", "town", "county/town/office/", head="boss"),
    "panel": Unit("panel", "group", "Panel", "county", "county/panel/"),
}
FACTS = MemoryFacts(
    units=UNITS,
    homes={**HOMES, "boss": "office", "ivy": "office"},
    holders={**ROLES, ("member", "panel"): ("dan", "lea"), ("auditor", "county"): ("fay", "lea")},
)
SOURCE = """
workflow: ways
title: {{zh: 甲, en: A}}
phases: {{p: {{zh: 甲, en: A}}}}
fields:
  amount: {{type: money, title: {{zh: 甲, en: A}}}}
  boss: {{type: person, title: {{zh: 甲, en: A}}}}
  several: {{type: persons, title: {{zh: 甲, en: A}}}}
  place: {{type: unit, title: {{zh: 甲, en: A}}}}
states:
  draft:
    title: {{zh: 甲, en: A}}
    phase: p
    who: initiator
    form: {{edit: [amount, boss, several, place]}}
    actions:
      send: {{title: {{zh: 甲, en: A}}, to: work}}
  work:
    title: {{zh: 甲, en: A}}
    phase: p
    who: {who}
    {more}
    actions:
      on: {{title: {{zh: 甲, en: A}}, to: end}}
      back: {{title: {{zh: 甲, en: A}}, to: draft, kind: return}}
  end: {{title: {{zh: 甲, en: A}}, phase: p, kind: end}}
"""


def sent(who: str, more: str = "", name: str = "ann", facts: MemoryFacts = FACTS, **data: object) -> Desk:
    """Give a case that was sent to whoever the definition says."""
    desk = Desk(SOURCE.format(who=who, more=more), facts).start(name, amount=100, **data)
    desk.act(name, "send")
    return desk


WAYS: dict[str, tuple[str, list[str]]] = {
    "the initiator": ("initiator", ["u:ann"]),
    "a user": ("{user: dan}", ["u:dan"]),
    "a list of users": ("{users: [dan, fay]}", ["u:dan", "u:fay"]),
    "a unit": ("{unit: item.unit}", ["g:*@town"]),
    "each of a unit": ("{unit: item.unit, each: true}", ["u:abe", "u:ann", "u:mayor"]),
    "a role": ("{role: data, in: item.county}", ["g:data@county"]),
    "each with a role": ("{role: data, in: item.county, each: true}", ["u:dan", "u:dora"]),
    "a role nobody holds": ("{role: law, in: item.unit}", ["u:mayor"]),
    "a post": ("{post: auditor, above: item.unit}", ["g:auditor@county"]),
    "a group": ("{group: panel}", ["g:member@panel"]),
    "each of a group": ("{group: panel, each: true}", ["u:dan", "u:lea"]),
    "a unit's head": ("{head: item.unit}", ["u:mayor"]),
    "a head levels up": ("{head: item.unit, up: 1}", ["u:head"]),
    "all heads on the way up": ("{heads: field:place, up: 2}", ["u:boss", "u:mayor", "u:head"]),
    "a field for a person": ("{field: boss}", ["u:fay"]),
    "a field for persons": ("{field: several}", ["u:dan", "u:dora"]),
    "a field for a unit": ("{role: law, in: field:place}", ["u:boss"]),
    "the initiator's unit": ("{head: initiator.unit}", ["u:mayor"]),
    "the initiator's choice": ("{chosen: boss, by: initiator, among: {role: finance, in: item.county}}", ["u:fay"]),
    "the step before choosing": (
        "{chosen: several, by: previous, among: {unit: item.county}}",
        ["u:dan", "u:dora"],
    ),
    "an expression": ('{expression: \'item.amount > 10 ? "dan" : "fay"\'}', ["u:dan"]),
    "the first that fits": ("{first: [{if: 'item.amount > 10', user: fay}, {user: dan}]}", ["u:fay"]),
    "the same as in a step": ("{actor_of: draft}", ["u:ann"]),
    "the least loaded": ("{pick: least_loaded, among: {users: [dora, dan]}}", ["u:dan"]),
    "in turn": ("{pick: in_turn, among: {role: data, in: item.county}}", ["u:dan"]),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_finds_its_people(way: str) -> None:
    """Who gets a task, for every form of `who:`."""
    who, found = WAYS[way]
    assert sent(who, boss="fay", several=["dan", "dora"], place="office").holders == found


def test_a_choice_is_among_those_who_may_be_chosen() -> None:
    """Somebody else's name on the form does not make them an approver."""
    who = "{chosen: boss, by: initiator, among: {role: finance, in: item.county}}"
    desk = Desk(SOURCE.format(who=who, more=""), FACTS).start(amount=1, boss="guest")
    assert desk.reasons("ann", Act, action="send") == ["assignment.not_among"]


def test_the_least_loaded_is_who_has_the_fewest_open_tasks() -> None:
    """Dan has one of them; the record says what was compared."""
    desk = sent("{pick: least_loaded, among: {users: [dan, dora]}}")
    assert desk.holders == ["u:dan"]
    desk.case_id = "second"
    desk.do("ann", Start, definition="ways", code="0002", unit="town", data={"amount": 5})
    desk.act("ann", "send")
    assert desk.holders == ["u:dora"]
    (picked,) = [event for event in desk.store.history("second")[-1].events if isinstance(event, Picked)]
    assert (picked.user, picked.compared) == ("dora", {"dan": "1", "dora": "0"})


def test_turns_go_round_over_all_cases() -> None:
    """Dan, then Dora; and Dan again when the case comes back."""
    desk = sent("{pick: in_turn, among: {users: [dora, dan]}}")
    desk.act("dan", "back")
    desk.act("ann", "send")
    assert desk.holders == ["u:dora"]
    desk.act("dora", "back")
    desk.act("ann", "send")
    assert desk.holders == ["u:dan"]


def test_who_may_not_decide_is_not_picked() -> None:
    """Separation of duties goes before turns and loads."""
    assert sent("{pick: in_turn, among: {users: [ann, dan]}}", "not: [initiator]").holders == ["u:dan"]


def test_anybody_of_a_unit_claims_its_task() -> None:
    """A unit's task is for whoever of it takes it, and for nobody else."""
    desk = sent("{unit: item.unit}")
    (task,) = desk.case.tasks
    unit = structs.replace(desk.person("abe"), principals=frozenset({"u:abe", "g:*@town"}))
    assert desk.reasons("dan", Claim, task=task.id) == ["permission.not_yours"]
    desk.do(unit, Claim, task=task.id)
    assert desk.holders == ["u:abe"]


NOBODY = "{first: [{if: 'item.amount > 1000', user: dan}]}"


def happened(desk: Desk) -> list[Skipped | Replaced]:
    """Give what was skipped or replaced in the last record."""
    return [event for event in desk.store.history("case")[-1].events if isinstance(event, Skipped | Replaced)]


def test_nobody_fits_and_nothing_is_said() -> None:
    """The act is refused: no step is skipped in silence."""
    desk = Desk(SOURCE.format(who=NOBODY, more=""), FACTS).start(amount=1)
    assert desk.reasons("ann", Act, action="send") == ["assignment.nobody"]


def test_nobody_fits_and_the_step_is_skipped() -> None:
    """By the action that the definition names, with a record of it."""
    desk = sent(NOBODY, "if_nobody: {take: 'on'}")
    assert desk.state == "end"
    assert happened(desk) == [Skipped("work", "nobody", "on")]
    assert "work" not in desk.case.path


def test_nobody_fits_and_somebody_else_gets_the_task() -> None:
    """A named role; and when nobody is there either, the step is skipped."""
    assert sent(NOBODY, "if_nobody: {hand_to: {role: chief, in: item.county}}").holders == ["g:chief@county"]
    both = "if_nobody: {hand_to: {field: boss}, take: 'on'}"
    assert sent(NOBODY, both, boss="fay").holders == ["u:fay"]
    assert sent(NOBODY, both).state == "end"


def test_the_initiator_would_decide() -> None:
    """Allowed, skipped, or given to the head above, as the definition says."""
    head = "{head: item.unit}"
    assert sent(head, name="mayor").holders == ["u:mayor"]
    assert sent(head, "if_initiator: {take: 'on'}", name="mayor").state == "end"
    above = sent(head, "if_initiator: head", name="mayor")
    assert above.holders == ["u:head"]
    assert happened(above) == [Replaced("work", "initiator", "u:mayor", ("u:head",))]
    assert sent(head, "if_initiator: head").holders == ["u:mayor"]


def test_the_initiator_is_one_of_several() -> None:
    """The others decide without them."""
    assert sent("{users: [ann, dan]}", "if_initiator: {take: 'on'}").holders == ["u:dan"]


def test_the_same_person_would_decide_twice_in_a_row() -> None:
    """Skipped when going forward; not when the case comes back to them."""
    desk = sent("{user: ann}", "if_repeated: {take: 'on'}")
    assert desk.state == "end"
    assert [event.reason for event in happened(desk) if isinstance(event, Skipped)] == ["repeated"]
    assert sent("{user: dan}", "if_repeated: {take: 'on'}").holders == ["u:dan"]


def test_the_head_stands_in_for_a_group_that_may_not_act() -> None:
    """A task never waits for a group of whom nobody may do it."""
    facts = replace(FACTS, holders={**FACTS.holders, ("solo", "county"): ("ann",)})
    desk = sent("{role: solo, in: item.county}", "not: [initiator]", facts=facts)
    assert desk.holders == ["u:head"]
    assert happened(desk) == [Replaced("work", "kept_out", "g:solo@county", ("u:head",))]


def test_a_kept_out_person_gets_no_task() -> None:
    """Rather than a task that nobody could ever do, the act that leads there is refused."""
    desk = Desk(SOURCE.format(who="{field: boss}", more="not: [initiator]"), FACTS).start(amount=1, boss="ann")
    assert desk.reasons("ann", Act, action="send") == ["assignment.nobody"]
