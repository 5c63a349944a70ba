"""Pages for what a county sets: working calendars and the dated values of its policies."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from msgspec import Struct

from adapters.calendars.china import is_seeded
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
from service.texts import Speech
from service.web.desk import AnyPage
from service.web.fields import Field, Problem
from service.web.form_input import read_form
from service.web.kept_file import carried, content_of, placed
from service.web.lists import Column, by_key
from service.web.pages import address_of, form_values, page, speech_of
from service.web.reading import Look, look, wording_of
from service.web.views.policy_choices import choices_field, is_chosen
from service.web.views.policy_tables import NAME, is_table, table_field, table_problems, table_value
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
FORMED = frozenset({"table", "choices"})
"""Kinds of values that are not typed as text."""
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


class Typed(Struct, frozen=True):
    """A new value as it was typed: as text, or a table with what is wrong in it. `is_going_on`: rows are moved yet."""

    from_on: str
    reason: str
    text: str = ""
    table: Field | None = None
    problems: Sequence[Problem] = ()
    is_going_on: bool = False

    @classmethod
    def read(cls, form: FormMultiDict, key: str, before: Json, t: Speech) -> "Typed":
        """Read the form of a parameter that had a value before."""
        from_on, reason = str(form.get("from", "")), str(form.get("reason", "")).strip()
        if kind_of(key, before) not in FORMED:
            return cls(from_on, reason, str(form.get("value", ""))[:VALUE_LENGTH_MAX])
        read = read_form([policy_field(key, before, t)], form_values(form), t)
        table, is_going_on = read[NAME], read.intent.field == NAME
        problems = [] if is_going_on or table.kind != "table" else table_problems(key, table, t)
        return cls(from_on, reason, table=table, problems=problems, is_going_on=is_going_on)

    def value(self, key: str, before: Json, t: Speech) -> Json:
        """Give the value; raises `ValueError` for a text that is none."""
        if self.table is None:
            return read_typed(key, self.text, before)
        return table_value(key, self.table, t) if self.table.kind == "table" else list(self.table.value or ())


def policy_field(key: str, value: Json, t: Speech) -> Field:
    """Show a value that is not typed as text: ticked, or a table."""
    return choices_field(NAME, key, value, t) if is_chosen(key, value) else table_field(key, value, t)


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
            "is_seeded": noticed is not None and is_seeded(noticed.source),
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
    if not content:
        return await _calendar(request, front, [t("forms.no_file")])
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


async def _policies(
    request: AnyRequest,
    front: Front,
    wrong: Sequence[str] = (),
    asked: str = "",
    written: Typed | None = None,
) -> Response[str]:
    address, t = address_of(request), speech_of(request)
    problems = written.problems if written is not None else ()
    chosen = asked or address.get("key")

    def work(found: Look) -> dict[str, Any]:
        held, today = found.facts.directory.policies, found.reader.now.date()
        policies = {key: values for key, values in sorted(held.items()) if not is_county_text(key)}
        rule = front.policy.rules["POST", POLICIES]
        return {
            "groups": _groups(policies, today, found.reader),
            "one": _one(chosen, policies[chosen], today, found.reader, written) if chosen in policies else None,
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
        status=WRONG if wrong or problems else FINE,
        wrong=wrong,
        problems=problems,
        from_on=written.from_on if written is not None else "",
        reason=written.reason if written is not None else "",
        columns=columns,
        column=by_key(columns),
        done="done" in request.query_params and not wrong and written is None,
        **shown,
    )


def _groups(policies: Mapping[str, Values], today: date, reader: Reader) -> list[tuple[str, list[PolicyRow]]]:
    rows: dict[str, list[PolicyRow]] = {name: [] for name in GROUPS}
    for key, values in policies.items():
        day, value = max((one for one in values if one[0] <= today), default=values[0], key=lambda one: one[0])
        title, source = policy_title(key, reader.t, reader.language), policy_source(key, reader.language)
        rows[group_of(key)].append(PolicyRow(key, title, in_words(key, value, reader.t), day, source))
    return [(name, found) for name, found in rows.items() if found]


def _one(key: str, values: Values, today: date, reader: Reader, written: Typed | None) -> dict[str, Any]:
    now = _in_force(values, today)
    latest = values[-1][1]
    kind = kind_of(key, latest)
    table = policy_field(key, latest, reader.t) if kind in FORMED else None
    return {
        "key": key,
        "title": policy_title(key, reader.t, reader.language),
        "source": policy_source(key, reader.language),
        "kind": kind,
        "typed": written.text if written is not None and written.text else typed(key, latest),
        "table": written.table if written is not None and written.table is not None else table,
        "values": [
            (day, in_words(key, value, reader.t), _past(key, kind, value, reader), day == now)
            for day, value in values[::-1]
        ],
    }


def _past(key: str, kind: str, value: Json, reader: Reader) -> Field | str:
    """Show a value of before: a table as one, what is none as its text."""
    return table_field(key, value, reader.t) if kind == "table" and is_table(key, value) else typed(key, value)


def _in_force(values: Values, today: date) -> date | None:
    return max((day for day, _ in values if day <= today), default=None)


@post(POLICIES, include_in_schema=False)
async def set_value(request: AnyRequest, front: NamedDependency[Front]) -> AnyPage:
    """Set a value from a day on, with the decision it rests on."""
    form, assembly, t = await request.form(), front.assembly, speech_of(request)
    key = str(form.get("key", ""))
    held = assembly.organisation.now().policies.get(key)
    if is_county_text(key) or not held:
        return await _policies(request, front, [t("county.no_key")])
    written = Typed.read(form, key, held[-1][1], t)
    if written.is_going_on or written.problems:
        return await _policies(request, front, asked=key, written=written)
    try:
        from_on, value = date.fromisoformat(written.from_on), written.value(key, held[-1][1], t)
    except ValueError:
        return await _policies(request, front, [t("county.bad_value")], key, written)
    by = By(caller_of(request).actor.id, assembly.clock.now(), written.reason)
    try:
        await in_thread(assembly.threads, partial(decide_policy, assembly, by, key, from_on, value))
    except Refused as refused:
        words = list(map(wording_of(request, front).sentence, refused.reasons))
        return await _policies(request, front, words, key, written)
    return Redirect(f"{POLICIES}?{urlencode({'key': key, 'done': 1})}", status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_calendar, import_notice, show_policies, set_value]
