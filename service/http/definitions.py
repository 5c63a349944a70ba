"""Workflow definitions: what there is, drafts with their problems, and publishing by a second person."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, PathParameter, QueryParameter

from adapters.sql.publishing import Edition, Headline
from engine.assignment import System
from engine.checking import Checked
from engine.definition import Definition, State
from engine.loading.limits import SOURCE_BYTES_MAX
from engine.problem import DefinitionErrors
from engine.problem import Problem as Flaw
from engine.process import Process
from engine.refusal import Refusal
from engine.schema import form_schema
from engine.values import INTEGER_MAX
from service.http.answers import problems
from service.http.definition_shapes import (
    DefinitionLine,
    DefinitionList,
    DefinitionShape,
    DraftShape,
    EditionList,
    EditionShape,
    FlawShape,
    FormShape,
)
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.problems import Problem
from service.http.reader import rendering_for
from service.http.rendering import Rendering
from service.http.visit import note
from service.texts.flaws import sentence
from service.web.views.reader import Reader
from service.web.views.trace_words import way_words

ROOT = "/api/v1/definitions"
MEDIA_TYPES = ("application/yaml", "text/yaml", "text/x-yaml", "application/x-yaml", "text/plain")
"""What a definition may be sent as."""

KEY_LINE = re.compile(r"^workflow:[ \t]*['\"]?([a-z][a-z0-9-]{1,63})['\"]?[ \t]*(?:#.*)?$", re.MULTILINE)
Version = Annotated[int, PathParameter(ge=1, le=INTEGER_MAX)]
WantedVersion = Annotated[int | None, QueryParameter(ge=1, le=INTEGER_MAX, required=False)]


@dataclass
class TakesYaml(Operation):
    """An operation whose body is the text of a definition."""

    def __post_init__(self) -> None:
        """Describe the body."""
        text = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, max_length=SOURCE_BYTES_MAX))
        self.request_body = RequestBody(content={MEDIA_TYPES[0]: text}, required=True)


@get(ROOT, responses=problems(), tags=["definitions"])
async def definitions(request: AnyRequest, front: NamedDependency[Front]) -> DefinitionList:
    """List the definitions that items can be opened of."""
    rendering = rendering_for(request, front)
    library = front.assembly.library

    def look() -> DefinitionList:
        keys = sorted({one.key for one in front.assembly.publishing.headlines() if one.status == "published"})
        return DefinitionList([_line(rendering, library.get(key).definition) for key in keys])

    return await in_thread(front.assembly.threads, look)


@get(f"{ROOT}/{{key:str}}", responses=problems(404), tags=["definitions"])
async def definition(
    request: AnyRequest, key: FromPath[str], front: NamedDependency[Front], version: WantedVersion = None
) -> DefinitionShape:
    """Read a published definition: its states and, as JSON Schema, the forms of each. The newest, or a version."""
    rendering = rendering_for(request, front)
    found = await in_thread(front.assembly.threads, lambda: front.assembly.library.get(key, version).definition)
    line = _line(rendering, found)
    return DefinitionShape(line, [_form(rendering, found, state) for state in found.states.values()])


@get(f"{ROOT}/{{key:str}}/versions", responses=problems(404), tags=["definitions"])
async def versions(request: AnyRequest, key: FromPath[str], front: NamedDependency[Front]) -> EditionList:
    """List the versions of a definition, the newest first: drafts, published and retired ones."""
    rendering = rendering_for(request, front)
    editions = await in_thread(front.assembly.threads, front.assembly.publishing.headlines)
    found = [edition_shape(rendering, edition) for edition in editions if edition.key == key]
    if not found:
        raise Problem(404, "not_found")
    return EditionList(found)


@get(f"{ROOT}/{{key:str}}/versions/{{version:int}}", responses=problems(404), tags=["definitions"])
async def version(
    request: AnyRequest, key: FromPath[str], version: Version, front: NamedDependency[Front]
) -> DraftShape:
    """Read a version with its source, its problems, and notes that keep nothing from working."""
    publishing = front.assembly.publishing
    edition = await in_thread(front.assembly.threads, lambda: publishing.edition(key, version))
    checked = await in_thread(front.assembly.slow_threads, lambda: publishing.check(edition.source, key))
    return draft_shape(rendering_for(request, front), edition, checked)


@post(ROOT, responses=problems(413, 415, 422), operation_class=TakesYaml, tags=["definitions"])
async def draft(request: AnyRequest, front: NamedDependency[Front]) -> DraftShape:
    """Keep a text as the draft of the next version of what its `workflow:` line names, and tell its problems.

    A draft may have problems; it cannot be published then.
    """
    if request.content_type[0] not in MEDIA_TYPES:
        raise Problem(415, "unsupported_media_type", params={"wanted": MEDIA_TYPES[0]})
    body = await request.body()
    named = KEY_LINE.search(source := body.decode("utf-8"))
    publishing, author = front.assembly.publishing, caller_of(request).actor.id
    checked = await in_thread(front.assembly.slow_threads, lambda: publishing.check(source))
    rendering = rendering_for(request, front)
    if named is None or len(body) > SOURCE_BYTES_MAX or "\x00" in source:
        raise Problem(422, "unsound", reasons=flaw_reasons(rendering, checked.problems))
    note(request, definition=named[1])
    edition = await in_thread(
        front.assembly.threads,
        lambda: publishing.draft(named[1], source, sha256(body).hexdigest(), author),
    )
    return draft_shape(rendering, edition, checked)


@post(
    f"{ROOT}/{{key:str}}/versions/{{version:int}}/publish",
    status_code=200,
    responses=problems(404, 409, 412, 422),
    tags=["definitions"],
)
async def publish(
    request: AnyRequest, key: FromPath[str], version: Version, front: NamedDependency[Front]
) -> EditionShape:
    """Make a draft the version that new items are opened on. Not by who wrote it, and not with problems.

    `If-Match: "DIGEST"` publishes only the text that was read (412 when it was changed since).
    """
    publishing, rendering, reviewer = (
        front.assembly.publishing,
        rendering_for(request, front),
        caller_of(request).actor.id,
    )
    note(request, definition=key, version=version)
    seen = request.headers.get("if-match", "").strip().strip('"')
    before = await in_thread(front.assembly.threads, lambda: publishing.edition(key, version))
    if seen and seen != before.digest:
        raise Problem(412, "stale_text")
    checked = await in_thread(front.assembly.slow_threads, lambda: publishing.check(before.source, key))
    if not checked.is_sound:
        raise Problem(422, "unsound", reasons=flaw_reasons(rendering, checked.problems))
    edition = await in_thread(front.assembly.slow_threads, lambda: publishing.publish(key, version, reviewer))
    return edition_shape(rendering, edition)


def _line(rendering: Rendering, found: Definition) -> DefinitionLine:
    return DefinitionLine(
        key=found.key,
        version=found.version,
        title=rendering.text(found.title),
        initial=found.initial,
        summary=list(found.summary),
    )


def _form(rendering: Rendering, found: Definition, state: State) -> FormShape:
    return FormShape(
        state=rendering.state(state),
        form=form_schema(found, state),
        actions={
            name: form_schema(found, state, action)
            for name, action in state.actions.items()
            if not isinstance(action.who, System)
        },
    )


def edition_shape(rendering: Rendering, edition: Headline) -> EditionShape:
    """Show a version."""
    return EditionShape(
        key=edition.key,
        version=edition.version,
        status=edition.status,
        digest=edition.digest,
        author=rendering.person(edition.author),
        reviewer=rendering.person(edition.reviewer) if edition.reviewer is not None else None,
        created_at=edition.created_at,
        published_at=edition.published_at,
    )


def draft_shape(rendering: Rendering, edition: Edition, checked: Checked) -> DraftShape:
    """Show a version with its text and problems."""
    return DraftShape(
        edition=edition_shape(rendering, edition),
        sound=checked.is_sound,
        problems=[flaw_shape(rendering, flaw, checked.definition) for flaw in checked.problems],
        notes=[flaw_shape(rendering, flaw, checked.definition) for flaw in checked.notes],
        source=edition.source,
    )


def flaw_shape(rendering: Rendering, flaw: Flaw, definition: Definition | None) -> FlawShape:
    """Show a problem of a definition in the reader's words."""
    words = sentence(rendering.wording.catalogue, rendering.wording.language, flaw)
    reader = Reader(rendering.wording.catalogue.speak(rendering.wording.language), rendering, datetime.now(UTC))
    trace = way_words(flaw.trace, definition, reader)
    return FlawShape(flaw.code, flaw.where, flaw.path, flaw.line, words, trace, list(flaw.trace))


def flaw_reasons(rendering: Rendering, flaws: Iterable[Flaw]) -> list[Refusal]:
    """Give problems of a definition as reasons."""
    words = rendering.wording
    return [
        Refusal("definition.flaw", flaw.where, {"said": sentence(words.catalogue, words.language, flaw)})
        for flaw in flaws
    ]


def trial(front: Front, rendering: Rendering, key: str, version: int) -> Process:
    """Compile a version, a draft too; what can not be read is told."""
    try:
        return front.assembly.publishing.trial(key, version)
    except DefinitionErrors as errors:
        raise Problem(422, "unsound", reasons=flaw_reasons(rendering, errors.problems)) from errors


HANDLERS: list[HTTPRouteHandler] = [definitions, definition, versions, version, draft, publish]
