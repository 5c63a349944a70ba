"""Pages on which a version is tried: with a made-up office, as any of its people; and on the cases of the past."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from adapters import shipped
from adapters.memory.rehearsing import Stage, failures
from adapters.sql.backtests import backtests
from adapters.sql.reads.paging import next_case
from engine.loading.limits import TRIAL_STEPS_MAX
from engine.process import Process
from engine.refusal import Conflict, Refusal, Refused
from engine.trials import INITIATOR, SAVE, START
from service.http.definitions import trial
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.rehearsal_shapes import RehearsalKept, StepShape
from service.http.rehearsals import YEAR, keep_test, step_of
from service.http.visit import note
from service.texts.flaws import sentence
from service.web.definition_pages import allowed
from service.web.desk import AnyPage
from service.web.form_input import Intent, read_form
from service.web.lists import Column, by_key, pager
from service.web.pages import address_of, form_values, page, speech_of
from service.web.parts import Status
from service.web.reading import Look, look
from service.web.rehearsal import Rehearsal, shape_of, values_of
from service.web.views.backtest_words import difference_words
from service.web.views.definitions import ROOT, version_url

VERSION = f"{ROOT}/{{key:str}}/{{version:int}}"
STEPS_BYTES_MAX = 1 << 19
FINE, WRONG = 200, 422
WAITS = ("working days", "days", "months")
PLAYED_AT_ONCE = 20
"""Cases of the past that one page plays."""

STEPS = msgspec.json.Decoder(list[StepShape])


class Played(Struct, frozen=True):
    """What a form made of the rehearsal: its steps, who goes on, and why the last step was not taken."""

    steps: Sequence[StepShape]
    person: str = ""
    wrong: Sequence[str] = ()
    refused: StepShape | None = None
    said: str = ""


@get(f"{VERSION}/rehearse", include_in_schema=False)
async def show_rehearsal(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> Response[str]:
    """Begin a rehearsal, or play a kept test."""
    name = address_of(request).get("test")

    def work(found: Look, process: Process) -> Played:
        del found
        steps = next((test.steps for test in process.definition.tests if test.name == name), ())
        return Played([shape_of(step) for step in steps])

    return await _rehearsal(request, front, key, version, work)


@post(f"{VERSION}/rehearse", include_in_schema=False, request_max_body_size=STEPS_BYTES_MAX)
async def rehearse(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> Response[str]:
    """Take a step more, or one less, or look as somebody else."""
    form = await request.form()
    return await _rehearsal(request, front, key, version, lambda found, process: _played(found, process, form))


async def _rehearsal(request: AnyRequest, front: Front, key: str, version: int, work: Any) -> Response[str]:  # noqa: ANN401  # gives Played
    def play(found: Look) -> dict[str, Any]:
        process = trial(front, found.reader.rendering, key, version)
        played: Played = work(found, process)
        rehearsal = _stage(found, process, played.steps, played.person)
        edition = front.assembly.publishing.edition(key, version)
        tests = _tests(found, process)
        return {
            "rehearsed": rehearsal.view(),
            "played": played,
            "pending": "" if played.refused is None else msgspec.json.encode(played.refused).decode(),
            "title": found.reader.says(process.definition.title),
            "tests": tests,
            "failing": sum(status.tone == "bad" for _, status, _ in tests),
            "may_keep": edition.is_open and allowed(found, "tests"),
            "is_open": edition.is_open,
        }

    shown, t = await look(request, front, play), speech_of(request)
    return page(
        request,
        "admin/rehearse.html",
        title=t("trying.title", title=shown.pop("title"), version=version),
        status=WRONG if shown["played"].wrong else FINE,
        url=version_url(key, version, "rehearse"),
        back_url=version_url(key, version),
        waits=WAITS,
        kept=address_of(request).get("done"),
        **shown,
    )


def _stage(found: Look, process: Process, steps: Sequence[StepShape], person: str) -> Rehearsal:
    """Play the steps; without a person named, whoever can go on goes on."""
    stage = Stage(process, shipped.policies())
    stage.play([step_of(step) for step in steps])
    if person not in stage.facts.homes:
        person = next((name for name, _ in stage.open_to()), INITIATOR)
    return Rehearsal(found, stage, steps, person)


def _played(found: Look, process: Process, form: FormMultiDict) -> Played:
    """Read what the form asks, and add it to the steps."""
    steps, intent = _steps(str(form.get("steps", "[]"))), Intent.parse(str(form.get("intent", "")))
    person = str(form.get("as", ""))
    pending = _steps(f"[{form.get('pending', '')}]")
    turned = {"restart": [], "back": steps[:-1], "expect": [*steps, *pending]}
    if intent.verb in turned:
        return Played(turned[intent.verb])
    if intent.verb == "wait":
        amount, unit = str(form.get("amount", "")).strip(), str(form.get("unit", WAITS[0]))
        return _added(found, process, steps, StepShape(wait=f"{amount} {unit}"), person)
    if intent.verb not in {START, SAVE, "submit"}:
        return Played(steps, person)
    rehearsal = _stage(found, process, steps, person)
    action = str(form.get("action", "")) if intent.verb == "submit" else ""
    option = next((one for one in rehearsal.options() if one.action.name == action), None)
    fields = rehearsal.fields() if option is None else rehearsal.of_action(option).fields
    read = read_form(fields, form_values(form), found.t)
    if read.problems:
        return Played(steps, person, [one.message for one in read.problems])
    case = rehearsal.stage.case
    step = StepShape(
        who=rehearsal.person,
        do=action or intent.verb,
        form=values_of(read, process.definition, {} if case is None else case.data),
        comment=str(form.get("_comment", "")).strip(),
        to=str(form.get("_to", "")) or None,
    )
    return _added(found, process, steps, step, rehearsal.person)


def _added(found: Look, process: Process, steps: Sequence[StepShape], step: StepShape, person: str) -> Played:
    """Try one step more: it is kept with where it leads; one that is refused is told, and may be kept as that."""
    say = found.reader.rendering.wording.sentence
    if len(steps) >= TRIAL_STEPS_MAX:
        return Played(steps, person, [found.t("trying.too_long", most=TRIAL_STEPS_MAX)])
    try:
        stage = Stage(process, shipped.policies())
        scenes = stage.play([step_of(one) for one in (*steps, step)])
    except Refused as refused:
        return Played(steps, person, list(map(say, refused.reasons)))
    last = scenes[-1]
    if last.refused:
        codes = list(dict.fromkeys(reason.code for reason in last.refused))
        told = [_said(found, process, reason) for reason in last.refused]
        return Played(steps, person, told, msgspec.structs.replace(step, refused=codes))
    case = stage.case
    stays = case is not None and any(
        option.allowed for option in stage.options(stage.person(person)) if person in stage.facts.homes
    )
    return Played([*steps, msgspec.structs.replace(step, state=last.state or None)], person if stays else "")


def _said(found: Look, process: Process, reason: Refusal) -> str:
    """Say a reason with the name of the field it is about, where it does not name it itself."""
    words = found.reader.rendering.wording.sentence(reason)
    field = process.definition.fields.get(reason.where.partition("[")[0])
    label = found.reader.says(field.title) if field is not None else ""
    return words if label in words else f"{label}{found.t('filling.colon')}{words}"


def _steps(text: str) -> list[StepShape]:
    try:
        return STEPS.decode(text)[:TRIAL_STEPS_MAX]
    except msgspec.MsgspecError as error:
        raise Refused(Refusal("rehearsal.steps", where="steps")) from error


def _tests(found: Look, process: Process) -> list[tuple[str, Status, str]]:
    """Run the kept tests: each by name, whether it comes out as it says, and what is different where not."""
    catalogue = found.front.assembly.catalogue
    wrong = {
        problem.path.partition(".")[2].partition("[")[0]: sentence(catalogue, found.reader.language, problem)
        for problem in failures(process, shipped.policies())
    }
    passed, failed = Status(found.t("trying.passed"), "good"), Status(found.t("trying.failed"), "bad")
    names = [test.name for test in process.definition.tests]
    return [(name, failed if name in wrong else passed, wrong.get(name, "")) for name in names]


@post(f"{VERSION}/tests", include_in_schema=False, request_max_body_size=STEPS_BYTES_MAX)
async def keep(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> AnyPage:
    """Keep the rehearsal in the draft as one of its tests."""
    form, t, author = await request.form(), speech_of(request), caller_of(request).actor.id
    steps, name = _steps(str(form.get("steps", "[]"))), str(form.get("name", "")).strip()
    person = str(form.get("as", ""))
    try:
        data = msgspec.convert({"name": name, "steps": msgspec.to_builtins(steps)}, RehearsalKept)
    except msgspec.ValidationError:
        wrong = [t("trying.bad_name") if steps else t("trying.no_steps")]
        return await _rehearsal(request, front, key, version, lambda *_: Played(steps, person, wrong))
    note(request, definition=key, version=version)
    publishing = front.assembly.publishing

    def work() -> bool:
        known = publishing.check(publishing.edition(key, version).source, key).definition
        if known is not None and any(test.name == name for test in known.tests):
            return False
        keep_test(publishing, key, version, data, author)
        return True

    try:
        if not await in_thread(front.assembly.slow_threads, work):
            wrong = [t("trying.name_taken", name=name)]
            return await _rehearsal(request, front, key, version, lambda *_: Played(steps, person, wrong))
    except Conflict:
        return await _rehearsal(request, front, key, version, lambda *_: Played(steps, person, [t("trying.closed")]))
    return Redirect(f"{version_url(key, version, 'rehearse')}?test={name}&done=kept", status_code=303)


@get(f"{VERSION}/backtest", include_in_schema=False)
async def show_backtest(
    request: AnyRequest, key: FromPath[str], version: FromPath[int], front: NamedDependency[Front]
) -> Response[str]:
    """Decisions of the past that would come out differently, with the money concerned."""
    address, t, assembly = address_of(request), speech_of(request), front.assembly
    now = assembly.clock.now()
    since = _day(address.get("since")) or (now - YEAR).date()

    def work(found: Look) -> dict[str, Any]:
        process = trial(front, found.reader.rendering, key, version)
        start, after = datetime.combine(since, time(), UTC), address.get("after")
        played = backtests(assembly.database, assembly.library, process, now, start, after=after, limit=PLAYED_AT_ONCE)
        differing = [one for one in played if one.differs]
        say = found.reader.rendering.wording.sentence
        rows = [(one, difference_words(one, process.definition, found.reader, say)) for one in differing]
        return {
            "rows": rows,
            "title": found.reader.says(process.definition.title),
            "cases": len(played),
            "decisions": sum(one.decisions for one in played),
            "set_aside": sum(one.set_aside for one in played),
            "money": sum(one.amount for one in differing),
            "pager": pager(address, len(rows), next_key=next_case(played, PLAYED_AT_ONCE)),
        }

    shown = await look(request, front, work)
    columns = [
        Column("item", t("changing.column.item")),
        Column("what", t("changing.column.what")),
        Column("amount", t("backtest.amount"), numeric=True),
    ]
    return page(
        request,
        "admin/backtest.html",
        title=t("backtest.title", title=shown.pop("title"), version=version),
        back_url=version_url(key, version),
        since=since,
        column=by_key(columns),
        columns=columns,
        **shown,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


HANDLERS: list[HTTPRouteHandler] = [show_rehearsal, rehearse, keep, show_backtest]
