"""Guards of the application: what must hold before a township's request leaves the office."""

from collections.abc import Iterator
from datetime import timedelta

from engine.case import Case
from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.papers import PROJECT
from workflows.guards.policies import bars, least
from workflows.guards.reading import (
    Reasons,
    actor_holds,
    complain,
    day_in,
    entry,
    filled,
    lines_where,
    local_day,
    names,
    number,
    rows,
    sum_of,
    text_in,
    today,
    word,
    working_days,
    yuan,
)
from workflows.screening.calls import calls
from workflows.screening.townships import township_of

COMMENT_LENGTH_MIN = 10
"""Least characters of a negative decision's opinion [D]."""

ENDED_BY_FORCE = frozenset({"terminating", "terminated"})
OPEN_FINDING = frozenset({"open", "rectifying", "submitted", "verifying", "extended", "transferred"})
FAILED_FINAL, FAILURES_MAX = "final_acceptance.fail", 3
BARRED_DAYS_USUAL, OPEN_DAYS_USUAL = 365, 60
"""How long a township is barred after a project that failed for good, and how long a severe finding may stand [D]."""

QUOTES_MIN = 3
"""Least quotations where prices were asked [D]."""


def form_complete(it: Situation) -> Reasons:
    """The application's parts agree: sums, figures, targets, priority.

    Required fields are the form's own affair. Source: F-APP [D]; sums across fields [D].
    """
    yield from sum_agrees(it, "estimate", "cost")
    yield from sum_agrees(it, "source_wishes", "wished")
    yield from figures_given(it)
    yield from targets_measurable(it)
    yield from _priority(it)


def sum_agrees(it: Situation, field: str, column: str) -> Reasons:
    """The lines of a table add up to the estimate."""
    found, amount = sum_of(rows(it, field), column), number(it, "amount")
    if found != amount:
        yield Refusal("application.sum", field, {"found": yuan(found), "amount": yuan(amount)})


def figures_given(it: Situation) -> Reasons:
    """The problem is told with figures."""
    if not any(character.isdigit() for character in word(it, "problem")):
        yield Refusal("application.no_figures", "problem")


def targets_measurable(it: Situation) -> Reasons:
    """Each target differs from its baseline and lies ahead."""
    table = rows(it, "targets")
    unchanged = lines_where(table, lambda row: row.get("baseline") == row.get("target"))
    late = lines_where(table, lambda row: (day_in(row, "due_on") or today(it)) <= today(it))
    yield from complain("application.target_unchanged", "targets", unchanged)
    yield from complain("application.target_past", "targets", late)


def _priority(it: Situation) -> Reasons:
    claims = names(it, "priority_claims")
    if "none" in claims and len(claims) > 1:
        yield Refusal("application.priority_contradiction", "priority_claims")
    elif claims and claims != ["none"] and not filled(it, "priority_measure"):
        yield Refusal("application.priority_measure", "priority_measure")


def attach_ok(it: Situation) -> Reasons:
    """A1, A2 and A3 are attached; A3 holds three quotations where prices were asked.

    Size, kind and readability are checked when a file is uploaded. Source: F-APP attachments [D].
    """
    for field in ("need_statement", "target_form"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)
    quoted = any(text_in(row, "basis") == "quotes" for row in rows(it, "estimate"))
    needed = QUOTES_MIN if quoted else 1
    files = it.data.get("cost_basis")
    found = len(files) if isinstance(files, list) else 0
    if found < needed:
        yield Refusal("paper.too_few", "cost_basis", {"needed": needed, "found": found})


def call_open(it: Situation) -> Reasons:
    """The call named is open today and takes these categories and this unit; urgent works need their legal ground.

    Source: CAL window [D]; Regulations on Government Investment art. 13 [V] for urgent works.
    """
    if it.data.get("emergency") is True:
        if not filled(it, "emergency_type", "emergency_basis"):
            yield Refusal("call.no_urgency", "emergency_basis")
        return
    batch = word(it, "batch")
    call = next((one for one in calls(it) if one.code == batch), None)
    if call is None:
        open_now = ", ".join(one.code for one in calls(it) if one.code and one.is_open(today(it))) or "-"
        told = {"batch": batch, "open": open_now} if batch else {"open": open_now}
        yield Refusal("call.unknown" if batch else "call.missing", "batch", told)
        return
    if not call.is_open(today(it)):
        window = {"batch": batch, "opens_on": str(call.opens_on), "closes_on": str(call.closes_on)}
        yield Refusal("call.closed", "batch", window)
    if not set(names(it, "categories")) <= call.categories:
        yield Refusal("call.category", "categories", {"batch": batch})
    unit = it.facts.unit(it.case.unit)
    if unit is not None and not call.takes_unit(unit.path):
        yield Refusal("call.unit", "batch", {"batch": batch})


def unit_not_barred(it: Situation) -> Iterator[Refusal]:
    """Neither the office nor its township is barred from applying, by the county or by what came of its projects.

    A project ended after its third failed final acceptance bars its township for a year, a severe finding for as long
    as it stands open beyond sixty working days (policies `bar_after_failure_days`, `bar_open_finding_working_days`).
    Source: bars for failed acceptances, false papers, open findings [D]; the register is the policy `barred_units`.
    """
    for cause in bars(it):
        yield Refusal("unit.barred", it.case.unit, {"cause": cause})
    home, days = township_of(it.case.unit, it.facts), least(it, "bar_after_failure_days", BARRED_DAYS_USUAL)
    for project in _of_township(it, PROJECT, home, ENDED_BY_FORCE):
        until = local_day(it, project.entered_at) + timedelta(days)
        if project.times.get(FAILED_FINAL, 0) >= FAILURES_MAX and today(it) <= until:
            yield Refusal("unit.failed", it.case.unit, {"code": project.code})
    longest = least(it, "bar_open_finding_working_days", OPEN_DAYS_USUAL)
    for finding in _of_township(it, "finding", home, OPEN_FINDING):
        stood = working_days(it, local_day(it, finding.opened_at), today(it))
        if text_in(finding.data, "seriousness") == "severe" and stood > longest:
            yield Refusal("unit.finding_open", it.case.unit, {"code": finding.code, "days": stood})


def _of_township(it: Situation, definition: str, home: str, states: frozenset[str]) -> Iterator[Case]:
    """Give the cases of a procedure of this township that stand in some states."""
    for one in it.facts.titles(definition):
        if one.state in states and township_of(one.unit, it.facts) == home and one.code != it.case.code:
            case = it.facts.case(one.code)
            if case is not None and not case.is_terminated:
                yield case


def not_self(it: Situation) -> Reasons:
    """The actor neither started the case nor decided its previous step.

    Source: segregation of duties SoD-1 [D]; Accounting Law 2024: approver apart from handler [V].
    """
    previous = it.case.actors.get(it.case.previous_state or "")
    if it.actor.id == it.case.initiator or (previous is not None and previous.user == it.actor.id):
        yield Refusal("actor.self", it.case.state)


def reason(it: Situation) -> Reasons:
    """A negative or exceptional decision states an opinion of ten characters or more and a reason from the list.

    The reason is chosen in this act: one given earlier does not count.
    Source: Regulations on Government Investment art. 11: refusals in writing with reasons [V]; length [D].
    """
    found = len(it.comment.strip())
    if found < COMMENT_LENGTH_MIN:
        yield Refusal("reason.too_short", "comment", {"least": COMMENT_LENGTH_MIN, "found": found})
    if not text_in(it.form, "reason_code"):
        yield Refusal("reason.no_code", "reason_code")


def due_passed(it: Situation) -> Reasons:
    """The deadline of the state has passed on the running clock (pauses respected).

    Source: only the answering side may be deemed to have acted by silence [D].
    """
    clock = it.case.clock
    if clock is None or it.now < clock.due_at:
        yield Refusal("due.not_passed", it.case.state)


def emergency_basis(it: Situation) -> Reasons:
    """Urgent works cite their ground, document and clause, and attach the document.

    Source: Regulations on Government Investment art. 13 [V].
    """
    for field in ("emergency", "emergency_type", "emergency_basis", "emergency_document"):
        if not filled(it, field) or it.data.get(field) is False:
            yield Refusal("paper.missing", field)
    if not actor_holds(it, "cty_head", "county"):
        yield Refusal("actor.not_head", it.case.state)


ENTRIES = tuple(
    map(
        entry,
        (form_complete, attach_ok, call_open, unit_not_barred, not_self, reason, due_passed, emergency_basis),
    )
)
