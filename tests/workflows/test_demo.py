"""The demonstration county: forty projects, led to where they stand by the real engine."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters import shipped
from adapters.sql.reads.cases import Scope
from engine.case import Case
from engine.events import Moved, Notified, TimerFired
from engine.evolution import fold
from engine.lots import digest, recompute
from tests.workflows.procedure import procedure, shelf
from tests.workflows.rehearsal import TODAY, Rehearsal, rehearsal
from workflows.demo.county import county
from workflows.demo.papers import pdf
from workflows.demo.places import fen
from workflows.funds.papers import lines_of
from workflows.progress import REPORTING
from workflows.screening.batch import again
from workflows.warnings import Health, Watched, alerts, health

NOT_TOLD = {"special-bond", "policy-loan", "private-capital"}
"""Ways to money that are told as typed (`MONEY_ENTERED_UNTIL`)."""

PROJECTS = {told["id"]: told for told in shipped.demo()["projects"]}
EVERYWHERE = Scope(frozenset(), None)
FEN_PER_WAN = 1_000_000


def standing(cases: dict[str, Case]) -> dict[str, str]:
    """Give the state of every project."""
    return {project: case.state for project, case in cases.items()}


def test_every_project_stands_where_its_story_ends(played: Rehearsal) -> None:
    """Forty projects in twenty-eight different states."""
    assert standing(played.cases) == {project: told["stands"] for project, told in PROJECTS.items()}
    assert len(played.cases) == 40
    assert len({case.state for case in played.cases.values()}) == 28


def test_projects_began_in_the_years_their_stories_say(played: Rehearsal) -> None:
    """Eight of the county's projects date from the year before, thirty-two from this year."""
    years = Counter(case.code.split("-")[1] for case in played.cases.values())
    assert years == {"2025": 8, "2026": 32}
    assert played.case("T09-0008").code == "QH-2026-T09-0008"


def test_money_adds_up_to_the_countys_figures() -> None:
    """3,597.0 asked for; 1,616.0 received, 1,566.9 contracted, 1,000.1 paid (in ten thousand yuan)."""
    assert sum(fen(told["amount"]) for told in PROJECTS.values()) == 35_970 * FEN_PER_WAN // 10
    for told in PROJECTS.values():
        assert sum(map(fen, told["sources"].values())) == fen(told["amount"]), told["id"]
    sums = [sum(fen(told["money"][place]) for told in PROJECTS.values() if "money" in told) for place in range(3)]
    assert sums == [amount * FEN_PER_WAN // 10 for amount in (16_160, 15_669, 10_001)]


def test_every_history_folds_to_its_case(played: Rehearsal) -> None:
    """Nothing was inserted: each case is the fold of its records, in order of time."""
    for case in played.cases.values():
        records = played.store.history(case.id)
        assert fold(records) == case, case.code
        assert [record.at for record in records] == sorted(record.at for record in records)
        assert records[-1].at <= TODAY


def test_every_act_has_its_person_and_negative_ones_their_words(played: Rehearsal) -> None:
    """No step was taken by nobody; whoever sent back or rejected said why."""
    accounts = {post.id for post in played.play.county.people}
    for case in played.cases.values():
        for record in played.store.history(case.id):
            assert record.actor in accounts | {"system"}
            for event in record.events:
                if isinstance(event, Moved) and procedure().states[event.source].actions[event.action].kind == "return":
                    assert len(event.comment) >= 10, (case.code, event)


def test_timers_fired_on_the_way(played: Rehearsal) -> None:
    """Reminders, an ended notice, an automatic withdrawal and marks for what is late."""
    history = [event for case in played.cases.values() for one in played.store.history(case.id) for event in one.events]
    by_system = Counter(event.action for event in history if isinstance(event, Moved) and event.action != "passed")
    assert by_system["publish_end"] >= 20
    assert by_system["timeout"] == 1
    assert sum(isinstance(event, TimerFired) for event in history) > 60
    assert any(isinstance(event, Notified) and event.kind == "deadline.reminder" for event in history)
    assert "overdue" in played.case("T10-0032").marks
    assert played.case("T10-0040").actors["returned.timeout"].user == "system"


def test_stories_left_their_traces(played: Rehearsal) -> None:
    """Two objections were answered, four of five have scored, seven issues with four answers, a gap of twenty.

    What gate zero found is on record: a screen refused, a server room cleared by the head, a likeness dealt with.
    """
    (objection,) = rows(played.case("T02-0022"), "objections")
    assert objection["standing"] == "dismissed"
    assert len(played.case("T10-0032").ballots) == 4
    assert len(played.case("T10-0032").tasks) == 1
    assert [("answer" in row) for row in rows(played.case("T04-0036"), "issues")] == [True] * 4 + [False] * 3
    assert {row["standing"] for row in rows(played.case("T10-0021"), "funding_sources")} >= {"refused", "applied"}
    assert {ballot.seat for ballot in played.case("T07-0019").ballots} == {"data", "cyber", "ndrc"}
    assert played.case("T08-0031").visits["expert_scoring"] == 2
    assert played.case("T09-0028").data["negative_found"] == ["display"]
    assert played.case("T01-0027").data["negative_found"] == ["server_room"]
    assert played.case("T01-0027").actors["prelim_review.clear_hits"].user == "cty-head"
    (like,) = rows(played.case("T04-0016"), "duplicates")
    assert like["found"] == played.case("T04-0005").data["name"]


def rows(case: Case, field: str) -> list[dict[str, object]]:
    """Give a table of a case."""
    value = case.data[field]
    assert isinstance(value, list)
    return [dict(row) for row in value if isinstance(row, dict)]


ASIDE = {
    "autumn": "ranked",
    "special": "ranked",
    "winter": "open",
    "pool": "proposing",
    "T07-0019/study": "approved",
    "T08-0020/study": "desk_review",
    "T10-0021/study": "writing",
    "T10-0032/seat-6": "drawn",
    "seat:T10-0032/5": "replaced",
    "seat:T05-0033/2": "active",
    "seat:T07-0030/1": "paid",
    "seat:T07-0019/1": "signed",
    "T03-0014/change": "closed",
    "T05-0012/change": "cty_approve",
    "T07-0010/change": "twp_approve",
    "T04-0005/acceptance": "passed",
    "T03-0006/acceptance": "failed",
    "T09-0008/acceptance": "panel",
    "T07-0010/quality": "passed",
    "T10-0013/quality": "rectifying",
    "T05-0012/quality": "inspecting",
    "T05-0012/risk": "mitigating",
    "T10-0013/risk": "planned",
    "T01-0015/risk": "closed",
    "T02-0002/evaluation": "concluded",
    "T08-0004/evaluation": "surveying",
    "T01-0015/evaluation": "self_eval",
    "T07-0003/measure-1": "doing",
    "T07-0003/measure-2": "verifying",
    "T07-0003/measure-3": "overdue",
    "T07-0003/measure-4": "closed",
    "T01-0001/lesson-1": "published",
    "T02-0009/lesson": "reviewing",
    "T07-0030/objection": "investigating",
    "T10-0040/objection": "dismissed",
    "T10-0013/order": "handling",
    "T08-0011/order": "issued",
    "T07-0003/order": "closed",
    "T02-0009/audit": "closed",
    "T10-0013/audit": "commenting",
    "T02-0009/finding": "closed",
    "T10-0013/finding": "rectifying",
    "YH-T01-1108": "imported",
    "YH-T07-1103": "explained",
    "YH-T10-1119": "imported",
    "T07-0010/payment": "reconciled",
    "T07-0010/adjustment": "applied",
    "T06-0017/adjustment": "applied",
    "T09-0018/adjustment": "applied",
    "T01-0015/adjustment": "applied",
    "T03-0006/refund": "closed",
    "T03-0006/breach": "closed",
    "T08-0011/breach": "noticed",
    "T08-0011/order-2": "handling",
    "T10-0013/w_03": "raised",
    "T07-0010/w_18": "handling",
    "T07-0010/w_06": "handling",
    "T08-0011/w_01": "reviewing",
    "T08-0011/w_05": "reviewing",
    "T05-0012/w_03": "meeting",
    "T08-0011/w_18": "false_alarm",
    "T07-0010/w_16": "cleared",
    "T07-0010/rf_09": "released",
    "T10-0013/rf_09": "explaining",
    "T04-0005/rf_17": "released",
    "T03-0006/rf_17": "explaining",
    "T08-0011/report-2026-10": "missed",
    "T01-0015/report-2026-10": "supervisor_note",
    "T05-0012/report-2026-10": "twp_verify",
    "T07-0010/report-2026-10": "accepted",
}
"""Where cases beside the projects stand on the day the stories are told for."""


def test_procedures_beside_the_projects_are_lived(played: Rehearsal) -> None:
    """Calls, panels, studies, changes and the rest: some are over, some wait for somebody who can sign in."""
    assert {key: played.beside[key].state for key in ASIDE} == ASIDE
    accounts = {f"u:{post.id}" for post in played.play.county.people}
    roles = {f"g:{role}@{unit}" for post in played.play.county.people for role, unit in post.roles}
    waiting = {key for key, case in played.beside.items() if case.tasks}
    assert len(waiting) >= 30
    for key in waiting:
        assert {task.principal for task in played.beside[key].tasks} <= accounts | roles, key


def test_every_township_procedure_is_in_the_demo(played: Rehearsal) -> None:
    """Nothing that is shipped is missing, but three ways to money."""
    shown = {case.definition for case in played.beside.values()} | {"township-project"}
    assert shelf().keys() - shown == NOT_TOLD


def test_the_ranking_of_the_autumn_call_can_be_done_again(played: Rehearsal) -> None:
    """Its order follows from its table and the seed that was sealed; each project took its rank from it."""
    call = played.beside["autumn"]
    told = lines_of(call.data, "ranking")
    assert again(told[::-1], str(call.data["seed"])) == [row["project"] for row in told]
    assert digest(str(call.data["seed"])) == call.data["seed_commitment"]
    ranks = {str(row["project"]).partition("-2026-")[2]: row["rank"] for row in told}
    for project in ("T02-0022", "T06-0024", "T05-0025", "T04-0023"):
        assert played.case(project).data["rank"] == ranks[project]
    assert ranks["T02-0029"] < ranks["T04-0023"]
    assert played.case("T04-0023").data["out_of_order_reason"]


def test_every_panel_was_drawn_by_lot(played: Rehearsal) -> None:
    """Seed, word and candidates of each seat give the same expert again, and nobody with an interest sits."""
    interests = {one.id: one.conflicts for one in played.play.county.experts}
    seats = [case for case in played.beside.values() if case.definition == "expert-panel" and "expert" in case.data]
    assert len(seats) >= 34
    for case in seats:
        (drawing,) = recompute(case.id, played.store.history(case.id))
        assert (drawing.faults, drawing.drawn) == ((), (case.data["expert"],))
        assert case.unit.partition("-")[0] not in interests[str(case.data["expert"])]


def test_the_projects_health_is_spread(played: Rehearsal) -> None:
    """Green, yellow and red stand beside each other among what is being built."""
    with played.database.read() as connection:
        facts = played.organisation.facts(connection)
        watched = [Watched(case, facts, TODAY) for case in played.cases.values()]
        seen = {one.project.code: health(one, list(alerts(one))) for one in watched if one.project.state in REPORTING}
    assert {Health.GREEN, Health.YELLOW, Health.RED} <= set(seen.values())


def test_what_is_typed_counts_no_more(played: Rehearsal) -> None:
    """Policies end typing before today: later panels, studies, reports and acceptances are cases."""
    today = TODAY.date().isoformat()
    for policy in ("reviews_entered_until", "registers_entered_until", "meetings_entered_until"):
        assert str(played.play.policies[policy]) < today
    members = rows(played.case("T07-0030"), "panel_members")
    assert [row["expert"] for row in members] == [
        played.beside[f"seat:T07-0030/{number}"].data["expert"] for number in range(1, 6)
    ]
    (*_, last) = rows(played.case("T04-0005"), "acceptances")
    assert last["report_number"] == played.beside["T04-0005/acceptance"].code


def test_the_county_has_its_units_and_people() -> None:
    """Nine bodies, ten townships of six offices, fourteen outside; 71 accounts and 32 experts; every role held."""
    found = county(shipped.demo()["county"])
    kinds = Counter(unit.kind for unit in found.units)
    assert kinds == {"county": 1, "department": 10, "township": 10, "office": 60, "external": 14}
    assert len(found.people) == 71 + 32
    held = {role for post in found.people for role, _ in post.roles}
    assert held == shipped.role_codes()
    ids = {unit.id for unit in found.units}
    people = {post.id for post in found.people}
    assert all(unit.head in people for unit in found.units if unit.head)
    assert all(unit in ids for post in found.people for _, unit in post.roles)
    kind_of = {unit.id: unit.kind for unit in found.units}
    allowed = {code: role["held_in"] for code, role in shipped.roles().items()}
    assert all(kind_of[unit] in allowed[role] for post in found.people for role, unit in post.roles)


def test_duties_are_apart_in_the_small_townships() -> None:
    """The manager, the accountant and the cashier of a township are three people (SoD-2)."""
    for post in county(shipped.demo()["county"]).people:
        assert len({role for role, _ in post.roles} & {"pm", "twp_fin", "twp_cashier"}) <= 1, post.id


def test_attachments_are_real_small_documents(played: Rehearsal) -> None:
    """Every file a case names was handed in, and is a PDF."""
    named = {
        file["id"]
        for case in played.cases.values()
        for value in case.data.values()
        for file in (value if isinstance(value, list) else [value])
        if isinstance(file, dict) and "digest" in file
    }
    assert named <= played.files.keys()
    assert len(named) > 200
    assert all(content.startswith(b"%PDF-") and content.endswith(b"%%EOF\n") for content in played.files.values())
    assert max(map(len, played.files.values())) < 4_000
    assert pdf(("a",)).count(b" 0 obj") == 6


@pytest.mark.parametrize("now", [datetime(2027, 2, 10, 3, 0, tzinfo=UTC), datetime(2026, 7, 1, 9, 0, tzinfo=UTC)])
def test_the_play_fits_any_day(tmp_path: Path, now: datetime) -> None:
    """In a holiday week or at a half-year's turn the projects come to stand where their stories end."""
    with rehearsal(tmp_path, now) as done:
        assert standing(done.cases) == {project: told["stands"] for project, told in PROJECTS.items()}
