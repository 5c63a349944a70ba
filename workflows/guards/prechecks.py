"""What the system itself knows of the lines of a checklist: a line ticked as passed against the facts is refused.

A line that only eyes can judge (are the papers true, is the need the office's duty) is not here. Each check is a rule
that another step asks for as well, asked again of the case as it stands now, or a search of the county's projects.

Source: pre-checks by the system before people check: unified-build list, negative list, reuse of what stands [D];
tools that hold applications against such lists [V].
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.papers import PROJECT
from workflows.guards.application import attach_ok, figures_given, sum_agrees, targets_measurable, unit_not_barred
from workflows.guards.approval import tier_of
from workflows.guards.budget import costs_grounded, papers_of, sum_checks
from workflows.guards.reading import Reasons, Row, filled, number, number_in, rows, text_in, word, yuan
from workflows.guards.studying import fsr_complete, options_ge_2, study_agrees, study_sums
from workflows.screening.gate_zero import Candidate, candidates, cleared, hits
from workflows.screening.studies import approved_study

Check = Callable[[Situation], Reasons]

REBUILD = "rebuild"
"""The item of the negative list that is the unified-build list: a platform that county or province offers."""

FINANCE_PASSED = "twp_fin_check.pass"


def refuted(it: Situation, table: str) -> Iterator[tuple[int, list[Refusal]]]:
    """Give the lines (from 1) that say passed although the system knows better, each with what it knows."""
    passed = {line: text_in(row, "check") for line, row in enumerate(rows(it, table), 1) if _has_passed(row)}
    known, alike = KNOWN.get(table, {}), AMONG_ALIKE.get(table, {})
    near = [one for one in candidates(it) if one.same_township] if alike.keys() & {*passed.values()} else []
    for line, name in passed.items():
        found = [*(known[name](it) if name in known else ()), *(alike[name](it, near) if name in alike else ())]
        if found:
            yield line, found


def _has_passed(row: Row) -> bool:
    return text_in(row, "result") == "passed"


def _sums(field: str, column: str) -> Check:
    return lambda it: sum_agrees(it, field, column)


def _filled(*fields: str) -> Check:
    def check(it: Situation) -> Reasons:
        yield from (Refusal("paper.missing", field) for field in fields if not filled(it, field))

    return check


def _both(*checks: Check) -> Check:
    def check(it: Situation) -> Reasons:
        for one in checks:
            yield from one(it)

    return check


def _unlisted(*items: str) -> Check:
    """Nothing of the negative list is hit: of these items, or at all when none is named."""

    def check(it: Situation) -> Reasons:
        but_for = cleared(it)
        for hit in hits(it):
            if hit.item not in but_for and (not items or hit.item in items):
                yield Refusal("negative.found", hit.field, {"word": hit.word, "source": hit.source})

    return check


def _nothing_to_reuse(_it: Situation, near: Sequence[Candidate]) -> Reasons:
    """No project of the same township is as alike as the county's policy says."""
    if near:
        yield Refusal("checklist.alike", "existing_systems", {"found": _told(near)})


def _not_split(it: Situation, near: Sequence[Candidate]) -> Reasons:
    """With the like projects of its township and year it stays in its own tier (RF-02)."""
    like = [(one, amount) for one in near if (amount := _amount(it, one))]
    whole = number(it, "amount") + sum(amount for _, amount in like)
    if like and tier_of(it, whole) != word(it, "tier"):
        yield Refusal("checklist.split", "amount", {"found": _told(one for one, _ in like), "whole": yuan(whole)})


def _amount(it: Situation, one: Candidate) -> int:
    """Give the fen a like project of the same year asks for; 0 when it is of another year."""
    other = it.facts.case(one.code)
    return number_in(other.data, "amount") if other and other.opened_at.year == it.case.opened_at.year else 0


def _told(found: Iterable[Candidate]) -> str:
    return "; ".join(f"{one.code} {one.name} ({one.percent}%)" for one in found)


def _study_there(it: Situation) -> Reasons:
    """The project's study is approved, or its estimate was typed while that counted."""
    papers = papers_of(it)
    project = papers.one(papers.project)
    typed = project is not None and project.case.definition == PROJECT and number_in(project.data, "study_estimate")
    if approved_study(it.facts, papers.project) is None and not typed:
        yield Refusal("study.none", papers.project)


def _township_passed(it: Situation) -> Reasons:
    """The township's finance office has passed the budget since it was last submitted."""
    passed, asked = it.case.actors.get(FINANCE_PASSED), it.case.actors.get("preparing.submit")
    if passed is None or (asked is not None and passed.at < asked.at):
        yield Refusal("checklist.no_opinion", "material_checklist")


_COSTED = _both(_sums("estimate", "cost"), attach_ok)

KNOWN: Mapping[str, Mapping[str, Check]] = {
    "township_checklist": {
        "papers": attach_ok,
        "unified": _unlisted(REBUILD),
        "negative": _unlisted(),
        "truth": figures_given,
        "measurable": targets_measurable,
        "cost": _COSTED,
        "funding": _sums("source_wishes", "wished"),
        "sharing": _filled("data_exchange", "security_guess"),
        "upkeep": _filled("operations_owner"),
    },
    "preliminary_checklist": {
        "unified": _unlisted(REBUILD),
        "negative": _unlisted(),
        "funding": _sums("source_wishes", "wished"),
        "bar": unit_not_barred,
        "form": _both(_sums("estimate", "cost"), _sums("source_wishes", "wished"), figures_given),
        "papers": attach_ok,
        "need": figures_given,
        "targets": targets_measurable,
        "sharing": _filled("data_exchange"),
        "grade": _filled("security_guess"),
        "cost": _COSTED,
        "upkeep": _filled("operations_owner"),
    },
    "desk_checklist": {
        "sections": fsr_complete,
        "reuse": options_ge_2,
        "cost": study_agrees,
        "money": study_sums,
    },
    "material_checklist": {
        "lines": sum_checks,
        "basis": costs_grounded,
        "study": _study_there,
        "split": sum_checks,
        "township": _township_passed,
    },
}
"""Checks by table and line. The duplicate search has its own guard, which asks more (`dup_check_done`)."""

AMONG_ALIKE: Mapping[str, Mapping[str, Callable[[Situation, Sequence[Candidate]], Reasons]]] = {
    "township_checklist": {"reuse": _nothing_to_reuse, "whole": _not_split},
}
"""Checks against the like projects of the same township, which are searched for once for all of them."""
