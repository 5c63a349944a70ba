"""Guards of acceptance: results, rectification, trial run, and the accounts and archive that follow."""

from collections.abc import Mapping
from datetime import date

from engine.case import Case
from engine.definition import FieldType
from engine.facts import Facts
from engine.guards import Reckoning
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.funds.papers import lines_of
from workflows.guards.policies import USER_OPINIONS_MIN
from workflows.guards.purse import budget_in_force, contracts, in_force
from workflows.guards.reading import (
    Reasons,
    Row,
    arrived_at,
    arrived_on,
    beside,
    borrowed,
    complain,
    day,
    day_in,
    entry,
    entry_with,
    filled,
    is_past,
    lines_where,
    local_day,
    number,
    number_in,
    rows,
    text_in,
    today,
    word,
)
from workflows.progress import registers_entered

CONCLUDED = frozenset({"passed", "failed"})
PASS_SHARE = (2, 3)
HARDWARE_MERGED_BELOW_FEN = 10_000_000_00
SOFTWARE_MERGED_BELOW_FEN = 1_000_000_00
MERGED_TIERS = frozenset({"T1", "T2"})
HARDWARE = frozenset({"equipment", "line"})
SOFTWARE = frozenset({"product", "development", "data_work", "integration"})
OPINIONS_USUAL = 10
BUILT = "construction"
GRADES_TO_FILE = frozenset({"grade2", "grade3"})


def acceptance_passed(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The last acceptance of this kind was held since the case came here and passed with two thirds.

    Source: acceptance groups [V]; two thirds [D]. Papers must be attached.
    """
    kind = str(arguments["kind"])
    if not _typed_counts(it, kind):
        yield from _concluded(it, kind, "passed", "acceptance.not_passed")
        return
    last = _last(it, kind)
    if text_in(last, "result") != "passed" or not _is_of_this_visit(it, last):
        yield Refusal("acceptance.not_passed", "acceptances", {"since": str(arrived_on(it))})
        return
    share, whole = PASS_SHARE
    if whole * number_in(last, "in_favour") < share * number_in(last, "members"):
        yield Refusal("acceptance.no_two_thirds", "acceptances")
    if not filled(it, "acceptance_papers"):
        yield Refusal("paper.missing", "acceptance_papers")


def acceptance_failed(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The last acceptance of this kind was held since the case came here and failed, and says what to rectify.

    Source: orders to rectify [D].
    """
    kind = str(arguments["kind"])
    if not _typed_counts(it, kind):
        yield from _concluded(it, kind, "failed", "acceptance.not_failed")
        return
    last = _last(it, kind)
    if text_in(last, "result") != "failed" or not _is_of_this_visit(it, last):
        yield Refusal("acceptance.not_failed", "acceptances", {"since": str(arrived_on(it))})
    if not any(text_in(row, "kind") == kind and not _is_verified(row) for row in rows(it, "acceptance_issues")):
        yield Refusal("acceptance.no_issue", "acceptance_issues")


def _typed_counts(it: Situation, kind: str) -> bool:
    """Say whether typed results count: while the county allows it, and where there is no case of the kind."""
    return not _acceptances(it, kind) and registers_entered(it.facts, today(it))


def _acceptances(it: Situation, kind: str) -> list[Case]:
    """Give the acceptances of a kind beside the project; a merged one is of both. The last to move comes last."""
    found = (one for one in beside(it, "acceptance") if one.data.get("kind") in (kind, "merged"))
    return sorted(found, key=lambda one: one.entered_at)


def _concluded(it: Situation, kind: str, state: str, otherwise: str) -> Reasons:
    found = _acceptances(it, kind)
    if open_codes := [one.code for one in found if one.state not in CONCLUDED]:
        yield Refusal("acceptance.running", open_codes[0])
    last = last_concluded(it, kind)
    if last is None or last.state != state:
        yield Refusal(otherwise, "acceptances", {"since": str(arrived_on(it))})


def last_concluded(it: Situation, kind: str) -> Case | None:
    """Give the last acceptance of a kind concluded since the project came here; a merged one opened the way here."""
    last = next((one for one in reversed(_acceptances(it, kind)) if one.state in CONCLUDED), None)
    if last is None:
        return None
    way = it.case.actors.get("prelim_acceptance.pass_merged")
    opened = kind == "final" and last.data.get("kind") == "merged" and way is not None and way.at == arrived_at(it)
    return last if opened or last.entered_at >= arrived_at(it) else None


def _last(it: Situation, kind: str) -> Row:
    of_kind = [row for row in rows(it, "acceptances") if text_in(row, "kind") == kind]
    return of_kind[-1] if of_kind else {}


def _is_of_this_visit(it: Situation, row: Row) -> bool:
    held = day_in(row, "held_on")
    return held is not None and arrived_on(it) <= held <= today(it)


def _is_verified(row: Row) -> bool:
    return bool(text_in(row, "verified_by") and text_in(row, "verified_on"))


def _results(it: Situation) -> Json:
    """Give the register of results: what stands there, and the acceptance that was concluded since."""
    kind = _kind_here(it)
    last, known = last_concluded(it, kind), [dict(row) for row in rows(it, "acceptances")]
    if last is None or any(text_in(row, "report_number") == last.code for row in known):
        return list(known)
    opinions = lines_of(last.data, "opinions")
    row: dict[str, Json] = {
        "kind": kind,
        "held_on": local_day(it, last.entered_at).isoformat(),
        "members": len(opinions),
        "in_favour": sum(text_in(one, "stance") == "pass" for one in opinions),
        "result": "passed" if last.state == "passed" else "failed",
        "report_number": last.code,
    }
    return [*known, row]


def _to_rectify(it: Situation) -> Json:
    """Give the list to rectify: what stands there, and every issue of the acceptance that has just failed."""
    kind = _kind_here(it)
    last, known = last_concluded(it, kind), [dict(row) for row in rows(it, "acceptance_issues")]
    found = lines_of(last.data, "issues") if last is not None and last.state == "failed" else []
    told = {text_in(row, "issue") for row in known}
    fresh = [row for row in found if text_in(row, "issue") not in told]
    return [*known, *({"kind": kind, **{name: row[name] for name in ("issue", "due_on")}} for row in fresh)]


def _kind_here(it: Situation) -> str:
    return "preliminary" if it.case.state == "prelim_acceptance" else "final"


def merge_allowed(it: Situation) -> Reasons:
    """One construction contract, or hardware below 10 million and software below 1 million, or tier T1 or T2.

    Source: merging of the two stages, Shenzhen [V]; tiers [D].
    """
    found = budget_in_force(it)
    entered = sum(text_in(row, "subject") == "construction" for row in rows(it, "contracts")) if found is None else 0
    count = len(in_force(it, "construction")) + entered
    lines = [(line.category, line.amount) for line in found.lines] if found else _entered_lines(it)
    hardware = sum(cost for category, cost in lines if category in HARDWARE)
    software = sum(cost for category, cost in lines if category in SOFTWARE)
    is_small = hardware < HARDWARE_MERGED_BELOW_FEN and software < SOFTWARE_MERGED_BELOW_FEN
    if count != 1 and not is_small and word(it, "tier") not in MERGED_TIERS:
        yield Refusal("acceptance.no_merge", it.case.state, {"contracts": count})


def _entered_lines(it: Situation) -> list[tuple[str, int]]:
    return [(text_in(row, "category"), number_in(row, "cost")) for row in rows(it, "budget_lines")]


def rectified(it: Situation) -> Reasons:
    """Every issue has its proof and was verified by somebody else than who reports it.

    Source: segregation of duties SoD-5: rectifier apart from verifier [D].
    """
    table = rows(it, "acceptance_issues")
    if not table:
        yield Refusal("acceptance.no_issue", "acceptance_issues")
    yield from _unlisted(it)
    yield from complain(
        "rectify.no_proof", "acceptance_issues", lines_where(table, lambda row: not text_in(row, "proof"))
    )

    def is_unverified(row: Row) -> bool:
        verifier = text_in(row, "verified_by")
        known = verifier != it.actor.id and it.facts.is_enabled(verifier)
        return not (known and is_past(it, day_in(row, "verified_on")))

    yield from complain("rectify.unverified", "acceptance_issues", lines_where(table, is_unverified))


def _unlisted(it: Situation) -> Reasons:
    """Complain of issues of the acceptance that failed last which are not on the project's list."""
    failed = sorted((one for one in beside(it, "acceptance") if one.state == "failed"), key=lambda one: one.entered_at)
    told = {text_in(row, "issue") for row in rows(it, "acceptance_issues")}
    found = [text_in(row, "issue") for row in lines_of(failed[-1].data, "issues")] if failed else []
    if missing := [issue for issue in found if issue not in told]:
        yield Refusal("rectify.not_listed", "acceptance_issues", {"names": "; ".join(missing)})


def open_acceptance_issue(it: Situation) -> Reasons:
    """The defect stands on the list of issues to rectify.

    Source: a severe defect sends the trial back [D].
    """
    if all(_is_verified(row) for row in rows(it, "acceptance_issues")):
        yield Refusal("acceptance.no_issue", "acceptance_issues")


def security_test_ok(it: Situation) -> Reasons:
    """The system was tested in this trial by somebody who did not build it; every high finding was tested again.

    The report is the project's own, an inspection that found security wanting is mended, grade 2 and above is filed.
    Source: filing of the protection grade from 2 on, Hainan [V]; scan without high items, tester apart [D].
    """
    if "security_tester" not in it.definition.fields:
        yield from _scanned(it)
        return
    for field in ("security_test", "security_tester"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)
    yield from borrowed(it, "security_test")
    tested, started = day(it, "security_tested_on"), day(it, "trial_started_on")
    if tested is None or tested > today(it) or (started is not None and tested < started):
        yield Refusal("security.not_in_trial", "security_tested_on", {"since": str(started or "-")})
    if _bare(word(it, "security_tester")) in _builders(it):
        yield Refusal("security.own_test", "security_tester", {"who": word(it, "security_tester")})
    found = rows(it, "security_findings")
    yield from complain(
        "security.high_findings", "security_findings", lines_where(found, lambda row: _is_high(it, row))
    )
    for inspection in beside(it, "quality-inspection"):
        if inspection.state != "passed" and _found_insecure(inspection):
            yield Refusal("security.inspection", inspection.code)
    if word(it, "protection_grade") in GRADES_TO_FILE and not filled(it, "security_filing"):
        yield Refusal("security.not_filed", "security_filing")


def _scanned(it: Situation) -> Reasons:
    """As versions of the procedure ask that have no register of findings: a report, nothing high open, filed."""
    if not filled(it, "security_test"):
        yield Refusal("paper.missing", "security_test")
    if not filled(it, "high_findings") or number(it, "high_findings"):
        yield Refusal("security.high_findings", "high_findings", {"lines": number(it, "high_findings")})
    if word(it, "protection_grade") in GRADES_TO_FILE and not filled(it, "security_filing"):
        yield Refusal("security.not_filed", "security_filing")


def _builders(it: Situation) -> set[str]:
    """Give the names of the firms that hold contracts to build; supervisors and laboratories may test."""
    names = (text_in(case.data, "supplier") for case, _ in contracts(it).values() if case.data.get("subject") == BUILT)
    return {_bare(name) for name in names} - {""}


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()


def _is_high(it: Situation, row: Row) -> bool:
    """Say whether a finding is high and no later test found it mended."""
    found, again = day(it, "security_tested_on"), day_in(row, "retested_on")
    mended = text_in(row, "mended") and again is not None and is_past(it, again) and (found is None or again >= found)
    return text_in(row, "level") == "high" and not mended


def _found_insecure(inspection: Case) -> bool:
    checks = lines_of(inspection.data, "quality_checklist")
    return any(text_in(row, "check") == "security" and text_in(row, "result") == "failed" for row in checks)


def public_users_heard(it: Situation) -> Reasons:
    """Where the project serves the public, enough users were heard and the result's publication is prepared.

    An acceptance that passed has asked the same before it was confirmed.
    Source: Procurement Regulations art. 45 [V]; number [D], policy `user_opinions_min`.
    """
    accepted = last_concluded(it, "final")
    if it.data.get("public_service") is not True or (accepted is not None and accepted.state == "passed"):
        return
    yield from enough_users(it)


RECKONINGS = (
    Reckoning("acceptance_results", _results, frozenset({FieldType.TABLE}), "the results of acceptance"),
    Reckoning("issues_to_rectify", _to_rectify, frozenset({FieldType.TABLE}), "what acceptance found to be rectified"),
)
"""Values that no one types."""

ENTRIES = (
    entry_with(acceptance_passed, kind="preliminary|final"),
    entry_with(acceptance_failed, kind="preliminary|final"),
    *map(
        entry,
        (
            merge_allowed,
            rectified,
            open_acceptance_issue,
            security_test_ok,
            public_users_heard,
        ),
    ),
)


def enough_users(it: Situation) -> Reasons:
    """As many users were heard as the county asks for, and the result is ready to be published.

    Answers by link are counted by the system, without the staff's; those on paper are entered, and attached while they
    are needed.
    """
    needed, typed = opinions_needed(it.facts, today(it)), number(it, "user_opinion_count")
    counted = heard_by_link(it.facts, it.case.id)
    if counted + typed < needed:
        yield Refusal("users.too_few", "user_opinion_count", {"needed": needed, "found": counted + typed})
    papers = ("user_opinions",) if counted < needed else ()
    for field in (*papers, "result_notice"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)


def opinions_needed(facts: Facts, on: date) -> int:
    """Give how many users are to be heard, as the county set it."""
    found = facts.policy(USER_OPINIONS_MIN, on)
    return found if isinstance(found, int) and not isinstance(found, bool) else OPINIONS_USUAL


def heard_by_link(facts: Facts, case_id: str) -> int:
    """Count the answers that users gave to the survey of an acceptance; the staff's are not users'."""
    return sum(sum(levels.values()) for asked, levels in facts.answers(case_id).items() if asked != "staff")
