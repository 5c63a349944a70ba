"""Fairness of a call (R-07): who came in with how much, experts, recusals, times, and admissions out of order."""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from engine.case import Ballot, Case, Mark
from engine.counting import Choosing
from tests.workflows.figures.small_county import SmallCounty, at, counted, made, stay, values
from tests.workflows.guards.trial import NOW
from workflows.scoring import POINTS_MAX

CALL = "2026-1"


def applied(number: int, state: str = "reserved", unit: str = "", **data: Any) -> Case:  # noqa: ANN401  # data
    """Give an application to the call, for as many thousand yuan as its number says."""
    told = {"batch": CALL, "amount": number * 100_000, "categories": ["software"], **data}
    case = made(str(number), state, opened=f"2026-01-{number:02}", **told)
    return replace(case, unit=unit) if unit else case


def sheets(project: Case, **less: int) -> Case:
    """Let experts score it: the full points, and so many less in B1 to C4 together."""
    ballots = []
    for expert, missing in less.items():
        form, left = dict(POINTS_MAX), missing
        for name in ("c1", "c2", "a1", "a2", "a3"):
            taken = min(form[name], left)
            form[name], left = form[name] - taken, left - taken
        ballots.append(Ballot("t", "", expert, Choosing.PASS, NOW, form={**form}))
    return replace(project, rounds={"expert_scoring": tuple(ballots)})


def test_groups_of_a_call_are_compared_by_number_and_money() -> None:
    """If a refused one counted as admitted, a draft as sent, or one that went on as out, a rate would be false."""
    county = SmallCounty(
        [
            applied(1),
            applied(2, "rejected", categories=["software", "data"]),
            applied(3, "implementing", unit="T02-SVC"),
            applied(4, "draft"),
            applied(5, "reserved", batch=""),
        ]
    )
    first, second = (values(line) for line in counted("fair_townships", county))
    assert (first["batch"], first["applied"], first["admitted"], first["admitted_rate"]) == (CALL, 2, 1, 50)
    assert (first["applied_money"], first["admitted_money"], first["money_rate"]) == (300_000, 100_000, 33)
    assert (second["township"], second["applied"], second["admitted_rate"]) == ("T02-SVC", 1, 100)
    categories = {line["category"].value: values(line) for line in counted("fair_categories", county)}
    assert {name: (one["applied"], one["admitted"]) for name, one in categories.items()} == {
        "software": (3, 2),
        "data": (1, 0),
    }
    assert [line["applied"].value for line in counted("fair_offices", county)] == [2, 1]


def test_experience_counts_what_an_office_sent_before_in_any_year() -> None:
    """If only the year asked for counted, an office with ten years of applications would pass for a newcomer."""
    old = replace(applied(1), opened_at=at("2024-03-04"))
    county = SmallCounty([old, applied(2), applied(3, "rejected", unit="T02-SVC")])
    again, first = (values(line) for line in counted("fair_experience", county, year=2026))
    assert (again["first_time"], again["applied"], again["admitted_rate"]) == (False, 1, 100)
    assert (first["first_time"], first["applied"], first["admitted_rate"]) == (True, 1, 0)


def test_outliers_and_severity_are_told_by_call() -> None:
    """One sheet thirteen points and more off its panel's result is named; the county's deviation is the measure."""
    project = sheets(applied(1), e1=0, e2=0, e3=0, e4=30, e5=0)
    (line,) = (values(one) for one in counted("fair_outliers", SmallCounty([project])))
    assert (line["expert"], line["sheet_points"], line["panel_points"], line["off"]) == (
        "e4",
        Decimal("70.0"),
        Decimal("100.0"),
        Decimal("-30.0"),
    )
    wide = SmallCounty([project], policies={"screening.deviation_max": 30})
    assert counted("fair_outliers", wide) == []
    experts = {line["expert"].value: values(line) for line in counted("fair_experts", SmallCounty([project]))}
    assert (experts["e4"]["sheets"], experts["e4"]["outliers"], experts["e1"]["outliers"]) == (1, 1, 0)
    assert experts["e4"]["severity"] < 0 < experts["e1"]["severity"]


def test_what_severity_would_change_is_flagged_and_changes_nothing() -> None:
    """A stern expert sat on one panel of two: without the sternness its project would pass and come first."""
    stern = sheets(applied(1), e1=20, e2=20, e3=36)
    others = [sheets(applied(number), e1=18, e2=18, e3=40) for number in (3, 4, 5)]
    mild = sheets(applied(2), e1=25, e2=25, e4=25)
    found = {
        line["project"].value: values(line) for line in counted("fair_calibrated", SmallCounty([stern, mild, *others]))
    }
    assert mild.code in found
    one = found[stern.code]
    assert (one["panel_points"], one["enough"], one["calibrated_enough"]) == (Decimal("74.7"), False, True)
    assert one["calibrated_place"] < one["place"]
    assert counted("fair_calibrated", SmallCounty([mild])) == []


def test_recusals_say_how_a_seat_was_given_up() -> None:
    """The last step counts: one who was replaced after a challenge did not decline."""
    project = applied(1)
    ways = ("invited.decline", "invited.timeout", "declared.recuse", "active.challenged", "active.timeout")
    gone = [
        replace(made(f"s{number}", "replaced", "expert-panel", project=project.code), actors={way: Mark("x", NOW)})
        for number, way in enumerate(ways)
    ]
    seated = made("s9", "signed", "expert-panel", project=project.code)
    (line,) = (values(one) for one in counted("fair_recusals", SmallCounty([project, seated, *gone])))
    assert line == {
        "batch": CALL,
        "seats": 6,
        "declined": 1,
        "silent": 1,
        "recused": 1,
        "challenged": 1,
        "late": 1,
    }


def test_times_run_to_the_decision_in_working_days() -> None:
    """From the application to the pool, or to the refusal; what is not decided has no time."""
    project, waiting = applied(1), applied(2, "reserve_decision")
    moved = [
        stay(project, "draft", "2026-01-05", "2026-01-05", "dept_check", "submit"),
        stay(project, "reserve_decision", "2026-01-06", "2026-01-15", "reserve_notice", "admit"),
        stay(waiting, "draft", "2026-01-05", "2026-01-05", "dept_check", "submit"),
    ]
    (line,) = (values(one) for one in counted("fair_times", SmallCounty([project, waiting], moved)))
    assert (line["decided"], line["days"], line["days_most"]) == (1, Decimal("8.0"), Decimal("8.0"))


def test_an_admission_out_of_order_stands_with_its_reason() -> None:
    """The second of a ranking came in while the first still waited; the third in its turn is not named."""
    ranks = {"ranking_version": f"{CALL} v1"}
    first = applied(1, "reserve_decision", rank=1, **ranks)
    second = applied(2, rank=2, out_of_order_reason="汛期前须建成", **ranks)
    second = replace(second, actors={"reserve_decision.admit": Mark("hal", at("2026-03-02"))})
    rows = [
        {"rank": number, "project": one.code, "class": "first", "index": "80.00"}
        for number, one in enumerate((first, second), 1)
    ]
    told: dict[str, Any] = {"number": CALL, "ranking": rows, "seed": "s"}
    call = replace(made("c", "ranked", "application-call"), data=told)
    (line,) = (values(one) for one in counted("fair_exceptions", SmallCounty([first, second, call])))
    assert (line["project"], line["rank"], line["ahead"], line["reason"]) == (
        second.code,
        2,
        first.code,
        "汛期前须建成",
    )
    assert (str(line["admitted_on"]), line["admitted_by"]) == ("2026-03-02", "hal")
