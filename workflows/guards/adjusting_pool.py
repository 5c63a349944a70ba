"""Guards of an adjustment of the pool: somebody is listed, units have answered, every proposal has its reason."""

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.guards.reading import Reasons, arrived_at, complain, entry, lines_where, rows, text_in, today
from workflows.screening.pool import ADJUSTMENT, has_answered

REASON_LENGTH_MIN = 4
RUNNING = frozenset({"opened", "confirming", "proposing", "deciding", "notice"})
OUT = frozenset({"freeze", "remove"})


def none_running(it: Situation) -> Reasons:
    """No other adjustment is under way, of this year or the last.

    Source: one adjustment at a time [D].
    """
    year = today(it).year
    every = (one for each in (year - 1, year) for one in it.facts.peers(ADJUSTMENT, "year", each))
    running = (one for one in every if one.state in RUNNING and not one.is_terminated)
    other = next((one for one in running if one.id != it.case.id), None)
    if other is not None:
        yield Refusal("adjustment.running", other.code)


def list_nonempty(it: Situation) -> Reasons:
    """At least one project of the pool is listed.

    Source: dynamic adjustment of the pool [D].
    """
    if not rows(it, "items"):
        yield Refusal("adjustment.empty", "items")


def all_answered_or_due(it: Situation) -> Reasons:
    """Every unit has confirmed its project, or the time to answer is over.

    Source: no answer is a proposal to freeze, never a consent [D].
    """
    clock = it.case.clock
    if clock is not None and it.now >= clock.due_at:
        return
    silent = [text_in(row, "project") for row in rows(it, "items") if not has_answered(it, row)]
    if silent:
        yield Refusal("adjustment.unanswered", "items", {"count": len(silent), "codes": ", ".join(silent[:5])})


def each_has_reason(it: Situation) -> Reasons:
    """Every project has a proposal; all but keeping say why, freezing says until when, changed figures are looked at.

    Source: per project a proposal with its reason [D].
    """
    table = rows(it, "items")
    yield from complain("adjustment.no_proposal", "items", lines_where(table, lambda row: not text_in(row, "proposal")))
    bare = lines_where(
        table,
        lambda row: (
            text_in(row, "proposal") not in ("", "keep") and len(text_in(row, "reason").strip()) < REASON_LENGTH_MIN
        ),
    )
    yield from complain("adjustment.no_reason", "items", bare)
    open_ended = lines_where(table, lambda row: text_in(row, "proposal") == "freeze" and not text_in(row, "condition"))
    yield from complain("adjustment.no_condition", "items", open_ended)
    kept = lines_where(
        table,
        lambda row: row.get("repanel") is True and text_in(row, "proposal") not in OUT and not text_in(row, "reason"),
    )
    yield from complain("adjustment.repanel", "items", kept)


def listed_objection_upheld(it: Situation) -> Reasons:
    """An objection to a listed project was upheld since the notice began.

    Source: objections to removals and downgrades [D].
    """
    upheld = (
        one
        for row in rows(it, "items")
        for one in it.facts.peers("objection", "project", text_in(row, "project"))
        if one.state == "upheld" and one.entered_at >= arrived_at(it)
    )
    if next(upheld, None) is None:
        yield Refusal("objection.none_upheld", "items")


ENTRIES = tuple(
    map(
        entry,
        (
            none_running,
            list_nonempty,
            all_answered_or_due,
            each_has_reason,
            listed_objection_upheld,
        ),
    )
)
