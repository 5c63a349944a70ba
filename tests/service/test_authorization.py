"""Who may call what: every route, for everybody, against the policy file as this test reads it.

The routes come from the application, the verdicts from `service/policy.yaml` through the few lines of
`verdicts.py`, which share nothing with the product. The people are those of `matrix.py`, and nobody.
"""

from asyncio import run
from pathlib import Path

import httpx
import pytest
import yaml

from adapters.sql.sight import look
from service.app import build
from service.http.application import routes_of
from service.http.callers import sight_of
from service.http.policy import PolicyError, load_policy
from service.settings import Settings
from tests.service.matrix import POLICY, RELATIONS, ROLES, ROUTES, VERDICTS, Scene, user_of
from tests.service.office import START, Hands
from tests.service.verdicts import FORBIDDEN, HIDDEN, PASSES, SIGN_IN


def judged(answer: httpx.Response) -> str | int:
    """What an answer says about the right to ask: passed, or the status that refused it."""
    to_sign_in = answer.is_redirect and answer.headers["location"].startswith("/login?next=")
    if answer.status_code == SIGN_IN or to_sign_in:
        return SIGN_IN
    return answer.status_code if answer.status_code in {FORBIDDEN, HIDDEN} or answer.is_server_error else PASSES


@pytest.mark.parametrize("route", ROUTES)
def test_everybody_gets_what_the_policy_says(scene: Scene, route: str) -> None:
    """Nobody, and each role in each relation to the item that a path names: 401, 403, 404, or through to the handler.

    Where a path names nobody's row, only being disabled matters; the long run has the other relations there as well.
    """
    relations = RELATIONS if "row" in VERDICTS.content["routes"][route] else ("own_unit", "disabled")
    judge(scene, route, relations)


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
def test_every_relation_on_every_route(scene: Scene, route: str) -> None:
    """The whole matrix, without leaving out what cannot matter."""
    judge(scene, route, RELATIONS)


OF_OTHERS = {
    *("GET /items/{code}/progress", "GET /items/{code}/package", "GET /items/{code}/channels"),
    *("GET /items/{code}/survey", "POST /items/{code}/survey"),
    *("GET /panels/{code}/summary", "GET /expert/{code}"),
}
"""Pages of items of other procedures: whoever may ask is told that there is none."""


def judge(scene: Scene, route: str, relations: tuple[str, ...]) -> None:
    """Call a route as everybody; what they get is what the policy says."""
    cases = [(None, "other_unit"), *((role, relation) for role in VERDICTS.roles for relation in relations)]
    users = [None if role is None else user_of(role, relation) for role, relation in cases]
    wrong = []
    for (role, relation), answer in zip(cases, run(scene.answers(route, users)), strict=True):
        expected, found = VERDICTS.expected(route, role, relation), judged(answer)
        if route in OF_OTHERS and expected == PASSES:
            expected = HIDDEN
        if "everyone" in VERDICTS.content["routes"][route]["allow"] and found == HIDDEN:
            found = PASSES  # a survey of that token: whoever asks for what is not there is told so
        if found != expected:
            wrong.append(
                f"{role} {relation}: expected {expected}, got {found} ({answer.status_code} {answer.text[:90]})"
            )
    assert not wrong, f"{route}\n" + "\n".join(wrong)


LISTS = ("GET /api/v1/items", "GET /api/v1/audit", "GET /api/v1/stats", "GET /items")
"""Routes whose path names nobody's row: they must leave out what the caller may not see."""

LOG_READERS = {("GET /api/v1/audit", "aud_admin")}
"""Who reads who did what to any item, without seeing the item (三员分立)."""


@pytest.mark.parametrize("route", LISTS)
def test_lists_hold_nothing_that_may_not_be_seen(scene: Scene, route: str) -> None:
    """Whoever would get 404 for the item finds nothing of it in any list; whoever sees it does."""
    cases = [
        (role, relation)
        for role in VERDICTS.roles
        for relation in RELATIONS
        if VERDICTS.expected(route, role, relation) == PASSES
    ]
    answers = run(scene.answers(route, [user_of(*case) for case in cases]))
    told = "QH-2026-0001" if route != "GET /api/v1/stats" else '"count":1'
    wrong = [
        f"{role} {relation}"
        for (role, relation), answer in zip(cases, answers, strict=True)
        if (told in answer.text) != (VERDICTS.sees(role, relation) or (route, role) in LOG_READERS)
    ]
    assert not wrong, f"{route}\n" + "\n".join(wrong)


def test_a_batch_reaches_nothing_that_may_not_be_seen(scene: Scene) -> None:
    """A task that the path does not name is looked up with the caller's eyes all the same."""
    body = {"action": "reject", "comment": "x", "tasks": [{"task": scene.names["task_id"], "revision": 999}]}
    wrong = []
    for role in VERDICTS.content["groups"]["business"]:
        for relation in RELATIONS[:-1]:
            headers = {"Authorization": f"Bearer {scene.token_of(user_of(role, relation))}", "Idempotency-Key": "k"}
            answer = scene.client.post("/api/v1/tasks/batch", json=body, headers=headers).json()
            if (answer["results"][0]["status"] == HIDDEN) == VERDICTS.sees(role, relation):
                wrong.append(f"{role} {relation}: {answer}")
    assert not wrong, "\n".join(wrong)


def test_the_routes_are_those_of_the_application(scene: Scene) -> None:
    """Each is judged above, none that does not exist is."""
    assert {f"{method} {path}" for method, path in routes_of(scene.client.app)} == set(ROUTES)


def test_nothing_was_changed_by_asking(scene: Scene) -> None:
    """The item is as it was: the matrix asks, it does not act. Then its one task is seen to be rita's."""
    directory = scene.assembly.organisation.now()
    rita = sight_of(directory, directory.actor("rita", START), load_policy().oversight)
    with scene.assembly.database.read() as connection:
        seen = look(connection, rita, "item", scene.names["item_id"])
    assert seen is not None
    assert seen.revision == 3 + len(VERDICTS.roles) + 1
    assert seen.open_tasks == {scene.names["task_id"]}


def test_every_role_there_is_has_its_place_in_the_policy() -> None:
    """A role that the organisation knows and the policy does not could do nothing, without anybody noticing."""
    known = set(yaml.safe_load(ROLES.read_text("utf-8")))
    assert known == set(VERDICTS.roles)


def test_the_three_administrators_have_nothing_in_common_with_business() -> None:
    """Separation of powers: no role is in both, and none of the three sees an item or acts on one."""
    groups = VERDICTS.content["groups"]
    administrators = set(groups["administrators"])
    assert administrators.isdisjoint(groups["business"] + groups["auditors"] + VERDICTS.content["sight"]["oversight"])
    for route, rule in VERDICTS.content["routes"].items():
        if "row" in rule:
            allowed = {role for name in rule["allow"] for role in groups.get(name, [name])}
            assert administrators.isdisjoint(allowed), route


READING_WITH_A_TRACE = {"POST /api/v1/items/{item_id}/numbers", "POST /items/{code}/numbers"}
"""Reading that takes a reason: only the log keeps something of it."""


def test_auditors_only_read() -> None:
    """Whoever examines does not take part (SoD-9)."""
    for route, rule in VERDICTS.content["routes"].items():
        if "auditors" in rule["allow"]:
            assert route.startswith("GET ") or route in READING_WITH_A_TRACE, route


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  GET /api/v1/me: {allow: [signed_in]}\n", "", "GET /api/v1/me has no rule"),
        ("routes:\n", "routes:\n  GET /gone: {allow: [everyone]}\n", "GET /gone does not exist"),
        ("allow: [signed_in]}", "allow: [singed_in]}", "singed_in"),
        ("row: task}", "row: tusk}", "a key"),
    ],
)
def test_a_policy_that_does_not_fit_stops_the_start(
    tmp_path: Path, scene: Scene, old: str, new: str, says: str
) -> None:
    """A route without a rule, a rule without a route, a name that nobody knows."""
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(PolicyError, match=says):
        load_policy(file).check(routes_of(scene.client.app))


def test_the_service_does_not_start_with_a_route_that_has_no_rule(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says which, and lets go of the database."""
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY.read_text("utf-8").replace("  GET /api/v1/me: {allow: [signed_in]}\n", ""), "utf-8")
    with monkeypatch.context() as changed:
        changed.setattr("service.app.load_policy", lambda: load_policy(file))
        with pytest.raises(PolicyError, match="GET /api/v1/me has no rule"):
            build(settings, Hands())
    build(settings, Hands()).state["assembly"].close()
