"""The budget from its lines to its conclusion: every action, by the people it is for."""

from tests.workflows.money.desk import FILE, Desk, actions_of
from tests.workflows.money.funding import own_money
from tests.workflows.money.papers import MATERIALS, budget_form, budget_line, reviewed_budget, share
from workflows.funds.papers import Papers, budget


def test_a_reviewed_budget_is_what_the_ledger_will_activate() -> None:
    """The papers of the project then hold it: total, lines, shares, ceiling."""
    desk = Desk()
    source = own_money(desk)
    reviewed_budget(desk, source)
    papers = Papers(desk.situation(), "QH-2026-0001")
    project = papers.one("QH-2026-0001")
    assert project is not None
    found = budget(papers, project)
    assert found is not None
    assert (found.total, found.ceiling, found.estimate) == (100_000_00, 100_000_00, 100_000_00)
    assert [(line.code, line.category, line.amount) for line in found.lines] == [
        ("1", "development", 60_000_00),
        ("2", "equipment", 40_000_00),
    ]


def test_every_way_of_the_budget() -> None:
    """Returns, corrections, two disputes and no third, silence that agrees, and a refusal."""
    desk = Desk(tier="T3")
    source = own_money(desk)
    code = desk.start("budget", "pam", **budget_form(source))
    assert desk.act(code, "pam", "submit") == "twp_fin_check"
    assert desk.back(code, "fin", "return") == "preparing"
    desk.act(code, "pam", "submit")
    desk.act(code, "fin", "pass")
    issue = {"part": "lines", "issue": "no quotes"}
    assert desk.act(code, "bob", "return", "see the list", issues=[issue]) == "preparing"
    desk.save(code, "pam", issues=[issue | {"answer": "added"}], quote_files=[FILE, FILE | {"id": "f2"}])
    desk.act(code, "pam", "submit")
    desk.act(code, "fin", "pass")
    assert desk.act(code, "bob", "accept", material_checklist=MATERIALS) == "fin_review"
    desk.save(code, "bob", ceiling=100_000_00)
    assert desk.refused(code, "bob", "issue") == {"second_person.missing"}
    desk.act(code, "ben", "second_check")
    assert desk.act(code, "bob", "issue") == "exchange"
    for _ in range(2):
        assert desk.back(code, "pam", "dispute", disputes="line 2") == "fin_review"
        desk.act(code, "fay", "countersign")
        desk.act(code, "bob", "issue")
    assert "guard.times_reached" in desk.refused(
        code, "pam", "dispute", "never again", disputes="line 2", reason_code="rule"
    )
    desk.wait(14)
    assert desk.case(code).state == "decide"
    assert desk.back(code, "fay", "return") == "fin_review"
    desk.act(code, "ben", "second_check")
    desk.act(code, "bob", "issue")
    desk.act(code, "pam", "agree")
    assert desk.back(code, "fay", "reject") == "rejected"
    reviewed = desk.start("budget", "pam", **budget_form(source))
    for by, action in (("pam", "submit"), ("fin", "pass")):
        desk.act(reviewed, by, action)
    desk.act(reviewed, "bob", "accept", material_checklist=MATERIALS)
    desk.save(reviewed, "bob", ceiling=100_000_00)
    desk.act(reviewed, "ben", "second_check")
    desk.act(reviewed, "bob", "issue")
    desk.act(reviewed, "pam", "agree")
    assert desk.act(reviewed, "fay", "approve", conclusion_number="D12A-2") == "approved"
    assert desk.taken("budget") == actions_of("budget")


def test_a_cut_needs_its_reason() -> None:
    """The reviewer lowers a line; without a reason the conclusion is not issued."""
    desk = Desk()
    source = own_money(desk)
    code = desk.start("budget", "pam", **budget_form(source))
    for by, action in (("pam", "submit"), ("fin", "pass")):
        desk.act(code, by, action)
    desk.act(code, "bob", "accept", material_checklist=MATERIALS)
    lines = [budget_line("1", 50_000_00), budget_line("2", 40_000_00, category="equipment")]
    shares = [share(source, 50_000_00, "1"), share(source, 40_000_00, "2")]
    desk.save(code, "bob", ceiling=100_000_00, approved_lines=lines, approved_shares=shares)
    assert desk.refused(code, "bob", "issue") == {"budget.line_cut"}
    desk.save(code, "bob", approved_lines=[lines[0] | {"reason": "as in the standard of 2025"}, lines[1]])
    assert desk.act(code, "bob", "issue") == "exchange"
    assert desk.case(code).data["total"] == 90_000_00


def test_a_budget_belongs_to_a_project_that_prepares_its_approval() -> None:
    """Not to one that is built already, not to one that is not there, and not to another unit's."""
    desk = Desk("implementing")
    with_code = desk.refused_start("budget", "pam")
    assert with_code == {"parent.not_now"}
    assert desk.refused_start("budget", "pam", project="QH-2026-9999") == {"parent.unknown"}
    assert desk.refused_start("budget", "rex") == {"permission.may_not_start"}
