"""The page `/dev/parts`: every part in every state, on made-up values, for tests and for those who write pages.

Only a demonstration or a test registers these routes.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import HTTPRouteHandler

from adapters.diagrams import Edge, EdgeKind, Graph, Node, NodeKind, Phase, lay_out
from engine.texts import Text
from service.texts import LANGUAGES, Speech
from service.web.charts import Bar, Bars, Lines, Part, Series, Stack, Stacks, round_top
from service.web.diagram import Diagram, Marks, draw
from service.web.fields import Choice, Field, FileLink, Kind, with_rows
from service.web.form_input import FormInput, Intent, read_form
from service.web.lists import Address, Column, Order, by_key, pager
from service.web.pages import (
    AnyRequest,
    address_of,
    form_values,
    page,
    preferences_of,
    problem_page,
    site_of,
    speech_of,
)
from service.web.parts import Fact, KeyHelp, Stage, StageState, Status, Tab, TaskLine, TimelineEntry, Tone
from service.web.saved_views import QUEUE, SavedView

PATH = "/dev/parts"
TEMPLATE = "dev/parts.html"
AMOUNTS = (128_000_00, 999_999_999_99, 56_50)
DAYS_LEFT = (3, 1, 0, -2, None)
DUE_ON = date(2026, 12, 5)
AT = datetime(2026, 11, 30, 2, 32, tzinfo=UTC)
PHASES = ("apply", "review", "panel", "reserve", "approve", "build", "accept", "evaluate")
PEOPLE = ("wang", "li", "zhao")


def sample_fields(t: Speech) -> list[Field]:
    """A form with a field of every kind."""
    report = FileLink("f1", t("dev.file"), 1_843_200, "/files/f1", t("dev.file_note"))
    categories = [Choice(name, t(f"dev.category.{name}")) for name in ("platform", "network", "data", "security")]
    places = [Choice(f"place-{number}", t("dev.place", number=number)) for number in range(1, 13)]
    return [
        Field(
            "name", t("dev.field.name"), value=t("dev.long_name"), length_max=80, hint=t("dev.hint"), help=t("dev.help")
        ),
        Field("reason", t("dev.field.reason"), "long_text", required=False, length_max=2000),
        Field("people_served", t("dev.field.people_served"), "integer", 12_000),
        Field("amount", t("dev.field.amount"), "money", AMOUNTS[0], hint=t("dev.hint_money")),
        Field("start_on", t("dev.field.start_on"), "date", DUE_ON),
        Field("category", t("dev.field.category"), "choice", "data", choices=categories),
        Field("place", t("dev.field.place"), "choice", choices=places),
        Field("systems", t("dev.field.systems"), "choices", ("data",), choices=categories, required=False),
        Field("promise", t("dev.field.promise"), "boolean", value=True),
        Field("report", t("dev.field.report"), "file", (report,), accept=("pdf", "docx", "ofd")),
        Field(
            "evidence",
            t("dev.field.evidence"),
            "files",
            (report, replace(report, key="f2", note="")),
            accept=("pdf", "jpg"),
            upload_url=f"{PATH}/files",
            required=False,
        ),
        Field(
            "owner", t("dev.field.owner"), "person", choices=_people(t)[:2], value="wang", search_url=f"{PATH}/people"
        ),
        Field("unit", t("dev.field.unit"), "unit", raw=t("dev.unknown_unit")),
        _budget(t),
    ]


def wrong_fields(t: Speech) -> list[Field]:
    """The same form as it comes back when nothing in it could be read."""
    wrong: dict[Kind, str] = {
        "integer": t("dev.wrong"),
        "money": "12.345",
        "date": "2026-02-30",
        "choice": t("dev.wrong"),
    }
    typed = {field.name: [wrong[field.kind]] for field in sample_fields(t) if field.kind in wrong}
    typed |= {"budget-0-item": [t("dev.item.server")], "budget-0-amount": [t("dev.wrong")], "intent": ["submit"]}
    renamed = [_prefixed(field, "wrong-") for field in read_form(sample_fields(t), typed, t).fields]
    return [
        replace(field, error=t("dev.missing", label=field.label))
        if field.kind in {"boolean", "files", "person", "choices"}
        else field
        for field in renamed
    ]


def _prefixed(field: Field, prefix: str) -> Field:
    rows = [[_prefixed(cell, prefix) for cell in row] for row in field.rows]
    return replace(field, name=prefix + field.name, rows=rows)


def _budget(t: Speech) -> Field:
    table = Field(
        "budget",
        t("dev.field.budget"),
        "table",
        hint=t("dev.hint_budget"),
        columns=(
            Field("item", t("dev.field.item")),
            Field("count", t("dev.field.count"), "integer"),
            Field("amount", t("dev.field.line_amount"), "money", totalled=True),
            Field("urgent", t("dev.field.urgent"), "boolean", required=False),
        ),
    )
    lines = [("server", 2, 90_000_00), ("licence", 10, 38_000_00)]
    return with_rows(
        table, [{"item": t(f"dev.item.{item}"), "count": count, "amount": fen} for item, count, fen in lines]
    )


def _people(t: Speech) -> list[Choice]:
    return [Choice(name, t(f"dev.person.{name}"), t("dev.unit")) for name in PEOPLE]


def _table(address: Address, t: Speech) -> dict[str, Any]:
    order = Order.read(address, ("title", "due", "amount"), "due")
    columns = [
        Column("code", t("dev.column.code"), narrow=True),
        order.column("title", t("dev.column.title")),
        Column("status", t("dev.column.status")),
        order.column("due", t("dev.column.due")),
        order.column("amount", t("dev.column.amount"), numeric=True),
    ]
    statuses = _statuses(t)
    rows = [
        {
            "code": f"QH2026-{number:04}",
            "title": t("dev.long_name"),
            "status": statuses[number % 5],
            "fen": AMOUNTS[number % 3],
            "left": DAYS_LEFT[number % 5],
            "on": DUE_ON,
            "url": f"/items/QH2026-{number:04}",
        }
        for number in range(1, 8)
    ]
    links = pager(address, len(rows), next_key="k8", previous_key="k0", total=10_000, total_capped=True)
    return {"columns": columns, "column": by_key(columns), "rows": rows, "pager": links}


def _statuses(t: Speech) -> list[Status]:
    tones: tuple[Tone, ...] = ("plain", "good", "active", "warn", "bad")
    return [Status(t(f"dev.status.{tone}"), tone) for tone in tones]


def _lists(t: Speech) -> dict[str, Any]:
    statuses = _statuses(t)
    states: tuple[StageState, ...] = ("done", "done", "done", "current", "ahead", "ahead", "ahead", "ahead")
    return {
        "statuses": statuses,
        "tasks": [
            TaskLine(t("dev.task.basics"), statuses[1], "#basics", t("dev.hint")),
            TaskLine(t("dev.task.budget"), statuses[2], "#budget"),
            TaskLine(t("dev.task.promise"), statuses[0]),
        ],
        "facts": [
            Fact(t("dev.field.name"), t("dev.long_name"), "#name"),
            Fact(t("dev.field.unit"), t("dev.unit")),
            Fact(t("dev.field.reason"), t("dev.opinion"), "#reason"),
        ],
        "entries": [
            TimelineEntry(t("dev.event.returned"), AT, t("dev.person.wang"), t("dev.opinion"), "warn", statuses[3]),
            TimelineEntry(t("dev.event.submitted"), AT, t("dev.person.li"), tone="good"),
            TimelineEntry(t("dev.event.refused"), AT, t("dev.person.zhao"), t("dev.opinion"), "bad",
                          files=(FileLink("f1", t("dev.file"), 20_480, "/files/f1"),)),
            TimelineEntry(t("dev.event.drafted"), AT),
        ],
        "stages": [Stage(t(f"dev.phase.{name}"), state) for name, state in zip(PHASES, states, strict=True)],
        "stopped": [Stage(t("dev.phase.apply"), "done"), Stage(t("dev.phase.review"), "stopped")],
        "shelf": QUEUE,
        "kept_views": [SavedView(t("dev.tab.facts"), PATH, (("view", "mine"),), is_first=True)],
        "tabs": [Tab(t(f"dev.tab.{name}"), f"#{name}", current=name == "facts", count=count)
                 for name, count in (("facts", None), ("money", None), ("opinions", 12))],
        "keys": [KeyHelp("J K", t("dev.key.walk")), KeyHelp("ctrl+enter", t("dev.key.send"))],
    }  # fmt: skip


def _diagram(request: AnyRequest) -> Diagram:
    zh, en = (site_of(request).speech(language) for language in LANGUAGES)

    def text(key: str) -> Text:
        return Text(zh(f"dev.{key}"), en(f"dev.{key}"))

    phases = [Phase(name, text(f"phase.{name}")) for name in PHASES]
    kinds: dict[str, NodeKind] = {"reserve": "rest", "build": "system", "evaluate": "end"}
    nodes = [Node(name, text(f"phase.{name}"), name, kinds.get(name, "work")) for name in PHASES]
    nodes += [
        Node("amend", text("event.returned"), "review"),
        Node("refused", text("event.refused"), "evaluate", "end"),
    ]
    moves: list[tuple[str, str, EdgeKind]] = [
        *((name, following, "forward") for name, following in pairwise(PHASES)),
        ("review", "amend", "return"),
        ("amend", "review", "system"),
        *((name, "refused", "negative") for name in ("review", "panel", "approve", "accept")),
        ("approve", "reserve", "return"),
        ("build", "accept", "neutral"),
    ]
    words = {kind: text(f"move.{kind}") for kind in ("forward", "return", "negative", "system", "neutral")}
    graph = Graph(phases, nodes, [Edge(tail, kind, head, words[kind], kind) for tail, head, kind in moves])
    marks = Marks(
        current="panel",
        visited=frozenset({"apply", "review", "amend"}),
        taken=frozenset({"apply/forward/review", "review/return/amend", "amend/system/review", "review/forward/panel"}),
        heat={"reserve": 1, "approve": 2, "build": 3, "accept": 4},
        notes={"accept": "12"},
    )
    t = speech_of(request)
    return draw("process", t("dev.section.diagram"), graph, lay_out(graph), preferences_of(request).language, marks)


def _charts(t: Speech) -> dict[str, Any]:
    phases = [t(f"dev.phase.{name}") for name in PHASES]
    sizes = (3, 0, 120, 1, 45, 7, 2, 9)
    bars = [Bar(phase, size, str(size), f"#{size}") for phase, size in zip(phases, sizes, strict=True)]
    kinds = [t(f"dev.tab.{name}") for name in ("facts", "money", "opinions")]
    parts = [
        [Part(kind, size, str(size)) for kind, size in zip(kinds, (one, one // 2, 3), strict=True)] for one in sizes
    ]
    stacks = [Stack(phase, found) for phase, found in zip(phases, parts, strict=True)]
    series = [
        Series(kind, [step * size for step in range(8)], [str(step * size) for step in range(8)])
        for kind, size in zip(kinds, (900, 500, 120), strict=True)
    ]
    top = round_top(value for one in series for value in one.values)
    return {
        "bars": Bars("dev-bars", t("dev.section.table"), t("dev.field.name"), t("dev.field.budget"), bars),
        "stacks": Stacks("dev-stacks", t("dev.section.stages"), t("dev.field.name"), kinds, stacks),
        "lines": Lines("dev-lines", t("dev.section.charts"), t("dev.field.name"), phases, series, top,
                       [str(top * step // 4) for step in range(5)]),
    }  # fmt: skip


def _show(request: AnyRequest, form: FormInput) -> Response[str]:
    t = speech_of(request)
    wrong = FormInput(form.intent, wrong_fields(t))
    return page(
        request,
        TEMPLATE,
        title=t("dev.title"),
        form=form,
        wrong=wrong.fields,
        problems=wrong.problems,
        days_left=DAYS_LEFT,
        due_on=DUE_ON,
        at=AT,
        diagram=_diagram(request),
        table=_table(address_of(request), t),
        **_lists(t),
        **_charts(t),
    )


@get(PATH, sync_to_thread=False, include_in_schema=False)
def show_parts(request: AnyRequest) -> Response[str]:
    """Every part in every state."""
    fields = sample_fields(speech_of(request))
    if "read" in request.query_params:
        fields = [replace(field, read_only=True) for field in fields]
    return _show(request, FormInput(Intent(), fields))


@post(PATH, include_in_schema=False)
async def take_parts(request: AnyRequest) -> Response[str]:
    """The form sent by its buttons, with rows added or taken out."""
    t = speech_of(request)
    return _show(request, read_form(sample_fields(t), form_values(await request.form()), t))


@post(f"{PATH}/draft", include_in_schema=False, status_code=200)
async def save_draft(request: AnyRequest) -> dict[str, Any]:
    """A draft as autosave sends it."""
    form = await request.form()
    return {"saved_at": AT.strftime("%H:%M"), "revision": int(form["revision"]) + 1}


@post(f"{PATH}/files", include_in_schema=False, status_code=200)
async def take_file(request: AnyRequest) -> Response[str]:
    """A file sent by the upload module; the answer is the list of stored files."""
    upload = (await request.form())["evidence"]
    assert isinstance(upload, UploadFile)
    link = FileLink("f9", upload.filename, len(await upload.read()), "/files/f9")
    return page(request, "dev/stored.html", title="", field=Field("evidence", "", "files", (link,)))


@get(f"{PATH}/people", sync_to_thread=False, include_in_schema=False)
def find_people(request: AnyRequest) -> Response[str]:
    """People whose name holds the typed text, as the finder part wants them."""
    t = speech_of(request)
    typed = address_of(request).get("owner-search")
    found = [choice for choice in _people(t) if typed.lower() in choice.label.lower()]
    field = Field("owner", "", "person", choices=found, raw=typed)
    return page(request, "dev/found.html", title="", field=field)


@get("/dev/confirm", sync_to_thread=False, include_in_schema=False)
def show_confirm(request: AnyRequest) -> Response[str]:
    """A page that asks before something big happens."""
    t = speech_of(request)
    return page(
        request,
        "confirm.html",
        title=t("dev.button.pay"),
        text=t("dev.opinion"),
        consequences=[t("dev.reason.balance"), t("dev.reason.contract")],
        action=PATH,
        hidden=[("intent", "save")],
        label=t("dev.button.pay"),
        danger=True,
        back_url=PATH,
    )


@get("/dev/problem", sync_to_thread=False, include_in_schema=False)
def show_problem(request: AnyRequest) -> Response[str]:
    """A page that says what went wrong."""
    t = speech_of(request)
    return problem_page(request, 403, t("dev.event.refused"), t("dev.opinion"), [t("dev.reason.balance")])


def dev_handlers() -> list[HTTPRouteHandler]:
    """The routes of the parts page."""
    return [show_parts, take_parts, save_draft, take_file, find_people, show_confirm, show_problem]
