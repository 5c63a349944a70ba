"""What the core promises of actions that post to the ledger: with the move, or not at all."""

from dataclasses import replace

import pytest

from engine.definition import RuleGuard, Target
from engine.events import Moved, Posted
from engine.facts import Totals
from engine.guards import GuardBook, Posting
from engine.process import compile_process
from engine.refusal import Refusal, Refused
from engine.runtime import Runtime, Shelf
from engine.situation import Situation
from engine.values import Json
from tests.engine.small import DRAFT, SMALL, Office, person, rule, text, to

ENTRY: dict[str, Json] = {
    "movement": "E-01",
    "on": "2026-11-23",
    "postings": [{"debit": "budget.approved", "credit": "budget.free", "amount": 5, "project": "P", "year": 2026}],
}


def earmark(it: Situation, target: str) -> list[dict[str, Json]]:
    """Post the amount, up to five; the reasons name where the case would go."""
    if it.data["amount"] != 5:
        raise Refused(Refusal("purse.first", where=target), Refusal("purse.second", where=it.actor.id))
    return [ENTRY]


def office(post: str = "earmark", *guards: RuleGuard) -> Office:
    """Open an office where submitting posts."""
    submit = replace(to("submit", "review"), post=post, require=guards)
    definition = replace(SMALL, states=SMALL.states | {"draft": replace(DRAFT, actions={"submit": submit})})
    opened = Office(definition)
    book = GuardBook(postings=(Posting("earmark", earmark, {}, "earmarks"),))
    opened.process = compile_process(definition, book)
    opened.runtime = Runtime(opened.store, Shelf(opened.process), opened.clock)
    return opened


def totals(opened: Office) -> Totals:
    """Give what the ledger holds."""
    return opened.store.facts.balances("P")


def test_the_entry_stands_in_the_record_of_the_move() -> None:
    """After the move, before what follows from it; and the ledger has it."""
    opened = office()
    opened.start(5)
    opened.act("ann", "submit")
    events = opened.store.history("case")[-1].events
    posted = events.index(Posted("earmark", ENTRY))
    assert isinstance(events[posted - 1], Moved)
    assert totals(opened) == {"budget.approved|P||2026|": (5, 0), "budget.free|P||2026|": (0, 5)}


def test_a_posting_refused_is_an_action_refused_with_all_reasons() -> None:
    """The case stays, the ledger stays; the button tells the same before."""
    opened = office()
    opened.start(6)
    case = opened.store.load("case")
    (option,) = opened.runtime.options(case, person("ann"), opened.store.facts)
    with pytest.raises(Refused) as refused:
        opened.act("ann", "submit")
    assert [(one.code, one.where) for one in refused.value.reasons] == [
        ("purse.first", "review"),
        ("purse.second", "ann"),
    ]
    assert option.missing == refused.value.reasons
    assert opened.store.load("case") == case
    assert totals(opened) == {}


def test_a_guard_is_asked_before_the_ledger() -> None:
    """What the guard refuses is not judged by the posting rule as well."""
    opened = office("earmark", RuleGuard(rule("item.amount < 6"), text("too much")))
    opened.start(6)
    with pytest.raises(Refused) as refused:
        opened.act("ann", "submit")
    assert [one.code for one in refused.value.reasons] == ["rule.broken"]


def test_a_rule_that_is_not_in_the_book_refuses() -> None:
    """A definition from another edition never moves money by silence."""
    opened = office("squander")
    opened.start(5)
    with pytest.raises(Refused) as refused:
        opened.act("ann", "submit")
    assert [(one.code, one.where) for one in refused.value.reasons] == [("posting.unknown", "squander")]


def test_the_posting_knows_which_way_is_taken() -> None:
    """Of several targets, the one whose condition holds."""
    submit = replace(to("submit", "review"), post="earmark")
    split = replace(submit, to=(Target("withdrawn", rule("item.amount > 5")), Target("review")))
    definition = replace(SMALL, states=SMALL.states | {"draft": replace(DRAFT, actions={"submit": split})})
    opened = office()
    opened.process = compile_process(definition, opened.process.book)
    opened.runtime = Runtime(opened.store, Shelf(opened.process), opened.clock)
    opened.start(6)
    with pytest.raises(Refused) as refused:
        opened.act("ann", "submit")
    assert refused.value.reasons[0].where == "withdrawn"


def test_a_name_is_in_the_book_once() -> None:
    """As with guards."""
    posting = Posting("earmark", earmark, {}, "earmarks")
    with pytest.raises(ValueError, match="twice"):
        GuardBook(postings=(posting, posting))
    assert GuardBook(GuardBook(postings=(posting,))).posting("earmark") is posting
