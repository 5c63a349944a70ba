"""The page of the visual editor: the steps in order, the chosen one as a form, problems where they belong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from msgspec import Struct

from adapters import shipped
from adapters.sql.publishing import Edition
from engine.builtin_guards import BUILTIN
from engine.checking import Checked
from engine.definition import Definition
from engine.editing import Unwritable, values
from engine.guards import OPTIONAL
from engine.values import Json
from service.rules import GUARDS
from service.texts import LANGUAGES
from service.web.definition_pages import judged, picture
from service.web.diagram import Diagram, Marks
from service.web.fields import Field
from service.web.flow.controls import Group
from service.web.flow.field_form import field_groups
from service.web.flow.head_form import head_groups
from service.web.flow.raw import Keyed, at, fields, section_of, states, text, title
from service.web.flow.step_form import groups
from service.web.flow.words import Words
from service.web.reading import Look
from service.web.views.definition_tables import MatrixRow, matrix
from service.web.views.definitions import FlawLine
from service.web.views.naming import titled
from service.web.views.rulebook import Rulebook

VIEWS = ("outline", "fields", "head", "graph", "matrix")
PLACES = {"outline": "states", "fields": "fields"}
"""The views that show one thing of several as a form, and where these stand in the text."""


class StepLine(Struct, frozen=True):
    """A step, or a field, in the outline: its name, its phase or page where that begins, what is wrong with it."""

    name: str
    title: str
    phase: str
    kind: str
    problems: int
    sentence: str
    is_current: bool


class FlowPage(Struct, frozen=True):
    """What the editor shows; `is_read` is false when the text is no YAML.

    `called` is the draft's own title. `step` is the chosen step or, in the view of fields, the chosen field; empty
    when there is none.
    """

    is_read: bool
    view: str
    flaws: Sequence[FlawLine]
    notes: Sequence[FlawLine]
    called: str = ""
    step: str = ""
    title: str = ""
    steps: Sequence[StepLine] = ()
    groups: Sequence[Group] = ()
    sentence: str = ""
    of_step: Sequence[FlawLine] = ()
    states: Sequence[tuple[str, str]] = ()
    diagram: Diagram | None = None
    matrix: Sequence[MatrixRow] = ()
    walked: FlawLine | None = None


def flow_page(  # a view, what is chosen in it, and what is shown of it
    found: Look, edition: Edition, view: str, step: str, walk: int | None, typed: Sequence[Field]
) -> FlowPage:
    """Read a draft for the editor; `typed` is the form as it was filled in, where it could not be taken."""
    checked, flaws, notes = judged(found, edition.source, edition.key)
    view = view if view in VIEWS else VIEWS[0]
    try:
        draft = values(edition.source)
    except Unwritable:
        return FlowPage(is_read=False, view=view, flaws=flaws, notes=notes)
    chosen, words = chosen_of(draft, view, step), words_of(found)
    sentences = _sentences(checked.definition, found) if view == "outline" else {}
    language = found.reader.language
    walked = _walked(checked, flaws, walk)
    return FlowPage(
        is_read=True,
        view=view,
        step=chosen,
        title=title(listed(draft, view)[chosen], language, chosen) if chosen else "",
        steps=_lines(draft, view, chosen, flaws, sentences, words),
        called=title(draft, language),
        groups=[_as_typed(group, typed) for group in form_of(draft, view, chosen, words)],
        sentence=sentences.get(chosen, ""),
        flaws=flaws,
        of_step=[flaw for flaw in flaws if is_of(flaw.path, view, chosen)],
        notes=notes,
        states=[(name, title(one, language, name)) for name, one in states(draft).items()],
        diagram=_diagram(found, edition, checked, walked) if view == "graph" else None,
        matrix=matrix(checked.definition, found.reader) if checked.definition is not None and view == "matrix" else (),
        walked=walked[0] if walked is not None else None,
    )


def _as_typed(group: Group, typed: Sequence[Field]) -> Group:
    kept = {field.name: field for field in typed}
    return replace(group, fields=[kept.get(field.name, field) for field in group.fields])


def listed(draft: Json, view: str) -> dict[str, Keyed]:
    """Give what a view lists: the steps, the fields, or nothing."""
    return states(draft) if view == "outline" else fields(draft) if view == "fields" else {}


def chosen_of(draft: Json, view: str, name: str) -> str:
    """Give what a view shows the form of: what was asked for, or else the first."""
    there = listed(draft, view)
    return name if name in there else next(iter(there), "")


def form_of(draft: Json, view: str, chosen: str, words: Words) -> list[Group]:
    """Give the form of a view."""
    if view == "head":
        return head_groups(draft, words)
    if not chosen:
        return []
    return field_groups(draft, chosen, words) if view == "fields" else groups(draft, chosen, words)


def words_of(found: Look) -> Words:
    """Give the words of the editor's forms for a reader."""
    language = found.reader.language
    roles = {code: found.reader.role(code) for code in shipped.roles()}
    marks = {code: titled(found.reader, "marks", code) for code in shipped.marks()}
    rules = {entry.name: titled(found.reader, "guards", entry.name) for entry in GUARDS}
    usual = [entry.name for entry in BUILTIN if all(kind.endswith(OPTIONAL) for kind in entry.arguments.values())]
    return Words(found.front.assembly.catalogue, language, roles, marks, rules, usual)


def new_titles(found: Look) -> Mapping[str, Mapping[str, str]]:
    """Give the titles of what is new, in both languages."""
    text_of = found.front.assembly.catalogue.text
    return {
        kind: {language: text_of(language, f"flow.new.{kind}") for language in LANGUAGES}
        for kind in ("step", "action", "field")
    }


def is_of(path: str, view: str, chosen: str) -> bool:
    """Say whether a problem's path is in what is shown."""
    if view == "head":
        return bool(path) and path.partition(".")[0] not in PLACES.values()
    place = f"{PLACES.get(view, '')}.{chosen}"
    return bool(chosen) and (path == place or path.startswith(f"{place}."))


def _lines(
    draft: Json, view: str, chosen: str, flaws: Sequence[FlawLine], sentences: Mapping[str, str], words: Words
) -> list[StepLine]:
    heads = {choice.value: choice.label for choice in words.phases(draft)}
    heads |= {choice.value: choice.label for choice in words.titled(at(draft, "sections"))} if view == "fields" else {}
    lines: list[StepLine] = []
    last = ""
    for name, one in listed(draft, view).items():
        head = text(one.get("phase")) if view == "outline" else section_of(draft, name)
        lines.append(
            StepLine(
                name=name,
                title=title(one, words.language, name),
                phase=heads.get(head, head) if head != last else "",
                kind=text(at(one, "kind")) or "work",
                problems=sum(is_of(flaw.path, view, name) for flaw in flaws),
                sentence=sentences.get(name, ""),
                is_current=name == chosen,
            )
        )
        last = head
    return lines


def _sentences(definition: Definition | None, found: Look) -> dict[str, str]:
    """Put each step into words; nothing while the text can not be understood."""
    if definition is None:
        return {}
    return {one.state: "".join(one.sentences) for one in Rulebook(definition, found.reader).paragraphs()}


def _walked(checked: Checked, flaws: Sequence[FlawLine], walk: int | None) -> tuple[FlawLine, Sequence[str]] | None:
    """Give the problem whose way is to be shown, with the steps of the way."""
    ordered = sorted(checked.problems, key=lambda problem: problem.line)
    if walk is None or not 0 <= walk < len(ordered) or not ordered[walk].trace:
        return None
    return flaws[walk], ordered[walk].trace


def _diagram(
    found: Look, edition: Edition, checked: Checked, walked: tuple[FlawLine, Sequence[str]] | None
) -> Diagram | None:
    definition = checked.definition
    if definition is None:
        return None
    return picture(found, definition, edition.digest, way(walked[1]) if walked is not None else None)


def way(trace: Sequence[str]) -> Marks:
    """Mark a way of steps such as `draft.submit`, `review` on the picture."""
    steps = [step.partition("(")[0].partition(".") for step in trace]
    visited = [state for state, _, _ in steps]
    taken = frozenset(f"{state}/{action}/{following[0]}" for (state, _, action), following in pairwise(steps) if action)
    return Marks(current=visited[-1], visited=frozenset(visited), taken=taken)
