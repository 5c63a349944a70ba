"""The ways of the procedure that the demonstration's stories do not take: told here, played by the same engine."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from adapters import shipped
from adapters.calendars.china import seed
from adapters.calendars.notice import working_calendar
from workflows.demo.county import Expert, county
from workflows.demo.forms import FORMS, Builder
from workflows.demo.places import Project, panel_of
from workflows.demo.scenes import Scene
from workflows.demo.script import Play, play

Steps = list[dict[str, Any]]
EXPERTS = county(shipped.demo()["county"]).experts


TOLD = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))


def path(names: Sequence[str]) -> list[str]:
    """Replace roads by what they are made of."""
    roads = TOLD["roads"]
    return [piece for name in names for piece in (path(roads[name]) if name in roads else [name])]


def route(rows: Sequence[Any]) -> Steps:
    """Read the steps of a piece of road."""
    return [row if isinstance(row, dict) else step(*row) for row in rows]


def step(who: str, do: str, form: str = "-", wait: int = 1) -> dict[str, Any]:
    """One step of a road."""
    return {"who": who, "do": do, "form": form.strip("-"), "wait": wait}


def project(number: int, stands: str, amount: str, path: Sequence[str], **story: Any) -> dict[str, Any]:  # noqa: ANN401  # a story
    """A project with nothing special but its way; no two are alike in what they say."""
    name = "".join(chr(ord("一") + 97 * number + at) for at in range(4))
    return {
        "id": f"T0{1 + number % 9}-{900 + number:04}",
        "stands": stands,
        "name": name,
        "office": "SVC",
        "categories": ["software"],
        "amount": amount,
        "sources": {"county_budget": amount},
        "money": [amount, amount, amount],
        "path": path,
        "age": 3,
        "deliver": 45,
        "score": 84,
        "ranking": [f"Z{number}", 1],
        "problem": "年办件 1200 件",
        "goal": name[::-1],
        "objects": name[::2],
        "people": 1200,
        "functions": [[name[1:], name]],
        "targets": [["时长", "10", "5", "天"]],
        **story,
    }


PROJECTS = [project(**told | {"path": path(told["path"])}) for told in TOLD["projects"]]


def reasoned(_it: Scene) -> dict[str, Any]:
    """A reason from the list."""
    return {"reason_code": "papers"}


def based(_it: Scene) -> dict[str, Any]:
    """A reason with its basis."""
    return {"reason_code": "papers", "reason_basis": "guide 6"}


def own_request(_it: Scene) -> dict[str, Any]:
    """A withdrawal of the unit's own."""
    return {"reason_code": "own_request"}


def objection_upheld(it: Scene) -> dict[str, Any]:
    """An objection was upheld today."""
    row = {"received_on": it.today, "matter": "names left out", "standing": "upheld"}
    return {"objections": [{**row, "decided_on": it.today, "answer": "the list was wrong"}]}


def recused(it: Scene) -> dict[str, Any]:
    """The last member of the panel steps back."""
    rows = FORMS["panel"](it)["panel_members"]
    return {"panel_members": [*rows[:-1], rows[-1] | {"standing": "recused"}]}


def new_panel(it: Scene) -> dict[str, Any]:
    """Somebody else of the same specialty takes the place."""
    other = substitute(it.members)
    row = {"expert": other.id, "specialty": other.specialty, "employer": other.employer}
    return {"panel_members": [*recused(it)["panel_members"], {**row, "declaration": "clear", "standing": "active"}]}


def new_opinion(it: Scene) -> dict[str, Any]:
    """The opinion of the new panel, which gave 86 points each."""
    people = (*it.members[:-1], substitute(it.members))
    signed = [{"expert": expert.id, "position": "agrees", "signed_on": it.today} for expert in people]
    return {**FORMS["panel_opinion"](it), "panel_score": "86", "signatures": signed}


def substitute(members: Sequence[Expert]) -> Expert:
    """Find an expert who is not on the panel, for its last member."""
    free = (one for one in EXPERTS if one not in members and not one.conflicts)
    return next(one for one in free if one.specialty == members[-1].specialty)


def new_opinions(it: Scene) -> dict[str, Any]:
    """The chair asks for more."""
    return {"adoptions": [*FORMS["adoptions"](it)["adoptions"], {"opinion": "name the operator"}]}


def defect(_it: Scene) -> dict[str, Any]:
    """The papers were not complete."""
    return {"defect": "form"}


def next_batch(it: Scene) -> dict[str, Any]:
    """The call that has opened meanwhile."""
    return {"look_again_batch": f"{it.on:%Y-%m}"}


def cleared(_it: Scene) -> dict[str, Any]:
    """Why the project may come back."""
    return {"removal_cleared": "the first phase was graded", "changed_parts": "parts 2 and 3"}


def joint_issue(_it: Scene) -> dict[str, Any]:
    """A department wants something changed."""
    return {"joint_issues": [{"part": "security", "issue": "no filing"}], "reason_code": "security"}


def joint_answers(_it: Scene) -> dict[str, Any]:
    """It is changed."""
    row = {"part": "security", "issue": "no filing", "answer": "filed", "changed_part": "part 4"}
    return {"joint_issues": [row]}


def thawed(it: Scene) -> dict[str, Any]:
    """The condition to unfreeze is met."""
    evidence = [it.paper("approval_minutes")]
    return {"freeze_condition": "money found", "freeze_evidence": evidence, "freeze_met_on": it.today}


def decision(it: Scene, matter: str, by: str) -> list[dict[str, Any]]:
    """The decision of an authority."""
    return [{"matter": matter, "decided_by": by, "decided_on": it.today, "document": it.number("D17")}]


def cancelled(it: Scene) -> dict[str, Any]:
    """The head has decided to cancel."""
    return {"authority_decisions": decision(it, "cancel", "cty_head"), "reason_code": "policy"}


def stopped(it: Scene) -> dict[str, Any]:
    """Both heads have decided to stop."""
    return {**FORMS["termination"](it), "authority_decisions": decision(it, "terminate", "fin_head")}


def reverted(it: Scene) -> dict[str, Any]:
    """The project goes on, once its cause is cleared."""
    cause, resume_when = it.project.get("suspended")
    return {"suspension_causes": [{"cause": cause, "resume_when": resume_when}], "reason_code": "policy"}


def cause_cleared(it: Scene) -> dict[str, Any]:
    """The cause of the suspension is cleared."""
    (row,) = reverted(it)["suspension_causes"]
    return {"suspension_causes": [{**row, "cleared_on": it.today, "evidence": "letter"}]}


def issue(it: Scene, kind: str, **more: str) -> dict[str, Any]:
    """A line of the list to rectify."""
    return {"kind": kind, "issue": "interface not ready", "due_on": it.later(30), **more}


def first_failure(it: Scene) -> dict[str, Any]:
    """The preliminary acceptance fails."""
    (row,) = FORMS["first_acceptance"](it)["acceptances"]
    failed = {**row, "result": "failed", "in_favour": 1}
    return {"acceptances": [failed], "acceptance_issues": [issue(it, "preliminary")]}


def rectified(it: Scene) -> dict[str, Any]:
    """All is rectified and verified by the county."""
    done = issue(it, "final", proof="test log", verified_by="cty-review-2", verified_on=it.today)
    return {"acceptance_issues": [done]}


def trial_defect(it: Scene) -> dict[str, Any]:
    """The trial run breaks down."""
    return {"acceptance_issues": [issue(it, "trial")]}


def final_failure(it: Scene) -> dict[str, Any]:
    """The final acceptance fails and says why."""
    *earlier, last = FORMS["final_acceptance"](it)["acceptances"]
    issues = [{"kind": "final", "issue": one, "due_on": it.later(40)} for one in it.project.get("failures")]
    return {"acceptances": [*earlier, {**last, "in_favour": 1, "result": "failed"}], "acceptance_issues": issues}


def final_again(it: Scene) -> dict[str, Any]:
    """The final acceptance passes after a failure."""
    found = FORMS["final_acceptance"](it)
    return {**found, "acceptances": [*final_failure(it)["acceptances"], found["acceptances"][-1]]}


OWN: tuple[Builder, ...] = (
    reasoned,
    based,
    own_request,
    objection_upheld,
    recused,
    new_panel,
    new_opinion,
    new_opinions,
    defect,
    next_batch,
    cleared,
    joint_issue,
    joint_answers,
    thawed,
    cancelled,
    stopped,
    reverted,
    cause_cleared,
    first_failure,
    rectified,
    trial_defect,
    final_failure,
    final_again,
)


def calls(now: datetime) -> list[dict[str, Any]]:
    """A call for every month and every half-year of the time before."""
    categories = ["hardware", "software", "network", "data", "security"]
    found = []
    for year in range(now.year - 4, now.year + 1):
        for month in range(1, 13):
            first = date(year, month, 1)
            found.append((f"{first:%Y-%m}", first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)))
        found += [
            (f"{year}-1", date(year, 1, 1), date(year, 6, 30)),
            (f"{year}-2", date(year, 7, 1), date(year, 12, 31)),
        ]
    return [
        {"code": code, "opens_on": str(opens), "closes_on": str(closes), "categories": categories}
        for code, opens, closes in found
    ]


def scoring_again() -> Steps:
    """The new panel of project 3 scores."""
    (third,) = (one for one in PROJECTS if one["id"].endswith("0903"))
    members, _ = panel_of(Project(third, ""), EXPERTS)
    return [step(expert.id, "score", "sheet", 0) for expert in (*members[:-1], substitute(members))]


def detours(now: datetime) -> Play:
    """Write the script of the other ways, up to `now`."""
    data = shipped.demo()
    own = {name: route(rows) for name, rows in TOLD["routes"].items()}
    told = {
        "county": data["county"],
        "phrases": data["phrases"],
        "projects": PROJECTS,
        "routes": {**data["routes"], **own, "score_new": scoring_again()},
        "policies": {
            "calls": calls(now),
            **dict.fromkeys(
                ("reviews_entered_until", "registers_entered_until", "meetings_entered_until"), now.date().isoformat()
            ),
        },
    }
    forms = {**FORMS, **{builder.__name__: builder for builder in OWN}}
    return play(told, working_calendar("cn", seed()), now, forms)
