"""How fair a call was: who was admitted and with how much, how experts scored, who stood back, how long it took.

Source: fairness report R-07 (domain §5.2): admission rate and money by township, office, category and experience of
who applied; severity and outliers of experts, recusals, time to the decision, admissions out of order [D].
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import Cell, Counted, count, mean, percent, said, share, tenth, total
from workflows.figures.experts import severity_of
from workflows.figures.years import decided
from workflows.funds.papers import PROJECT
from workflows.guards.reading import number_in, text_in
from workflows.scoring import TRIMMED_FROM_SHEETS, Rubric, Sheet, judge, severity
from workflows.screening.calls import CALL
from workflows.screening.panels import GONE, PANEL
from workflows.screening.reserve import ADMITTED, SELECTED_PHASES, categories, of_call, out_of_order
from workflows.screening.rubric import weights_of
from workflows.screening.verdicts import SCORING, scored, sheets_of

NOT_SENT = frozenset({"draft"})
POOLED = frozenset({"reserve_notice", "reserved", "frozen"})
PASS_POINTS, DEVIATION_MAX = "screening.pass_points", "screening.deviation_max"
LEFT: Mapping[str, str] = {
    "invited.decline": "declined",
    "invited.timeout": "silent",
    "declared.recuse": "recused",
    "active.challenged": "challenged",
    "active.timeout": "late",
}
"""How a seat was given up, by the last of these that somebody did."""

Group = str | bool
Groups = Callable[[Basis, Case], Iterable[Group]]


def batches(it: Basis) -> dict[str, list[Case]]:
    """Give the applications that were sent to each call, by the call's number."""
    found: dict[str, list[Case]] = {}
    for project in it.projects:
        number = text_in(project.data, "batch")
        if number and project.state not in NOT_SENT:
            found.setdefault(number, []).append(project)
    return dict(sorted(found.items()))


def admitted(it: Basis, project: Case) -> bool:
    """Say whether a project came into the pool, also when it has gone on since."""
    return ADMITTED in project.actors or project.state in POOLED or it.phase(project) in SELECTED_PHASES


def _grouped(column: str, groups_of: Groups) -> Callable[[Basis], Iterator[Counted]]:
    """Make the figure that compares the groups of a call: how many of each, and how much of their money, came in."""

    def lines(it: Basis) -> Iterator[Counted]:
        for number, projects in batches(it).items():
            groups: dict[Group, list[Case]] = {}
            for project in projects:
                for group in groups_of(it, project):
                    groups.setdefault(group, []).append(project)
            for group, members in sorted(groups.items(), key=lambda one: str(one[0])):
                yield {"batch": Cell(number), column: Cell(group), **_admission(it, members)}

    return lines


def _admission(it: Basis, members: list[Case]) -> Counted:
    came_in = [one for one in members if admitted(it, one)]
    asked, given = (sum(_asked(one) for one in some) for some in (members, came_in))
    return {
        "applied": count(members),
        "applied_money": total((one, _asked(one)) for one in members),
        "admitted": count(came_in),
        "admitted_money": total((one, _asked(one)) for one in came_in),
        "admitted_rate": share(came_in, members),
        "money_rate": Cell(percent(given, asked)),
    }


def _asked(project: Case) -> int:
    return number_in(project.data, "amount")


def _first_time(it: Basis, project: Case) -> Iterator[Group]:
    """Say whether the office had sent none before: of every year, whatever year is asked for."""
    earlier = (
        one
        for one in it.ground.cases(PROJECT)
        if one.unit == project.unit and one.opened_at < project.opened_at and one.state not in NOT_SENT
    )
    yield not any(True for _ in earlier)


townships = _grouped("township", lambda it, project: [it.ground.township(project.unit)])
offices = _grouped("office", lambda _, project: [project.unit])
by_category = _grouped("category", lambda _, project: categories(project))
experience = _grouped("first_time", _first_time)


def experts(it: Basis) -> Iterator[Counted]:
    """Give each expert's severity in a call, and in how many of its projects their sheet is an outlier."""
    for number, projects in batches(it).items():
        voters = {one.voter for project in projects for one in project.rounds.get(SCORING, ())}
        far = [(project, sheet) for project, sheet, _ in _far(it, number, projects)]
        for expert in sorted(voters):
            scored_by = [
                project for project in projects if any(one.voter == expert for one in project.rounds.get(SCORING, ()))
            ]
            yield {
                "batch": Cell(number),
                "expert": Cell(expert),
                "sheets": count(scored_by),
                "severity": severity_of(projects, expert),
                "outliers": count(project for project, voter in far if voter == expert),
            }


def outliers(it: Basis) -> Iterator[Counted]:
    """Give each sheet whose points lie further from its panel's result than the county's deviation allows (12)."""
    for number, projects in batches(it).items():
        for project, expert, (points, middle) in _far(it, number, projects):
            yield {
                "batch": Cell(number),
                "project": said(project.code, project),
                "name": Cell(it.title(project)),
                "expert": Cell(expert),
                "sheet_points": Cell(tenth(points)),
                "panel_points": Cell(tenth(middle)),
                "off": Cell(tenth(points - middle)),
            }


def _far(it: Basis, number: str, projects: Iterable[Case]) -> Iterator[tuple[Case, str, tuple[Fraction, Fraction]]]:
    model = rubric_of_batch(it, number)
    for project in projects:
        verdict = scored(project, model)
        for sheet in sheets_of(project.rounds.get(SCORING, ())):
            points = model.points(sheet)
            if verdict is not None and abs(points - verdict.total) > model.deviation_max:
                yield project, sheet.expert, (points, verdict.total)


def rubric_of_batch(it: Basis, number: str) -> Rubric:
    """Give a call's rubric as far as sheets are added up by it: weights and pass mark, the county's deviation."""
    call = _call(it, number)
    weights = weights_of(call.data) if call is not None else {}
    locked = number_in(call.data, "pass_points") if call is not None else 0
    usual = Rubric()
    return Rubric(
        weights=weights or usual.weights,
        pass_points=locked or _set(it, PASS_POINTS, usual.pass_points),
        deviation_max=_set(it, DEVIATION_MAX, usual.deviation_max),
    )


def _set(it: Basis, key: str, usual: int) -> int:
    value = it.ground.policy(key)
    return value if isinstance(value, int) else usual


def _call(it: Basis, number: str) -> Case | None:
    return next((one for one in it.cases(CALL) if text_in(one.data, "number") == number), None)


def recusals(it: Basis) -> Iterator[Counted]:
    """Give how many seats of a call's panels were given up, and how."""
    for number, projects in batches(it).items():
        seats = [one for project in projects for one in it.beside(PANEL, project)]
        if seats:
            gone: dict[str, list[Case]] = {}
            for one in seats:
                if one.state == GONE:
                    gone.setdefault(_left_by(one), []).append(one)
            yield {
                "batch": Cell(number),
                "seats": count(seats),
                **{how: count(gone.get(how, ())) for how in LEFT.values()},
            }


def _left_by(seat: Case) -> str:
    marks = [(seat.actors[step].at, how) for step, how in LEFT.items() if step in seat.actors]
    return max(marks)[1] if marks else ""


def times(it: Basis) -> Iterator[Counted]:
    """Give the working days from an application to its admission or refusal, by call and township."""
    for number, projects in batches(it).items():
        found: dict[str, list[tuple[Case, Fraction]]] = {}
        for project in projects:
            ended = decided(it, project)
            if ended is not None:
                found.setdefault(it.ground.township(project.unit), []).append((project, ended[1]))
        for township, each in sorted(found.items()):
            yield {
                "batch": Cell(number),
                "township": Cell(township),
                "decided": count(project for project, _ in each),
                "days": mean(each),
                "days_most": Cell(tenth(max(days for _, days in each))),
            }


def exceptions(it: Basis) -> Iterator[Counted]:
    """Give each project that was admitted before better-ranked ones that still waited, with the written reason."""
    for number, projects in batches(it).items():
        call = _call(it, number)
        places = of_call(call, {one.code: one for one in projects}, it.definition) if call is not None else []
        for one in out_of_order(places):
            yield {
                "batch": Cell(number),
                "project": said(one.project.code, one.project),
                "name": Cell(it.title(one.project)),
                "rank": Cell(one.rank),
                "ahead": Cell(", ".join(one.ahead)),
                "admitted_on": Cell(it.ground.day(one.admitted_at)),
                "admitted_by": Cell(one.by),
                "reason": Cell(one.reason),
            }


def calibrated(it: Basis) -> Iterator[Counted]:
    """Give each project whose result or place in its call would change if experts' severity were taken off.

    For the chair to explain; no score is changed by it. Places are by the panels' totals alone.
    """
    for number, projects in batches(it).items():
        model = rubric_of_batch(it, number)
        judged = [(one, sheets_of(one.rounds[SCORING])) for one in projects if one.rounds.get(SCORING)]
        above = _severities(judged, model)
        before = {one.id: judge(sheets, model).total for one, sheets in judged}
        after = {one.id: _calibrated(sheets, above, model) for one, sheets in judged}
        for one, _ in judged:
            places = [1 + sum(other > totals[one.id] for other in totals.values()) for totals in (before, after)]
            passes = [totals[one.id] >= model.pass_points for totals in (before, after)]
            if places[0] != places[1] or passes[0] != passes[1]:
                yield {
                    "batch": Cell(number),
                    "project": said(one.code, one),
                    "name": Cell(it.title(one)),
                    "panel_points": Cell(tenth(before[one.id])),
                    "calibrated_points": Cell(tenth(after[one.id])),
                    "place": Cell(places[0]),
                    "calibrated_place": Cell(places[1]),
                    "enough": Cell(passes[0]),
                    "calibrated_enough": Cell(passes[1]),
                }


Judged = Iterable[tuple[Case, list[Sheet]]]


def _severities(judged: Judged, model: Rubric) -> dict[str, Fraction]:
    """Give by how much each expert scores above the others of their panels, in the call's own points."""
    found: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for _, sheets in judged:
        points = {one.expert: model.points(one) for one in sheets}
        for expert, own in points.items():
            others = [each for other, each in points.items() if other != expert]
            if others:
                found.setdefault(expert, []).append((own, sum(others, Fraction(0)) / len(others)))
    return {expert: severity(*zip(*pairs, strict=True)) for expert, pairs in found.items()}


def _calibrated(sheets: Sequence[Sheet], above: Mapping[str, Fraction], model: Rubric) -> Fraction:
    points = sorted(model.points(one) - above.get(one.expert, Fraction(0)) for one in sheets)
    kept = points[1:-1] if len(points) >= TRIMMED_FROM_SHEETS else points
    return sum(kept, Fraction(0)) / len(kept)
