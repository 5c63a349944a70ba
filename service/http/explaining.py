"""Why, and what then: the account of an item's tasks, day and ways on, in the reader's language."""

from datetime import date, datetime

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.directory import CaseFacts
from adapters.sql.histories import history
from engine.case import Case, Task
from engine.commands import Act
from engine.definition import Comment
from engine.explaining import could, due_account, foresee
from service.http.answers import problems
from service.http.contract import Named
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of
from service.http.items import looking
from service.http.problems import Reason
from service.http.rendering import Rendering
from service.web.views.reader import Reader
from service.web.views.why_words import period_words, why_words


class CandidateShape(msgspec.Struct):
    """Somebody behind a task; `reasons` say what keeps them from deciding it."""

    person: Named
    reasons: list[Reason]


class TaskExplained(msgspec.Struct):
    """An open task: `why` it is whose it is, in sentences, and who `could` decide it."""

    task: str
    why: list[str]
    could: list[CandidateShape]


class DueExplained(msgspec.Struct):
    """How the deadline was counted: the period from its start, over the days that `counted`.

    `moved`: a pause or a change has moved it since; `provisional`: it counts days of a year not announced yet.
    """

    started_at: datetime
    due_at: datetime
    period: str
    counted: list[date]
    provisional: bool
    moved: bool


class ActionExplained(msgspec.Struct):
    """What an action would come to now for the reader: where, with whom, by when; or why it is refused."""

    action: str
    title: str
    state: str
    holders: list[str]
    due_at: datetime | None
    closed: bool
    reasons: list[Reason]


class Explained(msgspec.Struct):
    """The account of an item as it is."""

    revision: int
    tasks: list[TaskExplained]
    due: DueExplained | None
    actions: list[ActionExplained]


@get("/api/v1/items/{item_id:str}/explain", responses=problems(404), tags=["items"])
async def explain(request: AnyRequest, front: NamedDependency[Front]) -> Explained:
    """Tell why each task is whose it is, who could decide it, how its day was counted, what each action comes to."""
    actor = caller_of(request).actor
    speak = front.assembly.catalogue.speak(front.answering.language(request))

    def render(case: Case, facts: CaseFacts, rendering: Rendering) -> Explained:
        process, now = front.assembly.runtime.process_of(case), front.assembly.clock.now()
        definition, reader = process.definition, Reader(speak, rendering, now)
        records = history(facts.connection, case.id)
        say = rendering.wording.reason

        def task(one: Task) -> TaskExplained:
            found = could(process, case, one, facts, now) if not one.question else ()
            people = [CandidateShape(rendering.person(who.user), [*map(say, who.refused)]) for who in found]
            return TaskExplained(one.id, why_words(definition, one, records, reader), people)

        def action(name: str, comment: Comment) -> ActionExplained:
            words = "…" if comment is Comment.REQUIRED else ""
            found = foresee(process, case, Act(case_id=case.id, actor=actor, action=name, comment=words), facts, now)
            return ActionExplained(
                action=name,
                title=rendering.text(definition.states[case.state].actions[name].title),
                state=rendering.text(definition.states[found.state].title),
                holders=[rendering.holder(principal) for principal in found.holders],
                due_at=found.due_at,
                closed=found.closed,
                reasons=[*map(say, found.refused)],
            )

        options = front.assembly.runtime.options(case, actor, facts)
        account = due_account(process, case, facts)
        counted = (
            None
            if account is None
            else DueExplained(
                account.started_at,
                account.due_at,
                period_words(definition, account.period, reader),
                list(account.counted),
                account.provisional,
                account.moved,
            )
        )
        ways = [action(option.action.name, option.action.comment) for option in options if option.allowed]
        return Explained(case.revision, [task(one) for one in case.tasks], counted, ways)

    return await looking(request, front, render)


HANDLERS: list[HTTPRouteHandler] = [explain]
