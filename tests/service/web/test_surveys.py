"""A survey by link, from the printed codes to the evaluation that counts the answers."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from adapters.documents.text import read_words
from adapters.sql.access import Access
from adapters.sql.office_log import By
from adapters.sql.surveys import Answer, answer, give_out, hash_of, leave_of, new_token
from engine.commands import SYSTEM, Act, Start
from service.jobs.beginning import projects_in
from service.web.routes import surveys
from tests.browser import NARROW, visiting
from tests.service.web.county import Service, serving
from workflows.guards.performance import EVALUATION

PARTS = (("execution", 10), ("output", 50), ("benefit", 30), ("satisfaction", 10))
TREE: list[dict[str, Any]] = [
    {"part": part, "name": part, "direction": "higher", "weight": weight, "target": "10"} for part, weight in PARTS
]
PLAN: dict[str, Any] = {"kind": "final", "population": 30, "data_sources": "d", "survey_plan": "s", "indicators": TREE}


@pytest.fixture(scope="module")
def asking(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str, str]]:
    """A county with an evaluation whose survey is under way; with the person who carries it out."""
    folder = tmp_path_factory.mktemp("asking") / "county"
    shutil.copytree(furnished_county, folder)
    with serving(folder) as service:
        code = next(iter(projects_in(service.assembly, {"evaluating"})))
        with service.assembly.database.read() as connection:
            project = service.assembly.organisation.facts(connection).case(code)
        assert project is not None
        data = {"project": code, **PLAN}
        start = Start(case_id="eva", actor=SYSTEM, definition=EVALUATION, code="PJ-1", unit=project.unit, data=data)
        service.assembly.runtime.execute(start)
        eve = service.assembly.organisation.now().actor("fin-perf", service.assembly.clock.now())
        service.assembly.runtime.execute(Act(case_id="eva", actor=eve, action="start"))
        yield service, "PJ-1", f"{project.unit.partition('-')[0].lower()}-it"


@pytest.fixture(autouse=True)
def _patient(asking: tuple[Service, str, str]) -> None:
    """Each test begins with tries of its own."""
    service, _, _ = asking
    forgotten = service.assembly.clock.now() + timedelta(days=1)
    Access(service.assembly.database).sweep_attempts(forgotten, forgotten)


def visitor(service: Service, person: str = "") -> httpx.Client:
    """Somebody's browser; nobody's without a name."""
    cookies = dict([service.cookie_of(person)]) if person else {}
    return httpx.Client(base_url=service.url, cookies=cookies)


def token_for(service: Service, audience: str = "residents") -> str:
    """Give out one more token."""
    token = new_token()
    give_out(service.assembly.database, By("system", service.assembly.clock.now()), "eva", audience, [token])
    return token


def answered(service: Service, token: str, level: str, seconds: int = 60) -> int:
    """Answer after so many seconds; gives the status."""
    opened = service.assembly.clock.now() - timedelta(seconds=seconds)
    form = {"level": level, "opened": opened.isoformat()}
    return visitor(service).post(f"/survey/{token}", data=form).status_code


def words_of(content: bytes, folder: Path) -> str:
    """Read the words of a PDF as search does."""
    path = folder / "sheet.pdf"
    path.write_bytes(content)
    with path.open("rb") as file:
        return read_words(file, "pdf")


def test_codes_are_printed_by_who_carries_the_survey_out(asking: tuple[Service, str, str], tmp_path: Path) -> None:
    """A PDF whose addresses lead to the question; the database knows them by their hashes only."""
    service, code, who = asking
    desk = visitor(service, who)
    page = desk.get(f"/items/{code}/survey").text
    (csrf,) = set(re.findall(r'name="_csrf" value="([^"]+)"', page))
    wrong = desk.post(f"/items/{code}/survey", data={"_csrf": csrf, "audience": "residents", "count": "401"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    made = desk.post(f"/items/{code}/survey", data={"_csrf": csrf, "audience": "residents", "count": "3"})
    assert (made.status_code, made.headers["content-type"]) == (200, "application/pdf")
    tokens = re.findall(r"/survey/([\w-]{22})", re.sub(r"\s", "", words_of(made.content, tmp_path)))
    assert len(set(tokens)) == 3
    with service.assembly.database.read() as connection:
        assert all(leave_of(connection, token) is not None for token in tokens)
    assert not any(token.encode() in made.headers["content-disposition"].encode() for token in tokens)
    other = visitor(service, "cty-review-1")
    shown = other.get(f"/items/{code}/survey")
    assert shown.status_code == 200
    assert 'name="count"' not in shown.text
    (csrf,) = set(re.findall(r'name="_csrf" value="([^"]+)"', other.get("/settings").text))
    refused = other.post(f"/items/{code}/survey", data={"_csrf": csrf, "audience": "residents", "count": "3"})
    assert refused.status_code in (403, 422)


def test_anybody_with_a_code_answers_once(asking: tuple[Service, str, str]) -> None:
    """Without an account, in both languages; used, unknown and malformed codes say so; an empty form asks again."""
    service, _, _ = asking
    token = token_for(service)
    nobody = visitor(service)
    assert "您对这个项目的服务满意吗" in nobody.get(f"/survey/{token}", headers={"Accept-Language": "zh"}).text
    assert "How satisfied" in nobody.get(f"/survey/{token}", headers={"Accept-Language": "en"}).text
    assert nobody.post(f"/survey/{token}", data={"opened": ""}).status_code == 422
    assert answered(service, token, "good") == 200
    assert answered(service, token, "good") == 410
    assert nobody.get(f"/survey/{token}").status_code == 410
    assert nobody.get(f"/survey/{new_token()}").status_code == 404
    assert nobody.get("/survey/short").status_code == 404
    assert hash_of(token) != token


def test_guessing_is_slowed_down(asking: tuple[Service, str, str]) -> None:
    """So many tries a minute and address, counted in the database for every process; then when to come again."""
    service, _, _ = asking
    nobody = visitor(service)
    found = [nobody.get(f"/survey/{new_token()}") for _ in range(surveys.ANSWERS_PER_MINUTE_MAX + 1)]
    assert [one.status_code for one in found[:-1]] == [404] * surveys.ANSWERS_PER_MINUTE_MAX
    assert found[-1].status_code == 429
    assert int(found[-1].headers["retry-after"]) > 0


@pytest.mark.browser
def test_the_pages_hold(asking: tuple[Service, str, str], chromium: Browser) -> None:
    """The question on a telephone, and the survey's own page."""
    service, code, who = asking
    for person, path in (("", f"/survey/{token_for(service)}"), (who, f"/items/{code}/survey")):
        cookies = (service.cookie_of(person),) if person else ()
        with visiting(chromium, service.url + path, width=NARROW, cookies=cookies) as visit:
            visit.check()


def test_answers_feed_the_evaluation(asking: tuple[Service, str, str]) -> None:
    """Counted by the system once there are enough; too fast and staff do not count; afterwards no code answers."""
    service, code, who = asking
    actor = service.assembly.organisation.now().actor(who, service.assembly.clock.now())
    left = token_for(service)
    assert answered(service, token_for(service), "bad", seconds=2) == 200
    assert answered(service, token_for(service, "staff"), "bad") == 200
    for place in range(30):
        said = Answer("excellent" if place % 2 else "good", date(2026, 11, 23))
        assert answer(service.assembly.database, token_for(service), said)
    service.assembly.runtime.execute(Act(case_id="eva", actor=actor, action="done"))
    with service.assembly.database.read() as connection:
        case = service.assembly.organisation.facts(connection).case(code)
    assert case is not None
    assert case.data["survey"] == [
        {"asked": "residents", "channel": "code", "excellent": 15, "good": 16},
        {"asked": "staff", "channel": "code", "bad": 1},
    ]
    assert answered(service, left, "bad") == 410
