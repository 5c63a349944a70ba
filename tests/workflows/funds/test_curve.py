"""Money over months: hand-made turnover, month by month."""

from datetime import date

from workflows.funds.chart import APPROVED, BANK, CARRIED_IN, CARRIED_OUT, ENCUMBERED, RESERVED, SPENT
from workflows.funds.curve import MONTHS_MAX, Turn, curve

JUNE, AUGUST = date(2026, 6, 3), date(2026, 8, 9)


def turns(on: date, amount: int, debit: str, credit: str) -> list[Turn]:
    """An amount that goes from one account to another."""
    return [Turn(on, debit, amount), Turn(on, credit, -amount)]


def test_each_line_is_added_up_to_the_end_of_the_month() -> None:
    """A month without money repeats the one before; what is paid was committed and stays so."""
    found = curve(
        [
            *turns(JUNE, 100, APPROVED.name, "budget.free"),
            *turns(JUNE, 60, "budget.free", ENCUMBERED.name),
            *turns(AUGUST, 40, ENCUMBERED.name, RESERVED.name),
            *turns(AUGUST, 40, RESERVED.name, SPENT.name),
            *turns(AUGUST, 40, "cash.project_cost", BANK.name),
        ],
        date(2026, 9, 1),
    )
    assert found.months == ("2026-06", "2026-07", "2026-08", "2026-09")
    assert found.lines == {
        "budgeted": (100, 100, 100, 100),
        "committed": (60, 60, 60, 60),
        "paid": (0, 0, 40, 40),
    }


def test_money_carried_into_the_next_year_is_budgeted_once() -> None:
    """What goes out of a year comes into the next."""
    found = curve(
        [
            *turns(date(2026, 12, 31), 100, APPROVED.name, "budget.free"),
            *turns(date(2026, 12, 31), 30, "budget.free", CARRIED_OUT.name),
            *turns(date(2027, 1, 1), 30, CARRIED_IN.name, "budget.free"),
        ],
        date(2027, 1, 2),
    )
    assert found.lines["budgeted"] == (70, 100)


def test_a_long_story_shows_its_last_months_with_all_before_in_them() -> None:
    """The sums begin where they are, not at nothing."""
    found = curve(turns(date(2020, 1, 1), 5, APPROVED.name, "budget.free"), AUGUST)
    assert len(found.months) == MONTHS_MAX
    assert set(found.lines["budgeted"]) == {5}
    assert curve([], AUGUST).months == ()
