"""Guards of a feasibility study: fourteen sections, sums that agree, an assessment by people who did not write it."""

from collections.abc import Callable, Iterator, Mapping

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.papers import BUDGET, lines_of
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day_in,
    entry,
    filled,
    lines_where,
    number_in,
    rows,
    sum_of,
    text_in,
    today,
    word,
    yuan,
)
from workflows.screening.panels import SEATED, composition, project_of, register, seats_of
from workflows.screening.rubric import screening
from workflows.screening.studies import SHORT_TIER, running_study

WHOLE_WEIGHT = 100
OPTIONS_MIN = 2
RESOURCES = ("people", "equipment", "data", "network", "site", "outside")
BENEFITS = ("economic", "social", "satisfaction")
INSTITUTE = "third_audit"
"""The post of a third-party institute's account, which assesses studies of the largest tier [D]."""

TEXTS: Mapping[str, tuple[str, ...]] = {
    "overview": ("overview",),
    "necessity": ("necessity",),
    "route": ("route", "sharing", "compatibility"),
    "security": ("protection", "crypto", "data_classes", "personal_data"),
    "hazards": ("contingency",),
}
"""Sections that are written, with their fields."""

TABLES: Mapping[str, str] = {
    "current": "systems_checked",
    "needs": "needs",
    "goals": "goals",
    "options": "options",
    "resources": "resources",
    "schedule": "milestones",
    "cost": "cost_lines",
    "funding": "funding",
    "benefits": "benefits",
    "hazards": "hazards",
}
"""Sections that are tables."""

FULL_ONLY = frozenset({"current", "options", "security"})
"""Sections that the short form (construction plan) of T1 leaves out [D]; all fourteen otherwise."""


def study_free(it: Situation) -> Reasons:
    """No other study of the project is under way.

    Source: one study at a time [D].
    """
    running = running_study(it.facts, word(it, "project"))
    if running is not None and running.id != it.case.id:
        yield Refusal("study.running", running.code)


def fsr_complete(it: Situation) -> Reasons:
    """Every section that the tier needs is there, long enough, and says what it must.

    Source: fourteen sections, eleven for T1 [D]; goals, technical route, resources and benefits are named in the text
    this system was asked for (S40).
    """
    least = screening(it).number("study_text_min_count")
    for section, fields in TEXTS.items():
        if _is_needed(it, section):
            short = [name for name in fields if len(word(it, name).strip()) < _least_of(it, name, least)]
            yield from (Refusal("study.section", name, {"section": section}) for name in short)
    for section, table in TABLES.items():
        if _is_needed(it, section) and not rows(it, table):
            yield Refusal("study.section", table, {"section": section})
    for section, check in _CHECKS.items():
        if _is_needed(it, section):
            yield from check(it)


def _is_needed(it: Situation, section: str) -> bool:
    return word(it, "tier") != SHORT_TIER or section not in FULL_ONLY


def _least_of(it: Situation, name: str, least: int) -> int:
    """A choice has no length: it is there or not."""
    return 1 if it.definition.fields[name].of else least


def _figures(it: Situation) -> Iterator[Refusal]:
    if not any(character.isdigit() for character in word(it, "necessity")):
        yield Refusal("application.no_figures", "necessity")


def _goals(it: Situation) -> Iterator[Refusal]:
    table = rows(it, "goals")
    flat = lines_where(table, lambda row: row.get("baseline") == row.get("target"))
    past = lines_where(table, lambda row: (day_in(row, "due_on") or today(it)) <= today(it))
    yield from complain("application.target_unchanged", "goals", flat)
    yield from complain("application.target_past", "goals", past)


def _each(table: str, column: str, words: tuple[str, ...]) -> Callable[[Situation], Iterator[Refusal]]:
    def check(it: Situation) -> Iterator[Refusal]:
        found = {text_in(row, column) for row in rows(it, table)}
        missing = [name for name in words if name not in found]
        if missing and rows(it, table):
            yield Refusal("study.kinds", table, {"missing": ", ".join(missing)})

    return check


def _running(it: Situation) -> Iterator[Refusal]:
    years, least = len(rows(it, "running_costs")), screening(it).number("study_running_years_min_count")
    if years < least:
        yield Refusal("study.running_costs", "running_costs", {"least": least, "found": years})


_CHECKS: Mapping[str, Callable[[Situation], Iterator[Refusal]]] = {
    "necessity": _figures,
    "goals": _goals,
    "resources": _each("resources", "kind", RESOURCES),
    "benefits": _each("benefits", "kind", BENEFITS),
    "cost": _running,
}


def options_ge_2(it: Situation) -> Reasons:
    """Two options or more are compared, one of them reuse or doing nothing, and exactly one is chosen.

    Source: options with "do nothing or reuse" [D]; not asked of the short form.
    """
    if not _is_needed(it, "options"):
        return
    table = rows(it, "options")
    if len(table) < OPTIONS_MIN or all(text_in(row, "kind") == "build" for row in table):
        yield Refusal("study.options", "options", {"least": OPTIONS_MIN, "found": len(table)})
    if sum(row.get("chosen") is True for row in table) != 1:
        yield Refusal("study.chosen", "options")


def study_sums(it: Situation) -> Reasons:
    """The funding plan makes the estimate, the milestones weigh a hundred and end after they begin.

    Source: four accounts, each bounded by the earlier (ten percent: Regulations on Government Investment
    §12 [V]); sums [D].
    """
    cost, funded = sum_of(rows(it, "cost_lines"), "cost"), sum_of(rows(it, "funding"), "amount")
    if cost != funded:
        yield Refusal("study.funding", "funding", {"cost": yuan(cost), "funded": yuan(funded)})
    weight = sum_of(rows(it, "milestones"), "weight")
    if weight != WHOLE_WEIGHT:
        yield Refusal("study.weights", "milestones", {"sum": weight})
    yield from complain("study.milestone_days", "milestones", lines_where(rows(it, "milestones"), _is_backwards))


def _is_backwards(row: Row) -> bool:
    start, finish = day_in(row, "start_on"), day_in(row, "finish_on")
    return start is None or finish is None or finish <= start


def study_agrees(it: Situation) -> Reasons:
    """Where a budget is being prepared, the study's costs are the budget's, phase by phase and category by category.

    Source: the cost table of the study equals the budget's draft [D].
    """
    budgets = [one for one in it.facts.peers(BUDGET, "project", word(it, "project")) if one.state != "rejected"]
    if not budgets or not lines_of(budgets[-1].data, "lines"):
        return
    own, other = _by_place(rows(it, "cost_lines")), _by_place(lines_of(budgets[-1].data, "lines"))
    unequal = sorted(place for place in own.keys() | other.keys() if own.get(place, 0) != other.get(place, 0))
    if unequal:
        places = ", ".join(f"{stage}/{category}" for stage, category in unequal[:5])
        yield Refusal("study.not_budget", "cost_lines", {"code": budgets[-1].code, "places": places})


def _by_place(table: list[Row]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for row in table:
        place = (text_in(row, "stage"), text_in(row, "category"))
        sums[place] = sums.get(place, 0) + number_in(row, "cost")
    return sums


def drift_answered(it: Situation) -> Reasons:
    """Whatever drifted from the application (the estimate by more than ten percent, a target) is answered for.

    Source: Regulations on Government Investment §12: above ten percent the study may have to come again [V].
    """
    silent = lines_where(rows(it, "drift"), lambda row: row.get("flagged") is True and not text_in(row, "answer"))
    yield from complain("study.drift", "drift", silent)


def assessor_ok(it: Situation) -> Reasons:
    """The panel is whole and free of conflicts, nobody of the author's institute sits on it, the assessor is the chair.

    For T4 the assessor is a third-party institute. Source: Tendering Law §37 on panels [V], applied to studies [D].
    """
    project = project_of(it)
    seated = [one for one in seats_of(it.facts, project.code, "study") if one.state in SEATED]
    wanted = len(composition(screening(it), text_in(project.data, "tier")))
    if len(seated) < wanted:
        yield Refusal("study.panel", "assessor", {"least": wanted, "found": len(seated)})
    known = register(it)
    experts = [text_in(one.data, "expert") for one in seated]
    colleagues = [one for one in experts if one in known and known[one].employer == word(it, "author")]
    if colleagues and filled(it, "author"):
        yield Refusal("study.own_author", "author", {"who": ", ".join(colleagues)})
    assessor = word(it, "assessor")
    if text_in(project.data, "tier") == "T4":
        home = it.facts.unit_of(assessor) or ""
        if assessor not in it.facts.members(INSTITUTE, home):
            yield Refusal("study.no_institute", "assessor")
    elif assessor not in experts:
        yield Refusal("study.no_chair", "assessor")


ENTRIES = tuple(
    map(
        entry,
        (
            study_free,
            fsr_complete,
            options_ge_2,
            study_sums,
            study_agrees,
            drift_answered,
            assessor_ok,
        ),
    )
)
