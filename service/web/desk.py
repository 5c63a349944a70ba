"""What the reader of an item may do there, and reading what they filled in: between the engine's options and a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from litestar import Response
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect

from adapters.diagrams.layout import Layout, lay_out
from adapters.sql.histories import history
from engine.case import Case
from engine.definition import ActionKind, Definition, StateKind
from engine.events import Moved, Record
from engine.explaining import due_account
from engine.options import Option
from engine.refusal import Refusal
from engine.values import Json
from service.http.masking import mask_for
from service.http.rendering import blind_tasks
from service.phrases import own_phrases
from service.web.definition_fields import unplaced, with_errors
from service.web.definition_graph import graph_of
from service.web.diagram import Diagram, Marks, draw
from service.web.fields import Choice, Field
from service.web.handed_in import knowing_files
from service.web.parts import TimelineEntry
from service.web.preparing import around_of, typed, with_typed
from service.web.reading import Look
from service.web.returning import is_for_initiator
from service.web.verbs import offered_verbs
from service.web.views.addresses import item_url
from service.web.views.events import Teller
from service.web.views.item import ActionForm, ItemPage, action_form, item_page, sections
from service.web.views.people_choices import people_choices
from service.web.views.timeline import timeline
from service.web.views.why_words import counted_words, why_words

AGAIN = frozenset({"add", "remove", "find", "drop", "upload", "stay"})
"""Buttons that only draw the form again."""

TOO_LATE = frozenset({409, 412})
"""Answers that mean that somebody was faster."""

REVISION_DIGITS_MAX = 18
AnyPage = Response[str] | Redirect

USUAL_PHRASES: Mapping[str, tuple[str, ...]] = {
    ActionKind.FORWARD: ("agree", "agree_reviewed"),
    ActionKind.RETURN: ("complete_first", "see_remarks"),
    ActionKind.NEGATIVE: ("not_agreed",),
}
"""Phrases for the opinion of whoever decides, by what the action is."""

_LAYOUTS: dict[tuple[str, int], Layout] = {}
"""Laid-out processes by definition and version: a published version never changes."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An action that did not work: what was filled in, and why not."""

    action: str
    fields: Sequence[Field]
    comment: str
    problems: Sequence[str]


def show(found: Look, case: Case, tried: Tried | None = None) -> tuple[ItemPage, list[TimelineEntry]]:
    """Give the page of an item with everything the reader may do, and its history."""
    definition, reader = found.definition_of(case), found.reader
    calendar = found.facts.calendar(definition.calendar)
    due = reader.due(calendar, case.clock.due_at if case.clock is not None else None)
    page = item_page(case, definition, found.title(case), reader, due)
    kept, trial, mask = typed(found, case), with_typed(found, case), mask_for(definition, found.actor, case)
    options = found.front.assembly.runtime.options(trial, found.actor, found.facts)
    phrases = phrases_of(found, definition, case.state)
    forms = [_form(found, mask.case(trial), option, tried, kept) for option in options]
    forms = [replace(form, phrases=phrases.get(form.kind, ())) for form in forms]
    may = [form for form in forms if not form.refused]
    teller = Teller(reader, definition, calendar, blind_tasks(case, definition, found.actor))
    filled = sections(definition, definition.fields, mask.data(case.data), reader, around_of(found))
    verbs, records = offered_verbs(found, case), history(found.connection, case.id)
    may_fill = _may_fill_in(case, definition, options)
    shown = replace(
        page,
        why=[line for task in case.tasks for line in why_words(definition, task, records, reader)],
        counted=counted_words(due_account(found.front.assembly.runtime.process_of(case), case, found.facts), reader),
        sections=filled,
        actions=_opened(may, tried),
        others=[form for form in forms if form.refused],
        verbs=verbs,
        edit_url=item_url(case.code, "edit") if may_fill else "",
        check_url=item_url(case.code, "check") if may_fill and is_for_initiator(definition, case.state) else "",
        people=_colleagues(found) if verbs else (),
        all_states=_states(found, definition) if any(verb.wants_state for verb in verbs) else (),
        is_covered=bool(mask.whole(case.data)),
        can_undo=any(verb.name == "undo" for verb in verbs),
    )
    return shown, timeline(records, teller)


def _form(found: Look, case: Case, option: Option, tried: Tried | None, kept: Mapping[str, Json]) -> ActionForm:
    definition, around, directory = found.definition_of(case), around_of(found), found.facts.directory
    form = action_form(option, case, definition, found.reader, around, directory, kept)
    if tried is None or tried.action != option.action.name:
        return replace(form, fields=knowing_files(found, case, form.fields))
    return replace(form, fields=tried.fields, comment=tried.comment, problems=tried.problems, is_open=True)


def _opened(forms: Sequence[ActionForm], tried: Tried | None) -> list[ActionForm]:
    """Open the only thing there is to do, or the one way forward, so that a decision takes one press."""
    forward = [form for form in forms if form.kind == ActionKind.FORWARD]
    alone = next(iter(forms if len(forms) == 1 else forward if len(forward) == 1 else ()), None)
    taken: set[str] = set()
    shown = []
    for form in forms:
        key = "" if form.key in taken else form.key
        taken.add(key)
        shown.append(replace(form, key=key, is_open=form.is_open or (tried is None and form is alone)))
    return shown


def _may_fill_in(case: Case, definition: Definition, options: Sequence[Option]) -> bool:
    state = definition.states[case.state]
    return state.kind is not StateKind.END and bool(state.form.edit) and any(option.allowed for option in options)


def _states(found: Look, definition: Definition) -> list[Choice]:
    return [Choice(state.name, found.reader.says(state.title)) for state in definition.states.values()]


def phrases_of(found: Look, definition: Definition, state: str) -> Mapping[str, Sequence[str]]:
    """Give the reader's own phrases for each kind of action, or the usual ones: none where one fills in or scores."""
    if own := own_phrases(found.connection, found.actor.id):
        return dict.fromkeys(ActionKind, own)
    vote = definition.states[state].vote
    if is_for_initiator(definition, state) or (vote is not None and vote.counting.score is not None):
        return {}
    return {kind: [found.t(f"items.phrase.{name}") for name in names] for kind, names in USUAL_PHRASES.items()}


def _colleagues(found: Look) -> list[Choice]:
    """Give the people of the reader's own unit and of those where they hold roles."""
    directory = found.facts.directory
    units = {found.actor.unit} | {name.partition("@")[2] for name in found.actor.principals if "@" in name}
    near = {user for (_, unit), users in directory.holders.items() if unit in units for user in users}
    return people_choices(directory, near, but=found.actor.id)


def process(found: Look, case: Case) -> Diagram:
    """Draw the case's procedure with where it is and the way it took."""
    definition = found.definition_of(case)
    graph, key = graph_of(definition), (definition.key, definition.version)
    if key not in _LAYOUTS:
        _LAYOUTS[key] = lay_out(graph)
    marks = Marks(current=case.state, visited=frozenset(case.visits), taken=taken(history(found.connection, case.id)))
    return draw("process", found.reader.says(definition.title), graph, _LAYOUTS[key], found.reader.language, marks)


def taken(records: Iterable[Record]) -> frozenset[str]:
    """Give the moves of a history as the ids of a diagram's edges."""
    moves = (event for record in records for event in record.events if isinstance(event, Moved))
    return frozenset(f"{move.source}/{move.action}/{move.target}" for move in moves)


def placed(
    fields: Sequence[Field], reasons: Sequence[Refusal], found: Look, case: Case
) -> tuple[list[Field], list[str]]:
    """Put refusals at the fields they name; the rest are lines above, each with the title of its field."""
    reader, known = found.reader, found.definition_of(case).fields
    told = {reason.where or reason.code: reader.rendering.wording.sentence(reason) for reason in reasons}
    named = {reason.where or reason.code: reader.reason(reason, known) for reason in reasons}
    return with_errors(fields, told), unplaced(fields, named)


def digest_of(form: Mapping[str, Sequence[str]]) -> str:
    """Tell one filled-in form from another, for the idempotency key that goes with it."""
    return sha256(repr(sorted((name, list(values)) for name, values in form.items())).encode()).hexdigest()


def seen_revision(form: FormMultiDict) -> int | None:
    """Give the revision that a form was made from."""
    text = str(form.get("revision", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= REVISION_DIGITS_MAX else None
