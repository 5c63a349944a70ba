"""Procedures of other languages over HTTP: a definition is made of a model, with what of it is not taken over."""

from dataclasses import dataclass

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from adapters.exchange.chart import Flaw, Gap, Reading, Unreadable
from adapters.exchange.drafting import Draft
from adapters.exchange.languages import annotated, drafted, flaws_of, read, share
from adapters.exchange.markup import BYTES_MAX
from adapters.exchange.telling import Sort, sentence
from engine.refusal import Refusal
from service.http.answers import problems
from service.http.definition_shapes import FlawShape
from service.http.definitions import ROOT, flaw_shape
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread
from service.http.problems import Problem
from service.http.reader import rendering_for
from service.http.rendering import Rendering

MEDIA_TYPES = ("application/xml", "text/xml", "application/bpmn+xml", "application/json")
"""What a model may be sent as."""


class FindingShape(msgspec.Struct):
    """What is wrong with a model, not taken over, or good to know; `trace` is a way that shows it."""

    code: str
    element: str
    id: str
    message: str
    trace: list[str]


class ImportShape(msgspec.Struct):
    """A definition made of a model, as text to go on with (none where none can be made), and all there is to say.

    `problems` are those of the definition, `flaws` those of the model's control flow, `gaps` what our language says
    otherwise or not at all; `expressed` of its `constructs` are said as they stand.
    """

    key: str | None
    definition: str | None
    sound: bool
    problems: list[FlawShape]
    flaws: list[FindingShape]
    gaps: list[FindingShape]
    notes: list[FindingShape]
    constructs: int
    expressed: int


@dataclass
class TakesModel(Operation):
    """An operation whose body is a model of another language."""

    def __post_init__(self) -> None:
        """Describe the body."""
        text = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, max_length=BYTES_MAX))
        self.request_body = RequestBody(content=dict.fromkeys((MEDIA_TYPES[0], MEDIA_TYPES[3]), text), required=True)


@post(
    f"{ROOT}/imports",
    status_code=200,
    responses=problems(413, 415, 422),
    operation_class=TakesModel,
    request_max_body_size=BYTES_MAX,
    tags=["definitions"],
)
async def imports(request: AnyRequest, front: NamedDependency[Front]) -> ImportShape:
    """Make a definition of a BPMN 2.0, FlowLong or DCWorkflow model. Nothing is kept: send the text as a draft.

    Of several processes, the one with the most steps is made; the gaps name the others.
    """
    if request.content_type[0] not in MEDIA_TYPES:
        raise Problem(415, "unsupported_media_type", params={"wanted": MEDIA_TYPES[0]})
    body, rendering = await request.body(), rendering_for(request, front)

    def work() -> ImportShape:
        reading = read(body)
        made, gaps = drafted(reading)
        return _shape(front, rendering, reading, made, gaps)

    try:
        return await in_thread(front.assembly.slow_threads, work)
    except Unreadable as error:
        said = sentence("flaw", error.flaw.code, error.flaw.found, rendering.wording.language)
        raise Problem(422, "unreadable_model", reasons=[Refusal("definition.flaw", "", {"said": said})]) from error


def _shape(front: Front, rendering: Rendering, reading: Reading, made: Draft | None, gaps: list[Gap]) -> ImportShape:
    language = rendering.wording.language
    text = annotated(made.text, gaps, language) if made is not None else None
    checked = front.assembly.publishing.check(text, made.key) if made is not None and text is not None else None

    def finding(sort: Sort, flaw: Flaw) -> FindingShape:
        return FindingShape(
            flaw.code, "", flaw.where, sentence(sort, flaw.code, flaw.found, language), list(flaw.trace)
        )

    return ImportShape(
        key=made.key if made is not None else None,
        definition=text,
        sound=checked is not None and checked.is_sound,
        problems=[flaw_shape(rendering, flaw, checked.definition) for flaw in checked.problems] if checked else [],
        flaws=[finding("flaw", flaw) for flaw in flaws_of(reading)],
        gaps=[
            FindingShape(gap.why, gap.element, gap.id, sentence("gap", gap.why, gap.found, language), [])
            for gap in gaps
        ],
        notes=[finding("note", note) for note in reading.notes],
        **share(reading, gaps),
    )


HANDLERS: list[HTTPRouteHandler] = [imports]
