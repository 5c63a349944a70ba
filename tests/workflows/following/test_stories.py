"""Inspections, risks, lessons, measures, objections and orders: every action, by the people it is for."""

from engine.case import Mark
from tests.workflows.money.desk import CODE, FILE, WHY, Desk, Filled, actions_of

CHECKS = ("trace", "function", "performance", "security", "data", "documents", "hardware")
PASSED = [{"check": check, "result": "passed"} for check in CHECKS]
PLAN: Filled = {"scope": "first milestone", "trigger": "milestone", "inspectors": ["qia", "qib"]}


def inspect(desk: Desk, **found: object) -> str:
    """Bring an inspection to its report."""
    code = desk.start("quality-inspection", "qin", **PLAN)
    desk.act(code, "qin", "start")
    desk.save(code, "qia", inspected_on=desk.day(), photos=[FILE], quality_checklist=PASSED, **found)
    assert desk.act(code, "qia", "report") == "reported"
    return code


def test_every_way_of_an_inspection() -> None:
    """Clean at once; mended and passed; failed twice, reported, late."""
    desk = Desk("implementing")
    assert desk.act(inspect(desk), "qin", "clean") == "passed"
    issue = {"issue": "slow", "class": "severe", "owner": "builder", "due_on": desk.day(5)}
    code = inspect(desk, issues=[issue])
    assert desk.refused(code, "qin", "clean") == {"issues.some"}
    assert desk.act(code, "qin", "order") == "rectifying"
    assert desk.case(code).data["severest"] == "severe"
    desk.save(code, "pam", proof=[FILE])
    assert desk.refused(code, "pam", "submit") == {"issues.not_mended"}
    desk.save(code, "pam", issues=[issue | {"cause": "index", "fix": "built"}])
    assert desk.act(code, "pam", "submit") == "rechecking"
    assert desk.act(code, "qib", "fail", "still slow") == "rectifying"
    desk.act(code, "pam", "submit")
    assert desk.refused(code, "qib", "fail", "still slow") == {"guard.times_reached"}
    assert desk.act(code, "qin", "fail2", "still slow") == "failed"
    assert desk.back(code, "leo", "again") == "rectifying"
    desk.act(code, "pam", "submit")
    assert desk.act(code, "qia", "pass") == "passed"
    late = inspect(desk, issues=[issue | {"due_on": desk.day(5)}])
    desk.act(late, "qin", "order")
    desk.wait(30)
    assert desk.case(late).state == "failed"
    assert desk.taken("quality-inspection") == actions_of("quality-inspection")


def raised(desk: Desk, probability: int, impact: int) -> str:
    """Bring a risk to its assessment."""
    told = {"summary": "late delivery", "description": "d", "cause": "c", "effect": "e"}
    code = desk.start("risk", "pam", **told, kind="schedule", source="person")
    desk.act(code, "pam", "assess")
    desk.save(code, "pam", probability=probability, impact=impact, proximity="month", possible_loss=50_000_00)
    return code


def test_every_way_of_a_risk() -> None:
    """Blue is watched; red is planned, approved at its height, happens, is dealt with, and what is left accepted."""
    desk = Desk("implementing")
    none = desk.start(
        "risk", "pam", summary="s", description="d", cause="c", effect="e", kind="quality", source="person"
    )
    assert desk.back(none, "dan", "dismiss") == "closed"
    blue = raised(desk, 2, 2)
    assert desk.case(blue).data["level"] == "blue"
    assert desk.act(blue, "pam", "accept") == "mitigating"
    red = raised(desk, 5, 4)
    assert (desk.case(red).data["level"], desk.case(red).data["exposure"]) == ("red", 50_000_00)
    assert desk.refused(red, "pam", "accept") == {"rule.broken"}
    assert desk.act(red, "pam", "plan") == "planned"
    measure = {"measure": "second supplier", "owner": "pam", "due_on": desk.day(9)}
    desk.save(red, "pam", strategy="reduce", trigger_sign="no delivery note", measures=[measure])
    assert desk.refused(red, "hal", "approve") == {"rule.broken"}
    assert desk.back(red, "hal", "return") == "assessed"
    desk.act(red, "pam", "plan")
    desk.save(red, "pam", contingency_plan=FILE)
    assert desk.act(red, "hal", "approve") == "mitigating"
    desk.save(red, "pam", progress_notes="ordered")
    assert desk.refused(red, "pam", "done") == {"risk.measures_open"}
    assert desk.act(red, "pam", "trigger", "nothing came") == "occurred"
    desk.save(red, "pam", impact_report=FILE, measures=[measure | {"done_on": desk.day(), "result": "delivered"}])
    assert desk.act(red, "pam", "handled") == "verifying"
    desk.save(red, "ida", residual=9, result="late by a week", lesson="two suppliers")
    assert desk.refused(red, "ida", "close") == {"risk.residual"}
    assert desk.back(red, "ida", "reopen") == "mitigating"
    assert desk.act(red, "pam", "reassess") == "assessed"
    desk.act(red, "pam", "plan")
    desk.act(red, "hal", "approve")
    assert desk.act(red, "pam", "done") == "verifying"
    assert desk.act(red, "leo", "accept_rest", "we live with it") == "verifying"
    assert desk.act(red, "ida", "close") == "closed"
    assert desk.taken("risk") == actions_of("risk")


def test_every_way_of_a_lesson() -> None:
    """Returned once, mended, and published when no personal data stands in it."""
    desk = Desk("evaluating")
    words: Filled = {"name": "Two suppliers", "kind": "failure", "categories": ["software"], "stage": "construction"}
    texts = {"context": "c", "happened": "h", "why": "w", "advice": "ring 13812345678 before ordering anything"}
    code = desk.start("lesson", "pam", **words, **texts)
    assert desk.act(code, "pam", "submit") == "reviewing"
    assert desk.refused(code, "rex", "publish") == {"lesson.personal_data"}
    assert desk.back(code, "rex", "return") == "returned"
    desk.save(code, "pam", advice="Ask for two offers before ordering anything.")
    assert desk.act(code, "pam", "resubmit") == "reviewing"
    assert desk.act(code, "rex", "publish") == "published"
    assert desk.taken("lesson") == actions_of("lesson")


def measure(desk: Desk) -> str:
    """Bring a measure to its owner's work."""
    what = {"problem": "slow answers", "measure": "train the desk", "origin": "evaluation", "kind": "project"}
    figure = {"metric": "days", "direction": "lower", "metric_from": "9", "metric_to": "5"}
    code = desk.start("improvement", "eve", **what, **figure, owner="pam", due_on=desk.day(20))
    assert desk.act(code, "eve", "assign") == "accepted"
    assert desk.back(code, "pam", "contest") == "proposed"
    desk.act(code, "eve", "assign")
    desk.save(code, "pam", steps="three courses")
    assert desk.act(code, "pam", "start") == "doing"
    return code


def test_every_way_of_a_measure() -> None:
    """Proven by a figure, sent back when it misses; late on the day after its day, then reported or dropped."""
    desk = Desk("evaluating")
    code = measure(desk)
    desk.save(code, "pam", progress="two held", proof=[FILE])
    desk.wait(7)
    assert desk.case(code).state == "doing"
    assert desk.act(code, "pam", "submit") == "verifying"
    desk.save(code, "eve", measured="6.5")
    assert desk.refused(code, "eve", "pass") == {"rule.broken"}
    assert desk.back(code, "eve", "back") == "doing"
    desk.wait(21)
    assert desk.case(code).state == "overdue"
    assert desk.act(code, "pam", "submit") == "verifying"
    desk.save(code, "eve", measured="4.5")
    assert desk.act(code, "eve", "pass") == "closed"
    other = measure(desk)
    desk.wait(30)
    assert desk.back(other, "hal", "drop") == "dropped"
    assert desk.taken("improvement") == actions_of("improvement")


def test_every_way_of_an_objection() -> None:
    """Refused, dismissed, upheld; a tip-off goes to discipline; who had a part in the project is kept out."""
    desk = Desk("reserve_notice")
    about = {"subject": "the notice", "received_on": desk.day(), "facts": "not ours", "contact": "by post"}
    refused = desk.start("objection", "acc", matter="notice", **about)
    assert desk.back(refused, "acc", "refuse") == "out_of_scope"
    anonymous = desk.start("objection", "acc", matter="notice", **(about | {"contact": ""}))
    assert desk.refused(anonymous, "acc", "accept") == {"rule.broken"}
    for matter, investigator, action, state in (
        ("notice", "lex", "uphold", "upheld"),
        ("hotline", "dis", "dismiss", "dismissed"),
    ):
        code = desk.start("objection", "acc", matter=matter, **about)
        assert desk.act(code, "acc", "accept") == "investigating"
        desk.save(code, investigator, findings="as told", investigation_report=FILE)
        assert desk.act(code, investigator, "report") == "deciding"
        desk.save(code, "hal", answer="We have looked into it.")
        assert desk.back(code, "hal", action) == state
    assert desk.taken("objection") == actions_of("objection")


def test_an_objection_to_what_the_head_decided_goes_to_the_lead_group() -> None:
    """The head acted on the project: the lead group has the task at once; where it acted as well, its office."""
    desk = Desk("reserve_notice")
    about = {"subject": "the notice", "received_on": desk.day(), "facts": "not ours", "contact": "by post"}
    for involved, decider in (("hal", "lea"), ("lea", "sec")):
        project = desk.case(CODE).copy()
        project.actors = {**project.actors, f"reserve_decision.{involved}": Mark(involved, desk.clock.now())}
        desk.store.cases.put(project)
        code = desk.start("objection", "acc", matter="notice", **about)
        desk.act(code, "acc", "accept")
        desk.save(code, "lex", findings="as told", investigation_report=FILE)
        assert desk.act(code, "lex", "report") == "deciding"
        desk.save(code, decider, answer="We have looked into it.")
        assert desk.back(code, decider, "uphold") == "upheld"


def test_every_way_of_an_order() -> None:
    """Signed, answered, sent back, closed; or neither signed nor answered, and reported."""
    desk = Desk("implementing")
    order = {"subject": "file the report", "cause": "three reminders", "responsible": "pam", "reply_by": desk.day(9)}
    code = desk.start("supervision-order", "rex", **order)
    assert desk.act(code, "pam", "sign") == "handling"
    desk.save(code, "pam", reply="It is filed now.", proof=[FILE])
    assert desk.act(code, "pam", "reply") == "checking"
    assert desk.act(code, "rex", "back", WHY, reason_code="papers") == "handling"
    desk.act(code, "pam", "reply")
    assert desk.act(code, "rex", "close") == "closed"
    silent = desk.start("supervision-order", "rex", **order)
    desk.wait(30)
    assert desk.case(silent).state == "reported"
    assert desk.taken("supervision-order") == actions_of("supervision-order")
    assert desk.case(CODE).state == "implementing"


def line(part: str, weight: int, **others: Filled) -> Filled:
    """One indicator of the tree; what was reached comes later."""
    return {"part": part, "name": f"{part} {weight}", "direction": "higher", "weight": weight, "target": "10", **others}


def test_an_evaluation_begins_with_the_countys_tree() -> None:
    """Its weights make a hundred; what is missing are the targets."""
    desk = Desk("evaluating", tier="T2")
    plan: Filled = {"kind": "final", "population": 400, "data_sources": "logs", "survey_plan": "codes at the desk"}
    bare = desk.start("performance-evaluation", "eve", **plan)
    tree: Filled = desk.case(bare).data["indicators"]
    assert sum(row["weight"] for row in tree) == 100
    assert desk.refused(bare, "eve", "start") == {"performance.no_target"}


def test_every_way_of_an_evaluation() -> None:
    """From the tree over survey and self-evaluation to the conclusion; two objections and no third; silence agrees."""
    desk = Desk("evaluating", tier="T2")
    parts = (("execution", 10), ("output", 50), ("benefit", 30), ("satisfaction", 10))
    plan: Filled = {"kind": "final", "population": 400, "data_sources": "logs", "survey_plan": "codes at the desk"}
    code = desk.start("performance-evaluation", "eve", **plan, indicators=[line(*part) for part in parts])
    assert desk.act(code, "eve", "start") == "surveying"
    desk.save(code, "ida", survey=[{"asked": "residents", "channel": "phone", "good": 77}])
    assert desk.refused(code, "ida", "done") == {"performance.sample"}
    desk.save(code, "ida", survey=[{"asked": "residents", "channel": "phone", "good": 78}])
    assert desk.act(code, "ida", "done") == "self_eval"
    claimed = ("0", "40", "30", "8")
    told = [
        line(*part, actual="8", evidence="log", self_points=points) for part, points in zip(parts, claimed, strict=True)
    ]
    desk.save(code, "pam", indicators=told, self_report=FILE)
    assert desk.refused(code, "pam", "submit") == {"performance.points"}
    told[2]["self_points"] = "24"
    desk.save(code, "pam", indicators=told)
    assert desk.act(code, "pam", "submit") == "twp_confirm"
    assert desk.back(code, "leo", "return") == "self_eval"
    desk.act(code, "pam", "submit")
    assert desk.act(code, "leo", "pass") == "reviewing"
    scored = [row | {"review_points": row["self_points"]} for row in told]
    desk.save(code, "eve", indicators=scored, score="72", grade="C")
    assert desk.refused(code, "eve", "issue") == {"second_person.missing"}
    for _ in range(2):
        desk.act(code, "evi", "second_check")
        assert desk.act(code, "eve", "issue") == "feedback"
        assert desk.back(code, "pam", "object", objection="line two") == "reviewing"
    desk.act(code, "evi", "second_check")
    desk.act(code, "eve", "issue")
    assert desk.refused(code, "pam", "object", WHY, reason_code="rule") == {"guard.times_reached"}
    assert desk.act(code, "pam", "agree") == "concluded"
    assert (desk.case(code).data["self_score"], desk.case(code).data["self_quality"]) == ("72.00", "sound")
    cut = [scored[0], scored[1] | {"review_points": "29", "change_reason": "half of it is not used"}, *scored[2:]]
    silent = desk.start("performance-evaluation", "eve", **plan | {"indicators": [line(*part) for part in parts]})
    for by, action, form in (
        ("eve", "start", {}),
        ("ida", "done", {"survey": [{"asked": "residents", "channel": "phone", "good": 78}]}),
        ("pam", "submit", {"indicators": told, "self_report": FILE}),
        ("leo", "pass", {}),
        ("evi", "second_check", {}),
        ("eve", "issue", {"indicators": cut, "score": "61", "grade": "C"}),
    ):
        desk.act(silent, by, action, **form)
    desk.wait(14)
    assert desk.case(silent).state == "concluded"
    assert desk.case(silent).data["self_quality"] == "too_high"
    assert desk.taken("performance-evaluation") == actions_of("performance-evaluation")


def test_every_way_of_an_audit() -> None:
    """Heard or silent, with findings to follow or without any; begun only when the notice is three days old."""
    desk = Desk("implementing")
    plan: Filled = {"name": "Funds of 2026", "kind": "joint", "scope": "all", "sample": "by flags"}
    clean = desk.start("audit", "aud", **plan, team=["aud", "pam"])
    assert desk.refused(clean, "lea", "approve") == {"audit.team_linked"}
    desk.save(clean, "aud", team=["aud", "auz"])
    issue = {"issue": "paid twice", "clause": "s. 12", "amount": 100}
    audits = {clean: [], desk.start("audit", "aud", **plan, team=["aud", "auz"]): [issue]}
    for code, issues in audits.items():
        assert desk.act(code, "lea", "approve") == "notified"
        desk.save(code, "aud", notice=FILE)
        assert desk.refused(code, "aud", "start") == {"guard.days_not_passed"}
        desk.wait(4)
        assert desk.act(code, "aud", "start") == "fieldwork"
        desk.save(code, "auz", working_papers=[FILE], issues=issues)
        if issues:
            assert desk.refused(code, "auz", "draft") == {"audit.no_evidence"}
            desk.save(code, "auz", issues=[issue | {"evidence": "paper 3"}])
        assert desk.act(code, "auz", "draft") == "drafting"
        assert desk.act(code, "aud", "send") == "commenting"
    heard, silent = list(audits)[::-1]
    desk.save(heard, "may", comments="We agree with it.")
    assert desk.act(heard, "may", "reply") == "issued"
    desk.wait(16)
    assert desk.case(silent).state == "issued"
    for code in audits:
        desk.save(code, "aud", report=FILE)
    assert desk.refused(heard, "aud", "clean") == {"issues.some"}
    assert desk.act(silent, "aud", "clean") == "closed"
    assert desk.refused(heard, "aud", "track") == {"audit.not_opened"}
    found = finding(desk, audit=heard)
    assert desk.act(heard, "aud", "track") == "following"
    desk.save(heard, "aud", closing_note="all settled")
    assert desk.refused(heard, "aud", "close") == {"audit.findings_open"}
    settle(desk, found)
    assert desk.act(heard, "aud", "close") == "closed"
    assert desk.taken("audit") == actions_of("audit")


def finding(desk: Desk, **others: Filled) -> str:
    """Open a finding against the manager."""
    told: Filled = {"origin": "audit", "issue": "paid twice", "clause": "s. 12", "seriousness": "major", **others}
    return desk.start("finding", "aud", **told, responsible="pam", due_on=desk.day(20))


def settle(desk: Desk, code: str) -> None:
    """Bring a finding to its end without more ado."""
    desk.act(code, "aud", "assign")
    mend(desk, code)
    desk.act(code, "auz", "second_check")
    assert desk.act(code, "aud", "pass") == "closed"


def mend(desk: Desk, code: str) -> None:
    """Rectify, with proof and report, up to the verification."""
    desk.save(code, "pam", plan="pay back", manner="at_once", proof=[FILE], rectification_report=FILE)
    assert desk.act(code, "pam", "submit") == "submitted"
    assert desk.act(code, "aud", "verify") == "verifying"


def test_every_way_of_a_finding() -> None:
    """Rectified in more time, not true, handed over and back; money to recover must be in the ledger."""
    desk = Desk("implementing")
    code = finding(desk, amount=100)
    assert desk.refused(code, "aud", "assign") == {"finding.amount_kind"}
    desk.save(code, "aud", amount_kind="recoverable")
    assert desk.act(code, "aud", "assign") == "rectifying"
    assert desk.refused(code, "pam", "extend") >= {"finding.not_allowed"}
    desk.save(code, "pam", extension_reason="the bank", plan="pay back", manner="stages", proof=[FILE])
    assert desk.act(code, "aud", "allow_extension", "until July") == "rectifying"
    assert desk.act(code, "pam", "extend") == "extended"
    assert desk.act(code, "pam", "submit") == "submitted"
    desk.save(code, "pam", rectification_report=FILE)
    desk.act(code, "aud", "verify")
    desk.act(code, "auz", "second_check")
    assert desk.refused(code, "aud", "pass") == {"finding.not_recovered"}
    assert desk.back(code, "aud", "fail") == "rectifying"
    mend(desk, code)
    desk.act(code, "auz", "second_check")
    assert desk.back(code, "aud", "transfer", transfer_document=FILE) == "transferred"
    assert desk.back(code, "dis", "back") == "rectifying"
    unlawful = finding(desk)
    desk.act(unlawful, "auz", "second_check")
    assert desk.back(unlawful, "aud", "transfer", transfer_document=FILE) == "transferred"
    desk.save(unlawful, "dis", outcome="fine")
    assert desk.act(unlawful, "dis", "outcome") == "sanctioned"
    settle(desk, finding(desk))
    assert desk.taken("finding") == actions_of("finding")


def warned(desk: Desk) -> str:
    """Raise a warning about two hard red flags of the project."""
    told: Filled = {"rule": "w_17", "colour": "red", "object": CODE, "figure": 2, "why": "figure = 2"}
    return desk.start("warning", "rex", **told)


def test_every_way_of_a_warning() -> None:
    """Signed for or not, handled, lifted only when the rule is false; a false alarm; late, met about."""
    flags = [{"flag": "RF-01", "level": "hard", "matter": "x", "found_on": "2026-05-01"}] * 2
    desk = Desk("implementing", red_flags=flags)
    handled: Filled = {"cause": "two payees", "measure": "asked the bank", "measure_due_on": desk.day(9)}
    code = warned(desk)
    assert desk.act(code, "pam", "ack") == "handling"
    desk.save(code, "pam", **handled)
    assert desk.act(code, "pam", "report") == "reviewing"
    assert desk.refused(code, "hal", "clear") == {"warning.still"}
    assert desk.back(code, "hal", "back") == "handling"
    desk.act(code, "pam", "report")
    desk.project(CODE, "implementing", red_flags=[])
    assert desk.act(code, "hal", "clear") == "cleared"
    wrong = warned(desk)
    desk.act(wrong, "pam", "ack")
    desk.save(wrong, "pam", **handled)
    desk.act(wrong, "pam", "report")
    assert desk.back(wrong, "hal", "false_alarm") == "false_alarm"
    ignored = warned(desk)
    desk.wait(20)
    assert desk.case(ignored).state == "meeting"
    meeting = {"held_on": desk.day(), "resolution": "go on"}
    desk.save(ignored, "lea", meetings=[meeting], minutes=[FILE], decision="go_on")
    assert desk.act(ignored, "lea", "decided") == "handling"
    assert desk.taken("warning") == actions_of("warning")
