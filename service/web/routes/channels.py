"""The ways to money of a project: which of the five are lawful now, how much each may bring, and why or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from engine.case import Case
from engine.refusal import NotFound, Refusal
from engine.situation import Situation
from service.http.front import Front
from service.http.gate import AnyRequest, code_in
from service.web.lists import Column
from service.web.pages import page, speech_of
from service.web.parts import Status, Tone
from service.web.reading import Look, look_at_case, wording_of
from service.web.views.addresses import item_url
from service.web.views.naming import titled
from service.web.views.rules import citations
from workflows.book import BOOK
from workflows.funds.papers import PROJECT, SOURCES
from workflows.screening.channels import Channel, Standing, match

TONES: dict[Standing, Tone] = {Standing.OPEN: "good", Standing.ON_CONDITION: "warn", Standing.CLOSED: "bad"}
COLUMNS = ("way", "standing", "most", "why")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to money in words: reasons against it, what else to heed, what is still to be shown with its law."""

    title: str
    status: Status
    most: int
    offers: Sequence[str]
    why: Sequence[str]
    notes: Sequence[str]
    conditions: Sequence[str]
    begun: Sequence[tuple[str, str, str]]
    may_begin: bool


@get("/items/{code:str}/channels", include_in_schema=False)
async def show_channels(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The five ways for one project, judged by their own rules as of now."""
    wording = wording_of(request, front)

    def work(found: Look, case: Case) -> dict[str, Any]:
        if case.definition != PROJECT:
            raise NotFound(case.code)
        published = found.front.assembly.library.published()
        if not set(SOURCES) <= set(published):
            return {"match": None, "ways": [], "name": found.title(case)}
        it = Situation(found.definition_of(case), case, case.data, found.actor, found.facts, found.reader.now)
        judged = match(it, found.definition)
        ways = [_way(found, case, one, wording.sentence) for one in judged.channels]
        return {"match": judged, "ways": ways, "name": found.title(case)}

    context, t = await look_at_case(request, front, work), speech_of(request)
    columns = [Column(name, t(f"channels.{name}"), numeric=name == "most") for name in COLUMNS]
    shown = code_in(code)
    url = item_url(shown)
    return page(
        request, "channels.html", title=t("channels.title"), code=shown, back_url=url, columns=columns, **context
    )


def _way(found: Look, case: Case, channel: Channel, sentence: Any) -> Way:  # noqa: ANN401  # a bound method
    definition = found.definition(channel.way)
    against: list[Refusal] = [one for offer in channel.offers for one in offer.against]
    begun = [
        (one.code, item_url(one.code), found.reader.says(found.definition_of(one).states[one.state].title))
        for one in found.facts.peers(channel.way, "project", case.code)
    ]
    return Way(
        title=found.reader.says(definition.title),
        status=Status(found.t(f"channels.is.{channel.standing}"), TONES[channel.standing]),
        most=channel.most,
        offers=[offer.name for offer in channel.offers if offer.name and not offer.against],
        why=list(dict.fromkeys(map(sentence, against))),
        notes=list(map(sentence, channel.notes)),
        conditions=[_condition(found, guard.name) for guard in channel.conditions],
        begun=begun,
        may_begin=channel.may_begin,
    )


def _condition(found: Look, name: str) -> str:
    """Say what is still to be shown, with the law it rests on where one is cited."""
    entry = BOOK.get(name)
    laws = citations(entry.source, found.front.assembly.catalogue, found.reader) if entry is not None else []
    said = titled(found.reader, "guards", name)
    return found.t("rules.about", said=said, about=found.t("forms.list_separator").join(laws)) if laws else said


HANDLERS: list[HTTPRouteHandler] = [show_channels]
