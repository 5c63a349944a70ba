"""Guards of quality inspections: inspectors from outside, issues with a day, and what was done about each."""

from collections.abc import Mapping

from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day_in,
    entry,
    entry_with,
    lines_where,
    names,
    rows,
    text_in,
    today,
)


def inspectors_independent(it: Situation) -> Reasons:
    """No inspector belongs to the builder, the supervisor or the project's own office.

    Source: inspectors apart from builder, supervisor and manager [D].
    """
    involved = [name for name in names(it, "inspectors") if _is_involved(it, name)]
    if involved:
        yield Refusal("inspectors.involved", "inspectors", {"who": ", ".join(involved)})


def _is_involved(it: Situation, user: str) -> bool:
    home = it.facts.unit(it.facts.unit_of(user) or "")
    return home is None or home.kind == "external" or home.id == it.case.unit


def no_issue(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Nothing was found: no issue is listed and no check failed.

    Source: quality inspection [D].
    """
    table, checks = str(arguments["table"]), str(arguments["checks"])
    found = len(rows(it, table))
    if found:
        yield Refusal("issues.some", table, {"count": found})
    yield from complain(
        "checklist.failed", checks, lines_where(rows(it, checks), lambda row: text_in(row, "result") == "failed")
    )


def issues_have_due(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """At least one issue is listed, and each is to be mended by a day that is not past.

    Source: rectification with owner and day [D].
    """
    table = str(arguments["table"])
    if not rows(it, table):
        yield Refusal("issues.none", table)

    def is_past_due(row: Row) -> bool:
        due_on = day_in(row, "due_on")
        return due_on is None or due_on < today(it)

    yield from complain("issues.past_due", table, lines_where(rows(it, table), is_past_due))


def issues_mended(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Every issue says its cause and what was done.

    Source: rectification issue by issue [D].
    """
    table = str(arguments["table"])
    open_lines = lines_where(rows(it, table), lambda row: not (text_in(row, "cause") and text_in(row, "fix")))
    yield from complain("issues.not_mended", table, open_lines)


ENTRIES = (
    entry(inspectors_independent),
    entry_with(no_issue, table="field", checks="field"),
    entry_with(issues_have_due, table="field"),
    entry_with(issues_mended, table="field"),
)
