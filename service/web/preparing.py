"""Filling an item in, section by section: what each section asks, what is still missing, what is to be mended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import msgspec
from litestar import Response
from litestar.enums import MediaType
from msgspec import Struct

from adapters.sql.drafts import drop_draft, find_draft
from adapters.sql.histories import history
from engine.case import Case
from engine.definition import ActionKind, Definition
from engine.options import Option
from engine.values import Json
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread, seen_row
from service.http.masking import mask_for
from service.web.definition_fields import Surroundings, fields_of
from service.web.fields import Field
from service.web.handed_in import knowing_files
from service.web.reading import Look
from service.web.views.addresses import item_url
from service.web.views.item import grouped, offering
from service.web.views.payables import milestones_to_pay, payable
from service.web.views.progress import Progress, is_begun, placed
from service.web.views.reader import root
from service.web.views.remarks import Returned, last_return


class Preparation(Struct, frozen=True):
    """What a state asks to be filled in. `others` are reasons that concern no single section.

    `sending` is the action all of this is for, None when the reader has none; `returned` says why the item came back.
    """

    progress: Sequence[Progress]
    others: Sequence[str]
    sending: Option | None
    returned: Returned | None

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing any more."""
        return not self.others and not any(one.missing for one in self.progress)

    @property
    def complete_count(self) -> int:
        """How many sections are complete."""
        return sum(one.is_complete for one in self.progress)

    def after(self, section: str) -> Progress | None:
        """Give the section that follows another."""
        names = [one.section.name for one in self.progress]
        at = names.index(section) + 1 if section in names else len(names)
        return self.progress[at] if at < len(names) else None


def around_of(found: Look) -> Surroundings:
    """Name people and units in fields."""
    directory = found.facts.directory
    names = {person.id: person.name for person in directory.people.values()}
    return Surroundings(names | {unit.id: unit.name for unit in directory.units.values()})


def edit_fields(found: Look, case: Case) -> list[Field]:
    """Give the fields of the state's form, with what autosave kept of the reader's typing."""
    return _fields(found, case, {**case.data, **typed(found, case)})


def saved_fields(found: Look, case: Case) -> list[Field]:
    """Give the fields of the state's form as they are saved, whatever the reader typed."""
    return _fields(found, case, case.data)


def section_fields(name: str, found: Look, case: Case) -> list[Field]:
    """Give the fields of one section of the form; of all of it when the section has no name or is not known."""
    fields = edit_fields(found, case)
    chosen = next((one for one in grouped(found.definition_of(case), fields, found.reader) if one.name == name), None)
    return fields if chosen is None else list(chosen.fields)


def typed(found: Look, case: Case) -> Mapping[str, Json]:
    """Give what the reader typed and did not save yet."""
    draft = find_draft(found.connection, case.id, found.actor.id)
    return {} if draft is None else draft[0]


async def forget_typed(request: AnyRequest, front: Front) -> None:
    """Forget what the reader typed into a case: it was sent."""
    case_id, user_id, database = seen_row(request).case_id, caller_of(request).actor.id, front.assembly.database
    await in_thread(front.assembly.threads, lambda: drop_draft(database, case_id, user_id))


def saved_answer(front: Front, revision: int | None = None) -> Response[bytes]:
    """Tell the browser's script when it was kept, and what the next text begins with."""
    zone = front.assembly.organisation.now().calendars["cn"].zone
    answer = {"saved_at": front.assembly.clock.now().astimezone(zone).strftime("%H:%M")}
    known = {} if revision is None else {"revision": revision}
    return Response(msgspec.json.encode(answer | known), media_type=MediaType.JSON, status_code=200)


def with_typed(found: Look, case: Case) -> Case:
    """Give the case as it would be with what the reader typed and did not save yet."""
    kept = typed(found, case)
    if not kept:
        return case
    trial = case.copy()
    fields = found.definition_of(case).fields
    trial.data = {**case.data, **{name: value for name, value in kept.items() if name in fields}}
    return trial


def _fields(found: Look, case: Case, data: Mapping[str, Json]) -> list[Field]:
    definition = found.definition_of(case)
    form = definition.states[case.state].form
    language, around = found.reader.language, around_of(found)
    names = [*form.edit, *_computed_beside(definition, form.edit)]
    shown = mask_for(definition, found.actor, case).data(data)
    fields = fields_of(definition, names, shown, language, required=required_fields(found, case), around=around)
    fields = payable(found.t, definition.key, fields, milestones_to_pay(found.facts, case))
    return knowing_files(found, case, offering(fields, definition, found.facts.directory))


def uploading(fields: Iterable[Field], url: str) -> list[Field]:
    """Let the files of fields go up to the form's own address as soon as they are chosen."""
    return [replace(field, upload_url=url) if field.kind in {"file", "files"} else field for field in fields]


def _computed_beside(definition: Definition, names: Sequence[str]) -> list[str]:
    """Give the computed fields that stand in a section with something to fill in."""
    wanted = set(names)
    return [
        name
        for section in definition.sections
        if wanted & set(section.fields)
        for name in section.fields
        if definition.fields[name].computed is not None and name not in wanted
    ]


def prepare(found: Look, case: Case) -> Preparation:
    """Say how far the state's form is filled in, counting what is kept but not saved."""
    definition, kept, trial = found.definition_of(case), typed(found, case), with_typed(found, case)
    sections = grouped(definition, _fields(found, case, trial.data), found.reader)
    sending = sending_option(found, trial)
    reasons = [] if sending is None else [one for one in sending.missing if one.code != "comment.required"]
    if sending is not None:
        own = set(sending.action.form.edit)
        reasons = [one for one in reasons if root(one.where) not in own]
    by_section, others = placed(reasons, sections)
    returned = last_return(history(found.connection, case.id), definition, case.state)
    say = found.reader.rendering.wording.sentence
    progress = [
        Progress(
            section=section,
            url=item_url(case.code, "edit", section=section.name),
            missing=[found.reader.reason(one, definition.fields) for one in by_section.get(section.name, ())],
            is_begun=is_begun(section, trial.data),
            is_typed=not kept.keys().isdisjoint(field.name for field in section.fields),
            remarks=returned.about(section.name) if returned is not None else (),
        )
        for section in sections
    ]
    return Preparation(progress, list(map(say, others)), sending, returned)


def sending_option(found: Look, case: Case) -> Option | None:
    """Give the action that sends on what is filled in: the first forward one that the reader may take."""
    options = found.front.assembly.runtime.options(case, found.actor, found.facts)
    forward = (one for one in options if one.allowed and one.action.kind is ActionKind.FORWARD)
    return next(forward, None)


def required_fields(found: Look, case: Case) -> tuple[str, ...]:
    """Give the fields that sending on asks for."""
    sending = sending_option(found, case)
    state = found.definition_of(case).states[case.state]
    return state.form.require if sending is None else sending.require


def with_remarks(fields: Sequence[Field], returned: Returned | None) -> list[Field]:
    """Put the remarks of a return beside the fields they name."""
    remarks = returned.remarks if returned is not None else ()
    said = {
        name: [one.words for one in remarks if one.field == name]
        for name in {one.field for one in remarks if one.field}
    }
    return [replace(field, remark="\n".join(said[field.name])) if field.name in said else field for field in fields]
