"""Cases beside projects as `beside.yaml` tells them: who did what so many working days ago, with which form.

In a form, a mapping with one key that begins with `$` stands for what is known only when the play is written:
`{$day: 10}` ten days after the step, `{$ago: 30}` the working day so many back from today, `{$month: 0}` this month,
`{$year: key}` the year in the code of a source, `{$paper: title}` a document, `{$code: key}` the code of a project or
case, `{$call: name}` a call's number, `{$who: it}` an account, `{$seat: 2}` the expert who is drawn for a seat of the
project, `{$wan: "1.5"}` an amount of ten thousand yuan, `{$quote: [key, field]}` what another case says by then,
`{$plan: 30}` the plan in force with its last milestone thirty days later.

Besides commands a step may be `look` (the night's rules look at projects; what they find is called `T01-0001/w_05`),
`statement` (a bank's file; lines told in it are called by their reference) or `survey` (links given out and answered).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from workflows.demo.acceptance import FILLS
from workflows.demo.places import Days, Project, fen, seat_key
from workflows.demo.purse import Beside
from workflows.demo.scenes import Paper, Postponed, Quoted

AFTERNOON = time(14, 40)
MINUTES_APART = 3
COUNTY = "QH"
SEAT_CODE = "ZJ"


@dataclass(frozen=True, slots=True)
class Act:
    """One step of a case beside a project: `item` is the case's key, `project` the project's number or nothing."""

    at: datetime
    item: str
    project: str
    who: str
    do: str
    form: Mapping[str, Any]
    comment: str


@dataclass(frozen=True)
class Stories:
    """What all stories are told with. `codes` are those of projects, `calls` the numbers of calls by name.

    `words` are those of acceptances (phrases `acceptance`).
    """

    told: Sequence[Mapping[str, Any]]
    projects: Mapping[str, Project]
    codes: Mapping[str, str]
    calls: Mapping[str, str]
    words: Mapping[str, Any]
    back: Days

    @cached_property
    def beside(self) -> dict[str, Beside]:
        """Every case of a story by its key."""
        return {story["case"]: self._beside(story) for story in self.told if "process" in story}

    def _beside(self, story: Mapping[str, Any]) -> Beside:
        key = str(story["case"])
        project = self.projects.get(key.partition("/")[0])
        year = self.back.back(max(step["ago"] for step in story["steps"])).year
        unit = story.get("unit") or (project.unit if project is not None else COUNTY)
        return Beside(str(story["process"]), f"{story['code']}-{year}-{story.get('number', _own(key))}", unit)

    def acts(self) -> Iterator[Act]:
        """Give every step with its moment: in the afternoon of its day, in the order in which it is told."""
        turns: dict[date, int] = {}
        for story in self.told:
            key = str(story.get("continues", story.get("case")))
            project = self.projects.get(key.partition("/")[0])
            for step in story["steps"]:
                day = self.back.back(step["ago"])
                turn = turns[day] = turns.get(day, -1) + 1
                at = datetime.combine(day, AFTERNOON, self.back.calendar.zone) + timedelta(minutes=MINUTES_APART * turn)
                form = self._filled(step.get("form", {}), key, project, day)
                if "fill" in step and project is not None:
                    form |= FILLS[step["fill"]](project, day, self.words)
                who = seat_key(project.id, step["seat"]) if "seat" in step and project is not None else step["who"]
                yield Act(at, key, project.id if project else "", who, step["do"], form, step.get("say", ""))

    def _filled(self, value: Any, key: str, project: Project | None, day: date) -> Any:  # noqa: ANN401  # a form's part
        if isinstance(value, list):
            return [self._filled(one, key, project, day) for one in value]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1 and next(iter(value)).startswith("$"):
            (name, told), *_ = value.items()
            return self._known(name, told, key, project, day)
        return {name: self._filled(one, key, project, day) for name, one in value.items()}

    def _known(self, name: str, told: Any, key: str, project: Project | None, day: date) -> Any:  # noqa: ANN401  # as above
        title = project.data["name"] if project is not None else ""
        known: Mapping[str, Callable[[], Any]] = {
            "$day": lambda: f"{day + timedelta(days=told)}",
            "$ago": lambda: self.back.back(told).isoformat(),
            "$paper": lambda: Paper(f"{told}-{key.replace('/', '-')}.pdf", (told, title, day.isoformat())),
            "$code": lambda: self.codes.get(told) or self.beside[told].code,
            "$call": lambda: self.calls[told],
            "$who": lambda: f"{project.township.lower()}-{told}" if project is not None else told,
            "$seat": lambda: seat_key(project.id if project is not None else "", told),
            "$wan": lambda: fen(told),
            "$year": lambda: int(self.codes[told].split("-")[1]),
            "$month": lambda: f"{self.back.calendar.local_day(self.back.now):%Y-%m}",
            "$quote": lambda: Quoted(told[0], tuple(told[1:])),
            "$plan": lambda: Postponed(int(told)),
        }
        return known[name]()


def _own(key: str) -> str:
    """Give the number of a case by its key: the project's, and what tells it from others of its kind."""
    project, _, kind = key.partition("/")
    place = kind.rpartition("-")[2]
    return f"{project}-{place}" if place.isdigit() else project
