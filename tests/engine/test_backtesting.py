"""A case of rules that nobody has any more, played on a draft: what the draft does not know falls away."""

from adapters.memory.facts import MemoryFacts
from engine.backtesting import backtest
from engine.commands import Remark
from engine.guards import GuardBook
from engine.loading import load
from engine.process import compile_process
from tests.engine.desk import COUNTY, HOMES, ROLES, Desk

SOURCE = """
workflow: late
title: {zh: a, en: b}
phases: {p: {zh: a, en: b}}
fields: {amount: {type: integer, title: {zh: a, en: b}}}
states:
  draft:
    title: {zh: a, en: b}
    phase: p
    who: initiator
    form: {edit: [amount]}
    actions: {send: {title: {zh: a, en: b}, to: wait}}
  wait:
    title: {zh: a, en: b}
    phase: p
    who: {role: checker, in: item.county}
    due: 10 days
    escalate:
      - {at: 50%, remind: assignee}
      - {at: due, remind: assignee, mark: overdue}
    actions: {pass: {title: {zh: a, en: b}, to: done}}
  done: {title: {zh: a, en: b}, phase: p, kind: end}
"""
SECOND_RUNG = "      - {at: due, remind: assignee, mark: overdue}\n"


def test_a_rung_that_the_draft_does_not_have_never_fires() -> None:
    """The second rung was armed when somebody remarked something; it fell due before the case was decided."""
    desk = Desk(SOURCE).start()
    desk.act("ann", "send")
    desk.fire()
    desk.do("rex", Remark, comment="looked at it")
    desk.fire()
    desk.act("rex", "pass")
    draft = compile_process(load(SOURCE.replace(SECOND_RUNG, ""), file="draft.yaml", book=GuardBook()), GuardBook())
    facts = MemoryFacts(units=COUNTY, homes=HOMES, holders=ROLES)
    history = desk.store.history(desk.case_id)
    found = backtest(draft, history, facts, lambda name, _: desk.person(name), lambda _: None)
    assert (found.decisions, found.differs) == (3, False)
