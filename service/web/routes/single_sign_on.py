"""Signing in with the page of another service (OpenID Connect), and coming back from it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import TypeVar

import msgspec
from litestar import get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.identity.signing_in import SignInFailed
from adapters.identity.vouching import Errand, Issuer, IssuerAway, NotProven
from engine.refusal import Unavailable
from service.assembly import VOUCHED_PATH
from service.http.credentials import cookie_name, own_cookie
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread
from service.http.signing import USERNAME_LENGTH_MAX
from service.http.visit import note, visit_of
from service.web.pages import own_path, speech_of
from service.web.routes.signing import SSO, WRONG, AnyAnswer, ask_to_sign_in, known_browser, welcome

ERRAND_SECONDS = 600
"""How long somebody may take on the other page."""

WAY_LENGTH_MAX = 1_000
"""Longest way on that is kept in the browser; a longer one leads to the start page."""

AWAY = 502
T = TypeVar("T")


@get(SSO, include_in_schema=False)
async def leave(request: AnyRequest, front: NamedDependency[Front]) -> AnyAnswer:
    """Send the browser to the other service."""
    issuer, clock = _issuer(front), front.assembly.clock
    way = own_path(request.query_params.get("next", "/"))
    way = way if len(way) <= WAY_LENGTH_MAX else "/"
    try:
        address, errand = await _asked(front, lambda: issuer.leave(way, clock.now()))
    except IssuerAway as error:
        return await _refused(request, way, AWAY, "away", error)
    answer = Redirect(address, status_code=303)
    kept = urlsafe_b64encode(msgspec.json.encode(errand)).decode()
    answer.cookies.append(_cookie(kept, ERRAND_SECONDS, is_tls=front.assembly.settings.is_tls))
    return answer


@get(VOUCHED_PATH, include_in_schema=False)
async def come_back(request: AnyRequest, front: NamedDependency[Front]) -> AnyAnswer:
    """Open a session for whom the other service vouches for; the errand ends, whatever became of it."""
    issuer, clock, address = _issuer(front), front.assembly.clock, visit_of(request).address
    is_tls, browser = front.assembly.settings.is_tls, known_browser(request)
    way = "/"
    try:
        errand = _errand(request, is_tls=is_tls)
        way = errand.way
        name = await _asked(front, lambda: issuer.come_back(errand, dict(request.query_params), clock.now()))
        sign_in = front.assembly.signing_in.sign_in_vouched
        opened = await in_thread(front.assembly.threads, lambda: sign_in(name, address, clock.now(), browser))
    except IssuerAway as error:
        answer: AnyAnswer = await _refused(request, way, AWAY, "away", error)
    except NotProven as error:
        answer = await _refused(request, way, WRONG, "not_proven", error)
    except SignInFailed as error:
        answer = await _refused(request, way, WRONG, "no_account", error, name=name[:USERNAME_LENGTH_MAX])
    else:
        answer = await welcome(request, front, opened, browser, way)
    answer.cookies.append(_cookie("", 0, is_tls=is_tls))
    return answer


def _issuer(front: Front) -> Issuer:
    if front.assembly.issuer is None:
        raise NotFoundException
    return front.assembly.issuer


async def _asked(front: Front, work: Callable[[], T]) -> T:
    """Ask the other service something; one that too many wait for already is as good as away."""
    try:
        return await in_thread(front.assembly.askers, work)
    except Unavailable as error:
        raise IssuerAway(str(error)) from error


def _errand(request: AnyRequest, *, is_tls: bool) -> Errand:
    """Read what this browser left with; raises `NotProven` when it left with nothing, or too long ago."""
    try:
        errand = msgspec.json.decode(urlsafe_b64decode(request.cookies.get(_name(is_tls=is_tls), "")), type=Errand)
    except (ValueError, msgspec.DecodeError) as error:
        raise NotProven("this browser did not leave from here, or too long ago") from error
    return msgspec.structs.replace(errand, way=own_path(errand.way))


async def _refused(  # what is told, and the cause for the log
    request: AnyRequest, way: str, status: int, reason: str, cause: Exception, **params: str
) -> AnyAnswer:
    t = speech_of(request)
    note(request, sign_in=reason, cause=str(cause)[:200])
    title, detail = t(f"signing.{reason}.title"), t(f"signing.{reason}.detail", **params)
    return await ask_to_sign_in(request, way, "", status, title, detail)


def _name(*, is_tls: bool) -> str:
    return cookie_name("shenpi-errand", is_tls=is_tls)


def _cookie(value: str, seconds: int, *, is_tls: bool) -> Cookie:
    """Make the cookie of an errand, which is read when the browser comes from the other site."""
    return own_cookie(_name(is_tls=is_tls), value, seconds, is_tls=is_tls)


HANDLERS: list[HTTPRouteHandler] = [leave, come_back]
