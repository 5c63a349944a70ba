"""Guards of audits and findings: an independent team, evidence, findings and money followed to their end."""

from datetime import date

from engine.calendar import add_months
from engine.refusal import Refusal
from engine.situation import Situation
from workflows.guards.reading import (
    Reasons,
    complain,
    entry,
    filled,
    lines_where,
    local_day,
    mark_here,
    names,
    number,
    number_in,
    rows,
    text_in,
    today,
    word,
    yuan,
)

ENDED = frozenset({"closed", "sanctioned"})
"""States in which a finding is settled."""

INDEPENDENT_MONTHS = 36
"""Who worked on a project within so many months does not audit it [D]."""


def team_independent(it: Situation) -> Reasons:
    """Two or more people, none from the audited township, none who acted on the project within three years.

    Source: Audit Law art. 14: auditors avoid their own affairs [K]; three years [D].
    """
    team, least = names(it, "team"), 2
    if len(team) < least:
        yield Refusal("audit.team_small", "team", {"found": len(team), "least": least})
    linked = [name for name in team if _is_linked(it, name)]
    if linked:
        yield Refusal("audit.team_linked", "team", {"who": ", ".join(linked)})


def _is_linked(it: Situation, user: str) -> bool:
    home = it.facts.unit(it.facts.unit_of(user) or "")
    project = it.facts.case(word(it, "project"))
    if home is None or home.kind in ("township", "office", "external"):
        return True
    marks = project.actors.values() if project is not None else ()
    return any(mark.user == user and local_day(it, mark.at) > _since(today(it)) for mark in marks)


def _since(on: date) -> date:
    return add_months(on, -INDEPENDENT_MONTHS)


def evidence_linked(it: Situation) -> Reasons:
    """Every issue that was found names its evidence.

    Source: Audit Law: facts with evidence [K].
    """
    bare = lines_where(rows(it, "issues"), lambda row: not text_in(row, "evidence"))
    yield from complain("audit.no_evidence", "issues", bare)


def findings_opened(it: Situation) -> Reasons:
    """There are as many findings as issues, each a case that names this audit.

    Source: findings are followed one by one [D].
    """
    issues, findings = len(rows(it, "issues")), len(it.facts.peers("finding", "audit", it.case.code))
    if not issues or findings < issues:
        yield Refusal("audit.not_opened", "issues", {"issues": issues, "findings": findings})


def nothing_found(it: Situation) -> Reasons:
    """No issue is listed and no finding names this audit.

    Source: closing without findings [D].
    """
    count = len(rows(it, "issues")) + len(it.facts.peers("finding", "audit", it.case.code))
    if count:
        yield Refusal("issues.some", "issues", {"count": count})


def findings_closed(it: Situation) -> Reasons:
    """Every finding of this audit is closed or sanctioned.

    Source: rectification is tracked to its end [D].
    """
    count = sum(one.state not in ENDED for one in it.facts.peers("finding", "audit", it.case.code))
    if count:
        yield Refusal("audit.findings_open", it.case.state, {"count": count})


def amount_explained(it: Situation) -> Reasons:
    """An amount says what it is.

    Source: amounts of findings by kind [D].
    """
    if number(it, "amount") and not filled(it, "amount_kind"):
        yield Refusal("finding.amount_kind", "amount_kind")


def extension_allowed(it: Situation) -> Reasons:
    """The auditors have agreed to more time since the finding came here.

    Source: one extension, by whoever ordered the rectification [D].
    """
    if mark_here(it, "allow_extension") is None:
        yield Refusal("finding.not_allowed", it.case.state)


def money_recovered(it: Situation) -> Reasons:
    """Money that is to be recovered has come back: closed refunds that give this finding as their basis.

    Source: recovered money is in the ledger [D]; refunds post to it when they are received.
    """
    if word(it, "amount_kind") != "recoverable":
        return
    refunds = it.facts.peers("refund", "project", word(it, "project"))
    mine = (one for one in refunds if one.state == "closed" and text_in(one.data, "basis") == it.case.code)
    back, due = sum(number_in(one.data, "amount") for one in mine), number(it, "amount")
    if back < due:
        yield Refusal("finding.not_recovered", "amount", {"due": yuan(due), "back": yuan(back), "code": it.case.code})


ENTRIES = tuple(
    map(
        entry,
        (
            team_independent,
            evidence_linked,
            findings_opened,
            nothing_found,
            findings_closed,
            amount_explained,
            extension_allowed,
            money_recovered,
        ),
    )
)
