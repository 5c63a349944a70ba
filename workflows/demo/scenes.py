"""What a form builder sees: the project, the day, the days of its other steps, the phrases and the panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.calendar import add_months
from workflows.demo.county import Expert
from workflows.demo.places import Project, drawn
from workflows.scoring import POINTS_MAX, Sheet, hundredths, judge

PATTERN = (2, -3, 0, 4, -3, 1, -1)
"""How experts differ from the panel's usual score."""

ADVICE = ((72, "recommend"), (60, "revise"))
DELIVERY_DAYS = 150


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a form attaches: its file name and its lines, made into a small PDF when it is handed in."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a case beside a project says by then: its key, and the way to the value in its data."""

    item: str
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Postponed:
    """The plan that a change begins with, its last milestone so many days later."""

    days: int


@dataclass(frozen=True, slots=True)
class Scene:
    """One step of one project, on its day. `days` maps `segment.do` to the day it first happens on.

    `call` is the number of the call that the project answers, where the call is a case of its own; reports are cases
    from the month `reports_from` on.
    """

    project: Project
    phrases: Mapping[str, Any]
    members: Sequence[Expert]
    kept_out: Sequence[Expert]
    on: date
    turn: int
    days: Mapping[str, date]
    rank: int
    call: str = ""
    reports_from: str = ""

    def paper(self, title: str) -> Paper:
        """Make a document about the project, titled by a key of `papers`."""
        words = self.phrases["papers"][title]
        lines = (words, self.project.data["name"], *self.phrases["paper_lines"], self.on.isoformat())
        return Paper(f"{words}-{self.project.id}.pdf", lines)

    def say(self, key: str) -> str:
        """Give a phrase with the project's words in it."""
        return self.fill(self.phrases[key])

    def say_in(self, group: str, key: str) -> str:
        """Give a phrase of a group."""
        return self.fill(self.phrases[group][key])

    def fill(self, phrase: str) -> str:
        """Put the project's name, township and amount into a phrase."""
        project = self.project
        return phrase.format(name=project.data["name"], township=project.township_name, amount=project.data["amount"])

    def day_of(self, step: str, usual: int = 0) -> date:
        """Give the day of a step, or so many days from now when it does not happen."""
        return self.days.get(step) or self.on + timedelta(days=usual)

    def later(self, days: int) -> str:
        """Give a day after this one, as text."""
        return (self.on + timedelta(days=days)).isoformat()

    def number(self, kind: str) -> str:
        """Make up the number of a document of this project."""
        return f"QHZW-{kind}-{self.on.year}-{self.project.number:04}"

    def letter(self, office: str, number: int = 0) -> str:
        """Make up the number that an office gives a letter of its own (GB/T 9704); else the project's."""
        words = self.phrases["letters"]
        return str(words["number"]).format(
            office=words[office], year=self.on.year, number=number or self.project.number
        )

    @property
    def today(self) -> str:
        """This day as text."""
        return self.on.isoformat()

    @property
    def delivery(self) -> tuple[date, date]:
        """First and last day of the building, planned where they lie ahead."""
        first = self.days.get("begin.start") or self.on + timedelta(days=60)
        months = self.project.get("months", 6)
        return first, self.days.get("request.save") or add_months(first, months)

    def progress(self) -> int:
        """Give the percent built by this day: in proportion, up to all of it or to what the story says."""
        first, last = self.delivery
        if "request.save" in self.days:
            share = (self.on - first).days / max((last - first).days, 1)
            return min(100, round(100 * share))
        reached = int(self.project.get("progress", 0))
        final = self.days.get("deliver.last", self.on)
        return min(reached, round(reached * (self.on - first).days / max((final - first).days, 1)))

    def sheet(self, turn: int, *, second: bool = False) -> dict[str, int]:
        """Give the points an expert gives, spread over the criteria in proportion to their maximum."""
        return spread(self.total(turn, second=second))

    def total(self, turn: int, *, second: bool = False) -> int:
        """Give the sum an expert gives."""
        told = self.project.get("second_scores" if second else "scores")
        usual = int(self.project.get("score", 82)) + PATTERN[turn % len(PATTERN)]
        return int(told[turn]) if told else min(max(usual, 0), 100)

    def panel_score(self) -> str:
        """Give the panel's total, as its opinion states it."""
        second = bool(self.project.get("second_scores"))
        sheets = [
            Sheet(one.id, self.sheet(turn, second=second), recommends=True) for turn, one in enumerate(self.members)
        ]
        return hundredths(judge(sheets).total)

    def draw(self, salt: str, most: int) -> int:
        """Give a number from 0 below `most` that is always the same here."""
        return drawn(self.project.id, salt) % most


def spread(total: int) -> dict[str, int]:
    """Spread points over the criteria in proportion; what is left goes where most was cut off."""
    points = {name: most * total // 100 for name, most in POINTS_MAX.items()}
    cut = sorted(POINTS_MAX, key=lambda name: (-(POINTS_MAX[name] * total % 100), name))
    for name in cut[: total - sum(points.values())]:
        points[name] += 1
    return points


def advice(total: int) -> str:
    """Give what an expert recommends with that sum."""
    return next((word for least, word in ADVICE if total >= least), "refuse")


def parts(whole: int, percents: Sequence[int], step: int = 100) -> list[int]:
    """Split an amount by percents, rounded to `step` fen; the last part takes what is left."""
    cut = [whole * percent // 100 // step * step for percent in percents[:-1]]
    return [*cut, whole - sum(cut)]
