"""What is unsound is told with a shortest way that shows it; what is sound passes."""

import time
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.soundness import examine
from tests.engine.loading.sample import BOOK, ROLES, SAMPLE, changed

TOP = """
workflow: small
title: {zh: a, en: b}
phases: {p: {zh: a, en: b}}
fields:
  name: {type: text, title: {zh: a, en: b}}
  boss: {type: person, title: {zh: a, en: b}}
  mark: {type: integer, title: {zh: a, en: b}}
  office: {type: unit, title: {zh: a, en: b}}
  on: {type: date, title: {zh: a, en: b}}
states:
"""
DRAFT = "draft: {T, who: initiator, form: {edit: [name]}, actions: {send: {T, to: check}}}"
CHECK = "check: {T, who: {role: clerk, in: item.county}, actions: {pass: {T, to: done}}}"
DONE = "done: {T, kind: end}"


def small(*states: str, always: str = "", top: str = TOP) -> str:
    """Give a definition of these states, each on one line; `T` stands for a title (and phase)."""
    lines = []
    for state in states:
        head, _, rest = state.replace("{T", "{title: {zh: a, en: b}").partition("}")
        lines.append(f"{head}}}, phase: p{rest}")
    return top + indent("\n".join(lines), "  ") + always


def checked(*states: str, always: str = "", top: str = TOP) -> Checked:
    """Check such a definition."""
    return check(small(*states, always=always, top=top), file="small.yaml", book=BUILTIN)


def found(*states: str, always: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    """Give code, path and trace of every problem; each has a line and a sentence."""
    problems = checked(*states, always=always).problems
    assert all(problem.line > 0 and "{" not in problem.message for problem in problems)
    return [(problem.code, problem.path, problem.trace) for problem in problems]


def test_a_plain_procedure_is_sound() -> None:
    """Draft, check, done; and the sample of the loader's tests, with a note on what is kept at run time."""
    assert checked(DRAFT, CHECK, DONE).is_sound
    verdict = check(SAMPLE, file="sample.yaml", book=BOOK, roles=ROLES)
    assert verdict.is_sound
    codes = {note.code for note in verdict.notes}
    assert ("kept_at_run_time", 63) in [(note.code, note.line) for note in verdict.notes]
    assert codes <= {"kept_at_run_time", "not_weighed"}


def test_a_source_that_can_not_be_read_is_told_the_same_way() -> None:
    """Problems of form come from the same call, without a definition."""
    verdict = check(changed("phase: apply", "phase: aply"), file="sample.yaml", book=BOOK)
    assert (verdict.definition, verdict.is_sound) == (None, False)


FLAWS = yaml.safe_load((Path(__file__).parent / "unsound.yaml").read_text("utf-8"))


@pytest.mark.parametrize("flaw", FLAWS, ids=[f"{number}-{flaw['code']}" for number, flaw in enumerate(FLAWS)])
def test_each_flaw_is_found_where_it_is(flaw: dict[str, Any]) -> None:
    """One flaw, one problem, with its path and shortest trace."""
    assert found(*flaw["states"]) == [(flaw["code"], flaw["path"], tuple(flaw["trace"]))]


def test_a_state_in_which_nobody_can_do_anything_is_found() -> None:
    """Neither people nor a rung; people who can do nothing; a vote without voters. The way there is shown."""
    nobody = "check: {T, actions: {pass: {T, to: done}}}"
    assert ("no_assignee", "states.check", ("draft.send", "check")) in found(DRAFT, nobody, DONE)
    idle = "check: {T, who: initiator, actions: {late: {T, to: done, who: system}}}"
    assert ("no_action", "states.check", ("draft.send", "check")) in found(DRAFT, idle, DONE)
    rule = "{by: all, passed: done, failed: draft}"
    empty = f"check: {{T, vote: {rule}, actions: {{y: {{T, vote: pass}}, n: {{T, vote: reject}}}}}}"
    assert ("vote_without_voters", "states.check.vote", ()) in found(DRAFT, empty, DONE)


def test_opinions_may_be_gathered_without_deciding() -> None:
    """A vote that only passes is sound where a voter may stop it, or where every outcome leads on."""
    rule = "{by: all, passed: done, failed: done}"
    stop = f"check: {{T, who: initiator, vote: {rule}, actions: {{yes: {{T, vote: pass}}, stop: {{T, to: done}}}}}}"
    assert found(DRAFT, stop, DONE) == []


@pytest.mark.parametrize(
    ("rule", "actions"),
    [
        ("by: all", "yes: {T, vote: pass}, no: {T, vote: veto}"),
        ("by: any", "yes: {T, vote: pass}, no: {T, vote: abstain}"),
        ("by: all", "yes: {T, vote: pass, seats: [a]}, no: {T, vote: reject, seats: [a]}, none: {T, vote: abstain}"),
        ("by: any", "yes: {T, vote: pass, seats: [a]}, no: {T, vote: reject}"),
        ("by: weight, pass: 4", "yes: {T, vote: pass}, no: {T, vote: reject, seats: [b]}"),
    ],
)
def test_a_vote_that_some_opinions_win_and_some_lose_is_sound(rule: str, actions: str) -> None:
    """By a veto, by nothing but abstentions, by the one seat that decides while the other may not pass or reject."""
    who = "{seats: {a: {T, user: x}, b: {T, weight: 3, user: y}}}"
    vote = f"check: {{T, who: {who}, vote: {{{rule}, passed: done, failed: draft}}, actions: {{{actions}}}}}"
    assert found(DRAFT, vote, DONE) == []


def test_timers_and_automatic_actions_are_ways_too() -> None:
    """A state of the system alone is sound when a rung or an automatic action leads on."""
    timed = "check: {T, due: 5 days, escalate: [{at: due, act: on}], actions: {on: {T, to: done, who: system}}}"
    automatic = "check: {T, actions: {on: {T, to: done, who: system, automatic: true}}}"
    assert found(DRAFT, timed, DONE) == []
    assert found(DRAFT, automatic, DONE) == []


def test_what_an_action_sets_or_a_rule_computes_is_filled() -> None:
    """A field set on every way is there when it is required; a vote's form is its ballot's own."""
    setting = "draft: {T, who: initiator, actions: {send: {T, to: check, set: {mark: '1'}}}}"
    needing = "check: {T, who: initiator, form: {require: [mark]}, actions: {pass: {T, to: done}}}"
    assert found(setting, needing, DONE) == []
    voting = (
        "check: {T, who: initiator, vote: {by: score, score: 'ballot.mark', "
        'pass: ">= 5", passed: done, failed: draft}, '
        "actions: {give: {T, vote: pass, form: {require: [mark]}}}}"
    )
    assert found(setting, voting, DONE) == [
        ("required_never_filled", "states.check.actions.give.form.require", ("draft.send", "check"))
    ]


def test_a_broken_order_is_shown_by_a_shortest_way() -> None:
    """`done only after check`, and a short cut past it."""
    cut = "draft: {T, who: initiator, actions: {send: {T, to: check}, cut: {T, to: done}}}"
    assert found(cut, CHECK, DONE, always="\nalways: [done only after check]") == [
        ("always_broken", "always[0]", ("draft.cut", "done"))
    ]
    assert found(DRAFT, CHECK, DONE, always="\nalways: [done only after check]") == []


def test_plain_conditions_are_evidence() -> None:
    """A way that asks for the visit, or for the field, breaks nothing; one that may do without still does."""
    order = "\nalways: [done only after check]"
    cut = "draft: {T, who: initiator, actions: {send: {T, to: check}, cut: {T, to: [{state: done, if: 'RULE'}]}}}"
    asked = "draft: {T, who: initiator, actions: {send: {T, to: check}, cut: {T, to: done, require: [RULE]}}}"
    for draft, rule in (
        (cut, 'visits["check"] > 0'),
        (cut, 'item.unit == "x" && visits["check"] >= 1'),
        (asked, "{times_at_least: {action: check.back, count: 1}}"),
        (cut, '"mark" in item.filled'),
    ):
        back = CHECK.replace("to: done}", "to: done}, back: {T, to: draft}")
        check_marks = back.replace("who:", "form: {edit: [mark]}, who:")
        assert found(draft.replace("RULE", rule), check_marks, DONE, always=order) == []
    for rule in ('item.unit == "x" || visits["check"] > 0', 'visits["check"] >= 0', '!(visits["check"] > 0)'):
        assert "always_broken" in [code for code, _, _ in found(cut.replace("RULE", rule), CHECK, DONE, always=order)]
    needing = "check: {T, who: {field: boss}, actions: {pass: {T, to: done}}}"
    send = (
        "draft: {T, who: initiator, form: {edit: [boss]}, "
        "actions: {send: {T, to: [{state: check, if: '\"boss\" in item.filled'}]}}}"
    )
    assert found(send, needing, DONE) == []
    filled = send.replace(
        "to: [{state: check, if: '\"boss\" in item.filled'}]", "to: check, require: [{fields_filled: {fields: [boss]}}]"
    )
    assert found(filled, needing, DONE) == []


def test_a_step_for_whom_a_field_names_waits_for_the_field() -> None:
    """Where it is filled in before or on the way, or where something is said for nobody, no case is stuck."""
    draft = "draft: {T, who: initiator, form: {edit: [boss]}, actions: {send: {T, to: check}}}"
    hold = "hold: {T, who: {field: boss}, actions: {pass: {T, to: done}}}"
    check = "check: {T, who: {role: clerk, in: item.county}, actions: {on: {T, to: hold}}}"
    out = check.replace("on: {T, to: hold}", "on: {T, to: hold}, drop: {T, to: done}")
    said = hold.replace("boss}", "boss}, if_nobody: {hand_to: {user: x}}", 1)
    asked = draft.replace("edit: [boss]", "edit: [boss], require: [boss]")
    there = check.replace("who:", "form: {edit: [boss]}, who:")
    for states in ((asked, check, hold), (draft, there, hold), (draft, out, hold), (draft, check, said)):
        assert found(*states, DONE) == []
    direct = "draft: {T, who: initiator, form: {edit: [boss]}, actions: {send: {T, to: hold}}}"
    assert found(direct, hold, DONE) == []


def test_a_rule_for_new_cases_is_weighed() -> None:
    """It may leave no case at all, or only those that can go on."""

    def begun(rule: str, *states: str) -> list[str]:
        opening = f"opening: {{require: [{{that: '{rule}', else: {{zh: a, en: b}}}}]}}\nfields:"
        return [problem.code for problem in checked(*states, top=TOP.replace("fields:", opening)).problems]

    form = "draft: {T, who: initiator, form: {edit: [mark]}, actions: {send: {T, to: done}}}"
    assert begun("item.mark > 5", form, DONE) == []
    assert begun("item.mark > 5 && item.mark < 3", form, DONE) == ["never_begins"]
    assert begun("item.mark > 5", form.replace("[mark]", "[name]"), DONE) == ["never_begins"]
    alone = (
        "draft: {T, who: system, form: {edit: [mark]}, actions: {on: {T, who: system, automatic: true, to: done, "
        "require: [{that: 'item.mark > 5', else: {zh: a, en: b}}]}}}"
    )
    assert begun("item.mark > 5", alone, DONE) == []
    assert begun("item.mark > 4", alone, DONE) == ["stuck"]


def test_a_separation_that_nobody_could_keep_is_found() -> None:
    """Both states are the initiator's own."""
    own = "check: {T, who: initiator, actions: {pass: {T, to: done}}}"
    assert found(DRAFT, own, DONE, always="\nalways: [check.actor is never draft.actor]") == [
        ("always_same_person", "always[0]", ())
    ]


def test_a_large_procedure_is_judged_at_once() -> None:
    """Forty states with ways back and forth take less than 50 ms of the processor, two hundred less than a second."""
    for count, seconds in ((40, 0.05), (199, 1.0)):
        states = [
            f"s{number}: {{T, who: initiator, form: {{edit: [name], require: [name]}}, "
            f"actions: {{on: {{T, to: s{number + 1}}}, back: {{T, to: s{number // 2}}}, out: {{T, to: done}}}}}}"
            for number in range(count - 1)
        ]
        definition = checked(*states, f"s{count - 1}: {{T, kind: rest}}", DONE).definition
        assert definition is not None
        start = time.process_time()
        assert examine(definition).is_sound
        assert time.process_time() - start < seconds


def test_people_who_all_stand_under_conditions_are_noted() -> None:
    """Nobody may be found: a note, which goes away when the definition says what happens then."""
    first = "{first: [{if: 'item.mark > 1', role: clerk, in: item.county}]}"
    plain = f"check: {{T, who: {first}, actions: {{pass: {{T, to: done}}}}}}"
    said = f"check: {{T, who: {first}, if_nobody: {{take: pass}}, actions: {{pass: {{T, to: done}}}}}}"
    assert [note.code for note in checked(DRAFT, plain, DONE).notes] == ["may_find_nobody"]
    assert checked(DRAFT, said, DONE).notes == ()
