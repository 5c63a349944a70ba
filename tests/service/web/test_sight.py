"""What a township sees of the others in pages, lists, figures, searches, suggestions and reports: nothing.

The addresses are all those of the policy that name nothing, and every report: a new list is asked by itself.
"""

import re

import httpx

from adapters.identity.sessions import SessionKind
from adapters.sql.reads.cases import Filter, Scope, list_cases
from service.reporting import catalogue
from tests.service.matrix import ROUTES
from tests.service.web.county import EVERYWHERE, Service

LEADER, OWN, OTHER = "t01-leader", "QH/T01/", "T02"
ELSEWHERE = re.compile(r"\b[A-Z]{2,3}\d?-20\d\d-T(?!01)\d\d-\d{4}\b")
STREAM = "/api/v1/me/events"
NARROWED = {"q": OTHER, "words": OTHER, "unit": OTHER, "township": OTHER}
"""A question for another township, in the words of every list."""

PLAIN = [route.removeprefix("GET ") for route in ROUTES if route.startswith("GET ") and "{" not in route]
REPORTS = [f"/api/v1/reports/{code}" for code in catalogue().reports]


def titles_of_others(county: Service) -> set[str]:
    """Give the titles that stand in other townships' items alone."""
    with county.assembly.database.read() as connection:
        every = {line.title for line in list_cases(connection, EVERYWHERE, Filter(), None, 1_000).lines}
        own = list_cases(connection, Scope(frozenset(), (OWN,)), Filter(), None, 1_000).lines
    return {title for title in every - {line.title for line in own} if len(title) > len("QH-2026")}


def test_a_township_sees_nothing_of_another(county: Service) -> None:
    """Neither a title nor a number, asked plainly and asked for the other township."""
    signing_in, now = county.assembly.signing_in, county.assembly.clock.now()
    token = signing_in.sessions.open(LEADER, SessionKind.BEARER, now).token
    titles, told, answered = titles_of_others(county), [], 0
    with httpx.Client(base_url=county.url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        for path in [one for one in PLAIN if one != STREAM] + REPORTS:
            for asked in ({}, NARROWED):
                answer = client.get(path, params=asked)
                answered += answer.is_success
                found = ELSEWHERE.findall(answer.text) + [title for title in titles if title in answer.text]
                told += [f"{path} {asked}: {found[:3]}"] if found else []
    assert told == []
    assert len(titles) > 20
    assert answered > len(PLAIN)
