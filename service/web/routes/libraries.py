"""Field sets and score sheets of all procedures, and the libraries of indicators: where each is used, and how it looks.

Nothing is kept here: a field set is changed in its procedure, a library among the policy values.
"""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from engine.refusal import NotFound
from service.http.front import Front
from service.http.gate import AnyRequest
from service.web.definition_fields import fields_of
from service.web.fields import Field
from service.web.lists import Column, by_key
from service.web.pages import address_of, page, speech_of
from service.web.preparing import around_of
from service.web.reading import Look, look
from service.web.rehearsal import rehearsed
from service.web.routes.county_data import POLICIES, policy_field
from service.web.views.definition_tables import states_by_field
from service.web.views.item import offering
from service.web.views.libraries import LIBRARIES, FieldSet, field_sets
from service.web.views.policy_words import in_words, policy_source, policy_title

FORMS, INDICATORS = "/admin/forms", "/admin/indicators"
DEFINITIONS = "/admin/definitions"


class Library(Struct, frozen=True):
    """A policy value in the overview: what it holds now, since when, and which procedures' rules read it."""

    key: str
    title: str
    value: str
    since: Any
    source: str
    used: tuple[tuple[str, str], ...]
    url: str
    edit_url: str


@get(FORMS, include_in_schema=False)
async def show_forms(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every set of fields and every score sheet; the one that the address names as who fills it in sees it."""
    address, t = address_of(request), speech_of(request)
    key, name = address.get("form"), address.get("set")

    def work(found: Look) -> dict[str, Any]:
        published = sorted(found.front.assembly.library.published())
        sets = [one for each in published for one in field_sets(found.definition(each), found.reader)]
        chosen = next((one for one in sets if (one.key, one.name) == (key, name)), None)
        if key and chosen is None:
            raise NotFound(f"{key} {name}")
        may_edit = found.front.policy.rules["GET", f"{DEFINITIONS}/{{key}}/edit"].allows(found.caller.roles)
        version = 0 if chosen is None else found.definition(chosen.key).version
        return {
            "groups": [(False, [s for s in sets if not s.is_sheet]), (True, [s for s in sets if s.is_sheet])],
            "chosen": chosen,
            "fields": [] if chosen is None else _preview(found, chosen),
            "version_url": f"{DEFINITIONS}/{key}/{version}",
            "edit_url": f"{DEFINITIONS}/{key}/edit" if may_edit else "",
        }

    shown = await look(request, front, work)
    names = ("set", "procedure", "count", "used")
    columns = [Column(one, t(f"libraries.column.{one}"), one == "count") for one in names]
    return page(
        request,
        "admin/forms.html",
        title=t("libraries.forms"),
        columns=columns,
        column=by_key(columns),
        url_of=lambda one: f"{FORMS}?{urlencode({'form': one.key, 'set': one.name})}",
        **shown,
    )


def _preview(found: Look, chosen: FieldSet) -> list[Field]:
    definition = found.definition(chosen.key)
    required = states_by_field(definition, found.reader, "require")
    language, around = found.reader.language, around_of(found)
    fields = fields_of(definition, chosen.fields, {}, language, required=required, around=around)
    return [rehearsed(one) for one in offering(fields, definition, found.facts.directory)]


@get(INDICATORS, include_in_schema=False)
async def show_indicators(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every library of indicators, criteria and weights; the one that the address names as the rules read it."""
    address, t = address_of(request), speech_of(request)
    key = address.get("library")

    def work(found: Look) -> dict[str, Any]:
        if key and key not in LIBRARIES:
            raise NotFound(key)
        lines = [_library(found, one) for one in LIBRARIES if one in found.facts.directory.policies]
        value = None if not key else _held(found, key)[1]
        return {
            "rows": lines,
            "chosen": next((one for one in lines if one.key == key), None),
            "table": policy_field(key, value, found.t) if key else None,
        }

    shown = await look(request, front, work)
    columns = [Column(one, t(f"libraries.column.{one}")) for one in ("library", "value", "since", "used")]
    title = t("libraries.indicators")
    return page(request, "admin/indicators.html", title=title, columns=columns, column=by_key(columns), **shown)


def _held(found: Look, key: str) -> tuple[Any, Any]:
    """Give the day since when a value holds today, and the value."""
    values, today = found.facts.directory.policies[key], found.reader.now.date()
    return max((one for one in values if one[0] <= today), default=values[0], key=lambda one: one[0])


def _library(found: Look, key: str) -> Library:
    since, value = _held(found, key)
    published = found.front.assembly.library.published()
    used = tuple(
        (found.reader.says(found.definition(each).title), f"{DEFINITIONS}/{each}/{found.definition(each).version}")
        for each in LIBRARIES[key]
        if each in published
    )
    return Library(
        key=key,
        title=policy_title(key, found.t, found.reader.language),
        value=in_words(key, value, found.t),
        since=since,
        source=policy_source(key, found.reader.language),
        used=used,
        url=f"{INDICATORS}?{urlencode({'library': key})}",
        edit_url=f"{POLICIES}?{urlencode({'key': key})}#policy",
    )


HANDLERS: list[HTTPRouteHandler] = [show_forms, show_indicators]
