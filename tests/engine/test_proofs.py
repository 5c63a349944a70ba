"""What is proved on every way, data included; what breaks a rule is shown, and the engine refuses just that."""

from textwrap import indent

import pytest

from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.commands import Act, Jump, Revoke, Save, Start, Terminate, Withdraw
from engine.refusal import Refused
from engine.soundness.looks import explore
from tests.engine.desk import Desk
from tests.workflows.procedure import procedure

TOP = """
workflow: rules
title: {zh: a, en: b}
phases: {p: {zh: a, en: b}}
fields:
  amount: {type: money, title: {zh: a, en: b}, max: "1000.00"}
  note: {type: text, title: {zh: a, en: b}}
admins: {role: admin, in: item.county}
verbs: [withdraw, revoke]
states:
"""
DRAFT = (
    "draft: {T, who: initiator, form: {edit: [amount], require: [amount]}, "
    "actions: {send: {T, to: check}, skip: {T, to: sign}}}"
)
CHECK = "check: {T, who: {role: checker, in: item.county}, actions: {pass: {T, to: sign}, back: {T, to: draft}}}"
SIGN = (
    "sign: {T, who: {role: law, in: item.county}, "
    "actions: {pay: {T, to: paid}, again: {T, to: check}, out: {T, to: gone}}}"
)
PAID = "paid: {T, who: {role: finance, in: item.county}, actions: {close: {T, to: done}, undo: {T, to: sign}}}"
ENDS = ("done: {T, kind: end}", "gone: {T, kind: end}")
STATES = (DRAFT, CHECK, SIGN, PAID, *ENDS)


def source(*always: str, states: tuple[str, ...] = STATES) -> str:
    """Write a definition of these states with some rules."""
    lines = []
    for state in states:
        head, _, rest = state.replace("{T", "{title: {zh: a, en: b}").partition("}")
        lines.append(f"{head}}}, phase: p{rest}")
    rules = "".join(f"  - '{line}'\n" for line in always)
    return TOP + indent("\n".join(lines), "  ") + (f"\nalways:\n{rules}" if rules else "\n")


def checked(*always: str, states: tuple[str, ...] = STATES) -> Checked:
    """Check it."""
    return check(source(*always, states=states), file="rules.yaml", book=BUILTIN)


@pytest.mark.parametrize(
    ("rule", "trace"),
    [
        ("sign only after check", ("draft.skip(amount=0)", "sign")),
        ("check never after paid", ("draft.skip(amount=0)", "sign.pay", "paid.undo", "sign.again", "check")),
        ("check never after check", ("draft.send(amount=0)", "check.pass", "sign.again", "check")),
        ("sign is followed by paid", ("draft.skip(amount=0)", "sign.out", "gone")),
        ("gone is followed by paid", ("draft.skip(amount=0)", "sign.out", "gone")),
        ('item.amount <= money("500.00") whenever in check', ("draft.send(amount=50001)", "check")),
    ],
)
def test_a_broken_rule_is_shown_by_a_shortest_way(rule: str, trace: tuple[str, ...]) -> None:
    """With the values that break it; and a rule that holds is proved."""
    (problem,) = checked(rule).problems
    assert (problem.code, problem.path) == ("always_broken", "always[0]")
    assert [step.partition("(")[0] for step in problem.trace] == [step.partition("(")[0] for step in trace]
    assert "500" not in rule or problem.trace == trace


@pytest.mark.parametrize(
    "rule",
    [
        "paid only after sign",
        "draft never after paid",
        "paid is followed by sign",
        'item.amount <= money("1000.00") whenever in check',
        '"amount" in item.filled whenever in sign',
    ],
)
def test_what_holds_is_proved(rule: str) -> None:
    """On every way: `draft never after paid` needs the way back to end before the payment."""
    states = (DRAFT, CHECK.replace(", back: {T, to: draft}", ""), SIGN, PAID.replace("to: sign", "to: done"), *ENDS)
    sound = checked(rule, states=states) if "never" in rule else checked(rule)
    wanted = "paid is followed by sign"
    assert [problem.code for problem in sound.problems] == (["always_broken"] if rule == wanted else [])


def test_conditions_are_weighed_together() -> None:
    """Small amounts skip the check, so that large ones cannot; one step more and the proof fails."""
    guard = "{that: 'item.amount < money(\"100.00\")', else: {zh: a, en: b}}"
    skip = DRAFT.replace("skip: {T, to: sign}", f"skip: {{T, to: sign, require: [{guard}]}}")
    rule = 'item.amount < money("100.00") || visits["check"] > 0 whenever in sign'
    assert checked(rule, states=(skip, *STATES[1:])).problems == ()
    wider = skip.replace("item.amount < money", "item.amount <= money")
    (problem,) = checked(rule, states=(wider, *STATES[1:])).problems
    assert problem.trace == ("draft.skip(amount=10000)", "sign")


def test_what_is_not_weighed_is_said() -> None:
    """A condition on who acts or on the time counts as open, by name."""
    guard = "{that: 'actor.id != item.initiator', else: {zh: a, en: b}}"
    states = (DRAFT.replace("skip: {T, to: sign}", f"skip: {{T, to: sign, require: [{guard}]}}"), *STATES[1:])
    (note,) = [note for note in checked(states=states).notes if note.code == "not_weighed"]
    assert note.params == {"count": 1, "conditions": "actor.id != item.initiator"}
    notes = checked("actor.id != item.initiator whenever in sign").notes
    assert "data_at_run_time" in {note.code for note in notes}


def test_too_much_to_tell_apart_is_said() -> None:
    """Ten fields with ten limits each are more than is looked at: their values are then not followed."""
    names = [f"f{number}" for number in range(10)]
    fields = "\n".join(f"  {name}: {{type: integer, title: {{zh: a, en: b}}}}" for name in names)
    guards = ", ".join(
        f"{{that: 'item.{name} > {number}', else: {{zh: a, en: b}}}}" for number, name in enumerate(names)
    )
    edit = f"form: {{edit: [{', '.join(names)}]}}"
    draft = f"draft: {{T, who: initiator, {edit}, actions: {{send: {{T, to: done, require: [{guards}]}}}}}}"
    text = source(states=(draft, ENDS[0])).replace("fields:\n", f"fields:\n{fields}\n")
    verdict = check(text, file="wide.yaml", book=BUILTIN)
    assert verdict.is_sound
    assert "left_out" in {note.code for note in verdict.notes}


def test_returns_out_of_a_vote_are_noted() -> None:
    """Those after which everybody is asked again; not those that come straight back."""
    voting = (
        "check: {T, who: {role: checker, in: item.county, each: true}, vote: {by: all, passed: sign, failed: gone}, "
        "actions: {yes: {T, vote: pass}, no: {T, vote: reject}, back: {T, to: draft, kind: return}}}"
    )
    asked = checked(states=(DRAFT, voting, *STATES[2:])).notes
    assert "votes_asked_again" in {note.code for note in asked}
    straight = voting.replace("kind: return", "kind: return, resubmit: straight")
    noted = checked(states=(DRAFT, straight, *STATES[2:])).notes
    assert "votes_asked_again" not in {note.code for note in noted}


def test_what_is_given_at_the_start_of_an_automatic_first_state_is_weighed() -> None:
    """The first state goes on at once, so nobody saves in it; but the case was opened with 500.01 yuan."""
    first = (
        "first: {T, who: initiator, form: {edit: [amount]}, "
        "actions: {on: {T, to: check, who: system, automatic: true}, cancel: {T, to: gone, kind: negative}}}"
    )
    check_ = "check: {T, who: {role: checker, in: item.county}, actions: {pass: {T, to: done}}}"
    rule = '!("amount" in item.filled) || item.amount <= money("500.00") whenever in check'
    (problem,) = [one for one in checked(rule, states=(first, check_, *ENDS)).problems if one.code == "always_broken"]
    assert problem.trace == ("first(amount=50001)", "first.on", "check")
    text = source(rule, states=(first, check_, *ENDS))
    assert Desk(text, book=BUILTIN).start(amount=50_000).state == "check"
    assert Desk(text, book=BUILTIN).start(amount=50_001).state == "first"


def test_nobody_fills_in_what_is_passed_at_once() -> None:
    """A state that the system surely leaves at once breaks no rule about its data by what its form might take."""
    rule = '!("amount" in item.filled) || item.amount <= money("500.00") whenever in check'
    draft = "draft: {T, who: initiator, actions: {send: {T, to: check}}}"
    form = "check: {T, who: {role: checker, in: item.county}, form: {edit: [amount]}, actions: "
    passed = form + "{on: {T, to: done, who: system, automatic: true}}}"
    assert checked(rule, states=(draft, passed, ENDS[0])).problems == ()
    waiting = form + "{on: {T, to: done}}}"
    (problem,) = checked(rule, states=(draft, waiting, ENDS[0])).problems
    assert problem.trace == ("draft.send", "check(amount=50001)")


def test_a_case_beside_another_is_never_without_the_code_it_is_started_with() -> None:
    """So what asks for that code can be passed, though no form lets anybody fill it."""
    asked = "{that: '\"note\" in item.filled', else: {zh: a, en: b}}"
    draft = f"draft: {{T, who: initiator, actions: {{send: {{T, to: done, require: [{asked}]}}}}}}"
    alone = source(states=(draft, ENDS[0]))
    beside = alone.replace("states:", "parent: {definition: other, field: note}\nsummary: [note]\nstates:", 1)
    verdicts = [check(text, file="beside.yaml", book=BUILTIN) for text in (alone, beside)]
    codes = [[problem.code for problem in one.problems] for one in verdicts]
    assert codes == [["never_reached", "stuck"], []]


def desk(*always: str) -> Desk:
    """Open a case under some rules, sound or not."""
    return Desk(source(*always), book=BUILTIN).start()


def test_the_engine_refuses_what_would_break_a_rule() -> None:
    """Every move asks: actions, jumps, withdrawing, revoking, ending; with the rule's own words."""
    assert desk("sign only after check").reasons("ann", Act, action="skip") == ["always.precedence"]
    never = desk("check never after sign")
    never.act("ann", "skip")
    assert never.reasons("lea", Act, action="again") == ["always.absence"]
    assert never.reasons("root", Jump, to="check", comment="x") == ["always.absence"]
    back = desk("draft never after sign")
    back.act("ann", "skip")
    assert back.reasons("ann", Withdraw) == ["always.absence"]
    assert back.reasons("ann", Revoke) == ["always.absence"]
    owed = desk("sign is followed by paid")
    owed.act("ann", "skip")
    assert owed.reasons("lea", Act, action="out") == ["always.response"]
    assert owed.reasons("root", Terminate, comment="x") == ["always.response"]
    owed.act("lea", "pay")
    owed.act("fay", "undo")
    assert owed.reasons("lea", Act, action="out") == ["always.response"]
    owed.act("lea", "pay")
    owed.act("fay", "close")
    assert owed.state == "done"


def test_rules_about_data_hold_whenever_the_case_is_there() -> None:
    """On opening, on saving, on coming in; what is missing is no pass."""
    limit = 'item.amount <= money("500.00") whenever in '
    here = desk(limit + "draft")
    assert here.reasons("ann", Save, data={"amount": 50_001}) == ["always.data"]
    assert here.reasons("ann", Act, action="send", form={"amount": 60_000}) == ["always.data"]
    opened = {"definition": "rules", "code": "0002", "unit": "town"}
    with pytest.raises(Refused, match=r"always\.data"):
        Desk(source(limit + "draft"), book=BUILTIN).do("ann", Start, **opened)
    there = desk(limit + "check")
    assert there.reasons("ann", Act, action="send", form={"amount": 50_001}) == ["always.data"]
    there.act("ann", "send", form={"amount": 50_000})
    assert there.state == "check"


def test_the_shipped_procedure_is_explored_whole() -> None:
    """Nothing is left out of the township's project, and every state is come to."""
    space = explore(procedure())
    assert space.left_out == ()
    assert {spot.state for spot in space.spots} == set(procedure().states)
