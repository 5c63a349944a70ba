"""Words beside the procedure: reminding the holders, remarks, copies."""

from collections.abc import Iterator

from engine.commands import Copy, Remark, Urge
from engine.draft import Draft
from engine.events import Commented, Copied, Notified, Urged
from engine.holding import refuse
from engine.places import user
from engine.refusal import Refusal, Refused
from engine.timing import calendar_of


def urge(draft: Draft, command: Urge) -> None:
    """Remind the holders of the open tasks; at most once on a calendar day."""
    refuse(against_urge(draft))
    holders = _holders(draft)
    draft.emit(Urged(command.comment))
    draft.emit(Notified("task.urged", holders, {"by": draft.setting.actor.id, "comment": command.comment}))


def against_urge(draft: Draft) -> Iterator[Refusal]:
    """Give why the holders can not be reminded now."""
    case, now = draft.case, draft.setting.now
    calendar = calendar_of(draft)
    if case.urged_at is not None and calendar.local_day(case.urged_at) == calendar.local_day(now):
        yield Refusal("urge.once_a_day", where=case.state)
    if not _holders(draft):
        yield Refusal("urge.nobody", where=case.state)


def remark(draft: Draft, command: Remark) -> None:
    """Add a comment without deciding anything."""
    if not command.comment.strip():
        raise Refused(Refusal("comment.required", where="remark"))
    draft.emit(Commented(command.comment))


def against_nothing(_draft: Draft) -> Iterator[Refusal]:
    """Give nothing: whoever may look at a case may speak of it."""
    yield from ()


def copy(draft: Draft, command: Copy) -> None:
    """Send people a copy of the case."""
    people = tuple(dict.fromkeys(command.to))
    if not people:
        raise Refused(Refusal("copy.nobody", where=draft.case.state))
    refuse(Refusal("user.not_enabled", where=one) for one in people if not draft.setting.facts.is_enabled(one))
    draft.emit(Copied(people, command.comment))
    audience = tuple(user(one) for one in people)
    draft.emit(Notified("item.copied", audience, {"by": draft.setting.actor.id, "comment": command.comment}))


def _holders(draft: Draft) -> tuple[str, ...]:
    return tuple(dict.fromkeys(task.principal for task in draft.case.tasks if task.after is None))
