"""Starting an item beside another one."""

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from engine.refusal import Refusal, Refused
from service.http.commanding import start_item
from service.http.front import Front
from service.http.gate import AnyRequest, code_in
from service.web.acting import WRONG, item_view, said, words
from service.web.beside import given_fields
from service.web.definition_fields import form_of
from service.web.desk import AnyPage
from service.web.form_input import read_form
from service.web.pages import form_values, preferences_of, speech_of
from service.web.views.addresses import item_url


@post("/items/{code:str}/beside/{definition:str}", include_in_schema=False)
async def start_beside(
    request: AnyRequest, code: FromPath[str], definition: FromPath[str], front: NamedDependency[Front]
) -> AnyPage:
    """Start an item beside this one and go on to filling it in."""
    code = code_in(code)
    try:
        link = _link(front, definition)
        fields = given_fields(front.assembly.library.get(definition).definition, preferences_of(request).language)
        form = read_form(fields, form_values(await request.form()), speech_of(request))
        receipt = await start_item(request, front, definition, None, {**form_of(form), link: code}, None)
    except Refused as refused:
        lines = await said(request, front, refused.reasons)
        return await item_view(request, front, trouble=words(request, "items.beside", lines), status=WRONG)
    return Redirect(item_url(receipt.code, "edit"), status_code=303)


def _link(front: Front, definition: str) -> str:
    """Give the field in which a procedure's cases name their parent; raises `Refused` when they have none."""
    library = front.assembly.library
    parent = library.get(definition).definition.parent if definition in library.published() else None
    if parent is None:
        raise Refused(Refusal("parent.no_procedure", where=definition))
    return parent.field


HANDLERS: list[HTTPRouteHandler] = [start_beside]
