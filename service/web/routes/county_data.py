"""Pages for what a county sets: working calendars and the dated values of its policies."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.sql.office_log import By
from adapters.sql.reads.calendars import calendar_years
from engine.calendar import CalendarYear, YearStatus
from engine.refusal import Refused
from engine.values import Json
from service.administering import decide_policy
from service.calendars import Preview, preview, take_notice
from service.county_texts import is_county_text
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.web.desk import AnyPage
from service.web.kept_file import carried, content_of, placed
from service.web.lists import Column, by_key
from service.web.pages import address_of, page, speech_of
from service.web.reading import Look, look, wording_of
from service.web.views.policy_words import (
    GROUPS,
    group_of,
    in_words,
    kind_of,
    policy_source,
    policy_title,
    read_typed,
    typed,
)
from service.web.views.reader import Reader

CALENDARS, POLICIES = "/admin/calendars", "/admin/policies"
KEY = "cn"
FINE, WRONG = 200, 422
VALUE_LENGTH_MAX = 20_000
WEEKS = Calendar()
Values = Sequence[tuple[date, Json]]
"""The values of a parameter with the days from which they hold, the earliest first."""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A parameter in the list, with its value in force in words and the day since when."""

    key: str
    title: str
    value: str
    since: date
    source: str

    @property
    def url(self) -> str:
        """Where its history is and a new value is set."""
        return f"{POLICIES}?{urlencode({'key': self.key})}#policy"


@get(CALENDARS, include_in_schema=False)
async def show_calendar(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """A year as twelve months, with the days off and the days worked instead."""
    return await _calendar(request, front)


async def _calendar(
    request: AnyRequest, front: Front, wrong: Sequence[str] = (), seen: Preview | None = None, content: bytes = b""
) -> Response[str]:
    address, t = address_of(request), speech_of(request)

    def work(found: Look) -> dict[str, Any]:
        years = {one.year: one for one in found.facts.calendar(KEY).years}
        today, asked = found.reader.now.year, address.get("year")[:4]
        newest = today if today in years else max(years, default=today)
        year = int(asked) if asked.isdecimal() and int(asked) in years else newest
        known = years.get(year, CalendarYear(year, YearStatus.PROVISIONAL))
        rule = front.policy.rules["POST", CALENDARS]
        noticed = next((one for one in calendar_years(found.connection, KEY) if one.year == year), None)
        return {
            "year": year,
            "years": [(one, years[one].status.value) for one in sorted(years)],
            "known": known,
            "source": "" if noticed is None else noticed.source,
            "names": {} if noticed is None else {day.on: day.name for day in noticed.days if day.name},
            "months": [_month(known, number) for number in range(1, 13)],
            "may": rule.allows(found.caller.roles),
        }

    shown = await look(request, front, work)
    return page(
        request,
        "admin/calendars.html",
        title=t("county.calendar"),
        status=WRONG if wrong else FINE,
        wrong=wrong,
        seen=seen,
        content=carried(content),
        done="done" in request.query_params and not wrong,
        **shown,
    )


def _month(year: CalendarYear, number: int) -> list[list[tuple[date | None, str]]]:
    """Give the weeks of a month; each day is off, worked instead, a weekend, or usual."""

    def kind(day: date) -> str:
        if day in year.off_days:
            return "off"
        if day in year.make_up_days:
            return "worked"
        return "weekend" if day.weekday() > 4 else ""  # noqa: PLR2004  # Friday

    return [
        [(day, kind(day)) if day.month == number else (None, "") for day in week]
        for week in WEEKS.monthdatescalendar(year.year, number)
    ]


@post(CALENDARS, include_in_schema=False)
async def import_notice(request: AnyRequest, front: NamedDependency[Front]) -> AnyPage:
    """Read a file of holidays: first show what it changes, then take it."""
    form, assembly, t = await request.form(), front.assembly, speech_of(request)
    content = await content_of(form)
    reason, now = str(form.get("reason", "")).strip(), assembly.clock.now()
    try:
        seen = await in_thread(assembly.threads, lambda: preview(assembly, KEY, content, now))
        if form.get("intent") != "take":
            return await _calendar(request, front, seen=seen, content=content)
        if not reason:
            return await _calendar(request, front, [t("people.reason_missing")], seen, content)
        by = By(caller_of(request).actor.id, now, reason)
        await in_thread(assembly.threads, lambda: take_notice(assembly, by, KEY, content))
    except Refused as refused:
        return await _calendar(request, front, placed(refused, wording_of(request, front)))
    return Redirect(f"{CALENDARS}?year={seen.years[0]}&done=1", status_code=303)


@get(POLICIES, include_in_schema=False)
async def show_policies(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every parameter with its values by the day from which they hold."""
    return await _policies(request, front)


async def _policies(request: AnyRequest, front: Front, wrong: Sequence[str] = (), asked: str = "") -> Response[str]:
    address, t = address_of(request), speech_of(request)
    chosen = asked or address.get("key")

    def work(found: Look) -> dict[str, Any]:
        held, today = found.facts.directory.policies, found.reader.now.date()
        policies = {key: values for key, values in sorted(held.items()) if not is_county_text(key)}
        rule = front.policy.rules["POST", POLICIES]
        return {
            "groups": _groups(policies, today, found.reader),
            "one": _one(chosen, policies[chosen], today, found.reader) if chosen in policies else None,
            "may": rule.allows(found.caller.roles),
            "today": today,
        }

    shown = await look(request, front, work)
    columns = [
        Column(name, t(f"county.column.{name}"), narrow=name == "since")
        for name in ("policy", "value", "since", "source")
    ]
    return page(
        request,
        "admin/policies.html",
        title=t("county.policies"),
        status=WRONG if wrong else FINE,
        wrong=wrong,
        columns=columns,
        column=by_key(columns),
        done="done" in request.query_params and not wrong,
        **shown,
    )


def _groups(policies: Mapping[str, Values], today: date, reader: Reader) -> list[tuple[str, list[PolicyRow]]]:
    rows: dict[str, list[PolicyRow]] = {name: [] for name in GROUPS}
    for key, values in policies.items():
        day, value = max((one for one in values if one[0] <= today), default=values[0], key=lambda one: one[0])
        title, source = policy_title(key, reader.t, reader.language), policy_source(key, reader.language)
        rows[group_of(key)].append(PolicyRow(key, title, in_words(key, value, reader.t), day, source))
    return [(name, found) for name, found in rows.items() if found]


def _one(key: str, values: Values, today: date, reader: Reader) -> dict[str, Any]:
    now = _in_force(values, today)
    latest = values[-1][1]
    return {
        "key": key,
        "title": policy_title(key, reader.t, reader.language),
        "source": policy_source(key, reader.language),
        "kind": kind_of(key, latest),
        "typed": typed(key, latest),
        "values": [(day, in_words(key, value, reader.t), typed(key, value), day == now) for day, value in values[::-1]],
    }


def _in_force(values: Values, today: date) -> date | None:
    return max((day for day, _ in values if day <= today), default=None)


@post(POLICIES, include_in_schema=False)
async def set_value(request: AnyRequest, front: NamedDependency[Front]) -> AnyPage:
    """Set a value from a day on, with the decision it rests on."""
    form, assembly, t = await request.form(), front.assembly, speech_of(request)
    key, text = str(form.get("key", "")), str(form.get("value", ""))[:VALUE_LENGTH_MAX]
    held = assembly.organisation.now().policies.get(key)
    if is_county_text(key) or not held:
        return await _policies(request, front, [t("county.no_key")])
    try:
        from_on, value = date.fromisoformat(str(form.get("from", ""))), read_typed(key, text, held[-1][1])
    except ValueError:
        return await _policies(request, front, [t("county.bad_value")], key)
    by = By(caller_of(request).actor.id, assembly.clock.now(), str(form.get("reason", "")).strip())
    try:
        await in_thread(assembly.threads, partial(decide_policy, assembly, by, key, from_on, value))
    except Refused as refused:
        return await _policies(request, front, list(map(wording_of(request, front).sentence, refused.reasons)), key)
    return Redirect(f"{POLICIES}?{urlencode({'key': key, 'done': 1})}", status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_calendar, import_notice, show_policies, set_value]
