"""Progress reports: every action, by the people it is for, and what follows from them for the project."""

from collections.abc import Mapping
from datetime import UTC, datetime

from engine.case import Mark
from engine.values import Json
from tests.workflows.money.desk import CODE, FILE, Desk, Filled, actions_of
from workflows.funds.papers import lines_of
from workflows.progress import Course
from workflows.warnings import Health, Watched, alerts, health

STAGES = (("build", "2026-04-01", "2026-05-31", 60), ("train", "2026-06-15", "2026-07-31", 40))
COMMON: Filled = {"deliverable": "d", "owner": "pam", "payment_percent": 50, "before_acceptance": True}
PLAN: list[Filled] = [
    {"milestone": name, "start_on": start, "finish_on": finish, "weight": weight, **COMMON}
    for name, start, finish, weight in STAGES
]
WORDS: Filled = {"work_done": "walls", "next_steps": "roof", "forecast_finish": "2026-07-31", "rating": "green"}


def photo(number: int) -> Filled:
    """A file that no other report holds."""
    return FILE | {"id": f"p{number}", "name": f"p{number}.jpg", "kind": "jpg", "digest": f"{number:064}"}


def building(policy: Mapping[str, Json] | None = None, **data: Filled) -> Desk:
    """A project that has been built since 1 April; today is 1 June."""
    desk = Desk("implementing", policy, baseline=PLAN, milestones=PLAN, **data)
    project = desk.case(CODE).copy()
    project.actors = {"approved.start": Mark("pam", datetime(2026, 4, 1, 2, tzinfo=UTC))}
    desk.store.cases.put(project)
    return desk


def tell(desk: Desk, code: str, build: int, number: int, **more: Filled) -> None:
    """Fill a report in: how far the first milestone is, with a photograph."""
    lines = [{"milestone": "build", "claimed": build}, {"milestone": "train", "claimed": 0}]
    proofs = [{"milestone": "build", "kind": "photo", "file": f"p{number}.jpg"}]
    desk.save(code, "pam", milestones=lines, proofs=proofs, evidence=[photo(number)], **WORDS, **more)


def verify(desk: Desk, code: str, build: int) -> str:
    """Accept so much of the first milestone."""
    lines = [{"milestone": "build", "accepted": build, "remark": "seen"}, {"milestone": "train", "accepted": 0}]
    desk.save(code, "ida", verified=lines)
    return desk.act(code, "ida", "confirm")


def course(desk: Desk) -> Course:
    """The project's plan and reports today."""
    return Course(desk.case(CODE), desk.store.facts, desk.today)


def test_every_way_of_a_report() -> None:
    """Verified, doubted by the supervisor, mended, accepted; another one missed, handed in late, sent back."""
    desk = building()
    april = desk.start("progress-report", "pam", month="2026-04")
    tell(desk, april, 50, 1, supervisor="sue")
    desk.save(april, "pam", proofs=[])
    assert desk.refused(april, "pam", "submit") == {"progress.no_proof"}
    tell(desk, april, 50, 1, supervisor="sue")
    assert desk.act(april, "pam", "submit") == "twp_verify"
    assert [row["milestone"] for row in lines_of(desk.case(april).data, "verified")] == ["build", "train"]
    assert desk.refused(april, "ida", "confirm") >= {"progress.not_verified"}
    assert verify(desk, april, 40) == "supervisor_note"
    assert desk.back(april, "sue", "doubt") == "returned"
    assert desk.act(april, "pam", "resubmit") == "twp_verify"
    assert verify(desk, april, 45) == "supervisor_note"
    desk.save(april, "sue", supervisor_opinion="as built")
    assert desk.act(april, "sue", "accept") == "accepted"
    assert course(desk).done == {"build": 45, "train": 0}
    may = desk.start("progress-report", "pam", month="2026-05")
    desk.wait(14)
    assert desk.case(may).state == "missed"
    tell(desk, may, 100, 2)
    assert desk.act(may, "pam", "submit") == "twp_verify"
    assert desk.case(may).data["late"] is True
    assert desk.back(may, "ida", "return") == "returned"
    desk.act(may, "pam", "resubmit")
    assert verify(desk, may, 100) == "accepted"
    assert course(desk).actual() * 100 == 60
    assert desk.taken("progress-report") == actions_of("progress-report")


def test_a_photograph_used_twice_is_noticed_across_projects() -> None:
    """By its bytes: the verifier must say why it may stand twice, whichever project had it first."""
    desk = building()
    desk.project("QH-2026-0002", "implementing", baseline=PLAN)
    first = desk.start("progress-report", "pam", month="2026-04")
    tell(desk, first, 50, 1)
    desk.act(first, "pam", "submit")
    verify(desk, first, 50)
    other = desk.start("progress-report", "pam", project="QH-2026-0002", month="2026-04")
    tell(desk, other, 50, 1)
    desk.act(other, "pam", "submit")
    desk.save(other, "ida", verified=[{"milestone": "build", "accepted": 50}, {"milestone": "train", "accepted": 0}])
    assert desk.refused(other, "ida", "confirm") == {"progress.reused"}
    desk.save(other, "ida", reuse_reason="one delivery slip for both sites")
    assert desk.act(other, "ida", "confirm") == "accepted"


def test_reports_typed_before_a_county_went_over_stay_told() -> None:
    """After the policy's day the months that had closed by it still count, a month closed later does not."""
    typed = [{"month": month, "progress_percent": 40, "accepted": True} for month in ("2026-04", "2026-05")]
    for until, missing in (("2026-06-01", []), ("2026-05-30", ["2026-05"]), ("2026-04-29", ["2026-04", "2026-05"])):
        desk = building({"registers_entered_until": until}, reports=typed)
        desk.wait(10)
        assert course(desk).missing() == missing


def test_a_late_report_is_never_green() -> None:
    """Nothing reported: unknown on the sixth working day of the next month; handed in: known again once accepted."""
    desk = building()
    april = desk.start("progress-report", "pam", month="2026-04")
    tell(desk, april, 100, 1)
    desk.act(april, "pam", "submit")
    verify(desk, april, 100)

    def seen() -> Health:
        it = Watched(desk.case(CODE), desk.store.facts, desk.clock.now())
        return health(it, [one for one in alerts(it) if one.rule != "W-05"])

    assert course(desk).unopened() == ["2026-05"]
    assert (course(desk).missing(), seen()) == ([], Health.GREEN)
    desk.wait(8)
    assert course(desk).missing() == ["2026-05"]
    assert seen() is not Health.GREEN
    may = desk.start("progress-report", "pam", month="2026-05")
    tell(desk, may, 100, 2)
    desk.act(may, "pam", "submit")
    assert (course(desk).missing(), course(desk).unknown()) == ([], ["2026-05"])
    verify(desk, may, 100)
    assert (course(desk).unknown(), seen()) == ([], Health.GREEN)
