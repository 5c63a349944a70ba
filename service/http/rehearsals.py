"""Trying a definition: as anybody, on a made-up item in memory; and on the items there were, played anew."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Annotated, Any

import msgspec
import yaml
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter

from adapters import shipped
from adapters.memory.rehearsing import Scene, Stage
from adapters.sql.backtests import BATCH, backtests
from adapters.sql.publishing import Edition, Publishing
from adapters.sql.reads.paging import next_case
from engine.backtesting import Replayed
from engine.checking import Checked
from engine.definition import Definition
from engine.duration import DurationError, parse_duration
from engine.options import Option
from engine.refusal import Conflict, Refusal, Refused
from engine.trials import TrialStep
from service.http.answers import problems
from service.http.change_shapes import BacktestLine, BacktestPage
from service.http.changes import VERSION
from service.http.contract import Named, StateShape
from service.http.definition_shapes import DraftShape
from service.http.definitions import Version, draft_shape, trial
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import After
from service.http.reader import reader_for, rendering_for
from service.http.rehearsal_shapes import (
    NoticeTried,
    OpenAction,
    RehearsalKept,
    RehearsalOrder,
    RehearsalShape,
    SceneShape,
    StepShape,
)
from service.http.rendering import Rendering
from service.http.visit import note
from service.web.views.backtest_words import difference_words
from service.web.views.reader import Reader

TESTS = "tests:"
YEAR = timedelta(days=365)

Since = Annotated[date | None, QueryParameter(required=False, description="Cases opened from this day on.")]
Played = Annotated[int, QueryParameter(ge=1, le=BATCH, description="Cases of the page.")]


@post(f"{VERSION}/rehearsals", status_code=200, responses=problems(404, 413, 422), tags=["definitions"])
async def rehearse(
    request: AnyRequest,
    key: FromPath[str],
    version: Version,
    data: JSONBody[RehearsalOrder],
    front: NamedDependency[Front],
) -> RehearsalShape:
    """Play steps on a version, a draft too: in memory, with a made-up office; nothing is kept, sent or posted."""
    rendering, steps = rendering_for(request, front), [step_of(step) for step in data.steps]

    def play() -> RehearsalShape:
        stage = Stage(trial(front, rendering, key, version), shipped.policies())
        stage.play(steps)
        return _rehearsal(rendering, stage)

    return await in_thread(front.assembly.slow_threads, play)


@post(f"{VERSION}/tests", responses=problems(404, 409, 413, 422), tags=["definitions"])
async def keep(
    request: AnyRequest,
    key: FromPath[str],
    version: Version,
    data: JSONBody[RehearsalKept],
    front: NamedDependency[Front],
) -> DraftShape:
    """Write a rehearsal into a draft as one of its `tests`, which every check and every publishing runs."""
    author, rendering = caller_of(request).actor.id, rendering_for(request, front)
    note(request, definition=key, version=version)

    def work() -> DraftShape:
        written, checked = keep_test(front.assembly.publishing, key, version, data, author)
        return draft_shape(rendering, written, checked)

    return await in_thread(front.assembly.slow_threads, work)


def keep_test(
    publishing: Publishing, key: str, version: int, data: RehearsalKept, author: str
) -> tuple[Edition, Checked]:
    """Write a rehearsal into a draft; raises `Conflict` when the version is none any more, or changed meanwhile."""
    edition = publishing.edition(key, version)
    if not edition.is_open:
        raise Conflict(version)
    source = with_test(edition.source, data.name, [plain(step) for step in data.steps])
    checked = publishing.check(source, key)
    written = publishing.draft(key, source, sha256(source.encode()).hexdigest(), author, edition.digest)
    return written, checked


def with_test(source: str, name: str, steps: list[dict[str, Any]]) -> str:
    """Give the text of a definition with one more test, the newest first."""
    lines = [f"  {name}:", *(f"    - {_flow(step)}" for step in steps)]
    text = source.splitlines()
    if TESTS not in text:
        text += ["", TESTS]
    at = text.index(TESTS) + 1
    return "\n".join([*text[:at], *lines, *text[at:]]) + "\n"


def _flow(step: dict[str, Any]) -> str:
    """Spell a step on one line."""
    spelled: str = yaml.safe_dump(step, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6)
    return spelled.strip()


def plain(step: StepShape) -> dict[str, Any]:
    """Give what a step says, without what it leaves out."""
    return {name: value for name, value in msgspec.to_builtins(step).items() if value not in (None, "", {}, [])}


def step_of(step: StepShape) -> TrialStep:
    """Read a step; raises `Refused` for a period that is none."""
    try:
        wait = None if step.wait is None else parse_duration(step.wait)
    except DurationError as error:
        raise Refused(Refusal("rehearsal.wait", where="wait", params={"cause": str(error)})) from error
    return TrialStep(
        who=step.who or "",
        do=step.do or "",
        form=step.form,
        comment=step.comment,
        to=step.to,
        wait=wait,
        state=step.state,
        refused=tuple(step.refused),
    )


def _rehearsal(rendering: Rendering, stage: Stage) -> RehearsalShape:
    case, scenes = stage.case, [_scene(rendering, stage, scene) for scene in stage.scenes]
    return RehearsalShape(
        scenes=scenes,
        passed=not any(scene.failure for scene in scenes),
        state=_state(rendering, stage, "" if case is None else case.state),
        data={} if case is None else dict(case.data),
        due_at=None if case is None or case.clock is None else case.clock.due_at,
        tasks=[] if case is None else [task.principal for task in case.tasks],
        open=[_open(rendering, name, option) for name, option in stage.open_to()],
        people=list(stage.facts.homes),
    )


def _scene(rendering: Rendering, stage: Stage, scene: Scene) -> SceneShape:
    return SceneShape(
        person=scene.person,
        at=scene.at,
        state=_state(rendering, stage, scene.state),
        failure=scene.failure,
        refused=[rendering.wording.reason(reason) for reason in scene.refused],
        would_send=[NoticeTried(notice.kind, list(notice.audience)) for notice in scene.notices],
        would_post=[{"rule": posted.rule, "entry": posted.entry} for posted in scene.postings],
    )


def _state(rendering: Rendering, stage: Stage, name: str) -> StateShape | None:
    state = stage.process.definition.states.get(name)
    return None if state is None else rendering.state(state)


def _open(rendering: Rendering, name: str, option: Option) -> OpenAction:
    return OpenAction(
        who=name,
        action=Named(option.action.name, rendering.text(option.action.title)),
        edit=list(option.edit),
        require=list(option.require),
        missing=[rendering.wording.reason(reason) for reason in option.missing],
    )


@get(f"{VERSION}/backtest", responses=problems(404, 422), tags=["definitions"])
async def past(  # each is a parameter of the address
    request: AnyRequest,
    key: FromPath[str],
    version: Version,
    front: NamedDependency[Front],
    since: Since = None,
    after: After = None,
    limit: Played = BATCH,
) -> BacktestPage:
    """Play cases of the last year (or opened from a day on) anew on the version; nothing is changed."""
    reader, assembly = reader_for(request, front), front.assembly
    now = assembly.clock.now()
    start = now - YEAR if since is None else datetime.combine(since, time(), UTC)

    def look() -> BacktestPage:
        process = trial(front, reader.rendering, key, version)
        found = backtests(assembly.database, assembly.library, process, now, start, after=after or "", limit=limit)
        lines = [_line(one, process.definition, reader) for one in found if one.differs]
        return BacktestPage(
            key=key,
            version=version,
            cases=len(found),
            decisions=sum(one.decisions for one in found),
            set_aside=sum(one.set_aside for one in found),
            money=sum(line.amount for line in lines),
            differences=lines,
            next=next_case(found, limit),
        )

    return await in_thread(assembly.slow_threads, look)


def _line(found: Replayed, definition: Definition, reader: Reader) -> BacktestLine:
    assert found.step is not None
    assert found.at is not None
    wording = reader.rendering.wording
    return BacktestLine(
        item_id=found.case_id,
        code=found.code,
        step=found.step,
        at=found.at,
        actor=reader.rendering.person(found.actor),
        action=found.action,
        state=found.state,
        was=found.was,
        would_be=found.would_be,
        amount=found.amount,
        message=difference_words(found, definition, reader, wording.sentence),
        reasons=[wording.reason(reason) for reason in found.reasons],
    )


HANDLERS: list[HTTPRouteHandler] = [rehearse, keep, past]
