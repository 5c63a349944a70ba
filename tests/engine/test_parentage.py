"""Cases beside other cases: started for one that is there, in a state that takes them, for its unit."""

from dataclasses import replace

import pytest
from msgspec import structs

from engine.commands import Save, Start
from engine.definition import Field, FieldType, Parent
from engine.process import compile_process
from engine.refusal import Refused
from engine.runtime import Runtime, Shelf
from engine.values import Json
from tests.engine.small import SMALL, Office, person, text

CHILD = replace(
    SMALL,
    key="child",
    fields={**SMALL.fields, "of": Field("of", FieldType.TEXT, text("of"))},
    summary=("of",),
    parent=Parent(SMALL.key, "of", ("draft",)),
)


def started(office: Office, unit: str = "town", **data: Json) -> set[str]:
    """Start a child; gives the codes of the reasons against it."""
    command = Start(
        case_id="child", actor=person("ann"), definition="child", code="child", unit=unit, data={"amount": 5, **data}
    )
    try:
        office.runtime.execute(command)
    except Refused as refused:
        return {reason.code for reason in refused.reasons}
    return set()


@pytest.fixture
def office() -> Office:
    """An office with a case in its first state, and the child's procedure."""
    opened = Office(SMALL)
    child = compile_process(CHILD, opened.process.book)
    opened.runtime = Runtime(opened.store, Shelf(opened.process, child), opened.clock)
    opened.start(5)
    return opened


def test_a_child_is_found_by_its_parents_code(office: Office) -> None:
    """And keeps it."""
    parent = office.store.load("case")
    assert started(office, of=parent.code) == set()
    assert [case.code for case in office.store.facts.peers("child", "of", parent.code)] == ["child"]


def test_no_child_without_its_parent(office: Office) -> None:
    """None named, one that is not there, one of another procedure."""
    assert started(office) == started(office, of="nothing") == {"parent.unknown"}


def test_a_parent_that_went_on_takes_no_child_any_more(office: Office) -> None:
    """It must be in one of the states."""
    office.act("ann", "submit")
    assert started(office, of=office.store.load("case").code) == {"parent.not_now"}


def test_a_child_is_of_its_parents_unit(office: Office) -> None:
    """So that whoever sees the one sees the other."""
    actor = structs.replace(person("ann"), unit="county")
    data: dict[str, Json] = {"of": office.store.load("case").code}
    command = Start(case_id="child", actor=actor, definition="child", code="child", unit="county", data=data)
    with pytest.raises(Refused) as refused:
        office.runtime.execute(command)
    assert [reason.code for reason in refused.value.reasons] == ["parent.elsewhere"]


def test_the_link_is_never_changed(office: Office) -> None:
    """No form edits it."""
    assert started(office, of=office.store.load("case").code) == set()
    with pytest.raises(Refused) as refused:
        office.runtime.execute(Save(case_id="child", actor=person("ann"), data={"of": "other"}))
    assert [reason.code for reason in refused.value.reasons] == ["field.not_editable"]
