"""What a request shows of who sends it, and whether our own pages made it."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Literal
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import Cookie, FormMultiDict
from litestar.enums import RequestEncodingType

from adapters.identity.sessions import SessionKind, forgery_token
from service.http.problems import Problem
from service.http.visit import AnyConnection

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORGERY_HEADER = "X-CSRF-Token"
FORGERY_FIELD = "_csrf"
TOKEN_LENGTH_MAX = 256
OPEN_BODY_BYTES_MAX = 16 << 10
"""Largest body from whoever is not signed in: names, passwords, an answer; a megabyte of fields would take a second."""

BROWSER_COOKIE = "shenpi-browser"
BROWSER_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie."""

_OWN_SITES = frozenset({"same-origin", "none"})
_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Credential:
    """A session's token and how it came."""

    token: str
    kind: SessionKind


def cookie_name(name: str = "shenpi", *, is_tls: bool) -> str:
    """Name the session's cookie, or another that opens something.

    Browsers take a `__Host-` cookie only over TLS, from this host, for the whole site.
    """
    return f"__Host-{name}" if is_tls else name


def own_cookie(
    name: str, value: str, seconds: int | None = None, *, is_tls: bool, samesite: Literal["lax", "strict"] = "lax"
) -> Cookie:
    """Make a cookie for the whole site that no script reads; without `seconds` it ends with the browser, 0 ends it."""
    return Cookie(key=name, value=value, path="/", max_age=seconds, httponly=True, secure=is_tls, samesite=samesite)


def session_cookie(token: str, *, is_tls: bool) -> Cookie:
    """Make the cookie of a new session; it ends with the browser, if the session does not end before."""
    return own_cookie(cookie_name(is_tls=is_tls), token, is_tls=is_tls)


def browser_of(connection: AnyConnection) -> str:
    """Give what this browser is known by, "" when it was never here."""
    return str(connection.cookies.get(BROWSER_COOKIE, ""))[:TOKEN_LENGTH_MAX]


def browser_cookie(known_by: str, *, is_tls: bool) -> Cookie:
    """Make the cookie by which a browser is known again, whoever signs in with it: two people at one are noticed."""
    return own_cookie(BROWSER_COOKIE, known_by, BROWSER_SECONDS, is_tls=is_tls)


def credential_of(connection: AnyConnection, *, is_tls: bool) -> Credential | None:
    """Give what the request shows. A request with a bearer token and a session cookie is refused: which counts?"""
    cookie = connection.cookies.get(cookie_name(is_tls=is_tls))
    header = connection.headers.get("authorization", "")
    if not header:
        return Credential(cookie[:TOKEN_LENGTH_MAX], SessionKind.COOKIE) if cookie else None
    if cookie:
        raise Problem(400, "two_credentials")
    if not header[: len(_SCHEME)].lower() == _SCHEME:
        raise Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
    return Credential(header[len(_SCHEME) :].strip()[:TOKEN_LENGTH_MAX], SessionKind.BEARER)


def check_origin(connection: AnyConnection, own_origin: str) -> None:
    """Refuse a request that a browser sends from another site; raises Problem 403.

    `own_origin` is the configured address; without one the Host header tells it. Programs send neither Origin nor
    Sec-Fetch-Site; then the forgery token alone decides.
    """
    origin, site = connection.headers.get("origin"), connection.headers.get("sec-fetch-site")
    host = connection.headers.get("host", "")
    if origin is not None:
        is_own = origin == own_origin if own_origin else _host_of(origin) == host != ""
    else:
        is_own = site is None or site in _OWN_SITES
    if not is_own:
        raise Problem(403, "forged")


def _host_of(origin: str) -> str:
    """Give host and port of an origin; "" for what is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


async def check_forgery_token(request: Request[Any, Any, Any], token: str) -> None:
    """Refuse an unsafe request of a cookie session that does not carry the session's own token; raises Problem 403."""
    given = request.headers.get(FORGERY_HEADER)
    if given is None and request.content_type[0] in set(RequestEncodingType) - {RequestEncodingType.JSON}:
        form: FormMultiDict = await request.form()
        given = str(form.get(FORGERY_FIELD, ""))
    if not compare_digest((given or "").encode(), forgery_token(token).encode()):
        raise Problem(403, "forged")
