"""Where Litestar meets the pages: answers rendered for a request, and the routes every page needs.

The application puts a `Web` into its state under `web`; a page handler then ends with
`return page(request, "queue.html", title=…, rows=…)`.
"""

from asyncio import to_thread
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, FormMultiDict
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from service.http.credentials import OPEN_BODY_BYTES_MAX, own_cookie
from service.texts import LANGUAGES, Speech
from service.web.assets.store import ROOT, SECONDS_CACHED
from service.web.frame import (
    FONT_COOKIE,
    FONTS,
    KEYS_COOKIE,
    LANGUAGE_COOKIE,
    Page,
    Preferences,
    Viewer,
    read_preferences,
)
from service.web.help import terms, topics
from service.web.lists import Address
from service.web.parts import KeyHelp
from service.web.sending_again import Sent
from service.web.site import Site

AnyRequest = Request[Any, Any, Any]
KEYS: Mapping[str, Sequence[tuple[str, str]]] = {
    "move": (
        ("g q", "queue"),
        ("g m", "mine"),
        ("g a", "apply"),
        ("g i", "items"),
        ("/", "search"),
        ("Ctrl+K", "palette"),
        ("Alt+1…6", "tabs"),
        ("[ ]", "neighbours"),
        ("?", "help"),
    ),
    "list": (("J K", "walk"), ("Enter", "open"), ("X", "choose"), ("Shift+X", "range")),
    "decide": (
        ("A", "agree"),
        ("R", "return"),
        ("D", "reject"),
        ("T", "transfer"),
        ("Ctrl+Enter", "send"),
        ("P", "print"),
    ),
    "sheet": (("↑ ↓ ← → Enter", "walk"), ("Tab", "on"), ("Ctrl+V", "paste"), ("Ctrl+Z", "back")),
}
WRONG_MIN = 400
"""The statuses from here on say that something was not done."""

SECONDS_REMEMBERED = 365 * 24 * 3600
PREFERENCE_COOKIES: Mapping[str, tuple[str, Sequence[str]]] = {
    "language": (LANGUAGE_COOKIE, LANGUAGES),
    "font": (FONT_COOKIE, FONTS),
    "keys": (KEYS_COOKIE, ("on", "off")),
}


def nobody(_request: AnyRequest) -> Viewer | None:
    """No one is signed in."""
    return None


def no_token(_request: AnyRequest) -> str:
    """No cross-site request token is used."""
    return ""


class Web(Struct, frozen=True):
    """The site and how a request tells who looks and which token its forms carry."""

    site: Site
    viewer_of: Callable[[AnyRequest], Viewer | None] = nobody
    csrf_token_of: Callable[[AnyRequest], str] = no_token


def preferences_of(request: AnyRequest) -> Preferences:
    """How the reader of this request likes the site."""
    return read_preferences(request.cookies, request.headers.get("accept-language", ""))


def site_of(request: AnyRequest) -> Site:
    """The site that the application was built with."""
    return _web(request).site


def speech_of(request: AnyRequest) -> Speech:
    """The text lookup in the reader's language."""
    return site_of(request).speech(preferences_of(request).language)


def address_of(request: AnyRequest) -> Address:
    """The address of the request with its query."""
    return Address.parse(_path(request))


def page(request: AnyRequest, template: str, /, title: str, status: int = 200, **context: object) -> Response[str]:
    """A whole page; one that answers what could not be done says so in its title."""
    web = _web(request)
    frame = frame_of(request, title, has_errors=status >= WRONG_MIN or bool(context.get("problems")))
    return _html(web.site.render(template, frame, **context), status)


def fragment(request: AnyRequest, template: str, block: str, /, **context: object) -> Response[str]:
    """One block of a page, as the answer to a request of htmx."""
    web = _web(request)
    return _html(web.site.render_block(template, block, frame_of(request, ""), **context), 200)


def frame_of(request: AnyRequest, title: str, *, has_errors: bool = False) -> Page:
    """The surroundings of a page for this request."""
    web = _web(request)
    return Page(
        title=title,
        path=_path(request),
        preferences=preferences_of(request),
        viewer=web.viewer_of(request),
        csrf_token=web.csrf_token_of(request),
        demo=web.site.demo,
        has_errors=has_errors,
    )


def problem_page(
    request: AnyRequest, status: int, title: str, text: str = "", reasons: Sequence[str] = (), sent: Sent | None = None
) -> Response[str]:
    """A page that says what went wrong and what to do; `sent` is a form to send again."""
    frame = frame_of(request, title, has_errors=request.method == "POST")
    content = _web(request).site.render("problem.html", frame, text=text, reasons=reasons, sent=sent)
    return _html(content, status)


def form_values(form: FormMultiDict) -> dict[str, list[str]]:
    """Every text value of every name of a submitted form, for `read_form`."""
    return {name: [value for value in form.getall(name) if isinstance(value, str)] for name in form}


def own_path(path: str) -> str:
    """A path of this site to go back to; the start page for anything that could lead elsewhere."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else "/"


@get(f"{ROOT}/{{digest:str}}/{{name:path}}", sync_to_thread=False, include_in_schema=False, name="asset")
def send_asset(request: AnyRequest, digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A browser file, compressed when the browser takes it, cached for good because its address has its digest."""
    assets = _web(request).site.assets
    asset = assets.files.get(name.lstrip("/"))
    if asset is None or digest != assets.digest:
        raise NotFoundException
    headers = {
        "Cache-Control": f"public, max-age={SECONDS_CACHED}, immutable",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if takes_gzip:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.gzipped if takes_gzip else asset.plain, media_type=asset.media_type, headers=headers)


@get("/manifest.webmanifest", sync_to_thread=False, include_in_schema=False, name="manifest")
def show_manifest(request: AnyRequest) -> Response[bytes]:
    """How a telephone puts the site among its applications."""
    t, site = speech_of(request), site_of(request)
    manifest = {
        "name": f"{t('layout.product')} {t('layout.subject')}",
        "short_name": t("layout.product"),
        "lang": "zh-CN" if preferences_of(request).language == "zh" else "en",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#f4f6f8",
        "theme_color": "#0b5cad",
        "icons": [{"src": site.assets.url("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return Response(msgspec.json.encode(manifest), media_type="application/manifest+json")


@post("/preferences", request_max_body_size=OPEN_BODY_BYTES_MAX, include_in_schema=False, name="preferences")
async def set_preferences(request: AnyRequest) -> Redirect:
    """Remember language, text size or shortcuts in cookies and go back to the page."""
    form = await request.form()
    answer = Redirect(own_path(str(form.get("next", "/"))), status_code=303)
    answer.cookies.extend(preference_cookies(form, is_tls=request.url.scheme == "https"))
    return answer


def preference_cookies(form: FormMultiDict, *, is_tls: bool) -> list[Cookie]:
    """Make the cookies for the preferences that a form names."""
    return [
        remembered(cookie, str(form[name]), is_tls=is_tls)
        for name, (cookie, allowed) in PREFERENCE_COOKIES.items()
        if form.get(name) in allowed
    ]


def remembered(name: str, value: str, *, is_tls: bool) -> Cookie:
    """Make the cookie of a preference."""
    return own_cookie(name, value, SECONDS_REMEMBERED, is_tls=is_tls)


@get("/help", include_in_schema=False, name="help")
async def show_help(request: AnyRequest) -> Response[str]:
    """What each page is for, the words of the trade, the keys."""
    return await to_thread(_help, request)


def _help(request: AnyRequest) -> Response[str]:
    catalogue, language = site_of(request).catalogue, preferences_of(request).language
    return page(
        request,
        "help.html",
        title=speech_of(request)("help.title"),
        topics=topics(catalogue, language),
        terms=terms(catalogue, language),
        groups=key_groups(request),
    )


@get("/help/keys", include_in_schema=False, name="keys")
async def show_keys(request: AnyRequest) -> Response[str]:
    """The list of keyboard shortcuts."""
    title, groups = speech_of(request)("keys.title"), key_groups(request)
    return await to_thread(page, request, "help_keys.html", title=title, groups=groups)


def key_groups(request: AnyRequest) -> list[tuple[str, list[KeyHelp]]]:
    """Give the shortcuts in groups."""
    t = speech_of(request)
    return [
        (t(f"keys.{group}.label"), [KeyHelp(keys, t(f"keys.{group}.{name}")) for keys, name in rows])
        for group, rows in KEYS.items()
    ]


def base_handlers() -> list[HTTPRouteHandler]:
    """The routes that every page needs, open to everyone."""
    return [send_asset, show_manifest, set_preferences, show_help, show_keys]


def _web(request: AnyRequest) -> Web:
    web = request.app.state["web"]
    assert isinstance(web, Web)
    return web


def _path(request: AnyRequest) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _html(content: str, status: int) -> Response[str]:
    headers = {"Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(content, media_type=MediaType.HTML, status_code=status, headers=headers)
