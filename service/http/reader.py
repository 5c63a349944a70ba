"""How the caller of a request is told things."""

from service.http.front import Front
from service.http.gate import AnyRequest, caller_of
from service.http.rendering import Rendering
from service.web.views.reader import Reader


def rendering_for(request: AnyRequest, front: Front) -> Rendering:
    """Give the rendering for the caller, in the language that the request asks for."""
    caller = caller_of(request)
    return Rendering(front.answering.wording(request), caller.directory, caller.actor)


def reader_for(request: AnyRequest, front: Front) -> Reader:
    """Give the reader of the answer: as `rendering_for`, at this moment."""
    rendering = rendering_for(request, front)
    wording = rendering.wording
    return Reader(wording.catalogue.speak(wording.language), rendering, front.assembly.clock.now())
