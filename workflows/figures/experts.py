"""How experts are used: how often the lot fell on them, whether they came, how far their scores are off, their fees.

Source: use of experts R-18: draws, attendance, deviation, fees [D]. Scores are read only after their round is closed.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import NOTHING, Cell, Counted, count, share, tenth, total
from workflows.funds.papers import lines_of
from workflows.guards.reading import number_in, text_in
from workflows.scoring import severity
from workflows.screening.panels import GONE, PANEL, SEATED
from workflows.screening.verdicts import SCORING, points_of

ACTIVE = "active"


def experts(it: Basis) -> Iterator[Counted]:
    """Give a line for each expert: seats and, on projects from before panels had seats, what was typed."""
    seats = _seats(it)
    typed = _typed(it, {text_in(one.data, "project") for found in seats.values() for one in found})
    for expert in sorted(seats.keys() | typed.keys()):
        own, on = seats.get(expert, []), typed.get(expert, [])
        drawn = [*own, *(project for project, _ in on)]
        joined = [
            *(one for one in own if one.state in SEATED),
            *(project for project, standing in on if standing == ACTIVE),
        ]
        away = [
            *(one for one in own if one.state == GONE),
            *(project for project, standing in on if standing not in ("", ACTIVE)),
        ]
        yield {
            "expert": Cell(expert),
            "seats": count(drawn),
            "joined": count(joined),
            "away": count(away),
            "joined_rate": share(joined, drawn),
            "severity": severity_of(it.projects, expert),
            "hours": total((one, number_in(one.data, "hours")) for one in own),
            "fees": total((one, number_in(one.data, "fee")) for one in own),
        }


def _seats(it: Basis) -> dict[str, list[Case]]:
    """Give the seats beside the projects wanted, by who was drawn for them."""
    wanted = {project.code for project in it.projects}
    found: dict[str, list[Case]] = {}
    for one in it.cases(PANEL):
        if text_in(one.data, "expert") and text_in(one.data, "project") in wanted:
            found.setdefault(text_in(one.data, "expert"), []).append(one)
    return found


def _typed(it: Basis, seated: set[str]) -> dict[str, list[tuple[Case, str]]]:
    """Give who stands in a panel that was typed into a project, with their standing."""
    found: dict[str, list[tuple[Case, str]]] = {}
    for project in it.projects:
        for row in lines_of(project.data, "panel_members") if project.code not in seated else ():
            found.setdefault(text_in(row, "expert"), []).append((project, text_in(row, "standing")))
    return found


def severity_of(scored: Iterable[Case], expert: str) -> Cell:
    """Give how far an expert scores above the others on some projects; None where there is nothing to compare."""
    compared: list[tuple[Case, int, Fraction]] = []
    for project in scored:
        sums = {one.voter: sum(points_of(one.form).values()) for one in project.rounds.get(SCORING, ())}
        own = sums.pop(expert, None)
        if own is not None and sums:
            compared.append((project, own, Fraction(sum(sums.values()), len(sums))))
    if not compared:
        return NOTHING
    projects, owns, means = zip(*compared, strict=True)
    return Cell(tenth(severity(owns, means)), tuple(project.id for project in projects))
