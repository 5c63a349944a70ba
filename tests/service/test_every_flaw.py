"""Every known bad definition, sent over HTTP: the same problems at the same places as `check` tells, in zh and en."""

import re
from collections.abc import Callable, Iterator

import pytest

from adapters.shipped import role_codes
from engine.checking import check
from service.rules import GUARDS
from tests.engine.loading.sample import changed
from tests.engine.loading.test_hostile import HOSTILE
from tests.engine.loading.test_problems import MISTAKES
from tests.engine.test_soundness import FLAWS, small
from tests.service.conftest import Desk, Visitor
from tests.service.test_definitions import send

OWN = ("lend", "seven", "picky", "never")
"""Rules that only the guard book of the samples has: a mistake in using one is another mistake to the service."""
KEPT_OUT_BY_HTTP = {"ten MiB of text", "a surrogate"}
"""Too large a body is refused before it is read; half a character can not be sent."""
KEYS = ("small", "township-project")
"""What the examples call themselves."""
CHINESE = re.compile("[一-鿿]")
Examples = Iterator[tuple[str, str]]


def mistakes() -> Examples:
    """Mistakes of form, one at a time: the code of each, and the text."""
    for one in MISTAKES:
        if not any(name in one["new"] for name in OWN):
            yield one["code"], changed(one["old"], one["new"])


def flaws() -> Examples:
    """What is unsound, staffed by a role that the service knows."""
    for one in FLAWS:
        yield one["code"], re.sub(r"role: \w+", "role: cty_review", small(*one["states"]))


def hostile() -> Examples:
    """Texts written to hurt."""
    for name, (make, code) in HOSTILE.items():
        if name not in KEPT_OUT_BY_HTTP:
            yield code, make()


def told(visitor: Visitor, source: str, language: str) -> tuple[list[tuple[str, str]], int]:
    """Send a text; gives place and sentence of each problem, and the status."""
    answer = send(visitor, source, **{"Accept-Language": language})
    found = answer.json()
    return [(one["where"], one["message"]) for one in found.get("problems", found.get("reasons"))], answer.status_code


def versions(visitor: Visitor, key: str) -> list[dict[str, str]]:
    """Give what is kept of a workflow."""
    found: list[dict[str, str]] = visitor.get(f"/definitions/{key}/versions").json().get("versions", [])
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("examples", [mistakes, flaws, hostile])
def test_a_bad_definition_is_told_of_over_http_as_on_the_command_line(
    desk: Desk, examples: Callable[[], Examples]
) -> None:
    """Nothing of it can be opened, and a text that names no workflow is not even a draft."""
    wilma = desk.sign_in("wilma")
    before = wilma.get("/definitions").json()
    for code, source in examples():
        problems = check(source, file="draft", book=GUARDS, roles=role_codes()).problems
        assert code in {problem.code for problem in problems}, source
        english, status = told(wilma, source, "en")
        assert english == [(problem.where, problem.message) for problem in problems]
        chinese, _ = told(wilma, source, "zh")
        assert [where for where, _ in chinese] == [where for where, _ in english]
        assert all(CHINESE.search(sentence) for _, sentence in chinese)
        assert {sentence for _, sentence in chinese}.isdisjoint(sentence for _, sentence in english)
        assert status in {201, 422}
    assert {one["status"] for key in KEYS for one in versions(wilma, key)} <= {"draft"}
    assert wilma.get("/definitions").json() == before
