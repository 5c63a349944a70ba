"""The site as one value: its texts, templates and browser files, and how a page is rendered from them."""

from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from service.texts import LANGUAGES, Catalogue, Language, Speech, load
from service.web.assets.store import Assets, load_assets
from service.web.compiled import keep_compiled
from service.web.diagram import arrow, path
from service.web.formats import Formats
from service.web.frame import Page

TEMPLATES = Path(__file__).resolve().parent / "templates"
PARTS = (
    "show",
    "lists",
    "tables",
    "forms",
    "diagrams",
    "work",
    "purse",
    "definitions",
    "documents",
    "charts",
    "outlook",
    "sheets",
)
CHINA = timezone(timedelta(hours=8))


class Site(Struct, frozen=True):
    """Everything a page needs that does not change while the service runs."""

    catalogue: Catalogue
    assets: Assets
    environments: Mapping[Language, Environment]
    demo: bool = False

    def speech(self, language: Language) -> Speech:
        """The text lookup of a language."""
        return self.catalogue.speak(language)

    def render(self, name: str, page: Page, /, **context: object) -> str:
        """A whole page from the template `name`."""
        template = self.environments[page.language].get_template(name)
        return template.render(page=page, **context)

    def render_block(self, name: str, block: str, page: Page, /, **context: object) -> str:
        """One block of a page, for answers that replace a piece of it."""
        template = self.environments[page.language].get_template(name)
        return "".join(template.blocks[block](template.new_context({"page": page, **context})))


def build_site(catalogue: Catalogue | None = None, *, demo: bool = False, zone: tzinfo = CHINA) -> Site:
    """Load browser files, templates, and the texts if they are not given; raises BrokenTexts or AssetsNotFetched."""
    catalogue, assets = catalogue or load(), load_assets()
    environments = {language: _environment() for language in LANGUAGES}
    for language, environment in environments.items():
        speech = catalogue.speak(language)
        environment.globals.update(t=speech, language=language, asset=assets.url)
        environment.globals.update(Formats(speech, zone).as_globals())
        for name in PARTS:
            environment.globals[name] = Part(environment, name)
    return Site(catalogue, assets, environments, demo)


class Part:
    """The macros of a file, which is compiled when the first of them is called: most pages need few of the files."""

    def __init__(self, environment: Environment, name: str) -> None:
        """Name the file of an environment."""
        self._load = cache(lambda: environment.get_template(f"parts/{name}.html").module)

    def __getattr__(self, name: str) -> object:
        """Give one of its macros."""
        macro: object = getattr(self._load(), name)
        return macro


def _environment() -> Environment:
    """Templates of one language, so that parts need no context: `t`, formats and parts are global."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(path=path, arrow=arrow)
    keep_compiled(environment)
    return environment
