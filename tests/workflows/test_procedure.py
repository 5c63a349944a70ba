"""The shipped procedure against the plan it was written from, and against its own promises."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.shipped import roles, sentences
from engine.assignment import RoleIn, System, Together
from engine.counting import Choosing
from engine.definition import Action, NamedGuard, State, StateKind
from engine.duration import Duration, Unit
from engine.texts import Text
from tests.workflows.procedure import procedure

PLAN = Path(__file__).resolve().parents[3] / "shared" / "design" / "lifecycles.yaml"
OWN_STEPS = {
    "prelim_review.second_check",
    "prelim_review.countersign",
    "prelim_review.clear_hits",
    "expert_scoring.score",
    "expert_scoring.all_scored_low",
    "panel_confirm.score_again",
    "reserved.reconfirm",
    "frozen.reconfirm",
    "reserved.agree_withdrawal",
    "plan_selected.agree_withdrawal",
    "reserved.rerank",
    "joint_review.agree",
    "joint_review.object",
    "approval_decide.activate",
    "evaluating.self_evaluate",
    "evaluating.send_back",
    "improving.report",
    "improving.send_back",
    "terminating.dispute",
    "terminating.clear_again",
}
"""Actions the plan only implies: the second person, the ballots and their outcomes, handing work over and back."""

SAID_OTHERWISE = {
    "rescore_lt_2": "a rule over times",
    "revise_lt_2": "a rule over visits",
    "fails_ge_3": "a rule over times",
    "no_veto": "departments_agree in the joint review",
    "score_pass": "revised_score_pass after a revision",
    "acc_passed": "acceptance_passed",
    "acc_failed": "acceptance_failed",
}
"""Guards of the plan that are written in the definition's own language, or have a name for each place."""


def planned() -> dict[str, Any]:
    """Give the plan's main lifecycle; skips where it is not at hand."""
    if not PLAN.is_file():
        pytest.skip(f"the plan {PLAN.name} is not beside this checkout")
    (main,) = (one for one in yaml.safe_load(PLAN.read_text("utf-8"))["lifecycles"] if one["id"] == "PRJ")
    return dict(main)


def target(state: State, action: Action) -> str:
    """Give where an action leads; a vote leads where its round does."""
    if action.vote is None:
        return action.to[0].state
    assert state.vote is not None
    outcome = state.vote.failed if action.vote is Choosing.REJECT else state.vote.passed
    return state.actions[outcome].to[0].state


def names_of(action: Action) -> set[str]:
    """Give the named guards of an action."""
    return {guard.name for guard in action.require if isinstance(guard, NamedGuard)}


def test_states_and_actions_are_those_of_the_plan() -> None:
    """All 37 states and 84 actions, each leading where the plan says; the rest is listed above."""
    plan, states = planned(), procedure().states
    assert set(states) == set(plan["states"])
    for source, name, *_, to, _guards, _effect in plan["acts"]:
        assert target(states[source], states[source].actions[name]) == to, f"{source}.{name}"
    made = {f"{state.name}.{action}" for state in states.values() for action in state.actions}
    outcomes = {f"{state.name}.{word}" for state in states.values() if state.vote for word in ("passed", "failed")}
    assert made - {f"{act[0]}.{act[1]}" for act in plan["acts"]} - outcomes == OWN_STEPS


def test_chinese_titles_are_those_of_the_plan() -> None:
    """Officials know the states and buttons by these words."""
    plan, states = planned(), procedure().states
    wrong = [name for name, state in plan["states"].items() if states[name].title.zh != state["zh"]]
    wrong += [f"{act[0]}.{act[1]}" for act in plan["acts"] if states[act[0]].actions[act[1]].title.zh != act[2]]
    assert not wrong


def test_every_guard_of_the_plan_is_required() -> None:
    """Each guard stands at its action under its name, or is said otherwise as listed above."""
    missing = []
    for source, name, _zh, _who, _to, guards, _effect in planned()["acts"]:
        action = procedure().states[source].actions[name]
        wanted = {guard for guard in str(guards).split(", ") if guard and guard != "None"}
        missing += [f"{source}.{name}: {guard}" for guard in wanted - names_of(action) - SAID_OTHERWISE.keys()]
    assert not missing


def test_deadlines_are_those_of_the_plan() -> None:
    """Working days as planned; states that end by an event have none, but for the pool's validity."""
    for name, row in planned()["states"].items():
        due = procedure().states[name].due
        if isinstance(row["due"], int):
            assert due == Duration(row["due"], Unit.WORKING_DAYS), name
        else:
            assert due is None or name == "reserved", name


def test_every_deadline_has_a_ladder_of_its_kind() -> None:
    """A review's ladder ends with a public criticism, delivery's with a red warning."""
    last = {"E1": "public_criticism", "E2": "red_warning"}
    for name, row in planned()["states"].items():
        state = procedure().states[name]
        assert bool(state.escalate) == (state.due is not None), name
        if row["ladder"] in last and isinstance(row["due"], int) and name != "reserve_notice":
            assert state.escalate[-1].mark == last[row["ladder"]], name


def test_every_mark_and_guard_has_its_words() -> None:
    """What a ladder marks can be shown in both languages."""
    marks = {rung.mark for state in procedure().states.values() for rung in state.escalate if rung.mark}
    assert marks <= sentences().keys()


def test_roles_are_held_where_the_procedure_looks_for_them() -> None:
    """`in:` names a unit of a kind that `held_in` lists."""
    kinds = {name: role["held_in"] for name, role in roles().items()}
    for state in procedure().states.values():
        for who in people(state):
            kind = "office" if who.scope == "item.unit" else who.scope.removeprefix("item.")
            assert kind in kinds[who.role], f"{state.name}: {who.role} in {who.scope}"


def people(state: State) -> list[RoleIn]:
    """Give every role that a state names, wherever it stands."""
    found: list[RoleIn] = []
    waiting: list[object] = [state.who, *(action.who for action in state.actions.values())]
    while waiting:
        who = waiting.pop()
        if isinstance(who, RoleIn):
            found.append(who)
        elif isinstance(who, Together):
            waiting += [seat.who for seat in who.seats]
        elif hasattr(who, "branches"):
            waiting += [branch.who for branch in who.branches]
    return found


def test_negative_decisions_give_an_opinion_and_a_reason() -> None:
    """Whatever rejects, sends back or stops a project is in writing (Regulations on Government Investment art. 11)."""
    silent = [
        f"{state.name}.{action.name}"
        for state in procedure().states.values()
        for action in state.actions.values()
        if action.kind in ("negative", "return")
        and not isinstance(action.who, System)
        and action.comment != "required"
        and state.name != "draft"
    ]
    assert not silent


def test_every_field_stands_in_a_section() -> None:
    """What is filled in is also shown."""
    placed = [name for section in procedure().sections for name in section.fields]
    assert sorted(placed) == sorted(procedure().fields)


def test_both_languages_differ_everywhere() -> None:
    """An English text that holds Chinese was forgotten."""
    chinese = re.compile(r"[\u4e00-\u9fff]")
    texts: list[Text] = [field.title for field in procedure().fields.values()]
    texts += [column.title for field in procedure().fields.values() for column in field.columns]
    texts += [state.title for state in procedure().states.values()]
    texts += [action.title for state in procedure().states.values() for action in state.actions.values()]
    assert not [text for text in texts if chinese.search(text.en) or not chinese.search(text.zh)]


def test_final_states_are_the_three_that_can_not_be_left() -> None:
    """Closed, terminated and void end a project; everything else goes on or can be reopened."""
    ends = {state.name for state in procedure().states.values() if state.kind is StateKind.END}
    assert ends == {"closed", "terminated", "void"}
    assert all(state.actions for state in procedure().states.values() if state.name not in ends)
