"""How the caller of a request is told things."""

from service.http.front import Front
from service.http.gate import AnyRequest, caller_of
from service.http.rendering import Rendering


def rendering_for(request: AnyRequest, front: Front) -> Rendering:
    """Give the rendering for the caller, in the language that the request asks for."""
    caller = caller_of(request)
    return Rendering(front.answering.wording(request), caller.directory, caller.actor)
