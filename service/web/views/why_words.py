"""Why a task is whose it is, in words."""

from collections.abc import Iterator, Sequence

from engine.case import Task
from engine.definition import Definition
from engine.duration import Duration
from engine.events import Record
from engine.explaining import DueAccount, why
from service.web.views.people_words import who
from service.web.views.reader import Reader
from service.web.views.rulebook import Rulebook


def why_words(definition: Definition, task: Task, history: Sequence[Record], reader: Reader) -> list[str]:
    """Give the reasons in the order in which they came about, a sentence each."""
    return list(_sentences(definition, task, history, reader))


def _sentences(definition: Definition, task: Task, history: Sequence[Record], reader: Reader) -> Iterator[str]:
    found, t = why(definition, task, history), reader.t
    state = reader.says(definition.states[task.state].title)
    if found.assigned is not None:
        yield t("why.assigned", state=state, who=who(found.assigned, definition, reader))
    elif task.question:
        yield t("why.asked", person=reader.person(task.added_by or ""))
    else:
        yield t("why.added", person=reader.person(task.added_by or ""))
    if found.picked is not None:
        compared = [(reader.person(user), number) for user, number in found.picked.compared.items()]
        loads = t("forms.list_separator").join(f"{person} {number}".strip() for person, number in compared)
        yield t(f"why.picked.{found.picked.by}", person=reader.person(found.picked.user), compared=loads)
    if found.replaced is not None:
        principal = found.replaced.principal
        yield t(f"why.replaced.{found.replaced.reason}", holder=reader.holder(principal) if principal else "")
    for hand in found.hands:
        yield t("why.hand", verb=t(f"why.verb.{hand.verb}"), person=reader.person(hand.by))
    if task.behalf_of is not None:
        yield t("why.behalf", person=reader.person(task.behalf_of), number=task.under or "")


def period_words(definition: Definition, period: Duration, reader: Reader) -> str:
    """Say how long a step may take."""
    return Rulebook(definition, reader).period(period)


def counted_words(account: DueAccount | None, reader: Reader) -> str:
    """Say over which days a deadline was counted; nothing where none runs, or none of its days is told apart."""
    if account is None or not account.counted:
        return ""
    first, last = account.counted[0].isoformat(), account.counted[-1].isoformat()
    key = "why.counted_and_moved" if account.moved else "why.counted"
    return reader.t(key, days=len(account.counted), first=first, last=last)
