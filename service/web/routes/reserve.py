"""The reserve pool: its rankings with every component, and the line that a budget limit draws in them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from service.http.front import Front
from service.http.gate import AnyRequest
from service.http.lists import scope_of
from service.http.reports import as_answer
from service.report_files import MEDIA_TYPES, Writer
from service.reserve import (
    LIMIT_FEN_MAX,
    PER_HEAD,
    POINTS,
    Asked,
    Reserve,
    Words,
    day_of,
    finished,
    hundredths_of,
    read_reserve,
)
from service.texts import Speech
from service.web.form_input import Unreadable, read_money
from service.web.formats import Formats
from service.web.lists import Address, Column, by_key
from service.web.pages import address_of, page, speech_of
from service.web.parts import Status, Tone
from service.web.reading import Look, look
from service.web.site import CHINA
from service.web.views.addresses import item_url
from workflows.guards.reading import Row, number_in, text_in, yuan
from workflows.screening.reserve import Lined, OutOfOrder, Place, Sums, categories

ROOT = "/reserve"
FEN_PER_YUAN = 100
STEP_YUAN = 10_000
"""The slider moves by this much."""

WRONG = 422
MONEY = frozenset({*PER_HEAD, "cost", "running", "above_cost", "below_cost"})
NUMERIC = MONEY | {"rank", *POINTS, "above", "below"}
SHOWN = ("rank", "project", "index", "components", "cost", "running", "line")
SUMMED = ("by", "above", "above_cost", "below", "below_cost")
EXCEPTIONS = ("project", "published", "admitted_on", "by_whom", "ahead", "reason")


@get(ROOT, include_in_schema=False)
async def show_reserve(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """A ranking with its line: `?ranking=` a call's number, `?limit=` yuan; without them the pool and what is left."""
    address, t = address_of(request), speech_of(request)
    asked, is_read = _asked(address)
    trouble = "" if is_read else t("reserve.bad_limit", typed=address.get("limit"))
    found, words = await look(request, front, lambda found: _read(found, asked))
    return page(
        request,
        "reserve.html",
        title=t("reserve.title"),
        status=WRONG if trouble else 200,
        trouble=trouble,
        found=found,
        line=found.found,
        rows=[_row(one, found, words) for one in found.found.lines],
        sums=_groups(found, words),
        exceptions=[_exception(one, words) for one in found.exceptions],
        columns=by_key(_columns(t, SHOWN)),
        summed=_columns(t, SUMMED),
        told=_columns(t, EXCEPTIONS),
        limit=_plain(found.found.limit),
        slider=_slider(found),
        files=_files(address),
        best=_best(found, words),
        words=_told(found, Formats(t, CHINA), t),
    )


def _read(found: Look, asked: Asked) -> tuple[Reserve, Words]:
    library = found.front.assembly.library
    return read_reserve(found.connection, found.facts, library, scope_of(found.caller), found.reader, asked)


@get(f"{ROOT}/{{kind:str}}", include_in_schema=False)
async def take_reserve(
    request: AnyRequest, kind: FromPath[Literal["xlsx", "pdf"]], front: NamedDependency[Front]
) -> Response[bytes]:
    """What the page shows, as a file."""
    asked, _ = _asked(address_of(request))

    def work(found: Look) -> Response[bytes]:
        read, words = _read(found, asked)
        return as_answer(Writer(finished(read, words), found.reader), kind, MEDIA_TYPES[kind])

    return await look(request, front, work)


def _limit(typed: str) -> int | None:
    """Read a limit; None when nothing was typed. Raises `Unreadable`."""
    limit = read_money([typed])
    if limit is not None and not 0 <= limit <= LIMIT_FEN_MAX:
        raise Unreadable("money")
    return limit


def _asked(address: Address) -> tuple[Asked, bool]:
    """Read what is asked for, and whether the limit could be read; without one, the line stands at the usual limit."""
    try:
        return Asked(address.get("ranking"), _limit(address.get("limit"))), True
    except Unreadable:
        return Asked(address.get("ranking")), False


def _plain(fen: int) -> str:
    """Write a limit as the number field takes it: without the fen where there are none."""
    return yuan(fen).removesuffix(".00")


def _slider(found: Reserve) -> dict[str, int]:
    """Give the slider's ends and place in yuan: from nothing to all that competes, or to the limit where it is more."""
    every = found.found.total.above_cost + found.found.total.below_cost
    top = max(every, found.usual_limit, found.found.limit)
    steps = -(-top // (STEP_YUAN * FEN_PER_YUAN))
    return {"max": max(1, steps) * STEP_YUAN, "step": STEP_YUAN, "value": found.found.limit // FEN_PER_YUAN}


def _files(address: Address) -> dict[str, str]:
    return {kind: Address(f"{ROOT}/{kind}", address.query).with_() for kind in ("xlsx", "pdf")}


def _columns(t: Speech, names: Sequence[str]) -> list[Column]:
    titles = {name: t(f"reserve.column.{name}") for name in names}
    titles |= {name: t("reports.in_yuan", title=titles[name]) for name in MONEY if name in titles}
    return [Column(name, title, numeric=name in NUMERIC) for name, title in titles.items()]


def _told(found: Reserve, formats: Formats, t: Speech) -> list[str]:
    """Say what the line means, and what the year's ceiling leaves."""
    line, total = found.found, found.found.total
    lines = [
        t("reserve.told_above", count=total.above, amount=formats.money(total.above_cost)),
        t("reserve.told_below", count=total.below, amount=formats.money(total.below_cost)),
        t("reserve.told_left", amount=formats.money(line.left)),
    ]
    if found.ceiling is not None:
        ceiling, selected = formats.money(found.ceiling), formats.money(found.selected)
        lines.append(t("reserve.told_year", year=found.year, ceiling=ceiling, selected=selected))
    return lines


def _best(found: Reserve, words: Words) -> dict[str, Any] | None:
    """Say what the best set is worth beside the line, and which projects make the difference."""
    best, t, formats = found.best, words.reader.t, Formats(words.reader.t, CHINA)
    if best is None:
        return None

    def said(key: str, count: int, cost: int, index: Fraction) -> str:
        return t(key, count=count, amount=formats.money(cost), index=hundredths_of(index))

    lines = [
        said("reserve.best_line_is", best.line_count, best.line_cost, best.line_index),
        said("reserve.best_set_is", best.count, best.cost, best.index),
    ]
    if best.unscored:
        lines.append(t("reserve.best_unscored", count=best.unscored))
    groups = (("reserve.best_added", best.added), ("reserve.best_left_out", best.left_out))
    return {
        "lines": lines,
        "groups": [(t(key), [_member(one, formats) for one in places]) for key, places in groups if places],
    }


def _member(place: Place, formats: Formats) -> dict[str, str]:
    code, name = place.project.code, text_in(place.project.data, "name")
    told = f"{text_in(place.row, 'index')} · {formats.money(place.cost)}"
    return {"code": code, "name": name, "url": item_url(code), "told": told}


def _row(one: Lined, found: Reserve, words: Words) -> dict[str, Any]:
    place, row, data = one.place, one.place.row, one.place.project.data
    tone: Tone = "plain" if one.running is None else "good" if one.above else "warn" if one.fits else "bad"
    return {
        "rank": place.rank,
        "code": place.project.code,
        "name": text_in(data, "name"),
        "url": item_url(place.project.code),
        "township": words.reader.unit(found.townships[place.project.code]),
        "categories": [words.category(name) for name in categories(place.project)],
        "index": text_in(row, "index"),
        "components": _components(row, words),
        "tie": words.tie(place.tie),
        "submitted_at": text_in(row, "submitted_at"),
        "draw": text_in(row, "draw"),
        "published": words.published(place.project),
        "state": words.state(place.project),
        "cost": place.cost,
        "running": one.running,
        "line": Status(words.standing(one), tone),
        "is_below": one.running is not None and not one.above,
    }


def _components(row: Row, words: Words) -> list[tuple[str, str]]:
    """Give every other component that a project is ranked by, with its name; none where nobody scored it."""
    t, formats = words.reader.t, Formats(words.reader.t, CHINA)
    if not row:
        return []
    points = [(t(f"reserve.column.{name}"), str(row.get(name, ""))) for name in POINTS if name != "index"]
    sums = [(t(f"reserve.column.{name}"), formats.money(number_in(row, name))) for name in PER_HEAD]
    return [(t("reserve.column.class"), words.priority(row)), *points, *sums]


def _groups(found: Reserve, words: Words) -> list[tuple[str, list[tuple[str, Sums]]]]:
    t, line = words.reader.t, found.found
    return [
        (t("reserve.by_township"), [(words.reader.unit(unit), sums) for unit, sums in line.by_township.items()]),
        (t("reserve.by_category"), [(words.category(name), sums) for name, sums in line.by_category.items()]),
    ]


def _exception(one: OutOfOrder, words: Words) -> dict[str, Any]:
    return {
        "code": one.project.code,
        "name": text_in(one.project.data, "name"),
        "url": item_url(one.project.code),
        "published": words.published(one.project),
        "at": day_of(one.admitted_at),
        "by": words.reader.person(one.by),
        "ahead": ", ".join(one.ahead),
        "reason": one.reason,
    }


HANDLERS: list[HTTPRouteHandler] = [show_reserve, take_reserve]
