"""Who holds a task, who may be given one, who is an administrator of the case: what all verbs ask first."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from engine.case import Task
from engine.definition import Verb
from engine.draft import Draft
from engine.permission import SYSTEM_PRINCIPAL
from engine.places import user
from engine.refusal import Conflict, Refusal, Refused
from engine.seating import principals
from engine.separation import separation
from engine.standing import own


def refuse(reasons: Iterable[Refusal]) -> None:
    """Raise `Refused` with all reasons, if there is any."""
    found = tuple(reasons)
    if found:
        raise Refused(*found)


def open_task(draft: Draft, task_id: str) -> Task:
    """Find an open task; `Conflict` when it is gone."""
    task = draft.task(task_id)
    if task is None:
        raise Conflict(draft.case.revision, draft.case.last.user if draft.case.last is not None else None)
    return task


def against_handling(draft: Draft, task: Task, verb: Verb | None = None) -> Iterator[Refusal]:
    """Give why the actor may not handle a task: it is not theirs, it is lent, or the verb is not for this state."""
    actor = draft.setting.actor
    if task.principal != user(actor.id):
        yield Refusal("task.claim_first" if task.principal in actor.principals else "permission.not_yours", task.id)
    elif task.draws and verb is not None:
        yield Refusal("task.is_draw", where=task.id)
    elif task.question:
        yield Refusal("task.is_question", where=task.id)
    elif task.lender is not None:
        yield Refusal("task.lent", where=task.id, params={"lender": task.lender})
    if verb is not None:
        yield from against_verb(draft, verb)


def against_verb(draft: Draft, verb: Verb) -> Iterator[Refusal]:
    """Give the refusal of a verb that the definition does not allow in this state."""
    if verb not in draft.state.verbs:
        yield Refusal("verb.not_here", where=draft.state.name, params={"verb": verb})


def against_receiving(draft: Draft, user_id: str) -> Iterator[Refusal]:
    """Give why a person may not be given work of this state: oneself, absent, or kept out by separation of duties."""
    yield from against_opinion(draft, user_id)
    receiver = replace(draft.setting.actor, id=user_id, standing_for={})
    yield from separation(draft.state, None, draft.situation(actor=receiver), None)


def against_opinion(draft: Draft, user_id: str) -> Iterator[Refusal]:
    """Give why a person may not be asked for an opinion: oneself, or absent."""
    if user_id == draft.setting.actor.id:
        yield Refusal("task.to_oneself", where=user_id)
    if not draft.setting.facts.is_enabled(user_id):
        yield Refusal("user.not_enabled", where=user_id)


def against_taking_part_twice(draft: Draft, user_id: str) -> Iterator[Refusal]:
    """Give the refusal of a person who has another task, a vote or a signature here: nobody counts twice."""
    case = draft.case
    holds = any(other.principal == user(user_id) for other in case.deciding)
    voted = any(ballot.voter == user_id for ballot in case.ballots)
    if holds or voted or any(signature.user == user_id for signature in case.signatures):
        yield Refusal("task.twice", where=case.state, params={"user": user_id})


def against_administering(draft: Draft, comment: str | None = None) -> Iterator[Refusal]:
    """Give why the actor may not act as an administrator of the case; a `comment` that is empty is one reason."""
    actor, admins = draft.setting.actor, draft.setting.process.definition.admins
    named = frozenset() if admins is None else principals(admins, draft.situation())
    if not named & own(actor) and SYSTEM_PRINCIPAL not in actor.principals:
        yield Refusal("permission.not_admin", where=draft.case.state)
    if comment is not None and not comment.strip():
        yield Refusal("comment.required", where=draft.case.state)
