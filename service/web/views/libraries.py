"""What procedures are made of, over all of them: field sets and score sheets, and the libraries that policies hold."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from engine.definition import Definition
from service.web.views.definition_tables import states_by_field
from service.web.views.naming import Naming

SHEET = "sheet:"
"""How the name of a score sheet begins; the rest is the state whose votes it is."""

REST = "_rest"
"""Name of the set of fields that stand in no section."""

LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "screening.standard_weights": ("application-call",),
    "screening.criterion_range_percent": ("township-project",),
    "screening.panel_composition": ("township-project",),
    "screening.tag_points": ("township-project", "pool-adjustment"),
    "screening.index_percent": ("township-project", "pool-adjustment"),
    "screening.likeness_weights": ("township-project",),
    "screening.negative_list": ("township-project",),
    "evaluations.standard_indicators": ("performance-evaluation",),
    "surveys.sampling_error_percent": ("performance-evaluation",),
}
"""Policy values that are libraries of indicators, criteria and weights, and the procedures whose rules read them."""


class FieldSet(Struct, frozen=True):
    """A page of a procedure's form, or the ballot of a vote: its fields, and where they are filled in."""

    procedure: str
    key: str
    name: str
    title: str
    fields: tuple[str, ...]
    used: tuple[str, ...]
    is_sheet: bool = False


def field_sets(definition: Definition, naming: Naming) -> list[FieldSet]:
    """Give the sets of a definition: its sections, fields that stand in none, and the ballots of its votes."""
    edited = states_by_field(definition, naming, "edit")
    return [
        FieldSet(
            procedure=naming.says(definition.title),
            key=definition.key,
            name=name,
            title=title,
            fields=fields,
            used=(title_of,) if name.startswith(SHEET) else _used(edited, fields),
            is_sheet=name.startswith(SHEET),
        )
        for name, title, fields, title_of in (*_sections(definition, naming), *_sheets(definition, naming))
        if fields
    ]


def _used(edited: Mapping[str, tuple[str, ...]], fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(state for name in fields for state in edited.get(name, ())))


Row = tuple[str, str, tuple[str, ...], str]


def _sections(definition: Definition, naming: Naming) -> Iterator[Row]:
    placed = {name for section in definition.sections for name in section.fields}
    for section in definition.sections:
        yield section.name, naming.says(section.title), section.fields, ""
    yield REST, naming.t("items.elsewhere"), tuple(name for name in definition.fields if name not in placed), ""


def _sheets(definition: Definition, naming: Naming) -> Iterator[Row]:
    for state in definition.states.values():
        names = dict.fromkeys(name for action in state.actions.values() if action.vote for name in action.form.edit)
        title = naming.says(state.title)
        yield f"{SHEET}{state.name}", title, tuple(names), title
