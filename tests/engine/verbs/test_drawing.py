"""Drawing lots: the pool fixed before, nobody able to choose, the same again for whoever checks."""

from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from adapters.memory.facts import MemoryFacts
from engine.commands import Act, Claim, Draw, Redraw, Start, Transfer, Undo
from engine.events import DrawCommitted, Drawn, Record, Redrawn
from engine.facts import Unit
from engine.lots import number, ranking, recompute
from tests.engine.desk import COUNTY, HOMES, ROLES, Desk

Kind = TypeVar("Kind")
EXPERTS = tuple(f"e{index}" for index in range(1, 9))
FACTS = MemoryFacts(
    units={**COUNTY, "pool": Unit("pool", "external", "Pool", None, "pool/")},
    homes={**HOMES, **dict.fromkeys(EXPERTS, "pool"), "e1": "town"},
    holders={
        **ROLES,
        ("expert", "pool"): (*EXPERTS, "ann", "gone"),
        ("conflict", "county"): ("e2",),
        ("conflict", "elsewhere"): ("e3",),
    },
)
SOURCE = """
workflow: lots
title: {zh: 甲, en: A}
phases: {p: {zh: 甲, en: A}}
fields: {amount: {type: money, title: {zh: 甲, en: A}}}
states:
  draft:
    title: {zh: 甲, en: A}
    phase: p
    who: initiator
    form: {edit: [amount]}
    actions: {send: {title: {zh: 甲, en: A}, to: panel}}
  panel:
    title: {zh: 甲, en: A}
    phase: p
    who:
      draw: {role: expert, in: unit:pool}
      count: 3
      by: {role: checker, in: item.county}
      avoid: [same_unit, declared_conflict]
      recent: 3 months
    not: [initiator]
    vote: {by: count, pass: 2, passed: end, failed: draft}
    actions:
      agree: {title: {zh: 甲, en: A}, vote: pass}
      object: {title: {zh: 甲, en: A}, vote: reject}
      back: {title: {zh: 甲, en: A}, to: draft, kind: return}
  end: {title: {zh: 甲, en: A}, phase: p, kind: end}
"""


@pytest.fixture
def waiting() -> Desk:
    """A case whose lots are to be drawn."""
    desk = Desk(SOURCE, FACTS).start()
    desk.act("ann", "send")
    return desk


@pytest.fixture
def drawn(waiting: Desk) -> Desk:
    """A case whose lots are drawn."""
    waiting.do("rex", Draw, task=waiting.case.tasks[0].id, word="3 and 5")
    return waiting


def events(desk: Desk, kind: type[Kind]) -> list[Kind]:
    """Give the events of a kind in the history."""
    return [one for record in desk.store.history("case") for one in record.events if isinstance(one, kind)]


def test_the_pool_is_fixed_before_the_draw(waiting: Desk) -> None:
    """Who may be drawn, and for what reason the others may not; the seed is not told yet."""
    (fixed,) = events(waiting, DrawCommitted)
    assert fixed.drawing.candidates == ("e3", "e4", "e5", "e6", "e7", "e8")
    assert fixed.drawing.excluded == {
        "ann": "kept_out",
        "e1": "same_unit",
        "e2": "declared_conflict",
        "gone": "absent",
    }
    assert (fixed.drawing.seed, len(fixed.drawing.commitment)) == ("", 64)
    assert waiting.holders == ["g:checker@county"]


def test_nobody_decides_before_the_draw_and_who_draws_decides_nothing(waiting: Desk) -> None:
    """The task is for drawing; it can be claimed, not handed on."""
    task = waiting.case.tasks[0].id
    assert waiting.reasons("rex", Act, action="agree") == ["task.is_draw"]
    assert waiting.reasons("fay", Draw, task=task, word="x") == ["permission.not_yours"]
    assert waiting.reasons("rex", Draw, task=task, word="  ") == ["draw.word"]
    waiting.do("rex", Claim, task=task)
    assert waiting.reasons("rex", Transfer, task=task, to="rob") == ["task.is_draw"]
    waiting.do("rex", Draw, task=task, word="x")


def test_the_lowest_numbers_are_drawn_and_get_their_tasks(drawn: Desk) -> None:
    """Seed and word are told; the order follows from them."""
    (fixed,), (event,) = events(drawn, DrawCommitted), events(drawn, Drawn)
    assert event.order == ranking(event.seed, "3 and 5", fixed.drawing.candidates)
    assert drawn.holders == [f"u:{name}" for name in event.order[:3]]
    (done,) = recompute("case", drawn.store.history("case"))
    assert (done.faults, done.drawn) == ((), event.users)
    assert [name for name, _ in done.numbers] == list(event.order)


def test_a_draw_is_not_undone(drawn: Desk) -> None:
    """Or one would draw until the right people come out."""
    assert drawn.reasons("rex", Undo) == ["undo.not_last"]


def test_a_case_that_comes_back_keeps_the_people(drawn: Desk) -> None:
    """No second draw."""
    before = sorted(drawn.holders)
    drawn.act(drawn.holders[0].removeprefix("u:"), "back")
    drawn.act("ann", "send")
    assert sorted(drawn.holders) == before
    assert len(events(drawn, Drawn)) == 1


def test_who_can_not_take_part_is_replaced_by_the_next(drawn: Desk) -> None:
    """By themself or by who draws, with a reason, from the same order; the check follows it."""
    (event,) = events(drawn, Drawn)
    first, second = (task for task in drawn.case.tasks[:2])
    one = first.principal.removeprefix("u:")
    assert drawn.reasons("fay", Redraw, task=first.id, comment="x") == ["permission.not_yours"]
    assert drawn.reasons(one, Redraw, task=first.id, comment=" ") == ["comment.required"]
    drawn.do(one, Redraw, task=first.id, comment="a cousin applied")
    drawn.without(event.order[4])
    drawn.do("rex", Redraw, task=second.id, comment="ill")
    assert [(again.user, again.passed_over) for again in events(drawn, Redrawn)] == [
        (event.order[3], ()),
        (event.order[5], (event.order[4],)),
    ]
    assert sorted(drawn.holders) == sorted(f"u:{event.order[index]}" for index in (2, 3, 5))
    last = next(task for task in drawn.case.tasks if task.principal == f"u:{event.order[2]}")
    assert drawn.reasons("rex", Redraw, task=last.id, comment="ill") == ["draw.nobody_left"]
    assert [one.faults for one in recompute("case", drawn.store.history("case"))] == [()]


def test_who_was_drawn_lately_is_left_out_of_the_next_case(drawn: Desk) -> None:
    """Until the period is over; with too few left, the act that leads there is refused."""
    (event,) = events(drawn, Drawn)
    drawn.case_id = "next"
    another(drawn)
    drawn.act("ann", "send")
    fixed = drawn.case.draws["panel"]
    assert {name for name, reason in fixed.excluded.items() if reason == "recent"} == set(event.users)
    drawn.do("rex", Draw, task=drawn.case.tasks[0].id, word="1")
    drawn.case_id = "third"
    another(drawn)
    assert drawn.reasons("ann", Act, action="send") == ["draw.too_few"]
    drawn.later(days=100)
    drawn.act("ann", "send")


def another(desk: Desk) -> None:
    """Open one more case under the desk's present id."""
    desk.do("ann", Start, definition="lots", code=desk.case_id, unit="town", data={"amount": 1})


def tampered(history: tuple[Record, ...], **changes: object) -> tuple[Record, ...]:
    """Change the draw in a history."""
    return tuple(
        replace(
            record,
            events=tuple(replace(event, **changes) if isinstance(event, Drawn) else event for event in record.events),
        )
        for record in history
    )


def test_whatever_is_changed_afterwards_is_found(drawn: Desk) -> None:
    """Another seed, other people, another order: each is a fault; so is a draw that nothing was committed to."""
    history = drawn.store.history("case")
    (event,) = events(drawn, Drawn)
    for changes in ({"seed": "0"}, {"users": event.order[1:4]}, {"order": event.order[::-1]}, {"word": "other"}):
        assert next(iter(recompute("case", tampered(history, **changes)))).faults, changes
    bare = tuple(
        replace(record, events=tuple(one for one in record.events if not isinstance(one, DrawCommitted)))
        for record in history
    )
    assert next(iter(recompute("case", bare))).faults
    assert next(iter(recompute("other", history))).faults


@given(st.text(min_size=1, max_size=9), st.lists(st.text(min_size=1, max_size=5), min_size=2, max_size=9, unique=True))
def test_the_order_is_that_of_the_numbers_and_of_nothing_else(word: str, names: list[str]) -> None:
    """Whatever the order in which candidates are named."""
    order = ranking("seed", word, names)
    assert order == ranking("seed", word, reversed(names))
    numbers = [number("seed", word, name) for name in order]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(names)


def test_everybody_has_the_same_chance() -> None:
    """Over many words each of eight is first about as often as any other."""
    firsts = [ranking("seed", str(word), EXPERTS)[0] for word in range(4_000)]
    assert all(400 < firsts.count(name) < 600 for name in EXPERTS)
