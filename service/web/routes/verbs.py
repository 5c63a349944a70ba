"""What is done with an item beside its actions: claim, hand on, ask, remind, take back."""

from litestar import post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from engine.commands import Place
from engine.refusal import NotFound, Refused
from service.http.commanding import carry_out
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, code_in, seen_row
from service.http.problems import Problem
from service.web.acting import WRONG, TriedVerb, Trouble, item_view, said, view_of
from service.web.desk import TOO_LATE, AnyPage
from service.web.reading import look_at_case
from service.web.refusing import told
from service.web.tasking import desk_url
from service.web.verbs import VERBS, Asked

AWAY = frozenset({"transfer", "delegate", "answer", "reply", "release"})
"""Verbs after which the reader has nothing more to do with the item."""


@post("/items/{code:str}/verbs/{verb:str}", include_in_schema=False)
async def do_verb(
    request: AnyRequest, code: FromPath[str], verb: FromPath[str], front: NamedDependency[Front]
) -> AnyPage:
    """Do it, and come back to the item; to the queue when it is no longer the reader's."""
    form, making, code = await request.form(), VERBS.get(verb), code_in(code)
    if making is None:
        raise NotFound(verb)
    asked = _asked(form, request.query_params.get("task", ""))
    try:
        await carry_out(request, front, making(seen_row(request).case_id, caller_of(request).actor, asked))
    except Refused as refused:
        tried = TriedVerb(verb, asked, await said(request, front, refused.reasons))
        return await item_view(request, front, view_of(form), status=WRONG, verb=tried)
    except Problem as problem:
        if problem.status not in TOO_LATE:
            raise
        trouble = Trouble(*told(front, request, problem))
        return await item_view(request, front, view_of(form), trouble=trouble, status=problem.status)
    if verb in AWAY:
        return Redirect(f"/queue?done={code}", status_code=303)
    way = await look_at_case(request, front, desk_url)
    return Redirect(f"{way}?done=verb", status_code=303)


def _asked(form: FormMultiDict, task: str) -> Asked:
    place = str(form.get("place", Place.BESIDE))
    return Asked(
        task=task,
        to=[str(one) for one in form.getall("to", [])],
        comment=str(form.get("comment", "")),
        place=place if place in set(Place) else Place.BESIDE,
        state=str(form.get("state", "")),
    )


HANDLERS: list[HTTPRouteHandler] = [do_verb]
