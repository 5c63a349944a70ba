"""The sheets of all panels at once: kept while they are typed, sent line by line, each line with its own outcome."""

from asyncio import gather
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.drafts import drop_draft, find_draft, save_draft
from adapters.sql.sight import Seen
from adapters.sql.sight import look as sight_of
from engine.commands import Act
from engine.refusal import KeyReused, Refused
from engine.values import Json
from service.http.commanding import carry_out_on
from service.http.files import BODY_BYTES_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.problems import Problem
from service.web.batching import Outcome, outcome_of
from service.web.fields import Field
from service.web.form_input import Intent, Values, read_form
from service.web.pages import form_values, speech_of
from service.web.preparing import saved_answer
from service.web.reading import Look, look
from service.web.refusing import told
from service.web.routes.experts import panels_page
from service.web.sheets import (
    CLEAR,
    NOTE,
    OPINION,
    RECUSE,
    REMARKS,
    YES,
    Tried,
    Work,
    data_of,
    refused,
    words_of,
    works,
)
from service.web.views.item import opinion_of

SEND = "send"


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as it was sent: the work it is for, what stands in its fields, and the case as it was seen then."""

    work: Work
    title: str
    seen: Seen
    fields: Mapping[str, Field]
    data: Mapping[str, Json]
    is_changed: bool

    @property
    def is_begun(self) -> bool:
        """Whether anything was typed."""
        return bool(self.data) or any(field.error for field in self.fields.values())


def _typed(values: Values, found: Look) -> list[Typed]:
    """Read every line that is the reader's; what was typed into lines that are not theirs any more is left out."""
    lines = []
    for work in works(found):
        seen = sight_of(found.connection, found.caller.sight, "task", work.task)
        own = {name: values[work.named(name)] for name in work.fields if work.named(name) in values}
        if seen is None or not any(name.startswith(f"{work.task}.") for name in values):
            continue
        fields = {one.name: one for one in read_form(work.fields.values(), own, found.t).fields}
        data = data_of(work, fields)
        is_changed = (data, words_of(fields, OPINION)) != (data_of(work, work.fields), words_of(work.fields, OPINION))
        lines.append(Typed(work, found.title(work.case), seen, fields, data, is_changed))
    return lines


@post("/expert/draft", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX, status_code=200)
async def keep_sheets(request: AnyRequest, front: NamedDependency[Front]) -> Response[bytes]:
    """Keep what is being typed, line by line: the desk of each project shows the same."""
    await _keep(request, front, await _read(request, front))
    return saved_answer(front)


async def _read(request: AnyRequest, front: Front) -> list[Typed]:
    values = form_values(await request.form())
    return await look(request, front, lambda found: _typed(values, found))


async def _keep(request: AnyRequest, front: Front, lines: Sequence[Typed]) -> None:
    """Keep the lines that differ from what was kept, each as the draft of its case."""
    user, now, database = caller_of(request).actor.id, front.assembly.clock.now(), front.assembly.database

    def keep() -> None:
        for line in lines:
            if not line.is_changed:
                continue
            case_id, own = line.work.case.id, {*line.work.fields, REMARKS, *_opinion(line)}
            with database.read() as connection:
                before = find_draft(connection, case_id, user)
            others = {name: value for name, value in (before[0] if before else {}).items() if name not in own}
            if kept := {**others, **line.data, **{name: words for name, words in _opinion(line).items() if words}}:
                save_draft(database, case_id, user, kept, now)
            else:
                drop_draft(database, case_id, user)

    await in_thread(front.assembly.threads, keep)


def _opinion(line: Typed) -> dict[str, Json]:
    """Give the opinion of a ballot under the name that drafts keep it by."""
    action = line.work.action
    return {} if action is None else {opinion_of(action.name): words_of(line.fields, OPINION)}


@post("/expert", include_in_schema=False, request_max_body_size=BODY_BYTES_MAX)
async def send_sheets(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Keep every line, and send the one that was asked for, or all that were begun: each is done on its own."""
    lines = await _read(request, front)
    await _keep(request, front, lines)
    intent = Intent.parse(str((await request.form()).get("intent", "")))
    wanted = [line for line in lines if _is_wanted(line, intent)]
    results = await gather(*(_one(request, front, line) for line in wanted))
    tried = {line.work.task: Tried(line.fields) for line in lines if any(one.error for one in line.fields.values())}
    tried |= {line.work.task: result for line, (result, _) in zip(wanted, results, strict=True) if result is not None}
    return await panels_page(request, front, tried, [outcome for _, outcome in results])


def _is_wanted(line: Typed, intent: Intent) -> bool:
    """Say whether a line is to be sent: by itself, or with all of its kind that were begun."""
    if intent.verb != SEND:
        return False
    kind = "declarations" if line.work.action is None else "sheets"
    return line.work.task == intent.field or (intent.field == kind and line.is_begun)


async def _one(request: AnyRequest, front: Front, line: Typed) -> tuple[Tried | None, Outcome]:
    """Send one line; gives what is to be shown in its place if it was not taken, and its outcome."""
    t, work = speech_of(request), line.work

    def untold(reasons: Sequence[str]) -> tuple[Tried, Outcome]:
        return Tried(line.fields, reasons), outcome_of(work.case.code, line.title, reasons)

    if errors := [field.error for field in line.fields.values() if field.error]:
        return untold(errors)
    try:
        await carry_out_on(request, front, _command(request, line), line.seen, work.task)
    except Refused as error:
        reasons = error.reasons
        tried = await look(request, front, lambda found: refused(found, work, line.fields, reasons))
        return tried, outcome_of(work.case.code, line.title, tried.reasons)
    except KeyReused:
        return untold([t("batch.twice")])
    except Problem as problem:
        return untold(list(told(front, request, problem)))
    await in_thread(front.assembly.threads, _forget(request, front, work))
    return None, outcome_of(work.case.code, line.title, [])


def _forget(request: AnyRequest, front: Front, work: Work) -> Callable[[], None]:
    user = caller_of(request).actor.id
    return lambda: drop_draft(front.assembly.database, work.case.id, user)


def _command(request: AnyRequest, line: Typed) -> Act:
    """Make the command that the desk makes too: the ballot, or the way on from a declaration."""
    action, comment = _way(line)
    digest = sha256(repr((sorted(line.data.items()), action, comment)).encode()).hexdigest()
    return Act(
        case_id=line.seen.case_id,
        actor=caller_of(request).actor,
        expected_revision=line.seen.revision,
        key=sha256(f"sheet {line.work.task} {line.seen.revision} {action}".encode()).hexdigest(),
        digest=digest,
        action=action,
        task=line.work.task,
        form=dict(line.data),
        comment=comment,
    )


def _way(line: Typed) -> tuple[str, str]:
    """Give the action of a line and its words: who names a relation steps back, with that as the reason."""
    if line.work.action is not None:
        return line.work.action.name, words_of(line.fields, OPINION)
    is_related = YES in line.data.values()
    return (RECUSE, words_of(line.fields, NOTE)) if is_related else (CLEAR, "")


HANDLERS: list[HTTPRouteHandler] = [keep_sheets, send_sheets]
