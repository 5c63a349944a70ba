"""What the core promises of values that rules of the book give, and of what happens when a case begins."""

from typing import Any

import pytest

from engine.comparing import Aspect, compare
from engine.definition import FieldType
from engine.guards import Entry, GuardBook, Reckoning
from engine.loading import load
from engine.process import compile_process
from engine.refusal import Refusal, Refused
from engine.runtime import Runtime, Shelf
from engine.situation import Situation
from engine.soundness import examine
from engine.values import Json
from tests.engine.desk import Desk

SOURCE = """
workflow: counted
title: {zh: 计数, en: Counted}
phases: {one: {zh: 一, en: One}}
opening: {require: [not_too_much], set: {doubled: {rule: twice}, note: '"begun"'}}
fields:
  amount: {type: integer, title: {zh: 数, en: Number}, min: 0, max: 9}
  doubled: {type: integer, title: {zh: 倍数, en: Double}, max: 10}
  note: {type: text, title: {zh: 说明, en: Note}}
states:
  draft:
    title: {zh: 草稿, en: Draft}
    phase: one
    who: initiator
    form: {edit: [amount], require: [amount]}
    actions:
      go:
        title: {zh: 提交, en: Go}
        to: [{state: done, if: 'item.doubled > 4'}, {state: small}]
        set: {doubled: {rule: twice}}
  small: {title: {zh: 小, en: Small}, phase: one, kind: end}
  done: {title: {zh: 完, en: Done}, phase: one, kind: end}
"""


GIVEN = SOURCE.replace(
    "opening: {require: [not_too_much], set: {doubled: {rule: twice}, note: '\"begun\"'}}",
    "opening: {given: [note], set: {doubled: {rule: twice}}}",
).replace("require: [amount]", "require: [amount, note]")
"""The same with a note that is given when a case begins."""


def twice(it: Situation) -> Json:
    """Double the number; refuses seven."""
    amount = it.data.get("amount", 0)
    if amount == 7:
        raise Refused(Refusal("seven.unlucky", "amount"))
    return 2 * amount if isinstance(amount, int) else None


def not_too_much(it: Situation, _: Any) -> list[Refusal]:  # noqa: ANN401  # arguments of a guard
    """Refuse eight."""
    return [Refusal("eight.much", "amount")] if it.data.get("amount") == 8 else []


BOOK = GuardBook(
    entries=[Entry("not_too_much", not_too_much, {}, "refuses eight")],
    reckonings=[Reckoning("twice", twice, frozenset({FieldType.INTEGER}), "doubles")],
)


def refused(desk: Desk, **data: int) -> list[str]:
    """Give the codes against a beginning."""
    with pytest.raises(Refused) as error:
        desk.start("ann", **data)
    return [reason.code for reason in error.value.reasons]


def test_a_case_begins_with_what_its_definition_gives() -> None:
    """The rule and the expression are carried out before the first state is entered."""
    desk = Desk(SOURCE, book=BOOK)
    desk.start(amount=2)
    assert (desk.case.data["doubled"], desk.case.data["note"]) == (4, "begun")


def test_a_beginning_is_refused_with_its_reasons() -> None:
    """By its condition; by the rule that gives no value; by a value that the field does not take."""
    assert refused(Desk(SOURCE, book=BOOK), amount=8) == ["eight.much"]
    assert refused(Desk(SOURCE, book=BOOK), amount=7) == ["seven.unlucky"]
    assert len(refused(Desk(SOURCE, book=BOOK), amount=6)) == 1


def test_an_action_assigns_what_the_rule_gives() -> None:
    """Read from the case as the action's form leaves it."""
    desk = Desk(SOURCE, book=BOOK)
    desk.start(amount=2)
    desk.act("ann", "go", form={"amount": 5})
    assert desk.case.data["doubled"] == 10


def test_a_rule_that_is_not_in_the_book_gives_nothing() -> None:
    """A definition from another edition is refused, not guessed."""
    desk = Desk(SOURCE, book=BOOK)
    desk.process = compile_process(desk.process.definition, GuardBook(entries=list(BOOK)))
    desk.runtime = Runtime(desk.store, Shelf(desk.process), desk.clock)
    assert refused(desk, amount=2) == ["reckoning.unknown"]


def test_what_a_rule_gives_counts_as_anything() -> None:
    """Both ways are open when a condition asks for a value that a rule gave."""
    verdict = examine(load(SOURCE, file="counted.yaml", book=BOOK))
    assert [str(problem) for problem in verdict.problems] == []


def test_a_name_is_in_the_book_once() -> None:
    """As with guards and postings."""
    reckoning = Reckoning("twice", twice, frozenset({FieldType.INTEGER}), "doubles")
    with pytest.raises(ValueError, match="twice"):
        GuardBook(reckonings=(reckoning, reckoning))
    assert GuardBook(GuardBook(reckonings=(reckoning,))).reckonings == (reckoning,)


def test_what_is_given_at_the_start_never_changes() -> None:
    """Asked for when the case begins, refused in every form afterwards; what a step needs of it counts as there."""
    desk = Desk(GIVEN, book=BOOK)
    assert refused(desk, amount=2) == ["field.required"]
    desk.start(amount=2, note="as ordered")
    with pytest.raises(Refused) as error:
        desk.act("ann", "go", form={"note": "as I like it"})
    assert [reason.code for reason in error.value.reasons] == ["field.not_editable"]
    desk.act("ann", "go")
    assert desk.case.data["note"] == "as ordered"
    assert [str(problem) for problem in examine(load(GIVEN, file="given.yaml", book=BOOK)).problems] == []


def test_an_opening_that_gives_something_else_is_a_difference() -> None:
    """Who compares two versions is told."""
    old, new = (load(source, file="given.yaml", book=BOOK) for source in (SOURCE, GIVEN))
    assert Aspect.OPENING in {difference.aspect for difference in compare(old, new)}
