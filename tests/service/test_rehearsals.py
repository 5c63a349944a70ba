"""Rehearsals: a draft is tried as anybody, nothing leaves it, and one that is kept runs at every publishing."""

from typing import Any

import pytest

from adapters.memory.rehearsing import trying
from adapters.sql.tables import METADATA
from engine.builtin_guards import BUILTIN
from engine.checking import check
from service.http.rehearsals import with_test
from tests.service.conftest import Desk, Visitor
from tests.service.test_definitions import SOURCE, publish, send

PATH = "/definitions/well/versions/{}/rehearsals"
FORM = {"name": "Well", "cost": 10_000}
START: dict[str, Any] = {"do": "start", "form": FORM}
WAY: list[dict[str, Any]] = [
    START,
    {"do": "submit"},
    {"as": "cty_review", "do": "pass", "form": {"panel": ["expert-1", "expert-2"]}},
]
VOTES: list[dict[str, Any]] = [{"as": f"expert-{number}", "do": "agree", "form": {"points": 80}} for number in (1, 2)]


def play(visitor: Visitor, version: int, *steps: dict[str, Any]) -> dict[str, Any]:
    """Play steps from the beginning."""
    answer = visitor.post(PATH.format(version), {"steps": list(steps)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows(desk: Desk) -> dict[str, list[Any]]:
    """Give everything the database holds."""
    with desk.assembly.database.read() as connection:
        return {
            name: connection.rows_once(table.select()) for name, table in METADATA.tables.items() if name != "session"
        }


def test_a_draft_is_tried_from_end_to_end(desk: Desk) -> None:
    """As the applicant, a reviewer and two experts, with real forms; each scene says what would have been sent."""
    wilma = desk.sign_in("wilma")
    send(wilma, SOURCE + "# draft\n")
    begun = play(wilma, 2, START)
    assert {one["action"]["id"]: one["as"] for one in begun["open"]} == {"submit": "initiator", "drop": "initiator"}
    played = play(wilma, 2, *WAY, *VOTES, {"state": "dug"})
    assert played["passed"], played
    assert [scene["state"]["name"] for scene in played["scenes"]][2:] == ["panel", "panel", "dug", "dug"]
    assert played["scenes"][1]["would_send"][0]["to"] == ["g:cty_review@county"]
    refused = play(wilma, 2, START, {"as": "expert", "do": "submit"})
    assert not refused["passed"]
    assert refused["scenes"][1]["refused"][0]["code"] == "permission.not_yours"


def test_nothing_leaves_a_rehearsal(desk: Desk) -> None:
    """No row of any table is written: no mail waits, no task is open, no posting, no file, no item."""
    wilma = desk.sign_in("wilma")
    send(wilma, SOURCE + "# draft\n")
    before = rows(desk)
    assert play(wilma, 2, *WAY, *VOTES, {"wait": "20 working days"})["passed"]
    assert rows(desk) == before


def test_time_passes_and_deadlines_run_out(desk: Desk) -> None:
    """After six working days the reviewer was reminded twice."""
    wilma = desk.sign_in("wilma")
    late = play(wilma, 1, START, {"do": "submit"}, {"wait": "6 working days", "state": "review"})
    assert [notice["kind"] for notice in late["scenes"][2]["would_send"]] == ["deadline.reminder"] * 2
    assert wilma.post(PATH.format(1), {"steps": [{"wait": "soon"}]}).json()["reasons"][0]["code"] == "rehearsal.wait"


def test_a_rehearsal_that_is_kept_runs_at_every_publishing(desk: Desk) -> None:
    """It stands in the draft's text; a later version that breaks it is not published, and the step is named."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    send(wilma, SOURCE + "# draft\n")
    steps = [*WAY, {**VOTES[0]}, {**VOTES[1], "state": "dug"}]
    kept = wilma.post("/definitions/well/versions/2/tests", {"name": "all_agree", "steps": steps})
    assert (kept.status_code, kept.json()["problems"]) == (201, []), kept.text
    assert "all_agree:" in kept.json()["source"]
    assert publish(walt, kept.json()["edition"]).status_code == 200
    broken = send(wilma, kept.json()["source"].replace('money("500000.00")', 'money("1.00")')).json()
    flaws = {flaw["code"]: flaw for flaw in broken["problems"]}
    assert flaws["test_refused"]["path"] == "tests.all_agree[2]"
    assert publish(walt, broken["edition"]).status_code == 422
    assert wilma.post("/definitions/well/versions/2/tests", {"name": "late", "steps": steps}).status_code == 409


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("{as: initiator, do: fly}", "unknown_name"),
        ("{as: initiator}", "trial_step"),
        ("{do: start, form: {nothing: 1}}", "unknown_name"),
        ("{wait: soon}", "malformed"),
        ("{do: submit, refused: [Nonsense]}", "bad_name"),
        ("{as: 'a b', do: submit}", "bad_name"),
        ("{do: submit, sate: draft}", "unknown_key"),
    ],
)
def test_a_test_that_can_not_be_read_is_told(step: str, code: str) -> None:
    """With its path."""
    verdict = check(f"{SOURCE}tests:\n  one:\n    - {step}\n", file="t.yaml", book=BUILTIN)
    assert code in {problem.code for problem in verdict.problems}
    assert all(problem.path.startswith("tests.one[0]") for problem in verdict.problems)


@pytest.mark.parametrize(
    ("steps", "code", "path"),
    [
        ("- {do: start, form: {name: x, cost: 5}, state: review}", "test_state", "tests.one[0]"),
        ("- {do: start}\n    - {do: submit}", "test_refused", "tests.one[1]"),
        ("- {do: start, refused: [field.required]}", "test_not_refused", "tests.one[0]"),
    ],
)
def test_what_does_not_come_out_is_told_with_its_step(steps: str, code: str, path: str) -> None:
    """Another state, a refusal nobody expected, and one that did not come; with the line of the test."""
    verdict = check(f"{SOURCE}tests:\n  one:\n    {steps}\n", file="t.yaml", book=BUILTIN, trying=trying(BUILTIN))
    assert [(problem.code, problem.path) for problem in verdict.problems] == [(code, path)]
    assert verdict.problems[0].line > 40


def test_tests_are_added_before_the_others() -> None:
    """With values as a client would send them, quoted where YAML would guess."""
    once = with_test("workflow: x\n", "one", [{"do": "start", "form": {"cost": 5, "note": "5"}}])
    twice = with_test(once, "two", [{"wait": "3 days"}])
    assert once.endswith("tests:\n  one:\n    - {do: start, form: {cost: 5, note: '5'}}\n")
    assert twice.index("two:") < twice.index("one:")
