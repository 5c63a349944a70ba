"""A small application that serves the page parts, and a browser to look at them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.status_codes import HTTP_204_NO_CONTENT
from playwright.sync_api import Browser

from service.texts import Catalogue, load
from service.web.assets.fetch import fetch
from service.web.dev_parts import dev_handlers
from service.web.frame import NavLink, Viewer
from service.web.headers import SECURITY_HEADERS
from service.web.pages import AnyRequest, Web, base_handlers, speech_of
from service.web.site import Site, build_site
from tests.browser import running_chromium, served
from tests.service.web.county import Service, furnish, serving
from tests.workflows.rehearsal import Rehearsal, rehearsal


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The texts of the product."""
    return load()


@pytest.fixture(scope="session")
def site() -> Site:
    """The site as `shenpi demo` shows it."""
    fetch()
    return build_site(demo=True)


@get("/api/v1/me/events", status_code=HTTP_204_NO_CONTENT)
async def no_news() -> None:
    """Nothing ever happens to what the parts show: 204 tells a page to listen no more."""


@pytest.fixture(scope="session")
def app(site: Site) -> Litestar:
    """The base routes and the parts page, with somebody signed in."""
    web = Web(site, viewer_of=_viewer, csrf_token_of=lambda _request: "token")
    return Litestar(
        route_handlers=[*base_handlers(), *dev_handlers(), no_news],
        state=State({"web": web}),
        response_headers=dict(SECURITY_HEADERS),
    )


@pytest.fixture(scope="session")
def address(app: Litestar) -> Iterator[str]:
    """Where the application is served."""
    with served(app) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for the whole run."""
    with running_chromium() as browser:
        yield browser


def _viewer(request: AnyRequest) -> Viewer:
    t = speech_of(request)
    names = ("facts", "money", "opinions")
    links = [
        NavLink(t(f"dev.tab.{name}"), f"/{name}", current=name == "facts", key=f"g {name[0]}", count=3)
        for name in names
    ]
    return Viewer(t("dev.person.wang"), t("dev.unit"), unread_count=12, navigation=links)


@pytest.fixture(scope="session")
def furnished_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration county in it, to copy."""
    folder = tmp_path_factory.mktemp("county")
    furnish(folder)
    return folder


@pytest.fixture(scope="session")
def county(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The county behind the application, for tests that only look at it."""
    folder = tmp_path_factory.mktemp("looking") / "county"
    shutil.copytree(furnished_county, folder)
    with serving(folder) as service:
        yield service


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The forty projects of the demonstration as cases, without the application."""
    with rehearsal(tmp_path_factory.mktemp("rehearsed")) as done:
        yield done
