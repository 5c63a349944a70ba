"""Each of the thirty-five red flags (domain §6.5) by the commands of the people concerned, and who may release one."""

import pytest

from tests.workflows.money.desk import CODE, FILE, WHY, Desk, Filled
from tests.workflows.money.habits import FOUND
from tests.workflows.money.misuse import ASKED, LIMIT, Story, at_release, other_firm, worked
from tests.workflows.money.papers import share
from tests.workflows.money.spending import Ready, contract_form, invoice, payment_form, verify

RELEASE: Filled = {"releases": [{"key": "RF-01:contract-5", "reason": "two milestones of one contract"}]}
FLAG: Filled = {"rule": "rf_09", "level": "hard", "object": "101", "figures": "amount = 1"}


@pytest.mark.parametrize(("rule", "story"), [*ASKED, *FOUND], ids=lambda one: getattr(one, "__name__", one))
def test_a_rule_speaks_of_misuse_and_not_of_what_is_beside_it(rule: str, story: Story) -> None:
    """With the fact a request is refused or the night finds it; with the fact just beside it, neither."""
    assert story(True), rule
    assert not story(False), rule


def test_every_rule_is_told() -> None:
    """RF-01 to RF-35, none missing."""
    assert {rule for rule, _ in (*ASKED, *FOUND)} == {f"RF-{number:02}" for number in range(1, 36)}


def test_only_the_head_of_finance_releases_a_payments_flag_and_says_why() -> None:
    """Neither the treasury nor who asks, and not without a reason; then it is paid."""
    ready = worked()
    desk = ready.desk
    desk.rule(LIMIT, 50_000_00)
    ready.paid("M1", 30_000_00, "1")
    code = ready.ask("M2", 25_000_00, "2")
    assert at_release(ready, code) == {"flag.rf_01"}
    for person in ("pay", "pam", "may", "fin"):
        assert desk.refused(code, person, "release_flags", WHY, **RELEASE) == {"permission.not_yours"}
    assert desk.refused(code, "fay", "release_flags", **RELEASE) == {"comment.required"}
    assert desk.refused(code, "fay", "release_flags", WHY, releases=[]) == {"field.required"}
    desk.act(code, "fay", "release_flags", WHY, **RELEASE)
    desk.act(code, "fay", "countersign")
    assert desk.act(code, "pay", "release") == "released"


def test_a_block_is_released_by_nobody() -> None:
    """The head of finance may name it; the payment is refused all the same."""
    ready = worked()
    desk = ready.desk
    code = ready.ask("M1", 20_000_00, "1")
    desk.act(code, "dan", "certify")
    desk.save(code, "fin", invoices=[invoice("1", 20_000_00, verified="void")], verification=[FILE])
    assert desk.refused(code, "fin", "pass") == {"flag.rf_04"}
    desk.save(code, "fin", invoices=[invoice("1", 20_000_00)])
    desk.act(code, "fin", "pass")
    desk.act(code, "leo", "approve")
    desk.rule("funds.flags.recurrent_categories", ["development"])
    desk.act(code, "fay", "release_flags", WHY, releases=[{"key": "RF-15:1", "reason": "this once"}])
    desk.act(code, "fay", "countersign")
    assert desk.refused(code, "pay", "release") == {"flag.rf_15"}


def test_a_release_is_for_the_request_it_was_given_for() -> None:
    """Sent back, raised and asked for anew, the payment is held up anew."""
    ready = worked()
    desk = ready.desk
    desk.rule(LIMIT, 50_000_00)
    ready.paid("M1", 30_000_00, "1")
    code = ready.ask("M2", 25_000_00, "2")
    ready.check(code)
    desk.act(code, "fay", "release_flags", WHY, **RELEASE)
    desk.back(code, "pay", "return")
    desk.wait(1)
    desk.save(code, "pam", **payment_form(ready, "M2", 29_000_00, "3"))
    desk.act(code, "pam", "submit")
    assert at_release(ready, code) == {"flag.rf_01"}
    desk.act(code, "fay", "release_flags", WHY, **RELEASE)
    desk.act(code, "fay", "countersign")
    assert desk.act(code, "pay", "release") == "released"


def test_the_head_of_finance_releases_what_only_looks_like_a_split_purchase() -> None:
    """For the sum it was about: a dearer contract is looked at anew."""
    ready = Ready()
    desk = ready.desk
    desk.rule("funds.procurement.limit_fen", 95_000_00)
    form = {"title": "Build the window", "amount": 5_000_00, "advance_max": 0, **other_firm()}
    rows = {"milestones": [{"milestone": "T1", "amount": 5_000_00}], "shares": [share(ready.source, 5_000_00, "2")]}
    code = desk.start("contract", "pam", **contract_form(ready.source, **form, **rows))
    verify(desk, code)
    assert desk.refused(code, "pam", "submit") == {"flag.rf_02"}
    released = {"releases": [{"key": f"RF-02:{ready.contract}: 95000.00", "reason": "approved by the treasury"}]}
    for person in ("pam", "may", "lex", "pia"):
        assert desk.refused(code, person, "release_flags", WHY, **released) == {"permission.not_yours"}
    desk.act(code, "fay", "release_flags", WHY, **released)
    desk.save(code, "pam", amount=5_000_01)
    assert "flag.rf_02" in desk.refused(code, "pam", "submit")
    desk.save(code, "pam", amount=5_000_00)
    assert desk.act(code, "pam", "submit") == "legal_check"


def test_who_explains_a_flag_of_the_night_can_not_make_it_smaller() -> None:
    """What the rule said stays as it is; the head of finance, and nobody below, releases a hard one with a reason."""
    desk = Desk("implementing")
    code = desk.start("red-flag", "rex", **FLAG)
    for field, value in (("level", "warn"), ("rule", "rf_19"), ("object", "none")):
        assert desk.refused(code, "fin", "explain", explanation="a transfer by the bank", **{field: value})
    desk.act(code, "fin", "explain", explanation="a transfer by the bank")
    reason = {"release_reason": "the bank confirmed its error in writing"}
    for person in ("fin", "rex", "pay", "may"):
        assert desk.refused(code, person, "release", WHY, **reason) == {"permission.not_yours"}
    assert desk.refused(code, "fay", "release", WHY) == {"field.required"}
    assert desk.act(code, "fay", "release", WHY, **reason) == "released"
    slight = desk.start("red-flag", "rex", **FLAG | {"level": "warn", "rule": "rf_19"})
    desk.act(slight, "fin", "explain", explanation="three round advances")
    assert desk.refused(slight, "fay", "release", WHY, **reason) == {"permission.not_yours"}
    assert desk.case(CODE).state == "implementing"
