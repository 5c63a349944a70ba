"""All sheets an expert has open, side by side: a line for each project, a column for each criterion, a table a call.

A line is typed into, kept as that project's draft, and sent as that project's ballot: what the desk keeps and sends
for one project is the same. Declarations of interests that are due stand in a table of their own above.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from msgspec import Struct

from adapters.sql.drafts import find_draft
from adapters.sql.reads.cases import Filter, list_cases
from adapters.sql.reads.paging import PAGE_MAX
from adapters.sql.reads.queue import open_tasks
from engine import definition as defined
from engine.case import Case
from engine.definition import Action, Definition, FieldType
from engine.refusal import Refusal
from engine.values import Json
from service.http.lists import scope_of
from service.web.definition_fields import fields_of, with_errors
from service.web.fields import Field
from service.web.panel_summary import rubric_for
from service.web.reading import Look
from service.web.views.addresses import task_url
from service.web.views.item import opinion_of
from service.web.views.reader import Due
from workflows.funds.papers import PROJECT, lines_of
from workflows.guards.reading import text_in
from workflows.scoring import Rubric, Sheet, hundredths
from workflows.screening.calls import call_case
from workflows.screening.panels import GONE, PANEL
from workflows.screening.verdicts import SCORING, SUGGESTED, points_of, wanting_remark

DECLARED, CLEAR, RECUSE = "declared", "clear", "recuse"
"""The step of a seat at which interests are declared, and the two ways on."""

RECUSED_IN = frozenset({"expert_setup", SCORING})
"""States in which a project still stands among the others of its call, shut to who declared a conflict."""

NOTE, YES = "relation_note", "yes"
REMARKS, REMARK, OPINION, ADVICE = "score_remarks", "remark-", "opinion", "advice"
REMARK_LENGTH_MAX, OPINION_LENGTH_MAX = 300, 4000
PERCENT = 100


class Cell(Struct, frozen=True):
    """Points for a criterion, at most `limit`. Below `least`, above `most` and beside `suggested` they need a remark.

    `is_said`: there is a remark, or one is needed.
    """

    field: Field
    remark: Field
    weight: int
    limit: int
    least: str
    most: str
    suggested: str
    is_said: bool


class Criterion(Struct, frozen=True):
    """A column: what is judged, and the points it counts of a hundred."""

    title: str
    hint: str
    weight: int


class Line(Struct, frozen=True):
    """A project: open to be scored, sent, or shut by a declared conflict. `reasons` say why it was not sent."""

    task: str
    code: str
    title: str
    url: str
    state: Literal["open", "sent", "shut"]
    cells: Sequence[Cell] = ()
    advice: Field | None = None
    opinion: Field | None = None
    total: str = ""
    missing: int = 0
    due: Due | None = None
    reasons: Sequence[str] = ()

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return self.state == "open" and not self.missing


class Table(Struct, frozen=True):
    """The projects of one call, which are scored by the same criteria and weights."""

    title: str
    criteria: Sequence[Criterion]
    lines: Sequence[Line]

    @property
    def open_count(self) -> int:
        """How many are to be scored."""
        return sum(line.state == "open" for line in self.lines)

    @property
    def ready_count(self) -> int:
        """How many of those are complete."""
        return sum(line.is_ready for line in self.lines)


class Declaration(Struct, frozen=True):
    """A seat whose expert has to say whether there is a conflict."""

    task: str
    code: str
    title: str
    url: str
    fields: Sequence[Field]
    due: Due | None
    reasons: Sequence[str] = ()


class Board(Struct, frozen=True):
    """All of it."""

    declarations: Sequence[Declaration]
    tables: Sequence[Table]


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed into a line and sent, and why it was not taken."""

    fields: Mapping[str, Field]
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """An open task of the reader that has a line; its fields go by their own names, filled with what is kept."""

    task: str
    case: Case
    definition: Definition
    fields: Mapping[str, Field]
    due: Due | None
    action: Action | None = field(default=None)

    def named(self, name: str) -> str:
        """Give the name that a field has in the form of all lines."""
        return f"{self.task}.{name}"


def works(found: Look) -> list[Work]:
    """Give the reader's open tasks that have a line: projects to be scored, seats to be declared on."""
    shown = []
    for line in open_tasks(found.connection, [f"u:{found.actor.id}"], limit=PAGE_MAX).lines:
        if (line.definition, line.state) not in {(PROJECT, SCORING), (PANEL, DECLARED)}:
            continue
        case, definition = found.case(line.case_id), found.definition(line.definition, line.version)
        due = found.reader.due(found.facts.calendar(definition.calendar), line.due_at)
        action = ballot_of(definition, case.state)
        draft = find_draft(found.connection, case.id, found.actor.id)
        kept = {} if draft is None else draft[0]
        fields = _declaring(found, case, kept) if action is None else _scoring(found, definition, action, kept)
        shown.append(Work(line.id, case, definition, fields, due, action))
    return sorted(shown, key=lambda work: work.case.code)


def ballot_of(definition: Definition, state: str) -> Action | None:
    """Give the action that casts a ballot in a state, if there is one."""
    return next((one for one in definition.states[state].actions.values() if one.vote is not None), None)


def _declaring(found: Look, case: Case, kept: Mapping[str, Json]) -> dict[str, Field]:
    definition = found.definition_of(case)
    state = definition.states[case.state]
    required = state.actions[CLEAR].form.require
    fields = fields_of(definition, state.form.edit, {**case.data, **kept}, found.reader.language, required=required)
    return {one.name: one for one in fields}


def _scoring(found: Look, definition: Definition, action: Action, kept: Mapping[str, Json]) -> dict[str, Field]:
    criteria = criteria_of(definition, action)
    names = [*(one.name for one in criteria), ADVICE]
    fields = fields_of(definition, names, kept, found.reader.language, required=action.form.require)
    said = _remarks(kept)
    remarks = [
        Field(
            f"{REMARK}{one.name}", found.reader.says(one.title), value=said.get(one.name), length_max=REMARK_LENGTH_MAX
        )
        for one in criteria
    ]
    opinion = Field(
        OPINION,
        found.t("items.opinion"),
        value=kept.get(opinion_of(action.name)),
        required=False,
        length_max=OPINION_LENGTH_MAX,
    )
    return {one.name: one for one in (*fields, *remarks, opinion)}


def criteria_of(definition: Definition, action: Action) -> list[defined.Field]:
    """Give the fields that a ballot gives points in."""
    return [one for name in action.form.edit if (one := definition.fields[name]).type is FieldType.INTEGER]


def _remarks(kept: Mapping[str, Json]) -> dict[str, str]:
    """Give the remarks that were typed, by criterion; those on the same one are put together."""
    said: dict[str, str] = {}
    for row in lines_of(kept, REMARKS):
        name, words = text_in(row, "criterion"), text_in(row, "remark")
        said[name] = " ".join(filter(None, (said.get(name), words)))
    return said


def data_of(work: Work, fields: Mapping[str, Field]) -> dict[str, Json]:
    """Give what a line holds as data: what its case's form, or its ballot, takes. Nothing of what is empty."""
    given = {name: one.content for name, one in fields.items() if not one.error and _is_given(one.content)}
    if work.action is None:
        return given
    said = {name.removeprefix(REMARK): words for name, words in given.items() if name.startswith(REMARK)}
    remarks: list[Json] = [{"criterion": name, "remark": words} for name, words in said.items()]
    ballot = {name: value for name, value in given.items() if name in work.definition.fields}
    return ballot | ({REMARKS: remarks} if remarks else {})


def _is_given(value: Json) -> bool:
    """Say whether a cell holds something: no points are points, an unticked box is nothing."""
    return value is not None and value is not False and bool(value != "")


def words_of(fields: Mapping[str, Field], name: str) -> str:
    """Give the words typed into a field; empty when there are none."""
    return str(fields[name].value or "") if name in fields else ""


def board(found: Look, tried: Mapping[str, Tried] | None = None) -> Board:
    """Lay out every line, with what was tried in the place of what is kept."""
    given, declarations = tried or {}, []
    lines: dict[tuple[str, tuple[str, ...]], list[tuple[Case, Line]]] = {}
    for work in works(found):
        one = given.get(work.task, Tried(work.fields))
        if work.action is None:
            declarations.append(_declaration(found, work, one))
        else:
            lines.setdefault(_group(work.case, work.definition), []).append((work.case, _open(found, work, one)))
    held = {case.id for group in lines.values() for case, _ in group}
    for case, line in (*_sent(found, held), *_shut(found)):
        lines.setdefault(_group(case, found.definition_of(case)), []).append((case, line))
    return Board(declarations, [_table(found, group) for _, group in sorted(lines.items())])


def _group(case: Case, definition: Definition) -> tuple[str, tuple[str, ...]]:
    action = ballot_of(definition, SCORING)
    return text_in(case.data, "batch"), tuple(one.name for one in criteria_of(definition, action)) if action else ()


def _table(found: Look, group: Sequence[tuple[Case, Line]]) -> Table:
    ordered = sorted(group, key=lambda pair: pair[0].code)
    case = ordered[0][0]
    definition, model = found.definition_of(case), rubric_for(found, case)
    action, says = ballot_of(definition, SCORING), found.reader.says
    criteria = criteria_of(definition, action) if action is not None else []
    number = text_in(case.data, "batch")
    call = call_case(found.facts, number)
    return Table(
        title=found.title(call) if call is not None else found.t("experts.grid.batch", number=number or "—"),
        criteria=[
            Criterion(says(one.title), says(one.help) if one.help else "", model.weight(one.name)) for one in criteria
        ],
        lines=[line for _, line in ordered],
    )


def _declaration(found: Look, work: Work, tried: Tried) -> Declaration:
    project = text_in(work.case.data, "project")
    fields = [replace(one, name=work.named(name)) for name, one in tried.fields.items()]
    return Declaration(work.task, project, found.title(work.case), task_url(work.task), fields, work.due, tried.reasons)


def _open(found: Look, work: Work, tried: Tried) -> Line:
    assert work.action is not None
    model, data = rubric_for(found, work.case), data_of(work, tried.fields)
    points = {name: value for name, value in points_of(data).items() if name in data}
    wanting = {one for one in wanting_remark(data, model, work.case.data.get("c2_suggested")) if one in points}
    empty = [name for name in work.action.form.require if name not in data]
    return Line(
        task=work.task,
        code=work.case.code,
        title=found.title(work.case),
        url=task_url(work.task),
        state="open",
        cells=[
            _cell(work, tried.fields, one, model, is_wanting=one.name in wanting)
            for one in criteria_of(work.definition, work.action)
        ],
        advice=replace(tried.fields[ADVICE], name=work.named(ADVICE)),
        opinion=replace(tried.fields[OPINION], name=work.named(OPINION)),
        total=_total(model, points),
        missing=len(empty) + len(wanting),
        due=work.due,
        reasons=tried.reasons,
    )


def _cell(work: Work, fields: Mapping[str, Field], source: defined.Field, model: Rubric, *, is_wanting: bool) -> Cell:
    limit, remark = source.max or 0, fields[f"{REMARK}{source.name}"]
    suggested = work.case.data.get("c2_suggested") if source.name == SUGGESTED else None
    return Cell(
        field=replace(fields[source.name], name=work.named(source.name)),
        remark=replace(remark, name=work.named(remark.name)),
        weight=model.weight(source.name),
        limit=limit,
        least=str(model.remark_below_percent * limit / PERCENT),
        most=str(model.remark_above_percent * limit / PERCENT),
        suggested="" if suggested is None else str(suggested),
        is_said=is_wanting or bool(remark.value),
    )


def _total(model: Rubric, points: Mapping[str, int]) -> str:
    return hundredths(model.points(Sheet("", points, recommends=False)))


def _sent(found: Look, held: Iterable[str]) -> list[tuple[Case, Line]]:
    """Give the projects of open rounds in which the reader's own ballot is in."""
    wanted = Filter(definition=PROJECT, states=(SCORING,))
    listed = list_cases(found.connection, scope_of(found.caller), wanted, limit=PAGE_MAX).lines
    shown = []
    for case in (found.case(line.id) for line in listed if line.id not in held):
        own = next((ballot for ballot in case.ballots if ballot.voter == found.actor.id), None)
        if own is not None:
            work = Work("", case, found.definition_of(case), {}, None, ballot_of(found.definition_of(case), SCORING))
            shown.append((case, _read_only(found, work, own.form, "sent")))
    return shown


def _shut(found: Look) -> list[tuple[Case, Line]]:
    """Give the projects from which the reader stepped back, while the others of their call are scored."""
    seats = found.facts.peers(PANEL, "expert", found.actor.id)
    codes = [
        text_in(one.data, "project") for one in seats if one.state == GONE and f"{DECLARED}.{RECUSE}" in one.actors
    ]
    cases = [case for code in dict.fromkeys(codes) if (case := found.facts.case(code)) is not None]
    works = [Work("", case, found.definition_of(case), {}, None) for case in cases if case.state in RECUSED_IN]
    return [(work.case, _read_only(found, work, {}, "shut")) for work in works]


def _read_only(found: Look, work: Work, form: Mapping[str, Json], state: Literal["sent", "shut"]) -> Line:
    points = points_of(form)
    return Line(
        task="",
        code=work.case.code,
        title=found.title(work.case),
        url="",
        state=state,
        cells=[
            Cell(Field(one.name, "", "integer", points[one.name]), Field("", ""), 0, 0, "", "", "", is_said=False)
            for one in (criteria_of(work.definition, work.action) if work.action is not None else ())
        ],
        total=_total(rubric_for(found, work.case), points) if state == "sent" else "",
    )


def refused(found: Look, work: Work, fields: Mapping[str, Field], reasons: Sequence[Refusal]) -> Tried:
    """Put refusals at the cells they name, and say all of them at the line."""
    told = {reason.where or reason.code: found.reader.rendering.wording.sentence(reason) for reason in reasons}
    marked = with_errors(fields.values(), told)
    said = [found.reader.reason(reason, work.definition.fields) for reason in reasons]
    return Tried({one.name: one for one in marked}, said)
