"""Every procedure beside a project, against the plan it was written from and against its own promises."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from adapters.shipped import roles, sentences
from engine.assignment import RoleIn, System
from engine.counting import Choosing
from engine.definition import Action, ActionKind, ByRule, Comment, Definition, NamedGuard, State
from engine.soundness import examine
from engine.texts import Text
from tests.workflows.procedure import procedure, shelf
from tests.workflows.test_procedure import PLAN
from workflows.book import BOOK

PLANNED = {
    "budget": "BUD",
    "grant": "FN1",
    "private-capital": "FN2",
    "policy-loan": "FN3",
    "special-bond": "FN4",
    "own-funds": "FN5",
    "special-account": "SAC",
    "receipt": "RCV",
    "contract": "CON",
    "breach": "BRE",
    "payment": "PAY",
    "refund": "RFD",
    "budget-adjustment": "BAJ",
    "quality-inspection": "QIN",
    "risk": "RSK",
    "lesson": "LES",
    "improvement": "IMP",
    "objection": "OBJ",
    "supervision-order": "SUP",
    "performance-evaluation": "EVA",
    "audit": "AUD",
    "finding": "FND",
    "warning": "WRN",
    "progress-report": "RPT",
    "project-change": "CHG",
    "acceptance": "ACC",
    "application-call": "CAL",
    "expert-panel": "PNL",
    "feasibility-study": "FSR",
    "pool-adjustment": "RPA",
}
"""The plan's name of each procedure; one that is not here is ours."""

CALLED = {False: "false_alarm"}
"""Actions of ours by what YAML makes of the plan's name for them."""

OWN_STEPS = {
    *(
        "agree",
        "countersign",
        "second_check",
        "opine",
        "agree_termination",
        "release_flags",
        "reopen",
        "accept_rest",
        "allow_extension",
    ),
    *("draw", "draw_more", "repay", "receive", "accept", "release_retention", "forfeit_retention"),
    *("new_payee", "verify_payee", "call_back"),
    *("settle_retention", "keep_retention", "set_off"),
}
"""Steps the plan only implies: ballots, the second person, opinions, and money that moves in between."""

OWN_DEADLINES = {"expert-panel": {"drawn": "1 working day"}}
"""The plan draws at once; here somebody gives the word that the lot depends on."""

BESIDE = [pytest.param(one.definition, id=key) for key, one in shelf().items() if key != "township-project"]


def plans() -> dict[str, Any]:
    """Give the plan's lifecycles by name; skips where it is not at hand."""
    if not PLAN.is_file():
        pytest.skip(f"the plan {PLAN.name} is not beside this checkout")
    return {one["id"]: one for one in yaml.safe_load(PLAN.read_text("utf-8"))["lifecycles"]}


def target(state: State, action: Action) -> str:
    """Give where an action leads; a vote leads where its round does."""
    if action.vote is None:
        return action.to[0].state
    assert state.vote is not None
    outcome = state.vote.failed if action.vote is Choosing.REJECT else state.vote.passed
    return state.actions[outcome].to[0].state if outcome in state.actions else outcome


@pytest.mark.parametrize("definition", BESIDE)
def test_it_is_sound(definition: Definition) -> None:
    """By the project's own check: no dead end, nothing unreachable, nobody missing."""
    assert [str(problem) for problem in examine(definition).problems] == []


@pytest.mark.parametrize("definition", [procedure(), *BESIDE])
def test_somebody_looks_after_its_cases(definition: Definition) -> None:
    """A case that is stuck can be moved on by a post of the county that really exists, and not by who starts cases."""
    assert isinstance(definition.admins, RoleIn)
    assert (definition.admins.scope, roles()[definition.admins.role]["held_in"]) == ("item.county", ["county"])
    assert definition.admins != definition.starters


@pytest.mark.parametrize("definition", BESIDE)
def test_states_and_actions_are_those_of_the_plan(definition: Definition) -> None:
    """Each leads where the plan says and has the plan's Chinese words; steps of ours are listed."""
    if definition.key not in PLANNED:
        pytest.skip("not in the plan")
    plan = plans()[PLANNED[definition.key]]
    assert set(definition.states) == set(plan["states"])
    for name, row in plan["states"].items():
        assert definition.states[name].title.zh == row["zh"]
    for source, planned_name, zh, _who, to, *_ in plan["acts"]:
        name = CALLED.get(planned_name, planned_name)
        state = definition.states[source]
        assert (target(state, state.actions[name]), state.actions[name].title.zh) == (to, zh), f"{source}.{name}"
    planned = {f"{act[0]}.{CALLED.get(act[1], act[1])}" for act in plan["acts"]}
    made = {f"{state.name}.{action}" for state in definition.states.values() for action in state.actions}
    voting = [(state.name, state.vote) for state in definition.states.values() if state.vote]
    votes = {f"{name}.{outcome}" for name, vote in voting for outcome in (vote.passed, vote.failed)}
    assert {name.partition(".")[2] for name in made - planned - votes} <= OWN_STEPS


@pytest.mark.parametrize("definition", [procedure(), *BESIDE])
def test_deadlines_are_those_of_the_plan(definition: Definition) -> None:
    """So many working days in each state that the plan gives a number for."""
    names = {**PLANNED, "township-project": "PRJ"}
    if definition.key not in names:
        pytest.skip("not in the plan")
    planned = {name: row["due"] for name, row in plans()[names[definition.key]]["states"].items()}
    due = {name: str(state.due) for name, state in definition.states.items() if isinstance(planned[name], int)}
    said = {name: f"{days} working day{'s' * (days != 1)}" for name, days in planned.items() if name in due}
    assert due == {**said, **OWN_DEADLINES.get(definition.key, {})}


@pytest.mark.parametrize("definition", BESIDE)
def test_it_stands_beside_a_project_that_has_such_states(definition: Definition) -> None:
    """A child names its parent's definition, and states that are there."""
    parent = definition.parent
    if parent is not None:
        assert set(parent.states) <= set(shelf()[parent.definition].definition.states)


@pytest.mark.parametrize("definition", BESIDE)
def test_every_field_stands_in_one_section(definition: Definition) -> None:
    """What is filled in is also shown."""
    assert sorted(name for section in definition.sections for name in section.fields) == sorted(definition.fields)


@pytest.mark.parametrize("definition", BESIDE)
def test_both_languages_are_there(definition: Definition) -> None:
    """An English text that holds Chinese was forgotten, and so was a Chinese one without any."""
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert not [text for text in texts(definition) if chinese.search(text.en) or not chinese.search(text.zh)]


def texts(definition: Definition) -> Iterator[Text]:
    """Give every title of a procedure."""
    yield definition.title
    for field in definition.fields.values():
        yield field.title
        yield from (column.title for column in field.columns)
    for state in definition.states.values():
        yield state.title
        yield from (action.title for action in state.actions.values())


@pytest.mark.parametrize("definition", BESIDE)
def test_negative_decisions_give_an_opinion(definition: Definition) -> None:
    """Whatever refuses or sends back is in writing (Regulations on Government Investment §11)."""
    silent = [
        f"{state.name}.{action.name}"
        for state in definition.states.values()
        for action in state.actions.values()
        if action.kind in (ActionKind.NEGATIVE, ActionKind.RETURN)
        and not isinstance(action.who, System)
        and action.comment is not Comment.REQUIRED
    ]
    assert not silent


@pytest.mark.parametrize("definition", BESIDE)
def test_every_mark_has_its_words(definition: Definition) -> None:
    """What a ladder marks can be shown in both languages."""
    marks = {rung.mark for state in definition.states.values() for rung in state.escalate if rung.mark}
    assert marks <= sentences().keys()


def test_no_rule_lies_unused() -> None:
    """The book holds what the procedures use and nothing else, guards and postings alike."""
    actions = [
        action
        for process in (*shelf().values(),)
        for state in process.definition.states.values()
        for action in state.actions.values()
    ]
    used = {guard.name for action in actions for guard in action.require if isinstance(guard, NamedGuard)}
    openings = [process.definition.opening for process in shelf().values()]
    used |= {guard.name for opening in openings for guard in opening.require if isinstance(guard, NamedGuard)}
    assert {entry.name for entry in BOOK} <= used
    given = [
        value
        for sets in (*(one.sets for one in openings), *(action.sets for action in actions))
        for value in sets.values()
    ]
    assert {one.name for one in BOOK.reckonings} == {value.rule for value in given if isinstance(value, ByRule)}
    assert procedure().key == "township-project"
