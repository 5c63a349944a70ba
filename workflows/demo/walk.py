"""Plays a script through the real engine: moves the clock, lets timers fire on the way, gives the commands."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from engine.case import Case
from engine.commands import Act, Actor, Command, Draw, Expire, Remark, Save, Start
from engine.refusal import Refused
from engine.runtime import Runtime
from engine.values import Json
from workflows.demo.papers import pdf
from workflows.demo.places import SEAT
from workflows.demo.scenes import Paper, Postponed, Quoted
from workflows.demo.script import Play, Scripted
from workflows.funds.papers import lines_of
from workflows.guards.reading import text_in

DEFINITION = "township-project"


class Hands(Protocol):
    """The clock that the play moves (adapters.clock.ManualClock)."""

    def set(self, at: datetime) -> None:
        """Show this moment."""
        ...


_OF_RULES = re.compile(r"/(w|rf)_\d\d$")
"""What the night's rules found: on another day than the stories are told for it may be nothing, or in other colours."""

Attach = Callable[[str, str, bytes, str, datetime], Json]
"""Keeps a file and gives its description: case, name, content, id of who hands it in, when."""


class Happenings(Protocol):
    """What happens in a county besides commands. What begins is given as case ids by what the play calls it."""

    def look(self, projects: Sequence[str]) -> Mapping[str, str]:
        """Let the night's rules look at projects, by their codes: warnings and red flags, by `T01-0001/w_05`."""
        ...

    def statement(self, account: str, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
        """Take a bank's file: all that the account's books hold and no line is about yet, and these rows besides."""
        ...

    def survey(self, evaluation: str, actor: Actor, told: Mapping[str, Any]) -> None:
        """Give out links to a survey and answer some: `asked`, `invited`, and how many said what."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """What the play needs: the engine, its clock, people with their principals, cases as they are, files.

    `due` gives the first timer that falls due until a moment, with its own moment.
    """

    runtime: Runtime
    clock: Hands
    actor: Callable[[str], Actor]
    load: Callable[[str], Case]
    due: Callable[[datetime], tuple[datetime, Expire] | None]
    new_id: Callable[[], str]
    attach: Attach
    happenings: Happenings


class Stumbled(Exception):
    """The engine refused a step of the script: the message says which and why. A mistake in the demo's data."""


@dataclass(slots=True)
class Player:
    """Plays step by step. `cases` maps projects to case ids, `beside` the keys of cases beside them."""

    world: World
    play: Play
    cases: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def run(self, now: datetime) -> None:
        """Play everything up to `now`."""
        for step in self.play.steps:
            self._fire_until(step.at)
            self.world.clock.set(step.at)
            self._take(step)
        self._fire_until(now)
        self.world.clock.set(now)

    def _take(self, step: Scripted) -> None:
        is_finding = _OF_RULES.search(step.item) is not None
        if is_finding and step.item not in self.beside:
            return
        try:
            self._do(step)
        except Refused as refused:
            if is_finding:
                del self.beside[step.item]
                return
            reasons = "; ".join(f"{one.code} {one.where} {dict(one.params)}" for one in refused.reasons)
            raise Stumbled(f"{step.project} {step.at:%Y-%m-%d} {step.who} {step.do}: {reasons}") from refused

    def _do(self, step: Scripted) -> None:
        happenings = self.world.happenings
        match step.do:
            case "look":
                self.beside |= happenings.look([self.play.codes[project] for project in step.form["projects"]])
            case "statement":
                actor = self.world.actor(step.who)
                self.beside |= happenings.statement(self._case_of(step), actor, step.form.get("rows", ()))
            case "survey":
                happenings.survey(self._case_of(step), self.world.actor(step.who), step.form)
            case _:
                self.world.runtime.execute(self._command(step))

    def _case_of(self, step: Scripted) -> str:
        return self.beside[step.item] if step.item else self.cases[step.project]

    def _person(self, who: str) -> str:
        """Give the account: a seat stands for whoever was drawn for it."""
        return str(self.world.load(self.beside[who]).data["expert"]) if who.startswith(SEAT) else who

    def _command(self, step: Scripted) -> Command:
        actor = self.world.actor(self._person(step.who))
        if step.do == "open":
            (self.beside if step.item else self.cases)[step.item or step.project] = self.world.new_id()
        case_id = self._case_of(step)
        form = {name: self._handed_in(value, step) for name, value in step.form.items()}
        if step.do == "open":
            return self._start(step, case_id, actor, form)
        if step.do == "save":
            return Save(case_id=case_id, actor=actor, data=form)
        if step.do == "draw":
            (task,) = (task for task in self.world.load(case_id).tasks if task.draws)
            return Draw(case_id=case_id, actor=actor, task=task.id, word=str(form["word"]))
        if step.do == "remark":
            return Remark(case_id=case_id, actor=actor, comment=step.comment)
        return Act(case_id=case_id, actor=actor, action=step.do, form=form, comment=step.comment)

    def _start(self, step: Scripted, case_id: str, actor: Actor, form: dict[str, Json]) -> Start:
        """Open a project, or a case beside one."""
        own = self.play.beside.get(step.item)
        if own is not None:
            if step.project:
                form = {"project": self.play.codes[step.project], **form}
            return Start(
                case_id=case_id, actor=actor, definition=own.definition, code=own.code, unit=own.unit, data=form
            )
        return Start(
            case_id=case_id,
            actor=actor,
            definition=DEFINITION,
            code=self.play.codes[step.project],
            unit=self.play.units[step.project],
            data=form,
        )

    def _handed_in(self, value: object, step: Scripted) -> Json:
        """Replace the papers in a form by files that are kept."""
        match value:
            case str() if value.startswith(SEAT):
                found: Json = self._person(value)
            case Postponed():
                found = _postponed(self.world.load(self._case_of(step)), value.days)
            case Quoted():
                found = _quoted(self.world.load(self.beside[value.item]), value.path)
            case Paper():
                who = self._person(step.who)
                found = self.world.attach(self._case_of(step), value.name, pdf(value.lines), who, step.at)
            case list():
                found = [self._handed_in(one, step) for one in value]
            case dict():
                found = {name: self._handed_in(one, step) for name, one in value.items()}
            case _:
                found = value  # type: ignore[assignment]  # forms are made of Json and papers
        return found

    def _fire_until(self, at: datetime) -> None:
        """Let every timer due by then fire at its own moment."""
        while (due := self.world.due(at)) is not None:
            fires_at, expire = due
            self.world.clock.set(fires_at)
            self.world.runtime.execute(expire)


def _quoted(case: Case, path: Sequence[str | int]) -> Json:
    """Give the value at the end of a way through a case's data."""
    found: Any = case.data
    for part in path:
        found = found[part]
    return found  # type: ignore[no-any-return]  # case data is Json all through


def _postponed(change: Case, days: int) -> Json:
    """Give the plan a change begins with, its last milestone moved."""
    *kept, last = lines_of(change.data, "new_milestones")
    later = date.fromisoformat(text_in(last, "finish_on")) + timedelta(days=days)
    return [*map(dict, kept), {**last, "finish_on": later.isoformat()}]
