"""The whole script of the demo: every step of every project as a command to give, in order of time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.calendar import WorkingCalendar
from engine.values import Json
from workflows.demo.county import County, Expert, county
from workflows.demo.forms import FORMS, Builder
from workflows.demo.money import account_deeds, budget_item, deeds
from workflows.demo.monthly import Monthly, first_month
from workflows.demo.places import SEAT, Days, Project, Stop, drawn, panel_of, stops, timed
from workflows.demo.purse import Beside, Deed, Purse
from workflows.demo.scenes import Scene
from workflows.demo.seats import Seats
from workflows.demo.stories import Act, Stories

FOOTER = "papers.frame.footer"
CALL_MARGIN_DAYS = 12
TYPED_AGO = {"reviews_entered_until": 15, "registers_entered_until": 33}
"""So many working days ago the county's panels, studies and adjustments, and its reports and acceptances, went over to
procedures of their own: what was typed counts until that day, and nothing after it."""

CEILING_FEN = 3_000_000_000
TOWNSHIP_POSTS = frozenset({"apply", "head", "it", "leader"})
LARGE = frozenset({"T3", "T4"})
CATEGORIES = ("hardware", "software", "network", "data", "security")


TYPED_TO_THE_END = ("money_entered_until", "meetings_entered_until")
"""Some projects' money is told as typed: from other sources than a township's (a loan, a donation, private capital); so
are most meetings. What was typed counts until the last day that is told."""


@dataclass(frozen=True, slots=True)
class Scripted:
    """One step: who does what at which moment, with which form. `do` is open, save, remark or an action.

    `item` is the key of a case beside the project, where the step is one of it.
    """

    at: datetime
    project: str
    who: str
    do: str
    form: Mapping[str, Any]
    comment: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """All of the demo: its county, its policies and its steps in order of time. `codes` number the projects.

    `beside` are the cases beside them, by their keys.
    """

    county: County
    policies: Mapping[str, Json]
    steps: tuple[Scripted, ...]
    codes: Mapping[str, str]
    units: Mapping[str, str]
    beside: Mapping[str, Beside]


@dataclass(frozen=True, slots=True)
class _Way:
    """One project's steps with their moments, its panel, and the days of the steps by `segment.do`."""

    project: Project
    members: Sequence[Expert]
    kept_out: Sequence[Expert]
    steps: Sequence[tuple[Stop, datetime]]
    days: Mapping[str, date]


def play(
    data: Mapping[str, Any], calendar: WorkingCalendar, now: datetime, forms: Mapping[str, Builder] = FORMS
) -> Play:
    """Write the script from the loaded demo files (`county`, `projects`, `routes`, `phrases`, `beside`), up to `now`.

    `policies` among the data wins over those that follow from the projects.
    """
    place = county(data["county"])
    back = Days(calendar, now)
    projects = (Project(told, place.township_names[told["id"].partition("-")[0]]) for told in data["projects"])
    ways = [_way(project, data["routes"], place, back) for project in projects]
    calls = _calls(ways)
    telling = _Telling(data["phrases"], forms, _ranks(ways), calendar, calls, first_month(back))
    steps = [step for way in ways for step in _steps(way, telling)]
    purses = [
        purse for way in ways if (purse := Purse(way.project, way.days, data["phrases"]["money"], calendar)).is_told
    ]
    years = {way.project.id: calendar.local_day(way.steps[0][1]).year for way in ways}
    codes = {id: f"QH-{year}-{id}" for id, year in years.items()}
    words = data["phrases"]
    of_id = {way.project.id: way.project for way in ways}
    known = codes | {key: one.code for purse in purses for key, one in purse.beside.items()}
    stories = Stories(data.get("beside", ()), of_id, known, calls, words["acceptance"], back)
    acts, beside = _aside(ways, words, back)
    steps += [step for step in (*_money(purses), *map(_scripted, (*acts, *stories.acts()))) if step.at <= now]
    steps.sort(key=lambda step: (step.at, step.project))
    return Play(
        county=place,
        policies={**_policies(steps, calls, place, back), FOOTER: words["footer"], **data.get("policies", {})},
        steps=tuple(steps),
        codes=codes,
        units={way.project.id: way.project.unit for way in ways},
        beside={key: one for purse in purses for key, one in purse.beside.items()} | beside | stories.beside,
    )


def _calls(ways: Sequence[_Way]) -> dict[str, str]:
    """Give the number of each call that is a case, by its name (`autumn-3`: the third of its year)."""
    first: dict[str, date] = {}
    for way in ways:
        if (name := way.project.get("call")) and "apply.submit" in way.days:
            first[name] = min(first.get(name, way.days["apply.submit"]), way.days["apply.submit"])
    return {name: f"{day.year}-{name.rpartition('-')[2]}" for name, day in first.items()}


def _aside(ways: Sequence[_Way], words: Mapping[str, Any], back: Days) -> tuple[list[Act], dict[str, Beside]]:
    """Give what stands beside projects by their own days: seats of panels, monthly reports."""
    acts: list[Act] = []
    beside: dict[str, Beside] = {}
    for way in ways:
        seats = Seats(way.project, words["seats"], back)
        monthly = Monthly(way.project, way.days, words["delivery"], back)
        if way.project.is_seated or way.project.get("study_panel"):
            acts += seats.of_application(way.days) if way.project.is_seated else seats.of_study()
            beside |= seats.beside(back.calendar.local_day(back.now).year)
        acts += monthly.acts()
        beside |= monthly.beside
    return acts, beside


def _scripted(act: Act) -> Scripted:
    """Give an act beside a project as a step of the script; township posts are those of its project."""
    township = act.project.partition("-")[0].lower()
    who = f"{township}-{act.who}" if act.who in TOWNSHIP_POSTS else act.who
    return Scripted(act.at, act.project, who, act.do, act.form, act.comment, act.item)


def _money(purses: Sequence[Purse]) -> Iterator[Scripted]:
    """Give the steps of what stands beside projects; a township's account comes with the first that needs it."""
    first = {purse.account: purse for purse in sorted(purses, key=lambda one: one.days["approve.last"], reverse=True)}
    for purse in purses:
        for at, deed in deeds(purse):
            yield Scripted(
                at, purse.project.id, _person(deed.who, purse.project, ""), deed.do, deed.form, _reason(deed), deed.item
            )
    for purse in first.values():
        for at, deed in account_deeds(purse):
            yield Scripted(at, "", _person(deed.who, purse.project, ""), deed.do, deed.form, _reason(deed), deed.item)


def _reason(deed: Deed) -> str:
    """Give the opinion of a step of money: the reason of a release or of holding it, else none."""
    if deed.do == "hold":
        return str(deed.form["hold_condition"])
    return str(deed.form["releases"][0]["reason"]) if deed.do == "release_flags" else ""


def _way(project: Project, routes: Mapping[str, Any], place: County, back: Days) -> _Way:
    members, kept_out = panel_of(project, place.experts)
    steps = timed(project, list(stops(project, routes, [one.id for one in members])), back)
    days: dict[str, date] = {}
    for stop, at in steps:
        day = back.calendar.local_day(at)
        days.setdefault(f"{stop.segment}.{stop.do}", day)
        days[f"{stop.segment}.last"] = day
    return _Way(project, members, kept_out, steps, days)


def _ranks(ways: Sequence[_Way]) -> dict[str, int]:
    """Give each project its rank: the story's, or its place in the order in which its ranking is admitted."""
    told = {way.project.id: way.project.data["ranking"] for way in ways if "ranking" in way.project.data}
    ranks = {id: ranking[1] for id, ranking in told.items() if isinstance(ranking, list)}
    admitted = [(at, way.project.id) for way in ways for stop, at in way.steps if stop.do in ("admit", "defer")]
    admitted = [(at, id) for at, id in admitted if id in told]
    counts: dict[str, int] = {}
    for _, id in sorted(admitted):
        counts[told[id][0]] = counts.get(told[id][0], 0) + 1
        ranks.setdefault(id, counts[told[id][0]])
    return ranks


@dataclass(frozen=True, slots=True)
class _Telling:
    """What all steps are told with."""

    phrases: Mapping[str, Any]
    forms: Mapping[str, Builder]
    ranks: Mapping[str, int]
    calendar: WorkingCalendar
    calls: Mapping[str, str]
    reports_from: str


def _steps(way: _Way, telling: _Telling) -> Iterator[Scripted]:
    project, chair = way.project, way.members[0].id
    for stop, at in way.steps:
        scene = Scene(
            project=project,
            phrases=telling.phrases,
            members=way.members,
            kept_out=way.kept_out,
            on=telling.calendar.local_day(at),
            turn=stop.turn,
            days=way.days,
            rank=telling.ranks.get(project.id, 1),
            call=telling.calls.get(project.get("call", ""), ""),
            reports_from=telling.reports_from,
        )
        form = telling.forms[stop.form](scene) if stop.form else {}
        yield Scripted(at, project.id, _person(stop.who, project, chair), stop.do, form, _words(scene, stop))


def _person(who: str, project: Project, chair: str) -> str:
    """Give the account that a step's `who` stands for."""
    township = project.township.lower()
    if who in TOWNSHIP_POSTS:
        return f"{township}-{who}"
    if who.startswith(SEAT):
        return who
    return {
        "chair": chair,
        "pool": "lead-1" if project.tier in LARGE else "cty-head",
        "decider": {"T1": f"{township}-leader", "T4": "lead-1"}.get(project.tier, "cty-head"),
        "final": f"{township}-leader" if project.tier == "T1" else "cty-review-1",
    }.get(who, who)


STATES = {
    "check": "twp_check",
    "decide": "twp_decide",
    "county": "prelim_review",
    "county_cleared": "prelim_review",
    "county_return": "prelim_review",
    "county_reject": "prelim_review",
    "answer": "returned",
    "score": "expert_scoring",
    "meet": "panel_meeting",
    "revise": "panel_meeting",
    "adopt": "expert_revise",
    "defer": "reserve_decision",
    "first": "prelim_acceptance",
    "first_merged": "prelim_acceptance",
    "final": "final_acceptance",
    "fail_final": "final_acceptance",
    "suspend": "implementing",
    "terminate": "implementing",
    "appeal_dismissed": "rejected",
}
"""States of the segments in which a project may say something of its own."""


def _words(it: Scene, stop: Stop) -> str:
    """Give the opinion: the project's own, or one of the phrases for this action."""
    if stop.do in ("open", "save"):
        return ""
    state = STATES.get(stop.segment, "")
    own = it.project.get("words", {}).get(f"{state}.{stop.do}")
    if own:
        return str(own)
    words = it.phrases["words"]
    phrases = words["agree_joint"] if stop.segment.startswith("joint") else words.get(stop.do, words["otherwise"])
    if isinstance(phrases, Mapping):
        phrases = phrases.get(state, words["otherwise"])
    return str(phrases[drawn(it.project.id, stop.do, str(stop.turn), stop.who) % len(phrases)])


def _policies(steps: Sequence[Scripted], own: Mapping[str, str], place: County, back: Days) -> dict[str, Json]:
    """Give the policies in force: a standing call for each batch that somebody answers and that is no case (`own`)."""
    calendar, now = back.calendar, back.now
    submitted: dict[str, list[date]] = {}
    batches = {step.project: str(step.form["batch"]) for step in steps if step.form.get("batch")}
    for step in steps:
        if step.project in batches and step.do == "submit":
            submitted.setdefault(batches[step.project], []).append(calendar.local_day(step.at))
    margin = timedelta(days=CALL_MARGIN_DAYS)
    calls: list[Json] = [
        {
            "code": batch,
            "opens_on": (min(days) - margin).isoformat(),
            "closes_on": (max(days) + margin).isoformat(),
            "categories": list(CATEGORIES),
        }
        for batch, days in sorted(submitted.items())
        if batch not in own.values()
    ]
    years = {calendar.local_day(step.at).year for step in steps}
    ceilings: dict[str, Json] = {str(year): CEILING_FEN for year in sorted(years)}
    last = max((calendar.local_day(step.at) for step in steps), default=None)
    told_until = last.isoformat() if last else None
    return {
        "calls": calls,
        "annual_ceilings": ceilings,
        "funds.annual_budget": [budget_item(year) for year in sorted(years | {now.year, now.year + 1})],
        "barred_units": [],
        "user_opinions_min": 10,
        **dict.fromkeys(TYPED_TO_THE_END, told_until),
        **{key: back.back(ago).isoformat() for key, ago in TYPED_AGO.items()},
        "screening.experts": [_register_row(one) for one in place.experts],
        "screening.township_population": dict(place.people_of),
    }


def _register_row(expert: Expert) -> dict[str, Json]:
    """Give an expert as the county's register has them."""
    interests: list[Json] = [*sorted(expert.conflicts)]
    return {
        "expert": expert.id,
        "specialty": expert.specialty,
        "employer": expert.employer,
        **({"interests": interests} if interests else {}),
    }
