"""Guards of budget adjustments: what class the figures make, who may decide it, what may never be moved."""

from collections.abc import Mapping

from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.funds.papers import ADJUSTMENT, BUDGET, Papers, budget, sources
from workflows.funds.policy import exceeds
from workflows.guards.budget import papers_of
from workflows.guards.policies import reviews_entered
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    entry,
    entry_with,
    filled,
    lines_where,
    rows,
    sum_of,
    text_in,
    word,
    yuan,
)
from workflows.screening.studies import approved_study

ACROSS_YEARS = "years"


def adjustment_class(it: Situation) -> str:
    """Give the class: A moves up to 10 % between lines, B more or a total up to 10 % higher, C to 15 %, D beyond.

    A change of scope is D whatever the figures; a lower total and money carried into the next year are B. Small steps
    count together: all that was applied since the budget's approval, or since the lead group last decided.
    """
    papers = papers_of(it)
    policy, project = papers.policy(), papers.one(papers.project)
    found = budget(papers, project) if project else None
    less, more = sum_of(rows(it, "from_lines"), "amount"), sum_of(rows(it, "to_lines"), "amount")
    moved, raised = _since_decided(papers, it.case.id)
    total = (found.total if found else 0) - raised
    higher = more - less + max(raised, 0) if more > less else more - less
    if it.data.get("scope_change") is True or exceeds(higher, policy.number("adjustment.class_c_percent"), total):
        return "D"
    if exceeds(higher, policy.number("adjustment.class_b_percent"), total):
        return "C"
    if word(it, "kind") == ACROSS_YEARS or more != less:
        return "B"
    return "B" if exceeds(less + moved, policy.number("adjustment.class_a_percent"), total) else "A"


def _since_decided(papers: Papers, but: str) -> tuple[int, int]:
    """Give what units moved by themselves between lines (A), and by how much the total rose, since the last decision.

    What the finance bureau decided (B) begins the count of moves anew, what the lead group decided (C, D) both counts.
    """
    moved = raised = 0
    for paper in papers.of(ADJUSTMENT):
        if paper.state != "applied" or paper.case.id == but:
            continue
        less, more = (sum_of(paper.lines(table), "amount") for table in ("from_lines", "to_lines"))
        if "lead_review" in paper.case.visits:
            moved = raised = 0
        elif "class_a" in paper.case.visits:
            moved += less
        else:
            moved, raised = 0, raised + more - less
    return moved, raised


def class_is(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The class computed from the figures is one of those named.

    Source: adjustment up to 15 % by the unit, beyond by the original approver [K]; classes [D].
    """
    found = adjustment_class(it)
    if found not in str(arguments["classes"]):
        yield Refusal("adjustment.class", it.case.state, {"class": found})


def adjustment_sums(it: Situation) -> Reasons:
    """The tables fit the kind of adjustment: equal sums, an increase, a decrease, or a year to carry.

    Source: the approved budget changes only by its own procedure, Budget Law §13 [V].
    """
    kind = word(it, "kind")
    less, more = sum_of(rows(it, "from_lines"), "amount"), sum_of(rows(it, "to_lines"), "amount")
    fits = {
        ACROSS_YEARS: filled(it, "carry_year") and not less and not more,
        "increase": more > less,
        "decrease": less > more,
    }
    if not fits.get(kind, less == more and less > 0):
        yield Refusal("adjustment.sums", "to_lines", {"less": yuan(less), "more": yuan(more)})


def adjustment_eligible(it: Situation) -> Reasons:
    """Money goes only to lines its source may pay for, from sources in effect, and no more than each is bound to give.

    Source: restricted money stays with its use (INV-12) [D]; Budget Law §13 [V].
    """
    known = {source.code: source for source in sources(papers_of(it))}

    def is_unknown(row: Row) -> bool:
        return text_in(row, "source") not in known

    def is_barred(row: Row) -> bool:
        source = known.get(text_in(row, "source"))
        return source is not None and bool(source.eligible) and text_in(row, "category") not in source.eligible

    yield from complain("adjustment.source", "to_lines", lines_where(rows(it, "to_lines"), is_unknown))
    yield from complain("adjustment.not_eligible", "to_lines", lines_where(rows(it, "to_lines"), is_barred))
    for source in known.values():
        planned = _planned(it, source.code)
        if planned > source.amount and word(it, "kind") != ACROSS_YEARS:
            figures = {"planned": yuan(planned), "amount": yuan(source.amount)}
            yield Refusal("adjustment.above_source", source.code, figures)


def _planned(it: Situation, source: str) -> int:
    """Give what the budget would have of a source after the adjustment, in fen."""
    papers = papers_of(it)
    project = papers.one(papers.project)
    found = budget(papers, project) if project else None
    now = sum(share.amount for share in found.shares if share.source == source) if found else 0
    less, more = (
        sum_of((row for row in rows(it, table) if text_in(row, "source") == source), "amount")
        for table in ("from_lines", "to_lines")
    )
    return now + more - less if more else 0


def study_if_class_d(it: Situation) -> Reasons:
    """A class D adjustment comes with a study that was approved after the budget; a typed one counts for old projects.

    Source: Regulations on Government Investment §12, §23 [V]. The policy `reviews_entered_until` says how long.
    """
    if adjustment_class(it) != "D":
        return
    study, budgets = approved_study(it.facts, word(it, "project")), papers_of(it).of(BUDGET)
    since = max((one.case.entered_at for one in budgets if one.state == "approved"), default=it.case.opened_at)
    if study is not None and study.entered_at > since:
        return
    if not (reviews_entered(it) and filled(it, "new_study")):
        yield Refusal("study.not_renewed", "new_study")


ENTRIES = (
    entry_with(class_is, classes="text"),
    *map(entry, (adjustment_sums, adjustment_eligible, study_if_class_d)),
)
