"""Signing in and out with a browser."""

from asyncio import to_thread
from secrets import token_urlsafe
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.identity.passwords import LENGTH_MAX
from adapters.identity.sessions import HALF_LENGTH, Opened, SessionKind
from adapters.identity.signing_in import SignInFailed, TooManyAttempts
from service.http.credentials import (
    OPEN_BODY_BYTES_MAX,
    browser_cookie,
    browser_of,
    cookie_name,
    own_cookie,
    session_cookie,
)
from service.http.front import Front
from service.http.gate import AnyRequest, caller_if_any, caller_of, in_thread
from service.http.signing import USERNAME_LENGTH_MAX
from service.http.visit import note, visit_of
from service.web.fields import Field
from service.web.frame import LANGUAGE_COOKIE
from service.web.pages import form_values, own_path, page, remembered, speech_of
from service.web.refusing import LOGIN, told

AnyAnswer = Response[str] | Redirect

OTP, SSO = "/login/otp", "/login/sso"
BROWSER_BYTES = 16
WRONG = 422
"""A form that was not filled in right. Not 401: the page asks by itself."""


@get(LOGIN, include_in_schema=False)
async def show_login(request: AnyRequest) -> AnyAnswer:
    """Ask for name and password; who is signed in already goes on."""
    way = own_path(request.query_params.get("next", "/"))
    if caller_if_any(request) is not None:
        return Redirect(way, status_code=303)
    return await ask_to_sign_in(request, way, has_left="out" in request.query_params)


@post(LOGIN, request_max_body_size=OPEN_BODY_BYTES_MAX, include_in_schema=False)
async def log_in(request: AnyRequest, front: NamedDependency[Front]) -> AnyAnswer:
    """Open a session for who proves to be that person."""
    values = form_values(await request.form())
    username, password, way = ((values.get(name) or [""])[0] for name in ("username", "password", "next"))
    now, address = front.assembly.clock.now(), visit_of(request).address
    browser = known_browser(request)
    name, way = username.strip()[:USERNAME_LENGTH_MAX], own_path(way or "/")
    if not name or not password:
        return await ask_to_sign_in(request, way, name, WRONG, speech_of(request)("signing.both"))
    try:
        opened = await in_thread(
            front.assembly.hashers,
            lambda: front.assembly.signing_in.sign_in(name, password, address, SessionKind.COOKIE, now, browser),
        )
    except (SignInFailed, TooManyAttempts) as error:
        problem = front.answering.problem(error)
        status = WRONG if isinstance(error, SignInFailed) else problem.status
        answer = await ask_to_sign_in(request, way, name, status, *told(front, request, problem))
        answer.headers.update({key: value for key, value in problem.headers.items() if key == "Retry-After"})
        return answer
    if opened.session.kind is SessionKind.HALF:
        return half_way(opened, way, is_tls=front.assembly.settings.is_tls)
    return await welcome(request, front, opened, browser, way)


@post("/logout", include_in_schema=False)
async def log_out(request: AnyRequest, front: NamedDependency[Front]) -> Redirect:
    """End the session."""
    caller = caller_of(request)
    await in_thread(front.assembly.threads, lambda: front.assembly.signing_in.sessions.close(caller.session.id))
    front.callers.forget(caller.actor.id)
    answer = Redirect(f"{LOGIN}?{urlencode({'out': 1})}", status_code=303)
    is_tls = front.assembly.settings.is_tls
    answer.cookies.append(own_cookie(cookie_name(is_tls=is_tls), "", 0, is_tls=is_tls))
    return answer


def half_way(opened: Opened, way: str, *, is_tls: bool) -> Redirect:
    """Send who has shown the password on to the second proof."""
    answer = Redirect(f"{OTP}?{urlencode({'next': way})}", status_code=303)
    answer.cookies.append(half_cookie(opened.token, int(HALF_LENGTH.total_seconds()), is_tls=is_tls))
    return answer


def half_cookie(token: str, seconds: int, *, is_tls: bool) -> Cookie:
    """Make the cookie of half a session."""
    return own_cookie(half_name(is_tls=is_tls), token, seconds, is_tls=is_tls, samesite="strict")


def half_name(*, is_tls: bool) -> str:
    """Name that cookie."""
    return cookie_name("shenpi-half", is_tls=is_tls)


def known_browser(request: AnyRequest) -> str:
    """Give what this browser is known by, something new when it was never here."""
    return browser_of(request) or token_urlsafe(BROWSER_BYTES)


async def welcome(request: AnyRequest, front: Front, opened: Opened, browser: str, way: str) -> Redirect:
    """Send who has just signed in on their way, with the cookies of the session."""
    note(request, user=opened.session.user_id)
    language = await in_thread(front.assembly.threads, lambda: _language_of(front, opened.session.user_id))
    is_tls = front.assembly.settings.is_tls
    answer = Redirect(way, status_code=303)
    answer.cookies.append(session_cookie(opened.token, is_tls=is_tls))
    answer.cookies.append(browser_cookie(browser, is_tls=is_tls))
    if LANGUAGE_COOKIE not in request.cookies and language:
        answer.cookies.append(remembered(LANGUAGE_COOKIE, language, is_tls=is_tls))
    return answer


async def ask_to_sign_in(  # what is shown again, and what is told
    request: AnyRequest,
    way: str,
    username: str = "",
    status: int = 200,
    title: str = "",
    detail: str = "",
    *,
    has_left: bool = False,
) -> Response[str]:
    """Show the form, and what is in the way."""
    t = speech_of(request)
    fields = [
        Field("username", t("signing.username"), value=username, autocomplete="username"),
        Field("password", t("signing.password"), "password", autocomplete="current-password", length_max=LENGTH_MAX),
    ]
    return await to_thread(
        page,
        request,
        "login.html",
        title=t("signing.title"),
        status=status,
        way=way,
        fields=fields,
        problem=title,
        detail=detail,
        has_left=has_left,
        elsewhere=f"{SSO}?{urlencode({'next': way})}" if has_issuer(request) else "",
    )


def has_issuer(request: AnyRequest) -> bool:
    """Say whether another service may vouch for people."""
    front: Front = request.app.state["front"]
    return front.assembly.issuer is not None


def _language_of(front: Front, user_id: str) -> str:
    person = front.assembly.organisation.now().people.get(user_id)
    return person.language if person is not None else ""


HANDLERS: list[HTTPRouteHandler] = [show_login, log_in, log_out]
