"""Guards of the days on papers: nothing is signed, awarded, accepted or paid before it may be, or in the future."""

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.papers import PROJECT
from workflows.guards.budget import papers_of
from workflows.guards.reading import Reasons, arrived_on, day, entry, is_past, local_day

APPROVAL, RELEASE = "approval_decide.activate", "fin_pay_check.release"


def signing_day_ok(it: Situation) -> Reasons:
    """A contract is signed once it was reviewed and not in the future; it is let and signed after the approval.

    A project that was brought along approved has no day of approval here.
    Source: Tendering Law §9: a project is approved and its money there before it is tendered [K]; Regulations on
    Government Investment §9: no construction before approval [V]; reviewed before it is signed [D].
    """
    signed, reviewed = day(it, "signed_on"), arrived_on(it)
    if signed is None or not is_past(it, signed) or signed < reviewed:
        yield Refusal("contract.signing_day", "signed_on", {"from": reviewed.isoformat()})
    papers = papers_of(it)
    project = papers.one(papers.project)
    approved = papers.day_of(project, APPROVAL) if project and project.case.definition == PROJECT else None
    for field in ("awarded_on", "signed_on"):
        on = day(it, field)
        if approved is not None and on is not None and on < approved:
            yield Refusal("contract.before_approval", field, {"approved": approved.isoformat()})


def paid_day_ok(it: Situation) -> Reasons:
    """A payment is made on or after the day of its release, and not in the future.

    Source: E-09 before E-10; original vouchers with their true day, Accounting Law [V].
    """
    paid, release = day(it, "paid_on"), it.case.actors.get(RELEASE)
    released = local_day(it, release.at) if release is not None else None
    if paid is None or not is_past(it, paid) or (released is not None and paid < released):
        yield Refusal("payment.paid_day", "paid_on", {"from": released.isoformat() if released else "-"})


ENTRIES = (entry(signing_day_ok), entry(paid_day_ok))
