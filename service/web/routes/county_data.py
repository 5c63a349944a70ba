"""Pages for what a county sets: working calendars and the dated values of its policies."""

from calendar import Calendar
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.sql.office_log import By
from engine.calendar import CalendarError, CalendarYear, YearStatus
from engine.refusal import Refused
from engine.values import Json
from service.administering import decide_policy
from service.calendars import Preview, preview, take_notice
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.notice_texts import AREA as NOTICES
from service.web.desk import AnyPage
from service.web.pages import address_of, page, speech_of
from service.web.reading import Look, look, wording_of

CALENDARS, POLICIES = "/admin/calendars", "/admin/policies"
KEY = "cn"
FINE, WRONG = 200, 422
FILE_TEXT_MAX = 100_000
VALUE_LENGTH_MAX = 20_000
WEEKS = Calendar()


@get(CALENDARS, include_in_schema=False)
async def show_calendar(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """A year as twelve months, with the days off and the days worked instead."""
    return await _calendar(request, front)


async def _calendar(
    request: AnyRequest, front: Front, wrong: Sequence[str] = (), seen: Preview | None = None, content: str = ""
) -> Response[str]:
    address, t = address_of(request), speech_of(request)

    def work(found: Look) -> dict[str, Any]:
        years = {one.year: one for one in found.facts.calendar(KEY).years}
        today, asked = found.reader.now.year, address.get("year")[:4]
        newest = today if today in years else max(years, default=today)
        year = int(asked) if asked.isdecimal() and int(asked) in years else newest
        known = years.get(year, CalendarYear(year, YearStatus.PROVISIONAL))
        rule = front.policy.rules["POST", CALENDARS]
        return {
            "year": year,
            "years": [(one, years[one].status.value) for one in sorted(years)],
            "known": known,
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
        content=content,
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
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        content = (await file.read()).decode("utf-8", "replace")[:FILE_TEXT_MAX]
    else:
        content = str(form.get("content", ""))
    reason, now = str(form.get("reason", "")).strip(), assembly.clock.now()
    try:
        seen = await in_thread(assembly.threads, lambda: preview(assembly, KEY, content.encode(), now))
        if form.get("intent") != "take":
            return await _calendar(request, front, seen=seen, content=content)
        if not reason:
            return await _calendar(request, front, [t("people.reason_missing")], seen, content)
        by = By(caller_of(request).actor.id, now, reason)
        await in_thread(assembly.threads, lambda: take_notice(assembly, by, KEY, content.encode()))
    except CalendarError as error:
        return await _calendar(request, front, [t("county.unreadable", found=str(error))])
    return Redirect(f"{CALENDARS}?year={seen.year}&done=1", status_code=303)


@get(POLICIES, include_in_schema=False)
async def show_policies(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every parameter with its values by the day from which they hold."""
    return await _policies(request, front)


async def _policies(request: AnyRequest, front: Front, wrong: Sequence[str] = ()) -> Response[str]:
    address, t = address_of(request), speech_of(request)

    def work(found: Look) -> dict[str, Any]:
        policies, today = found.facts.directory.policies, found.reader.now.date()
        rows = [
            (key, [(day, _shown(value), day == _in_force(values, today)) for day, value in reversed(values)])
            for key, values in sorted(policies.items())
            if not key.startswith(NOTICES)
        ]
        rule = front.policy.rules["POST", POLICIES]
        return {"rows": rows, "may": rule.allows(found.caller.roles), "today": today}

    shown = await look(request, front, work)
    return page(
        request,
        "admin/policies.html",
        title=t("county.policies"),
        status=WRONG if wrong else FINE,
        wrong=wrong,
        chosen=address.get("key"),
        done="done" in request.query_params and not wrong,
        **shown,
    )


def _in_force(values: Sequence[tuple[date, Json]], today: date) -> date | None:
    return max((day for day, _ in values if day <= today), default=None)


def _shown(value: Json) -> str:
    return (
        msgspec.json.format(msgspec.json.encode(value)).decode()
        if isinstance(value, list | dict)
        else msgspec.json.encode(value).decode()
    )


@post(POLICIES, include_in_schema=False)
async def set_value(request: AnyRequest, front: NamedDependency[Front]) -> AnyPage:
    """Set a value from a day on, with the decision it rests on."""
    form, assembly, t = await request.form(), front.assembly, speech_of(request)
    key, text = str(form.get("key", "")), str(form.get("value", ""))[:VALUE_LENGTH_MAX]
    if key.startswith(NOTICES) or key not in assembly.organisation.now().policies:
        return await _policies(request, front, [t("county.no_key")])
    try:
        from_on, value = date.fromisoformat(str(form.get("from", ""))), msgspec.json.decode(text)
    except ValueError:
        return await _policies(request, front, [t("county.bad_value")])
    by = By(caller_of(request).actor.id, assembly.clock.now(), str(form.get("reason", "")).strip())
    try:
        await in_thread(assembly.threads, partial(decide_policy, assembly, by, key, from_on, value))
    except Refused as refused:
        return await _policies(request, front, list(map(wording_of(request, front).sentence, refused.reasons)))
    return Redirect(f"{POLICIES}?done=1", status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_calendar, import_notice, show_policies, set_value]
