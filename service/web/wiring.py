"""The pages as the application takes them: their routes, and the site with how it tells who looks."""

from litestar.handlers import HTTPRouteHandler

from service.texts import Catalogue
from service.web.pages import Web, base_handlers
from service.web.reading import forgery_token_of, viewer_of
from service.web.routes import (
    administration,
    applying,
    batch,
    beside,
    changing,
    channels,
    definitions,
    description,
    documents,
    drafts,
    duties,
    earned,
    experts,
    figures,
    filling,
    funds,
    home,
    item_lists,
    items,
    learned,
    numbers,
    overview,
    packages,
    papers,
    queue,
    reports,
    reserve,
    rules,
    search,
    second_proof,
    settings,
    sheets,
    signing,
    single_sign_on,
    surveys,
    tasks,
    trying,
    verbs,
    weights,
)
from service.web.site import build_site


def web_handlers() -> list[HTTPRouteHandler]:
    """Every route of the site."""
    families = (
        administration,
        applying,
        batch,
        beside,
        changing,
        channels,
        definitions,
        description,
        documents,
        drafts,
        duties,
        earned,
        experts,
        figures,
        filling,
        funds,
        home,
        item_lists,
        items,
        learned,
        numbers,
        overview,
        packages,
        papers,
        queue,
        reports,
        reserve,
        rules,
        search,
        second_proof,
        settings,
        sheets,
        signing,
        single_sign_on,
        surveys,
        tasks,
        trying,
        verbs,
        weights,
    )
    return [*base_handlers(), *(handler for family in families for handler in family.HANDLERS)]


def web_of(catalogue: Catalogue, *, demo: bool = False) -> Web:
    """Build the site; raises AssetsNotFetched when the browser files are not there."""
    return Web(build_site(catalogue, demo=demo), viewer_of, forgery_token_of)
