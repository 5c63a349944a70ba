"""The page of the visual editor: the steps in order, the chosen one as a form, problems where they belong."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from adapters import shipped
from adapters.sql.publishing import Edition
from engine.checking import Checked
from engine.definition import Definition
from engine.editing import Unwritable, values
from engine.values import Json
from service.texts import LANGUAGES
from service.web.definition_pages import judged, picture
from service.web.diagram import Diagram, Marks
from service.web.flow.fields import Group, groups
from service.web.flow.raw import at, states, text, title
from service.web.flow.words import Words
from service.web.reading import Look
from service.web.views.definition_tables import MatrixRow, matrix
from service.web.views.definitions import FlawLine
from service.web.views.naming import titled
from service.web.views.rulebook import Rulebook

VIEWS = ("outline", "graph", "matrix")


class StepLine(Struct, frozen=True):
    """A step in the outline: its name, its phase where that begins, what is wrong with it."""

    name: str
    title: str
    phase: str
    kind: str
    problems: int
    sentence: str
    is_current: bool


class FlowPage(Struct, frozen=True):
    """What the editor shows; `is_read` is false when the text is no YAML, and `step` is empty when it has no states."""

    is_read: bool
    view: str
    flaws: Sequence[FlawLine]
    notes: Sequence[FlawLine]
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


def flow_page(found: Look, edition: Edition, view: str, step: str, walk: int | None) -> FlowPage:
    """Read a draft for the editor."""
    checked, flaws, notes = judged(found, edition.source, edition.key)
    view = view if view in VIEWS else "outline"
    try:
        draft = values(edition.source)
    except Unwritable:
        return FlowPage(is_read=False, view=view, flaws=flaws, notes=notes)
    there, words = states(draft), words_of(found)
    step = step if step in there else next(iter(there), "")
    sentences = _sentences(checked.definition, found)
    language = found.reader.language
    walked = _walked(checked, flaws, walk)
    return FlowPage(
        is_read=True,
        view=view,
        step=step,
        title=title(there[step], language, step) if step else "",
        steps=_lines(draft, step, flaws, sentences, words) if view == "outline" else (),
        groups=groups(draft, step, words) if step and view == "outline" else (),
        sentence=sentences.get(step, ""),
        flaws=flaws,
        of_step=[flaw for flaw in flaws if is_of(flaw.path, step)],
        notes=notes,
        states=[(name, title(one, language, name)) for name, one in there.items()],
        diagram=_diagram(found, edition, checked, walked) if view == "graph" else None,
        matrix=matrix(checked.definition, found.reader) if checked.definition is not None and view == "matrix" else (),
        walked=walked[0] if walked is not None else None,
    )


def words_of(found: Look) -> Words:
    """Give the words of the editor's forms for a reader."""
    t, language = found.t, found.reader.language
    roles = {code: found.reader.role(code) for code in shipped.roles()}
    marks = {code: titled(found.reader, "marks", code) for code in shipped.marks()}
    return Words(t, language, roles, marks)


def new_titles(found: Look) -> Mapping[str, Mapping[str, str]]:
    """Give the titles of what is new, in both languages."""
    text_of = found.front.assembly.catalogue.text
    return {
        kind: {language: text_of(language, f"flow.new.{kind}") for language in LANGUAGES} for kind in ("step", "action")
    }


def is_of(path: str, step: str) -> bool:
    """Say whether a problem's path is in a step."""
    place = f"states.{step}"
    return bool(step) and (path == place or path.startswith(f"{place}."))


def _lines(
    draft: Json, step: str, flaws: Sequence[FlawLine], sentences: Mapping[str, str], words: Words
) -> list[StepLine]:
    phases = {choice.value: choice.label for choice in words.phases(draft)}
    lines: list[StepLine] = []
    last = ""
    for name, state in states(draft).items():
        phase = text(state.get("phase"))
        lines.append(
            StepLine(
                name=name,
                title=title(state, words.language, name),
                phase=phases.get(phase, phase) if phase != last else "",
                kind=text(at(state, "kind")) or "work",
                problems=sum(is_of(flaw.path, name) for flaw in flaws),
                sentence=sentences.get(name, ""),
                is_current=name == step,
            )
        )
        last = phase
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
