"""Pages that put running items on another version: what would become of them, the order, how far it is, taking back."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from adapters.sql.migrating import CHOSEN_MAX, Migration, Migrations
from engine.definition import Definition
from engine.impact import Fate, Impact
from engine.refusal import Conflict, NotFound, Refused
from service.changing import Survey, first_of, order_migration, survey, take_back
from service.http.change_shapes import REASON_LENGTH_MAX, STATES_MAX
from service.http.definitions import trial
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.visit import note
from service.web.definition_pages import allowed
from service.web.desk import AnyPage
from service.web.lists import Address, Column, by_key, pager
from service.web.pages import address_of, form_values, fragment, page, speech_of
from service.web.parts import Status, Tab, Tone
from service.web.reading import Look, look, wording_of
from service.web.views.definitions import ROOT, version_url
from service.web.views.impact_words import impact_words
from service.web.views.migrations import OUTCOMES, migration_view, outcome_rows

VERSION = f"{ROOT}/{{key:str}}/{{version:int}}"
ORDER = f"{VERSION}/migrations/{{migration_id:str}}"
LINES = 50
FORM_BYTES_MAX = 1 << 19
FINE, WRONG = 200, 422
TONES: Mapping[Fate, Tone] = {
    Fate.CANNOT: "bad",
    Fate.MOVES: "warn",
    Fate.REASSIGNED: "warn",
    Fate.DEADLINE: "active",
    Fate.UNCHANGED: "good",
}
TURNS = ("pause", "resume")


class ImpactRow(Struct, frozen=True):
    """What would become of one item. `words` is the sentence, `reasons` why it can not go on."""

    item_id: str
    code: str
    version: int
    state: str
    fate: Status
    words: str
    reasons: Sequence[str]


@get(f"{VERSION}/impact", include_in_schema=False)
async def show_impact(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> Response[str]:
    """Every running item on other versions: what would become of it, counts first."""
    return await _impact(request, front, key, version)


async def _impact(
    request: AnyRequest, front: Front, key: str, version: int, wrong: Sequence[str] = ()
) -> Response[str]:
    address, t = address_of(request), speech_of(request)
    fate, states = address.get("fate"), _moves([value for name, value in address.query if name == "state"])

    def work(found: Look) -> dict[str, Any]:
        process = trial(front, found.reader.rendering, key, version)
        new = process.definition
        seen = survey(front.assembly, process, states, address.get("from"))
        shown, after = first_of(seen.found, fate, address.get("after"), LINES)
        return {
            "title": found.reader.says(new.title),
            "rows": [_row(found, key, one, new) for one in shown],
            "tabs": _fates(address, fate, seen, t),
            "pager": _pager(address, seen, len(shown), after),
            "gone": _gone(found, key, seen, new, states),
            "targets": [(name, found.reader.says(state.title)) for name, state in new.states.items()],
            "total": seen.total,
            "judged": len(seen.found),
            "is_published": front.assembly.publishing.edition(key, version).status == "published",
            "may": allowed(found, "migrations"),
        }

    shown = await look(request, front, work)
    columns = [Column(name, t(f"changing.column.{name}")) for name in ("item", "state", "fate", "what")]
    title = t("changing.title", title=shown.pop("title"), version=version)
    return page(
        request,
        "admin/impact.html",
        title=title,
        status=WRONG if wrong else FINE,
        back_url=version_url(key, version),
        states=[f"{old}:{new}" for old, new in states.items()],
        wrong=wrong,
        column=by_key(columns),
        columns=columns,
        **shown,
    )


def _row(found: Look, key: str, one: Impact, new: Definition) -> ImpactRow:
    old, wording = found.definition(key, one.version), found.reader.rendering.wording
    return ImpactRow(
        item_id=one.case_id,
        code=one.code,
        version=one.version,
        state=found.reader.says(old.states[one.state].title),
        fate=Status(found.t(f"changing.fate.{one.fate}"), TONES[one.fate]),
        words=impact_words(one, old, new, found.reader),
        reasons=[wording.sentence(reason) for reason in one.reasons],
    )


def _fates(address: Address, chosen: str, seen: Survey, t: Any) -> list[Tab]:  # noqa: ANN401  # the text lookup
    counts = seen.counts
    every = Tab(t("changing.fate.all"), address.with_(fate=None, after=None), not chosen, len(seen.found))
    return [
        every,
        *(
            Tab(t(f"changing.fate.{fate}"), address.with_(fate=fate, after=None), chosen == fate, counts[fate])
            for fate in Fate
            if counts[fate]
        ),
    ]


def _pager(address: Address, seen: Survey, shown: int, after: str | None) -> Any:  # noqa: ANN401  # a Pager
    links = pager(address, shown, next_key=after)
    if after is None and seen.next is not None:
        return pager(Address.parse(address.with_(**{"from": seen.next, "after": None})), shown, next_key="")
    return links


def _gone(
    found: Look, key: str, seen: Survey, new: Definition, states: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Give the states of running items that the version does not have: name, title, and what stands for it."""
    gone = {one.state: one.version for one in seen.found if one.state not in new.states}
    return [
        (name, found.reader.says(found.definition(key, number).states[name].title), states.get(name, ""))
        for name, number in sorted(gone.items())
    ]


def _moves(pairs: Sequence[str]) -> dict[str, str]:
    """Read `old:new` pairs; what is none is left out."""
    split = (pair.partition(":") for pair in pairs[:STATES_MAX])
    return {old: new for old, colon, new in split if old and colon and new}


@post(f"{VERSION}/migrations", include_in_schema=False, request_max_body_size=FORM_BYTES_MAX)
async def order(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> AnyPage:
    """Ask once more what is to happen, then give the order."""
    form, t, assembly = await request.form(), speech_of(request), front.assembly
    reason = str(form.get("reason", "")).strip()[:REASON_LENGTH_MAX]
    is_whole = form.get("scope") != "chosen"
    items = None if is_whole else [str(one) for one in form.getall("item", [])][:CHOSEN_MAX]
    if not reason or items == []:
        missing = [t("people.reason_missing")] if not reason else []
        return await _impact(request, front, key, version, [*missing, *([] if items != [] else [t("changing.none")])])
    states = _moves([str(one) for one in form.getall("state", [])])
    if form.get("sure") != "yes":
        return await _asked(request, front, key, version, form, items)
    note(request, definition=key, version=version)
    who = caller_of(request).actor.id

    def work() -> Migration:
        return order_migration(assembly, who, key, version, states=states, chosen=items, reason=reason)

    try:
        made = await in_thread(assembly.threads, work)
    except Refused as refused:
        return await _impact(
            request, front, key, version, list(map(wording_of(request, front).sentence, refused.reasons))
        )
    return Redirect(version_url(key, version, "migrations", made.id), status_code=303)


async def _asked(
    request: AnyRequest, front: Front, key: str, version: int, form: FormMultiDict, items: Sequence[str] | None
) -> Response[str]:
    """Say what the order does, with the counts of the dry run, and ask for a yes."""
    states = _moves([str(one) for one in form.getall("state", [])])

    def work(found: Look) -> tuple[Survey, list[str]]:
        seen = survey(front.assembly, trial(front, found.reader.rendering, key, version), states)
        wanted = None if items is None else set(items)
        counts = Survey([one for one in seen.found if wanted is None or one.case_id in wanted], 0, None).counts
        return seen, [
            found.t("changing.would", fate=found.t(f"changing.fate.{fate}"), count=counts[fate])
            for fate in Fate
            if counts[fate]
        ]

    (seen, lines), t = await look(request, front, work), speech_of(request)
    count = seen.total if items is None else len(items)
    hidden = [
        (name, one)
        for name, values in form_values(form).items()
        if name not in {"_csrf", "sure"} and not (name == "item" and items is None)
        for one in values
    ]
    return page(
        request,
        "confirm.html",
        title=t("changing.sure.title", count=count, version=version),
        text=t("changing.sure.text"),
        consequences=[*lines, t("changing.sure.back")],
        action=version_url(key, version, "migrations"),
        hidden=[*hidden, ("sure", "yes")],
        label=t("changing.begin"),
        danger=False,
        back_url=version_url(key, version, "impact"),
    )


@get(ORDER, include_in_schema=False)
async def show_order(
    request: AnyRequest,
    key: FromPath[str],
    version: FromPath[int],
    migration_id: FromPath[str],
    front: NamedDependency[Front],
) -> Response[str]:
    """An order: how far it has come, what became of each item, and what can be done."""
    return await _order(request, front, key, version, migration_id)


async def _order(
    request: AnyRequest, front: Front, key: str, version: int, id: str, wrong: Sequence[str] = ()
) -> Response[str]:
    address, t, kept = address_of(request), speech_of(request), Migrations(front.assembly.database)
    outcome = address.get("outcome") if address.get("outcome") in OUTCOMES else ""
    url = version_url(key, version, "migrations", id)

    def work(found: Look) -> dict[str, Any]:
        made = _found(kept, key, version, id)
        lines = kept.outcomes(id, outcome or None, address.get("after"), LINES)
        counts = [
            Tab(t(f"changing.outcome.{one}"), f"{url}?outcome={one}", outcome == one, made.counts[one])
            for one in OUTCOMES
            if made.counts.get(one)
        ]
        every = Tab(t("changing.fate.all"), url, not outcome, sum(made.counts.values()))
        definition = found.definition(key, version)
        return {
            "procedure": found.reader.says(definition.title),
            "order": migration_view(made, definition, found.reader, url),
            "rows": outcome_rows(found.connection, lines.lines, found.reader),
            "tabs": [every, *counts],
            "pager": pager(address, len(lines.lines), next_key=lines.after),
            "may": allowed(found, "migrations"),
        }

    shown, template = await look(request, front, work), "admin/migration.html"
    columns = [Column(name, t(f"changing.column.{name}")) for name in ("item", "outcome", "what", "at", "do")]
    shown |= {"url": url, "column": by_key(columns), "columns": columns}
    title = t("changing.order_title", version=version)
    if request.headers.get("hx-request"):
        return fragment(request, template, "order", **shown)
    status, back_url = WRONG if wrong else FINE, version_url(key, version)
    return page(request, template, title=title, status=status, back_url=back_url, wrong=wrong, **shown)


def _found(kept: Migrations, key: str, version: int, id: str) -> Migration:
    made = kept.get(key, id)
    if made.version != version:
        raise NotFound(f"migration {id}")
    return made


@post(f"{ORDER}/{{verb:str}}", include_in_schema=False)
async def turn(  # each is a part of the address
    request: AnyRequest,
    key: FromPath[str],
    version: FromPath[int],
    migration_id: FromPath[str],
    verb: FromPath[str],
    front: NamedDependency[Front],
) -> AnyPage:
    """Let it stand still, go on, or take it back: one item, or (after a question) all."""
    form, t, assembly = await request.form(), speech_of(request), front.assembly
    kept, url = Migrations(assembly.database), version_url(key, version, "migrations", migration_id)
    items = [str(one) for one in form.getall("item", [])] or None
    if verb == "rollback" and items is None and form.get("sure") != "yes":
        return page(
            request,
            "confirm.html",
            title=t("changing.back_all.title"),
            text=t("changing.back_all.text"),
            consequences=[],
            action=f"{url}/rollback",
            hidden=[("sure", "yes")],
            label=t("changing.back_all.do"),
            danger=True,
            back_url=url,
        )

    def work() -> Migration:
        made = _found(kept, key, version, migration_id)
        if verb == "rollback":
            return take_back(assembly, made, items)
        if verb not in TURNS:
            raise Conflict(made.version)
        return kept.pause(made) if verb == "pause" else kept.resume(made)

    try:
        await in_thread(assembly.slow_threads, work)
    except Conflict:
        return await _order(request, front, key, version, migration_id, [t("changing.turned")])
    return Redirect(url, status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_impact, order, show_order, turn]
