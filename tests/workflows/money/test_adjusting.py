"""Budget adjustments: the class follows from the figures; what is taken away is locked; refused, it is free again."""

from typing import Any

import pytest

from tests.workflows.money.desk import CODE, FILE, Desk, actions_of
from tests.workflows.money.funding import own_money
from tests.workflows.money.papers import reviewed_budget, share
from tests.workflows.money.spending import MEETING, activate, approved
from workflows.funds.chart import APPROVED, CARRIED_IN, FREE, LOCKED


@pytest.fixture
def desk() -> Desk:
    """A project with 100,000 yuan of active budget."""
    opened = Desk()
    opened.source = approved(opened)  # type: ignore[attr-defined]  # the one source of this file
    return opened


def moved(desk: Desk, less: int, more: int, **changed: Any) -> dict[str, Any]:  # noqa: ANN401  # fields
    """An adjustment from the first line to the second."""
    source: str = desk.source  # type: ignore[attr-defined]  # as above
    form = {
        "kind": "between",
        "reason_text": "more equipment",
        "evidence": [FILE],
        "from_lines": [share(source, less, "1")] if less else [],
        "to_lines": [{**share(source, more, "2"), "category": "equipment"}] if more else [],
    }
    return {**form, **changed}


def asked(desk: Desk, form: dict[str, Any]) -> str:
    """Ask for it; gives its code."""
    code = desk.start("budget-adjustment", "pam", **form)
    assert desk.act(code, "pam", "submit") == "twp_fin_check"
    return code


def test_class_a_is_the_units(desk: Desk) -> None:
    """Ten percent between lines: locked, decided by the township, applied; the next fen is the finance bureau's."""
    refused = asked(desk, moved(desk, 10_000_00, 10_000_00))
    desk.act(refused, "fin", "to_a")
    desk.back(refused, "may", "refuse")
    assert desk.books().amount(FREE) == 100_000_00
    code = asked(desk, moved(desk, 10_000_00, 10_000_00))
    assert desk.books().amount(LOCKED) == 10_000_00
    assert desk.refused(code, "fin", "to_fin") == {"adjustment.class"}
    desk.act(code, "fin", "to_a")
    desk.save(code, "may", **MEETING)
    assert desk.act(code, "may", "approve") == "applied"
    assert (desk.books().amount(LOCKED), desk.books().amount(FREE, line="2")) == (0, 50_000_00)
    step = asked(desk, moved(desk, 1, 1))
    assert desk.refused(step, "fin", "to_a") == {"adjustment.class"}
    desk.act(step, "fin", "to_fin")
    assert desk.act(step, "fay", "approve") == "applied"
    again = asked(desk, moved(desk, 10_000_00, 10_000_00))
    assert desk.act(again, "fin", "to_a") == "class_a"


def test_a_total_that_rises_by_small_steps_is_one_rise() -> None:
    """Ten percent in two steps are the finance bureau's, a fen more is the lead group's; then it is counted anew."""
    desk = Desk()
    reviewed_budget(desk, own_money(desk), ceiling=110_000_00)
    activate(desk)
    rises: tuple[tuple[int, str], ...] = (
        *((5_000_00, "B"), (5_000_00, "B"), (1, "C")),
        *((6_000_00, "B"), (5_000_00, "B"), (1, "C")),
    )
    for amount, wanted in rises:
        row = {**share(own_money(desk, amount), amount, "2"), "category": "equipment"}
        told: dict[str, Any] = {"kind": "increase", "reason_text": "more equipment", "evidence": [FILE]}
        code = asked(desk, told | {"to_lines": [row]})
        desk.act(code, "fin", "to_fin")
        if wanted == "B":
            assert desk.act(code, "fay", "approve") == "applied"
            continue
        assert desk.refused(code, "fay", "approve") == {"adjustment.class"}
        desk.act(code, "bob", "forward")
        desk.save(code, "lea", **MEETING)
        assert desk.act(code, "lea", "approve") == "applied"


def test_class_b_is_the_finance_bureaus_and_c_and_d_the_lead_groups(desk: Desk) -> None:
    """More than ten percent; a total higher by twelve; by twenty with a new study."""
    returned = asked(desk, moved(desk, 20_000_00, 20_000_00))
    desk.back(returned, "fin", "return")
    assert desk.books().amount(LOCKED) == 0
    desk.act(returned, "pam", "submit")
    desk.act(returned, "fin", "to_fin")
    assert desk.act(returned, "fay", "approve") == "applied"
    refused = asked(desk, moved(desk, 20_000_00, 20_000_00))
    desk.act(refused, "fin", "to_fin")
    desk.back(refused, "fay", "refuse")
    more = moved(desk, 0, 8_000_00, kind="increase", scope_change=True)
    raised = desk.start("budget-adjustment", "pam", **more)
    assert desk.refused(raised, "pam", "submit") == {"adjustment.above_source"}
    row = {**more["to_lines"][0], "source": own_money(desk, 8_000_00)}
    desk.save(raised, "pam", to_lines=[row])
    desk.act(raised, "pam", "submit")
    desk.act(raised, "fin", "to_fin")
    assert desk.refused(raised, "fay", "approve") == {"adjustment.class"}
    desk.act(raised, "bob", "forward")
    desk.save(raised, "lea", **MEETING)
    assert desk.refused(raised, "lea", "approve") == {"study.not_renewed"}
    desk.save(raised, "lea", new_study=FILE)
    assert desk.act(raised, "lea", "approve") == "applied"
    assert desk.books().amount(APPROVED) == 108_000_00
    other = desk.start("budget-adjustment", "pam", **moved(desk, 0, 15_000_00, kind="increase"))
    desk.save(other, "pam", to_lines=[{**row, "amount": 15_000_00, "source": own_money(desk, 15_000_00)}])
    desk.act(other, "pam", "submit")
    desk.act(other, "fin", "to_fin")
    desk.act(other, "bob", "forward")
    desk.back(other, "lea", "refuse")
    dropped = desk.start("budget-adjustment", "pam", **moved(desk, 1_00, 1_00))
    desk.act(dropped, "pam", "cancel", "not needed any more")
    assert desk.taken("budget-adjustment") >= actions_of("budget-adjustment") - {
        *("twp_fin_check.to_a", "class_a.approve", "class_a.refuse")
    }


def test_money_of_a_year_goes_on_in_the_next(desk: Desk) -> None:
    """Carried once; what is under no contract goes with its line (INV-22)."""
    code = asked(desk, moved(desk, 0, 0, kind="years", carry_year=2026))
    desk.act(code, "fin", "to_fin")
    assert desk.act(code, "fay", "approve") == "applied"
    assert (desk.books().amount(FREE, year=2026), desk.books().amount(FREE, year=2027)) == (0, 100_000_00)
    assert desk.books().amount(CARRIED_IN) == 100_000_00


def test_what_is_not_free_can_not_be_moved(desk: Desk) -> None:
    """More than the line has is refused when it is asked for."""
    code = desk.start("budget-adjustment", "pam", **moved(desk, 60_000_01, 60_000_01))
    assert "ledger.inv_03" in desk.refused(code, "pam", "submit")
    assert desk.books(CODE).amount(LOCKED) == 0
