"""The reserve pool as its half-yearly adjustment sees it: what is listed and why, what units answered, the new order.

Source: dynamic adjustment of the pool by half-year, policy or request [D]. A unit's answer is given on its project.
"""

from collections.abc import Iterator
from datetime import date

from engine.calendar import add_months
from engine.case import Case
from engine.facts import Facts
from engine.places import unit_in
from engine.situation import Situation
from engine.values import Json
from workflows.funds.papers import PROJECT, lines_of
from workflows.funds.policy import Policy
from workflows.guards.reading import Row, day_in, number_in, text_in, today
from workflows.screening.batch import again, component_row
from workflows.screening.calls import all_calls, call_case
from workflows.screening.rubric import rubric_in, screening
from workflows.screening.townships import Townships

ADJUSTMENT = "pool-adjustment"
POOLED = frozenset({"reserved", "frozen"})
TIERS = ("T1", "T2", "T3", "T4")
CONFIRM = "reserved.reconfirm"
EXECUTED = {"freeze": "freeze", "unfreeze": "unfreeze", "remove": "remove"}
"""What of a decision moves the project, by the project's action."""

_PERCENT = 100


def pooled(facts: Facts, on: date) -> list[Case]:
    """Give the projects in the pool, by code: those of every call, and of every tier as far as they are told."""
    found: dict[str, Case] = {}
    for field, values in (("batch", [call.code for call in all_calls(facts, on)]), ("tier", TIERS)):
        for value in values:
            found.update({one.code: one for one in facts.peers(PROJECT, field, value) if one.state in POOLED})
    return [found[code] for code in sorted(found)]


def listing(it: Situation) -> list[Json]:
    """List the pool with why each project is looked at: overdue to confirm, long in the pool, old costs, frozen."""
    on, policy = today(it), screening(it)
    rows: list[Json] = []
    for project in pooled(it.facts, on):
        home = unit_in("item.township", project, it.facts)
        rows.append(
            {
                "project": project.code,
                "name": text_in(project.data, "name"),
                **({"township": home.id} if home is not None else {}),
                "standing": project.state,
                "why": ", ".join(_why(project, on, policy, it)) or "half_year",
                **_figure("index_before", project.data.get("priority_index")),
                "cost_before": number_in(project.data, "amount"),
                "people_before": number_in(project.data, "beneficiaries"),
            }
        )
    return rows


def _figure(column: str, value: Json) -> dict[str, Json]:
    return {column: value} if isinstance(value, str) and value else {}


def _why(project: Case, on: date, policy: Policy, it: Situation) -> Iterator[str]:
    calendar = it.facts.calendar(it.definition.calendar)
    since = calendar.local_day(project.entered_at)
    confirmed = max(day_in(project.data, "reconfirmed_on") or since, since)
    if project.state == "frozen":
        yield "frozen"
    if add_months(confirmed, policy.number("confirmed_months")) < on:
        yield "not_confirmed"
    if add_months(since, policy.number("stale_months")) < on:
        yield "stale"
    based = day_in(project.data, "cost_based_on")
    if based is None or add_months(based, policy.number("cost_months")) < on:
        yield "old_costs"


def answers(it: Situation) -> list[Json]:
    """Take the units' answers over into the list; who did not answer is proposed to be frozen; rank the pool anew."""
    rows = [_answered(it, row) for row in lines_of(it.data, "items")]
    return _ranked(it, rows)


def has_answered(it: Situation, row: Row) -> bool:
    """Say whether the unit of a listed project has confirmed since units were asked (a frozen one is not asked)."""
    project = it.facts.case(text_in(row, "project"))
    if project is None or project.state != "reserved":
        return True
    mark = project.actors.get(CONFIRM)
    return mark is not None and mark.at >= it.case.entered_at


def _answered(it: Situation, row: Row) -> dict[str, Json]:
    project = it.facts.case(text_in(row, "project"))
    if project is None:
        return dict(row)
    answered = has_answered(it, row)
    needed = text_in(project.data, "still_needed") if answered else ""
    cost = number_in(project.data, "updated_amount") or number_in(project.data, "amount")
    people = number_in(project.data, "updated_people") or number_in(project.data, "beneficiaries")
    most = screening(it).number("repanel_percent")
    proposal = "keep" if project.state == "reserved" else "freeze"
    if project.state == "reserved" and (not answered or needed == "no"):
        proposal = "remove" if needed == "no" else "freeze"
    return {
        **row,
        "answered": answered,
        **({"needed": needed} if needed else {}),
        "cost_after": cost,
        "people_after": people,
        "repanel": _moved(number_in(row, "cost_before"), cost, most)
        or _moved(number_in(row, "people_before"), people, most),
        "proposal": proposal,
        "reason": text_in(row, "reason") or ("" if answered else "no answer"),
    }


def _moved(before: int, after: int, percent: int) -> bool:
    return before > 0 and abs(after - before) * _PERCENT > percent * before


def _ranked(it: Situation, rows: list[dict[str, Json]]) -> list[Json]:
    """Put the new index and rank beside each project, with the components of the ranking of calls."""
    townships = Townships(it.facts, today(it))
    components: dict[str, Row] = {}
    for row in rows:
        project = it.facts.case(text_in(row, "project"))
        if project is not None:
            rubric = rubric_in(call_case(it.facts, text_in(project.data, "batch")), screening(it))
            found = component_row(project, rubric, townships, it.case.code, today(it))
            if found is not None:
                components[project.code] = found
    order = {code: place for place, code in enumerate(again(components.values(), it.case.code), 1)}
    return [
        {
            **row,
            **(
                {"index_after": components[code]["index"], "class_after": components[code]["class"]}
                if code in order
                else {}
            ),
            **({"rank_after": order[code]} if code in order else {}),
        }
        for row in rows
        if (code := text_in(row, "project"))
    ]


def adjustments(facts: Facts, on: date) -> list[Case]:
    """Give the adjustments of this year and the last that are applied, the newest last."""
    found = [one for year in (on.year - 1, on.year) for one in facts.peers(ADJUSTMENT, "year", year)]
    return sorted((one for one in found if one.state == "applied"), key=lambda one: one.entered_at)


def decided(it: Situation) -> tuple[Case, Row] | None:
    """Give the newest applied adjustment that lists the project under judgement, with its row."""
    for one in reversed(adjustments(it.facts, today(it))):
        row = next((row for row in lines_of(one.data, "items") if text_in(row, "project") == it.case.code), None)
        if row is not None:
            return one, row
    return None
