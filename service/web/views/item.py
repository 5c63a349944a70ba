"""An item as its page shows it: where it stands, what it says, and what the reader may do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import Struct

from adapters.sql.directory import Directory
from engine import definition as defined
from engine.assignment import Initiator
from engine.case import Case
from engine.definition import Action, ActionKind, Comment, Definition
from engine.options import Option
from engine.situation import is_filled
from engine.standing import amount_of
from engine.values import Json
from service.web.definition_fields import Surroundings, fields_of
from service.web.fields import Choice, Field, scoped
from service.web.parts import Stage, Status
from service.web.views.addresses import item_url
from service.web.views.payables import payable
from service.web.views.people_choices import people_choices, unit_choices
from service.web.views.procedure_words import what_follows
from service.web.views.reader import Due, Reader
from service.web.views.remarks import places
from service.web.views.stage_strip import phase_strip

KEYS = {ActionKind.FORWARD: "a", ActionKind.RETURN: "r", ActionKind.NEGATIVE: "d"}
"""The keys that open an action's panel; where several are of a kind, the first has it."""

SHEET_NUMBERS_MIN = 4

ELSEWHERE = "elsewhere"
"""Name of the section for fields that no section of the definition holds."""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields."""

    name: str
    title: str
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True)
class ActionForm:
    """One thing the reader may do, or why not. `missing` is what is to be done first, `follows` what comes after.

    `places` are the sections and fields that a return may remark on, `steps` the earlier steps it may go to; `key` is
    the shortcut that opens it. `editable` are the fields that may be sent along with it, `phrases` are offered for the
    opinion.
    """

    name: str
    title: str
    kind: str
    note: str
    refused: Sequence[str]
    missing: Sequence[str]
    fields: Sequence[Field] = ()
    comment: str = ""
    asks_comment: bool = True
    needs_comment: bool = False
    url: str = ""
    is_open: bool = False
    problems: Sequence[str] = ()
    follows: str = ""
    places: Sequence[Choice] = ()
    steps: Sequence[Choice] = ()
    key: str = ""
    editable: Sequence[str] = ()
    draft_url: str = ""
    phrases: Sequence[str] = ()

    @property
    def is_sheet(self) -> bool:
        """Whether it asks for so many numbers that they are better a sheet."""
        return sum(field.kind == "integer" for field in self.fields) >= SHEET_NUMBERS_MIN

    @property
    def points(self) -> int:
        """The sum of its numbers."""
        return sum(field.value or 0 for field in self.fields if field.kind == "integer")


class Verb(Struct, frozen=True):
    """A button beside the actions, such as claim or urge. `about` is the question that is to be answered.

    The rest is what was sent when it was tried and did not work, and the `problems` that say why.
    """

    name: str
    url: str
    wants_person: bool = False
    wants_comment: bool = False
    wants_place: bool = False
    wants_state: bool = False
    about: str = ""
    key: str = ""
    to: Sequence[str] = ()
    comment: str = ""
    place: str = "beside"
    state: str = ""
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything on the page of an item."""

    code: str
    title: str
    procedure: str
    state: Status
    phase: str
    unit: str
    initiator: str
    amount: int | None
    due: Due | None
    holders: Sequence[str]
    needs: str
    revision: int
    marks: Sequence[str]
    stages: Sequence[Stage]
    sections: Sequence[Section]
    why: Sequence[str] = ()
    counted: str = ""
    actions: Sequence[ActionForm] = ()
    others: Sequence[ActionForm] = ()
    verbs: Sequence[Verb] = ()
    edit_url: str = ""
    check_url: str = ""
    people: Sequence[Choice] = field(default_factory=tuple)
    all_states: Sequence[Choice] = ()
    can_undo: bool = False
    is_covered: bool = False


def stages(definition: Definition, case: Case, reader: Reader) -> list[Stage]:
    """Give the phases with where the item is."""
    here = definition.states[case.state].phase
    been = {definition.states[name].phase for name in case.visits if name in definition.states}
    return phase_strip(definition, here, been, reader, is_closed=case.closed_at is not None)


def sections(
    definition: Definition, names: Iterable[str], data: Mapping[str, Json], reader: Reader, around: Surroundings
) -> list[Section]:
    """Show the filled ones among some fields, section by section, read-only."""
    filled = [name for name in names if is_filled(data.get(name))]
    fields = fields_of(definition, filled, data, reader.language, read_only=True, around=around)
    return grouped(definition, payable(reader.t, definition.key, fields), reader)


def grouped(definition: Definition, fields: Sequence[Field], reader: Reader) -> list[Section]:
    """Put fields under the titles of the definition's sections; the rest comes last."""
    by_name = {one.name: one for one in fields}
    found = []
    for section in definition.sections:
        inside = [by_name.pop(name) for name in section.fields if name in by_name]
        if inside:
            found.append(Section(section.name, reader.says(section.title), inside))
    if by_name:
        found.append(Section(ELSEWHERE, reader.t("items.elsewhere"), list(by_name.values())))
    return found


def offering(fields: Sequence[Field], definition: Definition, directory: Directory) -> list[Field]:
    """Offer people in fields for persons: the holders of the role that the field asks for, else everybody."""
    return [_offered(one, definition.fields[one.name], directory) for one in fields]


def _offered(one: Field, source: defined.Field, directory: Directory) -> Field:
    if one.read_only:
        return one
    if one.kind == "table":
        columns = tuple(_offered(*pair, directory) for pair in zip(one.columns, source.columns, strict=True))
        offered = [column.choices for column in columns]
        rows = tuple(
            tuple(replace(cell, choices=choices) for cell, choices in zip(row, offered, strict=True))
            for row in one.rows
        )
        return replace(one, columns=columns, rows=rows)
    if one.kind not in {"person", "persons", "unit"}:
        return one
    if one.kind == "unit":
        return replace(one, choices=tuple(unit_choices(directory)))
    role = source.of_role
    holders = {user for (held, _), users in directory.holders.items() if held == role for user in users}
    return replace(one, choices=tuple(people_choices(directory, None if role is None else holders)))


def action_form(  # everything an action's form is drawn from
    option: Option,
    case: Case,
    definition: Definition,
    reader: Reader,
    around: Surroundings,
    directory: Directory,
    kept: Mapping[str, Json],
) -> ActionForm:
    """Show an option; its form holds the action's own fields, with what was `kept` of the reader's typing."""
    action = option.action
    names = action.form.edit
    own = kept if action.vote is not None else {**case.data, **kept}
    fields = fields_of(definition, names, own, reader.language, required=action.form.require, around=around)
    asked = [reason for reason in option.missing if reason.where not in names and reason.code != "comment.required"]
    return ActionForm(
        name=action.name,
        title=reader.says(action.title),
        kind=action.kind.value,
        note=reader.says(action.note) if action.note is not None else "",
        refused=[reader.reason(reason, definition.fields) for reason in option.refused],
        missing=[reader.reason(reason, definition.fields) for reason in asked],
        fields=[scoped(field, f"{action.name}-") for field in offering(fields, definition, directory)],
        asks_comment=action.comment is not Comment.NONE,
        needs_comment=action.comment is Comment.REQUIRED,
        url=item_url(case.code, "act", action.name),
        follows=what_follows(definition, action, reader),
        places=_places(action, definition, reader),
        steps=[Choice(name, reader.says(definition.states[name].title)) for name in option.choices],
        key=KEYS.get(action.kind, ""),
        editable=option.edit,
        comment=str(kept.get(opinion_of(action.name)) or ""),
        draft_url=item_url(case.code, "draft", action=action.name),
    )


def opinion_of(action: str) -> str:
    """Name under which an opinion that is being typed is kept beside the typed fields."""
    return f"_opinion.{action}"


def _places(action: Action, definition: Definition, reader: Reader) -> list[Choice]:
    """Offer places for remarks where an action returns an item to whoever fills it in."""
    back = [definition.states[target.state] for target in action.to] if action.kind is ActionKind.RETURN else []
    names = [name for state in back if isinstance(state.who, Initiator) for name in state.form.edit]
    return places(definition, names, reader)


def item_page(case: Case, definition: Definition, title: str, reader: Reader, due: Due | None) -> ItemPage:
    """Show where an item stands, without what the reader may do."""
    state = definition.states[case.state]
    phase = definition.phases[state.phase]
    is_late = due is not None and due.is_late
    return ItemPage(
        code=case.code,
        title=title,
        procedure=reader.says(definition.title),
        state=Status(reader.says(state.title), "bad" if is_late else "plain" if case.closed_at else "active"),
        phase=reader.says(phase.title),
        unit=reader.unit(case.unit),
        initiator=reader.person(case.initiator),
        amount=amount_of(definition, case.data),
        due=None if case.closed_at else due,
        holders=[reader.holder(task.principal) for task in case.tasks],
        needs=reader.says(state.needs) if state.needs is not None else "",
        revision=case.revision,
        marks=case.marks,
        stages=stages(definition, case, reader),
        sections=(),
    )
