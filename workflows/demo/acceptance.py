"""What the demo's townships hand in with an acceptance: the eight volumes, the trace, the tests."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from workflows.acceptance_package import ITEMS, When
from workflows.demo.places import Project
from workflows.demo.scenes import Paper

TESTS = ("software", "performance", "protection", "crypto", "sharing", "cost_audit")
LARGE = frozenset({"T3", "T4"})
PRELIMINARY_TESTS = 2
Words = Mapping[str, Any]
"""The phrases `acceptance`."""


def package(project: Project, on: date, words: Words, kind: str) -> dict[str, Any]:
    """File every item that is due in the paper of its volume."""
    due = [one for one in ITEMS if one.when is not When.HERE and one.is_due(kind, project.tier)]
    papers = {one.volume: _paper(project, words["volumes"][one.volume - 1], on) for one in due}
    filed = [{"item": one.name, "file": papers[one.volume].name} for one in due]
    return {"filed": filed, "papers": list(papers.values())}


def trace(project: Project, _on: date, _words: Words) -> dict[str, Any]:
    """Find every approved function delivered."""
    return {"trace": [{"function": name, "result": "delivered"} for name, _ in project.data["functions"]]}


def tests(project: Project, on: date, words: Words, count: int) -> dict[str, Any]:
    """Hand in so many of the tests, each passed and with its report; the last two are for large projects only."""
    due = [one for one in TESTS[:count] if one not in ("crypto", "cost_audit") or project.tier in LARGE]
    reports = {one: _paper(project, words["reports"][one], on) for one in due}
    rows = [
        {"test": one, "result": "passed", "tested_on": on.isoformat(), "report": paper.name}
        for one, paper in reports.items()
    ]
    return {"tests": rows, "test_reports": list(reports.values())}


def _paper(project: Project, title: str, on: date) -> Paper:
    return Paper(f"{title}-{project.id}.pdf", (title, project.data["name"], on.isoformat()))


Fill = Callable[[Project, date, Words], dict[str, Any]]

FILLS: Mapping[str, Fill] = {
    "preliminary_package": lambda project, on, words: package(project, on, words, "preliminary"),
    "final_package": lambda project, on, words: package(project, on, words, "final"),
    "trace": trace,
    "preliminary_tests": lambda project, on, words: tests(project, on, words, PRELIMINARY_TESTS),
    "final_tests": lambda project, on, words: tests(project, on, words, len(TESTS)),
}
"""Parts of a form that `beside.yaml` asks for with `fill`."""
