"""A rehearsal as a page: a made-up office with names, the item as one of its people sees it, what would have gone out.

Nothing of it is kept: the steps come with every form, and are played from the beginning each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from adapters.memory.rehearsing import COUNTY, OFFICE, TOWNSHIP, Scene, Stage
from adapters.sql.directory import Directory, Person
from engine.definition import ActionKind, Definition
from engine.options import Option
from engine.trials import INITIATOR, SAVE, START, TrialStep
from engine.values import Json
from service.http.rehearsal_shapes import StepShape
from service.http.rendering import Rendering
from service.telling import Teller
from service.web.definition_fields import Surroundings, fields_of, form_of
from service.web.fields import Choice, Field
from service.web.form_input import FormInput
from service.web.reading import Look
from service.web.views.item import ActionForm, Section, action_form, grouped, offering, sections
from service.web.views.reader import Due, Reader

SAMPLE = "sample"
"""The id of a made-up file."""

PLACES = (COUNTY, TOWNSHIP, OFFICE)


class SceneRow(Struct, frozen=True):
    """What came of a step, in words: who did what, where the item is, what was refused, what would have gone out."""

    number: int
    title: str
    at: datetime
    state: str
    failure: str
    refused: Sequence[str]
    sent: Sequence[str]
    posted: Sequence[str]


class RehearsalView(Struct, frozen=True):
    """The made-up item as one of the made-up people sees it, and the story so far."""

    person: str
    people: Sequence[Choice]
    next_people: Sequence[tuple[Choice, str]]
    state: str
    is_over: bool
    due: Due | None
    holders: Sequence[str]
    filled: Sequence[Section]
    form: Sequence[Section]
    actions: Sequence[ActionForm]
    others: Sequence[ActionForm]
    story: Sequence[SceneRow]
    steps: str
    count: int
    broken: bool


class Rehearsal(Struct, frozen=True):
    """A stage, the steps that were played on it, and a reader who knows its people by name."""

    found: Look
    stage: Stage
    steps: Sequence[StepShape]
    person: str

    @property
    def definition(self) -> Definition:
        """The procedure that is tried."""
        return self.stage.process.definition

    @property
    def directory(self) -> Directory:
        """The made-up office, with names."""
        t, facts = self.found.t, self.stage.facts
        units = {
            id: replace(unit, name=t(f"trying.unit.{id}") if id in PLACES else self.found.reader.unit(id))
            for id, unit in facts.units.items()
        }
        people = {
            id: Person(id, id, self._name(id), home, "", "", self.found.reader.language, enabled=True)
            for id, home in facts.homes.items()
        }
        return Directory(units, people, {}, facts.holders, (), facts.calendars, {})

    def _name(self, id: str) -> str:
        """Name one of the made-up people: the initiator, a head, a holder of a role; a real person as they are."""
        t, (role, _, number) = self.found.t, id.rpartition("-")
        if id == INITIATOR:
            return t("trying.initiator")
        if role == "head" and number in PLACES:
            return t(f"trying.head.{number}")
        if number.isdecimal() and any(held == role for held, _ in self.stage.facts.holders):
            return f"{self.found.reader.role(role)} {number}"
        return self.found.reader.person(id)

    @property
    def reader(self) -> Reader:
        """Who is told: the real reader, at the rehearsal's time, with the made-up names."""
        rendering = Rendering(self.found.reader.rendering.wording, self.directory, self.found.actor)
        return Reader(self.found.t, rendering, self.stage.hands.at)

    @property
    def around(self) -> Surroundings:
        """Names for the fields of people and units."""
        directory = self.directory
        people = {one.id: one.name for one in directory.people.values()}
        return Surroundings(people | {one.id: one.name for one in directory.units.values()})

    def options(self) -> tuple[Option, ...]:
        """Give what the chosen person may do, or why not."""
        return self.stage.options(self.stage.person(self.person))

    def fields(self) -> list[Field]:
        """Give the fields that the chosen person may fill in: of the beginning, or of the state."""
        case, options = self.stage.case, self.options()
        state = self.definition.states[self.definition.initial if case is None else case.state]
        free = {name for option in options if option.allowed for name in option.edit}
        names = [name for name in state.form.edit if case is None or name in free]
        sending = (option for option in options if option.allowed and option.action.kind is ActionKind.FORWARD)
        required = next((option.require for option in sending), state.form.require)
        return self._form(names, {} if case is None else case.data, required)

    def of_action(self, option: Option) -> ActionForm:
        """Give the form of an action as a real item has it; it stays on the page."""
        case, reader = self.stage.case, self.reader
        assert case is not None
        form = action_form(option, case, self.definition, reader, self.around, self.directory, {})
        fields = [rehearsed(one) for one in form.fields]
        return replace(form, fields=fields, url="", draft_url="", places=(), key="")

    def _form(self, names: Sequence[str], data: Mapping[str, Json], required: Sequence[str]) -> list[Field]:
        fields = fields_of(self.definition, names, data, self.reader.language, required=required, around=self.around)
        return [rehearsed(one) for one in offering(fields, self.definition, self.directory)]

    def view(self) -> RehearsalView:
        """Show where the made-up item stands."""
        case, reader, directory = self.stage.case, self.reader, self.directory
        people = [Choice(one.id, one.name, reader.unit(one.unit)) for one in directory.people.values()]
        options = self.options()
        forms = [self.of_action(option) for option in options] if case is not None else []
        calendar = self.stage.facts.calendar(self.definition.calendar)
        due_at = case.clock.due_at if case is not None and case.clock is not None else None
        return RehearsalView(
            person=self.person,
            people=people,
            next_people=self._next(people),
            state="" if case is None else reader.says(self.definition.states[case.state].title),
            is_over=case is not None and case.closed_at is not None,
            due=reader.due(calendar, due_at),
            holders=[] if case is None else [reader.holder(task.principal) for task in case.tasks],
            filled=[] if case is None else self._filled(case.data),
            form=grouped(self.definition, self.fields(), reader),
            actions=[form for form in forms if not form.refused],
            others=[form for form in forms if form.refused],
            story=[scene_row(number, one, self) for number, one in enumerate(self.stage.scenes, start=1)],
            steps=msgspec.json.encode(self.steps).decode(),
            count=len(self.steps),
            broken=len(self.stage.scenes) < len(self.steps) or any(one.failure for one in self.stage.scenes),
        )

    def _filled(self, data: Mapping[str, Json]) -> list[Section]:
        """Show what is filled in so far; made-up files say only that they are there."""
        shown = sections(self.definition, self.definition.fields, data, self.reader, self.around)
        return [replace(one, fields=[rehearsed(field) for field in one.fields]) for one in shown]

    def _next(self, people: Sequence[Choice]) -> list[tuple[Choice, str]]:
        """Give who could go on, each with what they could do; of everybody who could do the same, the first."""
        by_id = {one.value: one for one in people}
        could: dict[str, list[str]] = {}
        for name, option in self.stage.open_to():
            could.setdefault(name, []).append(self.reader.says(option.action.title))
        separator = self.found.t("forms.list_separator")
        return [(by_id[name], separator.join(titles)) for name, titles in could.items() if name != self.person]


def rehearsed(field: Field) -> Field:
    """Give a field as a rehearsal asks for it: people and units are chosen from the office, a file is made up."""
    if field.kind == "table":
        columns = tuple(rehearsed(one) for one in field.columns)
        rows = tuple(tuple(rehearsed(cell) for cell in row) for row in field.rows)
        return replace(field, columns=columns, rows=rows)
    if field.kind in {"file", "files"}:
        return replace(field, kind="boolean", value=bool(field.value), accept=(), upload_url="")
    if field.kind in {"person", "unit"}:
        return replace(field, kind="choice", search_url="")
    return replace(field, kind="choices", search_url="") if field.kind == "persons" else field


def values_of(read: FormInput, definition: Definition, before: Mapping[str, Json]) -> dict[str, Json]:
    """Give what was filled in and differs from before, with a made-up file where one was ticked."""
    typed = form_of(read)
    values = {name: _value(definition.fields[name], value) for name, value in typed.items()}
    return {name: value for name, value in values.items() if value != before.get(name) and value is not False}


def _value(field: Any, value: Json) -> Json:  # noqa: ANN401  # a field of a definition or a column of one
    kind = field.type.value
    if kind in {"file", "files"}:
        if not value:
            return None
        count = max(1, field.min or 1) if kind == "files" else 1
        made = [_sample(field.accept, number) for number in range(1, count + 1)]
        return made[0] if kind == "file" else list(made)
    if kind == "table" and isinstance(value, list):
        columns = {one.name: one for one in field.columns}
        rows = [row for row in value if isinstance(row, dict)]
        return [{name: _value(columns[name], cell) for name, cell in row.items()} for row in rows]
    return value


def _sample(accept: Sequence[str], number: int) -> dict[str, Json]:
    """Make up a file of a kind that is taken."""
    kind = accept[0] if accept else "pdf"
    name = f"{SAMPLE}-{number}"
    return {"id": name, "name": f"{name}.{kind}", "kind": kind, "size": 1, "digest": sha256(name.encode()).hexdigest()}


def shape_of(step: TrialStep) -> StepShape:
    """Give a step of a kept test as the page sends it."""
    return StepShape(
        who=step.who or None,
        do=step.do or None,
        form=dict(step.form),
        comment=step.comment,
        to=step.to,
        wait=None if step.wait is None else str(step.wait),
        state=step.state,
        refused=list(step.refused),
    )


def scene_row(number: int, scene: Scene, rehearsal: Rehearsal) -> SceneRow:
    """Put what came of a step into words."""
    reader, definition, t = rehearsal.reader, rehearsal.definition, rehearsal.found.t
    state = definition.states.get(scene.state)
    say = reader.rendering.wording.sentence
    return SceneRow(
        number=number,
        title=_deed(scene, rehearsal),
        at=scene.at,
        state=reader.says(state.title) if state is not None else "",
        failure=t(f"trying.failure.{scene.failure}") if scene.failure else "",
        refused=[say(reason) for reason in scene.refused],
        sent=[_notice(one.kind, one.audience, one.params, rehearsal) for one in scene.notices],
        posted=[t("trying.posted", rule=one.rule) for one in scene.postings],
    )


def _deed(scene: Scene, rehearsal: Rehearsal) -> str:
    step, t, reader = scene.step, rehearsal.found.t, rehearsal.reader
    if not step.do:
        return t("trying.waited", period=str(step.wait)) if step.wait is not None else t("trying.looked")
    if step.do in {START, SAVE}:
        return t(f"trying.did.{step.do}", person=reader.person(scene.person))
    titles = (
        action.title
        for state in rehearsal.definition.states.values()
        for name, action in state.actions.items()
        if name == step.do
    )
    title = next((reader.says(one) for one in titles), step.do)
    return t("trying.did.act", person=reader.person(scene.person), action=title)


def _notice(kind: str, audience: Sequence[str], params: Mapping[str, Json], rehearsal: Rehearsal) -> str:
    """Say what would have been sent, and to whom."""
    reader, t, assembly = rehearsal.reader, rehearsal.found.t, rehearsal.found.front.assembly
    teller, title = Teller(assembly.catalogue, assembly.library, ""), t("trying.item")
    said = teller.say(reader.language, rehearsal.directory, kind, params, title, rehearsal.definition)
    to = t("forms.list_separator").join(reader.holder(one) for one in audience)
    return t("trying.sent", to=to, text=said)
